"""Reading the streams of changes: each district's in order, from any place on.

Positions are given out until the commit of whoever takes them, so that what has been read of a district's
stream never has anything put before it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.register.keeping import Keeper
from server.register.rows import Told, told_of
from server.store.errors import NotKept
from server.store.register import CHANGES, DATABASE, DISTRICTS


async def database_of(keeper: Keeper) -> str:
    """Which database this is. Raises ``NotKept`` (LNK964) where somebody has taken that away."""
    async with keeper.reading() as connection:
        found: str | None = (await connection.execute(select(DATABASE.c.id))).scalar()
    if found is None:
        raise NotKept("LNK964")
    return found


async def heads(keeper: Keeper) -> dict[str, int]:
    """The position of each district's newest change."""
    async with keeper.reading() as connection:
        rows = await connection.execute(select(DISTRICTS.c.district, DISTRICTS.c.position))
        return {row.district: row.position for row in rows}


async def changes_after(keeper: Keeper, district: str, position: int, count: int) -> list[Told]:
    """The next so many changes."""
    async with keeper.reading() as connection:
        return await read_after(connection, district, position, count)


async def read_after(connection: AsyncConnection, district: str, position: int, count: int) -> list[Told]:
    """The same, within a transaction."""
    query = _of(district).where(CHANGES.c.position > position).order_by(CHANGES.c.position).limit(count)
    return [told_of(row) for row in (await connection.execute(query)).mappings()]


async def changes_at(connection: AsyncConnection, district: str, positions: Collection[int]) -> list[Told]:
    """The changes of these positions, in order."""
    query = _of(district).where(CHANGES.c.position.in_(positions)).order_by(CHANGES.c.position)
    return [told_of(row) for row in (await connection.execute(query)).mappings()]


def _of(district: str) -> Select[Any]:
    return select(CHANGES).where(CHANGES.c.district == district)
