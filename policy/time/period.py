"""Lengths of time as the law counts them: "24 hours", "3个月", "10 working days".

text -> ``Period.parse`` -> ``Period``. Nothing here knows a date; ``policy.time.deadline`` counts.

The units are those of the Civil Procedure Law (2023) art. 85 and the Civil Code art. 200 (year, month, day,
hour), and those that district documents use beside them: the working day (工作日), the half day (半日) and
the minute. Neither law counts by weeks, so a period in weeks is an error that says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar

__all__ = ["LegalTimeError", "Period", "PeriodError", "Unit", "choose"]

_LANGUAGES = {"zh": 0, "en": 1}


def choose(texts: tuple[str, str], lang: str) -> str:
    """The (Chinese, English) text in ``lang``, which is "zh" or "en"; KeyError for any other."""
    return texts[_LANGUAGES[lang]]


class LegalTimeError(ValueError):
    """A fault in legal time: a stable ``reason`` and the ``values`` that its text in either language names.

    ``PeriodError``, ``CalendarError`` and ``DeadlineError`` (with ``RecurrenceError``) derive from it.
    """

    texts: ClassVar[Mapping[str, tuple[str, str]]] = {}

    def __init__(self, reason: str, values: Mapping[str, str] | None = None) -> None:
        # Both go to args, so that the error survives pickling between processes.
        super().__init__(reason, values)
        self.reason = reason
        self.values = dict(values or {})

    def text(self, lang: str) -> str:
        """The fault for people, in "zh" or "en"."""
        return choose(self.texts[self.reason], lang).format_map(self.values)

    def __str__(self) -> str:
        return self.text("en")


class PeriodError(LegalTimeError):
    """A text or an amount that is no period. Reasons: the keys of ``texts``."""

    texts: ClassVar[Mapping[str, tuple[str, str]]] = {
        "syntax": (
            "“{text}”不是期间：应写成数字加单位，如“24小时”“3个月”“10个工作日”",
            '"{text}" is no period: write a number and a unit, such as "24 hours" or "10 working days"',
        ),
        "unit": (
            "“{text}”的单位“{unit}”不认识：可用分钟、小时、日（天）、个月、年、个工作日",
            '"{text}": the unit "{unit}" is not known; use minutes, hours, days, months, years, working days',
        ),
        "week": (
            "“{text}”以周计算：民事诉讼法第八十五条只以时、日、月、年计算期间，请改用日（如 7日）",
            '"{text}" counts weeks; art. 85 of the Civil Procedure Law counts hours, days, months and years: '
            "write days (such as 7 days)",
        ),
        "month_name": (
            "“{text}”可能指月份：若指期间，请写“{amount}个月”",
            '"{text}" may name a month of the year: for a period write "{amount}个月" or "{amount} months"',
        ),
        "zero": (
            "期间至少为 1，现为 {amount}",
            "a period is at least 1, and this is {amount}",
        ),
        "too_long": (
            "期间过长：{amount} 超过上限 {limit}（单位：{unit}）",
            "the period is too long: {amount} is over the limit of {limit} {unit}s",
        ),
    }


class Unit(StrEnum):
    """What a period counts."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    WORKING_DAY = "working_day"
    HALF_DAY = "half_day"


# About a century in each unit (two years of minutes): what is longer is a slip of the pen, and would leave
# the supported dates.
_LIMITS = {
    Unit.MINUTE: 1_000_000,
    Unit.HOUR: 100_000,
    Unit.DAY: 36_500,
    Unit.MONTH: 1_200,
    Unit.YEAR: 100,
    Unit.WORKING_DAY: 36_500,
    Unit.HALF_DAY: 73_000,
}

_CHINESE_UNITS = {
    Unit.MINUTE: "分钟",
    Unit.HOUR: "小时",
    Unit.DAY: "日",
    Unit.MONTH: "个月",
    Unit.YEAR: "年",
    Unit.WORKING_DAY: "个工作日",
    Unit.HALF_DAY: "个半日",
}
_ENGLISH_UNITS = {unit: unit.value.replace("_", " ") for unit in Unit}

_UNIT_WORDS = {
    **{word: unit for unit, word in _CHINESE_UNITS.items()},
    **{word: unit for unit, word in _ENGLISH_UNITS.items()},
    **{word + "s": unit for unit, word in _ENGLISH_UNITS.items()},
    "个小时": Unit.HOUR,
    "天": Unit.DAY,
    "工作日": Unit.WORKING_DAY,
    "个半天": Unit.HALF_DAY,
    "个半工作日": Unit.HALF_DAY,
}
_WEEK_WORDS = frozenset({"week", "weeks", "周", "个周", "星期", "个星期", "礼拜", "个礼拜"})

_HALF_DAYS = frozenset({"半日", "半天", "半个工作日", "half a day", "half day", "half a working day"})
"""What a half day is called without a number."""

_LONGEST_TEXT = 40
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}
_SPLIT = re.compile(r"([0-9]{1,9}|[一二三四五六七八九十两零〇百千万]+) *(\D+)")
_NUMERAL = re.compile(r"(?:([二三四五六七八九])?(十))?([一二三四五六七八九])?")


@dataclass(frozen=True, slots=True)
class Period:
    """``amount`` units of time, at least 1 and at most about a century.

    Raises ``PeriodError`` (``zero``, ``too_long``) for an amount out of bounds.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise PeriodError("zero", {"amount": str(self.amount)})
        limit = _LIMITS[self.unit]
        if self.amount > limit:
            values = {"amount": str(self.amount), "limit": str(limit), "unit": _ENGLISH_UNITS[self.unit]}
            raise PeriodError("too_long", values)

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period that ``text`` writes in English or Chinese: "3 months", "三个月", "１０个工作日".

        Digits may be full-width; Chinese numerals go up to 九十九. Raises ``PeriodError``.
        """
        return _parsed(text)

    def __str__(self) -> str:
        """The canonical English text, which ``parse`` reads back: "1 month", "10 working days"."""
        word = _ENGLISH_UNITS[self.unit]
        return f"{self.amount} {word}" if self.amount == 1 else f"{self.amount} {word}s"

    def text(self, lang: str) -> str:
        """The period for people, in "zh" ("10个工作日") or "en" ("10 working days")."""
        chinese = f"{self.amount}{_CHINESE_UNITS[self.unit]}"
        return choose(("半日" if chinese == "1个半日" else chinese, str(self)), lang)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Period:
    """What ``Period.parse`` gives; remembered, for conditions add the same few periods in every case."""
    shown = text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…"
    plain = " ".join(unicodedata.normalize("NFKC", shown).casefold().replace("_", " ").split())
    if plain in _HALF_DAYS:
        return Period(1, Unit.HALF_DAY)
    match = _SPLIT.fullmatch(plain)
    amount = _amount(match[1]) if match else None
    if match is None or amount is None:
        raise PeriodError("syntax", {"text": shown})
    unit = _UNIT_WORDS.get(match[2])
    if unit is not None:
        return Period(amount, unit)
    if match[2] in _WEEK_WORDS:
        raise PeriodError("week", {"text": shown})
    if match[2] == "月":
        raise PeriodError("month_name", {"text": shown, "amount": str(amount)})
    raise PeriodError("unit", {"text": shown, "unit": match[2]})


def _amount(text: str) -> int | None:
    """The number that Arabic digits or a Chinese numeral below one hundred write; None if it is neither."""
    if text.isdecimal():
        return int(text)
    if text == "两":
        return 2
    match = _NUMERAL.fullmatch(text)
    if match is None:
        return None
    tens, ten, ones = match.groups()
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
