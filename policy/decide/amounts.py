"""What a duty's amount comes to, and how many of which things it asks for.

Effects --amount plan--> Amount; --quantity plans--> Number
"""

from __future__ import annotations

from typing import NamedTuple

from policy.engines import Effects
from policy.money import Amount, AmountError, amount_of, bounds_of
from policy.program.amounts import AmountPlan, QuantityPlan


class Number(NamedTuple):
    """So many of a thing, or within bounds; all None where facts or parameters are missing."""

    exactly: int | None
    at_least: int | None = None
    at_most: int | None = None
    missing: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """For tests and tables: 3, 2.., ..5, 2..5; ? where something is missing."""
        if self.missing:
            return "?"
        if self.exactly is not None:
            return str(self.exactly)
        low, high = ("" if bound is None else bound for bound in (self.at_least, self.at_most))
        return f"{low}..{high}"


def amount_for(plan: AmountPlan | None, effects: Effects) -> Amount | None:
    """The amount, or what is missing to say it; None where the rule has none. Raises ``AmountError``."""
    if plan is None:
        return None
    missing = {*plan.missing, *effects.missing_for("amount_of", "amount_times")}
    if missing or plan.terms is None:
        return Amount(None, missing=tuple(sorted(missing)))
    if plan.open:
        return bounds_of(plan.terms)
    return amount_of(plan.terms, effects.amount_of, effects.amount_times)


def numbers_for(plans: tuple[QuantityPlan, ...], effects: Effects) -> tuple[Number, ...]:
    """How many of each thing, in the order of the rule. Raises ``AmountError``."""
    return tuple([_number(plan, effects) for plan in plans])


def _number(plan: QuantityPlan, effects: Effects) -> Number:
    if plan.missing:
        return Number(None, missing=plan.missing)
    if plan.source.expr is None:
        return Number(plan.count, plan.at_least, plan.at_most)
    if missing := effects.missing_for("quantity"):
        return Number(None, missing=missing)
    if effects.quantity is not None and effects.quantity < 0:
        raise AmountError("negative_amount")
    return Number(effects.quantity)
