"""What boards read is kept with each duty: found by indexes, filled by its migration, taken away again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import delete, event, insert, inspect, select, text, update
from sqlalchemy.ext.asyncio import create_async_engine

from server.board.asked import Asked, midnight, window, year_around
from server.board.behind import Of, behind
from server.board.board import board
from server.board.kinds import By, Every
from server.store.database import open_database, parse_url
from server.store.migrate import config_for
from server.store.register import CASES, FIGURES
from tests.server.board.conftest import fill
from tests.server.register.conftest import DAY, START, Clock, Registered, Starting

ROW = {
    "district": "qiaonan",
    "year": 2024,
    "bearers": "tax",
    "matters": "tax_query",
    "clauses": "3",
    "unit": "",
    "modality": "obligation",
    "force": "binding",
    "state": "fulfilled",
    "asked": True,
}


async def test_an_index_gives_what_a_board_counts(empty: Registered) -> None:
    """Of many years the rows of one month, and those that have not ended: nothing else is read."""
    engine, district = empty.keeper.engine, empty.register.rules.current.snapshot.districts["qiaonan"]
    rows = []
    for number in range(4000):
        arose = START - number * DAY
        rows.append(
            {
                **ROW,
                "id": f"o{number}",
                "due": arose + DAY,
                "ended_at": arose + DAY // 2,
                "counts_at": arose + DAY - 1,
                "arose_at": arose,
                "violated_at": None,
            }
        )
    async with engine.begin() as connection:
        await connection.execute(insert(FIGURES), rows)
    if engine.dialect.name == "postgresql":  # where it comes about by itself; SQLite has to do without
        async with engine.connect() as connection:
            await connection.execute(text("ANALYZE"))
            await connection.commit()
    asked = Asked("qiaonan", *window(START, None, START - 20 * DAY, START), DAY, every=Every.DAY)
    seen: list[tuple[str, Any]] = []

    def keep(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "register_figures" in statement:
            seen.append((statement, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", keep)
    for by in By:
        await board(empty.keeper, district, asked._replace(by=by), {})
    await behind(empty.keeper, district, asked, Of("late"), None, 10)
    await behind(empty.keeper, district, asked, Of("past_due"), None, 10)
    event.remove(engine.sync_engine, "before_cursor_execute", keep)
    assert len(seen) >= 20
    explain = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    async with engine.connect() as connection:
        for statement, parameters in seen:
            found = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
            plan = " ".join(str(value) for row in found for value in row)
            assert "register_figures_by_" in plan, (statement, plan)
            assert "Seq Scan on register_figures" not in plan, (statement, plan)


async def test_verify_compares_every_column(empty: Registered) -> None:
    await fill(empty, 20, cases=3)
    assert not await empty.verify()
    async with empty.keeper.engine.begin() as connection:
        one = (await connection.execute(select(FIGURES.c.id).limit(1))).scalar_one()
        await connection.execute(update(FIGURES).where(FIGURES.c.id == one).values(unit="x"))
    (wrong,) = await empty.verify()
    assert (wrong.obligation, wrong.what, wrong.stored) == (one, "unit", "x")
    async with empty.keeper.engine.begin() as connection:
        await connection.execute(delete(FIGURES).where(FIGURES.c.id == one))
    (wrong,) = await empty.verify()
    assert wrong.obligation == one


async def test_a_register_from_before_is_filled(
    any_database: str, start_register: Starting, board_rules: Path
) -> None:
    """Down and up again with data: the same rows, once the service has looked at what was handled."""
    clock, options = Clock(), {"rules": str(board_rules)}
    async with start_register(any_database, clock, **options) as registered:
        await fill(registered, 21)
        kept = await _figures(registered)
    engine = create_async_engine(parse_url(any_database))
    async with engine.begin() as connection:
        await connection.run_sync(lambda c: command.downgrade(config_for(c), "0008"))
        assert FIGURES.name not in await connection.run_sync(lambda c: inspect(c).get_table_names())
    await engine.dispose()
    again = await open_database(any_database)
    async with again.connect() as connection:
        filled = {row["id"]: dict(row) for row in (await connection.execute(select(FIGURES))).mappings()}
        waiting = await connection.execute(
            select(CASES.c.case_id).where(CASES.c.next_at == CASES.c.as_of + 1)
        )
        assert waiting.all()
    await again.dispose()
    acts = ("accepted_at", "returned_at", "objected_at", "rejected_at")
    assert filled == {one: {**row, **dict.fromkeys(acts)} for one, row in kept.items()}
    assert any(row["accepted_at"] for row in kept.values())
    async with start_register(any_database, clock, **options) as registered:
        clock.now += DAY // 24
        await registered.tick()
        after = await _figures(registered)
        assert {one: [row[name] for name in acts] for one, row in after.items()} == {
            one: [row[name] for name in acts] for one, row in kept.items()
        }
        assert not await registered.verify()


async def _figures(registered: Registered) -> dict[str, dict[str, Any]]:
    async with registered.keeper.reading() as connection:
        return {row["id"]: dict(row) for row in (await connection.execute(select(FIGURES))).mappings()}


@pytest.mark.parametrize("year", [1999, 2024, 2098])
def test_a_year_is_one_of_shanghai(year: int) -> None:
    first, after = midnight(date(year, 1, 1)), midnight(date(year + 1, 1, 1))
    assert year_around(first) == year_around(after - 1) == (first, after)
    assert (after - first) // DAY in (365, 366)
