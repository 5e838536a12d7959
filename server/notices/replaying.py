"""Sending anew: notices that were given up, one of them, or everything since a moment.

What is sent anew has the id that it had, so that a receiver which has it already can leave it; rights and
kinds are looked at again when it is sent. A receiver that was gone is tried again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.notices.outbox import PAGE, delivery
from server.notices.ports import DEAD, WAITING
from server.register.keeping import Keeper
from server.register.rows import Told
from server.register.stream import changes_at, read_after
from server.store.dialects import insert_unless_there
from server.store.notices import DELIVERIES, SUBSCRIPTIONS

_D, _S = DELIVERIES.c, SUBSCRIPTIONS.c


async def replay_dead(keeper: Keeper, name: str) -> int:
    """All that a subscription's receiver did not take; how many. Raises ``NotKept``."""
    async with keeper.transaction() as connection:
        await _open(connection, name)
        return await _again(connection, and_(_D.subscription == name, _D.state == DEAD))


async def replay_places(keeper: Keeper, name: str, places: Collection[tuple[str, int]], now: int) -> int:
    """These changes of districts' streams, by their positions, which the subscription has read; how many.

    0, and nothing is sent anew, where there is one among them that it has not read.
    """
    by_district: dict[str, set[int]] = {}
    for district, position in places:
        by_district.setdefault(district, set()).add(position)
    async with keeper.transaction() as connection:
        read = await _read(connection, name)
        found = {}
        for district, positions in sorted(by_district.items()):
            changes = await changes_at(connection, district, sorted(positions))
            if len(changes) != len(positions) or max(positions) > read.get(district, 0):
                return 0
            found[district] = changes
        await _open(connection, name)
        return sum([await _anew(connection, name, changes, now) for changes in found.values()])


async def replay_since(keeper: Keeper, name: str, since: int, now: int) -> int:
    """All changes written since a moment (ns) that the subscription has read; how many."""
    async with keeper.reading() as connection:
        ends = await _read(connection, name)
    count = 0
    for district, end in sorted(ends.items()):
        position = 0
        while position < end:
            async with keeper.transaction() as connection:
                page = await read_after(connection, district, position, PAGE)
                found = [each for each in page if each.made_at >= since and each.position <= end]
                count += await _anew(connection, name, found, now)
            position = page[-1].position if page else end
    async with keeper.transaction() as connection:
        await _open(connection, name)
    return count


async def _read(connection: AsyncConnection, name: str) -> dict[str, int]:
    """How far a subscription has read each district's stream."""
    rows = await connection.execute(select(_S.district, _S.position).where(_S.name == name))
    return {row.district: row.position for row in rows}


async def _open(connection: AsyncConnection, name: str) -> None:
    own = update(SUBSCRIPTIONS).where(_S.name == name, _S.gone != "")
    await connection.execute(own.values(gone="", settings=""))


async def _anew(connection: AsyncConnection, name: str, changes: Sequence[Told], now: int) -> int:
    """The deliveries of some changes wait again, those of which no row is left too."""
    if not changes:
        return 0
    rows = [delivery(name, each, now) | {"next_at": 0} for each in changes]
    await connection.execute(insert_unless_there(connection.dialect.name, DELIVERIES), rows)
    positions = [each.position for each in changes]
    own = and_(_D.subscription == name, _D.district == changes[0].district, _D.position.in_(positions))
    await _again(connection, and_(own, _D.state != WAITING))
    return len(changes)


async def _again(connection: AsyncConnection, which: ColumnElement[bool]) -> int:
    values: dict[str, Any] = {
        "state": WAITING,
        "attempts": 0,
        "holder": "",
        "next_at": 0,  # at once, whatever the clock of whoever sends says
        "first_at": None,
        "done_at": None,
        "code": "",
    }
    return int((await connection.execute(update(DELIVERIES).where(which).values(values))).rowcount)
