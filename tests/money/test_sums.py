"""Sums and shares as people write them: read exactly, written back, and refused with a reason."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.money import MAX_FEN, MoneyError, Share, fen_of, money_text

fens = st.integers(0, MAX_FEN)


@given(fens)
def test_a_sum_is_read_as_it_is_written(fen: int) -> None:
    assert fen_of(money_text(fen, "zh")) == fen
    assert fen_of(money_text(fen, "en")) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("5000元", 500_000),
        ("5,000.50 yuan", 500_050),
        ("0.1元", 10),
        ("3万元", 3_000_000),
        ("1.23456789亿元", 12_345_678_900),
        ("5角", 50),
        ("80 fen", 80),
        ("１００元", 10_000),
        ("0元", 0),
    ],
)
def test_sums(text: str, fen: int) -> None:
    assert fen_of(text) == fen


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("五千元", "syntax"),
        ("5000", "syntax"),
        ("5000美元", "syntax"),
        ("-1元", "syntax"),
        ("1,00元", "syntax"),
        ("1e3元", "syntax"),
        ("", "syntax"),
        ("0.001元", "fraction"),
        ("0.5分", "fraction"),
        ("99999999亿元", "too_much"),
    ],
)
def test_what_is_no_sum(text: str, reason: str) -> None:
    with pytest.raises(MoneyError) as refused:
        fen_of(text)
    assert refused.value.reason == reason
    assert text in refused.value.text("zh")
    assert text in str(refused.value)


@given(st.integers(1, 10_000_000))
def test_a_share_is_read_as_it_is_written(millionths: int) -> None:
    share = Share(Fraction(millionths, 1_000_000))
    assert Share.parse(str(share)) == share


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1%", Fraction(1, 100)),
        ("2.5％", Fraction(25, 1000)),
        ("0.5‰", Fraction(5, 10_000)),
        ("百分之一", Fraction(1, 100)),
        ("百分之十", Fraction(10, 100)),
        ("百分之十五", Fraction(15, 100)),
        ("百分之三十", Fraction(30, 100)),
        ("百分之九十九", Fraction(99, 100)),
        ("千分之3.5", Fraction(35, 10_000)),
        ("万分之五", Fraction(5, 10_000)),
    ],
)
def test_shares(text: str, value: Fraction) -> None:
    assert Share.parse(text).value == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *((text, "share") for text in ("1", "百分之", "百分之一二", "百分之十十", "十分之一", "-1%", "1.%")),
        *((text, "no_share") for text in ("0%", "1001%")),
    ],
)
def test_what_is_no_share(text: str, reason: str) -> None:
    with pytest.raises(MoneyError) as refused:
        Share.parse(text)
    assert refused.value.reason == reason
