"""Which of the acts that may end an obligation, or violate it, did so in a test: every matcher of a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from policy.decide.decision import Decision, Obligation, State
from policy.engines.three import Evaluator
from policy.facts.timeline import Timeline
from policy.facts.views import DISCRIMINATORS, CaseView, View
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.program.typed import TypedMatcher
from policy.text.source import Span

FULFILLED, DISCHARGED, VIOLATED = "fulfilled", "discharged", "violated"
_STATES: Mapping[State, str] = {
    State.FULFILLED: FULFILLED,
    State.FULFILLED_LATE: FULFILLED,
    State.DISCHARGED: DISCHARGED,
    State.OVERDUE: VIOLATED,
}


class Ending(NamedTuple):
    """One matcher of a rule: what it brings about, and its place among those that do."""

    rule: str
    brings: str
    place: int


class Endings:
    """The matchers of one version of a pack, and those that the tests have seen at work."""

    def __init__(self, program: PackProgram) -> None:
        self.spans: Mapping[Ending, Span] = {
            Ending(plan.id, brings, place): matcher.span
            for plan in program.plans
            for brings, matchers in (
                (FULFILLED, plan.rule.fulfilled_by),
                (DISCHARGED, plan.rule.discharged_by),
                (VIOLATED, plan.rule.violated_by),
            )
            for place, matcher in enumerate(matchers)
        }
        self.seen: set[Ending] = set()

    def watch(self, program: PackProgram, decision: Decision, timeline: Timeline) -> None:
        """Notes what ended the obligations of one decision."""
        own = [one for one in decision.obligations if one.program is program and one.standing.event]
        if not own:
            return
        view = timeline.now
        elements = {element.path: element for element in _elements(view)}
        three = Evaluator(view, program.params, program.terms)
        for one in own:
            act = elements.get(one.standing.event)
            brings = _STATES.get(one.standing.state)
            if act is not None and brings is not None:
                self._note(one, brings, act, elements, three)

    def _note(
        self, one: Obligation, brings: str, act: View, elements: Mapping[str, View], three: Evaluator
    ) -> None:
        bound: dict[str, Any] = {"done": three.ref(act)}
        for name, path in zip(one.plan.variables, one.bound, strict=True):
            if path in elements:
                bound[name] = three.ref(elements[path])
        whole = len(bound) == len(one.plan.variables) + 1
        for place, matcher in enumerate(_matchers(one.plan, brings)):
            if not _is_of(matcher, act):
                continue
            asked = matcher.predicate if whole else None
            if asked is None or three.value(asked, bound) is not False:
                self.seen.add(Ending(one.plan.id, brings, place))


def _matchers(plan: RulePlan, brings: str) -> Sequence[TypedMatcher]:
    typed = plan.typed
    return {FULFILLED: typed.fulfilled_by, DISCHARGED: typed.discharged_by, VIOLATED: typed.violated_by}[
        brings
    ]


def _is_of(matcher: TypedMatcher, act: View) -> bool:
    """Whether the act is of the kind that is waited for."""
    if matcher.collection == "services":
        return act.collection == "services" and act.parent.type in matcher.codes
    if act.collection != matcher.collection:
        return False
    return not matcher.codes or getattr(act, DISCRIMINATORS[matcher.collection]) in matcher.codes


def _elements(view: CaseView) -> Iterator[View]:
    for elements in (view.events, view.requests, view.documents, view.parties, view.properties):
        yield from elements
    yield from (service for document in view.documents for service in document.services)
    yield from (status for party in view.parties for status in party.statuses)
