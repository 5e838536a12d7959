"""Periods whose clock stands still for a while (中止期间不计入): how a pause moves the end of a period.

    start, period, stops --due_running--> Due, with a step for each stop that counted

No law says how days of a pause are counted. These are the readings taken, by art. 85 of the Civil Procedure
Law and the plain words:

- hours and minutes stand still from the very moment at which the clock stops to that at which it goes on;
- of days (and months and years) as many are not counted as there are from the day on which it stops to the
  day on which it goes on: a pause is a period itself, so the day on which it starts is not one of its days
  and still belongs to what runs, and the day on which it goes on is not counted, as no starting day is. A
  pause that begins and ends on one day costs none;
- of working days those are not counted that lie after the day on which it stops, up to the day on which it
  goes on; of half days, the half days that begin after the one moment and up to the other;
- a period that would end while the clock stands still ends with the day (half day) on which it goes on;
- what stops at or after the due time stops nothing; what stopped before the start counts from the start;
- the last day moves off rest days once, at the end.

A clock that has not gone on yet gives no due time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple

from policy.time.calendar import FIRST_DAY, LAST_DAY, SHANGHAI, Calendar, CalendarError
from policy.time.deadline import due_on, due_within
from policy.time.due import DeadlineError, Due, Kind, Mark
from policy.time.moment import Instant, nanos_of, shanghai
from policy.time.office import HALVES, OfficeHours, office_due
from policy.time.period import Period, Unit
from policy.time.rolling import Roll

__all__ = ["Stop", "due_running"]

Moment = datetime | Instant

_MINUTE = 60 * 1_000_000_000
_TAIL = frozenset(("not_rolled", "skipped", "notice", "provisional", "ends"))
"""Steps of a plain count that say how its last day was settled."""
_HEAD = frozenset(("start", "start_of_end", "starting_day_excluded", "working_days", "fixed_day"))
"""Steps that say where a count starts, and how it got to its last day."""
_HALF_TAIL = frozenset(("half_days", "skipped", "notice", "provisional", "due"))


class Stop(NamedTuple):
    """From when to when the clock stands still, in Shanghai's time; ``end`` None: it has not gone on yet."""

    begin: Moment
    end: Moment | None


def due_running(
    start: Moment,
    period: Period,
    calendar: Calendar,
    stops: Sequence[Stop],
    *,
    roll: Roll = True,
    hours: Literal["exact", "next_hour"] = "exact",
    office: OfficeHours | None = None,
    day_ends: bool = False,
) -> Due:
    """The end of ``period`` from ``start`` on, the ``stops`` not counted; as ``due_within`` without any.

    ``stops`` are in order of time and do not overlap. Raises ``DeadlineError``.
    """
    plain = due_within(start, period, calendar, roll=roll, hours=hours, office=office, day_ends=day_ends)
    begun = _nanos(start)
    later = [stop for stop in stops if stop.end is None or _nanos(stop.end) > begun]
    if plain.nanos is None or not later or _nanos(later[0].begin) >= plain.nanos:
        return plain
    if period.unit in (Unit.HOUR, Unit.MINUTE):
        return _exact(plain, period, later)
    if period.unit is Unit.HALF_DAY and office is not None:
        return _half_days(start, plain, period, calendar, later, office)
    nominal = due_within(start, period, calendar, roll=False, day_ends=day_ends)
    first = _local(start).date()
    if day_ends:
        first -= timedelta(days=1)
    return _days(nominal, first, period, calendar, later, roll)


def _exact(plain: Due, period: Period, stops: Sequence[Stop]) -> Due:
    """Hours and minutes: what stood still is added, to the nanosecond."""
    assert plain.nanos is not None  # noqa: S101 - ``due_running`` looked
    minutes = period.amount * (60 if period.unit is Unit.HOUR else 1)
    runs, end = plain.nanos - minutes * _MINUTE, plain.nanos
    marks = list(plain.marks[:-1])
    for stop in stops:
        begin = _nanos(stop.begin)
        if begin >= end:
            break
        if stop.end is None:
            return _still(stop, marks)
        end += max(0, _nanos(stop.end) - max(begin, runs))
        marks.append(("stopped", (stop.begin, stop.end)))
    moment = _moment(end)
    marks.append(("hours", (period, moment)))
    at, below = moment if isinstance(moment, Instant) else (moment, 0)
    return Due(Kind.NUMERIC, at, False, tuple(marks), below)


def _days(
    nominal: Due,
    first: date,
    period: Period,
    calendar: Calendar,
    stops: Sequence[Stop],
    roll: Roll,
) -> Due:
    """Days of any kind; ``nominal`` is the plain count, not moved, and ``first`` the day it starts on."""
    working = period.unit is Unit.WORKING_DAY
    marks = [mark for mark in nominal.marks if mark[0] not in _TAIL]
    last, floor = _last_of(nominal), first
    for stop in stops:
        ends = due_on(last, calendar, roll=False if working else roll, no_earlier=floor)
        if ends.nanos is None or _nanos(stop.begin) >= ends.nanos:
            break
        if stop.end is None:
            return _still(stop, marks)
        since, goes_on = max(first, _local(stop.begin).date()), _local(stop.end).date()
        floor = max(floor, goes_on)
        last, left_out = _moved(last, since, goes_on, calendar, working)
        if not working and _last_of(due_on(last, calendar, roll=roll, no_earlier=floor)) < goes_on:
            last = goes_on
        marks.append(("stopped", (stop.begin, stop.end)))
        marks.append(("left_out", (left_out, last)) if left_out else ("none_left_out", (last,)))
    if working:
        total = Period(calendar.working_days_between(first, last), Unit.WORKING_DAY)
        settled = due_within(datetime.combine(first, time(12), SHANGHAI), total, calendar)
    else:
        settled = due_on(last, calendar, roll=roll, no_earlier=floor)
    told = [mark for mark in settled.marks if mark[0] not in _HEAD]
    return Due(Kind.NUMERIC, settled.at, settled.provisional, (*marks, *told))


def _moved(
    last: date, since: date, goes_on: date, calendar: Calendar, working: bool
) -> tuple[date, Period | None]:
    """The last day after a pause from one day to another, and how much was not counted."""
    if not working:
        days = (goes_on - since).days
        return _date(last.toordinal() + days), Period(days, Unit.DAY) if days else None
    try:
        days = calendar.working_days_between(since, goes_on)
        moved = calendar.add_working_days(last, days) if days else last
        moved = max(moved, calendar.next_working_day(goes_on))
    except CalendarError:
        raise DeadlineError("out_of_range") from None
    return moved, Period(days, Unit.WORKING_DAY) if days else None


def _half_days(
    start: Moment,
    plain: Due,
    period: Period,
    calendar: Calendar,
    stops: Sequence[Stop],
    office: OfficeHours,
) -> Due:
    """Half days, one by one."""
    marks = [mark for mark in plain.marks if mark[0] not in _HALF_TAIL]
    found = _last_half(_nanos(start), period.amount, _halves(_local(start).date(), calendar, office), stops)
    if isinstance(found, Stop):
        return _still(found, marks)
    end = datetime.combine(found.day, office.ends(found.half), SHANGHAI)
    marks += [
        ("stopped", (stop.begin, stop.end))
        for stop in stops
        if stop.end is not None and _nanos(stop.begin) < found.ends
    ]
    marks.append(("half_days_left", (period, found.day, HALVES[found.half])))
    return office_due(_local(start).date(), found.day, end, calendar, marks, Kind.NUMERIC)


class _Half(NamedTuple):
    """A half day: of which day, which one, and from when to when in nanoseconds."""

    day: date
    half: int
    begins: int
    ends: int


def _last_half(begun: int, amount: int, halves: Iterator[_Half], stops: Sequence[Stop]) -> _Half | Stop:
    """The last of so many half days, or the stop that has not ended before it."""
    goes_on: int | None = None  # of a clock that stopped in the last half day
    for half in halves:
        if half.begins <= begun or (goes_on is not None and half.ends < goes_on):
            continue
        stop = _over_which(stops, half.begins) if goes_on is None else None
        if stop is None:
            amount -= goes_on is None
            if amount:
                continue
            stop = _within(stops, half.begins if goes_on is None else goes_on, half.ends)
            if stop is None:
                return half
            goes_on = None if stop.end is None else _nanos(stop.end)
        if stop.end is None:
            return stop
    raise DeadlineError("out_of_range")


def _halves(day: date, calendar: Calendar, office: OfficeHours) -> Iterator[_Half]:
    """The half days from a day on: the day, which half, and from when to when. Raises ``DeadlineError``."""
    while True:
        try:
            day = calendar.next_working_day(day)
        except CalendarError:
            raise DeadlineError("out_of_range") from None
        for half, span in enumerate((office.morning, office.afternoon)):
            begins, ends = (nanos_of(datetime.combine(day, clock, SHANGHAI)) for clock in span)
            yield _Half(day, half, begins, ends)
        day = date.fromordinal(day.toordinal() + 1)


def _over_which(stops: Sequence[Stop], moment: int) -> Stop | None:
    """The stop for which a half day that begins at this moment is not counted."""
    for stop in stops:
        if _nanos(stop.begin) < moment and (stop.end is None or moment <= _nanos(stop.end)):
            return stop
    return None


def _within(stops: Sequence[Stop], since: int, ends: int) -> Stop | None:
    """The stop that begins in what is left of the last half day and outlasts it."""
    for stop in stops:
        if since <= _nanos(stop.begin) < ends and (stop.end is None or _nanos(stop.end) > ends):
            return stop
    return None


def _still(stop: Stop, marks: Sequence[Mark]) -> Due:
    """The clock has not gone on: nobody knows when it will end."""
    return Due(Kind.NUMERIC, None, False, (*marks, ("stands_still", (stop.begin,))))


def _last_of(due: Due) -> date:
    """The day at whose 24:00 it ends."""
    day = due.marks[-1][1][0]
    assert isinstance(day, date)  # noqa: S101 - its last step is ``ends``
    return day


def _date(ordinal: int) -> date:
    if not FIRST_DAY.toordinal() <= ordinal <= LAST_DAY.toordinal():
        raise DeadlineError("out_of_range")
    return date.fromordinal(ordinal)


def _local(moment: Moment) -> datetime:
    return (moment.at if isinstance(moment, Instant) else moment).astimezone(SHANGHAI)


def _nanos(moment: Moment) -> int:
    return moment.nanos if isinstance(moment, Instant) else nanos_of(moment)


def _moment(nanos: int) -> Moment:
    """In Shanghai's time. Raises ``DeadlineError``."""
    try:
        moment = shanghai(nanos)
    except OverflowError:
        raise DeadlineError("out_of_range") from None
    if _local(moment).year > LAST_DAY.year:
        raise DeadlineError("out_of_range")
    return moment
