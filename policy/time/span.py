"""Days as the calendar has them: which rest and why, which weekend days are worked, and who says so.

A ``Span`` stands in a counting step and is written out when somebody reads it: of a few weeks every rest day
is named, of longer times the holidays and how many weekend days there are, of more than a year numbers alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import chinese_calendar

from policy.time.calendar import Calendar
from policy.time.festivals import SINCE
from policy.time.notice import LATE_DECEMBER
from policy.time.period import choose

__all__ = ["Run", "Span", "holiday_text", "name_of", "notice_names", "runs_of"]

MANY_WEEKENDS = 3
"""Weekends that are named one by one; of more it is said how many days they have."""
LONG = 400
"""Days of which the rest days are named; of more they are only counted."""

_ONE_DAY = timedelta(days=1)
_WEEKEND = ("周末", "weekend")
_REGULATION = ("全国年节及纪念日放假办法（尚无放假通知）", "the regulation on festivals (no notice yet)")
_NO_NOTICE = ("没有收录放假通知，按周一至周五上班计算", "no notice known: Monday to Friday are worked")
_ENGLISH = {day.chinese: day.value for day in chinese_calendar.Holiday} | {
    "除夕": "Spring Festival's Eve",
    "清明节": "Tomb-sweeping Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-autumn Festival",
}


class Run(NamedTuple):
    """Days that rest one after another under one name (empty: a weekend), both ends included."""

    name: str
    first: date
    last: date


class Span:
    """The days ``first`` to ``last``, both included, of a calendar. Immutable.

    Equal are spans of the same days of which the calendars say the same, in the same words.
    """

    __slots__ = ("calendar", "first", "last")

    def __init__(self, first: date, last: date, calendar: Calendar) -> None:
        self.first = first
        self.last = last
        self.calendar = calendar

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Span):
            return NotImplemented
        same_days = (self.first, self.last) == (other.first, other.last)
        return same_days and self._said == other._said

    def __hash__(self) -> int:
        return hash((self.first, self.last, self.calendar.digest))

    def __repr__(self) -> str:
        return f"Span({self})"

    def __str__(self) -> str:
        """Without words: a receipt names the calendar by its digest."""
        return f"{self.first.isoformat()}/{self.last.isoformat()}"

    @property
    def _said(self) -> object:
        return self.calendar.digest, self.calendar.notices

    def skipped(self, lang: str) -> str:
        """Which days of the span are not counted as working days, and which weekend days are."""
        resting, worked = self._resting, self._worked
        if self.plain:
            return choose(("其间没有休息日", "none of these days rests"), lang)
        texts = []
        if resting:
            named = "" if self._length > LONG else _colon(self._rest_text(lang), lang)
            texts.append(
                choose(
                    (f"不计休息日 {resting} 天{named}", f"rest days not counted, {resting} in all{named}"),
                    lang,
                )
            )
        if worked:
            days = sorted(self._worked_days()) if self._length <= LONG else []
            named = _colon(choose(("、", ", "), lang).join(map(date.isoformat, days)), lang) if days else ""
            texts.append(
                choose(
                    (
                        f"计入调休上班的周末 {worked} 天{named}",
                        f"weekend days worked and counted, {worked} in all{named}",
                    ),
                    lang,
                )
            )
        return choose(("；", "; "), lang).join(texts)

    def why(self, lang: str) -> str:
        """Why the days of the span rest: the names of its holidays, or the weekend."""
        names = dict.fromkeys(run.name for run in runs_of(self.calendar, self.first, self.last))
        told = [holiday_text(name, lang) if name else choose(_WEEKEND, lang) for name in names]
        return choose(("、", ", "), lang).join(dict.fromkeys(told))

    def notices(self, lang: str) -> str:
        """The notices that the span rests on; for days that none has settled, the regulation."""
        return choose(("、", ", "), lang).join(notice_names(self.calendar, self.first, self.last, lang))

    @property
    def plain(self) -> bool:
        """Whether none of the days rests, and none is a weekend day that is worked."""
        return not self._resting and not self._worked

    @property
    def _resting(self) -> int:
        return self._length - self._working

    @property
    def _length(self) -> int:
        return self.last.toordinal() - self.first.toordinal() + 1

    @property
    def _working(self) -> int:
        starts = self.calendar.is_working_day(self.first)
        return self.calendar.working_days_between(self.first, self.last) + starts

    @property
    def _worked(self) -> int:
        return sum(1 for _ in self._worked_days())

    def _worked_days(self) -> Iterator[date]:
        first = self.first.toordinal()
        for weekday in (5, 6):
            start = first + (weekday - self.first.weekday()) % 7
            for ordinal in range(start, self.last.toordinal() + 1, 7):
                if self.calendar.is_working_day(day := date.fromordinal(ordinal)):
                    yield day

    def _rest_text(self, lang: str) -> str:
        runs = list(runs_of(self.calendar, self.first, self.last))
        weekends = [run for run in runs if not run.name]
        named = runs if len(weekends) <= MANY_WEEKENDS else [run for run in runs if run.name]
        parts = [f"{_days(run, lang)}{_bracketed(run.name, lang)}" for run in named]
        if len(named) < len(runs):
            days = sum((run.last - run.first).days + 1 for run in weekends)
            parts.append(choose((f"周末 {days} 天", f"{days} weekend days"), lang))
        return choose(("、", ", "), lang).join(parts)


def runs_of(calendar: Calendar, first: date, last: date) -> Iterator[Run]:
    """The rest days from ``first`` to ``last``: runs of one name, weekends (without a name) among them."""
    run: Run | None = None
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if calendar.is_working_day(day):
            continue
        name = name_of(calendar, day)
        if run is not None and run.name == name and run.last == day - _ONE_DAY:
            run = run._replace(last=day)
            continue
        if run is not None:
            yield run
        run = Run(name, day, day)
    if run is not None:
        yield run


def name_of(calendar: Calendar, day: date) -> str:
    """What a rest day is called: by an added notice, by a published one, by the regulation; or empty."""
    for notice in reversed(calendar.notices):
        for holiday in notice.holidays:
            if holiday.first <= day <= holiday.last:
                return holiday.name
    if day in chinese_calendar.holidays:
        name: str = chinese_calendar.Holiday(chinese_calendar.holidays[day]).chinese
        return name
    return calendar.festival(day)


def holiday_text(name: str, lang: str) -> str:
    """The name of a holiday for people, in "zh" or "en"; one that only Chinese has a name for in Chinese."""
    return "、".join(_ENGLISH.get(part, part) for part in name.split("、")) if lang == "en" else name


def notice_names(calendar: Calendar, first: date, last: date, lang: str) -> list[str]:
    """Who says which of these days rest, in order: notices by number or title, else what is assumed."""
    found: list[str] = []
    for year in range(first.year, last.year + 1):
        start, end = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        found += _of_year(calendar, year, start, end, lang)
    late = max(first, date(last.year, 12, LATE_DECEMBER))
    found += _of_next(calendar, last.year + 1, late, last, lang)
    return list(dict.fromkeys(found))


def _of_year(calendar: Calendar, year: int, first: date, last: date, lang: str) -> Iterator[str]:
    """The notices for a year that settle days of it, or name some."""
    built_in = calendar.built_in(year)
    if built_in:
        yield _built_in_name(year, lang)
    for notice in calendar.notices:
        settles = not notice.local and not built_in and first <= notice.last
        if notice.year == year and (settles or _names(notice.days(), first, last)):
            yield notice.number
    if not calendar.settles(last):
        yield choose(_REGULATION if year >= SINCE else _NO_NOTICE, lang)


def _of_next(calendar: Calendar, year: int, first: date, last: date, lang: str) -> Iterator[str]:
    """The notices for the next year that name one of the last days of December."""
    days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    named = any(day in chinese_calendar.holidays or day in chinese_calendar.workdays for day in days)
    if named and calendar.built_in(year):
        yield _built_in_name(year, lang)
    yield from (n.number for n in calendar.notices if n.year == year and _names(n.days(), first, last))


def _built_in_name(year: int, lang: str) -> str:
    return choose((f"国务院办公厅 {year} 年放假通知", f"the State Council's notice for {year}"), lang)


def _names(days: Iterable[date], first: date, last: date) -> bool:
    return any(first <= day <= last for day in days)


def _days(run: Run, lang: str) -> str:
    first, last = run.first.isoformat(), run.last.isoformat()
    return first if run.first == run.last else choose((f"{first} 至 {last}", f"{first} to {last}"), lang)


def _bracketed(name: str, lang: str) -> str:
    told = holiday_text(name, lang) if name else choose(_WEEKEND, lang)
    return choose((f"（{told}）", f" ({told})"), lang)


def _colon(text: str, lang: str) -> str:
    return choose((f"：{text}", f": {text}"), lang)
