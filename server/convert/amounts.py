"""Amounts and numbers of things of an obligation as messages. Sums are fen in 64-bit whole numbers."""

from __future__ import annotations

from linkage.v1 import decision_pb2
from policy.decide.amounts import Number
from policy.money import CURRENCY, Amount
from policy.review.amounts import Sums, amount_steps, amount_text, number_texts
from policy.review.wording import Wording


def amount(words: Wording, o: Sums, brief: bool = False) -> decision_pb2.Amount | None:
    """The amount; ``brief``: the sums and what is missing alone. None where the rule has none."""
    plan, found = o.plan.amount, o.amount
    if plan is None or found is None:
        return None
    message = _sums(words, found)
    if not brief:
        steps = amount_steps(o, words)
        message.steps.extend(decision_pb2.CountingStep(code=code, text=text) for code, text in steps)
        message.basis.extend(plan.basis)
        message.local, message.text = plan.local, amount_text(o, words)
    return message


def quantities(words: Wording, o: Sums) -> list[decision_pb2.Quantity]:
    """How many of each thing, in the order of the rule."""
    messages = []
    texts = number_texts(o, words)
    for plan, number, text in zip(o.plan.quantities, o.numbers, texts, strict=True):
        message = _number(words, number)
        message.of, message.unit, message.text = words.text(plan.source.of), plan.source.unit, text
        message.basis.extend(plan.basis)
        message.local = plan.local
        messages.append(message)
    return messages


def _sums(words: Wording, found: Amount) -> decision_pb2.Amount:
    return decision_pb2.Amount(
        currency=CURRENCY,
        fen=found.fen,
        at_least_fen=found.at_least,
        at_most_fen=found.at_most,
        missing=_missing(words, found.missing),
    )


def _number(words: Wording, number: Number) -> decision_pb2.Quantity:
    return decision_pb2.Quantity(
        count=number.exactly,
        at_least=number.at_least,
        at_most=number.at_most,
        missing=_missing(words, number.missing),
    )


def _missing(words: Wording, paths: tuple[str, ...]) -> list[decision_pb2.MissingFact]:
    return [decision_pb2.MissingFact(path=path, label=words.fact(path)) for path in paths]
