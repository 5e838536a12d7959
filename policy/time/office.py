"""Office hours: half days (半日), the end of the morning, the end of the day's work (下班前).

No law says when offices are open: a pack gives the hours of its district, from its document or as its own.
The readings taken, where documents say no more than these words:

- only working days have office hours; what begins on a rest day begins with the next working day;
- half days are a morning and an afternoon; the half day in which a period starts is not counted, as art. 85
  of the Civil Procedure Law has it of hours and days; what starts outside office hours has the next one
  counted;
- the end of the morning, or of office hours, of a day on which they are over already is that of the next
  working day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from policy.time.calendar import SHANGHAI, Calendar, CalendarError
from policy.time.due import DeadlineError, Due, Kind, Mark, relied
from policy.time.moment import Instant
from policy.time.period import Period
from policy.time.span import Span

__all__ = ["HALVES", "OfficeHours", "due_half_days", "due_office_end", "office_due"]

HALVES = ("morning", "afternoon")

_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–—~至]\s*([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """From when to when offices are open on a working day, by the clock in Shanghai.

    ``basis`` are the clauses that say so; ``local``: the district does.
    """

    morning: tuple[time, time]
    afternoon: tuple[time, time]
    basis: tuple[str, ...] = ()
    local: bool = False

    @property
    def in_order(self) -> bool:
        """Whether each half ends after it begins, and the afternoon begins after the morning."""
        times = (*self.morning, *self.afternoon)
        return times[0] < times[1] <= times[2] < times[3]

    def ends(self, half: int) -> time:
        """When a half (0: morning) ends."""
        return (self.morning, self.afternoon)[half][1]


def read_span(text: str) -> tuple[time, time] | None:
    """``08:30-12:00``; None for a text that is none."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        return None
    hours = [int(part) for part in found.groups()]
    return time(hours[0], hours[1]), time(hours[2], hours[3])


def due_half_days(start: datetime, period: Period, calendar: Calendar, office: OfficeHours) -> Due:
    """The end of so many half days, ``start`` in Shanghai's time. Raises ``DeadlineError``."""
    day, half, within = _half_of(start, calendar, office)
    marks: list[Mark] = [("start", (start,))]
    marks.append(("half_day_excluded", ()) if within else ("half_day_begins", (day, HALVES[half])))
    ahead, last_half = divmod(half + period.amount - (not within), 2)
    last = day if ahead == 0 else _working_days_later(day, ahead, calendar)
    end = datetime.combine(last, office.ends(last_half), SHANGHAI)
    marks.append(("half_days", (period, last, HALVES[last_half])))
    return office_due(start.date(), last, end, calendar, marks, Kind.NUMERIC)


def due_office_end(
    start: datetime, half: int, calendar: Calendar, office: OfficeHours, day: date | None = None
) -> Due:
    """The end of the morning (0) or of office hours (1) of the day of ``start``, or of a later ``day``.

    Raises ``DeadlineError``.
    """
    marks: list[Mark] = [("start", (start,))]
    over = day is None and start.time() > office.ends(half)
    own = start.date() if day is None else day
    if day is not None:
        marks.append(("later_day", (day,)))
    last = own
    if over or not _works(own, calendar):
        last = _working_days_later(own, 1, calendar)
        marks.append(("next_office_day", (last,)))
    end = datetime.combine(last, office.ends(half), SHANGHAI)
    marks.append(("office_ends", (last, HALVES[half])))
    return office_due(start.date(), last, end, calendar, marks, Kind.FIXED)


def _half_of(start: datetime, calendar: Calendar, office: OfficeHours) -> tuple[date, int, bool]:
    """The half day that holds the moment, or else the next one that begins; and whether it holds it."""
    day, clock = start.date(), start.time()
    if not _works(day, calendar):
        return _working_days_later(day, 1, calendar), 0, False
    for half, (begins, ends) in enumerate((office.morning, office.afternoon)):
        if clock < begins:
            return day, half, False
        if clock < ends:
            return day, half, True
    return _working_days_later(day, 1, calendar), 0, False


def _works(day: date, calendar: Calendar) -> bool:
    try:
        return calendar.is_working_day(day)
    except CalendarError:
        raise DeadlineError("out_of_range") from None


def _working_days_later(day: date, count: int, calendar: Calendar) -> date:
    try:
        return calendar.add_working_days(day, count)
    except CalendarError:
        raise DeadlineError("out_of_range") from None


def office_due(
    first: date, last: date, end: datetime, calendar: Calendar, marks: list[Mark], kind: Kind
) -> Due:
    """Due at ``end`` of ``last``, counted from ``first`` on; ``marks`` are the steps so far."""
    span = Span(first, last, calendar)
    if first != last and not span.plain:
        marks.append(("skipped", (span,)))
    marks += relied(first, last, calendar)
    provisional = marks[-1][0] == "provisional"
    moment: datetime | Instant = end
    return Due(kind, end, provisional, (*marks, ("due", (moment,))))
