"""Shares as documents write them: ``1%``, ``0.5‰``, ``百分之一``, ``万分之五``; exact."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from policy.money.sums import MoneyError

__all__ = ["Share"]

_SIGNS = {"%": 100, "‰": 1000}
_PARTS = {"百": 100, "千": 1000, "万": 10_000}
_SIGNED = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,6}))? ?([%‰])")
_SPOKEN = re.compile(r"([百千万])分之(?:([0-9]{1,6})(?:\.([0-9]{1,6}))?|([一二三四五六七八九十]{1,3}))")
_NUMERALS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class Share:
    """A share of something, above 0: a fraction whose denominator is a power of ten."""

    value: Fraction

    @staticmethod
    def parse(text: str) -> Share:
        """The share that a text gives. Raises ``MoneyError``."""
        plain = unicodedata.normalize("NFKC", text).strip()
        if found := _SIGNED.fullmatch(plain):
            value = _decimal(found[1], found[2]) / _SIGNS[found[3]]
        elif found := _SPOKEN.fullmatch(plain):
            part = _decimal(found[2], found[3]) if found[2] else Fraction(_numeral(found[4], text))
            value = part / _PARTS[found[1]]
        else:
            raise MoneyError("share", text)
        if not 0 < value <= 10:
            raise MoneyError("no_share", text)
        return Share(value)

    def __str__(self) -> str:
        """In per cent, which ``parse`` reads back: 万分之五 is ``0.05%``."""
        scaled, places = self.value * 100, 0
        while scaled.denominator != 1:
            scaled, places = scaled * 10, places + 1
        digits = str(scaled.numerator).rjust(places + 1, "0")
        whole, fraction = (digits[:-places], "." + digits[-places:]) if places else (digits, "")
        return f"{whole}{fraction}%"


def _decimal(whole: str, fraction: str | None) -> Fraction:
    digits = fraction or ""
    return Fraction(int(whole + digits), 10 ** len(digits))


def _numeral(text: str, whole: str) -> int:
    """一 to 九十九. Raises ``MoneyError``."""
    tens, ten, ones = text.rpartition("十") if "十" in text else ("", "", text)
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        raise MoneyError("share", whole)
    return (_NUMERALS[tens] if tens else 1 if ten else 0) * 10 + (_NUMERALS[ones] if ones else 0)
