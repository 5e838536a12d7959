"""Decision tables -> rules: each row is read as a rule with the table's keys as defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from policy.pack.draft import PackReader
from policy.pack.model import Condition, Expression, Text
from policy.pack.paths import element_of, section_of
from policy.pack.read_condition import read_conditions
from policy.pack.read_rule import RULE, read_rule
from policy.pack.reader import Schema, is_null
from policy.pack.vocabulary import SECTIONS
from policy.text import nodes
from policy.text.diagnostics import Words
from policy.text.nodes import Node, Scalar
from policy.text.source import Span

_RULE_KEYS = tuple(key for key in RULE.keys if key != "id")
_OPTIONAL = tuple(key for key in RULE.optional if key != "when")
_TABLE = Schema(Words("决策表", "a table"), ("id", "rows"), ("columns", *_RULE_KEYS))
_ROW = Schema(Words("表中的行", "a row of a table"), ("id",), ("match", *_RULE_KEYS), nullable=_OPTIONAL)
_COLUMN = Schema(Words("列", "a column"), ("expr", "means"))
_OTHER = Schema(Words("其余各项", "the other codes"), ("other_of",))
ROW_ID = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_MAX_ROW_ID = 64
_SIMPLE = re.compile(r"[\w.]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Column:
    """One column: what its cells are compared with; ``section`` is "" where the field cannot be told."""

    expr: Expression
    means: Text
    section: str


@dataclass(frozen=True, slots=True)
class _Cells:
    """What a row says of one column: codes, each with the places of its characters.

    Where it says "the others" of a ``family``, they are found among its ``members`` once all rows are read.
    """

    codes: dict[str, tuple[int, ...]]
    span: Span
    family: str = ""
    members: frozenset[str] = frozenset()


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
    when = read_conditions(reader, defaults.pop("when", None), ident or "")
    rows = [
        (row, given, _cells(reader, given.get("match"), columns))
        for row in reader.items(found.get("rows"))
        if (given := reader.fields(row, _ROW)) is not None
    ]
    for _, _, cells in rows:
        _settle_others(reader, cells, [other for _, _, other in rows if other is not cells])
    for row, given, cells in rows:
        _row(reader, row, given, ident or "", defaults, (*when, *_matched(reader, cells, columns)))


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
    found: Mapping[str, Node],
    table: str,
    defaults: Mapping[str, Node],
    when: tuple[Condition, ...],
) -> None:
    reader.require(RULE, {"id", *defaults, *found}, node.span)
    key = reader.scalar(found.get("id"))
    span = key.span if key else node.span
    ident = ""
    if key and not (ROW_ID.fullmatch(key.text) and len(key.text) <= _MAX_ROW_ID):
        reader.faults.add("LNK209", span, value=key.text, limit=str(_MAX_ROW_ID))
    elif key and table:
        ident = f"{table}.{key.text}"
    conditions = (*when, *read_conditions(reader, found.get("when"), ident))
    new = reader.declare("rule", ident or None, span)
    rule = read_rule(reader, ident, span, _with_defaults(reader, found, defaults), conditions)
    if rule and new:
        reader.draft.rules.append(replace(rule, table=table))


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


def _cells(reader: PackReader, node: Node | None, columns: Mapping[str, _Column | None]) -> dict[str, _Cells]:
    """What a row says of each column that it restricts."""
    found: dict[str, _Cells] = {}
    for key, value in reader.entries(node):
        if key.text not in columns:
            meant = reader.suggest(key.text, columns)
            reader.faults.add("LNK311", key.span, meant, name=key.text, allowed=", ".join(columns))
            continue
        column = columns[key.text]
        section = column.section if column else ""
        if isinstance(value, nodes.Mapping):
            cells = _other_of(reader, value, section)
            if cells and column:
                found[key.text] = cells
            continue
        codes: dict[str, tuple[int, ...]] = {}
        for item in reader.one_or_more(value):
            code = reader.code(item, section) if section else reader.name(reader.scalar(item))
            if code and isinstance(item, Scalar):
                start = item.span.start + (item.style in {"single", "double"})
                codes.setdefault(code, tuple(range(start, start + len(code))))
        if column and codes:
            found[key.text] = _Cells(codes, value.span)
    return found


def _other_of(reader: PackReader, node: Node, section: str) -> _Cells | None:
    """``{other_of: FAMILY}``, its codes still to be found; None where it is wrong."""
    found = reader.fields(node, _OTHER) or {}
    family = reader.code(found.get("other_of"), "families")
    if family is None:
        return None
    members = reader.vocabulary.members(family) & reader.vocabulary.codes(section).keys()
    if not members:
        reader.faults.add("LNK525", node.span, name=family, section=_section_words(section))
        return None
    return _Cells({}, node.span, family, members)


def _section_words(section: str) -> Words:
    return Words(*SECTIONS[section]) if section else Words("代码", "codes")


def _settle_others(
    reader: PackReader, cells: Mapping[str, _Cells], others: Sequence[Mapping[str, _Cells]]
) -> None:
    """``other_of`` becomes the codes of the family that no other row names which may hold beside it."""
    for name, own in cells.items():
        if not own.family:
            continue
        named = {
            code
            for other in others
            if name in other and not other[name].family and _compatible(cells, other, name)
            for code in other[name].codes
        }
        rest = sorted(own.members - named)
        if not rest:
            reader.faults.add("LNK526", own.span, name=own.family)
        own.codes.update((code, (own.span.start,) * len(code)) for code in rest)


def _compatible(one: Mapping[str, _Cells], other: Mapping[str, _Cells], beside: str) -> bool:
    """Whether two rows may hold for the same case, as far as their cells beside one column say."""
    return all(
        other[name].family or cells.family or not cells.codes.keys().isdisjoint(other[name].codes)
        for name, cells in one.items()
        if name != beside and name in other
    )


def _matched(
    reader: PackReader, cells: Mapping[str, _Cells], columns: Mapping[str, _Column | None]
) -> tuple[Condition, ...]:
    """A condition for each column that a row restricts."""
    return tuple(
        _condition(reader, column, found)
        for name, found in cells.items()
        if (column := columns[name]) is not None and found.codes
    )


def _condition(reader: PackReader, column: _Column, cells: _Cells) -> Condition:
    """``request.matter == "a"`` or ``request.matter in ["a", "b"]``.

    Characters of the column's expression point to the column, those of a code to its cell, the rest to
    the place of the cells.
    """
    pieces: list[tuple[str, tuple[int, ...]]] = [(column.expr.text, column.expr.offsets)]
    span = cells.span

    def put(text: str) -> None:
        pieces.append((text, (span.start,) * len(text)))

    if not _SIMPLE.fullmatch(column.expr.text):
        pieces.insert(0, ("(", column.expr.offsets[:1]))
        pieces.append((")", column.expr.offsets[-1:]))
    one = len(cells.codes) == 1
    put(" == " if one else " in [")
    for number, (code, places) in enumerate(cells.codes.items()):
        put('"' if number == 0 else ', "')
        pieces.append((code, places))
        put('"')
    if not one:
        put("]")
    text = "".join(text for text, _ in pieces)
    offsets = tuple(offset for _, part in pieces for offset in part)
    return Condition(Expression(text, span, offsets), _means(reader, column, cells))


def _means(reader: PackReader, column: _Column, cells: _Cells) -> Text:
    zh, en = column.means.get("zh"), column.means.get("en")
    label = reader.vocabulary.label
    if cells.family:
        family = [label("families", cells.family, lang) for lang in ("zh", "en")]
        return Text(f"{zh}：其他{family[0]}", f"{en}: other {family[1]}")
    labels = [[label(column.section, code, lang) for code in cells.codes] for lang in ("zh", "en")]
    return Text(f"{zh}：{'或'.join(labels[0])}", f"{en}: {' or '.join(labels[1])}")
