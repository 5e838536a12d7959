"""A year as people know it: which days rest (休), which weekend days are worked (班), and who says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from rich.text import Text

from policy.time.calendar import Calendar
from policy.time.due import Due, step_text
from policy.time.period import choose
from policy.time.span import Run, holiday_text, name_of, notice_names, runs_of

_WEEKDAYS = ("一 二 三 四 五 六 日", "Mo Tu We Th Fr Sa Su")
_DAY = 5
"""Columns of one day: two digits, a sign of two columns, a space."""
_MONTH = 7 * _DAY
_GAP = 3
_ONE_DAY = timedelta(days=1)


def days_of(year: int) -> Iterator[date]:
    """The days of a year."""
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += _ONE_DAY


def holidays_of(calendar: Calendar, year: int) -> list[Run]:
    """The holidays of a year: runs of rest days that are not weekends alone."""
    return [run for run in runs_of(calendar, date(year, 1, 1), date(year, 12, 31)) if run.name]


def worked_weekends(calendar: Calendar, year: int) -> list[date]:
    """The Saturdays and Sundays that are worked (调休)."""
    return [day for day in days_of(year) if day.weekday() > 4 and calendar.is_working_day(day)]


def settled_through(calendar: Calendar, year: int) -> date | None:
    """The last day of the year before which everything is settled; None where nothing is."""
    open_days = [day for day in days_of(year) if not calendar.is_published(day)]
    if not open_days:
        return date(year, 12, 31)
    return open_days[0] - _ONE_DAY if open_days[0] > date(year, 1, 1) else None


def year_lines(calendar: Calendar, year: int, lang: str, width: int) -> list[Text]:
    """The year month by month, its holidays, and what it rests on."""
    across = max(1, min(4, (width + _GAP) // (_MONTH + _GAP)))
    lines = [Text(choose((f"{year} 年", str(year)), lang), style="bold")]
    for first in range(1, 13, across):
        months = [_month(calendar, year, month, lang) for month in range(first, min(13, first + across))]
        for row in range(max(map(len, months))):
            line = Text()
            for month in months:
                cell = month[row] if row < len(month) else Text()
                line.append_text(cell)
                line.append(" " * (_MONTH + _GAP - cell.cell_len))
            line.rstrip()
            lines.append(line)
        lines.append(Text())
    return [*lines, *_legend(calendar, year, lang)]


def _month(calendar: Calendar, year: int, month: int, lang: str) -> list[Text]:
    title = choose((f"{month} 月", date(year, month, 1).strftime("%B")), lang)
    heads = "".join(head + " " * (_DAY - 2) for head in choose(_WEEKDAYS, lang).split())
    lines = [Text(title, style="bold"), Text(heads)]
    line = Text(" " * (_DAY * date(year, month, 1).weekday()))
    for day in days_of(year):
        if day.month != month:
            continue
        line.append_text(_cell(calendar, day, lang))
        if day.weekday() == 6:
            lines.append(line)
            line = Text()
    return [*lines, line] if line else lines


def _cell(calendar: Calendar, day: date, lang: str) -> Text:
    works = calendar.is_working_day(day)
    if works is (day.weekday() < 5) and not (not works and name_of(calendar, day)):
        return Text(f"{day.day:2}   ", style="dim" if not works else "")
    sign = choose((("休", "班")[works], ("-", "w")[works]), lang)
    style = "red" if not works else "yellow"
    text = Text(f"{day.day:2}{sign}", style=style)
    text.append(" " * (_DAY - text.cell_len))
    return text


def _legend(calendar: Calendar, year: int, lang: str) -> list[Text]:
    signs = choose(
        (
            "休：放假；班：周末上班（调休）；其余周一至周五上班。",
            "-: rests for a holiday; w: a weekend day worked",
        ),
        lang,
    )
    lines = [Text(signs)]
    for run in holidays_of(calendar, year):
        days = (run.last - run.first).days + 1
        span = run.first.isoformat() if days == 1 else f"{run.first.isoformat()} – {run.last.isoformat()}"
        name, many = holiday_text(run.name, lang), choose((f"（{days} 天）", f", {days} in all"), lang)
        lines.append(Text(f"  {name}  {span}{many}"))
    worked = worked_weekends(calendar, year)
    if worked:
        listed = choose(("、", ", "), lang).join(day.isoformat() for day in worked)
        lines.append(Text(choose((f"  周末上班  {listed}", f"  weekend days worked  {listed}"), lang)))
    return [*lines, *(Text(line) for line in relied_on(calendar, year, lang))]


def relied_on(calendar: Calendar, year: int, lang: str) -> list[str]:
    """Which notices the year rests on, and what is still open of it."""
    names = notice_names(calendar, date(year, 1, 1), date(year, 12, 31), lang)
    joined = choose(("；", "; "), lang).join(names)
    found = [choose((f"依据：{joined}", f"by: {joined}"), lang)]
    last = settled_through(calendar, year)
    if last is None:
        found.append(
            choose(
                (
                    f"{year} 年放假通知尚未收录：只计法定节日和周末，凡涉及这一年的日期均为暂定。",
                    f"the notice for {year} is not known yet: festivals by the regulation and weekends "
                    "alone; every date that depends on this year is provisional.",
                ),
                lang,
            )
        )
    elif last < date(year, 12, 31):
        found.append(
            choose(
                (
                    f"已确定至 {last.isoformat()}，其后各日仍可能由通知调整，所得日期为暂定。",
                    f"settled through {last.isoformat()}; what depends on later days is provisional.",
                ),
                lang,
            )
        )
    return found


def year_json(calendar: Calendar, year: int) -> dict[str, Any]:
    """The same for programs: every day that is not what its weekday says, or has a name."""
    last = settled_through(calendar, year)
    return {
        "year": year,
        "calendar_digest": calendar.digest,
        "settled_through": None if last is None else last.isoformat(),
        "notices": [notice.number for notice in calendar.notices if notice.year == year],
        "days": [
            {
                "day": day.isoformat(),
                "works": works,
                "name": name_of(calendar, day) if not works else "",
                "settled": calendar.is_published(day),
            }
            for day in days_of(year)
            if (works := calendar.is_working_day(day)) is not (day.weekday() < 5)
            or (not works and name_of(calendar, day))
        ],
    }


def due_lines(due: Due, lang: str) -> list[str]:
    """A due time, how it was counted, and whether it may still move."""
    return [f"{number}. {step_text(step, lang)}" for number, step in enumerate(due.steps, start=1)]


def due_json(due: Due, lang: str) -> dict[str, Any]:
    """The same for programs."""
    return {
        "kind": due.kind.value,
        "at": None if due.at is None else due.at.isoformat(),
        "provisional": due.provisional,
        "steps": [{"code": step.code, "text": step_text(step, lang)} for step in due.steps],
    }
