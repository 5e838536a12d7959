"""What acts do to a due time: the clock stops, starts again, or runs on; the time is extended.

    deadline, acts of the case --Clocks.reckoned--> Reckoned: the due time, what holds it, what did not count

The readings taken where documents say no more:

- acts count from the moment at which the duty arose, or its period began, whichever is earlier;
- what starts a period again does so up to the due time; a period that has run out stays so;
- an extension is counted from the former due time, as a period of its own, and has to be granted by then;
  what is granted once too often, too late, or by another body extends nothing, and is told of;
- bounds stop and start with the deadline where they are periods; an extension goes beyond them;
- the court's extension of a lapsed period (Civil Procedure Law art. 86) counts whenever it is decided: the
  lapse is excused, and what followed from it ends with the decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from policy.decide.acts import FAILED, Acts, Done, Doubts, actor_of, another_unit
from policy.decide.decision import Standing, State
from policy.decide.dues import Counting, moment_of_nanos
from policy.decide.lifecycle import Owed
from policy.decide.suspensions import Act, EventEffects, Pause, Suspensions, merged, names, pauses_of
from policy.engines.protocol import Doubt
from policy.pack.clock import Given, Running
from policy.pack.vocabulary import Vocabulary
from policy.program.plan import ClockPlan, RulePlan
from policy.time.clock import Stop
from policy.time.deadline import Due, bounded, due_at
from policy.time.due import Mark

STRANGER, OFTEN, LATE, NOTHING = "stranger", "often", "late", "nothing"
"""Why an act extends nothing: not by who may, once too often, after the due time, no longer than it was."""


class Reckoned(NamedTuple):
    """A due time and how acts moved it.

    ``missing``: facts without which nobody knows it; ``doubts``: the same, and errors. ``earliest``: before
    what moment it cannot be due, in nanoseconds, where facts are missing. ``stopped``: what holds its clock.
    ``restored``: the due time that had passed when the court extended it, and that decision.
    ``uncounted``: acts that extended nothing, and why; ``moved_by``: the acts that moved it, by path.
    """

    due: Due | None
    missing: Doubt = ()
    doubts: tuple[str, ...] = ()
    earliest: int | None = None
    stopped: Pause | None = None
    restored: tuple[int, Act] | None = None
    uncounted: tuple[tuple[str, str], ...] = ()
    moved_by: tuple[str, ...] = ()

    @property
    def nanos(self) -> int | None:
        """When it is due; or, where facts are missing, the earliest that it can be."""
        return self.earliest if self.due is None else self.due.nanos


UNTIMED = Reckoned(None)
"""Of a rule without a deadline."""


class Clocks:
    """The due times of the obligations of one case; ``effects`` are its events by what they do."""

    def __init__(
        self,
        effects: Mapping[str, list[Any]],
        kinds: EventEffects,
        acts: Acts,
        suspensions: Suspensions,
        vocabulary: Vocabulary,
    ) -> None:
        self._extending = effects.get("extend_one", ())
        self._only = kinds.only
        self._acts = acts
        self._suspensions = suspensions
        self._vocabulary = vocabulary

    def moves(self, plan: RulePlan) -> bool:
        """Whether acts may move the due times of a rule."""
        return plan.clock is not None or bool(self._extending)

    def reckoned(self, owed: Owed, counting: Counting) -> Reckoned:
        """The due time of an obligation. Raises ``DeadlineError``."""
        if counting.missing:
            return Reckoned(None, counting.missing)
        return _Reckoning(self, owed, counting).result()

    # -- what a reckoning asks

    def pauses(self, plan: ClockPlan, owed: Owed, since: int | None, doubts: Doubts) -> list[_Paused]:
        """Each thing that stops the clock: when, and whether it starts again after it."""
        found = []
        for pause in plan.pauses:
            begun, over = (
                [Act(done.at, done.path) for done in self._acts.every(matchers, owed, since, doubts)]
                for matchers in (pause.begins, pause.ends)
            )
            paths = tuple(act.path for act in (*begun, *over))
            found.append(_Paused(pauses_of(begun, over), pause.again, paths))
        if plan.suspended in (Running.GOES_ON, Running.STARTS_AGAIN):
            own = self._suspensions.of(owed, doubts)
            found.append(_Paused(own, plan.suspended is Running.STARTS_AGAIN))
        return found

    def runs_on(self, plan: RulePlan, owed: Owed) -> bool:
        """Whether a suspension is there that the rule's clock does not stop for."""
        if plan.clock is None or plan.clock.suspended is not Running.RUNS_ON:
            return False
        return bool(self._suspensions.of(owed, Doubts()))

    def done(self, matchers: Sequence[Any], owed: Owed, since: int | None, doubts: Doubts) -> list[Done]:
        """The acts of these matchers."""
        return self._acts.every(matchers, owed, since, doubts)

    def grants(self, plan: ClockPlan, owed: Owed, since: int | None, doubts: Doubts) -> list[_Moving]:
        """The acts that grant an extension, with who alone may."""
        found: dict[str, _Moving] = {}
        granted_by = () if plan.extension is None else plan.extension.granted_by
        for matcher, granted in zip(plan.grants, granted_by, strict=True):
            bodies = (*granted.by, *(owed.bearers if granted.bearer else ()))
            organs = frozenset[str]().union(*map(self._vocabulary.organs, bodies))
            for act in self._acts.every((matcher,), owed, since, doubts):
                if granted.bearer and another_unit(act.view, owed):
                    continue
                other = found.get(act.path)
                only = organs if other is None else organs | other.only
                found[act.path] = _Moving(act.at, _GRANT, act.path, act.view, only)
        return list(found.values())

    def extending(self, owed: Owed, doubts: Doubts) -> list[_Moving]:
        """The court's extensions of this very obligation."""
        found = []
        binding, since = owed.hit.binding, owed.from_
        for event in self._extending:
            if event in binding or not names(event, owed):
                continue
            at = getattr(event, "at", None)
            if at is None:
                doubts.append(f"{event.path}.at")
            elif since is None or at >= since:
                only = self._only.get(event.type, frozenset())
                found.append(_Moving(at, _LAW, event.path, event, only))
        return found


class _Paused(NamedTuple):
    """What one thing that stops the clock does; ``acts`` by path."""

    pauses: list[Pause]
    again: bool
    acts: tuple[str, ...] = ()


_RESTART, _GRANT, _LAW = range(3)


class _Moving(NamedTuple):
    """An act that moves a due time: when, how, and who alone may do it."""

    at: int
    kind: int
    path: str
    view: Any = None
    only: frozenset[str] = frozenset()


class _Reckoning:
    """One due time being reckoned, act by act in the order of time."""

    def __init__(self, clocks: Clocks, owed: Owed, counting: Counting) -> None:
        self._clocks = clocks
        self._owed = owed
        self._counting = counting
        self._plan = owed.hit.plan.clock
        self._doubts = Doubts()
        self._uncounted: list[tuple[str, str]] = []
        self._moved_by: list[str] = []
        self._restored: tuple[int, Act] | None = None
        self._times = 0
        self._start = counting.begins
        self._pauses, moving = self._gathered()
        self._stops = [_stop(pause) for pause in self._pauses]
        self._due = counting.due(self._stops)
        for act in sorted(moving, key=lambda m: (m.at, m.kind, m.path)):
            if self._due is not None:
                (self._restart if act.kind == _RESTART else self._extend)(act)

    def _gathered(self) -> tuple[list[Pause], list[_Moving]]:
        """What stops the clock, and what moves the due time."""
        owed, doubts, plan = self._owed, self._doubts, self._plan
        moving = self._clocks.extending(owed, doubts)
        if plan is None:
            return [], moving
        moments = [moment for moment in (owed.from_, self._start) if moment is not None]
        since = min(moments, default=None)
        paused = self._clocks.pauses(plan, owed, since, doubts)
        self._moved_by += [path for one in paused for path in one.acts]
        moving += [
            _Moving(end, _RESTART, path)
            for one in paused
            if one.again
            for _, end, path in one.pauses
            if end is not None
        ]
        restarts = self._clocks.done(plan.restarts, owed, since, doubts)
        moving += [_Moving(act.at, _RESTART, act.path) for act in restarts]
        moving += self._clocks.grants(plan, owed, since, doubts)
        return merged([pause for one in paused for pause in one.pauses]), moving

    def result(self) -> Reckoned:
        """What came of it."""
        due, uncounted = self._due, tuple(self._uncounted)
        if self._doubts:
            plain = self._counting.due()
            missing = tuple(sorted(set(self._doubts) - {FAILED}))
            earliest = None if plain is None else plain.nanos
            moved_by = tuple(self._moved_by)
            return Reckoned(None, missing, tuple(self._doubts), earliest, None, None, uncounted, moved_by)
        if due is not None and self._clocks.runs_on(self._owed.hit.plan, self._owed):
            due = with_step(due, ("runs_on", ()))
        stopped = self._pauses[-1] if due is not None and _still(due) else None
        return Reckoned(due, (), (), None, stopped, self._restored, uncounted, tuple(self._moved_by))

    def _restart(self, act: _Moving) -> None:
        due = self._due
        past = due is not None and due.nanos is not None and due.nanos < act.at
        if past or self._start is None or act.at <= self._start:
            return
        started = self._counting.due(self._stops, act.at)
        if started is not None:
            step: Mark = ("started_again", (moment_of_nanos(act.at),))
            self._start, self._due = act.at, replace(started, marks=(step, *started.marks))
            self._moved_by.append(act.path)

    def _extend(self, act: _Moving) -> None:
        """One extension, or why it is none."""
        why = self._refused(act)
        if why:
            self._uncounted.append((act.path, why))
            return
        due = self._due
        if act.kind == _GRANT:
            self._times += 1
        if due is None or due.nanos is None:  # its clock stands still: what it is extended from is to come
            return
        extended = self._longer(act, due)
        if extended is None:
            return
        if extended.nanos is None:
            self._due = _joined(due, extended, act)
        elif extended.nanos <= due.nanos:
            self._uncounted.append((act.path, NOTHING))
        else:
            if act.at > due.nanos:
                self._restored = (due.nanos, Act(act.at, act.path))
            self._due = _joined(due, extended, act)
            self._moved_by.append(act.path)

    def _refused(self, act: _Moving) -> str:
        """Why the act extends nothing; empty where it may."""
        due, plan = self._due, self._plan
        actor, said = actor_of(act.view)
        if actor is not None and act.only and actor not in act.only:
            return STRANGER
        if act.kind == _LAW:
            return NOTHING if due is None or (due.nanos is None and not _still(due)) else ""
        if actor is None:
            self._doubts.append(said)
            return ""
        if plan is not None and plan.extension is not None and self._times >= plan.extension.times:
            return OFTEN
        if due is None or (due.nanos is None and not _still(due)):
            return NOTHING
        return LATE if due.nanos is not None and due.nanos < act.at else ""

    def _longer(self, act: _Moving, due: Due) -> Due | None:
        """What it is extended to; None where a fact is missing to say so."""
        plan, deadline = self._plan, self._counting.plan
        moment, ends = moment_of_nanos(due.nanos or 0), due.marks[-1][0] == "ends"
        extension = None if plan is None else plan.extension
        if act.kind == _LAW or extension is None or extension.given is Given.GIVEN:
            limit = getattr(act.view, "limit_at", None)
            if limit is None:
                self._doubts.append(f"{act.path}.limit_at")
                return None
            extended = due_at(moment_of_nanos(limit))
        elif plan is None or plan.length is None:
            self._doubts.append(f"param.{extension.param or deadline.source.param}")
            return None
        else:
            extended = deadline.running(moment, plan.length, self._counting.calendar, ends, self._stops)
            if extension.local:
                extended = with_step(extended, ("local_length", ()))
        if act.kind == _GRANT and plan is not None and plan.at_most is not None:
            cap = deadline.running(moment, plan.at_most, self._counting.calendar, ends, self._stops)
            if cap.nanos is not None and extended.nanos is not None and cap.nanos < extended.nanos:
                extended = bounded(extended, latest=cap)
        return extended


def _joined(due: Due, extended: Due, act: _Moving) -> Due:
    """The extended due time, with the steps of both."""
    step: Mark = ("extended_by_law" if act.kind == _LAW else "extended", (moment_of_nanos(act.at),))
    return replace(
        extended,
        kind=due.kind,
        provisional=due.provisional or extended.provisional,
        marks=(*due.marks, step, *extended.marks),
        original=due.original or moment_of_nanos(due.nanos or 0),
    )


def with_step(due: Due, step: Mark) -> Due:
    """The due time with one more step, before the last, which states it."""
    return replace(due, marks=(*due.marks[:-1], step, due.marks[-1]))


def late_but_posted(due: Due, standing: Standing, posted: tuple[int, int | None]) -> bool:
    """Whether the act that fulfilled it arrived after the due time, or not yet, and was posted in time."""
    when, arrived = posted
    if due.nanos is None or standing.state is not State.FULFILLED:
        return False
    return when <= due.nanos and (arrived is None or arrived > due.nanos)


def _still(due: Due) -> bool:
    return due.marks[-1][0] == "stands_still"


def _stop(pause: Pause) -> Stop:
    begin, end, _ = pause
    return Stop(moment_of_nanos(begin), None if end is None else moment_of_nanos(end))
