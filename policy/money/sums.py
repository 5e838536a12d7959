"""Sums of money as people write them, in fen: ``5000元``, ``5,000.50 yuan``, ``3万元``, ``80 fen``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from typing import ClassVar

from policy.time.period import choose

__all__ = ["CURRENCY", "MAX_FEN", "MoneyError", "exact_text", "fen_of", "money_text"]

CURRENCY = "CNY"
"""ISO 4217: the renminbi. Documents of Chinese districts know no other."""
MAX_FEN = 10**17
"""A thousand trillion yuan: what is more is a slip of the pen, and would leave 64 bits when reckoned with."""

_UNITS = {
    "分": 1,
    "fen": 1,
    "角": 10,
    "jiao": 10,
    "元": 100,
    "yuan": 100,
    "万元": 1_000_000,
    "亿元": 10_000_000_000,
}
_WRITTEN = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,18})(?:\.([0-9]{1,10}))? ?([a-z]+|[分角元万亿]+)")


class MoneyError(ValueError):
    """A text that is no sum of money, or no share. Reasons: the keys of ``texts``."""

    texts: ClassVar[Mapping[str, tuple[str, str]]] = {
        "syntax": (
            "“{text}”不是金额：应写成数字加单位，如“5000元”“3万元”“80分”",
            '"{text}" is no sum of money: write a number and a unit, such as "5000 yuan" or "80 fen"',
        ),
        "fraction": ("“{text}”不足一分：金额以分为最小单位", '"{text}": the smallest unit is the fen'),
        "too_much": ("“{text}”过大：金额至多一千万亿元", '"{text}" is more than 10^15 yuan'),
        "share": (
            "“{text}”不是比例：应写成“1%”“0.5‰”“百分之一”“万分之五”",
            '"{text}" is no share: write "1%" or "0.5‰"',
        ),
        "no_share": ("“{text}”应大于 0，且不超过 1000%", '"{text}" must be above 0, and at most 1000%'),
    }

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason, text)
        self.reason = reason
        self.value = text

    def text(self, lang: str) -> str:
        """The fault for people, in "zh" or "en"."""
        return choose(self.texts[self.reason], lang).format(text=self.value)

    def __str__(self) -> str:
        return self.text("en")


def fen_of(text: str) -> int:
    """The sum in fen. Raises ``MoneyError``."""
    found = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or found[3] not in _UNITS:
        raise MoneyError("syntax", text)
    whole, fraction, unit = found[1].replace(",", ""), found[2] or "", _UNITS[found[3]]
    scale: int = 10 ** len(fraction)
    fen, rest = divmod(int(whole + fraction) * unit, scale)
    if rest:
        raise MoneyError("fraction", text)
    if fen > MAX_FEN:
        raise MoneyError("too_much", text)
    return fen


def money_text(fen: int, lang: str) -> str:
    """The sum for people, in "zh" or "en": ``5,000元``, ``5,000.50 yuan``."""
    return exact_text(Fraction(fen), lang)


def exact_text(fen: Fraction, lang: str) -> str:
    """A sum that may have parts of a fen; every decimal is written. Only decimals have such a text."""
    sign, left = "-" if fen < 0 else "", abs(fen) / 100
    whole = left.numerator // left.denominator
    rest, digits = left - whole, ""
    while rest:
        rest *= 10
        digits += str(rest.numerator // rest.denominator)
        rest -= rest.numerator // rest.denominator
        if len(digits) > _MOST_DIGITS:
            raise AssertionError(fen)
    if digits:
        digits = "." + digits.ljust(2, "0")
    return f"{sign}{whole:,}{digits}{choose(('元', ' yuan'), lang)}"


_MOST_DIGITS = 40
