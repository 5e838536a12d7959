"""What a counting step says of days: recounted day by day, and in words of both languages."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.time.calendar import SHANGHAI, Calendar, Holiday, Notice
from policy.time.deadline import Due, due_before, due_on, due_within, step_text
from policy.time.period import Period, Unit
from policy.time.span import Span, runs_of

CALENDAR = Calendar.published(through=2026)
ONE_DAY = timedelta(days=1)
HALF_2027 = CALENDAR.with_notice(
    Notice(
        2027,
        "2027年上半年通知",
        (Holiday("元旦", date(2027, 1, 1), date(2027, 1, 3)),),
        (date(2027, 1, 10),),
        through=date(2027, 6, 30),
    )
)
OWN = CALENDAR.with_notice(
    Notice(2024, "本区放假通知", (Holiday("建区日", date(2024, 3, 6), date(2024, 3, 6)),), local=True)
)
days = st.dates(date(2004, 1, 1), date(2027, 12, 31))


def days_of(first: date, last: date) -> list[date]:
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


@given(days, st.integers(0, 120))
def test_runs_hold_every_rest_day_once(first: date, length: int) -> None:
    last = first + length * ONE_DAY
    found = [day for run in runs_of(CALENDAR, first, last) for day in days_of(run.first, run.last)]
    assert found == [day for day in days_of(first, last) if not CALENDAR.is_working_day(day)]


@given(days, st.integers(1, 60))
def test_what_is_skipped_and_what_is_counted_make_up_the_days(start: date, amount: int) -> None:
    """A day-by-day count of the days that the step ``skipped`` speaks of."""
    begins = datetime(start.year, start.month, start.day, 9, tzinfo=SHANGHAI)
    due = due_within(begins, Period(amount, Unit.WORKING_DAY), CALENDAR)
    ((_, span),) = next(step.args for step in due.steps if step.code == "skipped")
    assert isinstance(span, Span)
    resting = [day for day in days_of(span.first, span.last) if not CALENDAR.is_working_day(day)]
    worked = [d for d in days_of(span.first, span.last) if d.weekday() > 4 and CALENDAR.is_working_day(d)]
    assert span.first == start + ONE_DAY
    assert len(days_of(span.first, span.last)) - len(resting) == amount
    text = span.skipped("zh")
    assert (f"不计休息日 {len(resting)} 天" in text) == bool(resting)
    assert (f"计入调休上班的周末 {len(worked)} 天" in text) == bool(worked)
    assert all(day.isoformat() in text for day in worked)
    assert ("其间没有休息日" in text) == (not resting and not worked)


def texts(due: Due, lang: str, *codes: str) -> list[str]:
    return [step_text(step, lang) for step in due.steps if step.code in codes]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T09:00:00+08:00")


def test_long_spans_are_counted_and_not_listed() -> None:
    within = due_within(at("2024-01-26"), Period(60, Unit.WORKING_DAY), CALENDAR)
    assert texts(within, "zh", "skipped") == [
        "不计休息日 30 天：2024-02-10 至 2024-02-17（春节）、2024-04-04 至 2024-04-06（清明）、周末 19 天；"
        "计入调休上班的周末 3 天：2024-02-04、2024-02-18、2024-04-07"
    ]
    longest = due_within(at("2024-01-26"), Period(600, Unit.WORKING_DAY), CALENDAR)
    assert texts(longest, "en", "skipped") == [
        "rest days not counted, 286 in all; weekend days worked and counted, 17 in all"
    ]


def test_a_day_that_moves_to_a_make_up_sunday() -> None:
    due = due_within(at("2024-02-07"), Period(3, Unit.DAY), CALENDAR)
    assert texts(due, "en", "rolled", "moved_to_make_up_day") == [
        "the last day falls on rest days (2024-02-10 to 2024-02-17, 8 in all: Spring Festival) and moves to "
        "2024-02-18",
        "2024-02-18 is a weekend day made a working day",
    ]


@pytest.mark.parametrize(
    ("calendar", "day", "notices"),
    [
        (CALENDAR, date(2024, 3, 6), "国务院办公厅 2024 年放假通知"),
        (OWN, date(2024, 3, 5), "国务院办公厅 2024 年放假通知"),
        (OWN, date(2024, 3, 6), "国务院办公厅 2024 年放假通知、本区放假通知"),
        # 30 and 31 December 2023 rest by the notice for 2024, the Friday before by that for 2023.
        (CALENDAR, date(2023, 12, 29), "国务院办公厅 2023 年放假通知"),
        (CALENDAR, date(2023, 12, 30), "国务院办公厅 2023 年放假通知、国务院办公厅 2024 年放假通知"),
        (HALF_2027, date(2027, 3, 5), "2027年上半年通知"),
        (HALF_2027, date(2027, 10, 1), "全国年节及纪念日放假办法（尚无放假通知）"),
        (CALENDAR, date(2003, 3, 5), "没有收录放假通知，按周一至周五上班计算"),
    ],
)
def test_the_notices_relied_on(calendar: Calendar, day: date, notices: str) -> None:
    assert texts(due_on(day, calendar, roll=True), "zh", "notice") == [f"放假和调休的依据：{notices}"]


@pytest.mark.parametrize(
    ("calendar", "start", "amount", "why"),
    [
        (CALENDAR, "2026-12-23", 2, "2027 年放假通知尚未收录，可能调整上一年年底（自 2026-12-25 起）"),
        (CALENDAR, "2026-12-20", 15, "2027 年放假通知尚未收录，只按周末和法定节日推算（自 2026-12-25 起）"),
        (
            HALF_2027,
            "2027-06-20",
            15,
            "2027 年放假通知尚未定下其后各日，只按周末和法定节日推算（自 2027-07-01 起）",
        ),
        (CALENDAR, "2003-12-24", 2, "2003 年放假通知没有收录，只按周一至周五上班推算（自 2003-12-25 起）"),
    ],
)
def test_why_it_is_provisional(calendar: Calendar, start: str, amount: int, why: str) -> None:
    due = due_within(at(start), Period(amount, Unit.WORKING_DAY), calendar)
    assert due.provisional
    assert texts(due, "zh", "provisional") == [f"{why}，结果为暂定"]


def test_working_days_back_name_the_days() -> None:
    due = due_before(at("2024-10-08"), Period(3, Unit.WORKING_DAY), CALENDAR)
    assert texts(due, "zh", "skipped") == [
        "不计休息日 8 天：2024-09-28（周末）、2024-10-01 至 2024-10-07（国庆节）；"
        "计入调休上班的周末 1 天：2024-09-29"
    ]


def test_spans_of_other_words_are_others() -> None:
    """Two notices that say the same days under two numbers give two texts, so their spans differ."""
    one, other = (
        Notice(2027, number, (Holiday("元旦", date(2027, 1, 1), date(2027, 1, 3)),))
        for number in ("甲", "乙")
    )
    days = date(2027, 1, 1), date(2027, 1, 4)
    spans = {Span(*days, CALENDAR.with_notice(notice)) for notice in (one, other, one)}
    assert sorted(span.notices("zh") for span in spans) == ["乙", "甲"]
    assert {str(span) for span in spans} == {"2027-01-01/2027-01-04"}
