"""Why a rule gave what it gave, or nothing, in one sentence."""

from __future__ import annotations

from policy.facts.labels import ELEMENTS
from policy.review.explain import Explanation, Outcome
from policy.review.wording import Wording

_OUTCOMES = {
    Outcome.APPLIES: ("条件全部成立，产生义务", "every condition holds"),
    Outcome.UNDETERMINED: ("缺少事实，无法判断", "facts are missing"),
    Outcome.ERROR: ("求值出错", "evaluation failed"),
    Outcome.OVERRIDDEN: ("被另一条规则排除", "displaced by another rule"),
    Outcome.NOT_IN_FORCE: ("触发时本版本尚未或不再施行", "this version was not in force at the trigger"),
}

_NOT_DEEMED = (
    "没有视为：期间还没有届满，或者期间内已有相应的行为，或者有相反的事实",
    "it does not count: the time has not passed, the act came in time, or a told fact prevails",
)


def reason(explanation: Explanation, words: Wording) -> str:
    """One sentence: why, or why not."""
    outcome = explanation.outcome
    if outcome is Outcome.NO_TRIGGER:
        return _no_trigger(explanation, words)
    if outcome is Outcome.DOES_NOT_APPLY:
        return _does_not_apply(explanation, words)
    text = words.pick(_OUTCOMES[outcome])
    if outcome is Outcome.APPLIES and explanation.plan.rule.deemed is not None:
        return words.pick(("视为已经发生", "it counts as a fact"))
    if outcome is Outcome.UNDETERMINED:
        facts = words.pick(("、", ", ")).join(words.fact(path) for path in explanation.missing)
        return f"{text}{words.pick(('：', ': '))}{facts}"
    if explanation.displaced_by:
        return _displaced(explanation, words)
    return text


def _displaced(explanation: Explanation, words: Wording) -> str:
    """Which rule prevailed, and where it prevails over a whole group, over which."""
    rule = explanation.program.by_rule[explanation.displaced_by].rule
    title, group = words.text(rule.title), explanation.plan.rule.group
    if group not in rule.over_groups:
        return words.pick((f"被“{title}”（{rule.id}）排除", f"displaced by “{title}” ({rule.id})"))
    return words.pick(
        (
            f"被“{title}”（{rule.id}）排除，它优先于整组“{group}”",
            f"displaced by “{title}” ({rule.id}), which prevails over the whole group “{group}”",
        )
    )


def _no_trigger(explanation: Explanation, words: Wording) -> str:
    trigger = explanation.plan.trigger
    _, zh, en = ELEMENTS[trigger.collection]
    sections = {"events": "events", "requests": "matters", "documents": "documents", "parties": "roles"}
    sections |= {"properties": "property_types", "breaches": "actions"}
    codes = words.pick(("、", ", ")).join(words.code(sections[trigger.collection], c) for c in trigger.codes)
    return words.pick(
        (
            f"案件中没有可触发的{zh}{'：' + codes if codes else ''}",
            f"no {en} of the case triggers it{': ' + codes if codes else ''}",
        )
    )


def _does_not_apply(explanation: Explanation, words: Wording) -> str:
    failed = [
        trace.line.means.get(words.lang) or trace.line.expr.text
        for trace in explanation.conditions
        if (trace.section == "when") == (trace.value == "false") and trace.value in ("true", "false")
    ]
    if not failed and explanation.plan.rule.deemed is not None:
        return words.pick(_NOT_DEEMED)
    joined = words.pick(("；", "; ")).join(failed)
    return words.pick((f"条件不成立或属于例外：{joined}", f"does not hold, or is excepted: {joined}"))
