"""The register's tables by district and year (deploy/partitions.sql): the same calls, the same answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from server.store.database import open_database
from server.store.migrate import upgrade
from tests.server.postgres import Postgres
from tests.server.register.conftest import DAY, HOUR, Registered, Starting, asked, seized

SQL = Path(__file__).resolve().parents[3] / "deploy" / "partitions.sql"
TABLES = ("cases", "keys", "entries", "obligations", "marks", "figures", "changes")


@pytest.fixture
async def partitioned(postgres: Postgres) -> str:
    """A database whose tables are partitioned, for the district of the tests."""
    database = postgres.migrated()
    postgres.sql(SQL.read_text(encoding="utf-8"), database)
    postgres.sql("SELECT linkage_partitions('qiaonan', 2024, 2026)", database)
    return database


async def _through(registered: Registered) -> None:
    """A case from its opening to its end, with what departments do and what time brings."""
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(
        seized(), asked("t1", "tax_query", "tax"), asked("m1", "marriage_query", "civil_affairs")
    )
    duties = await registered.duties()
    tax, notice = duties["qiaonan.query.tax"], duties["qiaonan.vehicle.notify"]
    await registered.call("AcceptObligation", obligation_id=tax.id, event_id="a", handler="h1")
    await registered.call("FulfilObligation", obligation_id=tax.id, event_id="f")
    await registered.call("ConfirmObligation", obligation_id=tax.id, event_id="k")
    assert await registered.pass_time(3 * DAY) == 1
    assert (await registered.duties(body="traffic_police"))[notice.rule].HasField("violated_at")
    assert await registered.duties(handlings=["HANDLING_CONFIRMED"], include_ended=True)
    await registered.call("GetObligation", obligation_id=notice.id)
    await registered.call("CloseCase", case_id="c1", event_id="z", event_type="case_completed")
    assert not await registered.verify()


async def test_the_same_calls_do_the_same(
    partitioned: str, start_register: Starting, postgres: Postgres
) -> None:
    async with start_register(partitioned) as registered:
        await _through(registered)
    for table in TABLES:
        own = f"register_{table}_qiaonan" + ("" if table in ("cases", "keys") else "_2024")
        whole, there = (
            postgres.sql(f"SELECT count(*) FROM {name}", partitioned)  # noqa: S608
            for name in (f"register_{table}", own)
        )
        assert whole == there != "0", table


async def test_a_page_of_a_year_reads_its_partition(partitioned: str, postgres: Postgres) -> None:
    for query in (
        "SELECT duty FROM register_obligations WHERE district = 'qiaonan' AND case_id = 'c' AND year = 2024",
        "SELECT content FROM register_entries WHERE district = 'qiaonan' AND case_id = 'c' AND year = 2024",
        "DELETE FROM register_obligations WHERE district = 'qiaonan' AND id = 'o' AND year = 2024",
    ):
        plan = postgres.sql(f"EXPLAIN {query}", partitioned)
        assert "qiaonan_2024" in plan
        assert "others" not in plan
        assert "qiaonan_2025" not in plan


async def test_what_stood_there_stays_and_migrations_go_on(
    postgres: Postgres, start_register: Starting
) -> None:
    """Keys and indexes have the names that migrations know; doing it twice does nothing."""
    database = postgres.create()
    names = "SELECT indexname FROM pg_indexes WHERE tablename LIKE 'register\\_%' ORDER BY 1"
    async with start_register(database) as registered:
        await _through(registered)
    before = postgres.sql(names, database)
    for _ in range(2):
        postgres.sql(SQL.read_text(encoding="utf-8"), database)
    after = postgres.sql(names, database).splitlines()
    assert set(before.splitlines()) <= set(after)
    engine = await open_database(database)
    await upgrade(engine)
    async with engine.connect() as connection:
        known = await connection.execute(text("SELECT count(*) FROM register_changes"))
        assert known.scalar_one() > 0
    await engine.dispose()
    async with start_register(database) as registered:
        assert not await registered.verify()
