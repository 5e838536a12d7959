"""Working days in mainland China: weekends, the State Council's holiday notices, make-up days (调休).

published notices (2004 on, from ``chinesecalendar``) + a district's ``Notice`` objects -> ``Calendar``,
immutable, which answers every question about a day in constant time.

A day is *published* when no later national notice can change it: its year has a notice and, from 25 December
on, so has the next year (see ``policy.time.notice.LATE_DECEMBER`` for what notices did and why the 25th).
A notice may name no earlier day of the December before, so a published day stays as it is when the next
notice comes.

A day in a year without notice works Monday to Friday, save those that the regulation on holidays has rest
whatever the notice will say (``policy.time.festivals``). Such a day is not published, so what is counted with
it is provisional. The same holds of the days after the last one that a notice settles, where it settles a
part of its year.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from functools import lru_cache
from itertools import accumulate, compress
from typing import ClassVar

import chinese_calendar

from policy.time.festivals import SINCE, festivals
from policy.time.notice import LATE_DECEMBER, Holiday, Notice, NoticeError, NoticeFault, notice_from_mapping
from policy.time.period import LegalTimeError

__all__ = [
    "FIRST_DAY",
    "LAST_DAY",
    "SHANGHAI",
    "Calendar",
    "CalendarError",
    "Holiday",
    "Notice",
    "NoticeError",
    "NoticeFault",
    "days_in",
    "notice_from_mapping",
]

# A fixed offset, because China has kept no summer time since 1991 and earlier dates are out of scope: no
# time-zone database is consulted, so its version cannot change an answer.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)

_BASE = FIRST_DAY.toordinal()
_SIZE = LAST_DAY.toordinal() - _BASE + 1
_YEAR_END = (12, 31)
_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# Worked by the notice for 2006 (国办发明电〔2005〕35号); chinesecalendar leaves it out.
_LIBRARY_CORRECTIONS = {date(2005, 12, 31): True}


class CalendarError(LegalTimeError):
    """A question the calendar cannot answer. Reasons: the keys of ``texts``."""

    texts: ClassVar[Mapping[str, tuple[str, str]]] = {
        "out_of_range": ("日期超出 2000-01-01 至 2099-12-31", "the date is outside 2000-01-01 to 2099-12-31"),
        "unknown_year": ("没有 {year} 年的放假通知", "no holiday notice is known for {year}"),
        "not_positive": (
            "工作日数至少为 1，现为 {count}",
            "working days are at least 1, and this is {count}",
        ),
    }


@dataclass(frozen=True, slots=True)
class _Tables:
    """By day since FIRST_DAY; ``rank`` and ``gaps`` count the working and the unpublished days before it."""

    working: bytes
    days: array[int]
    rank: array[int]
    gaps: array[int]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Calendar:
    """The working days of 2000 to 2099, as known from a set of holiday notices. Immutable.

    Made by ``published`` and ``with_notice``, not by hand. Days are dates in Shanghai. Every method raises
    ``CalendarError("out_of_range")`` for a day outside FIRST_DAY to LAST_DAY. Calendars with the same
    ``digest`` (sha256, hex) are equal: it covers what the calendar says, not where that came from.
    """

    _base_years: frozenset[int]
    _base_days: Mapping[date, bool]
    notices: tuple[Notice, ...] = ()
    years: tuple[int, ...] = field(init=False)
    digest: str = field(init=False)
    _tables: _Tables = field(init=False)
    _settled: Mapping[int, tuple[int, int]] = field(init=False)
    """The month and day through which the notice of a year settles it."""

    def __post_init__(self) -> None:
        settled = dict.fromkeys(self._base_years, _YEAR_END)
        for notice in self.notices:
            if not notice.local:
                through = (notice.last.month, notice.last.day)
                settled[notice.year] = max(settled.get(notice.year, (0, 0)), through)
        days = _merged(self._base_days, self.notices)
        for year in settled.keys() - self._base_years:
            for day in festivals(year) if year >= SINCE else ():
                if (day.month, day.day) <= settled[year]:  # no notice takes them away
                    days.setdefault(day, False)
        object.__setattr__(self, "years", tuple(sorted(settled)))
        object.__setattr__(self, "_settled", settled)
        object.__setattr__(self, "digest", _digest(settled, days))
        object.__setattr__(self, "_tables", _tables(settled, days))

    @classmethod
    def published(cls, *, through: int | None = None) -> Calendar:
        """The calendar of the State Council's notices from 2004 on, as the installed library knows them.

        ``through`` leaves out the notices of later years. Raises ``CalendarError("unknown_year")`` if the
        library has no notice for that year.
        """
        return _published(through)

    def with_notice(self, notice: Notice) -> Calendar:
        """This calendar and ``notice``, whose days win over published ones; the order does not matter.

        Raises ``NoticeError`` if two added notices, both local or both national, contradict each other.
        """
        if notice in self.notices:
            return self
        return Calendar(self._base_years, self._base_days, tuple(sorted((*self.notices, notice))))

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is worked; a guess from weekday and fixed holidays if it is not published."""
        return self._tables.working[_index(day)] == 1

    def is_published(self, day: date) -> bool:
        """Whether no later national notice can change ``day``."""
        index = _index(day)
        return self._tables.gaps[index + 1] == self._tables.gaps[index]

    def next_working_day(self, day: date) -> date:
        """The first working day on or after ``day``."""
        index = _index(day)
        tables = self._tables
        if tables.working[index]:
            return day
        return _nth(tables, tables.rank[index])

    def previous_working_day(self, day: date) -> date:
        """The last working day on or before ``day``."""
        tables = self._tables
        return _nth(tables, tables.rank[_index(day) + 1] - 1)

    def working_days_before(self, day: date, count: int) -> date:
        """The ``count``-th working day before ``day``, which itself is not counted.

        Raises ``CalendarError("not_positive")`` for a count below 1.
        """
        if count < 1:
            raise CalendarError("not_positive", {"count": str(count)})
        tables = self._tables
        return _nth(tables, tables.rank[_index(day)] - count)

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, which itself is not counted.

        Raises ``CalendarError("not_positive")`` for a count below 1.
        """
        if count < 1:
            raise CalendarError("not_positive", {"count": str(count)})
        tables = self._tables
        return _nth(tables, tables.rank[_index(day) + 1] + count - 1)

    def working_days_between(self, after: date, through: date) -> int:
        """How many working days follow ``after``, up to and including ``through``; negative if it is earlier.

        The inverse of ``add_working_days``: adding n working days gives a day n working days away.
        """
        rank = self._tables.rank
        return rank[_index(through) + 1] - rank[_index(after) + 1]

    def missing_notice(self, first: date, last: date) -> int | None:
        """The year of the first notice that could still change a day from ``first`` to ``last``, or None."""
        day = self.first_open(first, last)
        return None if day is None else day.year + self.settles(day)

    def first_open(self, first: date, last: date) -> date | None:
        """The first day from ``first`` to ``last`` that a later notice may still change, or None."""
        gaps = self._tables.gaps
        before = gaps[_index(first)]
        if gaps[_index(last) + 1] <= before:
            return None
        return date.fromordinal(_BASE + bisect_right(gaps, before) - 1)

    def settles(self, day: date) -> bool:
        """Whether the notice for the year of ``day`` settles it; the next one may yet name it in December."""
        through = self._settled.get(day.year)
        return through is not None and (day.month, day.day) <= through

    def built_in(self, year: int) -> bool:
        """Whether the notice for ``year`` is one that the installed library knows."""
        return year in self._base_years

    def festival(self, day: date) -> str:
        """The name of the festival that ``day`` is by the regulation, or empty. Years from 2025 on."""
        return festivals(day.year).get(day, "") if day.year >= SINCE else ""

    def lacking(self, year: int) -> tuple[date, str] | None:
        """The first festival that no added notice names, though they settle its day; None in other years."""
        if self.built_in(year) or year < SINCE:
            return None
        named = {day for notice in self.notices if not notice.local for day in notice.days()}
        found = (pair for pair in festivals(year).items() if self.settles(pair[0]) and pair[0] not in named)
        return next(found, None)

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Calendar) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Calendar({self.years[0]}..{self.years[-1]}, digest={self.digest[:12]})"


def _index(day: date) -> int:
    index = day.toordinal() - _BASE
    if 0 <= index < _SIZE:
        return index
    raise CalendarError("out_of_range")


def _nth(tables: _Tables, position: int) -> date:
    if 0 <= position < len(tables.days):
        return date.fromordinal(_BASE + tables.days[position])
    raise CalendarError("out_of_range")


def _merged(base: Mapping[date, bool], notices: tuple[Notice, ...]) -> dict[date, bool]:
    """Which days the notices name, and whether they are worked: added over published, local over national."""
    merged = dict(base)
    for local in (False, True):
        named: dict[date, tuple[bool, Notice]] = {}
        for notice in notices:
            if notice.local is not local:
                continue
            for day, worked in notice.days().items():
                earlier = named.setdefault(day, (worked, notice))
                if earlier[0] is not worked:
                    numbers = ("other", earlier[1].number), ("number", notice.number)
                    values = (("day", day.isoformat()), *numbers)
                    raise NoticeError((NoticeFault((), "contradiction", values),))
                merged[day] = worked
    return merged


def _festivals(settled: Mapping[int, tuple[int, int]]) -> list[date]:
    """The days that rest by the regulation, in years or parts of years that no notice has settled yet."""
    return [
        day
        for year in range(SINCE, LAST_DAY.year + 1)
        for day in festivals(year)
        if (day.month, day.day) > settled.get(year, (0, 0))
    ]


def _tables(settled: Mapping[int, tuple[int, int]], days: Mapping[date, bool]) -> _Tables:
    working = bytearray(_SIZE)
    for weekday in range(5):
        start = (weekday - FIRST_DAY.weekday()) % 7
        working[start::7] = b"\x01" * len(range(start, _SIZE, 7))
    for day in _festivals(settled):
        working[day.toordinal() - _BASE] = 0
    for day, worked in days.items():
        working[day.toordinal() - _BASE] = worked
    gaps = bytearray(b"\x01" * _SIZE)
    for year, through in settled.items():
        first = date(year, 1, 1).toordinal() - _BASE
        # The next year's notice may still name its last days.
        end = through if year + 1 in settled else min(through, (12, LATE_DECEMBER - 1))
        last = date(year, *end).toordinal() - _BASE
        gaps[first : last + 1] = bytes(last + 1 - first)
    return _Tables(
        working=bytes(working),
        days=array("i", compress(range(_SIZE), working)),
        rank=array("i", accumulate(working, initial=0)),
        gaps=array("i", accumulate(gaps, initial=0)),
    )


def _digest(settled: Mapping[int, tuple[int, int]], days: Mapping[date, bool]) -> str:
    # Only what departs from the usual week counts: to name the Sundays of a holiday too says the same.
    lines = ["linkage calendar 2"]
    for year, (month, day_) in sorted(settled.items()):
        lines.append(
            f"notice {year}" if (month, day_) == _YEAR_END else f"notice {year} to {month:02}-{day_:02}"
        )
    resting = _festivals(settled)
    lines += [f"{day.isoformat()} festival" for day in resting]
    festive = set(resting)
    for day in sorted(days):
        usual = day.weekday() < 5 and day not in festive
        if days[day] is not usual:
            lines.append(f"{day.isoformat()} {'work' if days[day] else 'rest'}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@lru_cache(maxsize=32)
def _published(through: int | None) -> Calendar:
    days: dict[date, bool] = dict.fromkeys(chinese_calendar.holidays, False)
    days |= dict.fromkeys(chinese_calendar.workdays, True)
    days |= _LIBRARY_CORRECTIONS
    # Every notice names 1 January, so that day tells which years the library has.
    years = frozenset(day.year for day in days if (day.month, day.day) == (1, 1))
    if through is not None and through not in years:
        raise CalendarError("unknown_year", {"year": str(through)})
    last = max(years) if through is None else through
    # What the library lists for late December comes from the notice for the next year.
    kept = {day: worked for day, worked in days.items() if day < date(last, 12, LATE_DECEMBER)}
    return Calendar(frozenset(year for year in years if year <= last), kept)


def days_in(year: int, month: int) -> int:
    """How many days the month has, from 2000 to 2099, where every fourth year is a leap year."""
    return 29 if month == 2 and year % 4 == 0 else _MONTH_LENGTHS[month - 1]
