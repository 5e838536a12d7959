"""Tests of assessments: the cases of a year are assessed, and the rows compared with what is expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from policy.assess import Appraisal, CaseRefused, appraise, assessed, year_of
from policy.assess.figures import Row as AssessmentRow
from policy.assess.scoring import Score, rounded
from policy.decide.snapshot import Snapshot
from policy.pack import RuleSet
from policy.review.ruletest.compare import Kind, Mismatch, Row
from policy.review.ruletest.local import with_values
from policy.review.ruletest.model import AssessTest, ExpectedRow
from policy.review.ruletest.read_assessed import read_assessed
from policy.review.ruletest.run import Result
from policy.text.diagnostics import Faults


@dataclass(frozen=True, slots=True)
class Assessed:
    """A test of an assessment that was run, and what is wrong with it (nothing: it passed)."""

    test: AssessTest
    mismatches: tuple[Mismatch, ...]
    appraisal: Appraisal

    @property
    def passed(self) -> bool:
        """Whether the rows are what the test expects."""
        return not self.mismatches


Outcome = Result | Assessed
"""What came of a test of either kind."""


def assessed_tests_of(rule_set: RuleSet, snapshot: Snapshot, faults: Faults) -> tuple[AssessTest, ...]:
    """Every readable test of assessments of the rule set, in order; faults are added to ``faults``."""
    tests: list[AssessTest] = []
    found = Faults()
    for (code, _), sources in sorted(rule_set.tests.items()):
        for source in sources:
            tests += read_assessed(source, snapshot.districts[code], found)
    faults.extend(item for item in found if not rule_set.unsettled.behind(item))
    return tuple(tests)


def run_assessed(snapshot: Snapshot, test: AssessTest, faults: Faults) -> Assessed | None:
    """Assesses the test's cases and compares; None, and a fault, where one of them cannot be counted."""
    district = with_values(snapshot.districts[test.district], test.parameters)
    start, end = year_of(test.year)
    (chosen,) = (pair for pair in assessed(district, end) if pair[1].id == test.assessment)
    try:
        found = appraise(district, *chosen, (one.case for one in test.cases), start, end, test.confirmed)
    except CaseRefused as error:
        faults.add(error.code, test.cases[error.position].place("case.id"), **error.details)
        return None
    return Assessed(test, tuple(_compared(test, found)), found)


def _compared(test: AssessTest, found: Appraisal) -> Iterator[Mismatch]:
    scores: tuple[Score | None, ...] = found.scores or (None,) * len(found.rows)
    yield from _appeal(test, found)
    by_key = {(row.body, row.unit): (row, score) for row, score in zip(found.rows, scores, strict=True)}
    for expected in test.expect:
        name = expected.body + (f"/{expected.unit}" if expected.unit else "")
        pair = by_key.get((expected.body, expected.unit))
        if pair is None:
            yield Mismatch(Kind.ROW_MISSING, expected.span, test.assessment, trigger=name)
            continue
        rows = tuple(_differing(found, expected, *pair))
        if rows:
            yield Mismatch(Kind.FIGURES, expected.span, test.assessment, rows, name)


def _appeal(test: AssessTest, found: Appraisal) -> Iterator[Mismatch]:
    """Until when one may object, where the test says."""
    if test.appeal_until is None:
        return
    actual = None if found.appeal_until is None else found.appeal_until.nanos
    if test.appeal_until != (actual,):
        row = Row("appeal_until", test.appeal_until[0], actual)
        yield Mismatch(Kind.FIGURES, test.span, test.assessment, (row,), test.name)


def _differing(
    found: Appraisal, expected: ExpectedRow, row: AssessmentRow, score: Score | None
) -> Iterator[Row]:
    """What is not as expected, to as many decimals as the test writes."""
    extra = {"released": row.released, "carried": row.carried, "unknown": row.unknown}
    for name, wanted in expected.figures.items():
        actual: Fraction | None
        if name in ("score", "rank"):
            actual = None if score is None else Fraction(score.value if name == "score" else score.rank)
        elif name in extra:
            actual = Fraction(len(extra[name]))
        else:
            actual = row.figures[name].value
        exponent = wanted.as_tuple().exponent if wanted is not None else -4
        places = -exponent if isinstance(exponent, int) else 0
        said = None if actual is None else rounded(actual, max(places, 0), "up")
        # A whole number is compared exactly: half a duty is none.
        same = said == wanted and (places > 0 or actual is None or actual == Fraction(wanted or 0))
        if not same:
            exact = None if actual is None else _text(rounded(actual, max(places, 4), "up"))
            yield Row(name, None if wanted is None else str(wanted), exact)
    if expected.grade is not None and expected.grade != (score.grade if score else ""):
        yield Row("grade", expected.grade, score.grade if score else None)
    if expected.follows is not None:
        sure = {
            o.consequence.id for o in found.follows if o.sure and (o.body, o.unit) == (row.body, row.unit)
        }
        if tuple(sorted(sure)) != expected.follows:
            yield Row("follows", expected.follows, tuple(sorted(sure)))


def _text(value: Decimal) -> str:
    return f"{value.normalize():f}"
