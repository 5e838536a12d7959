"""Consequences of an assessment: each is a rule over the results that the district's own file tells of.

    {when: {of: score, below: 60}, bearer, action, …} --> when result.score < 60.0, for each result of that
    assessment: a duty of the bearer, about the unit whose result it is

So they are decided, ended, explained and tested as every other rule is, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from policy.pack.assessment import GRADE, RANK, SCORE, Comparison, Consequence, Number, Sense
from policy.pack.deadline import Deadline, DeadlineForm
from policy.pack.draft import PackReader
from policy.pack.model import Condition, Expression, Rule, Text
from policy.pack.read_deadline import read_period, read_word
from policy.pack.read_rule import RULE, read_rule
from policy.pack.reader import Schema
from policy.text import nodes
from policy.text.diagnostics import Words
from policy.text.nodes import Node, Scalar
from policy.text.source import Span

RESULT = "assessment_result"
"""The type of the event that tells of the result of one unit."""
_VARIABLE = "result"
_OF_A_RULE = ("counterparty", "unless", "outputs", "fulfilled_by", "discharged_by", "reading", "note")
_CONSEQUENCE = Schema(
    Words("后果", "a consequence"),
    ("id", "title", "basis", "when", "bearer", "action"),
    ("within", "word", "param", "proposed", *_OF_A_RULE),
)
_ONE_BODY = Words("一个单位的代码", "the code of one body")
_SIGNS: Mapping[Sense, tuple[str, str, str]] = {
    Sense.AT_LEAST: (">=", "不少于", "at least"),
    Sense.AT_MOST: ("<=", "不超过", "at most"),
    Sense.ABOVE: (">", "高于", "above"),
    Sense.BELOW: ("<", "低于", "below"),
    Sense.IS: ("==", "是", "is"),
}


def consequence_fields(reader: PackReader, node: Node) -> dict[str, Node]:
    """The values of one entry of ``consequences`` by key."""
    return reader.fields(node, _CONSEQUENCE) or {}


def read_consequence(
    reader: PackReader,
    found: Mapping[str, Node],
    assessment: str,
    when: tuple[Comparison, ...],
    labels: Mapping[str, Text],
) -> Consequence | None:
    """One consequence, whose rule goes to the pack's; ``labels`` are the names of figures and grades."""
    ident = reader.name(reader.scalar(found.get("id")))
    deadline = _deadline(reader, found)
    proposed = reader.boolean(found.get("proposed")) or False
    if not (ident and when and assessment):
        return None
    span = found["id"].span
    lines = tuple(_lines(assessment, when, labels, reader, span))
    rule = _rule(reader, found, f"{assessment}.{ident}", span, lines, proposed)
    if rule is None:
        return None
    if len(rule.bearer.bodies) != 1:
        reader.mistyped(found["bearer"], _ONE_BODY)
        return None
    within, word = (deadline.period, deadline.word) if deadline is not None else (None, "")
    if deadline is not None:
        rule = replace(rule, deadline=replace(deadline, basis=() if deadline.param else rule.basis))
    if reader.declare("rule", rule.id, span):
        reader.draft.rules.append(rule)
    (bearer,) = rule.bearer.bodies
    return Consequence(
        *(ident, rule.id, rule.title, rule.basis, when, bearer, rule.action, within, word, proposed)
    )


def _rule(
    reader: PackReader,
    found: Mapping[str, Node],
    ident: str,
    span: Span,
    lines: tuple[Condition, ...],
    proposed: bool,
) -> Rule | None:
    """The rule; what people must decide first, the bearer may do."""
    kept = {key: value for key, value in found.items() if key in RULE.keys}
    each = nodes.Mapping(((_said(_VARIABLE, span), _said("case.events", span)),), span)
    modality = "permission" if proposed else "obligation"
    kept |= {
        "each": each,
        "modality": _said(modality, span),
        "lifecycle": _said("independent", span),
    }
    unsaid = "counterparty" not in found  # documents seldom say to whom such a duty is owed
    if unsaid:
        kept = {"note": _said("-", span), **kept, "counterparty": _said("none", span)}
    rule = read_rule(reader, ident, span, kept, lines)
    if rule is None:
        return None
    if unsaid and "note" not in found:
        rule = replace(rule, note=Text(""))
    return replace(
        rule,
        about=_expression("result.id", span),
        concerns=_expression("result.concerning", span),
        concerns_unit=_expression("result.concerning_unit", span),
    )


def _said(text: str, span: Span) -> Scalar:
    return Scalar(text, "plain", span)


def _expression(text: str, span: Span) -> Expression:
    """An expression that nobody wrote: whatever is wrong with it is wrong with the consequence."""
    return Expression(text, span, ())


def _deadline(reader: PackReader, found: Mapping[str, Node]) -> Deadline | None:
    """``within`` and ``word`` count from the moment of the result; one of them at most (LNK213)."""
    given = [key for key in ("within", "word") if key in found]
    if len(given) > 1:
        reader.faults.add("LNK213", found["word"].span, found=", ".join(given))
        return None
    if "param" in found and given != ["word"]:
        reader.faults.add("LNK202", found["param"].span, key="word", what=_CONSEQUENCE.what)
    if not given:
        return None
    node = found[given[0]]
    common = Deadline(DeadlineForm(given[0]), node.span, from_=_expression("result.at", node.span))
    if given == ["word"]:
        return read_word(reader, common, found)
    period = read_period(reader, node)
    return replace(common, period=period) if period else None


def _lines(
    assessment: str,
    when: tuple[Comparison, ...],
    labels: Mapping[str, Text],
    reader: PackReader,
    span: Span,
) -> Iterator[Condition]:
    """The result is one of this assessment, and every comparison holds of it."""
    own = f'{_VARIABLE}.type == "{RESULT}" && {_VARIABLE}.assessment == "{assessment}"'
    first = own, Text("这一考核的结果已经确认", "the results of this assessment have been confirmed")
    compared = ((_compared(one, reader), _means(one, labels, reader)) for one in when)
    for text, means in (first, *compared):
        yield Condition(_expression(text, span), means)


def _compared(one: Comparison, reader: PackReader) -> str:
    sign = _SIGNS[one.sense][0]
    if one.of == GRADE:
        return f'{_VARIABLE}.grade == "{one.value}"'
    bound = _number(one.value, reader)
    if one.of == SCORE:
        return f"{_VARIABLE}.score {sign} {bound}"
    if one.of == RANK:
        return f"double({_VARIABLE}.rank) {sign} {bound}"
    asked = f'figure.name == "{one.of}" && !figure.unmeasured && figure.value {sign} {bound}'
    return f"{_VARIABLE}.figures.exists(figure, {asked})"


def _number(value: Number, reader: PackReader) -> str:
    """A double of CEL: exact decimals compare as they do (policy.assess.results tells figures as doubles)."""
    if not isinstance(value, str):
        written = f"{value:f}"
        return written if "." in written else f"{written}.0"
    parameter = reader.draft.parameters.get(value)
    name = f"param.{value}"
    return f"double({name})" if parameter is not None and parameter.type == "int" else name


def _means(one: Comparison, labels: Mapping[str, Text], reader: PackReader) -> Text:
    _, zh, en = _SIGNS[one.sense]
    of = labels.get(one.of) or Text(one.of)
    bound = Text(str(one.value), str(one.value))
    if isinstance(one.value, str):
        parameter = reader.draft.parameters.get(one.value)
        bound = labels.get(one.value, bound) if one.of == GRADE else parameter.means if parameter else bound
    return Text(f"{of.zh}{zh}{bound.zh}", f"{of.get('en')} {en} {bound.get('en')}")
