"""The nearest way in words: which facts would have to be what, and which to ask for."""

from __future__ import annotations

from collections.abc import Sequence

from policy.engines.three import Read
from policy.facts.labels import ELEMENTS, PARTS
from policy.facts.paths import parts
from policy.pack.vocabulary import CODE_FIELDS
from policy.review.explain import Explanation, Outcome
from policy.review.nearest import Step, another, compared, cost
from policy.review.report.facts_read import read_text
from policy.review.wording import Wording

_MOST_FACTS = 4
NEAR = (Outcome.DOES_NOT_APPLY, Outcome.UNDETERMINED)
"""Outcomes of which it is said what would make the rule apply."""


def step_text(step: Step, words: Wording) -> str:
    """One step: 事件 e1：由哪个单位实施，应为 公安交管部门（现为 派出所）."""
    named = compared(step)
    if named is None:
        return _by_line(step, words)
    path, values = named
    fact, listed = words.fact(path), words.pick(("或", " or ")).join(_value(path, v, words) for v in values)
    now = next((read_text(read) for read in step.reads if read.path == path), None)
    shown = "" if now is None else _value(path, now, words)
    if step.wanted:
        must = words.pick((f"{fact}，应为{listed}", f"{fact} would be {listed}"))
    else:
        must = words.pick((f"{fact}，不应为{listed}", f"{fact} would not be {listed}"))
    told = words.pick((f"现为{shown}", f"now {shown}")) if shown else words.pick(("现在不详", "not known"))
    return must + words.pick((f"（{told}）", f" ({told})"))


def _by_line(step: Step, words: Wording) -> str:
    """A part that is no plain comparison, by what its line means, with the facts that it reads."""
    means = words.text(step.line.means) or " ".join(step.line.expr.text.split())
    verb = (
        words.pick(("要成立", "would have to hold"))
        if step.wanted
        else words.pick(("要不成立", "would have not to hold"))
    )
    facts = [_read(read, words) for read in step.reads[:_MOST_FACTS]]
    tail = words.pick((f"（{'；'.join(facts)}）", f" ({'; '.join(facts)})")) if facts else ""
    return words.pick((f"“{means}”{verb}", f"“{means}” {verb}")) + tail


def _read(read: Read, words: Wording) -> str:
    """A fact, and what it is now."""
    now = read_text(read)
    said = words.pick(("不详", "not known")) if now is None else _value(read.path, now, words)
    return f"{words.fact(read.path)}{words.pick(('：', ': '))}{said}"


def _value(path: str, value: object, words: Wording) -> str:
    """A value as people say it: a code by its label."""
    if isinstance(value, bool) or value in ("true", "false"):
        return words.pick(("是", "yes")) if value in (True, "true") else words.pick(("否", "no"))
    section = _section(path)
    text = str(value)
    if section == "bodies":
        return words.any_body(text)
    return words.code(section, text) if section and text in words.vocabulary.codes(section) else text


def _section(path: str) -> str:
    """The section of the vocabulary that the codes of a field are of; empty where it holds none."""
    message = "Case"
    name = ""
    for name, key in parts(path):
        if name in ELEMENTS and key:
            message = ELEMENTS[name][0]
        message = PARTS.get(name, message)
    return CODE_FIELDS.get((message, name), "")


def by_nearness(found: Sequence[Explanation]) -> list[Explanation]:
    """What does not apply, and could: the fewest changes first, then the fewest facts to ask for."""
    near = [one for one in found if one.outcome in NEAR and one.nearest]
    # Elements of another kind are no way: what is needed is another element, as the rule's own reason says.
    real = [one for one in near if not any(another(step) for step in one.nearest or ())]
    return sorted(real, key=lambda one: (cost(one.nearest or ()), one.plan.id, one.bound))
