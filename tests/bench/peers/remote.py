"""Cerbos and Linkage over gRPC on the same cores, single cases and batches, with the same compiled client.

A turn loads each subject with one case of the mix, or with the batch, in a shuffled order; never with two
cases at once, since a server that favours light calls would answer more of these. Cases a second are those of
the mix, each case as often as another.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import facts_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.decide.decision import NANO
from tests.bench.cases import BenchCase, bench_cases
from tests.bench.h2 import Load, LoadError
from tests.bench.h2load import PROGRAM, Client, Compiled, answer_sizes, framed
from tests.bench.peers.cerbos_policies import duties
from tests.bench.peers.cerbos_requests import Calls, findings
from tests.bench.peers.cerbos_server import Missing, serving
from tests.bench.peers.cerbos_wire import CHECK_RESOURCES
from tests.bench.peers.protocol import Disagreement, Finding
from tests.bench.servers import cpu_seconds, server
from tests.bench.serving import BATCH, EVALUATE
from tests.bench.subset import only, rule_set
from tests.bench.timing import percentile, shuffler

COPIES = 3
"""Times that a batch holds the mix: as often as the resources that Cerbos allows in a request suffice for."""
FEWEST = 20
"""Calls that a rate can be told from."""
SECONDS = 1.5
BATCH_SECONDS = 4.0

SINGLE = Client(connections=24, in_flight=1)
"""Connections enough for the kernel to deal them out evenly over two processes."""
WHOLE = Client(connections=12, in_flight=1)

CERBOS = "Cerbos"
Expected = dict[str, list[Finding]]


class Row(NamedTuple):
    """One subject: cases in a call, cases a second, a call's times, the server's time for a case."""

    name: str
    cases: int
    per_second: float
    median_ms: float
    p99_ms: float
    cpu_us: float | None


@dataclass(frozen=True, slots=True)
class _Server:
    name: str
    process: int
    address: str


@dataclass(frozen=True, slots=True)
class _Subject:
    name: str
    process: int
    cases: int
    loads: tuple[Compiled, ...]

    @property
    def single(self) -> bool:
        return self.cases == 1


class _Run(NamedTuple):
    load: Load
    cpu: float | None


def turns(rounds: int) -> int:
    """How often ``measure`` calls ``advance``."""
    return rounds * len(bench_cases())


def measure(rules: Path, rounds: int, advance: Callable[[], None]) -> tuple[Row, ...]:
    """Loads the servers in turn. Raises ``Missing``, ``Disagreement``, ``LoadError``."""
    if PROGRAM is None:
        raise Missing("h2load (Debian: nghttp2-client) is not installed")
    with ExitStack() as stack:
        subjects = [*_cerbos(rules, stack), *_linkage(rules, stack)]
        runs: list[list[list[_Run]]] = [[[] for _ in subject.loads] for subject in subjects]
        order, shuffle = list(range(len(subjects))), shuffler()
        for turn in [turn for _ in range(rounds) for turn in range(len(bench_cases()))]:
            shuffle(order)
            for number in order:
                subject, of_subject = subjects[number], runs[number]
                if turn < len(subject.loads):
                    of_subject[turn].append(_run(subject, subject.loads[turn]))
            advance()
    return tuple(_row(subject, of_subject) for subject, of_subject in zip(subjects, runs, strict=True))


def _cerbos(rules: Path, stack: ExitStack) -> list[_Subject]:
    cerbos = _Server(CERBOS, *stack.enter_context(serving()))
    mix, many = bench_cases(), _many()
    expected = _expected(rules, many)
    calls = Calls(duties())
    named = f"{CERBOS}, CheckResources"
    found = []
    for name, batches in ((named, [[case] for case in mix]), (f"{named}, {len(many)} cases", [many])):
        bodies = [calls.request(batch) for batch in batches]
        check = _agreeing(expected, batches)
        found.append(_subject(name, cerbos, CHECK_RESOURCES, bodies, len(batches[0]), check))
    return found


def _linkage(rules: Path, stack: ExitStack) -> list[_Subject]:
    found = []
    mix = [_request(case).SerializeToString() for case in bench_cases()]
    many = _many()
    batch = api.BatchEvaluateRequest(requests=[_request(case) for case in many]).SerializeToString()
    for workers in (1, 2):
        serve = ("server.cli", "serve", "--address", "127.0.0.1:0", "--rules", str(rules))
        log_off = ("--workers", str(workers), "--set", "log.enabled=false")
        processes = "1 process" if workers == 1 else f"{workers} processes"
        linkage = _Server("Linkage", *stack.enter_context(server(*serve, *log_off)))
        evaluate, batched = (
            f"Linkage, Evaluate, {processes}",
            f"Linkage, BatchEvaluate, {len(many)} cases, {processes}",
        )
        found.append(_subject(evaluate, linkage, EVALUATE, mix, 1, _decided))
        found.append(_subject(batched, linkage, BATCH, [batch], len(many), _batch_decided))
    return found


def _subject(
    name: str,
    of: _Server,
    path: str,
    messages: Sequence[bytes],
    cases: int,
    check: Callable[[bytes], object],
) -> _Subject:
    sizes = answer_sizes(of.address, path, [[message] for message in messages], check)
    loads = [
        Compiled(of.address, path, [framed([message])], [size])
        for message, size in zip(messages, sizes, strict=True)
    ]
    return _Subject(name, of.process, cases, tuple(loads))


def _many() -> list[BenchCase]:
    """The mix ``COPIES`` times, under an id for each case."""
    found = []
    for copy in range(COPIES):
        for case in bench_cases():
            message = facts_pb2.Case()
            message.CopyFrom(case.message)
            message.id = f"{case.message.id}-{copy}" if copy else case.message.id
            found.append(BenchCase(case.name, message, case.as_of, case.plain))
    return found


def _request(case: BenchCase) -> api.EvaluateRequest:
    moment = Timestamp(seconds=case.as_of // NANO, nanos=case.as_of % NANO)
    return api.EvaluateRequest(case=case.message, as_of=moment)


def _expected(rules: Path, cases: Sequence[BenchCase]) -> Expected:
    """Ours on the same rules: case id -> findings."""
    ours = only(rule_set(rules), frozenset(duty.action for duty in duties()))
    return {case.message.id: ours.findings(ours.prepare(case)()) for case in cases}


def _agreeing(expected: Expected, batches: Sequence[Sequence[BenchCase]]) -> Callable[[bytes], object]:
    """Checks answers, which come in the order of ``batches``."""
    remaining = iter(batches)

    def check(answer: bytes) -> None:
        found = findings(answer)
        for case in next(remaining):
            if found.get(case.message.id, []) != expected[case.message.id]:
                raise Disagreement(f"{CERBOS} on {case.name}: other findings")

    return check


def _decided(answer: bytes) -> None:
    if not api.EvaluateResponse.FromString(answer).HasField("decision"):
        raise LoadError("a case of the mix was not decided")


def _batch_decided(answer: bytes) -> None:
    if not all(
        result.HasField("decision") for result in api.BatchEvaluateResponse.FromString(answer).results
    ):
        raise LoadError("a case of the batch was not decided")


def _run(subject: _Subject, load: Compiled) -> _Run:
    before = cpu_seconds(subject.process)
    done = load.run(SECONDS if subject.single else BATCH_SECONDS, SINGLE if subject.single else WHOLE)
    after = cpu_seconds(subject.process)
    if done.calls < FEWEST:
        raise LoadError(
            f"{subject.name}: {done.calls} calls are too few to tell a rate; is the machine busy?"
        )
    return _Run(done, None if before is None or after is None else (after - before) / max(1, done.all_calls))


def _row(subject: _Subject, runs: list[list[_Run]]) -> Row:
    """Every case weighs the same: the time that the mix takes is the sum of its cases' times."""
    mix_seconds = sum(1 / statistics.median(run.load.per_second for run in of_case) for of_case in runs)
    latencies = [[s for run in of_case for s in run.load.latencies] for of_case in runs]
    cpu = [
        statistics.mean(run.cpu for run in of_case if run.cpu is not None)
        for of_case in runs
        if of_case[0].cpu
    ]
    return Row(
        subject.name,
        subject.cases,
        subject.cases * len(runs) / mix_seconds,
        1000 * statistics.mean(statistics.median(of_case) for of_case in latencies),
        1000 * statistics.mean(percentile(of_case, 99) for of_case in latencies),
        1e6 * statistics.mean(cpu) / subject.cases if cpu else None,
    )
