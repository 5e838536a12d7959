"""The simulated database does what the real ones do: the same steps on each, and the same comes of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError

from server.store.database import open_database
from server.store.dialects import insert_unless_there
from server.store.options import WRITES
from server.store.register import DISTRICTS
from tests.server.conftest import postgres
from tests.server.migrated import migrated_file
from tests.server.postgres import Postgres
from tests.simulation.database import Database, Kind
from tests.simulation.engine import Link, Odds, SimulatedEngine
from tests.simulation.run import prepared
from tests.simulation.world import Node, World

__all__ = ["postgres"]

Script = Callable[[Any], Awaitable[list[Any]]]
"""Does something with the engine of a database that has the rows a and b; what was seen."""

_POSITION = select(DISTRICTS.c.position).where(DISTRICTS.c.district == bindparam("name"))
_LOCK = _POSITION.with_for_update()
_SKIP = select(DISTRICTS.c.district).order_by(DISTRICTS.c.district).limit(1).with_for_update(skip_locked=True)
_MORE = update(DISTRICTS).where(DISTRICTS.c.district == bindparam("name"))
_MORE = _MORE.values(position=DISTRICTS.c.position + bindparam("more"))


async def _position(connection: Any, name: str = "a") -> Any:
    return (await connection.execute(_POSITION, {"name": name})).scalar()


async def _add(connection: Any, more: int, name: str = "a") -> None:
    await connection.execute(_MORE, {"name": name, "more": more})


@asynccontextmanager
async def _two(engine: Any, **options: Any) -> AsyncIterator[tuple[Any, Any]]:
    """Two connections, the first of which writes."""
    async with (
        engine.execution_options(**WRITES).connect() as one,
        engine.execution_options(**options).connect() as other,
    ):
        yield one, other


async def uncommitted_is_not_seen(engine: Any) -> list[Any]:
    async with _two(engine) as (one, other):
        await _add(one, 5)
        before = await _position(other), await _position(one)
        await other.rollback()
        await one.commit()
        return [*before, await _position(other)]


async def rolled_back_never_was(engine: Any) -> list[Any]:
    async with _two(engine) as (one, other):
        await _add(one, 5)
        await one.rollback()
        return [await _position(other)]


async def one_state_is_seen_to_the_end(engine: Any) -> list[Any]:
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    async with _two(engine, **options) as (one, other):
        before = await _position(other)
        await _add(one, 5)
        await one.commit()
        return [before, await _position(other), await _position(other, "b")]


async def writers_wait_and_add_up(engine: Any) -> list[Any]:
    async def adds(more: int) -> None:
        async with engine.execution_options(**WRITES).begin() as connection:
            await _add(connection, more)
            await asyncio.sleep(0.01)

    await asyncio.gather(*(adds(more) for more in (1, 2, 4)))
    async with engine.connect() as connection:
        return [await _position(connection)]


async def what_is_there_is_left_out(engine: Any) -> list[Any]:
    async def puts(position: int) -> int:
        async with engine.execution_options(**WRITES).begin() as connection:
            made = insert_unless_there(engine.dialect.name, DISTRICTS)
            found = await connection.execute(made, {"district": "c", "position": position})
            await asyncio.sleep(0.01)
            return int(found.rowcount)

    counts = await asyncio.gather(puts(1), puts(2))
    return [sorted(counts)]


async def a_key_is_taken_once(engine: Any) -> list[Any]:
    async def puts(position: int) -> str:
        try:
            async with engine.execution_options(**WRITES).begin() as connection:
                await connection.execute(insert(DISTRICTS), {"district": "c", "position": position})
                await asyncio.sleep(0.01)
        except DBAPIError as error:
            return type(error).__name__
        return "there"

    return sorted(await asyncio.gather(puts(1), puts(2)))


async def read_committed_sees_what_is_new(engine: Any) -> list[Any]:
    async with _two(engine) as (one, other):
        before = await _position(other)
        await _add(one, 5)
        await one.commit()
        return [before, await _position(other)]


async def locked_rows_are_skipped(engine: Any) -> list[Any]:
    async with _two(engine) as (one, other):
        taken = (await one.execute(_SKIP)).scalars().all()
        rest = (await other.execute(_SKIP)).scalars().all()
        await one.rollback()
        await other.rollback()
        again = (await other.execute(_SKIP)).scalars().all()
        return [list(taken), list(rest), list(again)]


async def a_lock_is_waited_for_and_then_the_new_row_is_seen(engine: Any) -> list[Any]:
    async with _two(engine) as (one, other):
        await _add(one, 5)
        waiting = asyncio.ensure_future(other.execute(_LOCK, {"name": "a"}))
        await asyncio.sleep(0.05)
        early = waiting.done()
        await one.commit()
        return [early, (await waiting).scalar()]


async def of_two_who_wait_for_each_other_one_fails(engine: Any) -> list[Any]:
    async def both(first: str, second: str) -> str:
        try:
            async with engine.begin() as connection:
                await _add(connection, 1, first)
                await asyncio.sleep(0.05)
                await _add(connection, 1, second)
        except DBAPIError as error:
            return str(getattr(error.orig, "sqlstate", None))
        return "done"

    return sorted(await asyncio.gather(both("a", "b"), both("b", "a")))


async def whoever_says_nothing_is_ended(engine: Any) -> list[Any]:
    async with _two(engine) as (one, other):
        await _idle(one)
        await _add(one, 5)
        await asyncio.sleep(1.5)
        await _add(other, 1)
        await other.commit()
        try:
            await _add(one, 5)
        except DBAPIError as error:
            await one.invalidate()
            return [error.connection_invalidated, await _position(other)]
        return []


async def _idle(connection: Any) -> None:
    from sqlalchemy import text

    await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '1s'"))


ON_BOTH: tuple[Script, ...] = (
    uncommitted_is_not_seen,
    rolled_back_never_was,
    one_state_is_seen_to_the_end,
    writers_wait_and_add_up,
    what_is_there_is_left_out,
    a_key_is_taken_once,
)
ON_POSTGRESQL: tuple[Script, ...] = (
    read_committed_sees_what_is_new,
    locked_rows_are_skipped,
    a_lock_is_waited_for_and_then_the_new_row_is_seen,
    of_two_who_wait_for_each_other_one_fails,
    whoever_says_nothing_is_ended,
)
CASES = [(Kind.SQLITE, script) for script in ON_BOTH]
CASES += [(Kind.POSTGRESQL, script) for script in (*ON_BOTH, *ON_POSTGRESQL)]


async def _with_rows(engine: Any, script: Script) -> list[Any]:
    async with engine.execution_options(**WRITES).begin() as connection:
        for name in ("a", "b"):
            await connection.execute(insert(DISTRICTS), {"district": name, "position": 0})
    return await script(engine)


def simulated(kind: Kind, script: Script) -> list[Any]:
    """What comes of it in the simulation."""
    world = World(1, 1, 0.001)
    database = Database(prepared(), kind, world.loop.time, lambda *_: None)
    link = Link(world, database, Node("one"), Odds(), world.dice("database"))
    try:
        return world.loop.run_until_complete(_with_rows(SimulatedEngine(link), script))
    finally:
        world.loop.close()


@pytest.mark.parametrize(("kind", "script"), CASES, ids=lambda each: getattr(each, "__name__", each))
async def test_the_simulated_database_does_what_the_real_one_does(
    kind: Kind, script: Script, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if kind is Kind.POSTGRESQL:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.migrated()
    else:
        url = migrated_file(tmp_path / "real.sqlite3")
    async with AsyncExitStack() as stack:
        engine = await open_database(url)
        stack.push_async_callback(engine.dispose)
        real = await _with_rows(engine, script)
    assert await asyncio.to_thread(simulated, kind, script) == real
