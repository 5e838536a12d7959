"""Notices and derivations in words: what was not used, and what was derived from what."""

from __future__ import annotations

from policy.decide.decision import Notice
from policy.facts.findings import Deeming, Derivation
from policy.facts.labels import FIELDS
from policy.facts.paths import parts
from policy.review.wording import Wording, message
from policy.text.messages import CATALOG

_KINDS_OF_CODES = {
    "events": ("事件", "event"),
    "matters": ("请求事项", "request"),
    "documents": ("文书", "document"),
    "traits": ("当事人特征或状态", "trait or state"),
    "roles": ("当事人", "party"),
    "property_types": ("财产", "property"),
    "bodies": ("单位", "body"),
}


_WHY = {
    "stranger": ("不是由有权准许的单位准许的", "it was not granted by a body that may"),
    "often": ("已经延长到规定的次数", "it has been extended as often as it may be"),
    "late": ("准许时期限已经届满", "the time had run out when it was granted"),
    "nothing": ("没有比原来的到期时间更晚", "it ends no later than the time did before"),
}
"""Why an act extended nothing (``policy.decide.clocks``)."""


def notice_text(notice: Notice, words: Wording) -> str:
    """A notice in words."""
    return message(notice.code, words.lang, notice_arguments(notice, words))


def notice_help(notice: Notice, words: Wording) -> str:
    """What to do about it."""
    return CATALOG[notice.code].help(words.lang).format_map(notice_arguments(notice, words))


def notice_arguments(notice: Notice, words: Wording) -> dict[str, str]:
    """The arguments of a notice in words."""
    return {name: _argument(name, values, words) for name, values in notice.args}


def _argument(name: str, values: tuple[str, ...], words: Wording) -> str:
    if name == "moment":
        return words.moment(int(values[0]))
    if name in ("count", "unit"):
        return values[0]
    if name == "meant":
        quoted = words.pick((f"是不是“{values[0]}”？", f"Did you mean “{values[0]}”? "))
        return quoted if values[0] else ""
    return words.pick(("、", ", ")).join(_said(*one.partition(":")[::2], words) for one in values)


def _said(what: str, name: str, words: Wording) -> str:
    """A fact, field or element of a notice, as people and programs call it."""
    if what == "nobody":
        return words.pick(("案件中没有这样的当事人", "no such party of the case"))
    if what == "why":
        return words.pick(_WHY[name])
    if what == "path":
        return element_text(name, words)
    if what == "rule":
        version, _, rule = name.partition(":")
        source = words.rule(rule, version)[1]
        return words.text(source.title) if source is not None else rule
    if what == "field":
        owner, _, field = name.partition(".")
        called = words.pick(FIELDS.get((owner, field), (field, field)))
        return words.pick((f"字段“{called}”（{field}）", f"the field “{called}” ({field})"))
    if what == "attribute":
        called = words.attribute(name)
        return words.pick((f"本地事实“{called}”（{name}）", f"the attribute “{called}” ({name})"))
    kind = words.pick(_KINDS_OF_CODES[what])
    label = words.any_body(name) if what == "bodies" else words.code(what, name)
    return words.pick((f"{kind}“{label}”（{name}）", f"the {kind} “{label}” ({name})"))


def derivation_text(found: Derivation, words: Wording) -> str:
    """What was derived from what, in one sentence."""
    made = element_text(found.path, words)
    if not found.sources:
        return words.pick(
            (f"{made}：自行发生，不需要送来", f"{made}: happens by itself and need not be sent")
        )
    said = words.pick(("、", ", ")).join(element_text(path, words) for path in found.sources)
    if found.deemed is not None:
        return _deemed_text(found.deemed, said, words)
    return words.pick((f"由{said}推得{made}", f"{made} was derived from {said}"))


def _deemed_text(deemed: Deeming, said: str, words: Wording) -> str:
    """By which rule something counts as a fact, under which clauses, and from when."""
    program, rule = words.rule(deemed.rule, deemed.version)
    title = words.text(rule.title) if rule is not None else deemed.rule
    basis = words.basis(program, deemed.basis) if program is not None else ""
    at = words.deemed_from(deemed)
    return words.pick(
        (
            f"{title}（依据：{basis}；自 {at} 起；由{said}而来，不是送来的事实）",
            f"{title} (under {basis}; from {at}; by {said}, and not a fact that was sent)",
        )
    )


def element_text(path: str, words: Wording) -> str:
    """An element or a field of the case in words, a state by its name."""
    steps = list(parts(path))
    return words.path(path) if steps and steps[-1][1] else words.fact(path)
