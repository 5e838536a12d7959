"""Working an amount out: a fixed sum, a share or tiers of a base, rounded, then held between floor and cap.

    Terms, base in fen --amount_of--> Amount, with every step

All of it is counted in whole fen and exact fractions. What is worked out is rounded once, as the terms say,
and bounded afterwards: a floor or a cap counts as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from policy.money.shares import Share
from policy.money.sums import MAX_FEN

__all__ = ["HOW", "Amount", "AmountError", "Round", "Step", "Terms", "Tier", "amount_of", "bounds_of"]

HOW = ("half_up", "half_even", "down", "up")
"""How a sum between two units is rounded: 四舍五入, 四舍六入五成双, 舍去, 进一."""


class AmountError(ValueError):
    """An amount that cannot be worked out from these facts. ``reason`` is a stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Step(NamedTuple):
    """One step of the working: a stable code and its values. Sums are in fen, exactly; see ``words``."""

    code: str
    values: tuple[int | Fraction | Share | str | None, ...] = ()

    def plain(self) -> tuple[str, tuple[str | int | None, ...]]:
        """The step with values that every program writes alike."""
        return self.code, tuple(v if v is None or isinstance(v, int) else str(v) for v in self.values)


class Amount(NamedTuple):
    """What a duty's amount comes to, in fen; None: facts or parameters are missing, or it is for somebody to
    fix between ``at_least`` and ``at_most``, or the terms say nothing of such a base."""

    fen: int | None
    at_least: int | None = None
    at_most: int | None = None
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """To whole multiples of ``to`` fen, in one of the ways of ``HOW``."""

    to: int
    how: str


@dataclass(frozen=True, slots=True)
class Tier:
    """What counts up to a base of ``up_to`` fen (None: whatever it is): a share of it, or a fixed sum."""

    up_to: int | None
    share: Share | None
    fixed: int | None


@dataclass(frozen=True, slots=True)
class Terms:
    """How an amount is worked out: one of ``fixed``, ``share``, ``tiers``; none: it lies within the bounds.

    ``whole``: the tier that the base lies in counts for all of it (按全额); else each counts for its part.
    """

    fixed: int | None = None
    share: Share | None = None
    tiers: tuple[Tier, ...] = ()
    whole: bool = False
    round: Round | None = None
    floor: int | None = None
    cap: int | None = None


def amount_of(terms: Terms, base: int | None = None, times: int | None = None) -> Amount:
    """The amount for a base in fen, or for so many times the fixed sum.

    Raises ``AmountError``: ``negative_amount``, ``overflow``.
    """
    if (base or 0) < 0 or (times or 0) < 0:
        raise AmountError("negative_amount")
    steps: list[Step] = []
    worked = _worked(terms, base, times, steps)
    if worked is None:
        return Amount(None, steps=tuple(steps))
    fen = _bounded(_rounded(worked, terms.round, steps), terms, steps)
    if fen > MAX_FEN:
        raise AmountError("overflow")
    return Amount(fen, steps=(*steps, Step("amount", (fen,))))


def bounds_of(terms: Terms) -> Amount:
    """The amount that nothing fixes but its floor and its cap."""
    code = (
        "between"
        if None not in (terms.floor, terms.cap)
        else "at_most"
        if terms.floor is None
        else "at_least"
    )
    values = tuple(value for value in (terms.floor, terms.cap) if value is not None)
    return Amount(None, terms.floor, terms.cap, (Step(code, values),))


def _worked(terms: Terms, base: int | None, times: int | None, steps: list[Step]) -> Fraction | None:
    """The exact sum before rounding; None where the base lies beyond the last tier."""
    if terms.fixed is not None:
        steps.append(Step("fixed", (terms.fixed,)))
        if times is None:
            return Fraction(terms.fixed)
        steps.append(Step("times", (terms.fixed, times, Fraction(terms.fixed * times))))
        return Fraction(terms.fixed * times)
    given = base or 0
    steps.append(Step("base", (given,)))
    if terms.share is not None:
        worked = given * terms.share.value
        steps.append(Step("share", (given, terms.share, worked)))
        return worked
    last = terms.tiers[-1].up_to
    if last is not None and given > last:
        steps.append(Step("beyond", (last,)))
        return None
    return _whole_tier(terms.tiers, given, steps) if terms.whole else _parts(terms.tiers, given, steps)


def _whole_tier(tiers: tuple[Tier, ...], base: int, steps: list[Step]) -> Fraction:
    low = 0
    for tier in tiers:
        if tier.up_to is None or base <= tier.up_to:
            return _of_tier("tier", tier, low, base, steps)
        low = tier.up_to
    raise AssertionError("the last tier holds every base that is not beyond it")


def _parts(tiers: tuple[Tier, ...], base: int, steps: list[Step]) -> Fraction:
    """The sum over the tiers that the base reaches; the first counts even for a base of nothing."""
    total, low, count = Fraction(0), 0, 0
    for tier in tiers:
        if low and base <= low:
            break
        part = (base if tier.up_to is None else min(base, tier.up_to)) - low
        total += _of_tier("part", tier, low, part, steps)
        low, count = tier.up_to or 0, count + 1
        if tier.up_to is None:
            break
    if count > 1:
        steps.append(Step("sum", (total,)))
    return total


def _of_tier(code: str, tier: Tier, low: int, of: int, steps: list[Step]) -> Fraction:
    if tier.share is None:
        worked = Fraction(tier.fixed or 0)
        steps.append(Step(f"{code}_fixed", (low, tier.up_to, worked)))
        return worked
    worked = of * tier.share.value
    steps.append(Step(code, (low, tier.up_to, of, tier.share, worked)))
    return worked


def _rounded(worked: Fraction, how: Round | None, steps: list[Step]) -> int:
    if how is None:
        return _whole_fen(worked)
    units, rest = divmod(worked, how.to)
    if not rest:
        steps.append(Step("exact", (how.to,)))
        return _whole_fen(worked)
    half = 2 * rest - how.to
    up = {
        "half_up": half >= 0,
        "half_even": half > 0 or (half == 0 and units % 2 == 1),
        "down": False,
        "up": True,
    }[how.how]
    fen = (units + up) * how.to
    steps.append(Step("rounded", (how.how, how.to, fen)))
    return fen


def _whole_fen(worked: Fraction) -> int:
    """Sums that are worked out of shares have a rounding, which makes them whole."""
    if worked.denominator != 1:
        raise AssertionError(worked)
    return worked.numerator


def _bounded(fen: int, terms: Terms, steps: list[Step]) -> int:
    if terms.floor is not None:
        steps.append(Step("raised" if fen < terms.floor else "above_floor", (terms.floor,)))
        fen = max(fen, terms.floor)
    if terms.cap is not None:
        steps.append(Step("capped" if fen > terms.cap else "within_cap", (terms.cap,)))
        fen = min(fen, terms.cap)
    return fen
