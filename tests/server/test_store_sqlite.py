"""SQLite: its settings, and its disk and its lock as a service meets them."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from linkage.v1 import policy_service_pb2 as api
from server.store import database as module
from server.store.database import all_closed, database_file, open_database
from server.store.errors import StoreError
from server.store.migrate import upgrade
from server.store.turns import Turns
from tests.server.cases import request
from tests.server.conftest import Service, Start
from tests.server.logs import open_keyed
from tests.server.test_errors import status_of_call
from tests.server.waiting import until


async def test_durable_settings_of_every_connection(database: str) -> None:
    engine = (await open_keyed(database)).engine
    async with engine.connect() as connection:
        values = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    await engine.dispose()
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.parametrize("released", [True, False])
async def test_a_new_file_that_another_service_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, released: bool
) -> None:
    """How a file is written is changed while nobody has it: SQLite itself does not wait for that."""
    path = tmp_path / "log.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE t (a)")
        other.execute("BEGIN IMMEDIATE")
        waits: list[float] = []

        def wait(seconds: float) -> None:
            waits.append(seconds)
            if released:
                other.execute("COMMIT")

        monkeypatch.setattr(module, "sleep", wait)
        if released:
            await (await open_database(f"sqlite:///{path}", migrate=False)).dispose()
            assert len(waits) == 1
        else:
            monkeypatch.setattr(module, "BUSY_SECONDS", 0.1)
            with pytest.raises(StoreError, match="LNK961"):
                await open_database(f"sqlite:///{path}", migrate=False)


async def test_a_start_waits_for_another_that_migrates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration may take longer than any write."""
    waits: list[int] = []

    async def look(engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            waits.append((await connection.execute(text("PRAGMA busy_timeout"))).scalar_one())
        await upgrade(engine)

    monkeypatch.setattr(module, "upgrade", look)
    engine = await open_database(f"sqlite:///{tmp_path / 'log.sqlite3'}")
    async with engine.connect() as connection:
        waits.append((await connection.execute(text("PRAGMA busy_timeout"))).scalar_one())
    await engine.dispose()
    assert waits == [1000 * module.MIGRATED_SECONDS, 1000 * module.BUSY_SECONDS]


async def test_a_connection_that_cannot_be_made_ready_is_closed(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool forgets it; its thread would keep the file open, and the process from ending."""
    engine = (await open_keyed(database)).engine
    await engine.dispose()
    made: list[Any] = []
    event.listen(engine.sync_engine, "connect", lambda connection, _: made.append(connection), insert=True)
    monkeypatch.setattr(module, "_PRAGMAS", ("no_such_pragma=",))
    with pytest.raises(DBAPIError):
        async with engine.connect():
            pass
    (connection,) = made
    assert connection.driver_connection._connection is None
    monkeypatch.undo()
    async with engine.connect():
        assert made[1].driver_connection._thread.daemon
    await engine.dispose()


def test_file_of_a_url() -> None:
    assert database_file("sqlite:///a/b.sqlite3") == Path("a/b.sqlite3")


def test_a_lock_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite3-turns").mkdir()
    with pytest.raises(StoreError, match="LNK963"):
        Turns(tmp_path / "log.sqlite3")


async def test_full_disk_is_told_and_survived(
    start: Start, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PRAGMAS", (*module._PRAGMAS, "max_page_count=120"))
    async with start(database=database) as service:
        store = service.running.store
        assert store is not None
        acknowledged, refused = [], []
        batch = api.BatchEvaluateRequest(requests=[request(id=f"c{i}") for i in range(10)])
        for _ in range(12):
            for result in (await service.stub.BatchEvaluate(batch)).results:
                if result.HasField("decision"):
                    acknowledged.append(result.decision.receipt.log_id)
                else:
                    refused.append(result.error)
        assert refused
        assert {error.reason for error in refused} == {"LOG_UNAVAILABLE"}
        assert all("LNK962" in error.message for error in refused)
        assert [found.id async for found in store.scan()] == acknowledged
        async with store._engine.connect() as connection:
            await connection.execute(text("PRAGMA max_page_count=1000000"))
        monkeypatch.undo()
        await store.close()
        await all_closed(store._engine)
        response = await service.stub.Evaluate(request(id="after"))
        assert await store.get(response.decision.receipt.log_id) is not None


async def test_locked_database_is_told_and_survived(
    start: Start, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    async with start(database=database) as service:
        other = sqlite3.connect(tmp_path / "log.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await service.stub.Evaluate(request())
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        status = status_of_call(caught.value)
        assert status is not None
        assert {detail.type_url.rpartition(".")[2] for detail in status.details} >= {"ErrorInfo", "RetryInfo"}
        other.execute("ROLLBACK")
        other.close()
        response = await service.stub.Evaluate(request())
        assert service.running.store is not None
        assert [r.id async for r in service.running.store.scan()] == [response.decision.receipt.log_id]


async def refused_code(service: Service, case_id: str) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.stub.Evaluate(request(id=case_id))
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    return (caught.value.details() or "").partition("LNK")[2][:3]


async def logged_cases(service: Service) -> set[str]:
    assert service.running.store is not None
    return {row.case_id async for row in service.running.store.scan()}


@pytest.mark.parametrize("replaced", [False, True])
async def test_nothing_is_acknowledged_that_a_lost_file_took(
    replaced: bool, start: Start, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.process.watching.LOOK_SECONDS", 0.05)
    file = tmp_path / "log.sqlite3"
    async with start(database=database) as service:
        health: Any = health_pb2_grpc.HealthStub(service.channel)
        statuses: list[int] = []

        async def watch() -> None:
            async for answer in health.Watch(health_pb2.HealthCheckRequest()):
                statuses.append(answer.status)

        watching = asyncio.create_task(watch())
        await service.stub.Evaluate(request(id="before"))
        kept = file.rename(tmp_path / "kept")
        if replaced:
            file.write_bytes(kept.read_bytes())
        assert await refused_code(service, "lost") == "994"
        await until(lambda: statuses[-1:] == [health_pb2.HealthCheckResponse.NOT_SERVING])
        kept.replace(file)
        await until(lambda: statuses[-1:] == [health_pb2.HealthCheckResponse.SERVING])
        await service.stub.Evaluate(request(id="again"))
        assert {"before", "again"} <= await logged_cases(service)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_log_of_writes_that_is_removed_is_noticed(
    start: Start, database: str, tmp_path: Path
) -> None:
    async with start(database=database) as service:
        await service.stub.Evaluate(request(id="before"))
        (tmp_path / "log.sqlite3-wal").unlink()
        assert await refused_code(service, "lost") == "994"
        await service.stub.Evaluate(request(id="again"))  # in a log of writes that is there
        assert {"before", "again"} <= await logged_cases(service)
