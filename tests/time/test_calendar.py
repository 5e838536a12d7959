"""The calendar: against the library it comes from, against plain day loops, and with added notices."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.time.calendar import (
    FIRST_DAY,
    LAST_DAY,
    SHANGHAI,
    Calendar,
    CalendarError,
    Holiday,
    Notice,
    NoticeError,
    days_in,
)
from policy.time.festivals import festivals

ONE_DAY = timedelta(days=1)
CALENDAR = Calendar.published(through=2026)

days = st.dates(FIRST_DAY, LAST_DAY)
days_with_room = st.dates(FIRST_DAY, date(2098, 12, 31))


def notice(
    year: int, *holidays: tuple[date, date], works: tuple[date, ...] = (), local: bool = False
) -> Notice:
    runs = tuple(Holiday("holiday", first, last) for first, last in holidays)
    return Notice(year, f"notice {year} {holidays} {works}", runs, works, local)


FOR_2027 = notice(2027, (date(2026, 12, 31), date(2027, 1, 3)), works=(date(2026, 12, 27),))


def test_agrees_with_the_library_on_every_day() -> None:
    day = date(2004, 1, 1)
    differences = []
    while day <= date(2026, 12, 31):
        if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day):
            differences.append(day)
        day += ONE_DAY
    # The notice for 2006 made this Saturday a working day, which the library does not know.
    assert differences == [date(2005, 12, 31)]


def test_years_and_published_days() -> None:
    assert CALENDAR.years == tuple(range(2004, 2027))
    assert not CALENDAR.is_published(date(2003, 12, 31))
    assert CALENDAR.is_published(date(2004, 1, 1))
    assert CALENDAR.is_published(date(2025, 12, 31))
    assert CALENDAR.is_published(date(2026, 12, 24))
    assert not CALENDAR.is_published(date(2026, 12, 25))
    assert not CALENDAR.is_published(date(2027, 1, 1))


def test_through_leaves_later_notices_out() -> None:
    # The notice for 2019 made Saturday 29 December 2018 work and the two days after it rest.
    until_2018 = Calendar.published(through=2018)
    assert until_2018.years[-1] == 2018
    assert not until_2018.is_working_day(date(2018, 12, 29))
    assert until_2018.is_working_day(date(2018, 12, 31))
    assert CALENDAR.is_working_day(date(2018, 12, 29))
    assert not CALENDAR.is_working_day(date(2018, 12, 31))


@pytest.mark.parametrize("year", [2003, 2098])
def test_through_needs_a_notice(year: int) -> None:
    with pytest.raises(CalendarError) as caught:
        Calendar.published(through=year)
    assert str(caught.value) == f"no holiday notice is known for {year}"


@pytest.mark.parametrize("year", range(2004, 2026))
def test_no_notice_changed_a_published_day(year: int) -> None:
    """The reason for 25 December: with each notice that came, every day published before stayed as it was."""
    before, after = Calendar.published(through=year), Calendar.published(through=year + 1)
    day = date(year, 1, 1)
    while before.is_published(day):
        assert before.is_working_day(day) == after.is_working_day(day), day
        day += ONE_DAY
    assert day == date(year, 12, 25)


def test_days_of_fixed_date_rest_before_their_notice() -> None:
    resting = [date(2027, 1, 1), date(2028, 5, 1), date(2028, 5, 2), date(2027, 10, 1), date(2030, 10, 3)]
    assert not any(CALENDAR.is_working_day(day) for day in resting)
    # A notice has the last word: it may make such a day's weekend work, and then nothing is assumed.
    assert CALENDAR.is_working_day(date(2027, 10, 4))
    # Before 2025 the regulation was another, and no day is assumed.
    assert CALENDAR.is_working_day(date(2003, 5, 1))


def test_a_notice_publishes_its_year() -> None:
    calendar = CALENDAR.with_notice(FOR_2027)
    assert calendar.years[-1] == 2027
    assert calendar.is_published(date(2026, 12, 25))
    assert calendar.is_published(date(2027, 12, 24))
    assert not calendar.is_published(date(2027, 12, 25))
    assert calendar.is_working_day(date(2026, 12, 27))
    assert not calendar.is_working_day(date(2026, 12, 31))
    # No notice takes away what rests in every year, even if it was left out; it is told that it lacks it.
    assert not calendar.is_working_day(date(2027, 10, 1))
    assert calendar.is_working_day(date(2027, 10, 4))
    assert calendar.lacking(2027) == (date(2027, 2, 5), "除夕")
    assert calendar.lacking(2026) is None
    assert CALENDAR.years[-1] == 2026


def test_a_gap_between_notices_stays_unpublished() -> None:
    calendar = CALENDAR.with_notice(notice(2028, (date(2028, 1, 1), date(2028, 1, 3))))
    assert calendar.missing_notice(date(2026, 12, 1), date(2028, 6, 1)) == 2027
    assert calendar.missing_notice(date(2027, 6, 1), date(2028, 6, 1)) == 2027
    assert calendar.missing_notice(date(2027, 12, 31), date(2028, 6, 1)) == 2027
    assert calendar.missing_notice(date(2028, 1, 1), date(2028, 6, 1)) is None
    assert calendar.missing_notice(date(2028, 1, 1), date(2028, 12, 31)) == 2029


def test_a_local_notice_adds_days_and_publishes_nothing() -> None:
    calendar = CALENDAR.with_notice(notice(2027, (date(2027, 4, 8), date(2027, 4, 9)), local=True))
    assert not calendar.is_working_day(date(2027, 4, 8))
    assert not calendar.is_published(date(2027, 4, 8))
    assert calendar.years == CALENDAR.years


def test_a_local_notice_wins_over_a_published_day() -> None:
    day = date(2024, 4, 11)
    calendar = CALENDAR.with_notice(notice(2024, (day, day), local=True))
    assert CALENDAR.is_working_day(day)
    assert not calendar.is_working_day(day)
    assert calendar.digest != CALENDAR.digest


def test_contradicting_notices_are_refused() -> None:
    saturday = date(2027, 2, 6)
    working = notice(2027, works=(saturday,))
    resting = notice(2027, (saturday, saturday))
    with pytest.raises(NoticeError) as caught:
        CALENDAR.with_notice(working).with_notice(resting)
    (fault,) = caught.value.faults
    assert (fault.reason, dict(fault.values)["day"]) == ("contradiction", "2027-02-06")
    local = notice(2027, (saturday, saturday), local=True)
    assert not CALENDAR.with_notice(local).with_notice(working).is_working_day(saturday)


def test_the_order_of_notices_does_not_matter() -> None:
    others = [
        notice(2028, (date(2028, 1, 1), date(2028, 1, 3))),
        notice(2027, (date(2027, 4, 8), date(2027, 4, 8))),
    ]
    forward = CALENDAR.with_notice(FOR_2027).with_notice(others[0]).with_notice(others[1])
    backward = CALENDAR.with_notice(others[1]).with_notice(others[0]).with_notice(FOR_2027)
    assert forward == backward
    assert forward.notices == backward.notices
    assert forward.with_notice(FOR_2027) is forward


def test_digest_covers_what_the_calendar_says() -> None:
    # A change here changes every receipt: it must come from the data, never from the library's version.
    assert CALENDAR.digest == "0ea87c21c036b66dca1f3ed37daa84bce1a4fc6ea4e22857edabf20827de8f90"
    assert hash(CALENDAR) == hash(Calendar.published(through=2026))
    assert Calendar.published(through=2025) != CALENDAR
    assert CALENDAR.digest != CALENDAR
    assert repr(CALENDAR) == f"Calendar(2004..2026, digest={CALENDAR.digest[:12]})"


@pytest.mark.parametrize("year", range(2025, 2100))
def test_the_festivals_of_a_year_without_notice_rest(year: int) -> None:
    days = festivals(year)
    assert list(days) == sorted(days)
    assert len(days) == (12 if any("、" in name for name in days.values()) else 13)
    for day, name in days.items():
        assert not CALENDAR.is_working_day(day)
        assert CALENDAR.festival(day) == name
    assert CALENDAR.festival(date(year, 7, 1)) == ""


@pytest.mark.parametrize("year", [year for year in CALENDAR.years if year >= 2025])
def test_the_notices_have_rest_what_the_regulation_has_rest(year: int) -> None:
    """Dates of the lunar calendar against what the State Council published."""
    assert all(chinese_calendar.is_holiday(day) for day in festivals(year))


def test_spring_festival_2027_rests_before_its_notice_is_known() -> None:
    # Friday 5 February is the eve, Monday 8 February the third day.
    assert CALENDAR.next_working_day(date(2027, 2, 5)) == date(2027, 2, 9)
    assert CALENDAR.missing_notice(date(2027, 2, 5), date(2027, 2, 9)) == 2027


def test_a_notice_that_settles_a_part_of_its_year() -> None:
    part = CALENDAR.with_notice(
        replace(notice(2027, (date(2027, 1, 1), date(2027, 1, 3))), through=date(2027, 6, 30))
    )
    assert part.is_published(date(2027, 6, 30))
    assert not part.is_published(date(2027, 7, 1))
    assert part.is_published(date(2026, 12, 31))
    assert part.missing_notice(date(2027, 6, 1), date(2027, 6, 30)) is None
    assert part.missing_notice(date(2027, 6, 1), date(2027, 7, 1)) == 2027
    assert not part.is_working_day(date(2027, 10, 1))  # a festival of the part that is not settled
    assert part.is_working_day(date(2027, 2, 9))  # the notice that settles it has it worked
    assert not part.is_working_day(date(2027, 2, 8))  # but not the fourth day of Spring Festival
    whole = part.with_notice(notice(2027, (date(2027, 10, 1), date(2027, 10, 7))))
    assert whole.is_published(date(2027, 12, 24))
    assert part.digest != CALENDAR.with_notice(notice(2027, (date(2027, 1, 1), date(2027, 1, 3)))).digest


def test_a_correction_of_a_year_that_is_built_in_counts() -> None:
    extended = CALENDAR.with_notice(notice(2024, (date(2024, 2, 18), date(2024, 2, 19))))
    assert CALENDAR.is_working_day(date(2024, 2, 18))
    assert extended.next_working_day(date(2024, 2, 18)) == date(2024, 2, 20)
    assert extended.is_published(date(2024, 2, 19))


@pytest.mark.parametrize("count", [1, 3, 40])
def test_working_days_back_and_on(count: int) -> None:
    for day in (date(2024, 2, 19), date(2024, 5, 1), date(2025, 10, 9)):
        back = CALENDAR.working_days_before(day, count)
        assert CALENDAR.is_working_day(back)
        assert CALENDAR.working_days_between(back, day) == count - 1 + CALENDAR.is_working_day(day)
        assert CALENDAR.previous_working_day(day) >= back
    with pytest.raises(CalendarError):
        CALENDAR.working_days_before(day, 0)


def test_digest_ignores_how_a_holiday_is_listed() -> None:
    # Saturday 2 and Sunday 3 October 2027 rest anyway: to name them says nothing new.
    short = CALENDAR.with_notice(notice(2027, (date(2027, 10, 1), date(2027, 10, 1))))
    full = CALENDAR.with_notice(notice(2027, (date(2027, 10, 1), date(2027, 10, 3))))
    assert short == full


def test_digest_ignores_a_notice_that_says_nothing_new() -> None:
    day = date(2027, 10, 1)
    assert CALENDAR.with_notice(notice(2027, (day, day), local=True)) == CALENDAR


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2100, 1, 1), date.min, date.max])
def test_days_out_of_range(day: date) -> None:
    for ask in (CALENDAR.is_working_day, CALENDAR.is_published, CALENDAR.next_working_day):
        with pytest.raises(CalendarError) as caught:
            ask(day)
        assert caught.value.reason == "out_of_range"
    with pytest.raises(CalendarError):
        CALENDAR.add_working_days(day, 1)
    with pytest.raises(CalendarError):
        CALENDAR.missing_notice(day, LAST_DAY)


def test_working_days_past_the_range() -> None:
    assert CALENDAR.add_working_days(date(2099, 12, 30), 1) == LAST_DAY
    with pytest.raises(CalendarError) as caught:
        CALENDAR.add_working_days(LAST_DAY, 1)
    assert caught.value.text("zh") == "日期超出 2000-01-01 至 2099-12-31"
    with pytest.raises(CalendarError) as caught:
        CALENDAR.add_working_days(FIRST_DAY, 0)
    assert caught.value.reason == "not_positive"


@given(days_with_room)
def test_next_working_day_is_the_first(day: date) -> None:
    found = day
    while not CALENDAR.is_working_day(found):
        found += ONE_DAY
    assert CALENDAR.next_working_day(day) == found


@given(days_with_room, st.integers(1, 120))
def test_add_working_days_against_a_day_loop(day: date, count: int) -> None:
    found, left = day, count
    while left:
        found += ONE_DAY
        left -= CALENDAR.is_working_day(found)
    assert CALENDAR.add_working_days(day, count) == found
    assert CALENDAR.working_days_between(day, found) == count
    assert CALENDAR.working_days_between(found, day) == -count


@given(days, st.integers(0, 900))
def test_missing_notice_against_a_day_loop(first: date, length: int) -> None:
    last = min(first + timedelta(days=length), LAST_DAY)
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    unpublished = next((day for day in span if not CALENDAR.is_published(day)), None)
    missing = CALENDAR.missing_notice(first, last)
    assert (missing is None) == (unpublished is None)
    if unpublished is not None:
        assert missing == (2027 if unpublished.year == 2026 else unpublished.year)


@given(days_with_room.filter(CALENDAR.is_published), days_with_room, st.booleans())
def test_a_published_day_stays_with_the_next_national_notice(day: date, other: date, worked: bool) -> None:
    """Whatever the notice for 2027 says, no day changes that was published without it."""
    other = date(2026, 12, 25) + timedelta(days=other.toordinal() % 372)
    if worked:
        other += timedelta(days=(5 - other.weekday()) % 7)
        other -= timedelta(days=7 if other.year > 2027 else 0)
    added = notice(2027, works=(other,)) if worked else notice(2027, (other, other))
    assert CALENDAR.with_notice(added).is_working_day(day) == CALENDAR.is_working_day(day)


def test_shanghai_is_eight_hours_ahead() -> None:
    assert datetime(2024, 7, 1, tzinfo=SHANGHAI).isoformat() == "2024-07-01T00:00:00+08:00"
    assert SHANGHAI.tzname(None) == "Asia/Shanghai"


@given(st.dates(FIRST_DAY, date(2099, 11, 30)))
def test_days_in_a_month(day: date) -> None:
    last = day.replace(day=days_in(day.year, day.month))
    assert (last + ONE_DAY).day == 1
