"""Codes in expressions: a string compared with a coded field must be declared in the vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policy.expr.cel import ExprFault
from policy.expr.tree import Call, Const, Field, ListOf, Node, Quant, Var, walk
from policy.pack.equivalences import Equivalences
from policy.pack.vocabulary import CODE_FIELDS, Vocabulary


def code_faults(tree: Node, vocabulary: Vocabulary) -> Iterator[ExprFault]:
    """A fault for each undeclared code that a coded field is compared with."""
    for section, const in compared_codes(tree):
        allowed = vocabulary.codes(section)
        if const.value not in allowed:
            args = (("name", str(const.value)), ("section", section))
            yield ExprFault("LNK412", const.pos, args, tuple(sorted(allowed)))


_FORMER: Mapping[tuple[str, str], str] = MappingProxyType(
    {("Event", "body"): "to / concerning", ("Document", "request"): "requests"}
)
"""Fields that are read into others before any rule sees the case."""


def canonical_faults(tree: Node, vocabulary: Vocabulary) -> Iterator[ExprFault]:
    """A fault for each spelling that no case has any more once it is in canonical form."""
    table = vocabulary.equivalences
    if table == Equivalences():
        return  # a vocabulary without equivalences: every spelling stays as it is sent
    flags = {state.flag: state for state in table.states if state.flag and not state.everyone}
    for node in walk(tree):
        if not isinstance(node, Field) or node.operand.type.kind != "message":
            continue
        owner = node.operand.type.name
        meant = _FORMER.get((owner, node.name), "")
        if owner == "Flags" and node.name in flags:
            state = flags[node.name]
            meant = f"party.{state.field}" if state.field else f'"{state.kind}" in party.traits'
        if meant:
            yield ExprFault("LNK430", node.pos, (("name", node.name),), meant=meant)
    for section, const in compared_codes(tree):
        if section == "events" and (meant := table.noncanonical_events.get(str(const.value), "")):
            yield ExprFault("LNK430", const.pos, (("name", str(const.value)),), meant=meant)


def compared_codes(tree: Node) -> Iterator[tuple[str, Const]]:
    """Pairs of a vocabulary section and a string literal that must be one of its codes."""
    for node in walk(tree):
        if isinstance(node, Quant) and node.body is not None:
            section = _section(node.range)
            if section:
                yield from _quantified(node, section)
        if not isinstance(node, Call):
            continue
        if node.op in ("equals", "not_equals"):
            for one, other in (node.args, node.args[::-1]):
                section = _section(one)
                if section and isinstance(other, Const):
                    yield section, other
        elif node.op == "in_list":
            value, items = node.args
            section = _section(value)
            if section and isinstance(items, ListOf):
                yield from ((section, item) for item in items.items if isinstance(item, Const))
            section = _section(items)
            if section and isinstance(value, Const):
                yield section, value


def _quantified(node: Quant, section: str) -> Iterator[tuple[str, Const]]:
    """``debtor.traits.exists(t, t == "lawyer")``: the variable stands for a code."""
    for inner in walk(node.body) if node.body is not None else ():
        if isinstance(inner, Call) and inner.op in ("equals", "not_equals"):
            for one, other in (inner.args, inner.args[::-1]):
                if (
                    getattr(one, "name", None) == node.var
                    and not isinstance(one, Field)
                    and isinstance(other, Const)
                ):
                    yield section, other
        elif isinstance(inner, Call) and inner.op == "in_list":
            value, items = inner.args
            if isinstance(value, Var) and value.name == node.var and isinstance(items, ListOf):
                yield from ((section, item) for item in items.items if isinstance(item, Const))


def _section(node: Node) -> str:
    """The vocabulary section of a coded field (of one code or of a list), else empty."""
    if isinstance(node, Field) and node.operand.type.kind == "message":
        return CODE_FIELDS.get((node.operand.type.name, node.name), "")
    return ""
