"""The register's database: written whole or not at all, once each, found by its indexes; on either kind."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import grpc
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import delete, func, insert, inspect, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from policy.register import Advanced
from server.register import keeping, verifying
from server.register.keeping import Keeper
from server.register.kept import Kept, Writing
from server.register.ticking import Ticker
from server.store.database import open_database, parse_url
from server.store.migrate import SCRIPTS, config_for
from server.store.register import CASES, CHANGES, DISTRICTS, ENTRIES, MARKS, OBLIGATIONS
from server.store.tables import SNAPSHOTS
from tests.server.register.conftest import DAY, HOUR, Clock, Registered, Starting, asked, seized


async def count(registered: Registered, table: Any) -> int:
    async with registered.keeper.engine.connect() as connection:
        found: int = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
    return found


async def test_writers_of_one_case_lose_nothing(registered: Registered) -> None:
    """Sixteen clients on one case: each entry is there once, and the stream has no gap."""
    await registered.open()
    registered.clock.now += HOUR
    entries = [seized(f"e{number}") for number in range(16)]
    await asyncio.gather(*(registered.record(entry) for entry in entries), registered.record(entries[0]))
    case = await registered.call("GetCase", case_id="c1", include_entries=True)
    assert sorted(each.id for each in case.entries) == sorted(["opening", *(f"e{n}" for n in range(16))])
    assert await count(registered, CHANGES) == 32
    assert not await registered.verify()


async def test_writers_of_several_processes_take_turns(start_register: Starting, any_database: str) -> None:
    """Two servers on one database write one case and its district's stream."""
    async with start_register(any_database) as one, start_register(any_database) as other:
        await one.open()
        for each in (one, other):
            each.clock.now += HOUR
        calls = [
            server.record(seized(f"{name}{n}"))
            for n in range(8)
            for name, server in (("a", one), ("b", other))
        ]
        await asyncio.gather(*calls)
        assert await count(one, ENTRIES) == 17
        assert not await other.verify()


async def test_what_is_due_is_done_once_by_two_at_once(start_register: Starting, any_database: str) -> None:
    async with start_register(any_database) as one, start_register(any_database) as other:
        for number in range(30):
            await one.open(id=f"c{number}")
            await one.call("RecordEvents", case_id=f"c{number}", entries=[seized(at="2024-03-02T00:00:00Z")])
        before = await count(one, CHANGES)
        late = Clock()
        late.now += 3 * DAY
        one.clock.now = other.clock.now = late.now
        done = await asyncio.gather(*(Ticker(each.register, late, 1.0).tick() for each in (one, other)))
        assert sum(done) >= 30
        # Of each case: the notice is overdue, and its breach is to be circulated.
        assert await count(one, CHANGES) == before + 60
        assert not await one.verify()
        assert await one.tick() == 0


async def test_a_process_that_dies_in_the_middle_has_done_nothing(
    registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(seized())
    before = [await count(registered, table) for table in (CHANGES, OBLIGATIONS, MARKS)]
    whole = keeping._write_changes

    async def dying(connection: AsyncConnection, writing: Writing) -> Any:
        await whole(connection, writing)
        raise KeyboardInterrupt

    monkeypatch.setattr(keeping, "_write_changes", dying)
    registered.clock.now += 3 * DAY
    with pytest.raises(KeyboardInterrupt):
        await Ticker(registered.register, registered.clock, 1.0).step(registered.clock.now)
    monkeypatch.undo()
    assert [await count(registered, table) for table in (CHANGES, OBLIGATIONS, MARKS)] == before
    assert await registered.tick() == 1
    assert await count(registered, CHANGES) == before[0] + 2
    assert not await registered.verify()


async def test_a_case_that_cannot_be_derived_holds_no_other_up(
    registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    await registered.open()
    await registered.open(id="c2")
    registered.clock.now += HOUR
    for case in ("c1", "c2"):
        await registered.call("RecordEvents", case_id=case, entries=[seized()])
    passed = registered.register.passed

    async def failing(kept: Kept, now: int) -> Writing:
        if kept.case_id == "c1":
            raise KeyError(kept.district)
        return await passed(kept, now)

    monkeypatch.setattr(registered.register, "passed", failing)
    registered.clock.now += 3 * DAY
    await registered.tick()
    assert (await registered.duties(case_id="c2"))["qiaonan.vehicle.notify"].HasField("violated_at")
    monkeypatch.undo()
    (found,) = await registered.verify()
    assert (found.case_id, found.code, found.stored) == ("c1", "LNK039", "LNK810")
    await registered.record(seized("e2"))  # whatever is recorded has it derived again
    assert not await registered.verify()


async def test_a_write_on_a_stale_case_writes_nothing(registered: Registered) -> None:
    await registered.open()
    kept = await registered.register.kept("qiaonan", "c1")
    registered.clock.now += HOUR
    await registered.record(seized())
    stale = Advanced((), kept.state, True)
    writing = Writing("qiaonan", "c1", kept, (), stale, (), kept.rules, kept.lead, registered.clock.now)
    assert await registered.keeper.write(writing) is None
    assert not await registered.verify()


TAMPERING = (
    ("duty", update(OBLIGATIONS).values(duty=b"[]"), ("LNK964", "")),
    ("state", update(OBLIGATIONS).values(state="overdue"), ("LNK032", "state")),
    ("due", update(OBLIGATIONS).values(due=5), ("LNK032", "due")),
    ("handler", update(OBLIGATIONS).values(handler="somebody"), ("LNK032", "handler")),
    ("entry", delete(ENTRIES).where(ENTRIES.c.entry == "e1"), ("LNK032", "id")),
    ("mark", delete(MARKS).where(MARKS.c.role == "clause"), ("LNK032", "marks")),
    ("next", update(CASES).values(next_at=7), ("LNK032", "next_at")),
    ("digest", update(CASES).values(digest="x"), ("LNK032", "digest")),
    ("change", delete(CHANGES).where(CHANGES.c.position == 1), ("LNK040", "position")),
    ("detail", update(CHANGES).values(detail=b"{}"), ("LNK964", "")),
    ("obligation", delete(OBLIGATIONS), ("LNK032", "id")),
)


@pytest.mark.parametrize("what", TAMPERING, ids=lambda each: each[0])
async def test_what_somebody_altered_is_named(
    on_sqlite: Registered, what: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "_PAGE", 1)
    _, statement, expected = what
    await on_sqlite.open()
    on_sqlite.clock.now += HOUR
    await on_sqlite.record(seized())
    async with on_sqlite.keeper.engine.begin() as connection:
        await connection.execute(statement)
    first = (await on_sqlite.verify())[0]
    assert (first.code, first.what) == expected


def _plans(rows: Any) -> str:
    return " ".join(str(column) for row in rows for column in row)


async def test_due_work_and_lists_are_found_by_indexes(registered: Registered) -> None:
    """No plan looks at every row: among many cases the database takes the index."""
    await registered.open()
    await many(registered.keeper)
    postgresql = registered.keeper.engine.dialect.name == "postgresql"
    async with registered.keeper.engine.begin() as connection:
        await connection.execute(text("ANALYZE"))
    explain = "EXPLAIN" if postgresql else "EXPLAIN QUERY PLAN"
    of_district = "SELECT duty FROM register_obligations WHERE district = 'qiaonan' AND ended = false AND "
    in_order = " ORDER BY due, id LIMIT 20"
    queries = {
        "register_cases_by_next": "SELECT * FROM register_cases WHERE next_at <= 5 ORDER BY next_at LIMIT 20",
        "register_obligations_by_due": f"{of_district} (due, id) > (5, 'x') {in_order}",
        "register_obligations_by_case": f"{of_district} case_id = 'm7' {in_order}",
        "register_obligations_by_handler": f"{of_district} handler = 'h7' {in_order}",
    }
    marks = (
        "SELECT m.due, o.duty FROM register_marks m JOIN register_obligations o ON o.district = m.district "
        "AND o.id = m.obligation AND o.year = m.year WHERE m.district = 'qiaonan' AND m.role = 'bearer' "
        "AND m.code = 'b7' AND m.ended = false ORDER BY m.due, m.obligation LIMIT 20"
    )
    async with registered.keeper.engine.connect() as connection:
        for index, query in queries.items():
            plan = _plans(await connection.execute(text(f"{explain} {query}")))
            assert index in plan, plan
            assert "Seq Scan" not in plan
        plan = _plans(await connection.execute(text(f"{explain} {marks}")))
        assert "Seq Scan" not in plan
        assert "SCAN m" not in plan


async def many(keeper: Keeper) -> None:
    """Rows that are not derived from anything: enough for a planner to choose an index."""
    kept = await keeper.get("qiaonan", "c1")
    assert kept is not None
    numbers = range(3000)
    case = {
        "district": "qiaonan",
        "year": 2024,
        "version": 1,
        "entries": 0,
        "opened_at": 0,
        "as_of": 0,
        "lead": 0,
        "rules": kept.rules,
        "digest": "",
        "fault": "",
    }
    duty = {"district": "qiaonan", "year": 2024, "rule": "r", "state": "pending", "ended": False, "unit": ""}
    mark = {"district": "qiaonan", "role": "bearer", "ended": False, "year": 2024}
    async with keeper.engine.begin() as connection:
        await connection.execute(insert(CASES), [{**case, "case_id": f"m{n}", "next_at": n} for n in numbers])
        await connection.execute(
            insert(OBLIGATIONS),
            [
                {
                    **duty,
                    "id": f"o{n}",
                    "case_id": f"m{n}",
                    "due": n,
                    "handling": "",
                    "handler": f"h{n}",
                    "duty": b"",
                }
                for n in numbers
            ],
        )
        await connection.execute(
            insert(MARKS), [{**mark, "code": f"b{n % 50}", "due": n, "obligation": f"o{n}"} for n in numbers]
        )


async def test_up_and_down_with_data(any_database: str, start_register: Starting) -> None:
    """Going back to a version without a register takes it away, and leaves the rest as it was."""
    async with start_register(any_database) as registered:
        await registered.open()
        registered.clock.now += HOUR
        await registered.record(seized())
    engine = create_async_engine(parse_url(any_database))
    async with engine.begin() as connection:
        await connection.run_sync(lambda c: command.downgrade(config_for(c), "0004"))
        tables = await connection.run_sync(lambda c: set(inspect(c).get_table_names()))
        kept = (await connection.execute(select(func.count()).select_from(SNAPSHOTS))).scalar_one()
    await engine.dispose()
    assert not {name for name in tables if name.startswith("register_")}
    assert kept == 1
    again = await open_database(any_database)
    async with again.connect() as connection:
        tables = await connection.run_sync(lambda c: set(inspect(c).get_table_names()))
        assert (await connection.execute(select(func.count()).select_from(DISTRICTS))).scalar_one() == 0
    await again.dispose()
    assert {"register_cases", "register_changes"} <= tables


async def test_a_database_that_fails_is_said_to(on_sqlite: Registered, tmp_path: Path) -> None:
    await on_sqlite.open()
    (tmp_path / "register.sqlite3").rename(tmp_path / "elsewhere.sqlite3")
    on_sqlite.clock.now += HOUR
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await on_sqlite.record(seized())
    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
    assert "LNK994" in str(refused.value.details())


async def test_restarted_it_goes_on(start_register: Starting, any_database: str) -> None:
    clock = Clock()
    async with start_register(any_database, clock) as registered:
        await registered.open()
        clock.now += HOUR
        await registered.record(seized(), asked("r1", "tax_query", "tax"))
    clock.now += 20 * DAY
    async with start_register(any_database, clock) as registered:
        assert await registered.tick() == 1
        assert not await registered.verify()
        assert (await registered.duties())["qiaonan.query.tax"].HasField("violated_at")


async def test_the_ticking_process_does_it_by_itself(start_register: Starting, tmp_path: Path) -> None:
    clock = Clock()
    database = f"sqlite:///{tmp_path / 'r.sqlite3'}"
    async with start_register(database, clock, register__tick_seconds="0.05") as registered:
        await registered.open()
        clock.now += HOUR
        await registered.record(seized())
        clock.now += 3 * DAY
        for _ in range(200):
            if (await registered.duties())["qiaonan.vehicle.notify"].HasField("violated_at"):
                break
            await asyncio.sleep(0.05)
        assert not await registered.verify()


def test_migrations_are_one_line() -> None:
    """Two that were written side by side would leave a database at neither."""
    assert len(ScriptDirectory(str(SCRIPTS)).get_heads()) == 1
