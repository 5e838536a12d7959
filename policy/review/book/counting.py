"""How a due time was counted, as cells in a row: the start, what counts, what rests, the last day or moment.

Due, its counting steps --cells_of--> cells (none where the steps do not lie in one row)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from policy.review.book.model import Cell, Fill
from policy.review.book.words import FILLS
from policy.time.deadline import Due
from policy.time.moment import Instant
from policy.time.span import Span

_DRAWN = frozenset(
    {
        *("start", "start_of_end", "of_duty", "of_duty_fulfilled", "of_duty_breached", "local_length"),
        *("starting_day_excluded", "starting_hour_excluded", "day_itself_excluded"),
        *("hours_exact", "minutes_exact", "hours", "counted", "month_end", "working_days", "skipped"),
        *("before", "before_end", "counted_back", "working_days_back"),
        *("fixed_day", "month_day", "calendar_period", "occurrence", "end_of"),
        *("last_day_works", "make_up_day", "rolled", "rolled_back", "moved_to_make_up_day", "not_rolled"),
        *("notice", "provisional", "ends", "due"),
    }
)
"""Steps that lie in one row. A clock that stood still, an extension, the earlier of two are told in words."""
_LONGEST = 42
"""Days that are drawn one by one; of more those at both ends."""
_HEAD, _TAIL = 3, 6
_HOURS_WIDE = 15.0
"""Width of all the hours together, in days."""
_END_WIDE = 2.6
_MOST_HOURS = 9 * 24


def cells_of(due: Due, lang: str) -> tuple[Cell, ...]:
    """The cells of a due time in the order of time; none where it has no time or its steps are not a row."""
    codes = [code for code, _ in due.marks]
    if due.at is None or not _DRAWN.issuperset(codes) or len(codes) != len(set(codes)):
        return ()
    marks: Mapping[str, tuple[Any, ...]] = dict(due.marks)
    if "hours" in marks:
        return tuple(_hours(marks, lang))
    first, last = _start_day(marks), marks["ends"][0] if "ends" in marks else None
    if first is None or not isinstance(last, date):
        return ()
    return tuple(_labelled(_shortened(list(_days(marks, first, last, lang)), lang)))


def _plain(moment: datetime | Instant) -> datetime:
    return moment.at if isinstance(moment, Instant) else moment


def _start_day(marks: Mapping[str, tuple[Any, ...]]) -> date | None:
    for code in ("start", "before"):
        if code in marks:
            return _plain(marks[code][0]).date()
    for code in ("start_of_end", "before_end"):
        if code in marks:
            found: date = marks[code][0]
            return found
    return None


def _days(
    marks: Mapping[str, tuple[Any, ...]], start: date, last: date, lang: str
) -> Iterator[tuple[date, Cell]]:
    """Each day from the start to the last, or, counted back, from the last to the start."""
    rest, numbered = set(_rest(marks)), bool({"counted", "working_days"} & marks.keys())
    back = start > last
    number = 0
    for ordinal in range(min(start, last).toordinal(), max(start, last).toordinal() + 1):
        day = date.fromordinal(ordinal)
        fill = (
            Fill.LAST
            if day == last
            else Fill.START
            if day == start
            else Fill.REST
            if day in rest
            else Fill.COUNTED
        )
        text = _said(fill, lang)
        if fill is Fill.COUNTED:
            number += 1
            text = str(number) if numbered and not back else ""
        yield day, Cell(fill, "", text, str(day.day))


def _rest(marks: Mapping[str, tuple[Any, ...]]) -> Iterable[date]:
    """The days that are not counted, or over which the last one moves."""
    if "skipped" in marks:
        span: Span = marks["skipped"][0]
        for ordinal in range(span.first.toordinal(), span.last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if not span.calendar.is_working_day(day):
                yield day
    for code in ("rolled", "rolled_back"):
        if code in marks:
            first, end = marks[code][:2]
            yield from (date.fromordinal(n) for n in range(first.toordinal(), end.toordinal() + 1))


def _shortened(days: list[tuple[date, Cell]], lang: str) -> list[tuple[date, Cell]]:
    """The days, and of very many those at both ends with how many lie between."""
    if len(days) <= _LONGEST:
        return days
    between = len(days) - _HEAD - _TAIL
    said = f"……  {between} days  ……" if lang == "en" else f"……  {between} 天  ……"
    return [*days[:_HEAD], (days[_HEAD][0], Cell(Fill.GAP, "", said, "", 5.0)), *days[-_TAIL:]]


def _labelled(days: Iterable[tuple[date, Cell]]) -> Iterator[Cell]:
    """The cells with the month above the first day of each."""
    shown = (0, 0)
    for day, cell in days:
        month = (day.year, day.month)
        if cell.fill is Fill.GAP or month == shown:
            yield cell
            continue
        yield replace(cell, above=f"{day.year}-{day.month:02d}")
        shown = month


def _hours(marks: Mapping[str, tuple[Any, ...]], lang: str) -> Iterator[Cell]:
    """The start, the hours of each day, the end."""
    start, end = _plain(marks["start"][0]), _plain(marks["hours"][1])
    runs = _plain(marks["starting_hour_excluded"][0]) if "starting_hour_excluded" in marks else start
    whole = (end - runs) / timedelta(hours=1)
    yield _moment(Fill.START, start, lang)
    if whole > _MOST_HOURS:
        yield Cell(Fill.GAP, "", _length(runs, end, lang), "", 6.0)
    else:
        while runs < end:
            until = min(
                end, datetime.combine(runs.date(), datetime.min.time(), runs.tzinfo) + timedelta(days=1)
            )
            share = (until - runs) / timedelta(hours=1) / whole
            text = _length(runs, until, lang)
            yield Cell(Fill.COUNTED, "", text, f"{runs:%m-%d}", max(2.0, share * _HOURS_WIDE))
            runs = until
    yield _moment(Fill.LAST, end, lang)


def _moment(fill: Fill, at: datetime, lang: str) -> Cell:
    return Cell(fill, f"{at:%Y-%m-%d}", f"{_said(fill, lang)} {at:%H:%M}", "", _END_WIDE)


def _length(first: datetime, last: datetime, lang: str) -> str:
    hours, minutes = divmod((last - first) // timedelta(minutes=1), 60)
    names = ("h", "min") if lang == "en" else ("小时", "分")
    return " ".join(f"{n} {name}" for n, name in zip((hours, minutes), names, strict=True) if n)


def _said(fill: Fill, lang: str) -> str:
    return FILLS[fill][0][1 if lang == "en" else 0]
