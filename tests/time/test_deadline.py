"""Deadlines: the law's rules as properties, the steps, their texts, and every refusal."""

import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.time.calendar import SHANGHAI, Calendar, Holiday, Notice
from policy.time.deadline import (
    DeadlineError,
    Due,
    Kind,
    Part,
    Step,
    bounded,
    due_at,
    due_before,
    due_by_month_day,
    due_end_of,
    due_on,
    due_recurring,
    due_within,
    qualitative,
    step_text,
)
from policy.time.due import _STEP_ARGS, _STEP_TEXTS
from policy.time.period import Period, Unit
from policy.time.span import Span

CALENDAR = Calendar.published(through=2026)
START = datetime(2024, 9, 27, 9, 30, tzinfo=SHANGHAI)
ONE_DAY = timedelta(days=1)

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
starts = st.datetimes(datetime(2000, 1, 2), datetime(2035, 12, 31), timezones=zones)
periods = st.one_of(
    st.builds(Period, st.integers(1, 5000), st.just(Unit.HOUR)),
    st.builds(Period, st.integers(1, 50_000), st.just(Unit.MINUTE)),
    st.builds(Period, st.integers(1, 1000), st.just(Unit.DAY)),
    st.builds(Period, st.integers(1, 40), st.just(Unit.MONTH)),
    st.builds(Period, st.integers(1, 8), st.just(Unit.YEAR)),
    st.builds(Period, st.integers(1, 300), st.just(Unit.WORKING_DAY)),
)
day_periods = periods.filter(lambda period: period.unit not in (Unit.HOUR, Unit.MINUTE))
rolling_periods = day_periods.filter(lambda period: period.unit is not Unit.WORKING_DAY)


def moment(due: Due) -> datetime:
    assert due.at is not None
    return due.at


def last_day(due: Due) -> date:
    """The day whose 24:00 the due time is."""
    at = moment(due)
    assert (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)
    return at.date() - ONE_DAY


def start_day(start: datetime) -> date:
    return start.astimezone(SHANGHAI).date()


@given(starts, periods, st.booleans())
def test_never_early(start: datetime, period: Period, roll: bool) -> None:
    due = due_within(start, period, CALENDAR, roll=roll)
    shortest = {
        Unit.MINUTE: timedelta(minutes=1),
        Unit.HOUR: timedelta(hours=1),
        Unit.MONTH: timedelta(days=28),
        Unit.YEAR: timedelta(days=365),
    }
    assert moment(due) >= start + period.amount * shortest.get(period.unit, ONE_DAY)
    assert due.kind is Kind.NUMERIC


@given(starts, st.timedeltas(timedelta(0), timedelta(days=400)), periods, st.booleans())
def test_a_later_start_is_never_due_earlier(
    start: datetime, wait: timedelta, period: Period, roll: bool
) -> None:
    first = due_within(start, period, CALENDAR, roll=roll)
    second = due_within(start + wait, period, CALENDAR, roll=roll)
    assert moment(first) <= moment(second)


@given(starts, periods, st.integers(1, 30), st.booleans())
def test_a_longer_period_is_never_due_earlier(start: datetime, period: Period, more: int, roll: bool) -> None:
    longer = Period(period.amount + more, period.unit)
    first = due_within(start, period, CALENDAR, roll=roll)
    assert moment(first) <= moment(due_within(start, longer, CALENDAR, roll=roll))


@given(starts, zones, periods, st.sampled_from(["exact", "next_hour"]))
def test_the_zone_of_the_start_does_not_matter(
    start: datetime, zone: timezone, period: Period, hours: Any
) -> None:
    first = due_within(start, period, CALENDAR, hours=hours)
    second = due_within(start.astimezone(zone), period, CALENDAR, hours=hours)
    assert first == second
    assert first.steps == second.steps


@given(starts, rolling_periods)
def test_rolling_lands_on_the_first_working_day(start: datetime, period: Period) -> None:
    stays = last_day(due_within(start, period, CALENDAR, roll=False))
    moves = last_day(due_within(start, period, CALENDAR))
    assert CALENDAR.is_working_day(moves)
    while stays < moves:
        assert not CALENDAR.is_working_day(stays)
        stays += ONE_DAY
    assert stays == moves


@given(starts, st.integers(1, 3000))
def test_days_are_plain_days(start: datetime, amount: int) -> None:
    due = due_within(start, Period(amount, Unit.DAY), CALENDAR, roll=False)
    assert last_day(due) == start_day(start) + timedelta(days=amount)


@given(starts, st.integers(1, 400))
def test_months_end_on_the_corresponding_day(start: datetime, amount: int) -> None:
    day = start_day(start)
    last = last_day(due_within(start, Period(amount, Unit.MONTH), CALENDAR, roll=False))
    assert (last.year - day.year) * 12 + last.month - day.month == amount
    assert last.day == day.day or (last.day < day.day and (last + ONE_DAY).day == 1)


@given(starts, st.integers(1, 60))
def test_years_are_twelve_months(start: datetime, amount: int) -> None:
    years = due_within(start, Period(amount, Unit.YEAR), CALENDAR)
    assert years.at == due_within(start, Period(12 * amount, Unit.MONTH), CALENDAR).at


@given(starts, st.integers(1, 300))
def test_working_days_are_counted_after_the_starting_day(start: datetime, amount: int) -> None:
    due = due_within(start, Period(amount, Unit.WORKING_DAY), CALENDAR)
    last = last_day(due)
    assert CALENDAR.is_working_day(last)
    day, count = start_day(start), 0
    while day < last:
        day += ONE_DAY
        count += CALENDAR.is_working_day(day)
    assert count == amount


@given(starts, st.integers(1, 5000))
def test_hours_run_from_the_next_full_hour(start: datetime, amount: int) -> None:
    due = due_within(start, Period(amount, Unit.HOUR), CALENDAR, hours="next_hour")
    gap = moment(due) - start - timedelta(hours=amount)
    assert timedelta(0) < gap <= timedelta(hours=1)
    assert moment(due).minute == moment(due).second == moment(due).microsecond == 0


@given(starts, day_periods, st.booleans())
def test_provisional_exactly_when_an_unpublished_day_was_asked(
    start: datetime, period: Period, roll: bool
) -> None:
    due = due_within(start, period, CALENDAR, roll=roll)
    last = last_day(due)
    if period.unit is Unit.WORKING_DAY:
        asked = start_day(start) + ONE_DAY
    elif roll:
        asked = last_day(due_within(start, period, CALENDAR, roll=False))
    else:
        asked = last + ONE_DAY
    unpublished = False
    while asked <= last:
        unpublished |= not CALENDAR.is_published(asked)
        asked += ONE_DAY
    assert due.provisional is unpublished
    assert unpublished == any(step.code == "provisional" for step in due.steps)


def assert_steps_tell(due: Due) -> None:
    """The last step states the due time, and every step renders in both languages."""
    final = due.steps[-1]
    args = dict(final.args)
    if final.code == "ends":
        assert date.fromisoformat(str(args["day"])) == last_day(due)
    else:
        assert datetime.fromisoformat(str(args["at"])) == due.at
    for step in due.steps:
        assert step_text(step, "zh") != step_text(step, "en")


@given(starts, periods, st.booleans(), st.sampled_from(["exact", "next_hour"]))
def test_the_last_step_is_the_due_time(start: datetime, period: Period, roll: bool, hours: Any) -> None:
    assert_steps_tell(due_within(start, period, CALENDAR, roll=roll, hours=hours))


@given(starts, st.integers(1, 12), st.integers(1, 29), st.booleans())
def test_a_day_of_the_year_is_the_next_one(start: datetime, month: int, day: int, roll: bool) -> None:
    due = due_by_month_day(start, month, day, CALENDAR, roll=roll)
    assert_steps_tell(due)
    assert due.kind is Kind.FIXED
    nominal = last_day(due_by_month_day(start, month, day, CALENDAR))
    assert start_day(start) <= nominal < start_day(start) + timedelta(days=367)
    assert nominal.month == month
    assert nominal.day == day or (month, day, nominal.day) == (2, 29, 28)
    assert last_day(due) == (CALENDAR.next_working_day(nominal) if roll else nominal)


@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)), st.booleans())
def test_a_fixed_day(day: date, roll: bool) -> None:
    due = due_on(day, CALENDAR, roll=roll)
    assert_steps_tell(due)
    assert due.kind is Kind.FIXED
    assert last_day(due) == (CALENDAR.next_working_day(day) if roll else day)
    assert due.provisional == (roll and CALENDAR.missing_notice(day, last_day(due)) is not None)


@given(starts)
def test_a_moment_from_the_facts(start: datetime) -> None:
    due = due_at(start)
    assert_steps_tell(due)
    assert due.at == start
    assert moment(due).utcoffset() == timedelta(hours=8)
    assert (due.kind, due.provisional) == (Kind.FIXED, False)


def test_a_word_has_no_time() -> None:
    due = qualitative()
    assert (due.kind, due.at, due.provisional) == (Kind.QUALITATIVE, None, False)
    assert due.steps == (Step("qualitative"),)


def test_a_rest_day_of_a_year_without_notice_keeps_the_end_provisional() -> None:
    run = Holiday("元旦", date(2027, 12, 31), date(2028, 1, 2))
    calendar = CALENDAR.with_notice(Notice(2028, "2028", (run,)))
    due = due_on(date(2027, 12, 31), calendar, roll=True)
    assert calendar.is_published(last_day(due))
    assert due.provisional


@given(starts, rolling_periods)
def test_what_the_steps_say_of_the_last_day(start: datetime, period: Period) -> None:
    nominal = last_day(due_within(start, period, CALENDAR, roll=False))
    codes = {step.code for step in due_within(start, period, CALENDAR).steps}
    assert ("rolled" in codes) == (not CALENDAR.is_working_day(nominal))
    assert ("make_up_day" in codes) == (CALENDAR.is_working_day(nominal) and nominal.weekday() >= 5)


@pytest.mark.parametrize("day", [date(2025, 2, 8), date(2025, 1, 26)])
def test_a_make_up_saturday_and_sunday(day: date) -> None:
    assert "make_up_day" in {step.code for step in due_on(day, CALENDAR, roll=True).steps}


def texts(due: Due, lang: str) -> list[str]:
    return [step_text(step, lang) for step in due.steps]


def test_steps_of_a_month_that_rolls() -> None:
    due = due_within(datetime(2026, 8, 31, 1, 5, tzinfo=UTC), Period.parse("1个月"), CALENDAR)
    assert due.steps == (
        Step("start", (("at", "2026-08-31T09:05:00+08:00"),)),
        Step("starting_day_excluded"),
        Step("counted", (("period", "1 month"), ("day", "2026-09-30"))),
        Step("month_end"),
        Step("last_day_works"),
        Step("notice", (("notices", Span(date(2026, 9, 30), date(2026, 9, 30), CALENDAR)),)),
        Step("ends", (("day", "2026-09-30"),)),
    )


def test_texts_of_a_provisional_month() -> None:
    due = due_within(datetime(2026, 11, 30, 9, 0, tzinfo=SHANGHAI), Period.parse("1 month"), CALENDAR)
    moved = due_within(datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI), Period.parse("1 month"), CALENDAR)
    assert texts(due, "en") == [
        "the period starts at 2026-11-30T09:00:00+08:00",
        "the starting day is not counted",
        "a period of 1 month has 2026-12-30 as its last day",
        "the last day is a working day and does not move",
        "days of rest and of work by: the State Council's notice for 2026",
        "the holiday notice for 2027 is not known yet and may change the end of the year before "
        "(from 2026-12-30 on), so the result is provisional",
        "the period ends at 24:00 on 2026-12-30, Shanghai time",
    ]
    assert texts(moved, "zh") == [
        "起算时间 2026-12-01T09:00:00+08:00",
        "开始之日不计入期间",
        "1个月期间的最后一日为 2027-01-01",
        "最后一日逢休息日（2027-01-01 至 2027-01-03，共 3 天：元旦、周末），顺延至 2027-01-04",
        "放假和调休的依据：全国年节及纪念日放假办法（尚无放假通知）",
        "2027 年放假通知尚未收录，只按周末和法定节日推算（自 2027-01-01 起），结果为暂定",
        "期间于 2027-01-04 24:00（北京时间）届满",
    ]


def test_texts_of_hours_and_working_days() -> None:
    exact = due_within(START, Period.parse("24 hours"), CALENDAR)
    assert texts(exact, "en")[1:] == [
        "hours run on from that very moment",
        "a period of 24 hours ends at 2024-09-28T09:30:00+08:00",
    ]
    full = due_within(START, Period.parse("24 hours"), CALENDAR, hours="next_hour")
    assert texts(full, "zh")[1:] == [
        "开始之时不计入期间，自 2024-09-27T10:00:00+08:00 起算",
        "24小时于 2024-09-28T10:00:00+08:00 届满",
    ]
    working = due_within(START, Period.parse("10 working days"), CALENDAR)
    assert texts(working, "zh")[2:5] == [
        "自次日起逐个计算工作日，10个工作日的最后一日为 2024-10-16",
        "不计休息日 9 天：2024-09-28（周末）、2024-10-01 至 2024-10-07（国庆节）、2024-10-13（周末）；"
        "计入调休上班的周末 2 天：2024-09-29、2024-10-12",
        "放假和调休的依据：国务院办公厅 2024 年放假通知",
    ]
    make_up = due_within(START, Period.parse("2 days"), CALENDAR)
    assert texts(make_up, "en")[3] == "the last day is a weekend day made a working day and does not move"


_ENGLISH = {"period": "3 months", "unit": "half-year", "half": "afternoon", "open": "leaves later days open"}
_CHINESE = {"period": "3个月", "unit": "半年度", "half": "下午", "open": "尚未定下其后各日"}
_CODES = {"unit": "half_year", "open": "part"}


def test_every_step_has_texts_that_use_its_values() -> None:
    assert _STEP_ARGS.keys() == _STEP_TEXTS.keys()
    for code, names in _STEP_ARGS.items():
        values = {name: _ENGLISH.get(name, f"<{name}>") for name in names} | (
            {name: code for name, code in _CODES.items() if name in names}
        )
        shown = {name: _CHINESE.get(name, f"<{name}>") for name in names}
        chinese = step_text(Step(code, tuple(values.items())), "zh")
        english = step_text(Step(code, tuple(values.items())), "en")
        assert all(value in chinese for value in shown.values()), code
        assert all(_ENGLISH.get(name, f"<{name}>") in english for name in names), code


@pytest.mark.parametrize(("code", "lang"), [("start", "fr"), ("unheard_of", "en")])
def test_no_text_for_what_does_not_exist(code: str, lang: str) -> None:
    with pytest.raises(KeyError):
        step_text(Step(code, (("at", "x"),)), lang)


ONE_MONTH = Period(1, Unit.MONTH)


def refused(reason: str, function: Any, *args: Any, **options: Any) -> None:
    with pytest.raises(DeadlineError) as caught:
        function(*args, **options)
    assert caught.value.reason == reason
    assert isinstance(caught.value, ValueError)
    assert caught.value.text("zh") != caught.value.text("en")


def test_naive_times_are_refused() -> None:
    naive = datetime(2024, 3, 1, 9, 0)
    refused("naive", due_within, naive, ONE_MONTH, CALENDAR)
    refused("naive", due_at, naive)
    refused("naive", due_by_month_day, naive, 12, 31, CALENDAR)
    refused("naive", due_recurring, "FREQ=YEARLY", naive, CALENDAR)


@pytest.mark.parametrize(
    "start",
    [
        datetime(1999, 12, 31, 15, 59, 59, tzinfo=UTC),
        datetime(2099, 12, 31, 16, 0, tzinfo=UTC),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime.max.replace(tzinfo=UTC),
    ],
)
def test_starts_out_of_range(start: datetime) -> None:
    refused("out_of_range", due_within, start, ONE_MONTH, CALENDAR)
    refused("out_of_range", due_at, start)


@pytest.mark.parametrize(
    "text", ["1 hour", "1 day", "1 month", "1 year", "1 working day", "100 years", "100000 hours"]
)
def test_ends_out_of_range(text: str) -> None:
    start = datetime(2099, 12, 31, 23, 30, tzinfo=SHANGHAI)
    refused("out_of_range", due_within, start, Period.parse(text), CALENDAR)


def test_the_last_day_of_the_range() -> None:
    start = datetime(2099, 12, 30, 10, 0, tzinfo=SHANGHAI)
    assert (
        moment(due_within(start, Period.parse("1 day"), CALENDAR)).isoformat() == "2100-01-01T00:00:00+08:00"
    )
    assert (
        moment(due_within(start, Period.parse("38 hours"), CALENDAR)).isoformat()
        == "2100-01-01T00:00:00+08:00"
    )
    refused("out_of_range", due_on, date(2100, 1, 1), CALENDAR)
    refused("out_of_range", due_on, date(1999, 12, 31), CALENDAR)
    refused("out_of_range", due_by_month_day, start, 12, 1, CALENDAR)
    refused("out_of_range", due_recurring, "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", start, CALENDAR)
    refused("out_of_range", due_recurring, "FREQ=WEEKLY", start, CALENDAR)
    # With a local holiday on the very last day there is no working day left to move to.
    refused("out_of_range", due_on, date(2099, 12, 31), _resting_at_the_end(), roll=True)


def _resting_at_the_end() -> Calendar:
    last = date(2099, 12, 31)
    return CALENDAR.with_notice(Notice(2099, "local", (Holiday("holiday", last, last),), local=True))


@pytest.mark.parametrize(("month", "day"), [(0, 1), (13, 1), (1, 0), (2, 30), (4, 31)])
def test_days_that_no_year_has(month: int, day: int) -> None:
    refused("no_such_day", due_by_month_day, START, month, day, CALENDAR)


def test_unknown_way_to_run_hours() -> None:
    refused("hours_mode", due_within, START, Period.parse("1 hour"), CALENDAR, hours="soon")


def test_errors_and_answers_survive_pickling() -> None:
    due = due_within(START, ONE_MONTH, CALENDAR)
    assert pickle.loads(pickle.dumps(due)) == due  # noqa: S301 our own bytes
    fault = pickle.loads(pickle.dumps(DeadlineError("naive")))  # noqa: S301 our own bytes
    assert str(fault) == "the time has no time zone"


# ---- before a moment, ends of the calendar's parts, bounds

later_starts = st.datetimes(datetime(2004, 1, 2), datetime(2035, 12, 31), timezones=zones)
rolls = st.sampled_from([True, False, "back"])
back_periods = st.one_of(
    st.builds(Period, st.integers(1, 400), st.sampled_from([Unit.DAY, Unit.WORKING_DAY])),
    st.builds(Period, st.integers(1, 24), st.just(Unit.MONTH)),
)


def naively_before(day: date, period: Period) -> date:
    """One day at a time."""
    left = period.amount
    while left:
        day -= ONE_DAY
        left -= period.unit is Unit.DAY or CALENDAR.is_working_day(day)
    return day


@given(later_starts, st.integers(1, 60), st.sampled_from([Unit.DAY, Unit.WORKING_DAY]))
def test_before_is_counted_back_day_by_day(moment_: datetime, amount: int, unit: Unit) -> None:
    period = Period(amount, unit)
    assert last_day(due_before(moment_, period, CALENDAR)) == naively_before(start_day(moment_), period)


@given(later_starts, st.timedeltas(timedelta(0), timedelta(days=400)), back_periods, rolls)
def test_before_a_later_moment_is_never_earlier(
    moment_: datetime, wait: timedelta, period: Period, roll: Any
) -> None:
    first = due_before(moment_, period, CALENDAR, roll=roll)
    second = due_before(moment_ + wait, period, CALENDAR, roll=roll)
    assert moment(first) <= moment(second)


@given(later_starts, st.integers(1, 300))
def test_counting_on_undoes_counting_back(moment_: datetime, amount: int) -> None:
    period = Period(amount, Unit.DAY)
    back = moment(due_before(moment_, period, CALENDAR)) - timedelta(hours=1)  # within that day
    assert last_day(due_within(back, period, CALENDAR, roll=False)) == start_day(moment_)


@given(later_starts, st.sampled_from([Unit.MINUTE, Unit.HOUR]), st.integers(1, 5000))
def test_minutes_and_hours_before_are_exact(moment_: datetime, unit: Unit, amount: int) -> None:
    length = timedelta(minutes=amount * (60 if unit is Unit.HOUR else 1))
    assert due_before(moment_, Period(amount, unit), CALENDAR).at == moment_ - length


@given(starts, rolling_periods)
def test_moving_back_lands_on_the_last_working_day_or_the_start(start: datetime, period: Period) -> None:
    plain = last_day(due_within(start, period, CALENDAR, roll=False))
    back = last_day(due_within(start, period, CALENDAR, roll="back"))
    day = plain
    while not CALENDAR.is_working_day(day) and day > start_day(start):
        day -= ONE_DAY
    assert back == day


@given(starts, st.sampled_from([part for part in Part if part not in (Part.MORNING, Part.OFFICE_HOURS)]))
def test_the_end_of_a_part_is_its_last_day(start: datetime, part: Part) -> None:
    last = last_day(due_end_of(start, part, CALENDAR))
    assert last >= start_day(start)
    following = last + ONE_DAY
    months = {Part.MONTH: 1, Part.QUARTER: 3, Part.HALF_YEAR: 6, Part.YEAR: 12}
    if part is Part.DAY:
        assert last == start_day(start)
    else:
        assert following.day == 1
        assert (following.month - 1) % months[part] == 0
        assert (following.year - last.year) * 12 + following.month - start_day(start).month <= 12


@given(starts, periods, periods, periods)
def test_bounds_are_the_earlier_and_the_later(
    start: datetime, own: Period, latest: Period, earliest: Period
) -> None:
    dues = [due_within(start, period, CALENDAR) for period in (own, latest, earliest)]
    first, second, third = (moment(due) for due in dues)
    capped = bounded(dues[0], latest=dues[1])
    assert capped.at == min(first, second)
    assert capped.provisional == (dues[0].provisional or dues[1].provisional)
    assert bounded(dues[0], earliest=dues[2]).at == max(first, third)
    assert bounded(dues[0], latest=dues[1], earliest=dues[2]).at == max(min(first, second), third)
    assert bounded(qualitative(), latest=dues[1]).at == second
    assert bounded(dues[0], latest=qualitative()).at == first


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_steps_of_a_bound_say_which_counts(lang: str) -> None:
    own, cap = (due_within(START, Period.parse(text), CALENDAR) for text in ("15 days", "3 days"))
    told = texts(bounded(own, latest=cap), lang)
    assert (
        told[-2:]
        == {
            "zh": ["以较早者为准", "期间于 2024-09-30 24:00（北京时间）届满"],
            "en": ["the earlier of the two counts", "the period ends at 24:00 on 2024-09-30, Shanghai time"],
        }[lang]
    )


def test_beyond_the_days_there_are() -> None:
    first, last = (datetime(*day, 12, tzinfo=SHANGHAI) for day in ((2000, 1, 3), (2099, 12, 30)))
    with pytest.raises(DeadlineError, match="2000-01-01"):
        due_before(first, Period.parse("10 days"), CALENDAR)
    with pytest.raises(DeadlineError, match="2000-01-01"):
        due_before(first, Period.parse("1 working day"), CALENDAR)
    with pytest.raises(DeadlineError, match="2099-12-31"):
        due_end_of(last, Part.DAY, CALENDAR, after=Period.parse("1 month"))
