"""How each subscription does: what waits, what is in hand, what was given up, and since when."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import case, func, select

from server.notices.ports import DEAD, DELIVERED, WAITING
from server.register.keeping import Keeper
from server.store.notices import DELIVERIES, SUBSCRIPTIONS
from server.store.register import DISTRICTS

_D, _S = DELIVERIES.c, SUBSCRIPTIONS.c


class Standing(NamedTuple):
    """One subscription in one district. Moments are nanoseconds since 1970 UTC, None: never.

    ``position`` is how far it has read the district's stream, which ends at ``end``. ``held`` of those
    ``waiting`` are on their way now. ``gone`` is why nothing is sent ("": something is), ``code`` what was
    wrong when sending last failed.
    """

    name: str
    district: str
    position: int
    end: int
    waiting: int
    held: int
    dead: int
    delivered: int
    oldest_at: int | None
    gone: str
    code: str
    failed_at: int | None
    delivered_at: int | None


class Letter(NamedTuple):
    """A notice that was given up."""

    name: str
    district: str
    position: int
    obligation: str
    attempts: int
    code: str
    made_at: int
    done_at: int


async def standings(keeper: Keeper, now: int) -> list[Standing]:
    """Every subscription that has ever read anything, by name and district. Raises ``NotKept``."""
    held = func.sum(case(((_D.holder != "") & (_D.next_at > now), 1), else_=0))
    counts = select(_D.subscription, _D.district, _D.state, func.count(), held, func.min(_D.made_at))
    counts = counts.group_by(_D.subscription, _D.district, _D.state)
    found = []
    async with keeper.reading() as connection:
        counted = {tuple(row[:3]): tuple(row[3:]) for row in await connection.execute(counts)}
        rows = await connection.execute(select(DISTRICTS.c.district, DISTRICTS.c.position))
        ends = {row.district: row.position for row in rows}
        for row in await connection.execute(select(SUBSCRIPTIONS).order_by(_S.name, _S.district)):
            waiting, taken, oldest = counted.get((row.name, row.district, WAITING), (0, 0, None))
            dead, delivered = (
                counted.get((row.name, row.district, state), (0,))[0] for state in (DEAD, DELIVERED)
            )
            found.append(
                Standing(
                    row.name,
                    row.district,
                    row.position,
                    ends.get(row.district, 0),
                    waiting,
                    int(taken or 0),
                    dead,
                    delivered,
                    oldest,
                    row.gone,
                    row.code,
                    row.failed_at,
                    row.delivered_at,
                )
            )
    return found


async def waiting(keeper: Keeper, names: Collection[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """How many notices of these subscriptions wait, and are dead, and since when the oldest does: by name and
    state (``WAITING``, ``DEAD``). Looks at no others. Raises ``NotKept``."""
    query = select(_D.subscription, _D.state, func.count(), func.min(_D.made_at))
    query = query.where(_D.subscription.in_(names), _D.state.in_((WAITING, DEAD)))
    async with keeper.reading() as connection:
        rows = await connection.execute(query.group_by(_D.subscription, _D.state))
        return {(row[0], row[1]): (row[2], row[3]) for row in rows}


async def letters(keeper: Keeper, name: str, count: int) -> list[Letter]:
    """Up to so many notices that were given up, of one subscription or ("") of all; the oldest first."""
    query = select(
        _D.subscription,
        _D.district,
        _D.position,
        _D.obligation,
        _D.attempts,
        _D.code,
        _D.made_at,
        _D.done_at,
    ).where(_D.state == DEAD)
    if name:
        query = query.where(_D.subscription == name)
    query = query.order_by(_D.done_at, _D.subscription, _D.district, _D.position).limit(count)
    async with keeper.reading() as connection:
        return [Letter(*row) for row in await connection.execute(query)]
