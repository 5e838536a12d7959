"""PostgreSQL that fails: nothing is acknowledged that it does not hold, and its return is enough."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from server.log.opening import OpenLog
from server.store import postgresql as module
from server.store.archive import RuleArchive
from server.store.database import open_database
from server.store.decisions import DecisionStore
from server.store.errors import StoreError
from tests.server.cases import request
from tests.server.conftest import Start
from tests.server.logs import open_keyed
from tests.server.postgres import Postgres
from tests.server.test_store import record
from tests.server.waiting import SECONDS, until

_LOCKS = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"
_UNLOCK = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE mode = 'AccessExclusiveLock'"


@pytest.fixture
def database(postgres: Postgres) -> str:
    """The URL of an empty database."""
    return postgres.create()


@pytest.fixture
async def log(database: str) -> AsyncIterator[OpenLog]:
    log = await open_keyed(database)
    await RuleArchive(log.engine).keep("s" * 64, {"x.yaml": ""}, 1)
    yield log
    await log.engine.dispose()


async def test_a_connection_that_was_cut_between_two_writes_is_not_noticed(
    log: OpenLog, database: str, postgres: Postgres
) -> None:
    store = DecisionStore(log.engine, log.keys)
    await store.append([record(1)])
    for pid in postgres.backends(database):
        postgres.sql(f"SELECT pg_terminate_backend({pid})")
    await until(lambda: not postgres.backends(database))
    await store.append([record(2)])
    assert [found.id async for found in store.scan()] == [record(1).id, record(2).id]
    await store.close()


async def test_a_write_that_was_committed_before_the_connection_broke_is_written_once(
    log: OpenLog, database: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DecisionStore(log.engine, log.keys)
    await store.append([record(1)])
    commit = AsyncConnection.commit
    cut: list[AsyncConnection] = []

    async def committed_and_cut(self: AsyncConnection) -> None:
        await commit(self)
        if not cut:
            cut.append(self)
            raise ConnectionResetError

    monkeypatch.setattr(AsyncConnection, "commit", committed_and_cut)
    await store.append([record(2), record(3)])
    assert [found.id async for found in store.scan()] == [record(n).id for n in (1, 2, 3)]
    await store.close()


async def test_killed_database(start: Start, database: str, postgres: Postgres) -> None:
    """A server process killed outright: PostgreSQL ends every connection and recovers from its log."""
    acknowledged: list[str] = []
    refused: list[grpc.aio.AioRpcError] = []
    running = True

    async def send(service: Any, number: int) -> None:
        while running:
            try:
                answer = await service.stub.Evaluate(request(id=f"c{number}"))
            except grpc.aio.AioRpcError as error:
                refused.append(error)
                await asyncio.sleep(0.02)
            else:
                acknowledged.append(answer.decision.receipt.log_id)

    async with start(database=database) as service:
        sending = [asyncio.create_task(send(service, number)) for number in range(8)]
        await until(lambda: len(acknowledged) > 50)
        os.kill(postgres.backends(database)[0], signal.SIGKILL)
        before = len(acknowledged)
        await until(lambda: len(acknowledged) > before + 50)
        running = False
        await asyncio.gather(*sending)
        assert service.running.store is not None
        logged = {found.id async for found in service.running.store.scan()}
    assert set(acknowledged) <= logged
    assert {error.code() for error in refused} <= {grpc.StatusCode.UNAVAILABLE}
    assert all("LNK967" in (error.details() or "") for error in refused)


async def test_a_database_that_hangs_is_an_error_after_a_while(
    start: Start, database: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STATEMENT_SECONDS", 2.0)
    async with start(database=database) as service:
        first = await service.stub.Evaluate(request())
        holder = await asyncio.create_subprocess_exec(
            postgres.psql,
            "-c",
            "BEGIN; LOCK TABLE decisions IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(600)",
            database,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await until(lambda: postgres.sql(_LOCKS, database) == "1")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await service.stub.Evaluate(request(), timeout=SECONDS)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        postgres.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE mode = 'AccessExclusiveLock'", database
        )
        await holder.wait()
        second = await service.stub.Evaluate(request())
        assert service.running.store is not None
        logged = [found.id async for found in service.running.store.scan()]
        assert logged == [first.decision.receipt.log_id, second.decision.receipt.log_id]


async def test_commits_are_durable_whatever_the_server_says(database: str, postgres: Postgres) -> None:
    name = postgres.sql("SELECT current_database()", database)
    for setting, wanted in (("off", "on"), ("remote_apply", "remote_apply")):
        postgres.sql(f"ALTER DATABASE {name} SET synchronous_commit = {setting}")
        engine = (await open_keyed(database)).engine
        async with engine.connect() as connection:
            assert (await connection.execute(text("SHOW synchronous_commit"))).scalar_one() == wanted
        await engine.dispose()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda url: url.replace("@/t", "@/nosuch"), "LNK968"),
        (lambda url: url.replace("postgres:@", "nobody:Secret-1@"), "LNK968"),
        (lambda url: url.replace("?host=", "?host=/nowhere"), "LNK967"),
        (lambda url: url + "&nosuch=1", "LNK960"),
        (lambda url: url + "&sslmode=nosuch", "LNK960"),
        (lambda url: url + "&port=x", "LNK960"),
    ],
)
async def test_urls_that_lead_nowhere(database: str, change: Callable[[str], str], code: str) -> None:
    with pytest.raises(StoreError, match=code) as caught:
        await open_database(change(database))
    assert "Secret-1" not in "".join(map(str, (caught.value, caught.value.__cause__)))


async def test_a_user_without_rights(database: str, postgres: Postgres) -> None:
    await (await open_keyed(database)).engine.dispose()
    postgres.sql("CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", database)
    try:
        engine, keys, _ = await open_keyed(database.replace("postgres:@", "reader:@"), migrate=False)
        store = DecisionStore(engine, keys)
        with pytest.raises(StoreError, match="LNK963"):
            await store.append([record(1)])
        assert await store.count() == 0
        await engine.dispose()
    finally:
        postgres.sql("DROP OWNED BY reader; DROP ROLE reader", database)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
async def test_schemes(database: str, scheme: str) -> None:
    engine, keys, _ = await open_keyed(database.replace("postgresql", scheme, 1))
    assert await DecisionStore(engine, keys).count() == 0
    await engine.dispose()


async def test_a_migration_has_the_time_that_it_takes(
    database: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index over a large table takes longer than any statement of a service may, or who waits for it."""
    monkeypatch.setattr(module, "STATEMENT_SECONDS", 1.0)
    key = module._MIGRATION_LOCK
    holder = await asyncio.create_subprocess_exec(
        postgres.psql,
        "-c",
        f"SELECT pg_advisory_lock({key}), pg_sleep(2)",
        database,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    await until(lambda: postgres.sql(locks, database) == "1")
    engine = await open_database(database)
    await engine.dispose()
    await holder.wait()
