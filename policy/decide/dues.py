"""When an obligation is due: the deadline's plan counted from what the engine computed, or from another duty.

Effects, other duties --due plan, calendar--> Due
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from policy.engines import Effects
from policy.pack.model import DutyMoment, FromDuty
from policy.program.dues import DuePlan
from policy.time.calendar import Calendar
from policy.time.deadline import DeadlineError, Due, bounded
from policy.time.moment import Instant, shanghai

_STEPS = {
    DutyMoment.DUE: "of_duty",
    DutyMoment.FULFILLED: "of_duty_fulfilled",
    DutyMoment.BREACHED: "of_duty_breached",
}


class Start(NamedTuple):
    """What a deadline is counted from, in nanoseconds since 1970 UTC; None: nothing yet.

    ``missing`` are the facts without which nobody knows; ``day_ends``: it is the end of a day. ``rule`` is
    that of the duty whose moment it is.
    """

    nanos: int | None
    missing: tuple[str, ...] = ()
    day_ends: bool = False
    rule: str = ""


Duties = Callable[[FromDuty], Start]
"""The moment of another duty. Raises ``DeadlineError`` where it is not known whose duty is meant."""


def due_of(
    plan: DuePlan | None,
    effects: Effects,
    calendar: Calendar,
    duties: Duties,
    first: int | None = None,
    closing: Collection[int] = (),
) -> tuple[Due | None, tuple[str, ...]]:
    """When it is due, and the facts missing to say so.

    ``closing``: moments of the elements that are the end of a day, at 24:00.
    What is counted on from earlier than ``first`` (nanoseconds since 1970 UTC) is counted from there: a duty
    that a version's first day brought. Raises ``DeadlineError``.
    """
    if plan is None:
        return None, ()
    parts = [("", plan), ("latest_", plan.no_later_than), ("earliest_", plan.no_earlier_than)]
    starts = {
        prefix: _start(prefix, part, effects, duties, closing) for prefix, part in parts if part is not None
    }
    missing = {path for start in starts.values() for path in start.missing}
    if missing:
        return None, tuple(sorted(missing))
    due, latest, earliest = (
        None if part is None else _counted(part, starts[prefix], calendar, first) for prefix, part in parts
    )
    if due is None or (latest is None and earliest is None):
        return due, ()
    return bounded(due, latest=latest, earliest=earliest), ()


def _start(prefix: str, plan: DuePlan, effects: Effects, duties: Duties, closing: Collection[int]) -> Start:
    """What a deadline, or a bound of one, is counted from, or ends at."""
    name = f"{prefix}moment" if plan.needs_moment else f"{prefix}start" if plan.needs_start else ""
    if not name:
        return Start(None)
    if plan.source.from_duty is not None:
        return duties(plan.source.from_duty)
    nanos = getattr(effects, name)
    return Start(nanos, effects.missing_for(name), nanos in closing)


def _counted(plan: DuePlan, start: Start, calendar: Calendar, first: int | None) -> Due | None:
    """None where the moment is not there to be counted from."""
    if not (plan.needs_moment or plan.needs_start):
        return plan.count(None, None, calendar)
    if start.nanos is None:
        return None
    if plan.needs_moment:
        return plan.count(None, _moment(start.nanos), calendar)
    from_duty, nanos = plan.source.from_duty, start.nanos
    if first is not None and plan.counts_on and from_duty is None:
        nanos = max(nanos, first)
    due = plan.count(_moment(nanos), None, calendar, start.day_ends)
    if from_duty is None:
        return due
    return replace(due, marks=((_STEPS[from_duty.at], (start.rule,)), *due.marks))


def _moment(nanos: int) -> datetime | Instant:
    try:
        return shanghai(nanos)
    except OverflowError as error:  # the year 10000 in Shanghai
        raise DeadlineError("out_of_range") from error
