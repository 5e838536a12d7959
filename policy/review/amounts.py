"""Amounts and numbers of things of an obligation, in words: for screens, JSON and the API alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from policy.decide.amounts import Number
from policy.money import Amount, money_text, step_text
from policy.pack.amount import Quantity
from policy.program.plan import RulePlan
from policy.review.wording import Wording


class Sums(Protocol):
    """An obligation, as far as its amount and its numbers of things go."""

    @property
    def plan(self) -> RulePlan:
        """Its rule."""

    @property
    def amount(self) -> Amount | None:
        """What is to be paid."""

    @property
    def numbers(self) -> tuple[Number, ...]:
        """How many of each thing."""


def amount_text(obligation: Sums, wording: Wording) -> str:
    """The amount in one phrase; where there is none, why; empty where the rule has none."""
    plan, amount = obligation.plan.amount, obligation.amount
    if plan is None or amount is None:
        return ""
    text = _sum(amount, wording)
    local = wording.pick(("（本地参数）", " (local parameter)")) if plan.local and not amount.missing else ""
    return text + local


def amount_steps(obligation: Sums, wording: Wording) -> list[tuple[str, str]]:
    """Code and words of every step of how the amount was worked out."""
    plan, amount = obligation.plan.amount, obligation.amount
    if plan is None or amount is None:
        return []
    means = wording.text(plan.source.of_means) if plan.source.of_means is not None else ""
    return [(step.code, step_text(step, means, wording.lang)) for step in amount.steps]


def number_texts(obligation: Sums, wording: Wording) -> list[str]:
    """How many of each thing: 联络员 3 名, 报告不少于 2 份."""
    pairs = zip(obligation.plan.quantities, obligation.numbers, strict=True)
    return [number_text(plan.source, number, wording) for plan, number in pairs]


def amount_lines(obligation: Sums, wording: Wording) -> Iterator[str]:
    """What a screen says of both, each with its working."""
    if text := amount_text(obligation, wording):
        steps = [text for code, text in amount_steps(obligation, wording) if code != "amount"]
        worked = wording.pick(("；", "; ")).join(steps)
        how = wording.pick((f"（{worked}）", f" ({worked})")) if worked else ""
        yield wording.pick(("金额：", "amount: ")) + text + how
    if texts := number_texts(obligation, wording):
        yield wording.pick(("数量：", "number: ")) + wording.pick(("、", ", ")).join(texts)


def _sum(amount: Amount, wording: Wording) -> str:
    if amount.missing:
        return waiting_text(amount.missing, wording)
    if amount.fen is not None:
        return money_text(amount.fen, wording.lang)
    low, high = (
        "" if fen is None else money_text(fen, wording.lang) for fen in (amount.at_least, amount.at_most)
    )
    if low and high:
        return wording.pick((f"{low}至 {high}", f"{low} to {high}"))
    if low or high:
        return wording.pick(
            (f"不少于 {low}", f"at least {low}") if low else (f"不超过 {high}", f"at most {high}")
        )
    return wording.pick(("没有金额", "no amount"))


def number_text(source: Quantity, number: Number, wording: Wording) -> str:
    """So many of a thing: 联络员 3 名, 报告不少于 2 份; or what is missing to say."""
    thing = wording.text(source.of)
    if number.missing:
        waiting = waiting_text(number.missing, wording)
        return wording.pick((f"{thing}（{waiting}）", f"{thing} ({waiting})"))
    unit = f" {source.unit}" if source.unit and wording.lang == "zh" else ""
    if number.exactly is not None:
        return wording.pick((f"{thing} {number.exactly}{unit}", f"{number.exactly} {thing}"))
    bounds = []
    if number.at_least is not None:
        bounds.append(wording.pick((f"不少于 {number.at_least}", f"at least {number.at_least}")))
    if number.at_most is not None:
        bounds.append(wording.pick((f"不超过 {number.at_most}", f"at most {number.at_most}")))
    told = wording.pick(("、", ", ")).join(bounds)
    return wording.pick((f"{thing}{told}{unit}", f"{told} {thing}"))


def waiting_text(missing: tuple[str, ...], wording: Wording) -> str:
    """What there is no number without."""
    facts = wording.pick(("、", ", ")).join(wording.fact(path) for path in missing)
    return wording.pick((f"待定，尚缺：{facts}", f"open, missing: {facts}"))
