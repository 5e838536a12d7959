"""When an obligation is due: the deadline's plan counted from what the engine computed, or from another duty.

Effects, other duties --counting_of--> Counting --due, with what stopped its clock--> Due
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from policy.engines import Effects
from policy.pack.deadline import DutyMoment, FromDuty
from policy.program.dues import DuePlan
from policy.time.calendar import Calendar
from policy.time.clock import Stop
from policy.time.deadline import DeadlineError, Due, at_latest, bounded
from policy.time.moment import Instant, shanghai

_STEPS = {
    DutyMoment.DUE: "of_duty",
    DutyMoment.FULFILLED: "of_duty_fulfilled",
    DutyMoment.BREACHED: "of_duty_breached",
}


class Start(NamedTuple):
    """What a deadline is counted from, in nanoseconds since 1970 UTC; None: nothing yet.

    ``missing`` are the facts without which nobody knows; ``day_ends``: it is the end of a day. ``rule`` is
    that of the duty whose moment it is; ``waits``: while there is no moment, it may still come.
    """

    nanos: int | None
    missing: tuple[str, ...] = ()
    day_ends: bool = False
    rule: str = ""
    waits: bool = False


Duties = Callable[[FromDuty], Start]
"""The moment of another duty. Raises ``DeadlineError`` where it is not known whose duty is meant."""


class Counting(NamedTuple):
    """A deadline and its bounds with what each is counted from, ready to be counted, once or more often.

    What is counted on from earlier than ``first`` (nanoseconds since 1970 UTC) is counted from there: a duty
    that a version's first day brought.
    """

    plan: DuePlan
    starts: Mapping[str, Start]
    calendar: Calendar
    first: int | None

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts without which nobody knows from when it is counted; sorted."""
        return tuple(sorted({path for start in self.starts.values() for path in start.missing}))

    @property
    def begins(self) -> int | None:
        """The earliest moment from which a period of it runs."""
        found = [
            start
            for prefix, part in _parts(self.plan)
            if part is not None and part.runs and (start := self._from(prefix, part)) is not None
        ]
        return min(found, default=None)

    def due(self, stops: Sequence[Stop] = (), again: int | None = None) -> Due | None:
        """When it is due, the ``stops`` of its clock not counted; ``again``: when its periods start anew.

        None where what it is counted from has not happened, unless it is due at the latest by something that
        has; nor is it due while the moment before which it is not may still come. Raises ``DeadlineError``.
        """
        due, latest, earliest = (
            None if part is None else self._counted(prefix, part, stops, again)
            for prefix, part in _parts(self.plan)
        )
        if earliest is None and self.plan.no_earlier_than is not None and self.starts["earliest_"].waits:
            return None
        if due is None and latest is not None:
            due, latest = at_latest(latest), None
        if due is None or (latest is None and earliest is None):
            return due
        return bounded(due, latest=latest, earliest=earliest)

    def _from(self, prefix: str, part: DuePlan) -> int | None:
        nanos = self.starts[prefix].nanos
        if nanos is not None and self.first is not None and part.counts_on and part.source.from_duty is None:
            nanos = max(nanos, self.first)
        return nanos

    def _counted(self, prefix: str, part: DuePlan, stops: Sequence[Stop], again: int | None) -> Due | None:
        """One part; None where the moment is not there to be counted from."""
        if not (part.needs_moment or part.needs_start):
            return part.count(None, None, self.calendar)
        start = self.starts[prefix]
        if start.nanos is None:
            return None
        if part.needs_moment:
            return part.count(None, moment_of_nanos(start.nanos), self.calendar)
        if again is not None and part.runs:
            return part.count(moment_of_nanos(again), None, self.calendar, stops=stops)
        nanos, from_duty = self._from(prefix, part) or start.nanos, part.source.from_duty
        due = part.count(moment_of_nanos(nanos), None, self.calendar, start.day_ends, stops)
        if from_duty is None:
            return due
        return replace(due, marks=((_STEPS[from_duty.at], (start.rule,)), *due.marks))


def counting_of(
    plan: DuePlan,
    effects: Effects,
    calendar: Calendar,
    duties: Duties,
    first: int | None = None,
    closing: Collection[int] = (),
) -> Counting:
    """A deadline with what it is counted from. Raises ``DeadlineError``.

    ``closing``: moments of the elements that are the end of a day, at 24:00.
    """
    starts = {
        prefix: _start(prefix, part, effects, duties, closing)
        for prefix, part in _parts(plan)
        if part is not None
    }
    return Counting(plan, starts, calendar, first)


def moment_of_nanos(nanos: int) -> datetime | Instant:
    """A moment in Shanghai's time. Raises ``DeadlineError``."""
    try:
        return shanghai(nanos)
    except OverflowError as error:  # the year 10000 in Shanghai
        raise DeadlineError("out_of_range") from error


def _parts(plan: DuePlan) -> tuple[tuple[str, DuePlan | None], ...]:
    """The deadline and its bounds, by the prefix of the effects that they are counted from."""
    return ("", plan), ("latest_", plan.no_later_than), ("earliest_", plan.no_earlier_than)


def _start(prefix: str, plan: DuePlan, effects: Effects, duties: Duties, closing: Collection[int]) -> Start:
    """What a deadline, or a bound of one, is counted from, or ends at."""
    name = f"{prefix}moment" if plan.needs_moment else f"{prefix}start" if plan.needs_start else ""
    if not name:
        return Start(None)
    if plan.source.from_duty is not None:
        return duties(plan.source.from_duty)
    nanos = getattr(effects, name)
    return Start(nanos, effects.missing_for(name), nanos in closing)
