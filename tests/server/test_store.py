"""The database: written whole or not at all, read back as written, recovering by itself."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest
from alembic import op
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from linkage.v1 import policy_service_pb2 as api
from server.active import load, rebuilt
from server.store import database as module
from server.store.archive import RuleArchive
from server.store.database import database_file, open_database, parse_url
from server.store.decisions import DecisionStore
from server.store.errors import StoreError
from server.store.record import LoggedDecision
from server.store.tables import METADATA
from tests.server.cases import request
from tests.server.conftest import Start
from tests.server.test_errors import status_of_call


def record(number: int, size: int = 10) -> LoggedDecision:
    return LoggedDecision(
        f"{number:026d}",
        number,
        "qiaonan",
        f"案{number}\x00",
        -number,
        b"\x00" * size,
        "s" * 64,
        b"{}",
        "d" * 64,
    )


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    opened = await open_database(database)
    await RuleArchive(opened).keep("s" * 64, {"x.yaml": ""}, 1)
    yield opened
    await opened.dispose()


async def test_decisions_come_back_as_written(engine: AsyncEngine) -> None:
    store = DecisionStore(engine)
    records = [record(i) for i in range(450)]
    await store.append(records[:200])
    await store.append(records[200:])
    assert await store.get(records[7].id) == records[7]
    assert await store.get(record(1000).id) is None
    assert await store.count() == 450
    assert [found async for found in store.scan()] == records
    await store.close()


async def test_group_is_written_whole_or_not_at_all(engine: AsyncEngine) -> None:
    store = DecisionStore(engine)
    await store.append([record(1)])
    with pytest.raises(StoreError):
        await store.append([record(2), record(3), record(1)])
    assert [found.id async for found in store.scan()] == [record(1).id]
    await store.append([record(2)])
    assert await store.count() == 2
    await store.close()


async def test_no_decision_without_its_rules(engine: AsyncEngine) -> None:
    store = DecisionStore(engine)
    with pytest.raises(StoreError):
        await store.append([record(1)._replace(snapshot="x" * 64)])


async def test_migrations_make_the_declared_tables(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        made = await connection.run_sync(
            lambda c: {
                table: {
                    column["name"]: (str(column["type"]), column["nullable"])
                    for column in inspect(c).get_columns(table)
                }
                for table in inspect(c).get_table_names()
                if table != "alembic_version"
            }
        )
    declared = {
        table.name: {column.name: (str(column.type), column.nullable) for column in table.columns}
        for table in METADATA.sorted_tables
    }
    as_text = {
        n: {c: (t.replace("LargeBinary", "BLOB"), x) for c, (t, x) in d.items()} for n, d in declared.items()
    }
    assert made == as_text


async def test_durable_settings_of_every_connection(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        values = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


async def test_opening_twice_keeps_what_is_there(engine: AsyncEngine, database: str) -> None:
    store = DecisionStore(engine)
    await store.append([record(1)])
    await store.close()
    again = await open_database(database)
    assert await DecisionStore(again).count() == 1
    await again.dispose()


async def test_failed_migration_leaves_nothing(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(op, "create_index", half)
    with pytest.raises(RuntimeError):
        await open_database(database)
    monkeypatch.undo()
    opened = await open_database(database)
    assert await DecisionStore(opened).count() == 0
    await opened.dispose()


async def test_archive_keeps_each_text_once(engine: AsyncEngine) -> None:
    archive = RuleArchive(engine)
    assert await archive.keep("a" * 64, {"x.yaml": "一", "y.yaml": "二"}, 1)
    assert not await archive.keep("a" * 64, {"x.yaml": "other"}, 2)
    assert await archive.keep("b" * 64, {"x.yaml": "一", "z.yaml": "一", "y.yaml": "三"}, 3)
    assert await archive.files_of("a" * 64) == {"x.yaml": "一", "y.yaml": "二"}
    assert await archive.files_of("b" * 64) == {"x.yaml": "一", "y.yaml": "三", "z.yaml": "一"}
    assert await archive.files_of("c" * 64) == {}
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM rule_files"))).scalar_one() == 4


async def test_damaged_text_is_noticed(engine: AsyncEngine) -> None:
    archive = RuleArchive(engine)
    await archive.keep("a" * 64, {"x.yaml": "一"}, 1)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE rule_files SET content = x'00'"))
    with pytest.raises(StoreError, match="LNK964"):
        await archive.files_of("a" * 64)


async def test_archived_rules_are_the_rules(engine: AsyncEngine, small_rules: Path) -> None:
    active = load(small_rules, small_rules / "sources")
    archive = RuleArchive(engine)
    await archive.keep(active.snapshot.digest, active.files, 1)
    assert rebuilt(await archive.files_of(active.snapshot.digest)).digest == active.snapshot.digest


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///a/b.sqlite3", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:////srv/x", "sqlite+aiosqlite"),
    ],
)
def test_urls(url: str, driver: str) -> None:
    assert parse_url(url).drivername == driver


@pytest.mark.parametrize(
    "url",
    ["", "x", "mysql://u@h/d", "sqlite://", "sqlite:///:memory:", "nosuch:///x", "sqlite+pysqlite:///x"],
)
def test_urls_that_cannot_be_used(url: str) -> None:
    with pytest.raises(StoreError, match="LNK960"):
        parse_url(url)


def test_file_of_a_url() -> None:
    assert database_file("sqlite:///a/b.sqlite3") == Path("a/b.sqlite3")


async def test_full_disk_is_told_and_survived(
    start: Start, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PRAGMAS", (*module._PRAGMAS, "max_page_count=60"))
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
        await store._engine.dispose()
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
        assert {detail.type_url.rpartition(".")[2] for detail in status.details} == {"ErrorInfo", "RetryInfo"}
        other.execute("ROLLBACK")
        other.close()
        response = await service.stub.Evaluate(request())
        assert service.running.store is not None
        assert [r.id async for r in service.running.store.scan()] == [response.decision.receipt.log_id]


async def test_full_queue_is_told_with_when_to_come_back(
    start: Start, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = asyncio.Event()
    append = DecisionStore.append

    async def slow(self: DecisionStore, records: object) -> None:
        await held.wait()
        await append(self, records)  # type: ignore[arg-type]

    monkeypatch.setattr(DecisionStore, "append", slow)
    async with start(database=database, log__queue=3, log__group=1) as service:
        calls = [asyncio.ensure_future(service.stub.Evaluate(request(id=f"c{i}"))) for i in range(10)]
        done, waiting = await asyncio.wait(calls, timeout=0.4)
        errors = [call.exception() for call in done]
        assert {error.code().name for error in errors} == {"RESOURCE_EXHAUSTED"}  # type: ignore[union-attr]
        assert (len(done), len(waiting)) == (6, 4)
        held.set()
        answers = await asyncio.gather(*waiting)
        assert service.running.store is not None
        assert await service.running.store.count() == 4
        assert len({answer.decision.receipt.log_id for answer in answers}) == 4


async def test_unacknowledged_log_still_gets_everything(start: Start, database: str) -> None:
    async with start(database=database, log__acknowledge=False) as service:
        ids = [(await service.stub.Evaluate(request(id=f"c{i}"))).decision.receipt.log_id for i in range(50)]
    opened = await open_database(database)
    assert [found.id async for found in DecisionStore(opened).scan()] == ids
    await opened.dispose()
