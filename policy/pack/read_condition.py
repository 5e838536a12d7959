"""Conditions: lines of ``when``, ``unless`` and terms, and the alternatives of a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from policy.pack.draft import PackReader
from policy.pack.model import Condition, Expression, Text
from policy.pack.reader import Schema
from policy.text import nodes
from policy.text.diagnostics import Words
from policy.text.nodes import Node
from policy.text.source import Span

_CONDITION = Schema(Words("条件", "a condition"), ("expr",), ("means",))
_EXCEPTION = Schema(Words("例外", "an exception"), ("expr", "means", "basis"))
_ALTERNATIVE = Schema(Words("选择之一", "an alternative"), ("expr",), ("means", "basis"))
_ANY = Schema(Words("任一条件", "a condition with alternatives"), ("any",), ("means",))

#: A line that is nothing but the call of a term.
_CALL = re.compile(r"\s*([a-z]\w*)\((.*)\)\s*", re.ASCII | re.DOTALL)


def read_conditions(reader: PackReader, node: Node | None, ident: str = "") -> tuple[Condition, ...]:
    """The lines of ``when`` of the rule ``ident``."""
    return reader.each(reader.items(node), lambda item: read_condition(reader, item, ident))


def read_condition(reader: PackReader, node: Node, ident: str = "") -> Condition | None:
    """``"expr"``, ``{expr, means}`` or ``{any: [{expr, means, basis}, …]}``."""
    if not isinstance(node, nodes.Mapping):
        expr = reader.expression(node)
        return Condition(expr, Text("")) if expr else None
    if _has_alternatives(node):
        return _any(reader, node, _ALTERNATIVE, ident)
    found = reader.fields(node, _CONDITION) or {}
    expr = reader.expression(found.get("expr"))
    means = reader.text(found.get("means"))
    return Condition(expr, means or Text("")) if expr else None


def read_exceptions(reader: PackReader, node: Node | None, ident: str) -> tuple[Condition, ...]:
    """The lines of ``unless`` of the rule ``ident``: each says what it means and where it is written."""
    return reader.each(reader.items(node), lambda item: _exception(reader, item, ident))


def _exception(reader: PackReader, node: Node, ident: str) -> Condition | None:
    if _has_alternatives(node):
        return _any(reader, node, _EXCEPTION, ident)
    return _alternative(reader, node, _EXCEPTION, ident)


def _has_alternatives(node: Node) -> bool:
    return isinstance(node, nodes.Mapping) and any(key.text == "any" for key, _ in node.entries)


def _any(reader: PackReader, node: Node, schema: Schema, ident: str) -> Condition | None:
    found = reader.fields(node, _ANY) or {}
    listed = reader.items(found.get("any"))
    if len(listed) == 1:
        reader.faults.add("LNK519", found["any"].span)
    parts = reader.each(listed, lambda item: _alternative(reader, item, schema, ident))
    means = reader.text(found.get("means"))
    if not parts or len(parts) < len(listed):
        return None
    basis = tuple(dict.fromkeys(clause for part in parts for clause in part.basis))
    expression = _disjunction([part.expr for part in parts], found["any"].span)
    return Condition(expression, means or _either(parts), basis if schema is _EXCEPTION else (), parts)


def _alternative(reader: PackReader, node: Node, schema: Schema, ident: str) -> Condition | None:
    if schema is not _EXCEPTION and not isinstance(node, nodes.Mapping):
        expr = reader.expression(node)
        return Condition(expr, Text("")) if expr else None
    found = reader.fields(node, schema) or {}
    expr = reader.expression(found.get("expr"))
    means = reader.text(found.get("means"))
    basis = reader.cite(found.get("basis"), ident)
    if expr is None or (means is None and "means" in schema.required):
        return None
    return Condition(expr, means or Text(""), basis)


def _disjunction(parts: Sequence[Expression], span: Span) -> Expression:
    """``(a) || (b)``; the characters of each part point to where it is written."""
    text, offsets = "", []
    for part in parts:
        before, after = part.offsets[:1] or (span.start,), part.offsets[-1:] or (span.start,)
        opened = " || (" if text else "("
        # A comment at the end of a part would swallow the bracket.
        closed = "\n)" if "//" in part.text else ")"
        text += f"{opened}{part.text}{closed}"
        offsets += [*(before * len(opened)), *part.offsets, *(after * len(closed))]
    return Expression(text, span, tuple(offsets))


def _either(parts: Sequence[Condition]) -> Text:
    """What a line means whose alternatives all say so."""
    if not all(part.means.zh for part in parts):
        return Text("")
    english = [part.means.en for part in parts]
    return Text("；或".join(part.means.zh for part in parts), "; or ".join(english) if all(english) else "")


def bring_basis(reader: PackReader, when: Iterable[Condition]) -> bool:
    """Whether some line has alternatives, its own or those of the term it calls, that all cite a clause."""
    return any(_cited(line) or any(map(_cited, _lines_of_term(reader, line))) for line in when)


def _cited(line: Condition) -> bool:
    return bool(line.alternatives) and all(part.basis for part in line.alternatives)


def _lines_of_term(reader: PackReader, line: Condition) -> tuple[Condition, ...]:
    call = _CALL.fullmatch(line.expr.text)
    term = reader.draft.terms.get(call[1]) if call else None
    return term.conditions if term else ()
