"""Where names stand in a file: declared or used, in YAML and within expressions.

    tree, grammar --marks_of--> Mark, Mark, … (place, kind, name, whether it is declared there)

It needs a file that parses as YAML, and no more: faults of the rules are no hindrance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policy.editor.grammar import KINDS, kind_of
from policy.editor.grammar.rules import TABLE
from policy.editor.shapes import (
    Code,
    Either,
    Expression,
    Facts,
    Items,
    Keys,
    Many,
    Name,
    Named,
    Shape,
)
from policy.facts.views import TIMESTAMP
from policy.pack.paths import MESSAGES
from policy.pack.vocabulary import CODE_FIELDS
from policy.text import nodes
from policy.text.diagnostics import Faults
from policy.text.nodes import Node, Scalar
from policy.text.source import Source, Span

CODE = "code:"
"""Before the section: the kind of a code of the vocabulary."""
ANY_CODE = "code:*"
"""A word in quotes within an expression: a code of whatever section declares it."""

_IN_EXPRESSIONS = re.compile(
    r"\bparam\.(?P<parameter>\w+)|\battr\.(?P<attribute>\w+)"
    r"|(?P<quote>[\"'])(?P<code>[a-z]\w*)(?P=quote)|(?<![\w.])(?P<term>[a-z]\w*)(?=\()",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A name at its place. ``says`` is the node that it declares, where it declares one."""

    span: Span
    kind: str
    name: str
    new: bool = False
    says: Node | None = None


def tree_of(source: Source) -> Node | None:
    """The tree of a file, whatever its faults; None where it is no YAML."""
    return nodes.parse(source, Faults())


def marks_of(source: Source, tree: Node | None) -> tuple[Mark, ...]:
    """Every name in a file, in the order of the grammar."""
    return () if tree is None else tuple(_walk(tree, KINDS[kind_of(source.name)], None))


def fitting(shape: Shape, node: Node) -> tuple[Shape, ...]:
    """What of a shape may be meant by a node of its kind: of several maps the one that knows most keys."""
    match shape:
        case Either(of):
            found = tuple(inner for one in of for inner in fitting(one, node))
        case Many(of):
            found = (Items(of),) if isinstance(node, nodes.Sequence) else fitting(of, node)
        case _:
            found = (shape,)
    if not isinstance(node, nodes.Mapping):
        return tuple(one for one in found if not isinstance(one, Keys | Named | Facts))
    maps = [one for one in found if isinstance(one, Keys | Named | Facts)]
    written = {key.text for key, _ in node.entries}
    maps.sort(key=lambda one: len(written - one.keys.keys()) if isinstance(one, Keys) else 0)
    return tuple(maps[:1])


def _walk(node: Node, shape: Shape, above: Node | None) -> Iterator[Mark]:
    for one in fitting(shape, node):
        if isinstance(node, nodes.Mapping):
            yield from _map(node, one)
        elif isinstance(node, nodes.Sequence) and isinstance(one, Items):
            for item in node.items:
                yield from _walk(item, one.of, None)
        elif isinstance(node, Scalar):
            yield from _scalar(node, one, above)


def _map(node: nodes.Mapping, shape: Shape) -> Iterator[Mark]:
    match shape:
        case Facts():
            yield from _facts(node, "Case")
        case Named(key_shape, value_shape):
            for key, value in node.entries:
                yield from _scalar(key, key_shape, value)
                yield from _walk(value, value_shape, None)
        case Keys(_, known):
            for key, value in node.entries:
                if key.text in known:
                    found = _walk(value, known[key.text].shape, node)
                    yield from _rows(node, found) if shape is TABLE and key.text == "rows" else found


def _rows(table: nodes.Mapping, found: Iterator[Mark]) -> Iterator[Mark]:
    """A row declares the rule whose id is that of the table and its own."""
    ident = next((v.text for k, v in table.entries if k.text == "id" and isinstance(v, Scalar)), "")
    for mark in found:
        if mark.kind == "row":
            yield Mark(mark.span, "rule", f"{ident}.{mark.name}", True, mark.says)
        else:
            yield mark


def _scalar(node: Scalar, shape: Shape, above: Node | None) -> Iterator[Mark]:
    match shape:
        case Name(kind, new):
            yield Mark(inner(node), kind, node.text, new, above if new else None)
        case Code(section):
            yield Mark(inner(node), CODE + section, node.text)
        case Expression():
            yield from _names(node)


def inner(node: Scalar) -> Span:
    """The place of a text without its quotes."""
    quoted = node.style in ("single", "double")
    return Span(node.span.source, node.span.start + quoted, node.span.end - quoted)


def _names(node: Scalar) -> Iterator[Mark]:
    placed = nodes.expression_offsets(node)
    if placed is None:
        return
    text, offsets = placed
    for found in _IN_EXPRESSIONS.finditer(text):
        for kind in ("parameter", "attribute", "code", "term"):
            if found[kind] is not None:
                first, last = found.span(kind)
                span = Span(node.span.source, offsets[first], offsets[last - 1] + 1)
                yield Mark(span, ANY_CODE if kind == "code" else kind, found[kind])


def _facts(node: Node, message: str) -> Iterator[Mark]:
    """Codes and own facts of a case, by the descriptors of the facts."""
    if isinstance(node, nodes.Sequence):
        for item in node.items:
            yield from _facts(item, message)
    for key, value in node.entries if isinstance(node, nodes.Mapping) else ():
        if key.text == "attributes" and isinstance(value, nodes.Mapping):
            yield from (Mark(inner(name), "attribute", name.text) for name, _ in value.entries)
            continue
        section = CODE_FIELDS.get((message, key.text))
        field = MESSAGES[message].fields_by_name.get(key.text)
        if section is not None:
            listed = value.items if isinstance(value, nodes.Sequence) else (value,)
            yield from (Mark(inner(n), CODE + section, n.text) for n in listed if isinstance(n, Scalar))
        elif (
            field is not None and field.message_type is not None and field.message_type.full_name != TIMESTAMP
        ):
            yield from _facts(value, field.message_type.name)
