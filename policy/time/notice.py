"""Holiday notices (放假通知): the rest days of a year and the weekend days worked in their place (调休).

plain data -> ``notice_from_mapping`` -> ``Notice``, for ``policy.time.calendar`` to add. As plain data, which
is also the form of the files in ``rules/calendar/``, a notice is::

    year: 2027
    number: 国办发明电〔2026〕N号       # the number or title of the notice
    local: false                      # optional; true for a region's own holiday
    districts: [liwan]                # optional; the districts whose own holiday it is (then it is local)
    through: 2027-06-30               # optional; the last day that it settles, where that is not 31 December
    holidays:
      - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
    working_days: [2027-01-10]        # optional; Saturdays and Sundays that are worked

The notice for a year may name days of the December before, from the 25th on: see ``LATE_DECEMBER``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from policy.time.period import choose

__all__ = ["LATE_DECEMBER", "Holiday", "Notice", "NoticeError", "NoticeFault", "notice_from_mapping"]

# The first day of December that the notice for the next year may name. From 2004 to 2026 five notices turned
# December days into working or rest days (those for 2006, 2007, 2008, 2012 and 2019), never one before the
# 29th; the bound leaves four days to spare.
LATE_DECEMBER = 25

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(2001, 2100)
_LONGEST_HOLIDAY = 15  # days; the longest so far had ten (Spring Festival 2020, as extended)

_FAULT_TEXTS = {
    "not_a_mapping": ("应为键值对", "must be a mapping"),
    "not_a_list": ("应为列表", "must be a list"),
    "missing": ("缺少此项", "is required"),
    "unknown_key": ("不认识的键；可用：{known}", "is not a known key; known are: {known}"),
    "not_text": ("应为非空文字", "must be a text that is not empty"),
    "not_bool": ("应为 true 或 false", "must be true or false"),
    "not_a_year": ("应为 2001 至 2099 的年份", "must be a year from 2001 to 2099"),
    "not_a_date": ("应为日期，如 2027-01-01", "must be a date, such as 2027-01-01"),
    "empty": ("通知没有任何日期", "the notice names no day"),
    "reversed": ("{to} 早于开始日 {from}", "{to} is before the first day, {from}"),
    "too_long": ("共 {days} 天，超过上限 {limit} 天", "has {days} days, over the limit of {limit}"),
    "outside_year": (
        "{day} 不在 {year} 年通知可涉及的范围（{first} 至 {last}）",
        "{day} is outside what the notice for {year} may name ({first} to {last})",
    ),
    "not_weekend": (
        "{day} 不是周六或周日，本来就要上班",
        "{day} is no Saturday or Sunday",
    ),
    "twice": ("{day} 重复出现", "{day} stands here twice"),
    "both": ("{day} 既是假日又是上班日", "{day} is both a holiday and a working day"),
    "not_local": (
        "只对部分地区的通知应写 local: true",
        "a notice for some districts is local: write local: true",
    ),
    "no_district": ("没有地区“{name}”；已有：{known}", "there is no district “{name}”; there are: {known}"),
    "not_in_year": ("{day} 不在 {year} 年内", "{day} is not in {year}"),
    "contradiction": (
        "“{other}”和“{number}”对 {day} 的规定相反",
        '"{other}" and "{number}" say opposite things of {day}',
    ),
    "lacks": (
        "没有写{festival}（{day}）：各年都放假；只定到某日为止的，写 through",
        "{festival} ({day}) is missing: it rests in every year; a notice of part of a year says `through`",
    ),
}


@dataclass(frozen=True, slots=True)
class NoticeFault:
    """One fault: where (``path`` of keys and list positions) and what (``reason``, ``values``)."""

    path: tuple[str | int, ...]
    reason: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def field(self) -> str:
        """The path as text: "holidays[0].to"; "notice" for the whole."""
        parts = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in self.path)
        return "".join(parts).lstrip(".") or "notice"

    def text(self, lang: str) -> str:
        """The fault for people, in "zh" or "en"."""
        return f"{self.field}: {choose(_FAULT_TEXTS[self.reason], lang).format_map(dict(self.values))}"


class NoticeError(ValueError):
    """A notice that cannot be used, with every fault found in it."""

    def __init__(self, faults: tuple[NoticeFault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def text(self, lang: str) -> str:
        """All faults for people, in "zh" or "en"."""
        return "; ".join(fault.text(lang) for fault in self.faults)

    def __str__(self) -> str:
        return self.text("en")


@dataclass(frozen=True, slots=True, order=True)
class Holiday:
    """A named run of rest days, both ends included."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Every day of the holiday, in order."""
        for ordinal in range(self.first.toordinal(), self.last.toordinal() + 1):
            yield date.fromordinal(ordinal)


@dataclass(frozen=True, slots=True, order=True)
class Notice:
    """A holiday notice for ``year``: rest days and the weekend days worked in their place.

    ``number`` is the notice's number or title. A ``local`` notice (a region's own holiday, such as 三月三 in
    Guangxi) adds its days, wins over national ones, and does not make the year published; with ``districts``
    it holds there alone. ``through`` is the last day of the year that it settles, where that is not the last.
    Raises ``NoticeError`` with every fault; the paths are those of the plain data.
    """

    year: int
    number: str
    holidays: tuple[Holiday, ...]
    working_days: tuple[date, ...] = ()
    local: bool = False
    districts: tuple[str, ...] = ()
    through: date = date.max

    @property
    def last(self) -> date:
        """The last day that it settles."""
        return min(self.through, date(self.year, 12, 31))

    def __post_init__(self) -> None:
        faults = tuple(_notice_faults(self))
        if faults:
            raise NoticeError(faults)

    def days(self) -> dict[date, bool]:
        """Every day the notice names, and whether it is worked."""
        rest = {day: False for holiday in self.holidays for day in holiday.days()}
        return rest | dict.fromkeys(self.working_days, True)


def _notice_faults(notice: Notice) -> Iterator[NoticeFault]:
    if notice.year not in _YEARS:
        yield NoticeFault(("year",), "not_a_year")
        return
    if not notice.number.strip():
        yield NoticeFault(("number",), "not_text")
    if not notice.holidays and not notice.working_days:
        yield NoticeFault((), "empty")
    if notice.districts and not notice.local:
        yield NoticeFault(("districts",), "not_local")
    if notice.through != date.max and notice.through.year != notice.year:
        yield NoticeFault(("through",), "not_in_year", (*_day(notice.through), ("year", str(notice.year))))
    rest: set[date] = set()
    for index, holiday in enumerate(notice.holidays):
        path = ("holidays", index)
        faults = list(_holiday_faults(notice.year, holiday, path))
        yield from faults
        if not faults:
            days = list(holiday.days())
            yield from (NoticeFault(path, "twice", _day(day)) for day in days if day in rest)
            rest.update(days)
    worked: set[date] = set()
    for index, day in enumerate(notice.working_days):
        path = ("working_days", index)
        yield from _window_faults(notice.year, day, path)
        if day.weekday() < 5:
            yield NoticeFault(path, "not_weekend", _day(day))
        if day in rest:
            yield NoticeFault(path, "both", _day(day))
        if day in worked:
            yield NoticeFault(path, "twice", _day(day))
        worked.add(day)


def _holiday_faults(year: int, holiday: Holiday, path: tuple[str | int, ...]) -> Iterator[NoticeFault]:
    if not holiday.name.strip():
        yield NoticeFault((*path, "name"), "not_text")
    yield from _window_faults(year, holiday.first, (*path, "from"))
    yield from _window_faults(year, holiday.last, (*path, "to"))
    days = (holiday.last - holiday.first).days + 1
    if days < 1:
        values = (("from", holiday.first.isoformat()), ("to", holiday.last.isoformat()))
        yield NoticeFault((*path, "to"), "reversed", values)
    if days > _LONGEST_HOLIDAY:
        yield NoticeFault((*path, "to"), "too_long", (("days", str(days)), ("limit", str(_LONGEST_HOLIDAY))))


def _window_faults(year: int, day: date, path: tuple[str | int, ...]) -> Iterator[NoticeFault]:
    first, last = date(year - 1, 12, LATE_DECEMBER), date(year, 12, 31)
    if not first <= day <= last:
        bounds = (("year", str(year)), ("first", first.isoformat()), ("last", last.isoformat()))
        yield NoticeFault(path, "outside_year", (*_day(day), *bounds))


def _day(day: date) -> tuple[tuple[str, str], ...]:
    return (("day", day.isoformat()),)


_KEYS = ("year", "number", "local", "districts", "through", "holidays", "working_days")
_HOLIDAY_KEYS = ("name", "from", "to")
_OPTIONAL = ("local", "districts", "through", "working_days")


def notice_from_mapping(plain: Mapping[str, object]) -> Notice:
    """The notice that plain data (the form above) holds; a date is a ``date`` or its ISO text.

    Raises ``NoticeError``: first with every fault of shape (keys, types), else with every fault of meaning.
    """
    faults: list[NoticeFault] = []
    _check_keys(plain, _KEYS, (), faults)
    if not isinstance(plain, Mapping):
        raise NoticeError(tuple(faults))
    year = plain.get("year", 0)
    if not isinstance(year, int) or isinstance(year, bool):
        faults.append(NoticeFault(("year",), "not_a_year"))
    local = plain.get("local", False)
    if not isinstance(local, bool):
        faults.append(NoticeFault(("local",), "not_bool"))
    number = _text(plain.get("number", ""), ("number",), faults)
    holidays = tuple(
        _holiday(item, ("holidays", index), faults)
        for index, item in enumerate(_list(plain.get("holidays", []), ("holidays",), faults))
    )
    working_days = tuple(
        _date(item, ("working_days", index), faults)
        for index, item in enumerate(_list(plain.get("working_days", []), ("working_days",), faults))
    )
    districts = tuple(
        _text(item, ("districts", index), faults)
        for index, item in enumerate(_list(plain.get("districts", []), ("districts",), faults))
    )
    through = _date(plain["through"], ("through",), faults) if "through" in plain else date.max
    if faults or not isinstance(year, int) or not isinstance(local, bool):
        raise NoticeError(tuple(faults))
    return Notice(year, number, holidays, working_days, local, districts, through)


_Path = tuple[str | int, ...]


def _check_keys(value: object, keys: tuple[str, ...], path: _Path, faults: list[NoticeFault]) -> None:
    """Collect the unknown and missing keys of a mapping that has ``keys``, or that it is no mapping."""
    if not isinstance(value, Mapping):
        faults.append(NoticeFault(path, "not_a_mapping"))
        return
    for key in value:
        if key not in keys:
            faults.append(NoticeFault((*path, str(key)), "unknown_key", (("known", ", ".join(keys)),)))
    for key in keys:
        if key not in value and key not in _OPTIONAL:
            faults.append(NoticeFault((*path, key), "missing"))


def _holiday(value: object, path: _Path, faults: list[NoticeFault]) -> Holiday:
    _check_keys(value, _HOLIDAY_KEYS, path, faults)
    if not isinstance(value, Mapping):
        return Holiday("", date.min, date.min)
    name = _text(value.get("name", ""), (*path, "name"), faults)
    first = _date(value.get("from", date.min), (*path, "from"), faults)
    return Holiday(name, first, _date(value.get("to", date.min), (*path, "to"), faults))


def _list(value: object, path: _Path, faults: list[NoticeFault]) -> list[object]:
    if isinstance(value, list):
        return value
    faults.append(NoticeFault(path, "not_a_list"))
    return []


def _text(value: object, path: _Path, faults: list[NoticeFault]) -> str:
    if isinstance(value, str):
        return value
    faults.append(NoticeFault(path, "not_text"))
    return ""


def _date(value: object, path: _Path, faults: list[NoticeFault]) -> date:
    # A datetime is a date to isinstance; but a time of day in a notice is a mistake.
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    faults.append(NoticeFault(path, "not_a_date"))
    return date.min
