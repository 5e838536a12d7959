"""The last day of a period: moved off rest days as art. 85 or the clause says, ended at 24:00."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Literal

from policy.time.calendar import FIRST_DAY, SHANGHAI, Calendar, CalendarError
from policy.time.due import DeadlineError, Due, Kind, Mark, relied
from policy.time.span import Span

Roll = bool | Literal["back"]
"""Whether a last day that is a rest day moves to the first working day after it, or to the last before it."""


MIDNIGHT = time(0, tzinfo=SHANGHAI)


_WORKS: Mark = ("last_day_works", ())


_MAKE_UP: Mark = ("make_up_day", ())


_NOT_ROLLED: Mark = ("not_rolled", ())


def end_of_day(day: date) -> datetime:
    """24:00 of ``day`` in Shanghai, as 00:00 of the day after."""
    return datetime.combine(date.fromordinal(day.toordinal() + 1), MIDNIGHT)


def settle(
    kind: Kind, nominal: date, calendar: Calendar, roll: Roll, marks: list[Mark], start: date = FIRST_DAY
) -> Due:
    """The due time for the last day ``nominal``, moved off rest days as ``roll`` says; adds to ``marks``.

    Back it moves no further than ``start``. Raises ``DeadlineError`` ``out_of_range``.
    """
    last = nominal
    if roll == "back":
        works = last = previous_working_day(nominal, calendar)
        if last is nominal:
            marks.append(_MAKE_UP if nominal.weekday() > 4 else _WORKS)
        elif last < start:
            last = min(start, nominal)
            marks.append(("rolled_to_start", (last,)))
        else:
            marks += _rolled_back(nominal, last, calendar)
        marks += relied(works, nominal, calendar)
    elif roll:
        last = next_working_day(nominal, calendar)
        if last is not nominal:
            marks += _rolled(nominal, last, calendar)
        else:
            marks.append(_MAKE_UP if nominal.weekday() > 4 else _WORKS)
        marks += relied(nominal, last, calendar)
    else:
        marks.append(_NOT_ROLLED)
    return ends(kind, last, marks)


def ends(kind: Kind, last: date, marks: list[Mark]) -> Due:
    """It is provisional where one of the steps is."""
    provisional = any(code == "provisional" for code, _ in marks)
    marks.append(("ends", (last,)))
    return Due(kind, end_of_day(last), provisional, tuple(marks))


def _rolled(nominal: date, last: date, calendar: Calendar) -> list[Mark]:
    ordinal = last.toordinal()
    days, resting = ordinal - nominal.toordinal(), date.fromordinal(ordinal - 1)
    why = Span(nominal, resting, calendar)
    return [("rolled", (nominal, resting, days, why, last)), *_moved_to(last)]


def _rolled_back(nominal: date, last: date, calendar: Calendar) -> list[Mark]:
    days, resting = nominal.toordinal() - last.toordinal(), date.fromordinal(last.toordinal() + 1)
    why = Span(resting, nominal, calendar)
    return [("rolled_back", (resting, nominal, days, why, last)), *_moved_to(last)]


def _moved_to(last: date) -> list[Mark]:
    return [("moved_to_make_up_day", (last,))] if last.weekday() > 4 else []


def previous_working_day(day: date, calendar: Calendar) -> date:
    """The day itself where it is worked, else the last before it. Raises ``DeadlineError`` out_of_range."""
    try:
        found = calendar.previous_working_day(day)
    except CalendarError:
        raise DeadlineError("out_of_range") from None
    return day if found == day else found


def next_working_day(day: date, calendar: Calendar) -> date:
    """The day itself where it is worked, else the first after it. Raises ``DeadlineError`` out_of_range."""
    try:
        return calendar.next_working_day(day)
    except CalendarError:
        raise DeadlineError("out_of_range") from None
