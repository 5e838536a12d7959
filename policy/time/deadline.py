"""Legal time: when a duty is due, and every step of how that was counted.

start + ``Period``, date or ``Recurrence`` + ``Calendar`` -> ``Due``. Pure; the clock is no input.

Counting follows the Civil Procedure Law (2023) art. 85 and, where it is silent, the Civil Code (art. 200 on):

- the hour and the day in which a period starts are not counted;
- a month or a year ends on the corresponding day, or on the month's last day where there is none;
- a last day that is a rest day (a holiday, or a weekend not worked) moves to the first working day after;
- the last day ends at 24:00 in Shanghai, which a ``Due`` holds as 00:00 of the day after;
- working days (工作日) are counted one by one, the starting day not among them;
- hours run from the exact moment, to the nanosecond (``Instant``), or from the next full hour, and never move
  to a working day.

Time in the post, which art. 85 leaves out of a period, is out of scope. Times may come in any zone and leave
in Shanghai's. Days lie between 2000-01-01 and 2099-12-31.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar, Literal

from policy.time.calendar import FIRST_DAY, LAST_DAY, SHANGHAI, Calendar, CalendarError, days_in
from policy.time.moment import Instant, nanos_of
from policy.time.period import LegalTimeError, Period, Unit, choose
from policy.time.recurrence import Recurrence

__all__ = [
    "DeadlineError",
    "Due",
    "Kind",
    "Step",
    "due_at",
    "due_by_month_day",
    "due_on",
    "due_recurring",
    "due_within",
    "qualitative",
    "step_text",
]


class DeadlineError(LegalTimeError):
    """A deadline that cannot be counted. Reasons: the keys of ``texts``."""

    texts: ClassVar[Mapping[str, tuple[str, str]]] = {
        "naive": ("时间没有时区", "the time has no time zone"),
        "out_of_range": ("日期超出 2000-01-01 至 2099-12-31", "the date is outside 2000-01-01 to 2099-12-31"),
        "no_such_day": ("没有 {month} 月 {day} 日", "there is no day {day} in month {month}"),
        "hours_mode": (
            "小时的起算方式“{mode}”不认识：可用 exact、next_hour",
            'hours cannot run "{mode}"; use exact or next_hour',
        ),
    }


class Kind(StrEnum):
    """How a deadline is given: a period, a date, a recurring date, or only a word (立即, 及时)."""

    NUMERIC = "numeric"
    FIXED = "fixed"
    RECURRING = "recurring"
    QUALITATIVE = "qualitative"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the counting: a stable code and its named values as text. ``step_text`` renders it."""

    code: str
    args: tuple[tuple[str, str], ...] = ()


# A step as it is counted, a code and bare values: writing dates out would take longer than the counting.
_Mark = tuple[str, tuple[date | Instant | Period | int | str, ...]]


@dataclass(frozen=True, slots=True)
class Due:
    """When a duty is due: ``at`` is in Shanghai time (24:00 is 00:00 of the next day), or None.

    ``provisional``: a holiday notice not yet known may still move ``at``. The last step states ``at``.
    ``below`` are the nanoseconds that ``at`` cannot hold.
    """

    kind: Kind
    at: datetime | None
    provisional: bool
    marks: tuple[_Mark, ...]
    below: int = 0

    @property
    def nanos(self) -> int | None:
        """``at`` and ``below``: nanoseconds since 1970-01-01 UTC."""
        return None if self.at is None else nanos_of(self.at) + self.below

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step of the counting, in order."""
        return tuple(
            Step(code, tuple(zip(_STEP_ARGS[code], map(_written, values), strict=True)))
            for code, values in self.marks
        )


def _written(value: date | Instant | Period | int | str) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


_STEP_ARGS = {
    "start": ("at",),
    "starting_day_excluded": (),
    "starting_hour_excluded": ("from",),
    "hours_exact": (),
    "hours": ("period", "at"),
    "counted": ("period", "day"),
    "month_end": (),
    "working_days": ("period", "day"),
    "fixed_day": ("day",),
    "fixed_moment": (),
    "month_day": ("day",),
    "calendar_period": ("rule", "first", "last"),
    "occurrence": ("rule", "day"),
    "last_day_works": (),
    "make_up_day": (),
    "rolled": ("first", "last", "days", "to"),
    "not_rolled": (),
    "provisional": ("year",),
    "ends": ("day",),
    "due": ("at",),
    "qualitative": (),
}


_STEP_TEXTS = {
    "start": ("起算时间 {at}", "the period starts at {at}"),
    "starting_day_excluded": ("开始之日不计入期间", "the starting day is not counted"),
    "starting_hour_excluded": (
        "开始之时不计入期间，自 {from} 起算",
        "the starting hour is not counted: the period runs from {from}",
    ),
    "hours_exact": ("按小时计算，自该时刻起连续计算", "hours run on from that very moment"),
    "hours": ("{period}于 {at} 届满", "a period of {period} ends at {at}"),
    "counted": ("{period}期间的最后一日为 {day}", "a period of {period} has {day} as its last day"),
    "month_end": (
        "到期月没有对应日，以月末日为最后一日",
        "that month has no corresponding day, so its last day counts",
    ),
    "working_days": (
        "自次日起逐个计算工作日，{period}的最后一日为 {day}",
        "working days are counted from the next day on; a period of {period} has {day} as its last day",
    ),
    "fixed_day": ("规定日期为 {day}", "the day is fixed: {day}"),
    "fixed_moment": ("事实已载明到期时刻", "the facts give the moment"),
    "month_day": (
        "起算日当日或其后的首个规定日期为 {day}",
        "the first such day on or after the start is {day}",
    ),
    "calendar_period": (
        "{rule}：起算日所在周期为 {first} 至 {last}",
        "{rule}: the start lies in the period from {first} to {last}",
    ),
    "occurrence": (
        "{rule}：起算日当日或其后的首个日期为 {day}",
        "{rule}: the first such day on or after the start is {day}",
    ),
    "last_day_works": ("最后一日是工作日，不顺延", "the last day is a working day and does not move"),
    "make_up_day": (
        "最后一日虽是周末，但因调休须上班，不顺延",
        "the last day is a weekend day made a working day and does not move",
    ),
    "rolled": (
        "最后一日逢休息日（{first} 至 {last}，共 {days} 天），顺延至 {to}",
        "the last day falls on rest days ({first} to {last}, {days} in all) and moves to {to}",
    ),
    "not_rolled": ("逢休息日不顺延", "the last day does not move on a rest day"),
    "provisional": (
        "{year} 年放假通知尚未收录，结果为暂定",
        "the holiday notice for {year} is not known yet, so the result is provisional",
    ),
    "ends": ("期间于 {day} 24:00（北京时间）届满", "the period ends at 24:00 on {day}, Shanghai time"),
    "due": ("到期时间为 {at}", "due at {at}"),
    "qualitative": ("文件只有定性要求，未规定具体时限", "the document gives a word and no time"),
}


def step_text(step: Step, lang: str) -> str:
    """The step for people, in "zh" or "en". KeyError for a code or a language that does not exist."""
    values = dict(step.args)
    if "period" in values:
        values["period"] = Period.parse(values["period"]).text(lang)
    return choose(_STEP_TEXTS[step.code], lang).format_map(values)


_MIDNIGHT = time(0, tzinfo=SHANGHAI)
_HOUR = timedelta(hours=1)
_LAST_MOMENT = datetime.combine(LAST_DAY, _MIDNIGHT) + timedelta(days=1)

_DAY_EXCLUDED: _Mark = ("starting_day_excluded", ())
_HOURS_EXACT: _Mark = ("hours_exact", ())
_MONTH_END: _Mark = ("month_end", ())
_WORKS: _Mark = ("last_day_works", ())
_MAKE_UP: _Mark = ("make_up_day", ())
_NOT_ROLLED: _Mark = ("not_rolled", ())
_FIXED_MOMENT: _Mark = ("fixed_moment", ())
_QUALITATIVE = Due(Kind.QUALITATIVE, None, False, (("qualitative", ()),))


def due_within(
    start: datetime | Instant,
    period: Period,
    calendar: Calendar,
    *,
    roll: bool = True,
    hours: Literal["exact", "next_hour"] = "exact",
) -> Due:
    """The end of ``period`` from ``start`` on, by the Civil Procedure Law (2023) art. 85.

    ``roll``: a last day that is a rest day moves on (days, months and years). ``hours``: whether hours run
    from the very moment or from the next full hour (09:00:00 lies in the hour that ends at 10:00).
    Raises ``DeadlineError``: ``naive``, ``out_of_range``, ``hours_mode``.
    """
    local = _shanghai(start)
    unit = period.unit
    if unit is Unit.HOUR:
        return _within_hours(local, period.amount, period, hours)
    day = local.date()
    marks: list[_Mark] = [("start", (local,)), _DAY_EXCLUDED]
    if unit is Unit.WORKING_DAY:
        return _within_working_days(day, period, calendar, marks)
    if unit is Unit.DAY:
        last = _date(day.toordinal() + period.amount)
    else:
        last = _months_later(day, period.amount * 12 if unit is Unit.YEAR else period.amount)
    marks.append(("counted", (period, last)))
    if unit is not Unit.DAY and last.day != day.day:
        marks.append(_MONTH_END)
    return _settle(Kind.NUMERIC, last, calendar, roll, marks)


def due_on(day: date, calendar: Calendar, *, roll: bool = False) -> Due:
    """The end of a fixed day in Shanghai. Raises ``DeadlineError`` ``out_of_range``."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DeadlineError("out_of_range")
    return _settle(Kind.FIXED, day, calendar, roll, [("fixed_day", (day,))])


def due_at(moment: datetime | Instant) -> Due:
    """The very moment that the facts give. Raises ``DeadlineError``: ``naive``, ``out_of_range``."""
    local = _shanghai(moment)
    return _due(local, (_FIXED_MOMENT, ("due", (local,))), Kind.FIXED)


def due_by_month_day(
    start: datetime | Instant, month: int, day: int, calendar: Calendar, *, roll: bool = False
) -> Due:
    """The end of the first ``month``-``day`` on or after the day of ``start``, this year or the next.

    02-29 means the last day of February in a common year, as the Civil Code art. 202 has it for months. The
    occurrence is chosen before ``roll`` moves it. Raises ``DeadlineError``: ``naive``, ``out_of_range``,
    ``no_such_day``.
    """
    if not (1 <= month <= 12 and 1 <= day <= days_in(2000, month)):
        raise DeadlineError("no_such_day", {"month": str(month), "day": str(day)})
    local = _shanghai(start)
    today = local.date()
    last = _in_year(today.year, month, day)
    if last < today:
        last = _in_year(today.year + 1, month, day)
    return _settle(Kind.FIXED, last, calendar, roll, [("start", (local,)), ("month_day", (last,))])


def due_recurring(rule: str, start: datetime | Instant, calendar: Calendar, *, roll: bool = False) -> Due:
    """The end of the day that ``rule``, an RFC 5545 recurrence rule, gives for ``start``.

    See ``policy.time.recurrence`` for the subset and its meaning. The day is chosen before ``roll`` moves it.
    Raises ``RecurrenceError``; ``DeadlineError``: ``naive``, ``out_of_range``.
    """
    recurrence = Recurrence.parse(rule)
    local = _shanghai(start)
    marks: list[_Mark] = [("start", (local,))]
    if recurrence.bare:
        first, last = recurrence.calendar_period(local.date())
        marks.append(("calendar_period", (recurrence.text, first, last)))
    else:
        last = recurrence.on_or_after(local.date()) or date.max
        marks.append(("occurrence", (recurrence.text, last)))
    if last > LAST_DAY:
        raise DeadlineError("out_of_range")
    return _settle(Kind.RECURRING, last, calendar, roll, marks)


def qualitative() -> Due:
    """The due time of a deadline that is only a word (立即, 及时): none, while no parameter fixes one."""
    return _QUALITATIVE


def _shanghai(moment: datetime | Instant) -> datetime | Instant:
    """``moment`` in Shanghai's time. Raises ``DeadlineError``: ``naive``, ``out_of_range``."""
    if isinstance(moment, Instant):
        return moment._replace(at=_local(moment.at))
    return _local(moment)


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is not SHANGHAI:
        if moment.utcoffset() is None:
            raise DeadlineError("naive")
        try:
            moment = moment.astimezone(SHANGHAI)
        except OverflowError:
            raise DeadlineError("out_of_range") from None
    if not FIRST_DAY.year <= moment.year <= LAST_DAY.year:
        raise DeadlineError("out_of_range")
    return moment


def _end_of_day(day: date) -> datetime:
    """24:00 of ``day`` in Shanghai, as 00:00 of the day after."""
    return datetime.combine(date.fromordinal(day.toordinal() + 1), _MIDNIGHT)


def _settle(kind: Kind, nominal: date, calendar: Calendar, roll: bool, marks: list[_Mark]) -> Due:
    """The due time for the last day ``nominal``, moved off rest days if ``roll``; adds to ``marks``.

    Raises ``DeadlineError`` ``out_of_range``.
    """
    last = nominal
    missing = None
    if roll:
        last = _next_working_day(nominal, calendar)
        if last is not nominal:
            marks.append(_rolled(nominal, last))
        else:
            marks.append(_MAKE_UP if nominal.weekday() > 4 else _WORKS)
        missing = calendar.missing_notice(nominal, last)
    else:
        marks.append(_NOT_ROLLED)
    return _ends(kind, last, missing, marks)


def _ends(kind: Kind, last: date, missing: int | None, marks: list[_Mark]) -> Due:
    if missing is not None:
        marks.append(("provisional", (missing,)))
    marks.append(("ends", (last,)))
    return Due(kind, _end_of_day(last), missing is not None, tuple(marks))


def _rolled(nominal: date, last: date) -> _Mark:
    ordinal = last.toordinal()
    days = ordinal - nominal.toordinal()
    return "rolled", (nominal, date.fromordinal(ordinal - 1), days, last)


def _next_working_day(day: date, calendar: Calendar) -> date:
    try:
        return calendar.next_working_day(day)
    except CalendarError:
        raise DeadlineError("out_of_range") from None


def _within_hours(local: datetime | Instant, amount: int, period: Period, mode: str) -> Due:
    at, below = local if isinstance(local, Instant) else (local, 0)
    if mode == "exact":
        rule = _HOURS_EXACT
    elif mode == "next_hour":
        at, below = at.replace(minute=0, second=0, microsecond=0) + _HOUR, 0
        rule = ("starting_hour_excluded", (at,))
    else:
        raise DeadlineError("hours_mode", {"mode": mode})
    at += timedelta(hours=amount)
    if at > _LAST_MOMENT or (at == _LAST_MOMENT and below):
        raise DeadlineError("out_of_range")
    end = Instant(at, below) if below else at
    return _due(end, (("start", (local,)), rule, ("hours", (period, end))), Kind.NUMERIC)


def _due(end: datetime | Instant, marks: tuple[_Mark, ...], kind: Kind) -> Due:
    """Due at a very moment."""
    at, below = end if isinstance(end, Instant) else (end, 0)
    return Due(kind, at, False, marks, below)


def _within_working_days(day: date, period: Period, calendar: Calendar, marks: list[_Mark]) -> Due:
    try:
        last = calendar.add_working_days(day, period.amount)
    except CalendarError:
        raise DeadlineError("out_of_range") from None
    marks.append(("working_days", (period, last)))
    missing = calendar.missing_notice(date.fromordinal(day.toordinal() + 1), last)
    return _ends(Kind.NUMERIC, last, missing, marks)


def _date(ordinal: int) -> date:
    if ordinal > LAST_DAY.toordinal():
        raise DeadlineError("out_of_range")
    return date.fromordinal(ordinal)


def _months_later(day: date, months: int) -> date:
    """The corresponding day ``months`` later, or that month's last day (Civil Code art. 202)."""
    years, index = divmod(day.month - 1 + months, 12)
    return _in_year(day.year + years, index + 1, day.day)


def _in_year(year: int, month: int, day: int) -> date:
    if year > LAST_DAY.year:
        raise DeadlineError("out_of_range")
    return date(year, month, day if day <= 28 else min(day, days_in(year, month)))
