"""Legal time: when a duty is due, and every step of how that was counted.

start + ``Period``, date or ``Recurrence`` + ``Calendar`` -> ``Due``. Pure; the clock is no input.

Counting follows the Civil Procedure Law (2023) art. 85 and, where it is silent, the Civil Code (art. 200 on):

- the hour and the day in which a period starts are not counted;
- a month or a year ends on the corresponding day, or on the month's last day where there is none;
- a last day that is a rest day (a holiday, or a weekend not worked) moves to the first working day after;
- the last day ends at 24:00 in Shanghai, which a ``Due`` holds as 00:00 of the day after;
- working days (工作日) are counted one by one, the starting day not among them;
- hours and minutes run from the exact moment, to the nanosecond (``Instant``), hours also from the next full
  hour; they never move to a working day.

Documents say more, on which the law is silent; these are the readings taken:

- before a moment (届满前15日): its day is not counted, and days count back as they count on; what is to be
  done 15 days before has until 24:00 of the 15th day before. Nothing moves unless the document says so;
- moved back (遇节假日提前): the last day moves to the last working day before; that of a period no further
  than the start;
- 00:00 is the beginning of a day.

A clock that stands still for a while is counted by ``policy.time.clock``. Time in the post, which art. 85
leaves out of a period, moves no period: what was posted in time is in time (``policy.decide.acts``). Times
may come in any zone and leave in Shanghai's. Days lie between 2000-01-01 and 2099-12-31.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from policy.time.calendar import FIRST_DAY, LAST_DAY, SHANGHAI, Calendar, CalendarError, days_in
from policy.time.due import DeadlineError, Due, Kind, Mark, Step, relied, step_text
from policy.time.moment import Instant
from policy.time.office import OfficeHours, due_half_days, due_office_end
from policy.time.period import Period, Unit
from policy.time.recurrence import Recurrence
from policy.time.rolling import MIDNIGHT, Roll, ends, settle
from policy.time.span import Span

__all__ = [
    "DeadlineError",
    "Due",
    "Kind",
    "Part",
    "Roll",
    "Step",
    "at_latest",
    "bounded",
    "due_at",
    "due_before",
    "due_by_month_day",
    "due_end_of",
    "due_on",
    "due_recurring",
    "due_within",
    "qualitative",
    "step_text",
]


class Part(StrEnum):
    """Parts of the calendar that have a last day."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    MORNING = "morning"
    OFFICE_HOURS = "office_hours"


_HOUR = timedelta(hours=1)
_LAST_MOMENT = datetime.combine(LAST_DAY, MIDNIGHT) + timedelta(days=1)

_DAY_EXCLUDED: Mark = ("starting_day_excluded", ())
_EXACT: dict[Unit, Mark] = {Unit.HOUR: ("hours_exact", ()), Unit.MINUTE: ("minutes_exact", ())}
_DAY_ITSELF_EXCLUDED: Mark = ("day_itself_excluded", ())
_AT_LATEST: Mark = ("at_latest", ())
_AT_EARLIEST: Mark = ("at_earliest", ())
_MONTH_END: Mark = ("month_end", ())
_FIXED_MOMENT: Mark = ("fixed_moment", ())
_QUALITATIVE = Due(Kind.QUALITATIVE, None, False, (("qualitative", ()),))


def due_within(
    start: datetime | Instant,
    period: Period,
    calendar: Calendar,
    *,
    roll: Roll = True,
    hours: Literal["exact", "next_hour"] = "exact",
    office: OfficeHours | None = None,
    day_ends: bool = False,
) -> Due:
    """The end of ``period`` from ``start`` on, by the Civil Procedure Law (2023) art. 85.

    ``roll``: a last day that is a rest day moves (days, months and years). ``hours``: whether hours run
    from the very moment or from the next full hour (09:00:00 lies in the hour that ends at 10:00).
    Half days are those of ``office``; without it they have no due time. ``day_ends``: ``start`` is the end of
    a period at 24:00, and lies in the day that ends.
    Raises ``DeadlineError``: ``naive``, ``out_of_range``, ``hours_mode``.
    """
    local = _shanghai(start)
    if period.unit is Unit.HALF_DAY:
        return _QUALITATIVE if office is None else due_half_days(_plain(local), period, calendar, office)
    unit = period.unit
    if unit in _EXACT:
        return _within_hours(local, period, hours)
    day, begins = _day_of(local, day_ends)
    marks: list[Mark] = [begins, _DAY_EXCLUDED]
    if unit is Unit.WORKING_DAY:
        return _within_working_days(day, period, calendar, marks)
    if unit is Unit.DAY:
        last = _date(day.toordinal() + period.amount)
    else:
        last = _months_later(day, period.amount * 12 if unit is Unit.YEAR else period.amount)
    marks.append(("counted", (period, last)))
    if unit is not Unit.DAY and last.day != day.day:
        marks.append(_MONTH_END)
    return settle(Kind.NUMERIC, last, calendar, roll, marks, day)


def due_before(
    moment: datetime | Instant,
    period: Period,
    calendar: Calendar,
    *,
    roll: Roll = False,
    day_ends: bool = False,
) -> Due:
    """The last time that is ``period`` before ``moment``; the end of that day, save for hours and minutes.

    ``day_ends``: as for ``due_within``. Raises ``DeadlineError``: ``naive``, ``out_of_range``.
    """
    local = _shanghai(moment)
    day, _ = _day_of(local, day_ends)
    before: Mark = ("before_end", (day,)) if day_ends else ("before", (local,))
    if period.unit in _EXACT:
        at, below = local if isinstance(local, Instant) else (local, 0)
        at -= _length(period)
        end = Instant(_local(at), below) if below else _local(at)
        return _due(end, (before, ("time_back", (period, end))), Kind.NUMERIC)
    marks: list[Mark] = [before, _DAY_ITSELF_EXCLUDED]
    if period.unit is Unit.WORKING_DAY:
        try:
            last = calendar.working_days_before(day, period.amount)
        except CalendarError:
            raise DeadlineError("out_of_range") from None
        marks.append(("working_days_back", (period, last)))
        span = Span(last, date.fromordinal(day.toordinal() - 1), calendar)
        marks += _counted_days(span)
        return ends(Kind.NUMERIC, last, marks)
    if period.unit is Unit.DAY:
        last = _date(day.toordinal() - period.amount)
    else:
        last = _months_later(day, -period.amount * (12 if period.unit is Unit.YEAR else 1))
    marks.append(("counted_back", (period, last)))
    if period.unit is not Unit.DAY and last.day != day.day:
        marks.append(_MONTH_END)
    return settle(Kind.NUMERIC, last, calendar, roll, marks)


def due_end_of(
    start: datetime | Instant,
    span: Part,
    calendar: Calendar,
    *,
    after: Period | None = None,
    roll: Roll = False,
    office: OfficeHours | None = None,
    day_ends: bool = False,
) -> Due:
    """The end of the day, month, quarter, half-year or year that holds the day of ``start`` (当日, 季度末).

    ``after``: of the one that holds the day so much later (次日: 1 day; 次月底: 1 month), which is counted in
    days, working days, months or years. Mornings and office hours are those of ``office``; without it they
    have no due time. ``day_ends``: as for ``due_within``.
    Raises ``DeadlineError``: ``naive``, ``out_of_range``.
    """
    local = _shanghai(start)
    day, begins = _day_of(local, day_ends)
    marks: list[Mark] = [begins]
    if after is not None:
        later, counted = _later(day, after, calendar)
        marks += [("later", (after, later)), *counted]
        day = later
    if span in _HALF_OF:
        if office is None:
            return _QUALITATIVE
        return due_office_end(
            _plain(local), _HALF_OF[span], calendar, office, day if after is not None else None
        )
    first = _first_of(day, span)
    last = day if span is Part.DAY else _last_of(first, _MONTHS[span])
    marks.append(("end_of", (span.value, first, last)))
    return settle(Kind.FIXED, last, calendar, roll, marks, local.date())


def bounded(due: Due, *, latest: Due | None = None, earliest: Due | None = None) -> Due:
    """``due``, at the latest (最迟不超过) and no earlier than others; a word alone gives way to ``latest``.

    A word that is only said not to be due before some time has no due time. It is provisional where one of
    those that were compared is.
    """
    if latest is not None:
        due = _chosen(due, latest, _AT_LATEST, "earlier_of")
    if earliest is not None:
        due = _chosen(due, earliest, _AT_EARLIEST, "later_of")
    return due


def at_latest(latest: Due) -> Due:
    """What is due at the latest by a time, where what it is counted from has not happened."""
    return replace(latest, marks=(_AT_LATEST, *latest.marks))


def _chosen(due: Due, bound: Due, heading: Mark, code: str) -> Due:
    marks = (*due.marks, heading, *bound.marks)
    if code == "later_of" and (due.nanos is None or bound.nanos is None):
        # Its clock stands still, or nobody has fixed it: it ends after the other, or nobody knows when.
        one = due if due.nanos is None else bound
        return replace(one, marks=(*marks, one.marks[-1]))
    if due.nanos is None or bound.nanos is None:
        one = bound if due.nanos is None else due
        return replace(one, marks=marks if one is bound else (*marks, due.marks[-1]))
    earlier, later = (due, bound) if due.nanos <= bound.nanos else (bound, due)
    one = earlier if code == "earlier_of" else later
    provisional = due.provisional or bound.provisional
    return replace(one, provisional=provisional, marks=(*marks, (code, ()), one.marks[-1]))


def due_on(day: date, calendar: Calendar, *, roll: Roll = False, no_earlier: date = FIRST_DAY) -> Due:
    """The end of a fixed day in Shanghai; moved back, no further than ``no_earlier``.

    Raises ``DeadlineError`` ``out_of_range``.
    """
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DeadlineError("out_of_range")
    return settle(Kind.FIXED, day, calendar, roll, [("fixed_day", (day,))], no_earlier)


def due_at(moment: datetime | Instant) -> Due:
    """The very moment that the facts give. Raises ``DeadlineError``: ``naive``, ``out_of_range``."""
    local = _shanghai(moment)
    return _due(local, (_FIXED_MOMENT, ("due", (local,))), Kind.FIXED)


def due_by_month_day(
    start: datetime | Instant, month: int, day: int, calendar: Calendar, *, roll: Roll = False
) -> Due:
    """The end of the first ``month``-``day`` on or after the day of ``start``, this year or the next.

    02-29 means the last day of February in a common year, as the Civil Code art. 202 has it for months. The
    occurrence is chosen before ``roll`` moves it. Raises ``DeadlineError``: ``naive``, ``out_of_range``,
    ``no_such_day``.
    """
    if not (1 <= month <= 12 and 1 <= day <= days_in(2000, month)):
        raise DeadlineError("no_such_day", {"month": str(month), "day": str(day)})
    local = _shanghai(start)
    today = local.date()
    last = _in_year(today.year, month, day)
    if last < today:
        last = _in_year(today.year + 1, month, day)
    return settle(Kind.FIXED, last, calendar, roll, [("start", (local,)), ("month_day", (last,))])


def due_recurring(rule: str, start: datetime | Instant, calendar: Calendar, *, roll: Roll = False) -> Due:
    """The end of the day that ``rule``, an RFC 5545 recurrence rule, gives for ``start``.

    See ``policy.time.recurrence`` for the subset and its meaning. The day is chosen before ``roll`` moves it.
    Raises ``RecurrenceError``; ``DeadlineError``: ``naive``, ``out_of_range``.
    """
    recurrence = Recurrence.parse(rule)
    local = _shanghai(start)
    marks: list[Mark] = [("start", (local,))]
    if recurrence.bare:
        first, last = recurrence.calendar_period(local.date())
        marks.append(("calendar_period", (recurrence.text, first, last)))
    else:
        last = recurrence.on_or_after(local.date()) or date.max
        marks.append(("occurrence", (recurrence.text, last)))
    if last > LAST_DAY:
        raise DeadlineError("out_of_range")
    return settle(Kind.RECURRING, last, calendar, roll, marks)


def qualitative() -> Due:
    """The due time of a deadline that is only a word (立即, 及时): none, while no parameter fixes one."""
    return _QUALITATIVE


def _shanghai(moment: datetime | Instant) -> datetime | Instant:
    """``moment`` in Shanghai's time. Raises ``DeadlineError``: ``naive``, ``out_of_range``."""
    if isinstance(moment, Instant):
        return moment._replace(at=_local(moment.at))
    return _local(moment)


def _day_of(local: datetime | Instant, day_ends: bool) -> tuple[date, Mark]:
    """The day in which it starts, and the step that says so."""
    if not day_ends:
        return local.date(), ("start", (local,))
    day = date.fromordinal(local.date().toordinal() - 1)
    return day, ("start_of_end", (day,))


def _plain(moment: datetime | Instant) -> datetime:
    """To the microsecond: office hours are given in minutes."""
    return moment.at if isinstance(moment, Instant) else moment


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is not SHANGHAI:
        if moment.utcoffset() is None:
            raise DeadlineError("naive")
        try:
            moment = moment.astimezone(SHANGHAI)
        except OverflowError:
            raise DeadlineError("out_of_range") from None
    if not FIRST_DAY.year <= moment.year <= LAST_DAY.year:
        raise DeadlineError("out_of_range")
    return moment


def _counted_days(span: Span) -> tuple[Mark, ...]:
    """Which days of those among which working days were counted rest, which weekend days are worked."""
    return ("skipped", (span,)), *relied(span.first, span.last, span.calendar)


def _within_hours(local: datetime | Instant, period: Period, mode: str) -> Due:
    at, below = local if isinstance(local, Instant) else (local, 0)
    if mode == "exact" or period.unit is Unit.MINUTE:
        rule = _EXACT[period.unit]
    elif mode == "next_hour":
        at, below = at.replace(minute=0, second=0, microsecond=0) + _HOUR, 0
        rule = ("starting_hour_excluded", (at,))
    else:
        raise DeadlineError("hours_mode", {"mode": mode})
    at += _length(period)
    if at > _LAST_MOMENT or (at == _LAST_MOMENT and below):
        raise DeadlineError("out_of_range")
    end = Instant(at, below) if below else at
    return _due(end, (("start", (local,)), rule, ("hours", (period, end))), Kind.NUMERIC)


def _due(end: datetime | Instant, marks: tuple[Mark, ...], kind: Kind) -> Due:
    """Due at a very moment."""
    at, below = end if isinstance(end, Instant) else (end, 0)
    return Due(kind, at, False, marks, below)


def _within_working_days(day: date, period: Period, calendar: Calendar, marks: list[Mark]) -> Due:
    try:
        last = calendar.add_working_days(day, period.amount)
    except CalendarError:
        raise DeadlineError("out_of_range") from None
    marks += [("working_days", (period, last)), *_counted_days(_from_next_day(day, last, calendar))]
    return ends(Kind.NUMERIC, last, marks)


def _from_next_day(day: date, last: date, calendar: Calendar) -> Span:
    return Span(date.fromordinal(day.toordinal() + 1), last, calendar)


def _length(period: Period) -> timedelta:
    """Of hours or minutes."""
    return timedelta(minutes=period.amount * (60 if period.unit is Unit.HOUR else 1))


_HALF_OF = {Part.MORNING: 0, Part.OFFICE_HOURS: 1}
_MONTHS = {Part.MONTH: 1, Part.QUARTER: 3, Part.HALF_YEAR: 6, Part.YEAR: 12}


def _first_of(day: date, span: Part) -> date:
    if span is Part.DAY:
        return day
    months = _MONTHS[span]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _last_of(first: date, months: int) -> date:
    month = first.month + months - 1
    return date(first.year, month, days_in(first.year, month))


def _later(day: date, after: Period, calendar: Calendar) -> tuple[date, tuple[Mark, ...]]:
    """The day ``after`` later, and the steps that name the days counted. Raises ``DeadlineError``."""
    if after.unit is Unit.DAY:
        return _date(day.toordinal() + after.amount), ()
    if after.unit is not Unit.WORKING_DAY:
        return _months_later(day, after.amount * (12 if after.unit is Unit.YEAR else 1)), ()
    try:
        last = calendar.add_working_days(day, after.amount)
    except CalendarError:
        raise DeadlineError("out_of_range") from None
    return last, _counted_days(_from_next_day(day, last, calendar))


def _date(ordinal: int) -> date:
    if not FIRST_DAY.toordinal() <= ordinal <= LAST_DAY.toordinal():
        raise DeadlineError("out_of_range")
    return date.fromordinal(ordinal)


def _months_later(day: date, months: int) -> date:
    """The corresponding day ``months`` later, or that month's last day (Civil Code art. 202)."""
    years, index = divmod(day.month - 1 + months, 12)
    return _in_year(day.year + years, index + 1, day.day)


def _in_year(year: int, month: int, day: int) -> date:
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise DeadlineError("out_of_range")
    return date(year, month, day if day <= 28 else min(day, days_in(year, month)))
