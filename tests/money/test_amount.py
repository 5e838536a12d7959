"""Amounts worked out: against decimals counted anew, and properties that every one of them has."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.money import (
    MAX_FEN,
    Amount,
    AmountError,
    Round,
    Share,
    Terms,
    Tier,
    amount_of,
    bounds_of,
    step_text,
)

EXACT = Context(prec=80)
WAYS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "up": ROUND_UP}

bases = st.integers(0, 10**13)
shares = st.integers(1, 1_000_000).map(lambda n: Share(Fraction(n, 1_000_000)))
rounds = st.builds(Round, st.sampled_from((1, 10, 100, 1000, 250)), st.sampled_from(sorted(WAYS)))
sums = st.integers(0, 10**11)


def fen(amount: Amount) -> int:
    assert amount.fen is not None
    return amount.fen


def decimal(share: Share) -> Decimal:
    return EXACT.divide(Decimal(share.value.numerator), Decimal(share.value.denominator))


def in_units(exact: Decimal, how: Round) -> int:
    """A second rounding: by the decimal module."""
    units = EXACT.divide(exact, Decimal(how.to)).quantize(Decimal(1), WAYS[how.how], EXACT)
    return int(units) * how.to


@given(bases, shares, rounds)
def test_a_share_is_what_decimals_say(base: int, share: Share, how: Round) -> None:
    expected = in_units(EXACT.multiply(Decimal(base), decimal(share)), how)
    assert fen(amount_of(Terms(share=share, round=how), base)) == expected


@given(bases, bases, shares, rounds, sums, sums)
def test_more_never_gives_less_and_bounds_hold(
    base: int, more: int, share: Share, how: Round, low: int, span: int
) -> None:
    terms = Terms(share=share, round=how, floor=low, cap=low + span)
    one, other = fen(amount_of(terms, base)), fen(amount_of(terms, base + more))
    assert low <= one <= other <= low + span


@st.composite
def tiers(draw: st.DrawFn) -> tuple[Tier, ...]:
    bounds = sorted(draw(st.sets(st.integers(1, 10**12), min_size=1, max_size=4)))
    return tuple(
        Tier(up_to, draw(shares), None) for up_to in [*bounds, *([None] if draw(st.booleans()) else [])]
    )


@given(tiers(), bases, rounds)
def test_parts_together_are_counted_fen_by_fen(steps: tuple[Tier, ...], base: int, how: Round) -> None:
    """The sum over the tiers of the share of what lies in each."""
    last = steps[-1].up_to
    found = amount_of(Terms(tiers=steps, round=how), base)
    if last is not None and base > last:
        assert (found.fen, found.steps[-1].code) == (None, "beyond")
        return
    exact, low = Decimal(0), 0
    for tier in steps:
        high = base if tier.up_to is None else min(base, tier.up_to)
        exact = EXACT.add(
            exact, EXACT.multiply(Decimal(max(0, high - low)), decimal(tier.share or Share(Fraction(1))))
        )
        low = tier.up_to or low
    assert fen(found) == in_units(exact, how)


@given(tiers(), bases, rounds)
def test_the_whole_tier_is_one_share_of_all(steps: tuple[Tier, ...], base: int, how: Round) -> None:
    tier = next((t for t in steps if t.up_to is None or base <= t.up_to), None)
    found = amount_of(Terms(tiers=steps, whole=True, round=how), base)
    if tier is None:
        assert found.fen is None
    else:
        assert found.fen == amount_of(Terms(share=tier.share, round=how), base).fen


@given(sums, st.integers(0, 1000))
def test_so_many_times_a_sum(fixed: int, times: int) -> None:
    assert fen(amount_of(Terms(fixed=fixed), times=times)) == fixed * times
    assert fen(amount_of(Terms(fixed=fixed))) == fixed


@given(bases, shares, rounds, st.none() | sums, st.none() | sums)
def test_the_last_step_is_the_amount_and_every_step_has_words(
    base: int, share: Share, how: Round, floor: int | None, cap: int | None
) -> None:
    found = amount_of(Terms(share=share, round=how, floor=floor, cap=cap), base)
    assert found.steps[-1] == ("amount", (found.fen,))
    for step in found.steps:
        assert step_text(step, "标的额", "zh") != step_text(step, "claim", "en")
        code, values = step.plain()
        assert (code, len(values)) == (step.code, len(step.values))
        assert not any(isinstance(value, float) for value in values)


@pytest.mark.parametrize(
    ("fen_before", "how", "expected"),
    [
        (150, "half_up", 200),
        (250, "half_even", 200),
        (350, "half_even", 400),
        (199, "down", 100),
        (101, "up", 200),
    ],
)
def test_roundings(fen_before: int, how: str, expected: int) -> None:
    assert fen(amount_of(Terms(share=Share.parse("100%"), round=Round(100, how)), fen_before)) == expected


@pytest.mark.parametrize(
    ("terms", "given_", "reason"),
    [
        (Terms(share=Share.parse("1%"), round=Round(1, "down")), {"base": -1}, "negative_amount"),
        (Terms(fixed=1), {"times": -1}, "negative_amount"),
        (Terms(fixed=MAX_FEN), {"times": 2}, "overflow"),
    ],
)
def test_what_cannot_be_worked_out(terms: Terms, given_: dict[str, Any], reason: str) -> None:
    with pytest.raises(AmountError) as refused:
        amount_of(terms, **given_)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("terms", "zh", "en"),
    [
        (Terms(floor=100, cap=500), "在 1元至 5元之间确定", "to be fixed between 1 yuan and 5 yuan"),
        (Terms(floor=100), "不少于 1元，由有权者确定", "to be fixed, at least 1 yuan"),
        (Terms(cap=500), "不超过 5元，由有权者确定", "to be fixed, at most 5 yuan"),
    ],
)
def test_only_bounds(terms: Terms, zh: str, en: str) -> None:
    found = bounds_of(terms)
    assert (found.fen, found.at_least, found.at_most) == (None, terms.floor, terms.cap)
    assert [step_text(step, "", "zh") for step in found.steps] == [zh]
    assert [step_text(step, "", "en") for step in found.steps] == [en]


def test_the_steps_of_a_fee_in_words() -> None:
    terms = Terms(
        tiers=(
            Tier(1_000_000, None, 5_000),
            Tier(10_000_000, Share.parse("2.5%"), None),
            Tier(None, Share.parse("2%"), None),
        ),
        round=Round(100, "half_up"),
        floor=10_000,
        cap=200_000,
    )
    found = amount_of(terms, 12_345_678)
    assert [step_text(step, "执行标的额", "zh") for step in found.steps] == [
        "计算基数（执行标的额）为 123,456.78元",
        "不超过 10,000元的部分，计 50元",
        "超过 10,000元至 100,000元的部分 90,000元，按 2.5% 计 2,250元",
        "超过 100,000元的部分 23,456.78元，按 2% 计 469.1356元",
        "各段合计 2,769.1356元",
        "四舍五入到元：2,769元",
        "不低于下限 100元",
        "超过 2,000元，按 2,000元计",
        "金额为 2,000元",
    ]
    assert [step_text(step, "", "en") for step in found.steps][-4:] == [
        "rounded half up to whole yuan: 2,769 yuan",
        "not below the least, 100 yuan",
        "above 2,000 yuan: 2,000 yuan counts",
        "the amount is 2,000 yuan",
    ]
