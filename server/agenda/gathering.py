"""What goes into a calendar: what a body owes, and what it owed until lately, with how often each changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import func, select

from policy.decide.decision import ENDED
from policy.pack.model import Modality
from policy.time.moment import NANO
from server.register.keeping import Keeper
from server.register.listing import Listed, Wanted, listed
from server.store.register import CHANGES

MAX_ITEMS = 1_000
"""Most obligations of one calendar, those of which nothing is owed any more apart: the next due come
first."""
KEPT = 90 * 86_400 * NANO
"""So long after its due time what is done stays in a calendar, so that programs see that it is."""
_AT_ONCE = 500


class Revision(NamedTuple):
    """How often an obligation changed, and when it did last."""

    number: int
    at: datetime


async def owed(keeper: Keeper, wanted: Wanted, now: int) -> list[Listed]:
    """The duties that are owed, the next due first; then those that ended and were due of late."""
    # A due time far away stands for none: what had none is not kept.
    late = wanted._replace(states=tuple(sorted(ENDED)), due_from=now - KEPT, due_before=now + KEPT)
    found = [*await _all(keeper, wanted), *await _all(keeper, late)]
    return [each for each in found if each.duty.modality == Modality.OBLIGATION]


async def _all(keeper: Keeper, wanted: Wanted) -> list[Listed]:
    """All that is wanted, page by page, up to as many as a calendar has."""
    found: list[Listed] = []
    after: tuple[int, str] | None = None
    while len(found) < MAX_ITEMS:
        page, after = await listed(keeper, wanted, after, MAX_ITEMS - len(found))
        found += page
        if after is None:
            break
    return found


async def revisions(keeper: Keeper, district: str, obligations: Iterable[str]) -> dict[str, Revision]:
    """The revision of each of these obligations."""
    ids, found = list(obligations), {}
    async with keeper.reading() as connection:
        for first in range(0, len(ids), _AT_ONCE):
            query = (
                select(CHANGES.c.obligation, func.count(), func.max(CHANGES.c.made_at))
                .where(
                    CHANGES.c.district == district, CHANGES.c.obligation.in_(ids[first : first + _AT_ONCE])
                )
                .group_by(CHANGES.c.obligation)
            )
            for identity, count, made_at in await connection.execute(query):
                found[identity] = Revision(count - 1, datetime.fromtimestamp(made_at // NANO, UTC))
    return found
