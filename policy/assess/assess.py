"""Assessment: how the bodies of a district performed over a period, as its document asks it to be counted.

    cases --decide, each--> duties of the period --whom each counts for--> a row for each subject and unit

The document's own appraisal stays with people: nothing is scored that the pack does not fix.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from linkage.v1 import facts_pb2
from policy.assess.performance import RELEASED, performance
from policy.decide import decide
from policy.decide.decision import Decision, Obligation
from policy.decide.snapshot import District
from policy.engines.conditions import evaluator
from policy.facts.views import CaseView, View
from policy.pack.model import Assessment, Force, Modality, Rule
from policy.pack.vocabulary import Vocabulary
from policy.program.build import PackProgram

_NO_CASE = CaseView()
_NO_CASE.as_of, _NO_CASE.attrs, _NO_CASE.breaches = 0, {}, ()


class Row(NamedTuple):
    """One subject, or one of its units ("" where the assessment tells none apart, or the duties name none):
    how many duties of the period count for it, and the assessment's counts in its order."""

    body: str
    unit: str
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
    """Counts the duties that arose from ``start`` until before ``end`` (nanoseconds), as they stand then.

    Only duties of this version of the pack count: another version is assessed by its own. Permissions and
    reported practice are no duties; a prohibition counts in the period in which it was violated; what was
    released before anyone was at fault, counts for nobody. Every subject has a row, with zeros where nothing
    counts for it. Raises ``FactsError`` for a case that cannot be read.
    """
    tally = _Tally(program, assessment, start, end)
    number = 0
    for case in cases:
        number += 1
        tally.take(decide(district, case, end + 1))
    return Appraisal(program, assessment, tally.rows(), number, tally.undetermined)


def subjects_by_bearer(assessment: Assessment, vocabulary: Vocabulary) -> Mapping[str, str] | None:
    """For which subject each bearer's duties count; None where every bearer is a subject.

    An organ counts for the nearest subject that it is part of. Other bearers, which only ``bearers`` lets
    in, count for the only subject there is.
    """
    if not assessment.subjects:
        return None
    organs = {subject: vocabulary.organs(subject) for subject in assessment.subjects}
    own: dict[str, str] = {}
    for subject in sorted(organs, key=lambda code: -len(organs[code])):
        own |= dict.fromkeys(organs[subject], subject)
    if not assessment.bearers:
        return own
    allowed = {organ for bearer in assessment.bearers for organ in vocabulary.organs(bearer)}
    return {bearer: own.get(bearer, assessment.subjects[0]) for bearer in sorted(allowed)}


class _Tally:
    """The rows while they are counted."""

    def __init__(self, program: PackProgram, assessment: Assessment, start: int, end: int) -> None:
        self._program = program
        self._assessment = assessment
        self._start, self._end = start, end
        self._subjects = subjects_by_bearer(assessment, program.vocabulary)
        self._counts: dict[tuple[str, str], list[int]] = {}
        self.undetermined = 0

    def take(self, decision: Decision) -> None:
        """Counts the duties of one case."""
        for open_ in decision.undetermined:
            rule = open_.plan.rule
            duty = rule.modality is Modality.OBLIGATION and self._may_count(rule)
            self.undetermined += duty and open_.program is self._program
        for obligation in decision.obligations:
            if obligation.program is self._program and self._may_count(obligation.plan.rule):
                self._take(obligation)

    def rows(self) -> tuple[Row, ...]:
        """What was counted, and zeros for the subjects that nothing counted for."""
        seen = {subject for subject, _ in self._counts}
        for subject in self._assessment.subjects:
            if subject not in seen:
                self._row(subject, "")
        return tuple(
            Row(subject, unit, counts[0], tuple(counts[1:]))
            for (subject, unit), counts in sorted(self._counts.items())
        )

    def _may_count(self, rule: Rule) -> bool:
        """Whether it lays a duty on someone who may be assessed."""
        if rule.modality is Modality.PERMISSION or rule.force is Force.REPORTED:
            return False
        bearer = rule.bearer
        if bearer.expr is not None or self._subjects is None:
            return bearer.party is None
        return any(body in self._subjects for body in bearer.bodies)

    def _take(self, obligation: Obligation) -> None:
        standing = obligation.standing
        banned = obligation.plan.rule.modality is Modality.PROHIBITION
        if standing.violated_at is None and (banned or standing.state in RELEASED):
            return
        moment = standing.violated_at if banned else obligation.arose_at
        if moment is None or not (obligation.bearers or obligation.bearer_party):
            self.undetermined += 1  # nobody can say in which period, or for whom
        elif self._start <= moment < self._end:
            self._add(obligation)

    def _add(self, obligation: Obligation) -> None:
        """Counts a duty once for each row that one of its bearers belongs to."""
        program, assessment = self._program, self._assessment
        three = evaluator(program, _NO_CASE)
        by_row: dict[tuple[str, str], list[View]] = {}
        for bearer in obligation.bearers:
            subject = bearer if self._subjects is None else self._subjects.get(bearer)
            if subject is None:
                continue
            view = performance(obligation, bearer)
            unit = ""
            if assessment.id in program.units:
                found = three.value(program.units[assessment.id], {"obligation": three.ref(view)})
                unit = found if isinstance(found, str) else ""
            by_row.setdefault((subject, unit), []).append(view)
        for (subject, unit), views in by_row.items():
            counts = self._row(subject, unit)
            counts[0] += 1
            for position, indicator in enumerate(assessment.counts, 1):
                tree = program.counts[assessment.id, indicator.id]
                if any(three.value(tree, {"obligation": three.ref(view)}) is True for view in views):
                    counts[position] += 1

    def _row(self, subject: str, unit: str) -> list[int]:
        return self._counts.setdefault((subject, unit), [0] * (1 + len(self._assessment.counts)))
