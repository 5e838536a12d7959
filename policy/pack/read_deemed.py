"""Deemed facts: one entry of ``deemed``, read when every duty has been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from policy.pack.deemed import Deemed, FactKind
from policy.pack.draft import PackReader
from policy.pack.model import (
    Actor,
    Bearing,
    Binding,
    Force,
    Lifecycle,
    Modality,
    Rule,
    Text,
)
from policy.pack.read_clock import read_clock, read_extension
from policy.pack.read_condition import read_conditions, read_exceptions
from policy.pack.read_matcher import is_bearer, read_matchers, variable
from policy.pack.read_rule import (
    body_expression,
    read_each,
    read_note,
    read_reading,
    rule_deadline,
)
from policy.pack.reader import Schema
from policy.text.diagnostics import Words, suggest
from policy.text.nodes import Node
from policy.text.source import Span

_WHAT = Words("视为的一项", "a deemed fact")
_OWN = ("each", "deadline")
_OF_ITS_OWN = (*_OWN, "trigger", "arises", "when", "unless", "without", "clock", "extension", "lifecycle")
_BASES = ("breach_of", "passing_of")
_ENTRY = Schema(
    _WHAT,
    ("id", "title", "basis", "fact"),
    (*_BASES, *_OF_ITS_OWN, "yields_to", "contradicted_by", "reading", "note"),
)
_NEEDED = Schema(_WHAT, _OWN)
_VALUES = {"at": "fact_at", "party": "fact_party", "property": "fact_property", "document": "fact_document"}
_VALUES |= {"to_unit": "fact_to_unit"}
_BODIES = ("actor", "to", "concerning")
_COMMON = ("at", "party")
_OF_EVENTS = (
    *("about", "actor", "actor_unit", "to", "to_unit", "concerning", "concerning_unit"),
    *("property", "document", "matter", "result"),
)
_FACTS = {
    FactKind.EVENT: _OF_EVENTS,
    FactKind.SERVICE: ("to", "result"),
    FactKind.STATE: (),
}
_FACT = Schema(Words("视为的事实", "what counts as a fact"), (), (*FactKind, *_COMMON, *_OF_EVENTS))
_PARTY = Schema(_FACT.what, ("party",))


def read_deemed(reader: PackReader, node: Node) -> None:
    """One entry of ``deemed``: a rule that lays nothing on anybody."""
    found = reader.fields(node, _ENTRY)
    if found is None:
        return
    ident = reader.own_id(found.get("id"))
    span = found["id"].span if "id" in found else node.span
    new = reader.declare("rule", ident, span)
    title, basis = reader.text(found.get("title")), reader.cite(found.get("basis"), ident or "")
    key = _base(reader, found, node.span)
    if key is None:
        return
    duty = _duty(reader, found[key], key) if key else None
    frame = _of_its_own(reader, found, ident or "", span, basis) if not key else duty and _framed(duty)
    if frame is None:
        return
    names = {binding.name: binding.path for binding in frame.each}
    base = duty.id if duty is not None else ""
    rule = _with_fact(reader, frame, found.get("fact"), base, key == "passing_of")
    yields = read_matchers(reader, found.get("yields_to"), names, False)
    against = read_matchers(reader, found.get("contradicted_by"), names, False)
    reading, note = read_reading(reader, found.get("reading")), read_note(reader, found.get("note"))
    if not (rule and new and ident and title and basis and rule.each):
        return
    said = replace(rule, id=ident, span=span, title=title, basis=basis, reading=reading, note=note)
    reader.draft.rules.append(replace(said, discharged_by=yields, violated_by=against))


def _framed(duty: Rule) -> Rule:
    """A rule of the same elements, conditions and life as a duty, which says nothing."""
    blank = _blank(duty.each, duty.trigger, duty.span)
    return replace(blank, accrues=duty.accrues, when=duty.when, unless=duty.unless, lifecycle=duty.lifecycle)


def _base(reader: PackReader, found: Mapping[str, Node], span: Span) -> str | None:
    """The key that says whose duty it rests on; empty where it stands by itself, None where nothing does."""
    bases = [key for key in _BASES if key in found]
    if len(bases) > 1:
        reader.faults.add("LNK554", found[bases[1]].span)
    if not bases:
        if not any(key in found for key in _OF_ITS_OWN):
            reader.faults.add("LNK554", span)
            return None
        return ""
    for key in _OF_ITS_OWN:
        if key in found:
            reader.faults.add("LNK555", found[key].span, key=key, base=bases[0])
    return bases[0]


def _duty(reader: PackReader, node: Node, key: str) -> Rule | None:
    """The rule whose duty it rests on; None where there is none such."""
    name = reader.rule_id(node)
    if name is None:
        return None
    span, draft = node.span, reader.draft
    duties = {rule.id: rule for rule in draft.rules if rule.deemed is None}
    if name in {rule.id for rule in draft.rules} - duties.keys():
        reader.faults.add("LNK342", span, name=name)
        return None
    draft.leans |= name not in duties or name in draft.faulty["rule"]
    if name not in duties:
        if draft.whole and name not in draft.declared["rule"]:
            meant = "" if reader.faults.full else suggest(name, duties)
            reader.faults.add("LNK308", span, meant, name=name)
        return None
    duty = duties[name]
    if key == "breach_of" and (duty.modality is Modality.PERMISSION or duty.force is Force.REPORTED):
        reader.faults.add("LNK556", span, name=name)
    elif duty.deadline is None and (key == "passing_of" or not duty.violated_by):
        reader.faults.add("LNK557", span, name=name)
    return duty


def _of_its_own(
    reader: PackReader, found: Mapping[str, Node], ident: str, span: Span, basis: tuple[str, ...]
) -> Rule:
    """Elements, conditions and a period of its own, with the acts that keep it from counting."""
    reader.require(_NEEDED, found, span)
    each = read_each(reader, found.get("each"))
    names = {binding.name: binding.path for binding in each}
    deadline = rule_deadline(reader, found.get("deadline"), None, basis)
    rule = _blank(each, variable(reader, found.get("trigger"), names) or next(iter(names), ""), span)
    return replace(
        rule,
        accrues=reader.choice(found.get("arises"), ("trigger", "complete")) == "complete",
        when=read_conditions(reader, found.get("when"), ident),
        unless=read_exceptions(reader, found.get("unless"), ident),
        deadline=deadline,
        clock=read_clock(reader, found, names, deadline),
        extension=read_extension(reader, found, names, deadline, basis),
        fulfilled_by=read_matchers(reader, found.get("without"), names, False),
        lifecycle=Lifecycle(reader.choice(found.get("lifecycle"), ("case", "independent")) or "case"),
    )


def _blank(each: tuple[Binding, ...], trigger: str, span: Span) -> Rule:
    """A rule of these elements that says nothing."""
    return Rule(
        id="",
        span=span,
        title=Text(""),
        basis=(),
        each=each,
        trigger=trigger,
        accrues=False,
        when=(),
        unless=(),
        modality=Modality.DEEMED,
        force=Force.BINDING,
        bearer=Actor(),
        bearing=Bearing.SOLE,
        bearer_unit=None,
        counterparty=Actor(),
        action="",
        about=None,
        concerns=None,
        concerns_unit=None,
        deadline=None,
        clock=None,
        extension=None,
        amount=None,
        quantities=(),
        outputs=(),
        fulfilled_by=(),
        discharged_by=(),
        violated_by=(),
        lifecycle=Lifecycle.CASE,
        group="",
        overrides=(),
        over_groups=(),
        consequence=(),
        returns=(),
        objection_suspends=(),
        reading=None,
        note=Text(""),
    )


def _with_fact(reader: PackReader, frame: Rule, node: Node | None, base: str, passing: bool) -> Rule | None:
    """The rule with what counts as a fact, or None."""
    given = reader.fields(node, _FACT)
    if given is None or node is None:
        return None
    kinds = [kind for kind in FactKind if kind in given]
    if len(kinds) != 1:
        none = Words("都没有", "none of them")
        reader.faults.add("LNK558", node.span, found=", ".join(kinds) or none, allowed=", ".join(FactKind))
        return None
    kind = kinds[0]
    said = (*_COMMON, *_FACTS[kind])
    for key in given:
        if key not in (kind, *said):
            reader.faults.add("LNK521", given[key].span, key=key, kind=kind, allowed=", ".join(said))
    if kind is FactKind.STATE and "party" not in given:
        reader.require(_PARTY, given, node.span)
    code = _code(reader, kind, given[kind], frame)
    written = {name: reader.expression(given[key]) for key, name in _VALUES.items() if key in given}
    values = tuple((name, expression) for name, expression in written.items() if expression is not None)
    results = "service_results" if kind is FactKind.SERVICE else "results"
    matter, result = reader.code(given.get("matter"), "matters"), reader.code(given.get("result"), results)
    if not code:
        return None
    bodies = {key: given[key] for key in _BODIES if key in given}
    of_bearer = frozenset(key for key, value in bodies.items() if base and is_bearer(value))
    actor, to, concerning = (
        None if key in of_bearer else body_expression(reader, bodies.get(key)) for key in _BODIES
    )
    return replace(
        frame,
        bearer=Actor((), actor),
        bearer_unit=reader.expression(given.get("actor_unit")),
        counterparty=Actor((), to),
        about=reader.expression(given.get("about")),
        concerns=concerning,
        concerns_unit=reader.expression(given.get("concerning_unit")),
        deemed=Deemed(kind, code, base, passing, matter or "", result or "", values, of_bearer),
    )


def _code(reader: PackReader, kind: FactKind, node: Node, frame: Rule) -> str | None:
    """The type of the event, the trait, or the variable that holds the document that counts as served."""
    if kind is FactKind.EVENT:
        return reader.code(node, "events")
    if kind is FactKind.STATE:
        return reader.code(node, "traits")
    names = {binding.name: binding.path for binding in frame.each}
    name = variable(reader, node, names)
    if name and names[name] != "case.documents":
        fitting = [other for other, path in names.items() if path == "case.documents"]
        allowed = ", ".join(fitting) or "case.documents"
        reader.faults.add("LNK531", node.span, key=kind, name=name, found=names[name], allowed=allowed)
        return None
    return name or None
