"""Half days and office hours: against a count half day by half day, and every refusal."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.time.calendar import SHANGHAI, Calendar
from policy.time.deadline import DeadlineError, Part, due_end_of, due_within
from policy.time.due import step_text
from policy.time.office import OfficeHours, read_span
from policy.time.period import Period, Unit

CALENDAR = Calendar.published(through=2026)
OFFICE = OfficeHours((time(8, 30), time(12)), (time(14), time(17, 30)))
starts = st.datetimes(datetime(2004, 1, 2), datetime(2030, 12, 31)).map(
    lambda at: at.replace(tzinfo=SHANGHAI)
)


def half_days(start: datetime) -> list[tuple[datetime, datetime]]:
    """The half days of the three weeks from the day of ``start`` on."""
    found = []
    for n in range(40):
        day = start.date() + timedelta(days=n)
        if CALENDAR.is_working_day(day):
            for begin, end in (OFFICE.morning, OFFICE.afternoon):
                span = (datetime.combine(day, clock, SHANGHAI) for clock in (begin, end))
                found.append((next(span), next(span)))
    return found


@given(starts, st.integers(1, 12))
def test_half_days_are_counted_one_by_one(start: datetime, amount: int) -> None:
    after = [end for begin, end in half_days(start) if begin > start]
    assert due_within(start, Period(amount, Unit.HALF_DAY), CALENDAR, office=OFFICE).at == after[amount - 1]


@given(starts, st.sampled_from([(Part.MORNING, 0), (Part.OFFICE_HOURS, 1)]))
def test_the_next_end_of_a_morning_or_of_office_hours(start: datetime, part: tuple[Part, int]) -> None:
    ends = [end for _, end in half_days(start)[part[1] :: 2] if end >= start]
    assert due_end_of(start, part[0], CALENDAR, office=OFFICE).at == ends[0]


@given(starts, st.integers(1, 5))
def test_of_a_later_day(start: datetime, days: int) -> None:
    due = due_end_of(start, Part.MORNING, CALENDAR, after=Period(days, Unit.WORKING_DAY), office=OFFICE)
    expected = CALENDAR.add_working_days(start.date(), days)
    assert due.at == datetime.combine(expected, time(12), SHANGHAI)
    assert due.provisional == (CALENDAR.missing_notice(start.date(), expected) is not None)


def test_without_office_hours_there_is_no_due_time() -> None:
    start = datetime(2024, 3, 1, 9, tzinfo=SHANGHAI)
    assert due_within(start, Period.parse("半日"), CALENDAR).at is None
    assert due_end_of(start, Part.OFFICE_HOURS, CALENDAR).at is None


def test_beyond_the_days_there_are() -> None:
    last = datetime(2099, 12, 31, 18, tzinfo=SHANGHAI)
    with pytest.raises(DeadlineError, match="2099-12-31"):
        due_within(last, Period.parse("半日"), CALENDAR, office=OFFICE)


@pytest.mark.parametrize("text", ["半日", "半天", "1个半日", "half a day", "1 half day", "半个工作日"])
def test_half_a_day(text: str) -> None:
    period = Period.parse(text)
    assert period == Period(1, Unit.HALF_DAY)
    assert (period.text("zh"), period.text("en")) == ("半日", "1 half day")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("08:30-12:00", (time(8, 30), time(12))),
        ("8:30 – 12:00", (time(8, 30), time(12))),
        ("14:00至17:30", (time(14), time(17, 30))),
        ("24:00-25:00", None),
        ("08:30", None),
        ("", None),
    ],
)
def test_spans(text: str, expected: tuple[time, time] | None) -> None:
    assert read_span(text) == expected


def test_hours_out_of_order() -> None:
    assert OFFICE.in_order
    assert not OfficeHours(OFFICE.afternoon, OFFICE.morning).in_order
    assert not OfficeHours((time(9), time(9)), OFFICE.afternoon).in_order


def test_steps_in_words() -> None:
    due = due_within(
        datetime(2024, 2, 8, 20, tzinfo=SHANGHAI), Period.parse("2个半日"), CALENDAR, office=OFFICE
    )
    assert [step_text(step, "zh") for step in due.steps] == [
        "起算时间 2024-02-08T20:00:00+08:00",
        "开始于办公时间之外，自 2024-02-09 上午起算",
        "2个半日的最后半日为 2024-02-09 下午",
        "放假和调休的依据：国务院办公厅 2024 年放假通知",
        "到期时间为 2024-02-09T17:30:00+08:00",
    ]
    assert due.at is not None
    assert due.at.date() == date(2024, 2, 9)
