"""Cases counted for the assessments of a period while they are decided: their findings can be assessed.

case --decided at each cut-off--> findings, and what it adds (``policy.assess``) as rows of their own
"""

from __future__ import annotations

from typing import NamedTuple

from linkage.v1 import facts_pb2
from policy.assess import CaseCount, Counting, assessed, span_of
from policy.bulk.findings import Findings
from policy.bulk.settings import Period
from policy.decide.run import run
from policy.decide.snapshot import District
from policy.engines import Engine


class _At(NamedTuple):
    """What is counted of the cases of a district as they stood at one moment."""

    as_of: int
    by: tuple[tuple[str, Counting], ...]
    """Each assessment, by its id."""


class PeriodCounting:
    """Decides cases for a period and counts them."""

    def __init__(self, period: Period, engine: Engine) -> None:
        self._period = period
        self._engine = engine
        self._at: dict[str, tuple[_At, ...]] = {}

    def add(self, findings: Findings, row: int, district: District, case: facts_pb2.Case) -> None:
        """Adds what is said of a case at the cut-off of each assessment, and what it adds to it.

        Of a district without an assessment: at the end of the period. Raises ``FactsError``.
        """
        at = self._at.get(district.code)
        if at is None:
            at = self._at[district.code] = self._moments(district)
        made = [(each, run(district, case, each.as_of, self._engine, past=True)) for each in at]
        for each, (decision, timeline) in made:
            findings.add(row, decision)
            for name, counting in each.by:
                findings.count(row, decision, name, counting.of(case, decision, timeline))
            if not each.by:
                findings.count(
                    row, decision, None, CaseCount(case.id, decision.receipt.facts_digest, 0, (), ())
                )

    def _moments(self, district: District) -> tuple[_At, ...]:
        start, end = self._period
        by: dict[int, list[tuple[str, Counting]]] = {}
        for program, assessment in assessed(district, end):
            span = span_of(assessment, start, end)
            counting = Counting(program, assessment, span)
            by.setdefault(span.as_of, []).append((assessment.id, counting))
        return tuple(_At(as_of, tuple(pairs)) for as_of, pairs in sorted(by.items())) or (_At(end + 1, ()),)
