"""Money and numbers of things: exact to the fen, with every step of how an amount was worked out.

In: sums and shares as people write them (``5000元``, ``1%``), the terms of an amount, amounts of the facts.
Out: an ``Amount`` in fen with its steps, in words of two languages. No floating point anywhere.

Facts, answers and parameters hold money in fen (1/100 yuan) as whole numbers, in the one currency CNY; packs
and people write yuan.
"""

from policy.money.amount import Amount, AmountError, Round, Step, Terms, Tier, amount_of, bounds_of
from policy.money.shares import Share
from policy.money.sums import CURRENCY, MAX_FEN, MoneyError, fen_of, money_text
from policy.money.words import step_text

__all__ = [
    "CURRENCY",
    "MAX_FEN",
    "Amount",
    "AmountError",
    "MoneyError",
    "Round",
    "Share",
    "Step",
    "Terms",
    "Tier",
    "amount_of",
    "bounds_of",
    "fen_of",
    "money_text",
    "step_text",
]
