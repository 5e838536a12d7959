"""Whole files: the mix of cases many times over, each with an id and a week of its own, as bulk jobs.

Three things are measured. The stages on one core, in processor time, one after the other on the same batches:
reading, deciding, writing. Whole jobs on one and two workers: the rate is that from every worker's first
finished batch to the last, so that starting processes and loading rules, which a long job does once, are not
in it. And, where the native core is installed, cases in memory on one and two threads of one process.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from itertools import count, cycle, islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from linkage.v1 import facts_pb2
from policy.bulk.convert import table_of
from policy.bulk.job import Order, Progress, run
from policy.bulk.parts import write_findings
from policy.bulk.reader import open_cases
from policy.bulk.runner import Counts, Results, runner_of
from policy.bulk.schema import AS_OF, MOMENT
from policy.bulk.settings import Settings
from policy.decide.snapshot import Snapshot, load_snapshot
from policy.engines import COMPILED, NATIVE
from policy.native import core_of, installed
from server.convert.answers import Answers
from server.convert.extent import BASIC, FULL
from server.convert.native import Given, NativeAnswers
from tests.bench.cases import bench_cases
from tests.bulk.files import Asked, lines

BATCH = ROW_GROUP = 4_096
WEEKS = 100
_WEEK = 7 * 86_400
_ROUNDS = 3

Data = dict[str, Any]
Track = Callable[[int], Callable[[], None]]

_ENGINES = (COMPILED.name,) if installed() is None else (COMPILED.name, NATIVE)


def measure(rules: Path, quick: bool, track: Track) -> Data:
    """All measurements; ``quick`` takes few cases."""
    size = 3_000 if quick else 40_000
    advance = track(len(_ENGINES) * 2 * 3 + 1)
    snapshot, _ = load_snapshot(rules)
    many = _many(snapshot, size)
    advance()
    with tempfile.TemporaryDirectory() as folder:
        stages, jobs = [], []
        for form in ("parquet", "jsonl"):
            cases = Path(folder) / f"cases.{form}"
            _write(cases, size)
            for engine in _ENGINES:
                stages.append(_stages(snapshot, cases, engine))
                advance()
                for workers in (1, 2):
                    jobs.append(_job(rules, snapshot, cases, engine, workers))
                    advance()
    return {"batch": BATCH, "stages": stages, "jobs": jobs, "many": many}


def mix() -> list[Asked]:
    """The cases of the mix in different weeks, whose holidays and month ends differ."""
    asked = []
    for week in range(WEEKS):
        for case in bench_cases():
            message = facts_pb2.Case()
            message.CopyFrom(case.message)
            message.id = f"{case.name}-{week}"
            _later(message, week * _WEEK)
            asked.append(Asked(message, case.as_of + week * _WEEK * 1_000_000_000, message.district))
    return asked


def _later(message: Any, seconds: int) -> None:
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.GetOptions().map_entry:
            continue
        for inner in value if field.is_repeated else (value,):
            if field.message_type.name == "Timestamp":
                inner.seconds += seconds
            else:
                _later(inner, seconds)


def _write(path: Path, size: int) -> None:
    """``size`` cases as columns, or as lines of JSON."""
    asked = mix()
    if path.suffix == ".jsonl":
        text = lines(asked)
        with open(path, "wb") as file:
            for copy in range(-(-size // len(asked))):
                file.write(text.replace(b'"case":{"id":"', b'"case":{"id":"%d-' % copy))
        return
    table = table_of(item.case for item in asked).append_column(AS_OF, _moments(asked))
    copies = [
        table.set_column(0, "id", pc.binary_join_element_wise(str(copy), table.column("id"), "-"))
        for copy in range(-(-size // len(asked)))
    ]
    pq.write_table(pa.Table.from_batches(copies), path, compression="zstd", row_group_size=ROW_GROUP)


def _moments(asked: list[Asked]) -> pa.Array:
    return pa.array([item.as_of for item in asked], pa.int64()).cast(MOMENT)


def _many(snapshot: Snapshot, size: int) -> list[Data]:
    """Cases a second from bytes in memory, by the core: canonical decisions, brief and whole answers."""
    asked = [item for item in mix() if item.district == "liwan"]
    core = core_of(snapshot.districts["liwan"])
    if core is None:
        return []
    answers = NativeAnswers(core, Answers(snapshot.districts["liwan"], "zh"))
    cases = [(item.case.SerializeToString(deterministic=True), item.as_of) for item in asked]
    cases = list(islice(cycle(cases), size))
    found = []
    for what, extent in (("decision", None), ("brief answer", BASIC), ("whole answer", FULL)):
        for threads in (1, 2):
            begin = perf_counter()
            for place in range(0, size, BATCH):
                some = cases[place : place + BATCH]
                made: list[Any] = (
                    core.decide_many(some, threads)
                    if extent is None
                    else answers.answer_many([Given(*case, extent=extent) for case in some], threads)
                )
                if any(isinstance(one, (str, Exception)) for one in made):
                    raise AssertionError("a case of the mix was left to Python")
            rate = round(size / (perf_counter() - begin))
            found.append({"what": what, "threads": threads, "per_second": rate})
    return found


def _stages(snapshot: Snapshot, cases: Path, engine: str) -> Data:
    """Processor time of each stage on a few batches, in microseconds a case; the best of some rounds."""
    runner = runner_of(snapshot, Settings("", None, 0, "en"), engine)
    best = [float("inf")] * 3
    for _ in range(_ROUNDS + 1):
        source = open_cases(cases, district=False)
        begin = process_time()
        batches = [batch for _, batch in zip(range(2), source.batches(BATCH), strict=False)]
        read = process_time()
        results: list[Results] = [runner.run(batch, source.layout) for _, batch in batches]
        decided = process_time()
        for result in results:
            write_findings(result.findings, pa.BufferOutputStream(), result.counts)
        spent = read - begin, decided - read, process_time() - decided
        best = [min(pair) for pair in zip(best, spent, strict=True)]
    total = sum((result.counts for result in results), Counts())
    names = ("read_us", "decide_us", "write_us")
    stages = {name: round(value / total.read * 1e6, 1) for name, value in zip(names, best, strict=True)}
    findings = round(sum(len(result.findings) for result in results) / total.read, 1)
    return {"engine": engine, "form": cases.suffix[1:], **stages, "findings": findings}


def _job(rules: Path, snapshot: Snapshot, cases: Path, engine: str, workers: int) -> Data:
    """A whole job: its rate, and its seconds from the beginning to the finished file."""
    out = cases.with_suffix(".out.parquet")
    order = Order(
        cases, out, cases.with_suffix(".bad"), rules, "", None, 0, engine, "en", BATCH, workers, True, False
    )
    seen: list[tuple[float, int]] = []

    def watch(progress: Progress) -> None:
        seen.append((perf_counter(), progress.counts.read))

    begin = perf_counter()
    outcome = run(order, snapshot, watch)
    seconds = perf_counter() - begin
    (first, before), (last, after) = seen[min(workers, len(seen)) - 1], seen[-1]
    rate = (after - before) / (last - first) if after > before else after / seconds
    return {
        "engine": engine,
        "form": cases.suffix[1:],
        "workers": workers,
        "cases": outcome.counts.read,
        "per_second": round(rate),
        "seconds": round(seconds, 1),
        "bytes_a_case": round(out.stat().st_size / outcome.counts.read),
    }


def table(data: Data) -> Table:
    """Everything as one table: processor time by stage on one core, and the rates of whole jobs."""
    title = "Bulk: processor µs a case on one core; cases a second of whole jobs on 1 and 2 workers"
    shown = Table(title=title, title_justify="left")
    for number, name in enumerate(("engine", "file", "read", "decide", "write", "sum", "1", "2")):
        shown.add_column(name, justify="right" if number > 1 else "left")
    rates = {(job["engine"], job["form"], job["workers"]): job["per_second"] for job in data["jobs"]}
    for row in data["stages"]:
        key = row["engine"], row["form"]
        spent = [row["read_us"], row["decide_us"], row["write_us"]]
        figures = [f"{value:,.1f}" for value in (*spent, sum(spent))]
        figures += [f"{rates[(*key, workers)]:,}" for workers in (1, 2)]
        shown.add_row(*key, *figures)
    return shown


def main() -> None:
    """``python -m tests.bench.bulk [--quick]``: only this part, on the screen."""
    steps = count()
    data = measure(Path("rules"), "--quick" in sys.argv, lambda total: lambda: _step(next(steps) + 1, total))
    Console().print(table(data))
    for one in data["many"]:
        Console().print(f"{one['what']}, {one['threads']} threads: {one['per_second']:,} cases a second")


def _step(done: int, total: int) -> None:
    print(f"{done}/{total}", file=sys.stderr)


if __name__ == "__main__":
    main()
