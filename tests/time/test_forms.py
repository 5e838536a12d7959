"""Every form of a deadline as packs write it: never early, monotone, and equal to a count of day after day.

Each form is read from YAML, made ready and counted as for an obligation; what it should come to is counted
here once more, one day (half day, hour) at a time and as plainly as can be.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.decide.snapshot import District, snapshot_of
from policy.pack.load import rules_of
from policy.program.dues import DuePlan
from policy.text.diagnostics import Faults
from policy.text.source import Source
from policy.time import deadline
from policy.time.calendar import SHANGHAI, Calendar
from policy.time.due import Due
from tests.decide.corners import _EQUIVALENCES, _PACK, _VOCABULARY, duty

CALENDAR = Calendar.published(through=2026)
ONE_DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NO_FLOOR = date(2000, 1, 1)
MORNING, AFTERNOON = (time(8, 30), time(12)), (time(14), time(17, 30))
_OFFICE = 'office_hours: {morning: 08:30-12:00, afternoon: "14:00-17:30", provenance: local}\nclauses:'

starts = st.datetimes(datetime(2004, 2, 1), datetime(2030, 12, 31)).map(
    lambda at: at.replace(tzinfo=SHANGHAI)
)
waits = st.timedeltas(timedelta(0), timedelta(days=400))


def works(day: date) -> bool:
    return CALENDAR.is_working_day(day)


def end(day: date) -> datetime:
    return datetime.combine(day + ONE_DAY, time(0), SHANGHAI)


def on(day: date) -> date:
    """The day, or the first working day after it."""
    while not works(day):
        day += ONE_DAY
    return day


def back(day: date, start: date) -> date:
    """The day, or the last working day before it; no further than the start."""
    while not works(day) and day > start:
        day -= ONE_DAY
    return day


def days(start: date, count: int, step: int = 1) -> date:
    return start + timedelta(days=count * step)


def working_days(start: date, count: int, step: int = 1) -> date:
    while count:
        start += ONE_DAY * step
        count -= works(start)
    return start


def months(start: date, count: int) -> date:
    """The corresponding day; where there is none, day after day back to the month's last."""
    month = start.month - 1 + count
    year, month, day = start.year + month // 12, month % 12 + 1, start.day
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def last_of(day: date, length: int) -> date:
    """The last day of the month (quarter …) that holds it."""
    while (day + ONE_DAY).day != 1 or day.month % length:
        day += ONE_DAY
    return day


def first_on(day: date, fits: Callable[[date], bool]) -> date:
    while not fits(day):
        day += ONE_DAY
    return day


def half_days(start: datetime, count: int) -> datetime:
    """The half day that holds the start is not counted."""
    for n in range(60):
        day = start.date() + timedelta(days=n)
        for begins, ends in (MORNING, AFTERNOON) if works(day) else ():
            if datetime.combine(day, begins, SHANGHAI) > start:
                count -= 1
                if not count:
                    return datetime.combine(day, ends, SHANGHAI)
    raise AssertionError


def office_end(start: datetime, day: date, clock: time) -> datetime:
    """Of a day; on a rest day, or where it is over, of the next working day."""
    moment = datetime.combine(day, clock, SHANGHAI)
    if not works(day) or start > moment:
        moment = datetime.combine(on(day + ONE_DAY), clock, SHANGHAI)
    return moment


def late(start: datetime) -> datetime:
    if start.time() > time(16):
        return office_end(start, start.date() + ONE_DAY, time(12))
    return office_end(start, start.date(), time(17, 30))


class Form(NamedTuple):
    written: str
    naive: Callable[[datetime], datetime]
    before: bool = False
    """Whether it ends before the moment that it is counted from."""
    fixed: bool = False
    """Whether it is a day of the calendar, which may lie before that moment."""


F = "from: e.at"
FORMS = {
    "days": Form(f"{{within: 15 days, {F}}}", lambda s: end(on(days(s.date(), 15)))),
    "days, not moved": Form(f"{{within: 15 days, {F}, roll: false}}", lambda s: end(days(s.date(), 15))),
    "days, moved back": Form(
        f"{{within: 3 days, {F}, roll: back}}", lambda s: end(back(days(s.date(), 3), s.date()))
    ),
    "a day, moved back": Form(
        f"{{within: 1 day, {F}, roll: back}}", lambda s: end(back(days(s.date(), 1), s.date()))
    ),
    "working days": Form(f"{{within: 10 working days, {F}}}", lambda s: end(working_days(s.date(), 10))),
    "months": Form(f"{{within: 2 months, {F}}}", lambda s: end(on(months(s.date(), 2)))),
    "months, moved back": Form(
        f"{{within: 1 month, {F}, roll: back}}", lambda s: end(back(months(s.date(), 1), s.date()))
    ),
    "years": Form(f"{{within: 1 year, {F}, roll: false}}", lambda s: end(months(s.date(), 12))),
    "hours": Form(f"{{within: 36 hours, {F}}}", lambda s: s + 36 * HOUR),
    "full hours": Form(
        f"{{within: 36 hours, {F}, hours: next_hour}}",
        lambda s: s.replace(minute=0, second=0, microsecond=0) + 37 * HOUR,
    ),
    "minutes": Form(f"{{within: 30 minutes, {F}}}", lambda s: s + HOUR / 2),
    "half days": Form(f"{{within: 3个半日, {F}}}", lambda s: half_days(s, 3)),
    "days before": Form(f"{{before: 15 days, {F}}}", lambda s: end(days(s.date(), 15, -1)), before=True),
    "days before, moved on": Form(
        f"{{before: 15 days, {F}, roll: true}}", lambda s: end(on(days(s.date(), 15, -1))), before=True
    ),
    "days before, moved back": Form(
        f"{{before: 2 days, {F}, roll: back}}",
        lambda s: end(back(days(s.date(), 2, -1), NO_FLOOR)),
        before=True,
    ),
    "working days before": Form(
        f"{{before: 3 working days, {F}}}", lambda s: end(working_days(s.date(), 3, -1)), before=True
    ),
    "a month before": Form(f"{{before: 1 month, {F}}}", lambda s: end(months(s.date(), -1)), before=True),
    "hours before": Form(f"{{before: 2 hours, {F}}}", lambda s: s - 2 * HOUR, before=True),
    "the same day": Form(f"{{end_of: day, {F}}}", lambda s: end(s.date())),
    "the next day": Form(f"{{end_of: day, after: 1 day, {F}}}", lambda s: end(days(s.date(), 1))),
    "the next working day": Form(
        f"{{end_of: day, after: 1 working day, {F}}}", lambda s: end(working_days(s.date(), 1))
    ),
    "the end of the month": Form(f"{{end_of: month, {F}}}", lambda s: end(last_of(s.date(), 1))),
    "the end of the month, moved back": Form(
        f"{{end_of: month, {F}, roll: back}}", lambda s: end(back(last_of(s.date(), 1), s.date()))
    ),
    "the end of the next month": Form(
        f"{{end_of: month, after: 1 month, {F}}}", lambda s: end(last_of(months(s.date(), 1), 1))
    ),
    "the end of the quarter, moved on": Form(
        f"{{end_of: quarter, {F}, roll: true}}", lambda s: end(on(last_of(s.date(), 3)))
    ),
    "the end of the half-year": Form(f"{{end_of: half_year, {F}}}", lambda s: end(last_of(s.date(), 6))),
    "the end of the year": Form(f"{{end_of: year, {F}}}", lambda s: end(last_of(s.date(), 12))),
    "the end of the morning": Form(f"{{end_of: morning, {F}}}", lambda s: office_end(s, s.date(), time(12))),
    "closing time": Form(f"{{end_of: office_hours, {F}}}", lambda s: office_end(s, s.date(), time(17, 30))),
    "the next working day's morning": Form(
        f"{{end_of: morning, after: 1 working day, {F}}}",
        lambda s: office_end(s, working_days(s.date(), 1), time(12)),
    ),
    "late in the day": Form(
        f'{{end_of: office_hours, {F}, late: {{after: "16:00", then: {{end_of: morning, after: 1 day}}}}}}',
        late,
    ),
    "a fixed day": Form("{on: 2024-02-10}", lambda _: end(date(2024, 2, 10)), fixed=True),
    "a fixed day, moved on": Form(
        "{on: 2024-02-10, roll: true}", lambda _: end(on(date(2024, 2, 10))), fixed=True
    ),
    "a fixed day, moved back": Form(
        "{on: 2024-02-10, roll: back}", lambda _: end(back(date(2024, 2, 10), NO_FLOOR)), fixed=True
    ),
    "a day of the year": Form(
        f"{{by: 03-31, {F}}}",
        lambda s: end(first_on(s.date(), lambda day: (day.month, day.day) == (3, 31))),
    ),
    "a day of the year, moved on": Form(
        f"{{by: 10-01, {F}, roll: true}}",
        lambda s: end(on(first_on(s.date(), lambda day: (day.month, day.day) == (10, 1)))),
    ),
    "a day of the year, moved back": Form(
        f"{{by: 10-01, {F}, roll: back}}",
        lambda s: end(back(first_on(s.date(), lambda day: (day.month, day.day) == (10, 1)), NO_FLOOR)),
        fixed=True,
    ),
    "a festival of the year, moved back": Form(
        f"{{by: 10-03, {F}, roll: back}}",
        lambda s: end(back(first_on(s.date(), lambda day: (day.month, day.day) == (10, 3)), NO_FLOOR)),
        fixed=True,
    ),
    "every year": Form(f"{{every: FREQ=YEARLY, {F}}}", lambda s: end(last_of(s.date(), 12))),
    "the fifth of each month": Form(
        f"{{every: FREQ=MONTHLY;BYMONTHDAY=5, {F}}}",
        lambda s: end(first_on(s.date(), lambda day: day.day == 5)),
    ),
    "the fifth of each month, moved back": Form(
        f"{{every: FREQ=MONTHLY;BYMONTHDAY=5, {F}, roll: back}}",
        lambda s: end(back(first_on(s.date(), lambda day: day.day == 5), NO_FLOOR)),
        fixed=True,
    ),
}


_NAMES = {f"form{number}": name for number, name in enumerate(FORMS)}


@cache
def lab() -> District:
    """A district with a rule of each form."""
    pack = _PACK.replace("VERSION", "2020").replace("TO", "").replace("clauses:", _OFFICE)
    seized = 'e.type == "vehicle_seized"'
    rules = [
        duty(key, "e: case.events", seized, deadline=FORMS[name].written, about=f"'\"{key}\"'")
        for key, name in _NAMES.items()
    ]
    files = {
        "vocabulary.yaml": _VOCABULARY,
        "equivalences.yaml": _EQUIVALENCES,
        "lab/2020/pack.yaml": pack + "".join(rules),
    }
    faults = Faults()
    read = rules_of({name: Source(name, text) for name, text in files.items()}, faults)
    assert read is not None, list(faults)
    snapshot = snapshot_of(read, faults)
    assert snapshot is not None
    assert not faults.errors, list(faults)
    return snapshot.districts["lab"]


@cache
def plans() -> dict[str, DuePlan]:
    """The forms as rules of one pack."""
    (program,) = lab().programs
    found = {_NAMES[plan.id.removeprefix("lab.")]: plan.due for plan in program.plans}
    return {name: plan for name, plan in found.items() if plan is not None}


def counted(name: str, start: datetime) -> datetime:
    due: Due = plans()[name].count(start, None, CALENDAR)
    assert due.at is not None
    return due.at


@pytest.mark.parametrize("name", FORMS)
@given(start=starts, wait=waits)
def test_a_plain_count_never_early_and_monotone(name: str, start: datetime, wait: timedelta) -> None:
    form, due, later = FORMS[name], counted(name, start), counted(name, start + wait)
    assert due == form.naive(start)
    assert due <= later
    if form.before and "moved on" not in name:
        assert due <= start
    elif not form.before and not form.fixed:
        assert due >= start


BOUNDED = [("days", "full hours"), ("months", "working days"), ("the next day", "the end of the month")]


@pytest.mark.parametrize(("name", "other"), BOUNDED)
@given(start=starts, wait=waits)
def test_bounds_are_the_earlier_and_the_later(
    name: str, other: str, start: datetime, wait: timedelta
) -> None:
    for bound, chosen in (("no_later_than", min), ("no_earlier_than", max)):
        first, second = (bounded(name, other, at, bound) for at in (start, start + wait))
        assert first == chosen(FORMS[name].naive(start), FORMS[other].naive(start))
        assert first <= second


def bounded(name: str, other: str, start: datetime, bound: str) -> datetime:
    own, by = (plans()[one].count(start, None, CALENDAR) for one in (name, other))
    latest, earliest = (by, None) if bound == "no_later_than" else (None, by)
    at = deadline.bounded(own, latest=latest, earliest=earliest).at
    assert at is not None
    return at


@pytest.mark.parametrize("name", ["days", "working days", "months", "the same day", "the next working day"])
@given(day=st.dates(date(2004, 2, 1), date(2030, 12, 31)))
def test_from_the_due_time_of_another_duty_it_runs_from_the_day_that_ends(name: str, day: date) -> None:
    """24:00 lies in the day that ends; what is counted from it is what is counted from within that day."""
    plan = plans()[name]
    ended = plan.count(end(day), None, CALENDAR, day_ends=True)
    assert ended.at == plan.count(end(day) - HOUR, None, CALENDAR).at
