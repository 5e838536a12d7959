"""The pictures of counting: every day or hour is there, what rests is marked, the end is the law's."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.review.book.counting import cells_of
from policy.review.book.model import Cell, Fill
from policy.time.calendar import SHANGHAI, Calendar
from policy.time.deadline import bounded, due_before, due_on, due_within, qualitative
from policy.time.period import Period

CALENDAR = Calendar.published(through=2026)
START = datetime(2024, 4, 28, 9, 30, tzinfo=SHANGHAI)


def drawn(cells: tuple[Cell, ...]) -> str:
    return " ".join(
        f"{cell.above}{'|' if cell.above else ''}{cell.fill[0]}{cell.text}:{cell.below}" for cell in cells
    )


def test_working_days_leave_out_days_of_rest_and_count_weekends_that_are_worked() -> None:
    # 2024-04-28 and 05-11 are Sundays and Saturdays that are worked, 1 to 5 May rest.
    cells = cells_of(due_within(START, Period.parse("5 working days"), CALENDAR), "zh")
    assert drawn(cells) == (
        "2024-04|s起:28 c1:29 c2:30 2024-05|r休:1 r休:2 r休:3 r休:4 r休:5 c3:6 c4:7 l止:8"
    )


def test_a_last_day_on_a_holiday_moves_over_the_days_of_rest() -> None:
    cells = cells_of(due_within(START, Period.parse("3 days"), CALENDAR), "en")
    assert drawn(cells) == (
        "2024-04|sstart:28 c1:29 c2:30 2024-05|rrest:1 rrest:2 rrest:3 rrest:4 rrest:5 ldue:6"
    )


def test_hours_are_told_day_by_day() -> None:
    cells = cells_of(due_within(START, Period.parse("24 hours"), CALENDAR), "zh")
    assert (
        drawn(cells) == "2024-04-28|s起 09:30: c14 小时 30 分:04-28 c9 小时 30 分:04-29 2024-04-29|l止 09:30:"
    )


def test_what_is_counted_back_ends_before_it_starts() -> None:
    cells = cells_of(due_before(START, Period.parse("3 days"), CALENDAR), "zh")
    assert drawn(cells) == "2024-04|l止:25 c:26 c:27 s起:28"


def test_months_are_drawn_at_both_ends() -> None:
    cells = cells_of(due_within(START, Period.parse("3 months"), CALENDAR), "zh")
    assert [cell.fill for cell in cells].count(Fill.GAP) == 1
    assert (cells[0].fill, cells[-1].fill) == (Fill.START, Fill.LAST)
    assert len(cells) < 20


def test_what_is_no_row_is_not_drawn() -> None:
    either = bounded(
        due_within(START, Period.parse("3 days"), CALENDAR), latest=due_on(date(2024, 5, 6), CALENDAR)
    )
    assert cells_of(either, "zh") == ()
    assert cells_of(qualitative(), "zh") == ()


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2026, 6, 1)),
    st.integers(1, 30),
    st.sampled_from(["days", "working days"]),
)
def test_every_day_is_drawn_once_and_the_last_is_the_one_that_is_due(
    start: datetime, count: int, unit: str
) -> None:
    due = due_within(start.replace(tzinfo=SHANGHAI), Period.parse(f"{count} {unit}"), CALENDAR)
    cells = cells_of(due, "zh")
    assert due.at is not None
    days = (due.at.date() - start.date()).days
    if all(cell.fill is not Fill.GAP for cell in cells):
        assert len(cells) == days
        last = due.at.date() - timedelta(days=1)
        assert [cell.below for cell in cells[-1:]] == [str(last.day)]
    counted = [cell for cell in cells if cell.fill is Fill.COUNTED]
    if unit == "working days" and all(cell.fill is not Fill.GAP for cell in cells):
        assert len(counted) == count - 1
    assert [cell.fill for cell in cells].count(Fill.LAST) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hours_of_many_days_are_one_cell(lang: str) -> None:
    cells = cells_of(due_within(START, Period.parse("720 hours"), CALENDAR), lang)
    assert [cell.fill for cell in cells] == [Fill.START, Fill.GAP, Fill.LAST]
