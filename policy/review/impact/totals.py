"""Many cases counted: by district, department and rule, what would become of how many duties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from policy.register import Shift
from policy.review.impact.shifts import What, what_of

EXAMPLES = 3
"""Cases that are kept of each shift, to be opened."""
_ROWS = 5
"""Rows that could not be compared of which the reason is kept."""


class CaseImpact(NamedTuple):
    """A case of which something would be otherwise; ``row`` of its file, from 1, or 0 where it has none."""

    row: int
    case: str
    district: str
    shifts: tuple[Shift, ...]


class Refused(NamedTuple):
    """A row that cannot be compared, and the code of why: it says nothing of the case."""

    row: int
    code: str


class Batch(NamedTuple):
    """What came of some cases: those read, those of districts that are not compared, those that a side
    refuses, those that differ; rules that would not wait for facts any more, or would."""

    read: int
    elsewhere: int
    refused: tuple[Refused, ...]
    found: tuple[CaseImpact, ...]
    settled: int = 0
    waiting: int = 0


class Key(NamedTuple):
    """What is counted: of which body, under which rule, what becomes of its duties."""

    district: str
    body: str
    rule: str
    what: What


@dataclass(slots=True)
class Count:
    """How many duties, by how much their due times move (ns, from least to most), and a few cases."""

    number: int = 0
    least: int | None = None
    most: int | None = None
    cases: list[CaseImpact] = field(default_factory=list)

    def take(self, shift: Shift, case: CaseImpact) -> None:
        """Counts one duty."""
        self.number += 1
        before, after = shift.due
        if before is not None and after is not None:
            moved = abs(after - before)
            self.least = moved if self.least is None else min(self.least, moved)
            self.most = moved if self.most is None else max(self.most, moved)
        if len(self.cases) < EXAMPLES and case not in self.cases:
            self.cases.append(case)


class Totals:
    """What was found, counted."""

    def __init__(self) -> None:
        self.read = self.elsewhere = self.refused = self.differing = 0
        self.settled = self.waiting = 0
        self.rows: list[Refused] = []
        """The first that were refused."""
        self.counts: dict[Key, Count] = {}

    @property
    def compared(self) -> int:
        """Cases that were decided under both."""
        return self.read - self.elsewhere - self.refused

    def take(self, one: Batch) -> None:
        """Counts a batch."""
        self.read += one.read
        self.elsewhere += one.elsewhere
        self.refused += len(one.refused)
        self.rows += one.refused[: _ROWS - len(self.rows)]
        self.differing += len(one.found)
        self.settled += one.settled
        self.waiting += one.waiting
        for case in one.found:
            for shift in case.shifts:
                for body in shift.bodies:
                    key = Key(case.district, body, shift.rule, what_of(shift))
                    self.counts.setdefault(key, Count()).take(shift, case)

    def by_body(self) -> list[tuple[tuple[str, str], Counter[What]]]:
        """Of each body of a district how many duties would be what, the most touched first."""
        found: dict[tuple[str, str], Counter[What]] = {}
        for key, count in self.counts.items():
            found.setdefault((key.district, key.body), Counter())[key.what] += count.number
        return sorted(found.items(), key=lambda pair: (-pair[1].total(), pair[0]))

    def of_body(self, district: str, body: str) -> list[tuple[Key, Count]]:
        """The shifts of a body by rule, the largest first."""
        own = [(key, count) for key, count in self.counts.items() if key[:2] == (district, body)]
        return sorted(own, key=lambda pair: (-pair[1].number, pair[0]))

    def examples(self) -> Iterator[CaseImpact]:
        """The cases that are kept, each once, in the order of the tables."""
        seen: set[tuple[int, str, str]] = set()
        for (district, body), _ in self.by_body():
            for case in (case for _, count in self.of_body(district, body) for case in count.cases):
                if case[:3] not in seen:
                    seen.add(case[:3])
                    yield case
