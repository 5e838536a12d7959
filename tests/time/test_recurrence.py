"""Recurrence rules: against dateutil's rrule, and every rule that is refused."""

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st

from policy.time.calendar import SHANGHAI, Calendar
from policy.time.deadline import Kind, due_recurring
from policy.time.recurrence import Recurrence, RecurrenceError, recurrence_text
from policy.time.span import Span

CALENDAR = Calendar.published(through=2026)
days = st.dates(date(2000, 1, 1), date(2070, 12, 31))

month_days = st.integers(1, 31).flatmap(lambda number: st.sampled_from([number, -number]))
weekdays = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
# Never "FR" beside "1MO": dateutil then asks for both at once, where RFC 5545 means either.
numbered = st.tuples(st.sampled_from(["1", "2", "-1", "+5", "-5"]), weekdays).map("".join)


def listed(items: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    return st.lists(items, min_size=1, max_size=3).map(
        lambda values: ",".join(str(value) for value in values)
    )


@st.composite
def rules(draw: st.DrawFn) -> str:
    freq = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]))
    parts = [f"FREQ={freq}"]
    if freq == "MONTHLY" and draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.sampled_from([1, 2, 3, 4, 6, 12]))}")
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(listed(st.integers(1, 12)))}")
    if draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(listed(month_days))}")
    if draw(st.booleans()):
        parts.append(f"BYDAY={draw(listed(weekdays) | listed(numbered))}")
    if draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from([1, 2, -1, -2]))}")
    return ";".join(parts)


@given(rules(), days)
def test_agrees_with_dateutil(rule: str, day: date) -> None:
    recurrence = parsed(rule)
    assume(isinstance(recurrence, Recurrence))
    assert isinstance(recurrence, Recurrence)
    assume(not recurrence.bare)
    oracle = rrulestr(rule, dtstart=datetime(day.year, 1, 1), cache=False)
    expected = oracle.after(datetime(day.year, day.month, day.day), inc=True)
    assert expected is not None
    assert recurrence.on_or_after(day) == expected.date()


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        ("FREQ=YEARLY;BYDAY=20MO", date(2024, 1, 1), date(2024, 5, 13)),
        ("FREQ=YEARLY;BYDAY=-1SU", date(2024, 1, 1), date(2024, 12, 29)),
        ("FREQ=MONTHLY;BYDAY=1MO,FR", date(2024, 10, 5), date(2024, 10, 7)),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", date(2024, 1, 1), date(2024, 9, 13)),
        ("FREQ=DAILY;BYMONTH=7", date(2024, 8, 1), date(2025, 7, 1)),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", date(2024, 3, 1), date(2044, 2, 29)),
        ("freq=weekly;byday=fr", date(2024, 10, 1), date(2024, 10, 4)),
    ],
)
def test_days_by_hand(rule: str, day: date, expected: date) -> None:
    assert Recurrence.parse(rule).on_or_after(day) == expected


def test_no_day_is_left() -> None:
    rule = Recurrence.parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    assert rule.on_or_after(date(2096, 3, 1)) is None


@given(days, st.sampled_from([1, 2, 3, 4, 6, 12]))
def test_calendar_periods_of_months_tile_the_year(day: date, size: int) -> None:
    first, last = Recurrence.parse(f"FREQ=MONTHLY;INTERVAL={size}").calendar_period(day)
    assert first <= day <= last
    assert (first.day, (last + timedelta(days=1)).day) == (1, 1)
    assert (first.month - 1) % size == 0
    assert (last.year, last.month) == (day.year, first.month + size - 1)


@given(days)
def test_calendar_periods_of_years_weeks_and_days(day: date) -> None:
    assert Recurrence.parse("FREQ=YEARLY").calendar_period(day) == (
        date(day.year, 1, 1),
        date(day.year, 12, 31),
    )
    assert Recurrence.parse("FREQ=DAILY").calendar_period(day) == (day, day)
    monday, sunday = Recurrence.parse("FREQ=WEEKLY").calendar_period(day)
    assert (monday.weekday(), sunday - monday) == (0, timedelta(days=6))
    assert monday <= day <= sunday


def test_due_recurring_tells_its_steps() -> None:
    start = datetime(2024, 5, 20, 10, 0, tzinfo=SHANGHAI)
    due = due_recurring("freq=monthly;interval=3", start, CALENDAR, roll=True)
    assert due.kind is Kind.RECURRING
    sunday, rest = "2024-06-30", Span(date(2024, 6, 30), date(2024, 6, 30), CALENDAR)
    assert [(step.code, dict(step.args)) for step in due.steps] == [
        ("start", {"at": "2024-05-20T10:00:00+08:00"}),
        ("calendar_period", {"rule": "FREQ=MONTHLY;INTERVAL=3", "first": "2024-04-01", "last": "2024-06-30"}),
        ("rolled", {"first": sunday, "last": sunday, "days": "1", "why": rest, "to": "2024-07-01"}),
        ("notice", {"notices": Span(date(2024, 6, 30), date(2024, 7, 1), CALENDAR)}),
        ("ends", {"day": "2024-07-01"}),
    ]


REFUSED = [
    ("", "syntax"),
    ("YEARLY", "syntax"),
    ("RRULE:FREQ=YEARLY", "part"),
    ("FREQ=YEARLY;", "syntax"),
    ("FREQ=;BYMONTH=1", "syntax"),
    ("FREQ=YEARLY;BYMONTHDAY=１", "syntax"),
    ("FREQ=YEARLY;BYMONTHDAY=" + "1," * 200 + "1", "syntax"),
    ("BYMONTH=1", "no_freq"),
    ("FREQ=HOURLY", "freq"),
    ("FREQ=SECONDLY", "freq"),
    ("FREQ=QUARTERLY", "quarter"),
    ("FREQ=YEARLY;FREQ=YEARLY", "twice"),
    ("FREQ=YEARLY;COUNT=3", "part"),
    ("FREQ=YEARLY;UNTIL=20301231", "part"),
    ("FREQ=YEARLY;DTSTART=20240101", "part"),
    ("FREQ=DAILY;BYHOUR=9", "part"),
    ("FREQ=WEEKLY;WKST=SU", "part"),
    ("FREQ=YEARLY;INTERVAL=2", "interval"),
    ("FREQ=WEEKLY;INTERVAL=2", "interval"),
    ("FREQ=MONTHLY;INTERVAL=5", "interval"),
    ("FREQ=MONTHLY;INTERVAL=0", "interval"),
    ("FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1", "value"),
    ("FREQ=YEARLY;BYMONTH=-1;BYMONTHDAY=1", "value"),
    ("FREQ=MONTHLY;BYMONTHDAY=0", "value"),
    ("FREQ=MONTHLY;BYMONTHDAY=32", "value"),
    ("FREQ=MONTHLY;BYMONTHDAY=1,", "value"),
    ("FREQ=MONTHLY;BYDAY=6MO", "value"),
    ("FREQ=MONTHLY;BYDAY=XX", "value"),
    ("FREQ=WEEKLY;BYDAY=1MO", "value"),
    ("FREQ=WEEKLY;BYMONTHDAY=1", "weekly_day"),
    ("FREQ=YEARLY;BYMONTH=12", "day_open"),
    ("FREQ=WEEKLY;BYMONTH=12", "day_open"),
    ("FREQ=MONTHLY;BYSETPOS=1", "setpos"),
    ("FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1", "setpos"),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never"),
    ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "never"),
    ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", "never"),
    ("FREQ=MONTHLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=1", "never"),
]


@pytest.mark.parametrize(("rule", "reason"), REFUSED)
def test_refused(rule: str, reason: str) -> None:
    with pytest.raises(RecurrenceError) as caught:
        Recurrence.parse(rule)
    assert caught.value.reason == reason
    assert caught.value.text("zh") != caught.value.text("en")


def test_every_reason_has_a_case() -> None:
    assert {reason for _, reason in REFUSED} == RecurrenceError.texts.keys()


def test_refusals_say_what_to_write() -> None:
    with pytest.raises(RecurrenceError) as caught:
        Recurrence.parse("FREQ=QUARTERLY")
    assert str(caught.value) == "RFC 5545 has no FREQ=QUARTERLY; write FREQ=MONTHLY;INTERVAL=3"
    with pytest.raises(RecurrenceError) as caught:
        Recurrence.parse("FREQ=YEARLY;BYMONTH=12")
    assert caught.value.text("zh") == "YEARLY 规则没有确定哪一日：请加 BYMONTHDAY / BYDAY"


@given(st.text(max_size=40) | st.text("FREQ=YALMONTHIWKDB;,1-", max_size=40).map("FREQ=YEARLY;".__add__))
def test_any_text_is_a_rule_or_a_coded_fault(text: str) -> None:
    result = parsed(text)
    if isinstance(result, RecurrenceError):
        assert result.text("zh") != result.text("en")
    else:
        assert Recurrence.parse(result.text) == result


def parsed(text: str) -> Recurrence | RecurrenceError:
    try:
        return Recurrence.parse(text)
    except RecurrenceError as fault:
        return fault


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("FREQ=YEARLY", "每年", "each year"),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=20", "每年12月20日", "each year, on 12-20"),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "每月5日", "each month, on 05"),
        ("FREQ=MONTHLY;INTERVAL=3", "每季度", "each quarter"),
        ("FREQ=MONTHLY;INTERVAL=2", "每2个月", "every 2 months"),
        ("FREQ=WEEKLY;BYDAY=FR", "FREQ=WEEKLY;BYDAY=FR", "FREQ=WEEKLY;BYDAY=FR"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ],
)
def test_words(rule: str, zh: str, en: str) -> None:
    assert (recurrence_text(rule, "zh"), recurrence_text(rule, "en")) == (zh, en)
