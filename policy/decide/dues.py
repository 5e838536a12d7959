"""When an obligation is due: the deadline's plan counted from what the engine computed.

Effects --due plan, calendar--> Due
"""

from __future__ import annotations

from datetime import datetime

from policy.engines import Effects
from policy.program.dues import DuePlan
from policy.time.calendar import Calendar
from policy.time.deadline import DeadlineError, Due, bounded
from policy.time.moment import Instant, shanghai


def due_of(
    plan: DuePlan | None, effects: Effects, calendar: Calendar, first: int | None = None
) -> tuple[Due | None, tuple[str, ...]]:
    """When it is due, and the facts missing to say so.

    What is counted on from earlier than ``first`` (nanoseconds since 1970 UTC) is counted from there: a duty
    that a version's first day brought. Raises ``DeadlineError``.
    """
    if plan is None:
        return None, ()
    missing = effects.missing_for(*_waits_for(plan))
    if missing:
        return None, missing
    due = _counted(plan, effects.start, effects.moment, calendar, first)
    latest, earliest = plan.no_later_than, plan.no_earlier_than
    if due is None or (latest is None and earliest is None):
        return due, ()
    no_later, no_earlier = None, None
    if latest is not None:
        no_later = _counted(latest, effects.latest_start, effects.latest_moment, calendar, first)
    if earliest is not None:
        no_earlier = _counted(earliest, effects.earliest_start, effects.earliest_moment, calendar, first)
    return bounded(due, latest=no_later, earliest=no_earlier), ()


def _waits_for(plan: DuePlan) -> list[str]:
    """The effects without which nothing can be counted."""
    parts = (("", plan), ("latest_", plan.no_later_than), ("earliest_", plan.no_earlier_than))
    found = [f"{prefix}moment" for prefix, part in parts if part is not None and part.needs_moment]
    return found + [f"{prefix}start" for prefix, part in parts if part is not None and part.needs_start]


def _counted(
    plan: DuePlan, start: int | None, moment: int | None, calendar: Calendar, first: int | None
) -> Due | None:
    """None where a moment is not there to be counted from."""
    if (plan.needs_moment and moment is None) or (plan.needs_start and start is None):
        return None
    if start is not None and first is not None and plan.counts_on:
        start = max(start, first)
    return plan.count(
        _moment(start) if plan.needs_start and start is not None else None,
        _moment(moment) if plan.needs_moment and moment is not None else None,
        calendar,
    )


def _moment(nanos: int) -> datetime | Instant:
    try:
        return shanghai(nanos)
    except OverflowError as error:  # the year 10000 in Shanghai
        raise DeadlineError("out_of_range") from error
