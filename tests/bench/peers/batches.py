"""Whole batches in one call, for engines that have a way to decide many cases at once.

``BATCHED`` lists them; an engine that cannot be loaded here (numpy or pyarrow missing) is left out. A
batch is the mix again and again, each time under other ids and some days later, so that no answer can be
remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any, Protocol

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.decision import NANO
from tests.bench.cases import BenchCase, bench_cases, plain_case
from tests.bench.peers.protocol import Disagreement, Finding
from tests.bench.subset import Ours

COPIES = 500
"""Times that a batch holds the mix: 6,000 cases."""

_DAY = 86_400


class Batched(Protocol):
    """One way to decide a batch."""

    name: str

    def prepare(self, ours: Ours, cases: Sequence[BenchCase]) -> Callable[[], Any]:
        """The call that is timed; the facts are converted to the engine's own input beforehand."""

    def findings(self, answer: Any) -> list[list[Finding]]:
        """What that call found, case by case, each list in the order of ``protocol.ordered``."""


@dataclass(frozen=True, slots=True)
class BatchCall:
    """A batch ready to be timed, found to agree with single decisions."""

    name: str
    cases: int
    call: Callable[[], Any]


class OneByOne:
    """What there is to gain: each case of the batch by ``decide``."""

    def __init__(self, ours: Ours) -> None:
        self.name = f"{ours.name}, one by one"
        self._findings = ours.findings

    def prepare(self, ours: Ours, cases: Sequence[BenchCase]) -> Callable[[], Any]:
        """A loop over the messages."""
        district = ours.district
        facts = [(case.message, case.as_of) for case in cases]
        return lambda: [decide(district, message, as_of) for message, as_of in facts]

    def findings(self, answer: Any) -> list[list[Finding]]:
        """Those of each decision."""
        return [self._findings(decision) for decision in answer]


def _columns(ours: Ours, ids: bool = True) -> Batched | None:
    """The columnar engine, where numpy and pyarrow are installed."""
    if find_spec("numpy") is None or find_spec("pyarrow") is None:
        return None
    from tests.bench.peers.columnar import Columnar

    return Columnar(ours, ids=ids)


BATCHED: tuple[Callable[[Ours], Batched | None], ...] = (OneByOne, _columns, partial(_columns, ids=False))
"""Makes each engine, or None where it cannot be loaded."""


def batch_calls(ours: Ours, copies: int = COPIES) -> tuple[BatchCall, ...]:
    """Every way, ready. Raises ``Disagreement`` where one finds other than ``decide`` on any case."""
    cases = batch(copies)
    expected = [ours.findings(ours.prepare(case)()) for case in cases]
    found = []
    for made in (make(ours) for make in BATCHED):
        if made is not None:
            call = made.prepare(ours, cases)
            _expect(made.name, cases, expected, made.findings(call()))
            found.append(BatchCall(made.name, len(cases), call))
    return tuple(found)


def _expect(
    name: str, cases: Sequence[BenchCase], expected: list[list[Finding]], found: list[list[Finding]]
) -> None:
    for case, one, other in zip(cases, expected, found, strict=True):
        if one != other:
            raise Disagreement(f"{name} on {case.message.id}: {len(other)} findings, not {len(one)}")


def batch(copies: int) -> tuple[BenchCase, ...]:
    """The mix ``copies`` times, each time a day later."""
    return tuple(_later(case, copy) for copy in range(copies) for case in bench_cases())


def _later(case: BenchCase, days: int) -> BenchCase:
    message = facts_pb2.Case()
    message.CopyFrom(case.message)
    message.id = f"{case.message.id}-{days}"
    _shift(message, days * _DAY)
    as_of = case.as_of + days * _DAY * NANO
    return BenchCase(case.name, message, as_of, plain_case(message, as_of))


def _shift(message: Any, seconds: int) -> None:
    """Moves every moment of the message."""
    if message.DESCRIPTOR.name == "Timestamp":
        message.seconds += seconds
        return
    for field, value in message.ListFields():
        if field.message_type is not None and not field.message_type.GetOptions().map_entry:
            for part in value if field.is_repeated else (value,):
                _shift(part, seconds)
