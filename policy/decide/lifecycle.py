"""The life of an obligation: its state at ``as_of``, from the events of the case.

Pure: the events are in the case, the clock is its ``as_of``. What ends an obligation first, counts:
fulfilment, withdrawal, completion or termination of the case. A duty done at the very due moment is in time.
What was due before it arose is violated when it arises, and no earlier.
While the case or the obligation is suspended nothing becomes overdue; a due time that passed meanwhile counts
from the resumption, unless the rule says what a suspension does to its clock (``policy.decide.clocks``).
Events at the moment of the trigger or later count, the trigger itself does not. What went by post is done
when it was posted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from policy.decide.acts import FAILED, Acts, Doubts, Ending
from policy.decide.decision import Standing, State
from policy.decide.suspensions import Act, Pause, Suspensions, merged, names
from policy.engines import Hit
from policy.engines.protocol import Binding, Doubt
from policy.facts.views import CaseView
from policy.pack.clock import Running
from policy.pack.model import Lifecycle

if TYPE_CHECKING:
    from policy.decide.clocks import Reckoned

# Looked up once: reading a member from its enum takes ten times as long as reading a global.
_CASE, _FULFILLED, _DISCHARGED = Lifecycle.CASE, State.FULFILLED, State.DISCHARGED

_ENDS = {
    "fulfil_one": State.FULFILLED,
    "withdraw_one": State.DISCHARGED,
    "terminate": State.TERMINATED,
    "discharge": State.DISCHARGED,
}


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
    clock: Reckoned | None = None
    """How its due time came about, where acts may have moved it."""

    @property
    def from_(self) -> int | None:
        """From when acts count."""
        return self.since if self.carried is None else self.carried


class Life:
    """States of the obligations of one case; ``effects`` are its events by what they do to obligations."""

    def __init__(
        self, case: CaseView, effects: Mapping[str, list[Any]], acts: Acts, suspensions: Suspensions
    ) -> None:
        self._case = case
        self._acts = acts
        self._ends = [(name, _ENDS[name], events) for name, events in effects.items() if name in _ENDS]
        self._suspensions = suspensions
        self.unclear: dict[str, int] = {}
        """Of violated duties, by id: from when on nobody knows whether they are still owed."""
        self.excused: dict[str, Act] = {}
        """Breaches that were excused afterwards, by id, and by which act: what followed from them ends."""

    def standing(self, owed: Owed, due_missing: Doubt) -> Standing | None:
        """The state of an obligation; None where it was over before it could arise."""
        plan, due, clock = owed.hit.plan, owed.due, owed.clock
        if due is not None and owed.since is not None and due < owed.since:
            due = owed.since
        touched = bool(self._ends) or bool(self.excused) or self._acts.may_end(plan)
        if not touched and not self._suspensions.any and clock is None:
            return self._open(due, due_missing)  # nothing in the case can change it
        doubts = Doubts(() if clock is None else clock.doubts)
        pauses = self._pauses(owed, doubts)
        # A rule that says what a suspension does to its clock has had that counted.
        held = pauses if plan.clock is None or plan.clock.suspended is None else ()
        overdue_at = _overdue_at(due, held, owed.since) if held else due
        if touched:
            endings = self._endings(owed, doubts)
            first_day = owed.since if owed.carried is not None else None
            if first_day is not None and any(ending.at < first_day for ending in endings):
                return None
            closed = self._closed(owed, endings, overdue_at, doubts)
            if closed is not None:
                return closed
        if doubts:
            return self._in_doubt(owed, doubts, overdue_at)
        if pauses and pauses[-1][1] is None:
            at, _, event = pauses[-1]
            late = overdue_at if overdue_at is not None and overdue_at < at else None
            return Standing(State.SUSPENDED, at, event, late)
        return self._open(overdue_at, due_missing)

    def held(self, owed: Owed) -> tuple[tuple[int, int | None], ...]:
        """From when to when an obligation was suspended (None: it lasts), in order of time."""
        return tuple([(start, end) for start, end, _ in merged(self._pauses(owed, Doubts()))])

    def _pauses(self, owed: Owed, doubts: Doubts) -> Sequence[Pause]:
        """What suspends it: the case, it itself, or what stopped its clock."""
        plan, clock = owed.hit.plan, owed.clock
        pauses: Sequence[Pause] = ()
        suspended = None if plan.clock is None else plan.clock.suspended
        if self._suspensions.any and suspended is not Running.RUNS_ON:
            pauses = self._suspensions.of(owed, doubts)
        return pauses if clock is None or clock.stopped is None else (*pauses, clock.stopped)

    def _closed(
        self, owed: Owed, endings: list[Ending], overdue_at: int | None, doubts: Doubts
    ) -> Standing | None:
        """The state where an act ended or violated it, or may have; None where none did."""
        violated_by = owed.hit.plan.violated_by
        violation = self._acts.first(violated_by, owed, State.OVERDUE, doubts) if violated_by else None
        if endings:
            first = min(endings, key=_ending_order) if len(endings) > 1 else endings[0]
            late = overdue_at is not None and first.at > overdue_at
            ended = _ended(first, overdue_at, violation)
            if doubts and (late or violated_by):  # whether it was violated may not be known
                return self._in_doubt(owed, doubts, ended.violated_at)
            return ended
        if doubts:
            broken = [overdue_at, None if violation is None else violation.at]
            return self._in_doubt(owed, doubts, min((at for at in broken if at is not None), default=None))
        if violation is not None:
            return Standing(State.OVERDUE, violation.at, violation.event, violation.at)
        return None

    def _in_doubt(self, owed: Owed, doubts: Doubts, violated_at: int | None) -> Standing:
        """Undetermined; violated all the same where all that is in doubt came after that."""
        standing, first = _doubtful(doubts), doubts.first
        if violated_at is None or first is None or not violated_at < first <= self._case.as_of:
            return standing
        self.unclear[owed.identity] = first
        return standing._replace(violated_at=violated_at)

    def _open(self, due: int | None, due_missing: Doubt) -> Standing:
        if due_missing:
            return Standing(State.UNDETERMINED, missing=due_missing)
        if due is not None and self._case.as_of > due:
            return Standing(State.OVERDUE, due, "", due)
        return _PENDING

    def _endings(self, owed: Owed, doubts: Doubts) -> list[Ending]:
        plan, binding, since = owed.hit.plan, owed.hit.binding, owed.from_
        endings = []
        for matchers, state in ((plan.fulfilled_by, _FULFILLED), (plan.discharged_by, _DISCHARGED)):
            if matchers and (first := self._acts.first(matchers, owed, state, doubts)) is not None:
                endings.append(first)
        if self.excused:
            excused = [
                self.excused[e.id] for e in binding if e.collection == "breaches" and e.id in self.excused
            ]
            endings += [Ending(act.at, _DISCHARGED, act.path) for act in excused]
        for effect, state, events in self._ends:
            if effect.endswith("_one"):
                events = [e for e in events if names(e, owed)]
            elif plan.rule.lifecycle is not _CASE:
                continue
            if events:
                endings += self._dated(events, state, binding, since, doubts)
        return endings

    def _dated(
        self, events: Iterable[Any], state: State, binding: Binding, since: int | None, doubts: Doubts
    ) -> list[Ending]:
        """Endings by these events; an undated one leaves the state open until its time is known."""
        found = []
        for event in events:
            if event in binding:
                continue
            at, path = getattr(event, "at", None), event.path
            if state is _FULFILLED:
                at = self._acts.posted_at(event, at, path, since)
            if at is None:
                doubts.of_time(event)
            elif since is None or at >= since:
                found.append(Ending(at, state, path))
        return found


def _doubtful(doubts: list[str]) -> Standing:
    """Undetermined, with the facts that would settle it."""
    return Standing(State.UNDETERMINED, missing=tuple(sorted(set(doubts) - {FAILED})))


def _ending_order(ending: Ending) -> tuple[int, int, str]:
    """Earliest first; at one moment a duty that was done counts as done before it was taken away."""
    return ending.at, _ENDING_RANK[ending.state], ending.event


_ENDING_RANK = {State.FULFILLED: 0, State.DISCHARGED: 1, State.TERMINATED: 2}
_PENDING = Standing(State.PENDING)


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
