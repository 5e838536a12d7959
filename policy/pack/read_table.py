"""Decision tables -> rules: each row is read as a rule with the table's keys as defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from policy.pack.draft import PackReader
from policy.pack.model import Condition, Expression, Text
from policy.pack.paths import element_of, section_of
from policy.pack.read_rule import RULE, read_conditions, read_rule
from policy.pack.reader import Schema, is_null
from policy.text import nodes
from policy.text.diagnostics import Words
from policy.text.nodes import Node, Scalar
from policy.text.source import Span

_RULE_KEYS = tuple(key for key in RULE.keys if key != "id")
_OPTIONAL = tuple(key for key in RULE.optional if key != "when")
_TABLE = Schema(Words("决策表", "a table"), ("id", "rows"), ("columns", *_RULE_KEYS))
_ROW = Schema(Words("表中的行", "a row of a table"), ("id",), ("match", *_RULE_KEYS), nullable=_OPTIONAL)
_COLUMN = Schema(Words("列", "a column"), ("expr", "means"))
_ROW_ID = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_MAX_ROW_ID = 64
_SIMPLE = re.compile(r"[\w.]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Column:
    """One column: what its cells are compared with; ``section`` is "" where the field cannot be told."""

    expr: Expression
    means: Text
    section: str


def read_table(reader: PackReader, node: Node) -> None:
    """One entry of ``tables``."""
    found = reader.fields(node, _TABLE)
    if found is None:
        return
    ident = reader.own_id(found.get("id"))
    if ident and "id" in found:
        reader.declare("table", ident, found["id"].span)
    columns = _columns(reader, found)
    defaults = {key: value for key, value in found.items() if key in _RULE_KEYS}
    when = read_conditions(reader, defaults.pop("when", None))
    for row in reader.items(found.get("rows")):
        _row(reader, row, ident or "", defaults, columns, when)


def _columns(reader: PackReader, found: Mapping[str, Node]) -> dict[str, _Column | None]:
    variables: dict[str, str] = {}
    each = found.get("each")
    for key, path in each.entries if isinstance(each, nodes.Mapping) else ():
        if isinstance(path, Scalar):
            variables[key.text] = element_of(path.text, variables)
    columns: dict[str, _Column | None] = {}
    for key, value in reader.entries(found.get("columns")):
        given = reader.fields(value, _COLUMN) or {}
        expr, means = reader.expression(given.get("expr")), reader.text(given.get("means"))
        name = reader.name(key)
        if name:
            columns[name] = _Column(expr, means, section_of(expr.text, variables)) if expr and means else None
    return columns


def _row(
    reader: PackReader,
    node: Node,
    table: str,
    defaults: Mapping[str, Node],
    columns: Mapping[str, _Column | None],
    when: tuple[Condition, ...],
) -> None:
    found = reader.fields(node, _ROW)
    if found is None:
        return
    reader.require(RULE, {"id", *defaults, *found}, node.span)
    key = reader.scalar(found.get("id"))
    span = key.span if key else node.span
    ident = ""
    if key and not (_ROW_ID.fullmatch(key.text) and len(key.text) <= _MAX_ROW_ID):
        reader.faults.add("LNK209", span, value=key.text, limit=str(_MAX_ROW_ID))
    elif key and table:
        ident = f"{table}.{key.text}"
    matched = _matched(reader, found.get("match"), columns)
    conditions = (*when, *matched, *read_conditions(reader, found.get("when")))
    new = reader.declare("rule", ident or None, span)
    rule = read_rule(reader, ident, span, _with_defaults(reader, found, defaults), conditions)
    if rule and new:
        reader.draft.rules.append(rule)


def _with_defaults(
    reader: PackReader, found: Mapping[str, Node], defaults: Mapping[str, Node]
) -> dict[str, Node]:
    """The row's own keys over the table's; ``null`` takes a default of the table away."""
    values = {**defaults, **found}
    for key, node in found.items():
        if is_null(node):
            if key not in defaults or not node.span.snippet:
                reader.faults.add("LNK204", node.span)
            del values[key]
    return values


def _matched(
    reader: PackReader, node: Node | None, columns: Mapping[str, _Column | None]
) -> tuple[Condition, ...]:
    conditions = []
    for key, value in reader.entries(node):
        if key.text not in columns:
            meant = reader.suggest(key.text, columns)
            reader.faults.add("LNK311", key.span, meant, name=key.text, allowed=", ".join(columns))
            continue
        column = columns[key.text]
        section = column.section if column else ""
        cells: dict[str, Scalar] = {}
        for item in reader.one_or_more(value):
            code = reader.code(item, section) if section else reader.name(reader.scalar(item))
            if code and isinstance(item, Scalar):
                cells.setdefault(code, item)
        if column and cells:
            conditions.append(_condition(reader, column, cells, value.span))
    return tuple(conditions)


def _condition(reader: PackReader, column: _Column, cells: Mapping[str, Scalar], span: Span) -> Condition:
    """``request.matter == "a"`` or ``request.matter in ["a", "b"]``.

    Characters of the column's expression point to the column, those of a code to its cell, the rest to
    the place of the cells.
    """
    pieces: list[tuple[str, tuple[int, ...]]] = [(column.expr.text, column.expr.offsets)]

    def put(text: str) -> None:
        pieces.append((text, (span.start,) * len(text)))

    if not _SIMPLE.fullmatch(column.expr.text):
        pieces.insert(0, ("(", column.expr.offsets[:1]))
        pieces.append((")", column.expr.offsets[-1:]))
    one = len(cells) == 1
    put(" == " if one else " in [")
    for number, (code, cell) in enumerate(cells.items()):
        put('"' if number == 0 else ', "')
        start = cell.span.start + (cell.style in {"single", "double"})
        pieces.append((code, tuple(range(start, start + len(code)))))
        put('"')
    if not one:
        put("]")
    text = "".join(text for text, _ in pieces)
    offsets = tuple(offset for _, part in pieces for offset in part)
    return Condition(Expression(text, span, offsets), _means(reader, column, cells))


def _means(reader: PackReader, column: _Column, cells: Mapping[str, Scalar]) -> Text:
    labels = [
        [reader.vocabulary.label(column.section, code, lang) for code in cells] for lang in ("zh", "en")
    ]
    zh, en = column.means.get("zh"), column.means.get("en")
    return Text(f"{zh}：{'或'.join(labels[0])}", f"{en}: {' or '.join(labels[1])}")
