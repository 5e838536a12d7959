"""Clocks that stand still: against a count of day after day, hour after hour, and half day after half day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policy.time.calendar import SHANGHAI, Calendar
from policy.time.clock import Stop, due_running
from policy.time.deadline import DeadlineError, Due, due_on, due_within
from policy.time.due import step_text
from policy.time.moment import Instant
from policy.time.office import OfficeHours
from policy.time.period import Period, Unit

CALENDAR = Calendar.published(through=2026)
OFFICE = OfficeHours((time(8, 30), time(12)), (time(14), time(17, 30)))
ONE_DAY = timedelta(days=1)

starts = st.datetimes(datetime(2004, 1, 2), datetime(2030, 12, 31)).map(
    lambda at: at.replace(tzinfo=SHANGHAI)
)
waits = st.timedeltas(timedelta(0), timedelta(days=40))
rolls = st.sampled_from([True, False, "back"])
amounts = st.integers(1, 40)
days_of = st.builds(Period, amounts, st.sampled_from([Unit.DAY, Unit.WORKING_DAY])) | st.builds(
    Period, st.integers(1, 3), st.sampled_from([Unit.MONTH, Unit.YEAR])
)
any_period = (
    days_of
    | st.builds(Period, st.integers(1, 12), st.just(Unit.HALF_DAY))
    | st.builds(Period, st.integers(1, 500), st.sampled_from([Unit.HOUR, Unit.MINUTE]))
)


@st.composite
def stops_after(draw: st.DrawFn, start: datetime) -> list[Stop]:
    """Up to three stops that have ended, in order; the first may lie around the start."""
    at = start + draw(st.timedeltas(timedelta(days=-5), timedelta(days=20)))
    found = []
    for _ in range(draw(st.integers(0, 3))):
        end = at + draw(st.timedeltas(timedelta(minutes=1), timedelta(days=15)))
        found.append(Stop(at, end))
        at = end + draw(st.timedeltas(timedelta(minutes=1), timedelta(days=15)))
    return found


with_stops = starts.flatmap(lambda start: st.tuples(st.just(start), stops_after(start)))


def running(start: datetime, period: Period, stops: list[Stop], roll: Any = True) -> Due:
    return due_running(start, period, CALENDAR, stops, roll=roll, office=OFFICE)


def at_of(due: Due) -> datetime:
    assert due.at is not None
    return due.at


def end_of(day: date) -> datetime:
    return datetime.combine(day + ONE_DAY, time(0), SHANGHAI)


def naively(start: datetime, period: Period, stops: list[Stop], roll: Any) -> datetime:
    """Day after day: those from the day after a stop begins to the day on which it ends are not counted."""
    stops = [stop for stop in stops if isinstance(stop.end, datetime) and stop.end > start]
    day, last = start.date(), start.date()
    if period.unit in (Unit.MONTH, Unit.YEAR):
        plain = due_within(start, period, CALENDAR, roll=False)
        left = (at_of(plain).date() - ONE_DAY - day).days
    else:
        left = period.amount
    while left:
        day += ONE_DAY
        stopped = any(stop.begin.date() < day <= stop.end.date() for stop in stops if stop.end is not None)
        counts = period.unit is not Unit.WORKING_DAY or CALENDAR.is_working_day(day)
        if counts and not stopped:
            left, last = left - 1, day
    while True:
        moved = moved_by(last, roll, max([start.date(), *(e.date() for e in ends_before(stops, last))]))
        over = next((s.end for s in stops if before(s.begin, moved) and s.end and s.end.date() > moved), None)
        if over is None:
            return end_of(moved)
        last = over.date()
        if period.unit is Unit.WORKING_DAY:
            last = CALENDAR.next_working_day(last)


def before(moment: datetime | Instant, day: date) -> bool:
    assert isinstance(moment, datetime)
    return moment < end_of(day)


def ends_before(stops: list[Stop], last: date) -> list[datetime]:
    return [s.end for s in stops if isinstance(s.end, datetime) and s.end.date() <= last]


def moved_by(day: date, roll: Any, floor: date) -> date:
    """Off rest days, on or back; back no further than the start, or the day on which the clock went on."""
    moved = day
    if roll == "back":
        while not CALENDAR.is_working_day(moved) and moved > floor:
            moved -= ONE_DAY
    elif roll:
        while not CALENDAR.is_working_day(moved):
            moved += ONE_DAY
    return moved


@given(with_stops, days_of, rolls)
def test_days_are_counted_one_by_one(case: tuple[datetime, list[Stop]], period: Period, roll: Any) -> None:
    start, stops = case
    roll = False if period.unit is Unit.WORKING_DAY else roll
    assert running(start, period, stops, roll).at == naively(start, period, stops, roll)


@given(with_stops, st.integers(1, 300))
def test_minutes_stand_still_to_the_moment(case: tuple[datetime, list[Stop]], minutes: int) -> None:
    start, stops = case
    end, left = start, timedelta(minutes=minutes)
    for begin, over in stops:
        assert isinstance(begin, datetime)
        assert isinstance(over, datetime)
        runs = max(timedelta(0), begin - end)
        if over <= end or runs >= left:
            continue
        end, left = max(over, end), left - runs
    assert running(start, Period(minutes, Unit.MINUTE), stops).at == end + left


@given(with_stops, st.integers(1, 12))
def test_half_days_are_counted_one_by_one(case: tuple[datetime, list[Stop]], amount: int) -> None:
    start, stops = case
    stops = [stop for stop in stops if isinstance(stop.end, datetime) and stop.end > start]
    spans = []
    for n in range(150):
        day = start.date() + timedelta(days=n)
        if CALENDAR.is_working_day(day):
            spans += [
                (datetime.combine(day, a, SHANGHAI), datetime.combine(day, b, SHANGHAI))
                for a, b in (OFFICE.morning, OFFICE.afternoon)
            ]
    counted = [
        span
        for span in spans
        if span[0] > start and not any(s.begin < span[0] <= s.end for s in stops)  # type: ignore[operator]
    ]
    begins, ends = counted[amount - 1]
    while over := [s.end for s in stops if begins <= s.begin < ends < s.end]:  # type: ignore[operator]
        begins, ends = next((max(a, over[0]), b) for a, b in spans if b >= over[0])  # type: ignore[type-var,operator,assignment]
    assert running(start, Period(amount, Unit.HALF_DAY), stops).at == ends


@given(starts, any_period, rolls, st.integers(1, 40), st.floats(0, 1))
def test_pausing_for_n_days_moves_the_due_time_by_n_days(
    start: datetime, period: Period, roll: Any, days: int, share: float
) -> None:
    """The stop-clock identity, for a clock that stops before the due time and while nothing is due."""
    plain = at_of(running(start, period, [], False))
    begin = start + (plain - start) * share
    assume(begin < plain)
    stop = Stop(begin, begin + timedelta(days=days))
    due = running(start, period, [stop], roll)
    assert isinstance(stop.end, datetime)
    if period.unit in (Unit.HOUR, Unit.MINUTE):
        assert due.at == plain + timedelta(days=days)
    elif period.unit in (Unit.DAY, Unit.MONTH, Unit.YEAR):
        nominal = (plain - ONE_DAY).date() + timedelta(days=days)
        assert due.at == due_on(nominal, CALENDAR, roll=roll, no_earlier=stop.end.date()).at
    elif period.unit is Unit.WORKING_DAY:
        last = (plain - ONE_DAY).date()
        paused = CALENDAR.working_days_between(begin.date(), stop.end.date())
        moved = CALENDAR.working_days_between(last, (at_of(due) - ONE_DAY).date())
        goes_on = not CALENDAR.is_working_day(stop.end.date()) and begin.date() == last
        assert moved == paused + goes_on


@given(with_stops, waits, any_period, rolls)
def test_a_later_start_is_never_due_earlier(
    case: tuple[datetime, list[Stop]], wait: timedelta, period: Period, roll: Any
) -> None:
    start, stops = case
    assert at_of(running(start, period, stops, roll)) <= at_of(running(start + wait, period, stops, roll))


@given(with_stops, any_period, rolls)
def test_a_stop_never_makes_it_due_earlier(
    case: tuple[datetime, list[Stop]], period: Period, roll: Any
) -> None:
    start, stops = case
    dues = [at_of(running(start, period, stops[:n], roll)) for n in range(len(stops) + 1)]
    if roll != "back":  # moved back from another rest day, it may end on another working day
        assert dues == sorted(dues)
    assert all(due >= start for due in dues)


@given(starts, any_period, st.floats(0, 1), rolls)
def test_a_clock_that_has_not_gone_on_gives_no_due_time(
    start: datetime, period: Period, share: float, roll: Any
) -> None:
    plain = at_of(running(start, period, [], roll))
    due = running(start, period, [Stop(start + (plain - start) * share, None)], roll)
    if share < 1:
        assert due.at is None
        assert due.marks[-1][0] == "stands_still"
    else:  # it stops when the period has run out
        assert due.at == plain


@given(with_stops, any_period, rolls)
def test_the_steps_tell_the_due_time(case: tuple[datetime, list[Stop]], period: Period, roll: Any) -> None:
    start, stops = case
    due = running(start, period, stops, roll)
    code, values = due.marks[-1]
    if code == "ends":
        assert isinstance(values[0], date)
        assert end_of(values[0]) == due.at
    else:
        assert values[-1] == due.at
    for step in due.steps:
        assert step_text(step, "zh") != step_text(step, "en")


def test_nanoseconds_are_kept() -> None:
    begin = Instant(datetime(2024, 3, 1, 10, tzinfo=SHANGHAI), 7)
    start, end = datetime(2024, 3, 1, 9, tzinfo=SHANGHAI), datetime(2024, 3, 2, 10, tzinfo=SHANGHAI)
    due = due_running(start, Period.parse("2 hours"), CALENDAR, [Stop(begin, end)])
    assert (due.at, due.below) == (datetime(2024, 3, 2, 10, 59, 59, 999999, tzinfo=SHANGHAI), 993)


@pytest.mark.parametrize("period", ["10 days", "10 working days", "40 hours", "1 month", "3 half days"])
def test_beyond_the_days_there_are(period: str) -> None:
    start = datetime(2099, 11, 20, 9, tzinfo=SHANGHAI)
    stop = Stop(start + timedelta(hours=3), datetime(2099, 12, 31, 23, tzinfo=SHANGHAI))
    with pytest.raises(DeadlineError) as refused:
        due_running(start, Period.parse(period), CALENDAR, [stop], office=OFFICE)
    assert refused.value.reason == "out_of_range"


def test_the_steps_in_words() -> None:
    start = datetime(2024, 3, 7, 9, 30, tzinfo=SHANGHAI)
    stop = Stop(start + timedelta(hours=10), start + timedelta(days=4))
    due = due_running(start, Period.parse("10 days"), CALENDAR, [stop])
    assert [step_text(step, "zh") for step in due.steps][2:] == [
        "10日期间的最后一日为 2024-03-17",
        "2024-03-07T19:30:00+08:00 至 2024-03-11T09:30:00+08:00 停止计算",
        "其间的4日不计入期间，最后一日为 2024-03-21",
        "最后一日是工作日，不顺延",
        "放假和调休的依据：国务院办公厅 2024 年放假通知",
        "期间于 2024-03-21 24:00（北京时间）届满",
    ]
