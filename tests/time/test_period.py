"""Periods: what is read, what is refused and why, and that text and period say the same."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.time.period import Period, PeriodError, Unit

LIMITS = {
    Unit.MINUTE: 1_000_000,
    Unit.HOUR: 100_000,
    Unit.DAY: 36_500,
    Unit.MONTH: 1_200,
    Unit.YEAR: 100,
    Unit.WORKING_DAY: 36_500,
    Unit.HALF_DAY: 73_000,
}
periods = st.sampled_from(list(Unit)).flatmap(
    lambda unit: st.builds(Period, st.integers(1, LIMITS[unit]), st.just(unit))
)


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("30 minutes", 30, Unit.MINUTE),
        ("三十分钟", 30, Unit.MINUTE),
        ("24 hours", 24, Unit.HOUR),
        ("1 hour", 1, Unit.HOUR),
        ("24小时", 24, Unit.HOUR),
        ("二十四小时", 24, Unit.HOUR),
        ("24个小时", 24, Unit.HOUR),
        ("2４ 小时", 24, Unit.HOUR),
        ("15 days", 15, Unit.DAY),
        ("15日", 15, Unit.DAY),
        ("15天", 15, Unit.DAY),
        ("十日", 10, Unit.DAY),
        ("十五日", 15, Unit.DAY),
        ("二十日", 20, Unit.DAY),
        ("九十九日", 99, Unit.DAY),
        ("3 months", 3, Unit.MONTH),
        ("3个月", 3, Unit.MONTH),
        ("三个月", 3, Unit.MONTH),
        ("两个月", 2, Unit.MONTH),
        ("1年", 1, Unit.YEAR),
        ("2 Years", 2, Unit.YEAR),
        ("10 working days", 10, Unit.WORKING_DAY),
        ("10 working_days", 10, Unit.WORKING_DAY),
        ("1 working day", 1, Unit.WORKING_DAY),
        ("10个工作日", 10, Unit.WORKING_DAY),
        ("10工作日", 10, Unit.WORKING_DAY),
        ("１０个工作日", 10, Unit.WORKING_DAY),
        ("  3   months ", 3, Unit.MONTH),
        ("007 days", 7, Unit.DAY),
    ],
)
def test_parse(text: str, amount: int, unit: Unit) -> None:
    assert Period.parse(text) == Period(amount, unit)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "syntax"),
        ("24", "syntax"),
        ("hours", "syntax"),
        ("promptly", "syntax"),
        ("-3 months", "syntax"),
        ("1.5 days", "syntax"),
        ("3 months 2 days", "syntax"),
        ("十十日", "syntax"),
        ("三四日", "syntax"),
        ("一百日", "syntax"),
        ("1" * 5000 + " days", "syntax"),
        ("30 seconds", "unit"),
        ("3 monthss", "unit"),
        ("2 weeks", "week"),
        ("1 week", "week"),
        ("两周", "week"),
        ("2个星期", "week"),
        ("3月", "month_name"),
        ("十二月", "month_name"),
        ("0 days", "zero"),
        ("100001 hours", "too_long"),
        ("36501 days", "too_long"),
        ("1201 months", "too_long"),
        ("101 years", "too_long"),
        ("36501 working days", "too_long"),
    ],
)
def test_parse_refuses(text: str, reason: str) -> None:
    with pytest.raises(PeriodError) as caught:
        Period.parse(text)
    assert caught.value.reason == reason


def test_error_texts() -> None:
    with pytest.raises(PeriodError) as caught:
        Period.parse("2 weeks")
    assert str(caught.value) == (
        '"2 weeks" counts weeks; art. 85 of the Civil Procedure Law counts hours, days, months and years: '
        "write days (such as 7 days)"
    )
    assert caught.value.text("zh") == (
        "“2 weeks”以周计算：民事诉讼法第八十五条只以时、日、月、年计算期间，请改用日（如 7日）"
    )
    with pytest.raises(PeriodError) as caught:
        Period(101, Unit.YEAR)
    assert str(caught.value) == "the period is too long: 101 is over the limit of 100 years"


def test_every_reason_renders_in_both_languages() -> None:
    values = {"text": "T", "unit": "U", "amount": "1", "limit": "2"}
    for reason in PeriodError.texts:
        fault = PeriodError(reason, values)
        assert fault.text("zh") != fault.text("en") == str(fault)


def test_error_survives_pickling() -> None:
    fault = pickle.loads(pickle.dumps(PeriodError("zero", {"amount": "0"})))  # noqa: S301 our own bytes
    assert (fault.reason, str(fault)) == ("zero", "a period is at least 1, and this is 0")


@given(periods)
def test_texts_read_back(period: Period) -> None:
    assert Period.parse(str(period)) == period
    assert Period.parse(period.text("en")) == period
    assert Period.parse(period.text("zh")) == period


@given(st.integers(1, 99))
def test_chinese_numerals(number: int) -> None:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    numeral = ("" if tens < 2 else digits[tens]) + ("十" if tens else "") + (digits[ones] if ones else "")
    assert Period.parse(f"{numeral}日") == Period(number, Unit.DAY)


@given(st.text(max_size=60))
def test_any_text_is_a_period_or_a_coded_fault(text: str) -> None:
    result = parsed(text)
    if isinstance(result, PeriodError):
        assert result.text("zh") != result.text("en")
    else:
        assert Period.parse(str(result)) == result


def parsed(text: str) -> Period | PeriodError:
    try:
        return Period.parse(text)
    except PeriodError as fault:
        return fault
