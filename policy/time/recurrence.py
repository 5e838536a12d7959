"""Recurring dates (每年, 每季度): a subset of RFC 5545 recurrence rules, and the days each names.

rule text -> ``Recurrence.parse`` -> ``Recurrence`` -> the calendar period, or the day, for a start.

A bare rule means once in each calendar period: ``FREQ=YEARLY`` is due at the end of the year that holds the
start, ``FREQ=MONTHLY`` of the month, ``FREQ=WEEKLY`` of the week (Monday to Sunday), ``FREQ=DAILY`` of the
day. With BY… parts, such as ``FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=20``, it is due at the end of the first such
day on or after the day of the start.

A rule here has no start of its own, so what would depend on one is refused: COUNT and UNTIL; an INTERVAL,
save one of months that divides the year (``FREQ=MONTHLY;INTERVAL=3`` is the quarter, counted from January);
and BY… parts that leave the day open. dateutil's rrule is not used: a rule that never comes true keeps it
searching to the year 9999. The tests compare the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import ClassVar

from policy.time.calendar import FIRST_DAY, LAST_DAY, days_in
from policy.time.period import LegalTimeError

__all__ = ["Recurrence", "RecurrenceError", "recurrence_text"]


class RecurrenceError(LegalTimeError):
    """A recurrence rule that is wrong or outside the subset. Reasons: the keys of ``texts``."""

    texts: ClassVar[Mapping[str, tuple[str, str]]] = {
        "syntax": (
            "周期规则应写成 FREQ=YEARLY 或 FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=20 这样的形式",
            "write a recurrence rule like FREQ=YEARLY or FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=20",
        ),
        "no_freq": ("周期规则缺少 FREQ", "the recurrence rule has no FREQ"),
        "freq": (
            "FREQ={value} 不可用：可用 YEARLY、MONTHLY、WEEKLY、DAILY",
            "FREQ={value} cannot be used; use YEARLY, MONTHLY, WEEKLY or DAILY",
        ),
        "quarter": (
            "RFC 5545 没有 FREQ=QUARTERLY：每季度写成 FREQ=MONTHLY;INTERVAL=3",
            "RFC 5545 has no FREQ=QUARTERLY; write FREQ=MONTHLY;INTERVAL=3",
        ),
        "twice": ("{part} 重复出现", "{part} stands here twice"),
        "part": (
            "{part} 不可用：可用 INTERVAL、BYMONTH、BYMONTHDAY、BYDAY、BYSETPOS",
            "{part} cannot be used; use INTERVAL, BYMONTH, BYMONTHDAY, BYDAY or BYSETPOS",
        ),
        "value": ("{part}={value} 的取值不对", "{part}={value} has a value that is not allowed"),
        "interval": (
            "INTERVAL={value} 没有起点可依：只有 FREQ=MONTHLY 可用 1、2、3、4、6、12",
            "INTERVAL={value} has nothing to start from; only FREQ=MONTHLY may have 1, 2, 3, 4, 6 or 12",
        ),
        "day_open": (
            "{freq} 规则没有确定哪一日：请加 {needed}",
            "the {freq} rule leaves the day open; add {needed}",
        ),
        "setpos": (
            "BYSETPOS 只能与 YEARLY、MONTHLY 及 BYMONTHDAY 或 BYDAY 同用",
            "BYSETPOS stands only with YEARLY or MONTHLY and with BYMONTHDAY or BYDAY",
        ),
        "weekly_day": (
            "FREQ=WEEKLY 不能与 BYMONTHDAY 同用：请用 FREQ=MONTHLY",
            "FREQ=WEEKLY takes no BYMONTHDAY; use FREQ=MONTHLY",
        ),
        "never": ("这样的日期在 2000 至 2099 年间不存在", "no such day exists from 2000 to 2099"),
    }


_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BOUNDS = {"BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYSETPOS": (-366, 366)}
_PARTS = ("FREQ", "INTERVAL", "BYDAY", *_BOUNDS)
_INTEGER = re.compile(r"[+-]?[0-9]{1,3}")
_BYDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_LONGEST_RULE = 200


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A checked rule. A weekday is (0 to 6 from Monday, which one in the month or year; 0 for every one)."""

    text: str
    freq: str
    interval: int
    months: tuple[int, ...]
    month_days: tuple[int, ...]
    weekdays: tuple[tuple[int, int], ...]
    positions: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Recurrence:
        """The rule that ``text`` writes. Raises ``RecurrenceError`` for one outside the subset."""
        return _parsed(text)

    @property
    def bare(self) -> bool:
        """Whether the rule has no BY… parts: once in each calendar period."""
        return not (self.months or self.month_days or self.weekdays or self.positions)

    def calendar_period(self, day: date) -> tuple[date, date]:
        """First and last day of the year, block of months, week (from Monday) or day that holds ``day``."""
        if self.freq == "DAILY":
            return day, day
        if self.freq == "WEEKLY":
            monday = day - timedelta(days=day.weekday())
            return monday, monday + timedelta(days=6)
        size = 12 if self.freq == "YEARLY" else self.interval
        first = (day.month - 1) // size * size + 1
        last = first + size - 1
        return date(day.year, first, 1), date(day.year, last, days_in(day.year, last))

    def on_or_after(self, day: date) -> date | None:
        """The first day on or after ``day`` that the BY… parts name; None if there is none until 2099."""
        return _occurrence(self, day)


@lru_cache(maxsize=512)
def _parsed(text: str) -> Recurrence:
    parts = _parts(text)
    freq = parts.pop("FREQ", "")
    if freq not in _FREQUENCIES:
        reason = "quarter" if freq == "QUARTERLY" else "freq" if freq else "no_freq"
        raise RecurrenceError(reason, {"value": freq})
    interval = parts.pop("INTERVAL", "1")
    if interval not in (("1", "2", "3", "4", "6", "12") if freq == "MONTHLY" else ("1",)):
        raise RecurrenceError("interval", {"value": interval})
    weekdays = _byday(parts.pop("BYDAY", ""), freq)
    numbers = {part: _numbers(part, parts.pop(part, "")) for part in _BOUNDS}
    rule = Recurrence(
        text=text.upper(),
        freq=freq,
        interval=int(interval),
        months=numbers["BYMONTH"],
        month_days=numbers["BYMONTHDAY"],
        weekdays=weekdays,
        positions=numbers["BYSETPOS"],
    )
    _check_day_is_fixed(rule)
    return rule


def _parts(text: str) -> dict[str, str]:
    if len(text) > _LONGEST_RULE:
        raise RecurrenceError("syntax")
    parts: dict[str, str] = {}
    for part in text.upper().split(";"):
        name, equals, value = part.partition("=")
        if not (name and equals and value and part.isascii()):
            raise RecurrenceError("syntax")
        if name not in _PARTS:
            raise RecurrenceError("part", {"part": name})
        if name in parts:
            raise RecurrenceError("twice", {"part": name})
        parts[name] = value
    return parts


def _numbers(part: str, text: str) -> tuple[int, ...]:
    low, high = _BOUNDS[part]
    numbers = []
    for item in text.split(",") if text else ():
        if not _INTEGER.fullmatch(item) or int(item) == 0 or not low <= int(item) <= high:
            raise RecurrenceError("value", {"part": part, "value": item})
        numbers.append(int(item))
    return tuple(numbers)


def _byday(text: str, freq: str) -> tuple[tuple[int, int], ...]:
    limit = {"YEARLY": 53, "MONTHLY": 5}.get(freq, 0)
    weekdays = []
    for item in text.split(",") if text else ():
        match = _BYDAY.fullmatch(item)
        if match is None or (match[1] and not 1 <= abs(int(match[1])) <= limit):
            raise RecurrenceError("value", {"part": "BYDAY", "value": item})
        weekdays.append((_WEEKDAYS.index(match[2]), int(match[1] or 0)))
    return tuple(weekdays)


def _check_day_is_fixed(rule: Recurrence) -> None:
    if rule.bare:
        return
    if rule.positions and (rule.freq in ("WEEKLY", "DAILY") or not (rule.month_days or rule.weekdays)):
        raise RecurrenceError("setpos")
    if rule.freq == "WEEKLY" and rule.month_days:
        raise RecurrenceError("weekly_day")
    needed = {"WEEKLY": ("BYDAY",), "DAILY": ()}.get(rule.freq, ("BYMONTHDAY", "BYDAY"))
    if needed and not (rule.weekdays or rule.month_days):
        raise RecurrenceError("day_open", {"freq": rule.freq, "needed": " / ".join(needed)})
    if next(_days(rule, FIRST_DAY), None) is None:
        raise RecurrenceError("never")


@lru_cache(maxsize=4096)
def _occurrence(rule: Recurrence, day: date) -> date | None:
    return next(_days(rule, day), None)


def _days(rule: Recurrence, start: date) -> Iterator[date]:
    """The days that ``rule`` names, from ``start`` on for 28 years and not beyond 2099, in order.

    From 2000 to 2099 weekdays and leap days come round every 28 years, so no rule has its first day later.
    """
    step = 12 if rule.freq == "YEARLY" else 1
    for year in range(start.year, min(start.year + 28, LAST_DAY.year) + 1):
        for month in range(1, 13, step):
            days = [day for day in _days_of(rule, year, range(month, month + step)) if _on_weekday(rule, day)]
            if rule.positions:
                size = len(days)
                chosen = {place - 1 if place > 0 else size + place for place in rule.positions}
                days = [day for place, day in enumerate(days) if place in chosen]
            yield from (day for day in days if day >= start)


def _days_of(rule: Recurrence, year: int, months: range) -> Iterator[date]:
    """The days of ``months`` that the rule's INTERVAL, BYMONTH and BYMONTHDAY leave."""
    for month in months:
        if (rule.months and month not in rule.months) or (month - 1) % rule.interval:
            continue
        length = days_in(year, month)
        for number in range(1, length + 1):
            if not rule.month_days or number in rule.month_days or number - length - 1 in rule.month_days:
                yield date(year, month, number)


def _on_weekday(rule: Recurrence, day: date) -> bool:
    """Whether BYDAY names ``day``: 2TU is the second Tuesday of the month, or of the year (YEARLY alone)."""
    if not rule.weekdays:
        return True
    if rule.freq == "YEARLY" and not rule.months:
        before = day.timetuple().tm_yday - 1
        after = (date(day.year, 12, 31) - day).days
    else:
        before = day.day - 1
        after = days_in(day.year, day.month) - day.day
    weekday, places = day.weekday(), (0, before // 7 + 1, -(after // 7) - 1)
    return any(name == weekday and which in places for name, which in rule.weekdays)


def recurrence_text(rule: str, lang: str) -> str:
    """A rule in words: 每年, 每季度, 每年12月20日; one that has no short words, as it is written."""
    parts = dict(part.partition("=")[::2] for part in rule.split(";"))
    freq, interval = parts.pop("FREQ", ""), parts.pop("INTERVAL", "1")
    words = _PLAIN.get((freq, interval))
    if words is None and freq == "MONTHLY":
        words = (f"每{interval}个月", f"every {interval} months")
    if words is None:
        return rule
    zh, en = words
    month, day = parts.pop("BYMONTH", ""), parts.pop("BYMONTHDAY", "")
    if parts or (month and freq != "YEARLY") or not all(part.isdecimal() for part in (month, day) if part):
        return rule
    zh += (f"{month}月" if month else "") + (f"{day}日" if day else "")
    date_text = "-".join(part.zfill(2) for part in (month, day) if part)
    return (f"{en}, on {date_text}" if date_text else en) if lang == "en" else zh


_PLAIN: Mapping[tuple[str, str], tuple[str, str]] = {
    ("YEARLY", "1"): ("每年", "each year"),
    ("MONTHLY", "1"): ("每月", "each month"),
    ("MONTHLY", "3"): ("每季度", "each quarter"),
    ("MONTHLY", "6"): ("每半年", "each half-year"),
    ("WEEKLY", "1"): ("每周", "each week"),
    ("DAILY", "1"): ("每日", "each day"),
}
