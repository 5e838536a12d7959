"""Rules: one entry of ``duties``, or one row of a table with the table's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from policy.pack.deadline import Deadline, DeadlineForm
from policy.pack.draft import PackReader
from policy.pack.model import (
    Actor,
    Bearing,
    Binding,
    Condition,
    Expression,
    Force,
    Lifecycle,
    Modality,
    Output,
    Reading,
    ReturnGround,
    Rule,
    Text,
)
from policy.pack.paths import element_of, list_paths
from policy.pack.read_amount import read_amount, read_quantities
from policy.pack.read_clock import read_clock, read_extension
from policy.pack.read_condition import bring_basis, read_conditions, read_exceptions
from policy.pack.read_deadline import read_deadline
from policy.pack.read_matcher import is_bearer, read_matchers, variable
from policy.pack.reader import Schema
from policy.pack.vocabulary import CODE
from policy.text import nodes
from policy.text.diagnostics import Words
from policy.text.nodes import Node, Scalar
from policy.text.source import Span

RULE = Schema(
    Words("规则", "a rule"),
    ("id", "title", "each", "modality", "bearer", "action"),
    (
        "basis",
        "trigger",
        "arises",
        "when",
        "unless",
        "force",
        "bearing",
        "bearer_unit",
        "counterparty",
        "about",
        "concerns",
        "concerns_unit",
        "deadline",
        "clock",
        "extension",
        "amount",
        "quantities",
        "outputs",
        "fulfilled_by",
        "discharged_by",
        "violated_by",
        "lifecycle",
        "group",
        "overrides",
        "consequence",
        "returns",
        "objection_suspends",
        "reading",
        "note",
    ),
)
_ACTOR = Schema(Words("主体", "an actor"), (), ("expr", "party"))
_BASED = Schema(RULE.what, ("basis",))
_BODY = Schema(Words("所涉单位", "a body concerned"), ("expr",))
_OUTPUT = Schema(Words("文书或反馈", "an output"), ("form",))
_GROUP = Schema(Words("所取代的一组", "what is overridden"), ("group",))
_RETURN = Schema(Words("退回的理由", "a ground for returning"), ("reason", "basis"))
_READING = Schema(Words("理解", "a reading"), ("chosen", "other"))

#: Names that mean something of their own in expressions: variables, and words that CEL keeps to itself.
RESERVED = frozenset(
    [
        "case",
        "as_of",
        "breaches",
        "attr",
        "param",
        "done",
        "obligation",
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)
_FORCES = tuple(force.value for force in Force)
_MODALITIES = tuple(modality.value for modality in Modality if modality is not Modality.DEEMED)
_ARISES = ("trigger", "complete")
_NOBODY = "none"
_NO_NUMBER = (DeadlineForm.WORD, DeadlineForm.AT)
_DEADLINE = Words("期限", "a deadline")


def read_duty(reader: PackReader, node: Node) -> None:
    """One entry of ``duties``."""
    found = reader.fields(node, RULE)
    if found is None:
        return
    ident = reader.own_id(found.get("id"))
    span = found["id"].span if "id" in found else node.span
    new = reader.declare("rule", ident, span)
    rule = read_rule(
        reader, ident or "", span, found, read_conditions(reader, found.get("when"), ident or "")
    )
    if rule and new:
        reader.draft.rules.append(rule)


def read_rule(
    reader: PackReader, ident: str, span: Span, found: Mapping[str, Node], when: tuple[Condition, ...]
) -> Rule | None:
    """The rule that the values ``found`` make, or None; ``span`` is the place of its id."""
    title, basis = reader.text(found.get("title")), _basis(reader, found, ident, span, when)
    each = read_each(reader, found.get("each"))
    names = {binding.name: binding.path for binding in each}
    modality = reader.choice(found.get("modality"), _MODALITIES)
    bearer, action = read_actor(reader, found.get("bearer")), reader.code(found.get("action"), "actions")
    trigger = variable(reader, found.get("trigger"), names) or next(iter(names), "")
    deadline = rule_deadline(reader, found.get("deadline"), modality, basis or ())
    bearing = _bearing(reader, found)
    own = bearing in (Bearing.SEVERAL, Bearing.EACH_UNIT)
    rest = Rule(
        id=ident,
        span=span,
        title=title or Text(""),
        basis=basis or (),
        each=each,
        trigger=trigger,
        accrues=reader.choice(found.get("arises"), _ARISES) == "complete",
        when=when,
        unless=read_exceptions(reader, found.get("unless"), ident),
        modality=Modality(modality or "obligation"),
        force=_force(reader, found.get("force")),
        bearer=bearer or Actor(),
        bearing=bearing,
        bearer_unit=reader.expression(found.get("bearer_unit")),
        counterparty=_counterparty(reader, found, span),
        action=action or "",
        about=reader.expression(found.get("about")),
        concerns=body_expression(reader, found.get("concerns")),
        concerns_unit=reader.expression(found.get("concerns_unit")),
        deadline=deadline,
        clock=read_clock(reader, found, names, deadline),
        extension=read_extension(reader, found, names, deadline, basis or ()),
        amount=read_amount(reader, found.get("amount"), basis or ()),
        quantities=read_quantities(reader, found.get("quantities"), basis or ()),
        outputs=reader.each(reader.items(found.get("outputs")), lambda item: _output(reader, item)),
        fulfilled_by=read_matchers(reader, found.get("fulfilled_by"), names, own),
        discharged_by=read_matchers(reader, found.get("discharged_by"), names, False),
        violated_by=read_matchers(reader, found.get("violated_by"), names, own),
        lifecycle=Lifecycle(reader.choice(found.get("lifecycle"), ("case", "independent")) or "case"),
        group=_group(reader, found.get("group"), ident),
        overrides=_overrides(reader, found.get("overrides"), ident),
        over_groups=(),
        consequence=reader.cite(found.get("consequence")),
        returns=_returns(reader, found.get("returns"), ident),
        objection_suspends=reader.cite(found.get("objection_suspends"), ident),
        reading=read_reading(reader, found.get("reading")),
        note=read_note(reader, found.get("note")),
    )
    if ident and title and basis is not None and each and modality and bearer and action:
        return rest
    if ident and each:
        reader.draft.partial.append(rest)
    return None


def _basis(
    reader: PackReader, found: Mapping[str, Node], ident: str, span: Span, when: tuple[Condition, ...]
) -> tuple[str, ...] | None:
    """The clauses it rests on; none where alternatives of a condition bring theirs, else None."""
    if "basis" in found:
        return reader.cite(found["basis"], ident) or None
    if bring_basis(reader, when):
        return ()
    # Alternatives with a fault of their own are not in ``when``: what they would bring is not known.
    if not _has_broken_alternatives(found.get("when"), when):
        reader.require(_BASED, found, span)
    return None


def _has_broken_alternatives(node: Node | None, when: tuple[Condition, ...]) -> bool:
    return isinstance(node, nodes.Sequence) and len(node.items) > len(when)


def read_note(reader: PackReader, node: Node | None) -> Text:
    return reader.text(node) or Text("")


# -- what the rule runs over, and when it applies


MAX_VARIABLES = 8
"""Most variables of ``each``: a rule with more could never be tried in time."""


def read_each(reader: PackReader, node: Node | None) -> tuple[Binding, ...]:
    """The variables of ``each`` in order; empty if one of them is wrong."""
    elements: dict[str, str] = {}
    bindings = []
    if isinstance(node, nodes.Mapping) and not node.entries:
        reader.faults.add("LNK211", node.span)
    for key, value in reader.entries(node):
        name = reader.name(key, RESERVED)
        path = reader.scalar(value)
        if path is None:
            continue
        element = element_of(path.text, elements)
        if not element:
            allowed = list_paths(elements)
            meant = reader.suggest(path.text, allowed)
            reader.faults.add("LNK310", path.span, meant, path=path.text, allowed=", ".join(allowed))
        if name:
            elements[name] = element
            bindings.append(Binding(name, path.text, path.span))
    if len(bindings) > MAX_VARIABLES and node is not None:
        reader.faults.add("LNK517", node.span, count=str(len(bindings)), limit=str(MAX_VARIABLES))
        return ()
    over_breaches = [binding for binding in bindings if binding.path == "breaches"]
    if len(over_breaches) > 1:
        reader.faults.add("LNK518", over_breaches[1].span)
        return ()
    return tuple(bindings) if all(elements.values()) else ()


# -- who


def read_actor(reader: PackReader, node: Node | None) -> Actor | None:
    """Body codes, ``{expr: …}`` or ``{party: …}``."""
    if not isinstance(node, nodes.Mapping):
        bodies = reader.body_codes(node)
        return Actor(bodies) if bodies else None
    found = reader.fields(node, _ACTOR) or {}
    exprs: dict[str, Expression | None] = {name: reader.expression(value) for name, value in found.items()}
    if len(found) > 1:
        reader.faults.add("LNK217", node.span)
    elif not found:
        reader.faults.add("LNK202", node.span, key="expr", what=_ACTOR.what)
    return Actor((), exprs.get("expr"), exprs.get("party")) if any(exprs.values()) else None


def _counterparty(reader: PackReader, found: Mapping[str, Node], span: Span) -> Actor:
    """To whom it is owed. Nobody is said in so many words, and with a note that says why."""
    node = found.get("counterparty")
    if node is None:
        reader.faults.add("LNK523", span)
        return Actor()
    if isinstance(node, Scalar) and node.text == _NOBODY:
        if "note" not in found:
            reader.faults.add("LNK524", node.span)
        return Actor()
    return read_actor(reader, node) or Actor()


def body_expression(reader: PackReader, node: Node | None) -> Expression | None:
    """An expression that gives a body, alone or as ``{expr: …}``; a code by itself stands for that body."""
    if isinstance(node, nodes.Mapping):
        return reader.expression((reader.fields(node, _BODY) or {}).get("expr"))
    if isinstance(node, Scalar) and CODE.fullmatch(node.text):
        code, start = reader.body(node), node.span.start
        if code is None:
            return None
        inner = node.style in {"single", "double"}
        places = tuple(range(start + inner, start + inner + len(code)))
        return Expression(f'"{code}"', node.span, (places[0], *places, places[-1]))
    return reader.expression(node)


def _bearing(reader: PackReader, found: Mapping[str, Node]) -> Bearing:
    node = found.get("bearing")
    bearing = reader.choice(node, ("joint", "several", "each_unit"))
    if bearing == "each_unit" and node is not None:
        _check_units(reader, found, node)
        return Bearing.EACH_UNIT
    # What is written counts, and not what is left of it: a misspelt bearer is still one of several.
    if isinstance(listed := found.get("bearer"), nodes.Sequence) and len(listed.items) > 1:
        if node is None:
            reader.faults.add("LNK501", listed.span)
        return Bearing(bearing or "joint")
    if node is not None and listed is not None:
        reader.faults.add("LNK502", node.span)
    return Bearing.SOLE


def _check_units(reader: PackReader, found: Mapping[str, Node], node: Node) -> None:
    """The pack lists units for a bearer (LNK550), and nothing else says which one it is (LNK551)."""
    listed = found.get("bearer")
    named = [item.text for item in reader.one_or_more(listed) if isinstance(item, Scalar)]
    if listed is not None and reader.draft.units_given.isdisjoint(named):
        known = ", ".join(reader.draft.units) or Words("没有", "none")
        reader.faults.add("LNK550", node.span, allowed=known)
    if "bearer_unit" in found:
        reader.faults.add("LNK551", found["bearer_unit"].span)
    for key in ("fulfilled_by", "violated_by"):
        for item in reader.one_or_more(found.get(key)):
            given = {k.text: v for k, v in item.entries} if isinstance(item, nodes.Mapping) else {}
            own = "by" not in given or is_bearer(given["by"])
            if own and given.keys() & {"request", "service"}:
                reader.faults.add("LNK553", item.span)


def _force(reader: PackReader, node: Node | None) -> Force:
    force = reader.choice(node, _FORCES)
    if not reader.draft.reported:
        return Force(force or "binding")
    if node is not None and force not in (None, "reported"):
        reader.faults.add("LNK508", node.span, force=force or "")
    return Force.REPORTED


# -- by when, and what follows


def rule_deadline(
    reader: PackReader, node: Node | None, modality: str | None, basis: tuple[str, ...]
) -> Deadline | None:
    if isinstance(node, Scalar):
        name = reader.refer("deadline", "LNK306", node)
        deadline = reader.draft.deadlines.get(name or "")
    else:
        deadline = read_deadline(reader, node)
    if node is not None and modality == "prohibition":
        reader.faults.add("LNK509", node.span)
    if deadline is None or deadline.basis or deadline.provenance == "local":
        return deadline
    # A number from a parameter has the parameter's basis; anything else has that of the rule.
    if deadline.form is DeadlineForm.WITHIN and deadline.param:
        return deadline
    if not basis and deadline.form not in _NO_NUMBER and node is not None:
        reader.faults.add("LNK503", node.span, what=_DEADLINE)
    return replace(deadline, basis=basis)


def _output(reader: PackReader, node: Node) -> Output | None:
    is_form = isinstance(node, nodes.Mapping) and any(key.text == "form" for key, _ in node.entries)
    if not is_form:
        text = reader.text(node)
        return Output(text) if text else None
    found = reader.fields(node, _OUTPUT) or {}
    name = reader.refer("form", "LNK307", found.get("form"))
    form = reader.draft.forms.get(name or "")
    return Output(form.title, form.id) if form else None


def _group(reader: PackReader, node: Node | None, ident: str) -> str:
    """The group that the rule belongs to, noted as one that rules may override."""
    name = reader.name(reader.scalar(node)) or ""
    if name and node is not None and ident:
        reader.draft.groups.setdefault(name, []).append((ident, node.span))
    return name


def _returns(reader: PackReader, node: Node | None, ident: str) -> tuple[ReturnGround, ...]:
    """For what reasons the duty may be sent back; each once."""
    found: dict[str, ReturnGround] = {}
    for item in reader.items(node):
        given = reader.fields(item, _RETURN) or {}
        reason, basis = reader.code(given.get("reason"), "results"), reader.cite(given.get("basis"), ident)
        if reason in found:
            reader.faults.add("LNK212", item.span, value=reason)
        elif reason and basis:
            found[reason] = ReturnGround(reason, basis)
    return tuple(found.values())


def _overrides(reader: PackReader, node: Node | None, ident: str) -> tuple[str, ...]:
    """The rules that are named one by one; whole groups are settled when all rules have been read."""
    groups = [item for item in reader.one_or_more(node) if isinstance(item, nodes.Mapping)]
    for whole in groups:
        name = reader.name(reader.scalar((reader.fields(whole, _GROUP) or {}).get("group")))
        if name and ident:
            reader.draft.over_groups.append((ident, name, whole.span))
    listed = [item for item in reader.one_or_more(node) if item not in groups]
    names = reader.distinct(listed, reader.rule_id)
    for item in listed:
        if isinstance(item, Scalar) and item.text in names and ident:
            reader.draft.overrides.append((ident, item.text, item.span))
    return names


def read_reading(reader: PackReader, node: Node | None) -> Reading | None:
    """The reading taken of an ambiguous text, and the other one."""
    found = reader.fields(node, _READING) or {}
    chosen, other = reader.text(found.get("chosen")), reader.text(found.get("other"))
    return Reading(chosen, other) if chosen and other else None
