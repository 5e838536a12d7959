"""The smaller sections of a pack: clauses, parameters, forms, terms, named deadlines, facts, assessments."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from policy.pack.draft import PackReader
from policy.pack.model import (
    Clause,
    ClauseClass,
    DocumentedFact,
    Form,
    FormField,
    Parameter,
    Term,
    Text,
)
from policy.pack.paths import MESSAGES
from policy.pack.read_amount import read_money, read_share
from policy.pack.read_assessment import read_assessment
from policy.pack.read_condition import read_condition
from policy.pack.read_deadline import read_deadline, read_period
from policy.pack.read_rule import RESERVED
from policy.pack.reader import Reader, Schema, is_null
from policy.text.diagnostics import Words
from policy.text.nodes import Node, Scalar
from policy.text.source import Span

_CLAUSE = Schema(
    Words("条款", "a clause"), ("id", "number", "class", "summary", "digest"), ("no_rule", "note")
)
_PARAMETER = Schema(
    Words("参数", "a parameter"),
    ("value",),
    ("type", "means", "basis", "provenance", "note"),
    nullable=("value",),
)
_FORM = Schema(Words("表格", "a form"), ("id", "title", "fields"), ("basis",))
_FORM_FIELD = Schema(Words("栏目", "a field of a form"), ("id", "title"), ("options", "multiple"))
_TERM = Schema(Words("定义", "a term"), ("is", "means"), ("params", "basis"))
_FACT = Schema(Words("数据", "a documented fact"), ("id", "basis", "text"))

#: The class that ``linkage init`` gives: a pack with such a clause is not finished.
UNCLASSIFIED = "unclassified"

_DIGEST = re.compile(r"sha256:[0-9a-f]{32}")
_PARAMETER_TYPES = ("period", "int", "double", "string", "bool", "money", "share")
# A term is about the facts of a case: neither what an assessment counts, nor the wrapping of attributes.
_ELEMENTS = sorted(set(MESSAGES) - {"Attribute", "Performance"})
_TERM_TYPES = (*_ELEMENTS, "string", "int", "double", "timestamp", "bool")
# Functions of expressions that a term must not hide.
_FUNCTIONS = frozenset(
    [
        "party",
        "property",
        "document",
        "request",
        "event",
        "add_period",
        "nth",
        "nth_distinct",
        "years_running",
        "same_year",
        "within",
        "of_body",
        "in_family",
        "size",
        "exists",
        "all",
        "matches",
        "contains",
        "int",
        "double",
        "string",
        "timestamp",
        "duration",
        "bool",
        "type",
        "dyn",
        "has",
        "map",
        "filter",
    ]
)
_INT64 = 2**63
_A_NUMBER = Words("整数", "an integer"), Words("数字", "a number")


def read_clause(reader: PackReader, node: Node) -> None:
    """One entry of ``clauses``."""
    found = reader.fields(node, _CLAUSE)
    if found is None:
        return
    ident, span = reader.clause_id(found.get("id")), _place(found, node)
    new = reader.declare("clause", ident, span)
    number = reader.string(found.get("number"))
    if _waits(found.get("class")):
        reader.faults.add("LNK516", found["class"].span, name=ident or "", number=number or "")
        return
    summary = reader.text(found.get("summary"))
    class_ = reader.choice(found.get("class"), tuple(ClauseClass))
    digest = reader.scalar(found.get("digest"))
    if digest and not _DIGEST.fullmatch(digest.text):
        reader.faults.add("LNK216", digest.span, value=digest.text)
    no_rule, note = reader.string(found.get("no_rule")) or "", reader.text(found.get("note")) or Text("")
    if new and ident and number and summary and class_ and digest:
        clause = Clause(ident, span, number, ClauseClass(class_), summary, digest.text, no_rule, note)
        reader.draft.clauses[ident] = clause


def _waits(class_: Node | None) -> bool:
    """Whether a clause is still to be classified; what else is to be filled in then goes without saying."""
    return isinstance(class_, Scalar) and class_.text == UNCLASSIFIED


def read_parameter(reader: PackReader, key: Scalar, node: Node) -> None:
    """One entry of ``parameters``."""
    name = reader.name(key)
    reader.declare("parameter", name, key.span)
    found = reader.fields(node, _PARAMETER)
    if found is None:
        return
    type_ = reader.choice(found.get("type"), _PARAMETER_TYPES) or "period"
    fixed = "value" in found and not is_null(found["value"])
    value = read_value(reader, found["value"], type_) if fixed else None
    basis, provenance = reader.origin(found, _PARAMETER.what, key.span, needed=fixed)
    means, note = reader.text(found.get("means")), reader.text(found.get("note"))
    if name and (value is not None or not fixed):
        empty = Text("")
        parameter = Parameter(name, key.span, type_, value, means or empty, basis, provenance, note or empty)
        reader.draft.parameters.setdefault(name, parameter)


def read_value(reader: Reader, node: Node, type_: str) -> str | int | float | bool | None:
    if type_ == "period":
        period = read_period(reader, node)
        return str(period) if period else None
    if type_ == "bool":
        return reader.boolean(node)
    if type_ == "string":
        return reader.string(node)
    if type_ == "money":
        return read_money(reader, node)
    if type_ == "share":
        share = read_share(reader, node)
        return str(share) if share else None
    return _number(reader, node, type_)


def _number(reader: Reader, node: Node, type_: str) -> int | float | None:
    found = reader.scalar(node)
    if found is None:
        return None
    pattern = r"-?(0|[1-9]\d*)" + ("" if type_ == "int" else r"(\.\d+)?([eE][-+]?\d+)?")
    if found.style != "plain" or not re.fullmatch(pattern, found.text, re.ASCII):
        reader.mistyped(found, _A_NUMBER[type_ == "double"])
        return None
    # Sixty characters hold every int64, and every double that anyone writes out.
    value = math.inf if len(found.text) > 60 else int(found.text) if type_ == "int" else float(found.text)
    if math.isinf(value) or (type_ == "int" and not -_INT64 <= value < _INT64):
        reader.faults.add("LNK220", found.span, value=found.text)
        return None
    return value


def read_form(reader: PackReader, node: Node) -> None:
    """One entry of ``forms``."""
    found = reader.fields(node, _FORM)
    if found is None:
        return
    ident, span = reader.name(reader.scalar(found.get("id"))), _place(found, node)
    new = reader.declare("form", ident, span)
    title, basis = reader.text(found.get("title")), reader.cite(found.get("basis"))
    seen: dict[str, Span] = {}
    fields = reader.each(reader.items(found.get("fields")), lambda item: _form_field(reader, item, seen))
    if new and ident and title:
        reader.draft.forms[ident] = Form(ident, title, basis, fields)


def _form_field(reader: PackReader, node: Node, seen: dict[str, Span]) -> FormField | None:
    found = reader.fields(node, _FORM_FIELD) or {}
    ident, title = reader.name(reader.scalar(found.get("id"))), reader.text(found.get("title"))
    options = reader.each(reader.items(found.get("options")), reader.text)
    multiple = reader.boolean(found.get("multiple")) or False
    new = reader.once("field", ident, _place(found, node), seen)
    return FormField(ident, title, options, multiple) if new and ident and title else None


def read_term(reader: PackReader, key: Scalar, node: Node) -> None:
    """One entry of ``terms``."""
    name = reader.name(key, RESERVED | _FUNCTIONS)
    reader.declare("term", name, key.span)
    found = reader.fields(node, _TERM)
    if found is None:
        return
    params = []
    for param, value in reader.entries(found.get("params")):
        type_ = reader.scalar(value)
        known = reader.name(param, RESERVED)
        if type_ and type_.text not in _TERM_TYPES:
            meant = reader.suggest(type_.text, _TERM_TYPES)
            allowed = ", ".join(_TERM_TYPES)
            reader.faults.add("LNK312", type_.span, meant, value=type_.text, allowed=allowed)
        elif type_ and known:
            params.append((known, type_.text))
    conditions = reader.each(reader.one_or_more(found.get("is")), lambda item: read_condition(reader, item))
    means, basis = reader.text(found.get("means")), reader.cite(found.get("basis"))
    if name and means and conditions:
        term = Term(name, key.span, tuple(params), conditions, means, basis)
        reader.draft.terms.setdefault(name, term)


def read_named_deadline(reader: PackReader, key: Scalar, node: Node) -> None:
    """One entry of ``deadlines``."""
    name = reader.name(key)
    reader.declare("deadline", name, key.span)
    deadline = read_deadline(reader, node)
    if name and deadline:
        reader.draft.deadlines.setdefault(name, deadline)


def read_fact(reader: PackReader, node: Node) -> None:
    """One entry of ``facts``."""
    found = reader.fields(node, _FACT)
    if found is None:
        return
    ident, text = reader.name(reader.scalar(found.get("id"))), reader.text(found.get("text"))
    new = reader.declare("fact", ident, _place(found, node))
    basis = reader.cite(found.get("basis"))
    if new and ident and text:
        reader.draft.facts.append(DocumentedFact(ident, basis, text))


def _place(found: dict[str, Node], node: Node) -> Span:
    return found["id"].span if "id" in found else node.span


LIST_SECTIONS: dict[str, Callable[[PackReader, Node], None]] = {
    "clauses": read_clause,
    "forms": read_form,
    "facts": read_fact,
    "assessments": read_assessment,
}
MAP_SECTIONS: dict[str, Callable[[PackReader, Scalar, Node], None]] = {
    "parameters": read_parameter,
    "deadlines": read_named_deadline,
    "terms": read_term,
}
