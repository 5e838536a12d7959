"""A rule's amount and its numbers of things in one phrase each, before any case."""

from __future__ import annotations

from collections.abc import Iterator

from policy.decide.amounts import Number
from policy.money import Terms, Tier, money_text
from policy.program.amounts import AmountPlan, QuantityPlan
from policy.review.amounts import number_text, waiting_text
from policy.review.wording import Wording


def amount_of_rule(plan: AmountPlan, wording: Wording) -> str:
    """执行标的额的 1%，不低于 100元，不超过 5,000元; or which parameters nobody has fixed."""
    if plan.terms is None:
        return waiting_text(plan.missing, wording)
    means = plan.source.of_means
    base = wording.pick(("基数", "the base")) if means is None else wording.text(means)
    parts = [
        *_worked(plan.terms, base, plan.source.times is not None, wording),
        *_bounds(plan.terms, wording),
    ]
    return wording.pick(("，", ", ")).join(parts)


def number_of_rule(plan: QuantityPlan, wording: Wording) -> str:
    """联络员 3 名; 报告不少于 2 份; 副本，数量依案件."""
    if plan.source.expr is not None:
        thing = wording.text(plan.source.of)
        return wording.pick((f"{thing}，数量依案件", f"{thing}, as many as the case says"))
    number = Number(plan.count, plan.at_least, plan.at_most, plan.missing)
    return number_text(plan.source, number, wording)


def _worked(terms: Terms, base: str, times: bool, wording: Wording) -> Iterator[str]:
    pick = wording.pick
    if terms.fixed is not None:
        fixed = money_text(terms.fixed, wording.lang)
        yield pick((f"每项 {fixed}", f"{fixed} each")) if times else fixed
    elif terms.share is not None:
        yield pick((f"{base}的 {terms.share}", f"{terms.share} of {base}"))
    elif terms.tiers:
        how = (
            pick(("按全额适用", "the tier of all of it"))
            if terms.whole
            else pick(("分段累计", "part by part"))
        )
        tiers = pick(("；", "; ")).join(_tier(tier, wording) for tier in terms.tiers)
        yield pick((f"按{base}（{how}）：{tiers}", f"by {base} ({how}): {tiers}"))


def _tier(tier: Tier, wording: Wording) -> str:
    gives = str(tier.share) if tier.share is not None else money_text(tier.fixed or 0, wording.lang)
    if tier.up_to is None:
        return wording.pick((f"其余 {gives}", f"beyond: {gives}"))
    up_to = money_text(tier.up_to, wording.lang)
    return wording.pick((f"至 {up_to} {gives}", f"up to {up_to}: {gives}"))


def _bounds(terms: Terms, wording: Wording) -> Iterator[str]:
    if terms.floor is not None:
        floor = money_text(terms.floor, wording.lang)
        yield wording.pick((f"不低于 {floor}", f"at least {floor}"))
    if terms.cap is not None:
        cap = money_text(terms.cap, wording.lang)
        yield wording.pick((f"不超过 {cap}", f"at most {cap}"))
