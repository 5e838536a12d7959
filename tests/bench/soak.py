"""The service for minutes on end: mixed load, overload, slow readers, rules loaded again; its memory.

``python -m tests.bench --only soak --minutes 10`` writes soak.md, soak.svg and soak.json in docs/benchmarks.
Memory that grows with time would show as a slope of the last half of the run.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tests.bench.h2 import LoadError
from tests.bench.h2load import PROGRAM
from tests.bench.lines import Line, line_chart
from tests.bench.machine import machine_facts
from tests.bench.servers import family, resident_bytes, server
from tests.bench.soak_load import BURST_CALLS, BURST_EVERY, SLOW_READERS, SoakLoad
from tests.server.postgres import running_postgres

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"
WORKERS = 2
SAMPLE_SECONDS = 1.0
RELOAD_SECONDS = 20.0

_FACTS = ("day", "processor", "cores", "system", "Python", "protobuf", "grpcio", "uvloop")


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the service: megabytes at seconds since the beginning."""

    name: str
    samples: tuple[tuple[float, float], ...]

    @property
    def slope(self) -> float:
        """Megabytes an hour over the last half, by least squares."""
        later = self.samples[len(self.samples) // 2 :]
        seconds, megabytes = [s for s, _ in later], [m for _, m in later]
        return 3600 * statistics.linear_regression(seconds, megabytes).slope


@dataclass(frozen=True, slots=True)
class Soak:
    """What a run gave: each process's memory, what the clients counted, the service's own log by event."""

    minutes: float
    database: str
    processes: tuple[Process, ...]
    counts: dict[str, int]
    events: dict[str, int]


def run(rules: Path, minutes: float, console: Console) -> int:
    """Runs the soak with a progress bar and writes its page; the exit code."""
    with Progress(TextColumn("soak"), BarColumn(), TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("soak", total=round(60 * minutes / SAMPLE_SECONDS))
        try:
            soak = measure(rules, minutes, lambda: progress.advance(task))
        except LoadError as failure:
            print(failure, file=sys.stderr)
            return 1
    write(soak)
    console.print(f"written: {FOLDER.parent.name}/{FOLDER.name}/soak.md")
    return 0


def measure(rules: Path, minutes: float, advance: Callable[[], None]) -> Soak:
    """Runs for ``minutes``; ``advance`` is called every second.

    Raises ``LoadError`` where the service or a client fails, or a worker ends.
    """
    if PROGRAM is None:
        raise LoadError("the soak needs h2load (Debian: nghttp2-client)")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        own_rules = Path(shutil.copytree(rules, folder / "rules"))
        name, database = _database(folder, stack)
        serve = ["server.cli", "serve", "--address", "127.0.0.1:0", "--rules", str(own_rules)]
        options = ["--workers", str(WORKERS), "--database", database]
        log = folder / "log"
        process, address = stack.enter_context(server(*serve, *options, errors=log))
        members = family(process)
        load = stack.enter_context(SoakLoad(address, folder, minutes * 60))
        processes = _watch(members, own_rules, minutes * 60, advance)
        load.finish()
        if family(process) != members:
            raise LoadError("a worker ended during the run")
        lines = log.read_text(encoding="utf-8").splitlines()
        events = Counter(json.loads(line)["event"] for line in lines)
        return Soak(minutes, name, processes, load.counts, dict(sorted(events.items())))


def _database(folder: Path, stack: ExitStack) -> tuple[str, str]:
    """PostgreSQL where it is installed, else SQLite: its name and URL."""
    try:
        return "PostgreSQL", stack.enter_context(running_postgres(folder / "postgresql")).create()
    except ImportError:
        return "SQLite", f"sqlite:///{folder / 'log.sqlite3'}"


def _watch(
    members: list[int], rules: Path, seconds: float, advance: Callable[[], None]
) -> tuple[Process, ...]:
    """Samples every process and has the rules loaded again, each time changed, until the time is up."""
    begin = time.monotonic()
    samples: list[list[tuple[float, float]]] = [[] for _ in members]
    pack = rules / "liwan" / "pack.yaml"
    texts = itertools.cycle((pack.read_text().replace("title: {zh: ", "title: {zh: 又", 1), pack.read_text()))
    reload_at = RELOAD_SECONDS
    while (now := time.monotonic() - begin) < seconds:
        for member, found in zip(members, samples, strict=True):
            found.append((now, resident_bytes(member) / 2**20))
        if now >= reload_at:
            pack.write_text(next(texts))
            os.kill(members[0], signal.SIGHUP)
            reload_at += RELOAD_SECONDS
        advance()
        time.sleep(SAMPLE_SECONDS)
    names = ("supervisor", *(f"worker {number}" for number in range(len(members) - 1)))
    return tuple(Process(name, tuple(found)) for name, found in zip(names, samples, strict=True))


def write(soak: Soak, folder: Path = FOLDER) -> None:
    """Writes soak.md, soak.svg and soak.json."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = {name: fact for name, fact in machine_facts().items() if name in _FACTS}
    data = {"machine": facts, **asdict(soak)}
    for process in data["processes"]:
        process["samples"] = [[round(s), round(m, 1)] for s, m in process["samples"]]
    (folder / "soak.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    (folder / "soak.svg").write_text(picture(soak), encoding="utf-8")
    (folder / "soak.md").write_text(page(soak, facts), encoding="utf-8")


def picture(soak: Soak) -> str:
    """The memory of every process over time."""
    lines = [Line(p.name, [(s / 60, m) for s, m in p.samples]) for p in soak.processes]
    note = f"Megabytes resident; behind the dashed line is the half that the slopes are of. {soak.database}."
    return line_chart("Memory under load", note, "minutes", lines, soak.minutes / 2)


def page(soak: Soak, facts: dict[str, str]) -> str:
    """The page in Markdown."""
    counts, events = soak.counts, soak.events
    lines = [
        "# Soak",
        "",
        "Made by `python -m tests.bench --only soak --minutes N`; do not edit.",
        "",
        "| " + " | ".join(facts) + " |",
        "|" + "---|" * len(facts),
        "| " + " | ".join(facts.values()) + " |",
        "",
        "![Memory under load](soak.svg)",
        "",
        f"`linkage serve --workers {WORKERS}` for {soak.minutes:g} minutes, each decision logged in",
        f"{soak.database}. All at once: Evaluate of every case of the mix, BatchEvaluate and EvaluateStream",
        f"of 100 cases; every {BURST_EVERY:g} s a burst of {BURST_CALLS:,} calls at once, more than the",
        f"service takes (the others get RESOURCE_EXHAUSTED); {SLOW_READERS} streams of a client that sends",
        "as much as it can and reads an answer now and then; the rules changed and loaded again every",
        f"{RELOAD_SECONDS:g} s.",
        "",
        "| process | MB at first | MB at half | MB at last | most | MB an hour, last half |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for process in soak.processes:
        megabytes = [m for _, m in process.samples]
        half = megabytes[len(megabytes) // 2]
        shown = (megabytes[0], half, megabytes[-1], max(megabytes), process.slope)
        lines.append(f"| {process.name} | " + " | ".join(f"{value:,.1f}" for value in shown) + " |")
    lines += ["", "| counted by the clients | |", "|---|---:|"]
    lines += [f"| {name} | {count:,} |" for name, count in counts.items()]
    lines += ["", "| the service's log says | times |", "|---|---:|"]
    lines += [f"| `{name}` | {count:,} |" for name, count in events.items()]
    return "\n".join([*lines, ""])
