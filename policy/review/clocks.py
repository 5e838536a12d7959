"""What moves the due times of a rule, in words: what stops its clock, restarts it, and who may extend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policy.pack.clock import Clock, Extension, Given, Running
from policy.pack.model import Matcher
from policy.program.plan import ClockPlan, RulePlan
from policy.review.wording import Wording

_SECTIONS = {"events": "events", "requests": "matters", "services": "documents", "statuses": "traits"}
_SUSPENDED = {
    Running.GOES_ON: ("中止期间不计入", "time while it is suspended is not counted"),
    Running.STARTS_AGAIN: ("恢复后重新计算", "it starts again when it is resumed"),
    Running.RUNS_ON: ("中止期间不停止计算", "the clock runs on while the case is suspended"),
}
_BEARER = ("义务单位", "the bearer")


def clock_text(plan: RulePlan, words: Wording) -> str:
    """One line; empty where nothing of the rule's own moves its due times."""
    if plan.clock is None:
        return ""
    parts = [] if plan.rule.clock is None else list(_clock(plan.rule.clock, words))
    if plan.rule.extension is not None:
        parts.append(_extension(plan.rule.extension, plan.clock, words))
    return words.pick(("；", "; ")).join(parts)


def _clock(clock: Clock, words: Wording) -> Iterator[str]:
    if clock.suspended is not None:
        yield words.pick(_SUSPENDED[clock.suspended])
    for pause in clock.pauses:
        begins, ends = _acts(pause.begins, words), _acts(pause.ends, words)
        if pause.again:
            yield words.pick(
                (
                    f"“{begins}”后停止计算，“{ends}”后重新计算",
                    f"it stops at {begins} and starts again at {ends}",
                )
            )
        else:
            yield words.pick(
                (f"“{begins}”至“{ends}”期间不计入", f"time from {begins} to {ends} is not counted")
            )
    if clock.restarted_by:
        acts = _acts(clock.restarted_by, words)
        yield words.pick((f"“{acts}”后重新计算", f"it starts again at {acts}"))


def _extension(extension: Extension, plan: ClockPlan, words: Wording) -> str:
    bodies = [words.any_body(body) for granted in extension.granted_by for body in granted.by]
    bodies += [words.pick(_BEARER) for granted in extension.granted_by if granted.bearer]
    who = words.pick(("、", " or ")).join(dict.fromkeys(bodies))
    if extension.given is Given.GIVEN:
        length = words.pick(("至准许的时间", "until the time granted"))
    elif plan.length is None:
        length = words.pick(("（时间待本地规定）", "by a time that the district has to fix"))
    else:
        period = plan.length.text(words.lang)
        length = words.pick((period, f"by {period}"))
    if plan.at_most is not None:
        most = plan.at_most.text(words.lang)
        length += words.pick((f"，延长不超过{most}", f", by {most} at most"))
    times = extension.times
    often = words.pick(("，一次", ", once"))
    if times > 1:
        often = words.pick((f"，至多 {times} 次", f", {times} times at most"))
    return words.pick((f"经{who}准许可以延长{length}{often}", f"{who} may extend it {length}{often}"))


def _acts(matchers: Iterable[Matcher], words: Wording) -> str:
    """What the acts are called, each once."""
    names = [
        words.code(_SECTIONS[matcher.collection], code) for matcher in matchers for code in matcher.codes
    ]
    return words.pick(("、", ", ")).join(dict.fromkeys(names))
