"""Server throughput: Evaluate, log off and on, beside an echo on the same stack, with the same client."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import policy_service_pb2 as api
from policy.decision import NANO
from tests.bench.cases import bench_cases
from tests.bench.echo import EMPTY, SAME
from tests.bench.h2 import Connection, Load, LoadError
from tests.bench.timing import percentile, shuffler

EVALUATE = "/linkage.v1.PolicyService/Evaluate"
IN_FLIGHT = 64
SECONDS = 1.0
ANSWER_BYTES = 16_384
"""Size of the echo's larger answer: about that of the mix's answers."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """One subject: calls a second (median of the rounds), its share of the empty echo's, latencies.

    ``cpu`` is the server process's processor time for one call; None where the system does not tell.
    """

    name: str
    per_second: float
    share: float
    median_ms: float
    p99_ms: float
    cpu_us: float | None


@dataclass(frozen=True, slots=True)
class _Subject:
    name: str
    process: int
    connection: Connection


def messages() -> list[bytes]:
    """The mix as serialized requests."""
    return [
        api.EvaluateRequest(
            case=case.message, as_of=Timestamp(seconds=case.as_of // NANO, nanos=case.as_of % NANO)
        ).SerializeToString()
        for case in bench_cases()
    ]


def measure(rules: Path, rounds: int, advance: Callable[[], None]) -> tuple[Throughput, ...]:
    """Starts the servers and loads one after the other in every round, in a shuffled order."""
    with ExitStack() as stack:
        subjects = _start(rules, messages(), stack)
        runs: list[list[tuple[Load, float | None]]] = [[] for _ in subjects]
        for subject in subjects:
            subject.connection.run(SECONDS, IN_FLIGHT)
        order, shuffle = list(range(len(subjects))), shuffler()
        for _ in range(rounds):
            shuffle(order)
            for number in order:
                runs[number].append(_run(subjects[number]))
            advance()
    echo = runs[0]
    return tuple(_throughput(subject.name, run, echo) for subject, run in zip(subjects, runs, strict=True))


def _start(rules: Path, mix: Sequence[bytes], stack: ExitStack) -> tuple[_Subject, ...]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    python = [sys.executable, "-m"]
    linkage = [*python, "server.cli", "serve", "--address", "127.0.0.1:0", "--rules", str(rules)]
    database = ["--database", f"sqlite:///{folder / 'log.sqlite3'}"]
    echo = stack.enter_context(_child([*python, "tests.bench.echo", str(ANSWER_BYTES)]))
    off = stack.enter_context(_child([*linkage, "--set", "log.enabled=false"]))
    on = stack.enter_context(_child([*linkage, *database]))
    wanted = (
        ("echo, empty answer", echo, EMPTY),
        (f"echo, {ANSWER_BYTES // 1024} KiB answer", echo, SAME),
        ("Evaluate, log off", off, EVALUATE),
        ("Evaluate, log on", on, EVALUATE),
    )
    subjects = []
    for name, (process, address), path in wanted:
        connection = Connection(address, path, mix)
        stack.callback(connection.close)
        subjects.append(_Subject(name, process, connection))
    return tuple(subjects)


@contextmanager
def _child(command: list[str]) -> Iterator[tuple[int, str]]:
    """A server in a process of its own: its process id and address."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=quiet, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout is not None else ""
            word, _, address = line.strip().partition(" ")
            if word != "listening":
                raise LoadError(f"{command[2]} did not start: run it by hand to see why")
            yield process.pid, address
        finally:
            process.terminate()


def _run(subject: _Subject) -> tuple[Load, float | None]:
    before = _cpu_seconds(subject.process)
    load = subject.connection.run(SECONDS, IN_FLIGHT)
    after = _cpu_seconds(subject.process)
    return load, None if before is None or after is None else (after - before) / max(1, load.calls)


def _cpu_seconds(process: int) -> float | None:
    """User and system time so far (proc(5), fields 14 and 15)."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return None
    fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _throughput(
    name: str, runs: list[tuple[Load, float | None]], echo: list[tuple[Load, float | None]]
) -> Throughput:
    rates = [load.per_second for load, _ in runs]
    shares = [rate / base.per_second for rate, (base, _) in zip(rates, echo, strict=True)]
    latencies = [1000 * seconds for load, _ in runs for seconds in load.latencies]
    cpu = [seconds for _, seconds in runs if seconds is not None]
    return Throughput(
        name,
        statistics.median(rates),
        statistics.median(shares),
        statistics.median(latencies),
        percentile(latencies, 99),
        1e6 * statistics.mean(cpu) if cpu else None,
    )
