"""The register at scale: RecordEvents and ListObligations among up to a million obligations of a district.

``python -m tests.bench --only register`` writes register.md and register.json in docs/benchmarks.

    each store, each size:  filled --> measured --> 90 % of its cases ended --> measured again

The server is a process of its own, on the shipped rules, with a clock that stands still; the client another.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import grpc
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import case_service_pb2_grpc as stubs
from linkage.v1 import facts_pb2, register_pb2
from policy.time.moment import NANO
from server.proof.keys import read_keys
from server.register import verifying
from server.register.keeping import Keeper
from server.register.rules import Snapshots
from server.store.archive import RuleArchive
from server.store.database import open_database
from tests.bench.register_fill import DISTRICT, NOW, Copier, case_of, close, fill, moulds
from tests.bench.servers import server
from tests.bench.timing import percentile
from tests.loading import loaded
from tests.server.logs import Keys, key_setting
from tests.server.postgres import running_postgres
from tests.year.run import served
from tests.year.stories import Templates

SIZES = (1_000, 100_000, 1_000_000)
QUICK_SIZES = (1_000, 3_000)
MOULDS = 200
CLOSED = 0.9
CLIENTS = 16
PAGE = 50
SAMPLE = 40
TABLES = ("cases", "keys", "entries", "obligations", "marks", "figures", "changes")


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of calls, and how many there were in a second."""

    median: float
    p99: float
    per_second: float

    @classmethod
    def of(cls, seconds: Sequence[float], whole: float) -> Times:
        """Of each call's seconds, and the seconds of all together."""
        return cls(1000 * percentile(seconds, 50), 1000 * percentile(seconds, 99), len(seconds) / whole)


@dataclass(slots=True)
class Measured:
    """One store with so many obligations: bytes by table, how it was filled, what calls take."""

    store: str
    obligations: int
    closed: bool
    rows: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    filled_per_second: float = 0.0
    record_one: Times | None = None
    record_many: Times | None = None
    lists: dict[str, Times] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


Advance = Callable[[float], None]


def run(rules: Path, quick: bool, console: Console, sizes: Sequence[int] = SIZES) -> int:
    """Measures with a progress bar and writes the page; the exit code: 1 where a sample is wrong."""
    from tests.bench.register_page import page, write

    sizes = QUICK_SIZES if quick else sizes
    found: list[Measured] = []
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console) as progress:
        for store, size in itertools.product(("sqlite", "postgresql"), sizes):
            task = progress.add_task(f"{store} {size:,}", total=1.0)
            calls = 60 if quick else 400
            found += measure(store, rules, size, calls, partial(progress.advance, task))
    console.print(page(found, {}))
    if not quick:
        write(found)
        console.print("written: docs/benchmarks/register.md")
    return int(any(one.wrong for one in found))


def measure(store: str, rules: Path, size: int, calls: int, advance: Advance) -> list[Measured]:
    """One store of one size, before and after most of its cases have ended."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linkage-register-")))
        Keys.folder = folder
        own = shutil.copytree(rules, folder / "rules", ignore=shutil.ignore_patterns("tests"))
        (folder / "clock").write_text(f"@{NOW}", encoding="ascii")
        if store == "postgresql":
            database = stack.enter_context(running_postgres(folder / "data")).create()
        else:
            database = f"sqlite:///{folder / 'register.sqlite3'}"
        filled = asyncio.run(_filled(database, own, rules, size, advance))
        found = []
        for closed in (False, True):
            one = Measured(store, size, closed, filled_per_second=filled.per_second)
            if closed:
                asyncio.run(_ended(database, filled, advance))
            asyncio.run(_looked_at(database, filled, one))
            values = serving_values(database, own, folder)
            with server("tests.kills.serving", str(folder / "clock"), *values, errors=folder / "log") as (
                _,
                address,
            ):
                asyncio.run(_called(address, filled, one, calls))
            advance(0.1)
            found.append(one)
        return found


@dataclass(frozen=True)
class Filled:
    """What was filled: the copier, how many cases, and how fast."""

    copier: Copier
    cases: int
    per_second: float

    @property
    def ended(self) -> int:
        """How many cases are to end: the first ones."""
        return int(CLOSED * self.cases)


def serving_values(database: str, rules: Path, folder: Path) -> list[str]:
    """The settings of a server that is measured, as ``tests.kills.serving`` takes them."""
    values = {
        "address": "127.0.0.1:0",
        "rules": str(rules),
        "sources": str(folder / "sources"),
        "operations.address": "off",
        "http.address": "off",
        "database": database,
        "log.keys": key_setting(database),
        "register.tick_seconds": "3600",
        "limits.caller_calls_per_second": "100000",
        "limits.caller_burst": "100000",
    }
    return [f"{name}={value}" for name, value in values.items()]


async def _filled(database: str, own: Path, rules: Path, size: int, advance: Advance) -> Filled:
    async with served(database, own) as running:
        running.clock.now = NOW
        snapshot = running.running.rules.current.snapshot
        templates = Templates.of(*loaded(rules))
        copier = Copier(moulds(snapshot.districts[DISTRICT], templates, MOULDS), snapshot.digest)
        begin = time.monotonic()
        keeper = running.register.keeper
        cases = await fill(keeper, copier, itertools.count(), size, lambda n: advance(0.5 * n / size))
        return Filled(copier, cases, size / (time.monotonic() - begin))


def _keeper(engine: AsyncEngine, database: str) -> Keeper:
    return Keeper(engine, keys=read_keys(Path(key_setting(database))))


async def _ended(database: str, filled: Filled, advance: Advance) -> None:
    engine = await open_database(database)
    share = 0.3 / max(1, filled.ended)
    await close(
        _keeper(engine, database), filled.copier, range(filled.ended), lambda cases: advance(share * cases)
    )
    await engine.dispose()


async def _looked_at(database: str, filled: Filled, one: Measured) -> None:
    """Its size, and whether a sample of its cases is as replayed."""
    engine = await open_database(database)
    if engine.dialect.name == "postgresql":
        async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            await connection.execute(text("VACUUM ANALYZE"))
    async with engine.connect() as connection:
        for table in TABLES:
            count = await connection.execute(text(f"SELECT count(*) FROM register_{table}"))  # noqa: S608
            one.rows[table] = count.scalar_one()
    one.bytes = await _bytes(engine)
    keeper, snapshots = _keeper(engine, database), Snapshots(RuleArchive(engine))
    dice = random.Random(one.obligations)  # noqa: S311 - which cases are looked at
    for number in dice.sample(range(filled.cases), min(SAMPLE, filled.cases)):
        kept = await keeper.get(DISTRICT, case_of(number))
        wrong = kept and await verifying._of_case(keeper, snapshots, kept)
        if kept is None or wrong is not None:
            one.wrong.append(str(wrong))
    await engine.dispose()


async def _bytes(engine: AsyncEngine) -> dict[str, int]:
    """Bytes of each table with its indexes; where SQLite does not tell, of the whole file."""
    async with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            sizes = {table: text(f"SELECT pg_total_relation_size('register_{table}')") for table in TABLES}
            return {table: (await connection.execute(query)).scalar_one() for table, query in sizes.items()}
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        size = (await connection.execute(text("PRAGMA page_size"))).scalar_one()
        return {"file": pages * size}


@asynccontextmanager
async def stub_of(address: str) -> AsyncIterator[stubs.CaseServiceAsyncStub]:
    """A client of the server there."""
    async with grpc.aio.insecure_channel(address) as channel:
        yield stubs.CaseServiceStub(channel)


async def _called(address: str, filled: Filled, one: Measured, calls: int) -> None:
    async with stub_of(address) as stub:
        lists = await _lists(stub)
        for fields in lists.values():  # everything has been read once
            await _list(stub, fields)
        for name, fields in lists.items():
            times, begin = [], time.monotonic()
            for _ in range(max(10, calls // 10)):
                start = time.monotonic()
                await _list(stub, fields)
                times.append(time.monotonic() - start)
            one.lists[name] = Times.of(times, time.monotonic() - begin)
        numbers = list(range(filled.ended, filled.cases))
        random.Random(7).shuffle(numbers)  # noqa: S311 - which cases are written
        one.record_one = await recorded(stub, itertools.cycle(numbers), f"one{one.closed}", calls // 4, 1)
        one.record_many = await recorded(stub, itertools.cycle(numbers), f"many{one.closed}", calls, CLIENTS)


async def recorded(stub: Any, numbers: Any, key: str, calls: int, clients: int) -> Times:
    """So many calls, each with one event of another case that goes on."""
    left, times = iter(range(calls)), []

    async def client() -> None:
        for call in left:
            event = facts_pb2.Event(id=f"{key}{call}", type="vehicle_seized", actor="traffic_police")
            event.at.seconds = NOW // NANO - 60
            entry = register_pb2.CaseEntry(id=event.id, event=event)
            case_id = case_of(next(numbers))
            request = api.RecordEventsRequest(district=DISTRICT, case_id=case_id, entries=[entry])
            start = time.monotonic()
            await stub.RecordEvents(request)
            times.append(time.monotonic() - start)

    begin = time.monotonic()
    await asyncio.gather(*(client() for _ in range(clients)))
    return Times.of(times, time.monotonic() - begin)


async def _list(stub: Any, fields: Mapping[str, Any]) -> Any:
    return await stub.ListObligations(api.ListObligationsRequest(district=DISTRICT, page_size=PAGE, **fields))


async def _lists(stub: Any) -> dict[str, dict[str, Any]]:
    """Every filter by itself, every two of them, and some more together: common values and rare ones."""
    page = (await _list(stub, {"include_ended": True})).obligations
    some = next((each for each in page if each.matters), page[0])
    far = (NOW + 30 * 86_400 * NANO) // NANO
    single: dict[str, dict[str, Any]] = {
        "body": {"body": some.bearers[0].code if some.bearers else "court"},
        "rare state": {"states": ["STATE_SUSPENDED"]},
        "due window": {"due_from": {"seconds": far}, "due_before": {"seconds": far + 86_400}},
        "matter": {"matter": some.matters[0].code if some.matters else "tax_query"},
        "clause": {"clause": some.basis[0]},
        "rare handling": {"handlings": ["HANDLING_RETURNED"]},
        "handler": {"handler": "h7"},
        "unit": {"unit": "nowhere"},
        "case": {"case_id": some.case_id},
    }
    found = {"nothing": {}, "ended ones too": {"include_ended": True}, **single}
    for one, other in itertools.combinations(single, 2):
        found[f"{one}, {other}"] = single[one] | single[other]
    found["body, state, matter, clause"] = (
        single["body"] | single["rare state"] | single["matter"] | single["clause"]
    )
    return found
