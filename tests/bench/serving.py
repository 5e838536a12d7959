"""Server throughput beside an echo on the same stack: kinds of call, log, database, processes; one client.

The client is h2load where it is installed (`tests.bench.h2load`), else one in Python (`tests.bench.h2`) that
knows unary calls alone. Every answer is looked at once before anything is timed.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Protocol

from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import decision_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.decide.decision import NANO
from policy.native import installed
from tests.bench.cases import bench_cases
from tests.bench.echo import EMPTY, SAME
from tests.bench.h2 import Connection, Load, LoadError
from tests.bench.h2load import PROGRAM, Client, Compiled, answer_sizes, framed
from tests.bench.servers import cpu_seconds, server
from tests.bench.timing import percentile, shuffler
from tests.server.postgres import running_postgres

EVALUATE = "/linkage.v1.PolicyService/Evaluate"
BATCH = "/linkage.v1.PolicyService/BatchEvaluate"
STREAM = "/linkage.v1.PolicyService/EvaluateStream"
IN_FLIGHT = 64
MANY = 100
"""Cases in one batch, and in one stream."""
PROCESSES = (1, 2) if PROGRAM is not None else (1,)
"""One connection, which is what the client in Python has, reaches one process."""

SECONDS = 1.0
MANY_SECONDS = 3.0
ANSWER_BYTES = 16_384
"""Size of the echo's larger answer: about that of the mix's answers."""

UNARY = Client(connections=4, in_flight=2)
"""For each case of the mix: 48 connections, which the kernel deals out evenly enough, 96 calls in flight."""
WHOLE = Client(connections=6, in_flight=1)
"""For batches and streams of cases."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """One subject: calls a second (median of the rounds), latencies of calls.

    ``cases`` are in one call. ``share`` is that of its cases in the calls of the empty echo with as many
    processes. ``cpu_us`` is the processor time of the server's processes for one call; None where the system
    does not tell.
    """

    name: str
    per_second: float
    share: float
    median_ms: float
    p99_ms: float
    cpu_us: float | None
    cases: int
    workers: int


class _Loads(Protocol):
    def __call__(self, seconds: float) -> Load: ...


@dataclass(frozen=True, slots=True)
class _Subject:
    name: str
    process: int
    load: _Loads
    cases: int
    workers: int

    @property
    def seconds(self) -> float:
        return SECONDS if self.cases == 1 else MANY_SECONDS


@dataclass(frozen=True, slots=True)
class _Server:
    name: str
    workers: int
    process: int
    address: str


def requests() -> list[api.EvaluateRequest]:
    """The mix as requests."""
    return [
        api.EvaluateRequest(
            case=case.message, as_of=Timestamp(seconds=case.as_of // NANO, nanos=case.as_of % NANO)
        )
        for case in bench_cases()
    ]


def messages() -> list[bytes]:
    """The mix as serialized requests."""
    return [request.SerializeToString() for request in requests()]


def client_words() -> str:
    """What the load came from."""
    if PROGRAM is None:
        return f"a client in Python on one connection, {IN_FLIGHT} calls in flight; h2load is not installed"
    count = len(bench_cases())
    return (
        f"h2load, one process for each of the {count} cases of the mix, together {count * UNARY.connections} "
        f"connections with {count * UNARY.connections * UNARY.in_flight} calls in flight; "
        f"{WHOLE.connections} batches or streams of {MANY} cases at once"
    )


def measure(rules: Path, rounds: int, advance: Callable[[], None]) -> tuple[Throughput, ...]:
    """Starts the servers and loads one after the other in every round, in a shuffled order."""
    with ExitStack() as stack:
        subjects = _subjects(rules, stack)
        runs: list[list[tuple[Load, float | None]]] = [[] for _ in subjects]
        for subject in subjects:
            subject.load(subject.seconds)
        order, shuffle = list(range(len(subjects))), shuffler()
        for _ in range(rounds):
            shuffle(order)
            for number in order:
                runs[number].append(_run(subjects[number]))
            advance()
    echoes = {subject.workers: run for subject, run in zip(subjects, runs, strict=True) if not subject.cases}
    return tuple(
        _throughput(subject, run, echoes[subject.workers])
        for subject, run in zip(subjects, runs, strict=True)
    )


def _subjects(rules: Path, stack: ExitStack) -> list[_Subject]:
    found = []
    for workers in PROCESSES:
        child = server("tests.bench.echo", str(ANSWER_BYTES), str(workers))
        echo = _Server("", workers, *stack.enter_context(child))
        found.append(_subject(_titled("echo, empty answer", echo), echo, EMPTY, 0))
        if workers == 1:
            same = f"echo, {ANSWER_BYTES // 1024} KiB answer"
            found.append(_subject(same, echo, SAME, 1))
    for started in _servers(rules, stack):
        for call, path, view in _CALLS:
            if path == EVALUATE or (PROGRAM is not None and started.name != "log on, PostgreSQL"):
                name = _titled(f"{call}, {started.name}", started)
                found.append(_subject(name, started, path, 1 if path == EVALUATE else MANY, view))
    return found


_CALLS: tuple[tuple[str, str, decision_pb2.DecisionView], ...] = (
    ("Evaluate", EVALUATE, decision_pb2.DECISION_VIEW_FULL),
    ("BatchEvaluate", BATCH, decision_pb2.DECISION_VIEW_FULL),
    ("BatchEvaluate, brief", BATCH, decision_pb2.DECISION_VIEW_BASIC),
    ("EvaluateStream", STREAM, decision_pb2.DECISION_VIEW_FULL),
)


def _titled(name: str, started: _Server) -> str:
    return name if started.workers == 1 else f"{name}, {started.workers} workers"


def _servers(rules: Path, stack: ExitStack) -> list[_Server]:
    """The service without a log, with SQLite, and with PostgreSQL where it is installed; 1 and 2 workers.

    Where the native core is installed it decides; then also without it.
    """
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    logs: dict[str, Callable[[int], list[str]]] = {
        "log off": lambda _: ["--set", "log.enabled=false"],
        "log on": lambda workers: ["--database", f"sqlite:///{folder / f'log{workers}.sqlite3'}"],
    }
    try:
        postgres = stack.enter_context(running_postgres(folder / "postgresql"))
        logs["log on, PostgreSQL"] = lambda _: ["--database", postgres.create()]
    except ImportError:
        pass
    if installed() is not None:
        logs["log off, engine compiled"] = lambda _: [*logs["log off"](1), "--set", "engine=compiled"]
    found = []
    for workers in PROCESSES:
        for name, options in logs.items():
            serve = ["server.cli", "serve", "--address", "127.0.0.1:0", "--rules", str(rules)]
            child = server(*serve, "--workers", str(workers), *options(workers))
            found.append(_Server(name, workers, *stack.enter_context(child)))
    return found


def _subject(
    name: str,
    started: _Server,
    path: str,
    cases: int,
    view: decision_pb2.DecisionView = decision_pb2.DECISION_VIEW_FULL,
) -> _Subject:
    mix = messages()
    if PROGRAM is None:
        return _Subject(name, started.process, partial(_in_python, started.address, path, mix), cases, 1)
    many = cases > 1
    calls: list[list[bytes]] = [many_cases(path, view)] if many else [[message] for message in mix]
    sizes = answer_sizes(started.address, path, calls, _CHECKS.get(path, len))
    compiled = Compiled(started.address, path, [framed(call) for call in calls], sizes)
    client = WHOLE if many else UNARY
    return _Subject(name, started.process, lambda s: compiled.run(s, client), cases, started.workers)


def _in_python(address: str, path: str, mix: Sequence[bytes], seconds: float) -> Load:
    with closing(Connection(address, path, mix)) as connection:
        return connection.run(seconds, IN_FLIGHT)


def many_cases(path: str, view: decision_pb2.DecisionView = decision_pb2.DECISION_VIEW_FULL) -> list[bytes]:
    """The messages of one call with the mix again and again, ``MANY`` cases in all: a batch, or a stream."""
    items = list(islice(cycle(requests()), MANY))
    if path == BATCH:
        return [api.BatchEvaluateRequest(requests=items, view=view).SerializeToString()]
    stream = [api.EvaluateStreamRequest(key=str(n), request=item) for n, item in enumerate(items)]
    return [message.SerializeToString() for message in stream]


def _decided(answer: bytes) -> None:
    _expect(api.EvaluateResponse.FromString(answer).HasField("decision"))


def _batch_decided(answer: bytes) -> None:
    results = api.BatchEvaluateResponse.FromString(answer).results
    _expect(len(results) == MANY and all(result.HasField("decision") for result in results))


def _streamed(answer: bytes) -> None:
    _expect(api.EvaluateStreamResponse.FromString(answer).result.HasField("decision"))


def _expect(decided: bool) -> None:
    if not decided:
        raise LoadError("a case of the mix was not decided")


_CHECKS: dict[str, Callable[[bytes], object]] = {EVALUATE: _decided, BATCH: _batch_decided, STREAM: _streamed}


def _run(subject: _Subject) -> tuple[Load, float | None]:
    before = cpu_seconds(subject.process)
    load = subject.load(subject.seconds)
    after = cpu_seconds(subject.process)
    return load, None if before is None or after is None else (after - before) / max(1, load.all_calls)


def _throughput(
    subject: _Subject, runs: list[tuple[Load, float | None]], echo: list[tuple[Load, float | None]]
) -> Throughput:
    rates = [load.per_second for load, _ in runs]
    many = max(1, subject.cases)
    shares = [many * rate / base.per_second for rate, (base, _) in zip(rates, echo, strict=True)]
    latencies = [1000 * seconds for load, _ in runs for seconds in load.latencies]
    cpu = [seconds for _, seconds in runs if seconds is not None]
    return Throughput(
        subject.name,
        statistics.median(rates),
        statistics.median(shares),
        statistics.median(latencies),
        percentile(latencies, 99),
        1e6 * statistics.mean(cpu) if cpu else None,
        subject.cases,
        subject.workers,
    )
