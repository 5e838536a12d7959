"""When an obligation is due: the deadline's plan counted from what the engine computed.

Effects --due plan, calendar--> Due
"""

from __future__ import annotations

from datetime import datetime

from policy.engines import Effects
from policy.program.dues import DuePlan
from policy.time.calendar import Calendar
from policy.time.deadline import DeadlineError, Due
from policy.time.moment import Instant, shanghai


def due_of(plan: DuePlan | None, effects: Effects, calendar: Calendar) -> tuple[Due | None, tuple[str, ...]]:
    """When it is due, and the facts missing to say so. Raises ``DeadlineError``."""
    if plan is None:
        return None, ()
    start = moment = None
    if plan.needs_moment:
        if effects.moment is None:
            return None, effects.missing_for("moment")
        moment = _moment(effects.moment)
    if plan.needs_start:
        if effects.start is None:
            return None, effects.missing_for("start")
        start = _moment(effects.start)
    return plan.count(start, moment, calendar), ()


def _moment(nanos: int) -> datetime | Instant:
    try:
        return shanghai(nanos)
    except OverflowError as error:  # the year 10000 in Shanghai
        raise DeadlineError("out_of_range") from error
