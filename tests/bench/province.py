"""A drill for a province: partitions by district and year, ten times the districts, ten million cases.

``python -m tests.bench --only province`` writes province.md and province.json in docs/benchmarks.

    one district, filled by the register's own writer --copied in SQL--> ten, a hundred districts --measured
    cases of next to nothing besides, up to ten million --> what is due, found by an index
"""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from server.store.metadata import METADATA
from tests.bench.machine import machine_facts
from tests.bench.register import MOULDS, TABLES, Times, recorded, serving_values, stub_of
from tests.bench.register_fill import DISTRICT, NOW, Copier, fill, moulds
from tests.bench.servers import server
from tests.loading import loaded
from tests.server.logs import Keys
from tests.server.postgres import Postgres, running_postgres
from tests.year.run import served
from tests.year.stories import Templates

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"
PARTITIONS = Path(__file__).resolve().parents[2] / "deploy" / "partitions.sql"
DISTRICTS = (1, 10, 100)
EACH = 10_000
"""Obligations of a district."""
NARROW = (1_000_000, 10_000_000)
"""Cases in all, for the search of what is due."""
CALLS = 200
_FACTS = ("day", "processor", "cores", "system")

_DUE = (
    f"SELECT * FROM register_cases WHERE next_at <= {NOW} "  # noqa: S608
    "ORDER BY next_at LIMIT 20 FOR UPDATE SKIP LOCKED"
)
_QUERIES: Mapping[str, str] = {
    "what is due": _DUE,
    "a page of a district": "SELECT due, id, duty FROM register_obligations WHERE district = 'liwan' "
    "AND ended = false AND (due, id) > (5, 'x') ORDER BY due, id LIMIT 51",
    "a page of a body": "SELECT due, obligation FROM register_marks WHERE district = 'liwan' "
    "AND role = 'bearer' AND code = 'court' AND ended = false ORDER BY due, obligation LIMIT 51",
    "a case's duties": "SELECT duty FROM register_obligations WHERE district = 'liwan' "
    "AND case_id = 'case-0000007' AND year = 2024",
    "the case of an obligation": "SELECT case_id FROM register_obligations WHERE district = 'liwan' "
    "AND id = 'ob-0'",
    "an obligation's history": "SELECT * FROM register_changes WHERE district = 'liwan' "
    "AND obligation = 'ob-0' ORDER BY position",
}
"""As the register asks."""


@dataclass(slots=True)
class Step:
    """The register with so many districts: bytes by table, milliseconds of each query, of RecordEvents."""

    districts: int
    rows: dict[str, int]
    heap: dict[str, int]
    indexes: dict[str, int]
    queries: dict[str, float] = field(default_factory=dict)
    record: Times | None = None


@dataclass(slots=True)
class Due:
    """The search of what is due among so many cases: milliseconds, the plan, bytes of table and index."""

    cases: int
    milliseconds: float
    plan: list[str]
    heap: int
    indexes: int


def run(rules: Path, quick: bool, console: Console) -> int:
    """Runs the drill with a progress bar and writes its page."""
    districts, narrow, each = ((1, 3), (20_000,), 500) if quick else (DISTRICTS, NARROW, EACH)
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("province", total=len(districts) + len(narrow))
        steps, due = drill(rules, districts, narrow, each, lambda: progress.advance(task))
    text = page(steps, due, each, {name: f for name, f in machine_facts().items() if name in _FACTS})
    console.print(text)
    if not quick:
        data = {"steps": [asdict(one) for one in steps], "due": [asdict(one) for one in due]}
        (FOLDER / "province.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        (FOLDER / "province.md").write_text(text, encoding="utf-8")
    return 0


def drill(
    rules: Path, districts: Sequence[int], narrow: Sequence[int], each: int, advance: Callable[[], object]
) -> tuple[list[Step], list[Due]]:
    """The steps, and the search of what is due."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linkage-province-")))
        Keys.folder = folder
        own = shutil.copytree(rules, folder / "rules", ignore=shutil.ignore_patterns("tests"))
        (folder / "clock").write_text(f"@{NOW}", encoding="ascii")
        postgres = stack.enter_context(running_postgres(folder / "data"))
        database = postgres.create()
        cases = asyncio.run(_filled(postgres, database, own, rules, each))
        values = serving_values(database, own, folder)
        steps = []
        for before, count in itertools.pairwise((1, *districts)):
            _copy(postgres, database, before, count)
            step = _measured(postgres, database, count)
            with server("tests.kills.serving", str(folder / "clock"), *values, errors=folder / "log") as (
                _,
                address,
            ):
                step.record = asyncio.run(_recorded(address, count, cases))
            steps.append(step)
            advance()
        found = []
        for wanted in narrow:
            found.append(_narrow(postgres, database, districts[-1], wanted))
            advance()
        return steps, found


async def _filled(postgres: Postgres, database: str, own: Path, rules: Path, each: int) -> int:
    """One district, in partitions; how many cases."""
    async with served(database, own) as running:
        postgres.sql(PARTITIONS.read_text(encoding="utf-8"), database)
        postgres.sql(f"SELECT linkage_partitions('{DISTRICT}', 2024, 2026)", database)
        running.clock.now = NOW
        snapshot = running.running.rules.current.snapshot
        of = moulds(snapshot.districts[DISTRICT], Templates.of(*loaded(rules)), MOULDS)
        keeper = running.register.keeper
        return await fill(keeper, Copier(of, snapshot.digest), itertools.count(), each, lambda _: None)


def _copy(postgres: Postgres, database: str, before: int, count: int) -> None:
    """More districts, each with the rows of the first."""
    for number in range(before, count):
        code = f"d{number:03}"
        postgres.sql(f"SELECT linkage_partitions('{code}', 2024, 2026)", database)
        for table in TABLES:
            columns = ", ".join(
                c.name for c in METADATA.tables[f"register_{table}"].c if c.name != "district"
            )
            postgres.sql(
                f"INSERT INTO register_{table} (district, {columns}) "  # noqa: S608
                f"SELECT '{code}', {columns} FROM register_{table} WHERE district = '{DISTRICT}'",
                database,
            )


def _measured(postgres: Postgres, database: str, count: int) -> Step:
    postgres.sql("VACUUM ANALYZE", database)
    rows, heap, indexes = {}, {}, {}
    for table in TABLES:
        rows[table] = int(postgres.sql(f"SELECT count(*) FROM register_{table}", database))  # noqa: S608
        heap[table], indexes[table] = _bytes(postgres, database, f"register_{table}")
    found = Step(count, rows, heap, indexes)
    for name, query in _QUERIES.items():
        found.queries[name] = _milliseconds(postgres, database, query)[0]
    return found


def _bytes(postgres: Postgres, database: str, table: str) -> tuple[int, int]:
    """Bytes of a table, its partitions together: of rows, of indexes."""
    tree = f"FROM pg_partition_tree('{table}') WHERE isleaf"
    sums = "sum(pg_table_size(relid)), sum(pg_indexes_size(relid))"
    heap, indexes = postgres.sql(f"SELECT {sums} {tree}", database).split("|")
    return int(heap), int(indexes)


def _milliseconds(postgres: Postgres, database: str, query: str) -> tuple[float, list[str]]:
    """What planning and doing a query takes, the best of five times; and the plan."""
    best, plan = float("inf"), []
    for _ in range(5):
        lines = postgres.sql(f"EXPLAIN (ANALYZE, BUFFERS) {query}", database).splitlines()
        times = [
            float(line.split(":")[1].split()[0]) for line in lines if line.startswith(("Planning T", "Exec"))
        ]
        if sum(times) < best:
            best, plan = sum(times), lines
    return best, plan


async def _recorded(address: str, count: int, cases: int) -> Times:
    async with stub_of(address) as stub:
        return await recorded(stub, itertools.cycle(range(cases)), f"p{count}-", min(CALLS, cases), 1)


def _narrow(postgres: Postgres, database: str, districts: int, wanted: int) -> Due:
    """So many cases with nothing besides: each is due at a moment of its own, twenty of them by now."""
    there = int(postgres.sql("SELECT count(*) FROM register_cases", database))
    each = max(1, (wanted - there) // districts)
    rules = postgres.sql("SELECT digest FROM snapshots LIMIT 1", database)
    for number in range(districts):
        code = DISTRICT if number == 0 else f"d{number:03}"
        columns = (
            "district, case_id, year, version, entries, opened_at, as_of, next_at, lead, rules, digest, fault"
        )
        due = f"{NOW} + (n - 1)::bigint * 1000000000 + {number}"
        row = f"'{code}', 'n{wanted}-' || n, 2024, 1, 1, {NOW}, {NOW}, {due}, 0, '{rules}', md5(n::text), ''"
        rows = f"SELECT {row} FROM generate_series(1, {each}) AS n"  # noqa: S608
        postgres.sql(f"INSERT INTO register_cases ({columns}) {rows}", database)
    postgres.sql("VACUUM ANALYZE register_cases", database)
    milliseconds, plan = _milliseconds(postgres, database, _DUE)
    heap, indexes = _bytes(postgres, database, "register_cases")
    return Due(
        int(postgres.sql("SELECT count(*) FROM register_cases", database)), milliseconds, plan, heap, indexes
    )


def page(steps: Sequence[Step], due: Sequence[Due], each: int, facts: Mapping[str, Any]) -> str:
    """The page in Markdown."""
    lines = [
        "# A drill for a province",
        "",
        "Made by `python -m tests.bench --only province`; do not edit. [province.md](../province.md) says",
        "what it is for.",
        "",
        "| " + " | ".join(facts) + " |",
        "|" + "---|" * len(facts),
        "| " + " | ".join(str(fact) for fact in facts.values()) + " |",
        "",
        "PostgreSQL on this machine, its tables partitioned by `deploy/partitions.sql`: in one district",
        f"{each:,} obligations by the register's own writer, copied in SQL to further districts.",
        "",
        "| districts | " + " | ".join(str(step.districts) for step in steps) + " |",
        "|---|" + "---:|" * len(steps),
    ]

    def row(name: str, figures: Sequence[str]) -> None:
        lines.append(f"| {name} | " + " | ".join(figures) + " |")

    for table in TABLES:
        row(f"rows of register_{table}", [f"{step.rows[table]:,}" for step in steps])
    obligations = [max(1, step.rows["obligations"]) for step in steps]
    for table in TABLES:
        figures = [
            f"{step.heap[table] / count:,.0f} + {step.indexes[table] / count:,.0f}"
            for step, count in zip(steps, obligations, strict=True)
        ]
        row(f"bytes an obligation in register_{table}: rows + indexes", figures)
    whole = [
        (sum(step.heap.values()) + sum(step.indexes.values())) / count
        for step, count in zip(steps, obligations, strict=True)
    ]
    row("bytes an obligation in all", [f"{value:,.0f}" for value in whole])
    for name in _QUERIES:
        row(f"{name}, ms", [f"{step.queries[name]:.2f}" for step in steps])
    records = [step.record for step in steps if step.record is not None]
    row("RecordEvents, one client: median ms", [f"{times.median:.1f}" for times in records])
    row("RecordEvents, one client: p99 ms", [f"{times.p99:.1f}" for times in records])
    lines += ["", "## What is due", "", "Planning and execution together, the best of five.", ""]
    lines += ["| cases | ms | bytes of rows | bytes of indexes |", "|---:|---:|---:|---:|"]
    lines += [f"| {one.cases:,} | {one.milliseconds:.2f} | {one.heap:,} | {one.indexes:,} |" for one in due]
    lines += ["", f"    {_DUE}", ""]
    shown = due[-1].plan
    lines += [f"    {line}" for line in (*shown[:16], "…", *shown[-6:])]
    return "\n".join([*lines, ""])
