"""The life of an obligation: its state at ``as_of``, from the events of the case.

Pure: the events are in the case, the clock is its ``as_of``. What ends an obligation first, counts:
fulfilment, withdrawal, completion or termination of the case. A duty done at the very due moment is in time.
What was due before it arose is violated when it arises, and no earlier.
While the case or the obligation is suspended nothing becomes overdue; a due time that passed meanwhile counts
from the resumption. Events at the moment of the trigger or later count, the trigger itself does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from policy.decide.acts import FAILED, Acts, Ending
from policy.decide.decision import Standing, State
from policy.engines import Engine, Hit
from policy.engines.protocol import Binding, Doubt
from policy.facts.views import CaseView
from policy.pack.model import Bearing, Lifecycle
from policy.pack.vocabulary import Vocabulary

# Looked up once: reading a member from its enum takes ten times as long as reading a global.
_CASE, _FULFILLED, _DISCHARGED = Lifecycle.CASE, State.FULFILLED, State.DISCHARGED
_EACH_UNIT = Bearing.EACH_UNIT

_SUSPENDING = frozenset(("suspend", "suspend_one"))
_ENDS = {
    "fulfil_one": State.FULFILLED,
    "withdraw_one": State.DISCHARGED,
    "terminate": State.TERMINATED,
    "discharge": State.DISCHARGED,
}

Pause = tuple[int, int | None, str]
"""A suspension: from, to (None: it lasts), and the event that began it."""


@dataclass(frozen=True, slots=True)
class EventEffects:
    """What each event type does to obligations, from the vocabulary; types without effect are left out."""

    by_type: Mapping[str, str]

    @staticmethod
    def of(vocabulary: Vocabulary) -> EventEffects:
        """The effects that ``vocabulary.yaml`` declares."""
        events = sorted(vocabulary.sections["events"].items())
        return EventEffects({name: code.effect for name, code in events if code.effect})

    def events(self, case: CaseView) -> dict[str, list[Any]]:
        """The events of the case that have an effect, by effect."""
        found: dict[str, list[Any]] = {}
        for name, events in case.by_type.items():
            if (effect := self.by_type.get(name)) is not None:
                found.setdefault(effect, []).extend(events)
        return found


class Owed(NamedTuple):
    """An obligation whose state is asked for.

    ``since``: when it arose; ``due``: by when; ``carried``: when its trigger happened, where that was before
    the first day of the version. What had ended it by that day, kept it from arising.
    """

    hit: Hit
    identity: str
    bearers: tuple[str, ...]
    bearer_party: str
    bearer_unit: str
    since: int | None
    carried: int | None = None
    due: int | None = None

    @property
    def from_(self) -> int | None:
        """From when acts count."""
        return self.since if self.carried is None else self.carried


class Life:
    """States of the obligations of one case; ``engine`` says which acts end them.

    ``errors`` collects the evaluation errors of matchers, each once for an obligation.
    """

    def __init__(self, case: CaseView, effects: EventEffects, vocabulary: Vocabulary, engine: Engine) -> None:
        self._case = case
        self._vocabulary = vocabulary
        self.acts = self._acts = Acts(case, vocabulary, engine)
        self.errors = self._acts.errors
        self._effects = effects.events(case)
        self._ends = [(name, _ENDS[name], events) for name, events in self._effects.items() if name in _ENDS]
        self._may_suspend = not _SUSPENDING.isdisjoint(self._effects)
        if self._may_suspend:
            starts, ends = self._effects.get("suspend", ()), self._effects.get("resume", ())
            self._names_one = "suspend_one" in self._effects or "resume_one" in self._effects
            self._pausing = frozenset((*starts, *ends))
            # Worked out once: the same for every obligation that is not about these events themselves.
            self._case_pauses = self._case_pauses_without(())
            self._undated = _undated((*starts, *ends), ())

    def standing(self, owed: Owed, due_missing: Doubt) -> Standing | None:
        """The state of an obligation; None where it was over before it could arise."""
        plan, due = owed.hit.plan, owed.due
        if due is not None and owed.since is not None and due < owed.since:
            due = owed.since
        touched = bool(self._ends) or self._acts.may_end(plan)
        if not touched and not self._may_suspend:
            return self._open(due, due_missing)  # nothing in the case can change it
        doubts: list[str] = []
        pauses: Sequence[Pause] = ()
        if self._may_suspend:
            pauses = self._suspensions(owed, doubts)
        overdue_at = _overdue_at(due, pauses, owed.since) if pauses else due
        if touched:
            endings = self._endings(owed, doubts)
            first_day = owed.since if owed.carried is not None else None
            if first_day is not None and any(ending.at < first_day for ending in endings):
                return None
            closed = self._closed(owed, endings, overdue_at, doubts)
            if closed is not None:
                return closed
        if doubts:
            return _doubtful(doubts)
        if pauses and pauses[-1][1] is None:
            at, _, event = pauses[-1]
            late = overdue_at if overdue_at is not None and overdue_at < at else None
            return Standing(State.SUSPENDED, at, event, late)
        return self._open(overdue_at, due_missing)

    def _closed(
        self, owed: Owed, endings: list[Ending], overdue_at: int | None, doubts: list[str]
    ) -> Standing | None:
        """The state where an act ended or violated it, or may have; None where none did."""
        violated_by = owed.hit.plan.violated_by
        violation = self._acts.first(violated_by, owed, State.OVERDUE, doubts) if violated_by else None
        if endings:
            first = min(endings, key=_ending_order) if len(endings) > 1 else endings[0]
            late = overdue_at is not None and first.at > overdue_at
            if doubts and (late or violated_by):  # whether it was violated is not known
                return _doubtful(doubts)
            return _ended(first, overdue_at, violation)
        if doubts:
            return _doubtful(doubts)
        if violation is not None:
            return Standing(State.OVERDUE, violation.at, violation.event, violation.at)
        return None

    def _open(self, due: int | None, due_missing: Doubt) -> Standing:
        if due_missing:
            return Standing(State.UNDETERMINED, missing=due_missing)
        if due is not None and self._case.as_of > due:
            return Standing(State.OVERDUE, due, "", due)
        return _PENDING

    def _endings(self, owed: Owed, doubts: list[str]) -> list[Ending]:
        plan, binding, since = owed.hit.plan, owed.hit.binding, owed.from_
        endings = []
        for matchers, state in ((plan.fulfilled_by, _FULFILLED), (plan.discharged_by, _DISCHARGED)):
            if matchers and (first := self._acts.first(matchers, owed, state, doubts)) is not None:
                endings.append(first)
        for effect, state, events in self._ends:
            if effect.endswith("_one"):
                events = [e for e in events if _names(e, owed)]
            elif plan.rule.lifecycle is not _CASE:
                continue
            if events:
                endings += _dated(events, state, binding, since, doubts)
        return endings

    def _suspensions(self, owed: Owed, doubts: list[str]) -> list[Pause]:
        """Suspensions in time order, not overlapping.

        The case's and the obligation's own end each by themselves; either of them holds the obligation.
        """
        plan, binding = owed.hit.plan, owed.hit.binding
        pauses: list[Pause] = []
        if plan.rule.lifecycle is _CASE:
            if self._pausing.isdisjoint(binding):
                pauses = self._case_pauses
                doubts += self._undated
            else:
                pauses = self._case_pauses_without(binding)
        if self._names_one:
            named = [
                [e for e in self._effects.get(effect, ()) if _names(e, owed)]
                for effect in ("suspend_one", "resume_one")
            ]
            doubts += _undated((*named[0], *named[1]), binding)
            own = _pauses(_later(named[0], binding, None), _later(named[1], binding, None))
            pauses = _merged(pauses + own)
        return pauses

    def _case_pauses_without(self, binding: Binding) -> list[Pause]:
        """The case's suspensions, the bound events themselves left out."""
        starts, ends = self._effects.get("suspend", ()), self._effects.get("resume", ())
        return _merged(_pauses(_later(starts, binding, None), _later(ends, binding, None)))


def _doubtful(doubts: list[str]) -> Standing:
    """Undetermined, with the facts that would settle it."""
    return Standing(State.UNDETERMINED, missing=tuple(sorted(set(doubts) - {FAILED})))


def _undated(events: Iterable[Any], binding: Binding) -> list[str]:
    """The times that these events lack."""
    return [f"{e.path}.at" for e in events if e not in binding and getattr(e, "at", None) is None]


def _pauses(starts: Iterable[Any], ends: Iterable[Any]) -> list[Pause]:
    """Suspensions begun and ended by these dated events, in time order, not overlapping.

    What is suspended and resumed at one moment was never suspended; what is resumed and suspended again goes
    on being suspended.
    """
    begins: dict[int, str] = {}
    for event in sorted(starts, key=lambda e: (e.at, e.path)):
        begins.setdefault(event.at, event.path)
    over = {event.at for event in ends}
    result: list[Pause] = []
    begun: tuple[int, str] | None = None
    for at in sorted({*begins, *over}):
        if begun is None:
            begun = (at, begins[at]) if at in begins and at not in over else None
        elif at in over:
            result.append((begun[0], at, begun[1]))
            begun = (at, begins[at]) if at in begins else None
    if begun is not None:
        result.append((begun[0], None, begun[1]))
    return result


def _merged(pauses: list[Pause]) -> list[Pause]:
    """The union of suspensions, each under the event that began it first."""
    result: list[Pause] = []
    for start, end, path in sorted(pauses, key=lambda p: (p[0], p[2])):
        if result and (result[-1][1] is None or start <= result[-1][1]):
            first, until, began = result[-1]
            result[-1] = (first, None if until is None or end is None else max(until, end), began)
        else:
            result.append((start, end, path))
    return result


def _ending_order(ending: Ending) -> tuple[int, int, str]:
    """Earliest first; at one moment a duty that was done counts as done before it was taken away."""
    return ending.at, _ENDING_RANK[ending.state], ending.event


_ENDING_RANK = {State.FULFILLED: 0, State.DISCHARGED: 1, State.TERMINATED: 2}
_PENDING = Standing(State.PENDING)


def _later(events: Iterable[Any], binding: Binding, since: int | None) -> list[Any]:
    """The dated events at or after ``since`` that are not themselves bound."""
    return [
        e
        for e in events
        if e not in binding and (at := getattr(e, "at", None)) is not None and (since is None or at >= since)
    ]


def _dated(
    events: Iterable[Any], state: State, binding: Binding, since: int | None, doubts: list[str]
) -> list[Ending]:
    """Endings by these events; an undated one leaves the state open until its time is known."""
    for event in events:
        if event not in binding and getattr(event, "at", None) is None:
            doubts.append(f"{event.path}.at")
    return [Ending(e.at, state, e.path) for e in _later(events, binding, since)]


def _names(event: Any, owed: Owed) -> bool:
    """Whether a generic event names this duty: its id, or its rule, and the unit where each has its own."""
    plan, binding = owed.hit.plan, owed.hit.binding
    if (named := getattr(event, "obligation", None)) is not None:
        return bool(named == owed.identity)
    if getattr(event, "rule", None) != plan.id:
        return False
    unit = getattr(event, "actor_unit", "")
    if unit and plan.rule.bearing is _EACH_UNIT and unit != owed.bearer_unit:
        return False
    about = getattr(event, "about", None)
    return about is None or any(getattr(element, "id", None) == about for element in binding)


def _overdue_at(due: int | None, pauses: Sequence[Pause], since: int | None) -> int | None:
    """When it becomes overdue: the due time, or the end of the suspension that holds it (None: it lasts).

    A suspension that was over by ``since``, when the obligation arose, did not hold it.
    """
    if due is None:
        return None
    for start, end, _ in pauses:
        if start <= due and (end is None or (due < end and (since is None or end > since))):
            return end
    return due


def _ended(first: Ending, overdue_at: int | None, violation: Ending | None) -> Standing:
    violated = overdue_at if overdue_at is not None and first.at > overdue_at else None
    if violation is not None and violation.at <= first.at:
        violated = violation.at if violated is None else min(violated, violation.at)
    state = first.state
    if state is State.FULFILLED and overdue_at is not None and first.at > overdue_at:
        state = State.FULFILLED_LATE
    return Standing(state, first.at, first.event, violated)
