"""Amounts and numbers of things of a program message."""

from __future__ import annotations

from linkage.program.v1 import program_pb2
from policy.money import Share
from policy.native.texts import Texts
from policy.program.amounts import AmountPlan, QuantityPlan


class Sums:
    """Makes the amounts of one version."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def amount(self, plan: AmountPlan | None) -> program_pb2.Amount | None:
        """What is to be paid; None where the rule says nothing of it."""
        if plan is None:
            return None
        made = program_pb2.Amount(missing=self._texts.all(plan.missing))
        if (terms := plan.terms) is None:
            return made
        if terms.fixed is not None:
            made.fixed = terms.fixed
        if terms.share is not None:
            made.share.CopyFrom(self._share(terms.share))
        for tier in terms.tiers:
            made.tiers.add(
                up_to=tier.up_to,
                share=None if tier.share is None else self._share(tier.share),
                fixed=tier.fixed or 0,
            )
        made.whole = terms.whole
        if terms.round is not None:
            made.round_to, made.round_how = terms.round.to, self._texts.at(terms.round.how)
        for name in ("floor", "cap"):
            if (bound := getattr(terms, name)) is not None:
                setattr(made, name, bound)
        return made

    def quantity(self, plan: QuantityPlan) -> program_pb2.Quantity:
        """How many of a thing."""
        return program_pb2.Quantity(
            missing=self._texts.all(plan.missing),
            count=plan.count,
            at_least=plan.at_least,
            at_most=plan.at_most,
            computed=plan.source.expr is not None,
        )

    def _share(self, share: Share) -> program_pb2.Share:
        numerator, denominator = share.value.as_integer_ratio()
        return program_pb2.Share(
            numerator=numerator, denominator=denominator, text=self._texts.at(str(share))
        )
