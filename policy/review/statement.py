"""A rule as what it says, part by part, in one language: who, must or may, what, to whom, when, by when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from policy.facts.labels import FIELDS
from policy.pack.model import Actor, Condition, Force, Lifecycle, Matcher, Modality, Rule
from policy.pack.vocabulary import CODE_FIELDS
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.review.deadlines import deadline_text
from policy.review.rule_amounts import amount_of_rule, number_of_rule
from policy.review.wording import Wording

PARTS: dict[str, tuple[str, str]] = {
    "title": ("事项", "title"),
    "modality": ("性质", "modality"),
    "force": ("效力", "force"),
    "bearer": ("义务主体", "bearer"),
    "bearing": ("承担方式", "how several bear it"),
    "action": ("行为", "action"),
    "counterparty": ("相对方", "counterparty"),
    "trigger": ("触发", "trigger"),
    "conditions": ("条件", "conditions"),
    "exceptions": ("例外", "exceptions"),
    "deadline": ("期限", "deadline"),
    "amount": ("金额", "amount"),
    "quantities": ("数量", "quantities"),
    "outputs": ("应交材料", "outputs"),
    "fulfilled": ("以此履行", "fulfilled by"),
    "discharged": ("以此解除", "discharged by"),
    "violated": ("以此违反", "violated by"),
    "lifecycle": ("随案件中止终结", "ends with the case"),
    "overrides": ("优先于", "overrides"),
    "returns": ("可退回", "may be sent back"),
    "objection": ("异议中止", "suspended by an objection"),
    "consequence": ("后果", "consequence"),
    "basis": ("依据", "basis"),
    "reading": ("采用的理解", "reading"),
}
"""The parts of a statement, in the order in which they are told."""

WEAKER = ("title", "basis", "reading")
"""What changes nothing of what is owed."""


COMPUTED = "= "
"""How an actor whom the facts name begins, in what it is compared by: no code of a body does."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a part says. ``same`` is what it is compared by: words may change, and the law not."""

    text: str
    same: object


Statement = dict[str, tuple[Line, ...]]
"""What a rule says by the keys of ``PARTS``; what it does not say is left out."""


def statement(program: PackProgram, plan: RulePlan, words: Wording, formulas: bool = True) -> Statement:
    """What a rule says. ``formulas``: what is asked of acts that end it is told as written, else in words."""
    return {key: lines for key, lines in _parts(program, plan, words, formulas) if lines}


def _parts(
    program: PackProgram, plan: RulePlan, words: Wording, formulas: bool
) -> Iterator[tuple[str, tuple[Line, ...]]]:
    rule = plan.rule
    yield "title", _said(words.text(rule.title))
    yield "modality", _said(words.norm(rule.modality), rule.modality)
    yield "force", _said(words.strength(rule.force), rule.force) if rule.force is not Force.BINDING else ()
    yield "bearer", _actor(program, rule.bearer, words)
    yield "bearing", _said(rule.bearing.value) if len(rule.bearer.bodies) > 1 else ()
    yield "action", _said(words.code("actions", rule.action), rule.action)
    yield "counterparty", _actor(program, rule.counterparty, words)
    yield "trigger", _said(", ".join(f"{one.name}: {one.path}" for one in rule.each))
    yield "conditions", tuple(_condition(line, words) for line in rule.when)
    yield "exceptions", tuple(_condition(line, words) for line in rule.unless)
    yield "deadline", _deadline(plan, words)
    if plan.amount is not None:
        yield "amount", _said(amount_of_rule(plan.amount, words))
    yield "quantities", tuple(_line(number_of_rule(one, words)) for one in plan.quantities)
    yield "outputs", tuple(_line(words.text(output.text)) for output in rule.outputs)
    named = {one.name: one.path.rsplit(".", 1)[-1] for one in rule.each}
    yield "fulfilled", tuple(_matcher(program, one, words, named, formulas) for one in rule.fulfilled_by)
    yield "discharged", tuple(_matcher(program, one, words, named, formulas) for one in rule.discharged_by)
    yield "violated", tuple(_matcher(program, one, words, named, formulas) for one in rule.violated_by)
    yield "lifecycle", _lifecycle(rule, words)
    yield "overrides", tuple(_line(name) for name in (*rule.overrides, *rule.over_groups))
    yield "returns", tuple(_line(words.code("results", one.reason), one.reason) for one in rule.returns)
    yield "objection", _clauses(program, rule.objection_suspends, words)
    yield "consequence", _clauses(program, rule.consequence, words)
    yield "basis", _clauses(program, rule.basis, words)
    yield "reading", () if rule.reading is None else _said(words.text(rule.reading.chosen))


def _line(text: str, same: object = None) -> Line:
    return Line(text, text if same is None else same)


def _said(text: str, same: object = None) -> tuple[Line, ...]:
    return (_line(text, same),) if text else ()


def _actor(program: PackProgram, actor: Actor, words: Wording) -> tuple[Line, ...]:
    named = [Line(words.body(program, code), code) for code in actor.bodies]
    written = [" ".join(part.text.split()) for part in (actor.expr, actor.party) if part is not None]
    return (*named, *(Line(text, COMPUTED + text) for text in written))


def _condition(line: Condition, words: Wording) -> Line:
    """A condition by what it means and what it asks: two that mean the same and ask otherwise are two."""
    asked = " ".join(line.expr.text.split())
    means = words.text(line.means)
    return Line(f"{means}〔{asked}〕" if means else asked, _formula(line))


def _formula(line: Condition) -> object:
    return " ".join(line.expr.text.split()), tuple(_formula(part) for part in line.alternatives)


def _deadline(plan: RulePlan, words: Wording) -> tuple[Line, ...]:
    deadline = plan.rule.deadline
    if deadline is None:
        return ()
    start = " ".join(deadline.from_.text.split()) if deadline.from_ is not None else ""
    text = deadline_text(words, plan)
    return (Line(f"{text}〔{start}〕" if start else text, (text, start, str(deadline.roll), deadline.hours)),)


def _matcher(
    program: PackProgram, matcher: Matcher, words: Wording, named: Mapping[str, str], formulas: bool
) -> Line:
    """What is waited for: the acts, and whose, about what. ``named``: the lists of the rule's variables."""
    anything = matcher.collection if formulas else words.pick(_THAT[matcher.collection])
    acts = [_act(words, matcher.collection, code) for code in matcher.codes] or [anything]
    bodies = [
        f"{words.pick(title)}{words.pick(('：', ': '))}"
        + words.pick(("、", ", ")).join(words.body(program, code) for code in codes)
        for title, codes in (
            (("由", "by"), matcher.by),
            (("向", "to"), matcher.to),
            (("关于", "concerning"), matcher.concerning),
        )
        if codes
    ]
    if matcher.by_bearer:
        bodies.append(words.pick(("由义务主体", "by the bearer")))
    about = [
        words.pick(_ABOUT[key]) + _meant(value, named, words, formulas)
        for key, value in _about(matcher)
        if value
    ]
    where = [" ".join(matcher.where.text.split())] if matcher.where is not None else []
    told = where if formulas else [_in_words(matcher.collection, text, words) for text in where]
    narrowed = words.pick(("；", "; ")).join((*bodies, *about, *told))
    text = words.pick(("、", ", ")).join(acts) + (
        words.pick((f"（{narrowed}）", f" ({narrowed})")) if narrowed else ""
    )
    same = (
        *(tuple(sorted(codes)) for codes in (matcher.codes, matcher.by, matcher.to, matcher.concerning)),
        *(matcher.collection, matcher.by_bearer, matcher.begins, tuple(_about(matcher)), tuple(where)),
    )
    return Line(text, same)


_MESSAGES = {"events": "Event", "requests": "Request", "services": "Service", "statuses": "Status"}
_IS = re.compile(r'done\.(\w+) == "(\w+)"')


def _in_words(collection: str, asked: str, words: Wording) -> str:
    """What is asked of an act: that a field has a code in words; of anything else only that it is there."""
    found = _IS.fullmatch(asked)
    key = (_MESSAGES[collection], found[1]) if found else ("", "")
    if found and key in FIELDS and key in CODE_FIELDS:
        label, code = words.pick(FIELDS[key]), words.code(CODE_FIELDS[key], found[2])
        return words.pick((f"{label}为“{code}”", f"{label}: {code}"))
    return words.pick(("并符合规则写明的其他要求", "and what else the rule asks of it"))


_ABOUT: Mapping[str, tuple[str, str]] = {
    "about": ("针对", "about "),
    "party": ("对", "of "),
    "property": ("就", "of "),
    "end_of": ("终止", "the end of "),
}
_THAT: Mapping[str, tuple[str, str]] = {
    "events": ("这一事件", "that event"),
    "requests": ("这一请求", "that request"),
    "parties": ("这一当事人", "that party"),
    "documents": ("这一文书", "that document"),
    "services": ("这次送达", "that service"),
    "properties": ("这一财产", "that property"),
    "statuses": ("这一状态", "that state"),
    "breaches": ("这次违反", "that breach"),
}


def _meant(value: str, named: Mapping[str, str], words: Wording, formulas: bool) -> str:
    """A variable of the rule by what it stands for; anything else as it is written, or in no more words."""
    noun = _THAT.get(named.get(value, ""))
    if noun is not None:
        return words.pick(noun)
    return value if formulas else words.pick(("规则所指的那一项", "the one that the rule names"))


def _about(matcher: Matcher) -> Iterable[tuple[str, str]]:
    return (
        ("about", matcher.about),
        ("party", matcher.party),
        ("property", matcher.property),
        ("end_of", matcher.end_of),
    )


_SECTIONS = {"events": "events", "requests": "matters", "services": "documents", "statuses": "traits"}


def _act(words: Wording, collection: str, code: str) -> str:
    return words.code(_SECTIONS[collection], code)


def _lifecycle(rule: Rule, words: Wording) -> tuple[Line, ...]:
    if rule.modality is Modality.DEEMED or rule.lifecycle is Lifecycle.CASE:
        return ()
    return _said(words.pick(("不随案件中止、终结", "independent of the case")), rule.lifecycle)


def _clauses(program: PackProgram, clauses: Iterable[str], words: Wording) -> tuple[Line, ...]:
    return tuple(Line(words.clause(program, clause)[0], clause) for clause in clauses)
