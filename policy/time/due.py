"""When a duty is due, and every step of how that was counted, in words of two languages.

The steps of counting are codes with bare values (``Mark``); they are written out when somebody reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from policy.time.calendar import Calendar
from policy.time.festivals import SINCE
from policy.time.moment import Instant, nanos_of
from policy.time.period import LegalTimeError, Period, choose
from policy.time.span import Span

__all__ = ["DeadlineError", "Due", "Kind", "Mark", "Step", "part_text", "relied", "step_text"]


class DeadlineError(LegalTimeError):
    """A deadline that cannot be counted. Reasons: the keys of ``texts``."""

    texts: ClassVar[Mapping[str, tuple[str, str]]] = {
        "naive": ("时间没有时区", "the time has no time zone"),
        "out_of_range": ("日期超出 2000-01-01 至 2099-12-31", "the date is outside 2000-01-01 to 2099-12-31"),
        "no_such_day": ("没有 {month} 月 {day} 日", "there is no day {day} in month {month}"),
        "whose_duty": (
            "有几项义务，到期时间不同，不知以哪一项为准",
            "there are several such duties of different moments: which one is meant is not known",
        ),
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
    """One step of the counting: a stable code and its named values, as text or (days) as a ``Span``.

    ``step_text`` renders it.
    """

    code: str
    args: tuple[tuple[str, str | Span], ...] = ()


# A step as it is counted, a code and bare values: writing dates out would take longer than the counting.
Mark = tuple[str, tuple[date | Instant | Period | Span | int | str, ...]]


@dataclass(frozen=True, slots=True)
class Due:
    """When a duty is due: ``at`` is in Shanghai time (24:00 is 00:00 of the next day), or None.

    ``provisional``: a holiday notice not yet known may still move ``at``. The last step states ``at``.
    ``below`` are the nanoseconds that ``at`` cannot hold. ``original``: when it was due before an extension.
    """

    kind: Kind
    at: datetime | None
    provisional: bool
    marks: tuple[Mark, ...]
    below: int = 0
    original: datetime | Instant | None = None

    @property
    def original_nanos(self) -> int | None:
        """``original`` in nanoseconds since 1970-01-01 UTC."""
        moment = self.original
        return moment.nanos if isinstance(moment, Instant) else None if moment is None else nanos_of(moment)

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


def _written(value: date | Instant | Period | Span | int | str) -> str | Span:
    if isinstance(value, Span):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def relied(first: date, last: date, calendar: Calendar) -> tuple[Mark, ...]:
    """The steps that say which notices the days ``first`` to ``last`` rest on, and what is still open.

    The last is ``provisional`` where a notice that is not known yet may change one of these days.
    """
    notice: Mark = ("notice", (Span(first, last, calendar),))
    day = calendar.first_open(first, last)
    if day is None:
        return (notice,)
    year = day.year + calendar.settles(day)
    return notice, ("provisional", (year, day, _why_open(day, last, calendar)))


def _why_open(day: date, last: date, calendar: Calendar) -> str:
    """Why ``day``, and what follows up to ``last``, is still open: a key of ``_OPEN``."""
    if calendar.settles(day):
        return "december" if calendar.settles(last) else "unknown"
    if day.year < SINCE:
        return "weekdays"
    return "part" if day.year in calendar.years else "unknown"


_STEP_ARGS = {
    "start": ("at",),
    "start_of_end": ("day",),
    "before_end": ("day",),
    "of_duty": ("rule",),
    "of_duty_fulfilled": ("rule",),
    "of_duty_breached": ("rule",),
    "starting_day_excluded": (),
    "starting_hour_excluded": ("from",),
    "hours_exact": (),
    "minutes_exact": (),
    "before": ("at",),
    "day_itself_excluded": (),
    "counted_back": ("period", "day"),
    "working_days_back": ("period", "day"),
    "time_back": ("period", "at"),
    "later": ("period", "day"),
    "end_of": ("unit", "first", "day"),
    "half_day_excluded": (),
    "half_day_begins": ("day", "half"),
    "half_days": ("period", "day", "half"),
    "later_day": ("day",),
    "next_office_day": ("to",),
    "office_ends": ("day", "half"),
    "after_hour": ("time",),
    "rolled_back": ("first", "last", "days", "why", "to"),
    "rolled_to_start": ("to",),
    "at_latest": (),
    "at_earliest": (),
    "earlier_of": (),
    "later_of": (),
    "stopped": ("at", "to"),
    "stands_still": ("at",),
    "left_out": ("period", "day"),
    "none_left_out": ("day",),
    "half_days_left": ("period", "day", "half"),
    "started_again": ("at",),
    "runs_on": (),
    "extended": ("at",),
    "extended_by_law": ("at",),
    "local_length": (),
    "posted": ("at",),
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
    "rolled": ("first", "last", "days", "why", "to"),
    "moved_to_make_up_day": ("day",),
    "not_rolled": (),
    "skipped": ("skipped",),
    "notice": ("notices",),
    "provisional": ("year", "day", "open"),
    "ends": ("day",),
    "due": ("at",),
    "qualitative": (),
}


_STEP_TEXTS = {
    "start_of_end": ("自 {day} 24:00 起算", "it runs from 24:00 on {day}"),
    "before_end": ("自 {day} 24:00 往前计算", "counted back from 24:00 on {day}"),
    "of_duty": ("以义务 {rule} 的到期时间为准", "from the due time of the duty {rule}"),
    "of_duty_fulfilled": ("以义务 {rule} 的履行时间为准", "from the fulfilment of the duty {rule}"),
    "of_duty_breached": ("以义务 {rule} 的逾期时间为准", "from the breach of the duty {rule}"),
    "start": ("起算时间 {at}", "the period starts at {at}"),
    "starting_day_excluded": ("开始之日不计入期间", "the starting day is not counted"),
    "starting_hour_excluded": (
        "开始之时不计入期间，自 {from} 起算",
        "the starting hour is not counted: the period runs from {from}",
    ),
    "hours_exact": ("按小时计算，自该时刻起连续计算", "hours run on from that very moment"),
    "minutes_exact": ("按分钟计算，自该时刻起连续计算", "minutes run on from that very moment"),
    "before": ("自 {at} 往前计算", "counted back from {at}"),
    "day_itself_excluded": ("该日不计入", "that day itself is not counted"),
    "counted_back": ("往前{period}为 {day}", "{period} before is {day}"),
    "working_days_back": (
        "自前一日起逐个往前计算工作日，往前{period}为 {day}",
        "working days are counted back from the day before; {period} before is {day}",
    ),
    "time_back": ("往前{period}为 {at}", "{period} before is {at}"),
    "later": ("{period}后为 {day}", "{period} later is {day}"),
    "end_of": (
        "该日所在{unit}自 {first} 起，最后一日为 {day}",
        "that day lies in a {unit} that begins on {first} and has {day} as its last day",
    ),
    "half_day_excluded": ("开始的半日不计入", "the half day in which it starts is not counted"),
    "half_day_begins": (
        "开始于办公时间之外，自 {day} {half}起算",
        "it starts outside office hours: {day}, {half}, is the first half day",
    ),
    "half_days": (
        "{period}的最后半日为 {day} {half}",
        "a period of {period} has {day}, {half}, as its last half day",
    ),
    "later_day": ("规定日期为 {day}", "the day is {day}"),
    "next_office_day": (
        "非工作日，或该日办公时间已过，至下一工作日 {to}",
        "a rest day, or office hours are over: the next working day, {to}",
    ),
    "office_ends": ("{day} {half}办公时间结束时届满", "it ends with the {half} of {day}"),
    "after_hour": ("在当日 {time} 以后，适用下列时限", "after {time} of that day: the following counts"),
    "rolled_back": (
        "最后一日逢休息日（{first} 至 {last}，共 {days} 天：{why}），提前至 {to}",
        "the last day falls on rest days ({first} to {last}, {days} in all: {why}) and moves back to {to}",
    ),
    "rolled_to_start": (
        "提前不早于开始之日，以 {to} 为最后一日",
        "it moves back no further than the starting day: {to} is the last day",
    ),
    "at_latest": ("最迟不超过下列时限", "at the latest by the following"),
    "at_earliest": ("不早于下列时限", "no earlier than the following"),
    "earlier_of": ("以较早者为准", "the earlier of the two counts"),
    "later_of": ("以较晚者为准", "the later of the two counts"),
    "stopped": ("{at} 至 {to} 停止计算", "the clock stands still from {at} to {to}"),
    "stands_still": (
        "自 {at} 起停止计算，恢复后再定到期时间",
        "the clock has stood still since {at}: when it is due is known when it goes on",
    ),
    "left_out": (
        "其间的{period}不计入期间，最后一日为 {day}",
        "{period} of that are not counted, and {day} is the last day",
    ),
    "none_left_out": (
        "停止与恢复之间没有须扣除的日数，最后一日为 {day}",
        "no day of that is left out, and {day} is the last day",
    ),
    "half_days_left": (
        "停止期间的半日不计入，{period}的最后半日为 {day} {half}",
        "half days of that are not counted; a period of {period} has {day}, {half}, as its last half day",
    ),
    "started_again": ("自 {at} 起重新计算", "it starts again at {at}"),
    "runs_on": ("中止期间不停止计算", "the clock runs on while the case is suspended"),
    "extended": (
        "于 {at} 获准延长，自原到期时间起计算",
        "extended on {at}, counted from the former due time",
    ),
    "extended_by_law": (
        "人民法院于 {at} 准许顺延期限（民事诉讼法第八十六条）",
        "the court extended the time on {at} (Civil Procedure Law, art. 86)",
    ),
    "local_length": ("延长多久由本地规定", "the district itself says for how long"),
    "posted": (
        "于 {at} 交邮，在途时间不计入，未逾期（民事诉讼法第八十五条）",
        "posted on {at}: time in the post is not counted, and it is in time (Civil Procedure Law, art. 85)",
    ),
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
        "最后一日逢休息日（{first} 至 {last}，共 {days} 天：{why}），顺延至 {to}",
        "the last day falls on rest days ({first} to {last}, {days} in all: {why}) and moves to {to}",
    ),
    "moved_to_make_up_day": (
        "{day} 虽是周末，但因调休须上班",
        "{day} is a weekend day made a working day",
    ),
    "not_rolled": ("逢休息日不顺延", "the last day does not move on a rest day"),
    "skipped": ("{skipped}", "{skipped}"),
    "notice": ("放假和调休的依据：{notices}", "days of rest and of work by: {notices}"),
    "provisional": (
        "{year} 年放假通知{open}（自 {day} 起），结果为暂定",
        "the holiday notice for {year} {open} (from {day} on), so the result is provisional",
    ),
    "ends": ("期间于 {day} 24:00（北京时间）届满", "the period ends at 24:00 on {day}, Shanghai time"),
    "due": ("到期时间为 {at}", "due at {at}"),
    "qualitative": ("文件只有定性要求，未规定具体时限", "the document gives a word and no time"),
}


_HALVES = {"morning": ("上午", "morning"), "afternoon": ("下午", "afternoon")}

_PARTS = {
    "day": ("日", "day"),
    "month": ("月", "month"),
    "quarter": ("季度", "quarter"),
    "half_year": ("半年度", "half-year"),
    "year": ("年度", "year"),
    "morning": ("上午办公时间", "morning"),
    "office_hours": ("办公时间", "office hours"),
}


_OPEN = {
    "unknown": (
        "尚未收录，只按周末和法定节日推算",
        "is not known yet, weekends and festivals by the regulation are assumed",
    ),
    "weekdays": (
        "没有收录，只按周一至周五上班推算",
        "is not known, Monday to Friday are assumed to be worked",
    ),
    "part": (
        "尚未定下其后各日，只按周末和法定节日推算",
        "leaves later days open, weekends and festivals by the regulation are assumed",
    ),
    "december": (
        "尚未收录，可能调整上一年年底",
        "is not known yet and may change the end of the year before",
    ),
}
"""Why a day is still open."""


def part_text(part: str, lang: str) -> str:
    """A part of the calendar for people, in "zh" or "en"."""
    return choose(_PARTS[part], lang)


def step_text(step: Step, lang: str) -> str:
    """The step for people, in "zh" or "en". KeyError for a code or a language that does not exist."""
    values = {name: _said(name, value, lang) for name, value in step.args}
    return choose(_STEP_TEXTS[step.code], lang).format_map(values)


_OF_SPAN: Mapping[str, Callable[[Span, str], str]] = {
    "skipped": Span.skipped,
    "why": Span.why,
    "notices": Span.notices,
}
_IN_WORDS: Mapping[str, Callable[[str, str], str]] = {
    "period": lambda value, lang: Period.parse(value).text(lang),
    "half": lambda value, lang: choose(_HALVES[value], lang),
    "unit": part_text,
    "open": lambda value, lang: choose(_OPEN[value], lang),
}


def _said(name: str, value: str | Span, lang: str) -> str:
    """A value of a step in words."""
    if isinstance(value, Span):
        return _OF_SPAN[name](value, lang)
    return _IN_WORDS[name](value, lang) if name in _IN_WORDS else value
