"""Assessment: how the bodies of a district performed over a period, as its document asks it to be counted.

    cases --decide, each--> obligations of the period --the assessment's counts--> a row for each body

The document's own appraisal stays with people: nothing is scored that the pack does not fix.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.decision import Obligation, State
from policy.decide.snapshot import District
from policy.engines.conditions import evaluator
from policy.facts.views import VIEWS, CaseView, View
from policy.pack.model import Assessment, Modality
from policy.program.build import PackProgram

_NO_CASE = CaseView()
_NO_CASE.as_of, _NO_CASE.attrs, _NO_CASE.breaches = 0, {}, ()
_RELEASED = frozenset((State.DISCHARGED, State.SUSPENDED, State.TERMINATED))


class Row(NamedTuple):
    """One body: how many duties it bore in the period, and the assessment's counts in its order."""

    body: str
    duties: int
    counts: tuple[int, ...]


class Appraisal(NamedTuple):
    """An assessment's rows, bodies in order of their codes; ``undetermined`` counts what facts kept open."""

    program: PackProgram
    assessment: Assessment
    rows: tuple[Row, ...]
    cases: int
    undetermined: int


def appraise(
    district: District,
    program: PackProgram,
    assessment: Assessment,
    cases: Iterable[facts_pb2.Case],
    start: int,
    end: int,
) -> Appraisal:
    """Counts the duties triggered from ``start`` until before ``end`` (nanoseconds), as they stand then.

    Permissions and reported practice are no duties. Raises ``FactsError`` for a case that cannot be read.
    """
    tally: dict[str, list[int]] = {body: [0] * (1 + len(assessment.counts)) for body in assessment.subjects}
    number = undetermined = 0
    for case in cases:
        number += 1
        decision = decide(district, case, end + 1)
        undetermined += len(decision.undetermined)
        for obligation in decision.obligations:
            if _counts(obligation, start, end):
                for bearer in obligation.bearers:
                    if not assessment.subjects or bearer in assessment.subjects:
                        _add(tally, program, assessment, obligation, bearer)
    rows = tuple(Row(body, counts[0], tuple(counts[1:])) for body, counts in sorted(tally.items()))
    return Appraisal(program, assessment, rows, number, undetermined)


def _counts(obligation: Obligation, start: int, end: int) -> bool:
    rule = obligation.plan.rule
    if rule.modality is Modality.PERMISSION or rule.force == "reported":
        return False
    return obligation.triggered_at is not None and start <= obligation.triggered_at < end


def _add(
    tally: dict[str, list[int]],
    program: PackProgram,
    assessment: Assessment,
    obligation: Obligation,
    bearer: str,
) -> None:
    counts = tally.setdefault(bearer, [0] * (1 + len(assessment.counts)))
    counts[0] += 1
    three = evaluator(program, _NO_CASE)
    bound = {"obligation": three.ref(_performance(obligation, bearer))}
    for position, indicator in enumerate(assessment.counts, 1):
        if three.value(program.counts[assessment.id, indicator.id], bound) is True:
            counts[position] += 1


def _performance(obligation: Obligation, bearer: str) -> View:
    view = VIEWS["Performance"]()
    rule = obligation.plan.rule
    standing = obligation.standing
    values = {
        "id": obligation.id,
        "rule": rule.id,
        "bearer": bearer,
        "action": rule.action,
        "at": obligation.triggered_at,
        "violated": standing.violated_at is not None,
        "owed": standing.state is State.OVERDUE,
        "fulfilled": standing.state in (State.FULFILLED, State.FULFILLED_LATE),
        "late": standing.state is State.FULFILLED_LATE,
        "released": standing.state in _RELEASED,
        "binding": rule.force == "binding",
    }
    for name, value in values.items():
        setattr(view, name, value)
    return view
