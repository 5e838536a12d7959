"""What a pack says of an amount and of numbers of things, as written: parameters are still names.

Each number says where it comes from: by itself, or with the amount, or else with the rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policy.money import Share
from policy.pack.model import Expression, Text
from policy.text.source import Span

INHERITED = ""
"""Provenance of a number that has that of what it stands in."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number: fen, a share, a count; or the parameter that holds it, whose provenance counts then.

    ``provenance`` is "document" (``basis`` names the clauses), "local", or ``INHERITED``.
    """

    value: int | Share | None = None
    param: str = ""
    basis: tuple[str, ...] = ()
    provenance: str = INHERITED


@dataclass(frozen=True, slots=True)
class TierFigures:
    """A tier: what counts up to a base of ``up_to`` (None: whatever it is)."""

    up_to: Figure | None
    share: Figure | None
    fixed: Figure | None


@dataclass(frozen=True, slots=True)
class AmountRule:
    """An amount: fixed, a share or tiers of a base (``of``, in fen), or whatever lies within its bounds.

    ``whole``: the tier of the base counts for all of it. ``times``: so many times the fixed sum.
    ``round_how`` is one of ``policy.money.amount.HOW``; empty where nothing is to be rounded.
    """

    span: Span
    basis: tuple[str, ...]
    provenance: str
    fixed: Figure | None = None
    share: Figure | None = None
    tiers: tuple[TierFigures, ...] = ()
    whole: bool = False
    of: Expression | None = None
    of_means: Text | None = None
    times: Expression | None = None
    round_to: Figure | None = None
    round_how: str = ""
    floor: Figure | None = None
    cap: Figure | None = None

    def figures(self) -> Iterator[Figure]:
        """Every number of it."""
        own = (self.fixed, self.share, self.round_to, self.floor, self.cap)
        tiers = (figure for tier in self.tiers for figure in (tier.up_to, tier.share, tier.fixed))
        yield from (figure for figure in (*own, *tiers) if figure is not None)


@dataclass(frozen=True, slots=True)
class Quantity:
    """So many of a thing: ``count``, or what the facts say (``expr``), or within bounds.

    ``unit`` is the measure word (名, 份), which only Chinese has.
    """

    span: Span
    of: Text
    unit: str
    basis: tuple[str, ...]
    provenance: str
    count: Figure | None = None
    expr: Expression | None = None
    at_least: Figure | None = None
    at_most: Figure | None = None

    def figures(self) -> Iterator[Figure]:
        """Every number of it."""
        yield from (figure for figure in (self.count, self.at_least, self.at_most) if figure is not None)
