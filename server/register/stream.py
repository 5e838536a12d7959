"""Reading the streams of changes: each district's in order, from any place on.

Positions are given out until the commit of whoever takes them, so that what has been read of a district's
stream never has anything put before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.register.keeping import DAMAGED, Keeper
from server.register.rows import Told, told_of
from server.store.errors import NotKept
from server.store.register import CHANGES, DATABASE, DISTRICTS

HEADS = select(DISTRICTS.c.district, DISTRICTS.c.position)
"""How long each stream is."""

# Built once: they are run again and again, mostly to find nothing.
_OF = select(CHANGES).where(CHANGES.c.district == bindparam("own_district")).order_by(CHANGES.c.position)
_AFTER = _OF.where(CHANGES.c.position > bindparam("after")).limit(bindparam("count"))
_AT = _OF.where(CHANGES.c.position.in_(bindparam("positions", expanding=True)))


async def database_of(keeper: Keeper) -> str:
    """Which database this is. Raises ``NotKept`` (LNK964) where somebody has taken that away."""
    async with keeper.reading() as connection:
        found: str | None = (await connection.execute(select(DATABASE.c.id))).scalar()
    if found is None:
        raise NotKept(DAMAGED)
    return found


async def heads(keeper: Keeper) -> dict[str, int]:
    """The position of each district's newest change."""
    async with keeper.reading() as connection:
        rows = await connection.execute(HEADS)
        return {row.district: row.position for row in rows}


async def changes_after(keeper: Keeper, district: str, position: int, count: int) -> list[Told]:
    """The next so many changes."""
    async with keeper.reading() as connection:
        return await read_after(connection, district, position, count)


async def read_after(connection: AsyncConnection, district: str, position: int, count: int) -> list[Told]:
    """The same, within a transaction."""
    named = {"own_district": district, "after": position, "count": count}
    return _told((await connection.execute(_AFTER, named)).mappings())


async def changes_at(connection: AsyncConnection, district: str, positions: Collection[int]) -> list[Told]:
    """The changes of these positions, in order."""
    named = {"own_district": district, "positions": list(positions)}
    return _told((await connection.execute(_AT, named)).mappings())


def _told(rows: Iterable[Any]) -> list[Told]:
    """The changes of rows. Raises ``NotKept`` (LNK964) for one that somebody damaged."""
    try:
        return [told_of(row) for row in rows]
    except ValueError as error:
        raise NotKept(DAMAGED) from error
