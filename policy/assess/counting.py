"""What one case adds to an assessment: whom each duty, event and the case count for, under which figures.

case, decision --Counting.of--> CaseCount        which Tally adds up, in any order
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from linkage.v1 import facts_pb2
from policy.assess.figures import CARRIED, RELEASED, UNKNOWN
from policy.assess.outcome import RELEASING, may_count, outcome
from policy.assess.performance import matter_of, performance
from policy.assess.period import Span, moment_of
from policy.assess.results import OWN
from policy.decide.decision import Decision, Obligation
from policy.engines.conditions import evaluator
from policy.engines.three import Evaluator
from policy.expr.tree import Node
from policy.facts.timeline import Timeline
from policy.facts.views import CaseView
from policy.pack.assessment import AMONG, DUTIES, Assessment, Indicator, Over
from policy.pack.model import Modality, Rule
from policy.pack.vocabulary import Vocabulary
from policy.program.program import PackProgram

Key = tuple[str, str]
"""A subject, and one of its units."""

Bound = dict[str, Any]
"""What an expression is evaluated with."""


class Entry(NamedTuple):
    """One thing counted for one row: under which figures, and how long it took by the durations' ids.

    ``ident`` as a ``Member`` has it.
    """

    body: str
    unit: str
    ident: str
    figures: tuple[str, ...]
    took: tuple[tuple[str, int], ...] = ()


class CaseCount(NamedTuple):
    """What one case adds. ``digest``: sha256 of its facts; ``undetermined``: what facts kept open.

    ``behind``: the obligations that entries count; ``own``: the case itself, as bytes, where it is the
    district's own file, which consequences are decided on.
    """

    case: str
    digest: str
    undetermined: int
    entries: tuple[Entry, ...]
    behind: tuple[Obligation, ...]
    own: bytes = b""


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


class Counting:
    """Counts decided cases one by one, each on its own."""

    def __init__(self, program: PackProgram, assessment: Assessment, span: Span) -> None:
        self._program = program
        self._assessment = assessment
        self._span = span
        self._subjects = subjects_by_bearer(assessment, program.vocabulary)
        self._events = [count for count in assessment.counts if count.over is Over.EVENTS]

    def of(self, case: facts_pb2.Case, decision: Decision, timeline: Timeline) -> CaseCount:
        """What the case adds."""
        three = evaluator(self._program, timeline.now)
        digest = decision.receipt.facts_digest
        own = case.SerializeToString(deterministic=True) if case.kind == OWN else b""
        if self._assessment.cases is not None:
            among = three.value(self._tree(AMONG), {})
            if among is not True:  # of a case of which nobody knows whether it counts, that is counted
                return CaseCount(case.id, digest, int(among is not False), (), (), own)
        undetermined = len(
            {
                (open_.rule, open_.bound)  # an undated fact may be left open under every version
                for open_ in decision.undetermined
                if open_.plan.rule.modality is Modality.OBLIGATION and self._may_count(open_.plan.rule)
            }
        )
        served: dict[Key, None] = {}
        entries: list[Entry] = []
        behind: list[Obligation] = []
        for obligation in decision.obligations:
            if not self._may_count(obligation.plan.rule):
                continue
            found = self._duty(obligation, case, three)
            if found is None:
                undetermined += 1
            elif found:
                entries += found
                behind.append(obligation)
                served |= {(one.body, one.unit): None for one in found if DUTIES in one.figures}
        entries += self._of_events(timeline.now, three)
        entries += self._of_case(timeline.now, three, served)
        return CaseCount(case.id, digest, undetermined, tuple(entries), tuple(behind), own)

    def _may_count(self, rule: Rule) -> bool:
        """Whether it lays a duty on someone who may be assessed. Reported practice is counted where the
        assessment is reported itself."""
        reported = self._program.pack.authority == "reported"
        if not may_count(rule.modality, rule.force, reported):
            return False
        bearer = rule.bearer
        if bearer.expr is not None or self._subjects is None:
            return bearer.party is None
        return any(body in self._subjects for body in bearer.bodies)

    def _duty(self, obligation: Obligation, case: facts_pb2.Case, three: Evaluator) -> list[Entry] | None:
        """A duty, for each row that one of its bearers belongs to; None: facts keep open where it counts."""
        standing, banned = obligation.standing, obligation.plan.rule.modality is Modality.PROHIBITION
        if banned and standing.violated_at is None:
            return []
        moment = moment_of(obligation)
        if moment is None or not (obligation.bearers or obligation.bearer_party):
            # Nobody can say in which period, or for whom; what was released is nobody's fault anyway.
            return None if standing.violated_at is not None or standing.state not in RELEASING else []
        arose = obligation.arose_at
        carried = moment >= self._span.end and arose is not None and arose < self._span.end
        if not (self._span.holds(moment) or carried):
            return []
        rows = self._by_row(obligation, case, three)
        told = outcome(standing.state, standing.violated_at is not None, False)
        if carried or (told is not None and not told.counts):
            figures = (CARRIED if carried else RELEASED,)
            return [] if banned else [Entry(*key, obligation.id, figures) for key in rows]
        unknown = (UNKNOWN,) if told is None else ()
        return [
            Entry(
                *key, obligation.id, (DUTIES, *unknown, *self._counts(bound, three)), self._took(bound, three)
            )
            for key, bound in rows.items()
        ]

    def _by_row(
        self, obligation: Obligation, case: facts_pb2.Case, three: Evaluator
    ) -> dict[Key, list[Bound]]:
        """How it was performed, by the rows of its bearers, as expressions have it."""
        found: dict[Key, list[Bound]] = {}
        matter = matter_of(obligation, case)
        for bearer in obligation.bearers:
            subject = bearer if self._subjects is None else self._subjects.get(bearer)
            if subject is None:
                continue
            bound = {"obligation": three.ref(performance(obligation, bearer, matter))}
            unit = ""
            if self._assessment.id in self._program.units:
                named = three.value(self._program.units[self._assessment.id], bound)
                unit = named if isinstance(named, str) else ""
            found.setdefault((subject, unit), []).append(bound)
        return found

    def _counts(self, bound: list[Bound], three: Evaluator) -> Iterator[str]:
        """The counts over obligations: a joint duty counts where it holds of one of the bearers."""
        for count in self._assessment.counts:
            if count.over is Over.OBLIGATIONS and any(
                three.value(self._tree(count.id), each) is True for each in bound
            ):
                yield count.id

    def _took(self, bound: list[Bound], three: Evaluator) -> tuple[tuple[str, int], ...]:
        """How long it took, by duration, where that can be measured."""
        found = []
        for duration in self._assessment.durations:
            if duration.where is not None and not any(
                three.value(self._tree(duration.id), each) is True for each in bound
            ):
                continue
            since, until = (
                three.value(self._tree(f"{duration.id}.{end}"), bound[0]) for end in ("from", "to")
            )
            if isinstance(since, int) and isinstance(until, int):
                found.append((duration.id, until - since))
        return tuple(found)

    def _of_events(self, view: CaseView, three: Evaluator) -> Iterator[Entry]:
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
                    yield Entry(*key, event.path, (count.id,))

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

    def _of_case(self, view: CaseView, three: Evaluator, served: Iterable[Key]) -> Iterator[Entry]:
        """The case itself, for each row whose base one of its duties is in."""
        figures = tuple(
            count.id
            for count in self._assessment.counts
            if count.over is Over.CASES and three.value(self._tree(count.id), {}) is True
        )
        if figures:
            yield from (Entry(*key, "", figures) for key in served)

    def _tree(self, figure: str) -> Node:
        return self._program.counts[self._assessment.id, figure]

    def _key(self, body: str, unit: object) -> Key | None:
        """The row of a body that an event names, and one of its units; None: it has none."""
        subject = body if self._subjects is None else self._subjects.get(body)
        if subject is None and body in self._assessment.subjects:
            subject = body
        return None if subject is None else (subject, unit if isinstance(unit, str) else "")
