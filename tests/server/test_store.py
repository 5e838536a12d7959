"""The database, SQLite and PostgreSQL: written whole or not at all, read back as written."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command, op
from sqlalchemy import column, insert, inspect, table, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from server.decisions.active import load, rebuilt
from server.decisions.replay import Replayer, Verdict
from server.log.opening import OpenLog
from server.proof.keys import LogKeys
from server.store.archive import RuleArchive
from server.store.database import open_database, parse_url
from server.store.decisions import DecisionStore
from server.store.errors import StoreError
from server.store.failures import UNREACHABLE
from server.store.metadata import METADATA
from server.store.migrate import config_for
from server.store.record import Call, LoggedDecision
from server.store.tables import RULE_FILES, SNAPSHOTS
from tests.server.cases import request
from tests.server.conftest import Start
from tests.server.logs import open_keyed


def record(number: int, size: int = 10) -> LoggedDecision:
    return LoggedDecision(
        f"{number:026d}",
        number,
        "qiaonan",
        f"案\\{number}\\\x00\\0",
        -number,
        b"\x00" * size,
        "s" * 64,
        b"{}",
        "d" * 64,
        f"court-{number}",
        f"call-{number}",
    )


@pytest.fixture
def database(any_database: str) -> str:
    """Every test of this module runs on each kind of database."""
    return any_database


@pytest.fixture
async def log(database: str) -> AsyncIterator[OpenLog]:
    log = await open_keyed(database)
    await RuleArchive(log.engine).keep("s" * 64, {"x.yaml": ""}, 1)
    yield log
    await log.engine.dispose()


@pytest.fixture
def engine(log: OpenLog) -> AsyncEngine:
    return log.engine


@pytest.fixture
def keys(log: OpenLog) -> LogKeys:
    return log.keys


async def test_decisions_come_back_as_written(engine: AsyncEngine, keys: LogKeys) -> None:
    store = DecisionStore(engine, keys)
    records = [record(i) for i in range(450)]
    await store.append(records[:200])
    await store.append(records[200:])
    assert await store.get(records[7].id) == records[7]
    assert await store.get(record(1000).id) is None
    assert await store.count() == 450
    assert [found async for found in store.scan()] == records
    await store.close()


async def test_group_is_written_whole_or_not_at_all(engine: AsyncEngine, keys: LogKeys) -> None:
    store = DecisionStore(engine, keys)
    await store.append([record(1)])
    with pytest.raises(StoreError):
        await store.append([record(2), record(3), record(1)])
    assert [found.id async for found in store.scan()] == [record(1).id]
    await store.append([record(2)])
    assert await store.count() == 2
    await store.close()


async def test_repeated_calls_are_told_apart_also_where_the_connection_broke(
    engine: AsyncEngine, keys: LogKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, call, commit = DecisionStore(engine, keys), Call("k" * 64, "r" * 64), AsyncConnection.commit
    await store.append([record(1)._replace(call=call)])
    broken: list[AsyncConnection] = []

    async def committed_and_broken(self: AsyncConnection) -> None:
        await commit(self)
        if not broken:
            broken.append(self)
            raise StoreError(UNREACHABLE)

    monkeypatch.setattr(AsyncConnection, "commit", committed_and_broken)
    repeated = await store.append([record(2)._replace(call=call), record(3)])
    assert repeated == {record(2).id: record(1).id}
    assert [found.id async for found in store.scan()] == [record(1).id, record(3).id]
    await store.close()


async def test_no_decision_without_its_rules(engine: AsyncEngine, keys: LogKeys) -> None:
    store = DecisionStore(engine, keys)
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
    dialect = engine.dialect
    declared = {
        table.name: {
            column.name: (str(column.type.compile(dialect)), column.nullable) for column in table.columns
        }
        for table in METADATA.sorted_tables
    }
    assert made == declared


async def test_opening_twice_keeps_what_is_there(engine: AsyncEngine, keys: LogKeys, database: str) -> None:
    store = DecisionStore(engine, keys)
    await store.append([record(1)])
    await store.close()
    again, keys, _ = await open_keyed(database)
    assert await DecisionStore(again, keys).count() == 1
    await again.dispose()


async def test_decisions_from_before_callers_were_known(bare_database: str) -> None:
    engine = create_async_engine(parse_url(bare_database))
    old = record(1)._replace(case_id="案1", caller="", request_id="")
    row = dict(zip(LoggedDecision._fields[:9], old[:9], strict=True))
    async with engine.begin() as connection:
        await connection.run_sync(lambda c: command.upgrade(config_for(c), "0002"))
        await connection.execute(insert(SNAPSHOTS).values(digest=old.snapshot, stored_at=1))
        await connection.execute(insert(table("decisions", *(column(name) for name in row))).values(row))
    await engine.dispose()
    opened, keys, _ = await open_keyed(bare_database)
    assert await DecisionStore(opened, keys).get(old.id) == old
    await opened.dispose()


async def test_failed_migration_leaves_nothing(bare_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(op, "create_index", half)
    with pytest.raises(RuntimeError):
        await open_database(bare_database)
    monkeypatch.undo()
    opened, keys, _ = await open_keyed(bare_database)
    assert await DecisionStore(opened, keys).count() == 0
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
        await connection.execute(RULE_FILES.update().values(content=b"\x00"))
    with pytest.raises(StoreError, match="LNK964"):
        await archive.files_of("a" * 64)


async def test_archived_rules_are_the_rules(engine: AsyncEngine, small_rules: Path) -> None:
    active = load(small_rules, small_rules / "sources")
    archive = RuleArchive(engine)
    await archive.keep(active.snapshot.digest, active.files, 1)
    assert rebuilt(await archive.files_of(active.snapshot.digest)).digest == active.snapshot.digest


async def test_services_that_start_at_once(bare_database: str) -> None:
    async def service(number: int) -> int:
        engine, keys, _ = await open_keyed(bare_database)
        await RuleArchive(engine).keep("s" * 64, {"a.yaml": "一", "b.yaml": "二"}, 1)
        await RuleArchive(engine).keep(f"{number:064d}", {f"{number}.yaml": "一", "b.yaml": f"{number}"}, 1)
        store = DecisionStore(engine, keys)
        for group in range(5):
            await store.append([record(100 * number + 10 * group + i) for i in range(5)])
        await store.close()
        await engine.dispose()
        return number

    assert await asyncio.gather(*map(service, range(4))) == [0, 1, 2, 3]
    engine, keys, _ = await open_keyed(bare_database)
    found = [item async for item in DecisionStore(engine, keys).scan()]
    assert found == [record(100 * n + 10 * g + i) for n in range(4) for g in range(5) for i in range(5)]
    assert await RuleArchive(engine).files_of("s" * 64) == {"a.yaml": "一", "b.yaml": "二"}
    await engine.dispose()


async def test_served_decisions_are_logged_and_replay(start: Start, database: str) -> None:
    async with start(database=database) as service:
        ids = [(await service.stub.Evaluate(request(id=f"c{i}"))).decision.receipt.log_id for i in range(20)]
    engine, keys, _ = await open_keyed(database)
    replayer = Replayer(RuleArchive(engine))
    found = {
        item.id: (await replayer.replay(item)).verdict async for item in DecisionStore(engine, keys).scan()
    }
    assert found == dict.fromkeys(ids, Verdict.EQUAL)
    await engine.dispose()
