"""A rule's deadline in words, before there is a case: how long, until which day, at most, what moves it."""

from __future__ import annotations

from policy.pack.deadline import Deadline, DeadlineForm
from policy.program.dues import DuePlan
from policy.program.plan import RulePlan
from policy.review.clocks import clock_text
from policy.review.wording import Wording
from policy.time.deadline import Part
from policy.time.due import part_text
from policy.time.period import Period
from policy.time.recurrence import recurrence_text


def deadline_text(words: Wording, plan: RulePlan) -> str:
    """A rule's deadline in one phrase: 24小时内; 及时（3个月内）; 2025-12-31 前; "" where it has none."""
    return "" if plan.due is None else _bounded(words, plan.due) + _moved(words, plan)


def _bounded(words: Wording, plan: DuePlan) -> str:
    text = _plain_deadline(words, plan)
    if plan.no_later_than is not None:
        latest = _plain_deadline(words, plan.no_later_than)
        text += words.pick((f"，最迟不超过{latest}", f", at the latest {latest}"))
    if plan.no_earlier_than is not None:
        earliest = _plain_deadline(words, plan.no_earlier_than)
        text += words.pick((f"，但不早于{earliest}", f", no earlier than {earliest}"))
    return text


def _plain_deadline(words: Wording, plan: DuePlan) -> str:
    source = plan.source
    within = "" if plan.period is None else _within(words, plan.period)
    match source.form:
        case DeadlineForm.WITHIN:
            return within or words.pick(("未定时限", "no time fixed"))
        case DeadlineForm.WORD:
            word = words.code("deadline_words", source.word)
            return f"{word}{words.pick((f'（{within}）', f' ({within})'))}" if within else word
        case DeadlineForm.ON:
            return words.pick((f"{source.on} 24:00 前", f"by the end of {source.on}"))
        case DeadlineForm.BY:
            day = f"{source.month:02d}-{source.day:02d}"
            return words.pick((f"{source.month} 月 {source.day} 日 24:00 前", f"by the end of {day}"))
        case DeadlineForm.EVERY:
            return recurrence_text(source.every, words.lang)
        case DeadlineForm.BEFORE:
            period = "" if source.period is None else source.period.text(words.lang)
            return words.pick((f"提前{period}", f"{period} before"))
        case DeadlineForm.END_OF:
            return _end_of(words, source)
        case DeadlineForm.AT:
            return words.pick(("事实载明的时限", "the time that the facts give"))


def _end_of(words: Wording, source: Deadline) -> str:
    part = part_text(source.end_of or Part.DAY, words.lang)
    if source.after is None:
        return words.pick((f"当{part}结束前", f"by the end of that {part}"))
    after = source.after.text(words.lang)
    return words.pick((f"{after}后的当{part}结束前", f"by the end of the {part}, {after} later"))


def _within(words: Wording, period: Period) -> str:
    text = period.text(words.lang)
    return words.pick((f"{text}内", f"within {text}"))


def _moved(words: Wording, plan: RulePlan) -> str:
    """What moves its due time, after the deadline itself."""
    told = clock_text(plan, words)
    return words.pick((f"；{told}", f"; {told}")) if told else ""
