"""The rows while cases are read: whom each duty, event and case counts for, and under which figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from linkage.v1 import facts_pb2
from policy.assess.figures import Counted, Member, Row
from policy.assess.performance import RELEASED, matter_of, performance
from policy.assess.period import Span, counts_at
from policy.decide.decision import Decision, Obligation, State
from policy.engines.conditions import evaluator
from policy.engines.three import Evaluator
from policy.expr.tree import Node
from policy.facts.timeline import Timeline
from policy.facts.views import CaseView, View
from policy.pack.assessment import DUTIES, Assessment, Indicator, Over
from policy.pack.model import Force, Modality, Rule
from policy.pack.vocabulary import Vocabulary
from policy.program.build import PackProgram

_RELEASED, _CARRIED, _UNKNOWN = " released", " carried", " unknown"
"""Names that no figure of a pack can have: a space is in none."""

Key = tuple[str, str]
"""A subject, and one of its units."""


class Behind(NamedTuple):
    """An obligation behind a figure, and its case."""

    case: str
    obligation: Obligation


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


class Tally:
    """Takes decided cases one by one; then gives ``rows``, and ``behind``: every obligation that counts."""

    def __init__(self, program: PackProgram, assessment: Assessment, span: Span) -> None:
        self._program = program
        self._assessment = assessment
        self._span = span
        self._subjects = subjects_by_bearer(assessment, program.vocabulary)
        self._events = [count for count in assessment.counts if count.over is Over.EVENTS]
        self._rows: dict[Key, Counted] = {}
        self.behind: dict[str, Behind] = {}
        self.undetermined = 0

    def take(self, case: facts_pb2.Case, decision: Decision, timeline: Timeline) -> None:
        """Counts one case."""
        three = evaluator(self._program, timeline.now)
        self.undetermined += len(
            {
                (open_.rule, open_.bound)  # an undated fact may be left open under every version
                for open_ in decision.undetermined
                if open_.plan.rule.modality is Modality.OBLIGATION and self._may_count(open_.plan.rule)
            }
        )
        served: set[Key] = set()
        for obligation in decision.obligations:
            if self._may_count(obligation.plan.rule):
                served |= self._take(obligation, case, three)
        self._take_events(case.id, timeline.now, three)
        self._take_case(case.id, timeline.now, three, served)

    def rows(self) -> tuple[Row, ...]:
        """What was counted, and zeros for the subjects that nothing counted for."""
        for key in self._listed():
            self._row(key)
        return tuple(
            Row(
                *key,
                counted.figures(self._assessment),
                counted.of(_RELEASED),
                counted.of(_CARRIED),
                counted.of(_UNKNOWN),
            )
            for key, counted in sorted(self._rows.items())
        )

    def _listed(self) -> list[Key]:
        """The rows that there are whatever was counted: of each listed unit, where units are told apart."""
        seen, units = {subject for subject, _ in self._rows}, self._program.pack.units
        apart = self._assessment.unit is not None
        listed: list[Key] = []
        for subject in self._assessment.subjects:
            if apart and subject in units:
                listed += [(subject, name) for name in units[subject].names]
            elif subject not in seen:
                listed.append((subject, ""))
        return listed

    def _may_count(self, rule: Rule) -> bool:
        """Whether it lays a duty on someone who may be assessed."""
        if rule.modality is Modality.PERMISSION or rule.force is Force.REPORTED:
            return False
        bearer = rule.bearer
        if bearer.expr is not None or self._subjects is None:
            return bearer.party is None
        return any(body in self._subjects for body in bearer.bodies)

    def _take(self, obligation: Obligation, case: facts_pb2.Case, three: Evaluator) -> set[Key]:
        """Counts a duty for each row that one of its bearers belongs to; the rows whose base it is in."""
        standing, banned = obligation.standing, obligation.plan.rule.modality is Modality.PROHIBITION
        if banned and standing.violated_at is None:
            return set()
        moment = counts_at(obligation)
        if moment is None or not (obligation.bearers or obligation.bearer_party):
            # Nobody can say in which period, or for whom; what was released is nobody's fault anyway.
            self.undetermined += standing.violated_at is not None or standing.state not in RELEASED
            return set()
        arose = obligation.arose_at
        carried = moment >= self._span.end and arose is not None and arose < self._span.end
        if not (self._span.holds(moment) or carried):
            return set()
        rows = self._by_row(obligation, case, three)
        member = Member(case.id, obligation.id)
        if rows:
            self.behind[obligation.id] = Behind(case.id, obligation)
        if carried or (standing.violated_at is None and standing.state in RELEASED):
            for key in rows if not banned else ():
                self._row(key).add(_CARRIED if carried else _RELEASED, member)
            return set()
        for key, views in rows.items():
            row = self._row(key)
            row.add(DUTIES, member)
            if standing.state is State.UNDETERMINED:
                row.add(_UNKNOWN, member)
            self._measure(row, member, views, three)
        return set(rows)

    def _by_row(
        self, obligation: Obligation, case: facts_pb2.Case, three: Evaluator
    ) -> dict[Key, list[View]]:
        """How it was performed, by the rows of its bearers."""
        found: dict[Key, list[View]] = {}
        matter = matter_of(obligation, case)
        for bearer in obligation.bearers:
            subject = bearer if self._subjects is None else self._subjects.get(bearer)
            if subject is None:
                continue
            view = performance(obligation, bearer, matter)
            unit = ""
            if self._assessment.id in self._program.units:
                named = three.value(self._program.units[self._assessment.id], {"obligation": three.ref(view)})
                unit = named if isinstance(named, str) else ""
            found.setdefault((subject, unit), []).append(view)
        return found

    def _measure(self, row: Counted, member: Member, views: list[View], three: Evaluator) -> None:
        """Every figure over obligations: a joint duty counts where it holds of one of the bearers."""
        trees, ident = self._program.counts, self._assessment.id
        bound = [{"obligation": three.ref(view)} for view in views]
        for count in self._assessment.counts:
            if count.over is Over.OBLIGATIONS and any(
                three.value(trees[ident, count.id], each) is True for each in bound
            ):
                row.add(count.id, member)
        for duration in self._assessment.durations:
            if duration.where is not None and not any(
                three.value(trees[ident, duration.id], each) is True for each in bound
            ):
                continue
            since, until = (
                three.value(trees[ident, f"{duration.id}.{end}"], bound[0]) for end in ("from", "to")
            )
            if isinstance(since, int) and isinstance(until, int):
                row.took(duration.id, member, until - since)

    def _take_events(self, case: str, view: CaseView, three: Evaluator) -> None:
        for count in self._events:
            for event in view.events:
                at = getattr(event, "at", None)
                if at is None or not self._span.holds(at):
                    continue
                bound = {"event": three.ref(event)}
                if three.value(self._tree(count.id), bound) is not True:
                    continue
                key = self._named(count, bound, three)
                if key is not None:
                    self._row(key).add(count.id, Member(case, event.path))

    def _named(self, count: Indicator, bound: dict[str, Any], three: Evaluator) -> Key | None:
        """Whom an event counts for; None: for nobody that is assessed."""
        for place in range(len(count.body)):
            body = three.value(self._tree(f"{count.id}.body.{place}"), bound)
            if isinstance(body, str) and body:
                unit: object = ""
                if place < len(count.unit):
                    unit = three.value(self._tree(f"{count.id}.unit.{place}"), bound)
                return self._key(body, unit)
        return None

    def _take_case(self, case: str, view: CaseView, three: Evaluator, served: set[Key]) -> None:
        for count in self._assessment.counts:
            if count.over is Over.CASES and three.value(self._tree(count.id), {}) is True:
                for key in served:
                    self._row(key).add(count.id, Member(case))

    def _tree(self, figure: str) -> Node:
        return self._program.counts[self._assessment.id, figure]

    def _key(self, body: str, unit: object) -> Key | None:
        """The row of a body that an event names, and one of its units; None: it has none."""
        subject = body if self._subjects is None else self._subjects.get(body)
        if subject is None and body in self._assessment.subjects:
            subject = body
        return None if subject is None else (subject, unit if isinstance(unit, str) else "")

    def _row(self, key: Key) -> Counted:
        found = self._rows.get(key)
        if found is None:
            found = self._rows[key] = Counted()
        return found
