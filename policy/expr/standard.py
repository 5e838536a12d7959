"""The standard definitions of CEL, one example each: what of them a condition may use, found by trying.

Source: the specification's list of standard definitions, with the overload ids of its implementations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policy.expr.cel import Environment
from policy.expr.lower import Refused, lower
from policy.expr.tree import TIMESTAMP, message
from policy.pack.vocabulary import Vocabulary

_VALUES = {
    "bool": "true",
    "int64": "1",
    "uint64": "1u",
    "double": "1.5",
    "string": '"a"',
    "bytes": 'b"a"',
    "timestamp": "as_of",
    "duration": 'duration("1h")',
    "list": "[1]",
    "map": '{"a": 1}',
}
"""An expression of each type, by the name that overload ids have for it."""

ENVIRONMENT = Environment.of({"case": message("Case"), "e": message("Event"), "as_of": TIMESTAMP}, {})
"""The names that the examples use."""
_NO_CODES = Vocabulary.of({})


class Definition(NamedTuple):
    """One overload of a function, operator, macro or form of literal, and an expression that uses it."""

    function: str
    overload: str
    example: str


class Status(NamedTuple):
    """What becomes of it: the code it is refused with, empty where it is supported."""

    definition: Definition
    code: str


def definitions() -> Iterator[Definition]:
    """Every standard definition, in the order of the specification's chapters."""
    yield from _logic()
    yield from _relations()
    yield from _arithmetic()
    yield from _containers()
    yield from _conversions()
    yield from _texts()
    yield from _times()


def forms() -> Iterator[Definition]:
    """Literals, selections and macros; they have no overload of their own."""
    yield from (Definition(*form) for form in _FORMS)


def status_of(definition: Definition) -> Status:
    """Whether the example of a definition is accepted, by the checker and by the lowering."""
    checked, faults = ENVIRONMENT.check(definition.example)
    if checked is None:
        return Status(definition, faults[0].code)
    try:
        lower(checked, _NO_CODES)
    except Refused as refused:
        return Status(definition, refused.fault.code)
    return Status(definition, "")


def _logic() -> Iterator[Definition]:
    yield Definition("_?_:_", "conditional", "true ? 1 : 2")
    yield Definition("_&&_", "logical_and", "true && false")
    yield Definition("_||_", "logical_or", "true || false")
    yield Definition("!_", "logical_not", "!true")


def _relations() -> Iterator[Definition]:
    for sign, name in (("==", "equals"), ("!=", "not_equals")):
        for value in (*_VALUES.values(), "null", "e", "int"):
            yield Definition(f"_{sign}_", name, f"{value} {sign} {value}")
        yield Definition(f"_{sign}_", name, f"dyn(1) {sign} dyn(1u)")
    signs = {"<": "less", "<=": "less_equals", ">": "greater", ">=": "greater_equals"}
    kinds = ("bool", "int64", "uint64", "double", "string", "bytes", "timestamp", "duration")
    numbers = ("int64", "uint64", "double")
    for sign, name in signs.items():
        for kind in kinds:
            yield Definition(f"_{sign}_", f"{name}_{kind}", f"{_VALUES[kind]} {sign} {_VALUES[kind]}")
        for one in numbers:
            for other in numbers:
                if one != other:
                    example = f"{_VALUES[one]} {sign} {_VALUES[other]}"
                    yield Definition(f"_{sign}_", f"{name}_{one}_{other}", example)


_SUMS = {
    "+": ("add", ("int64", "uint64", "double", "string", "bytes", "list")),
    "-": ("subtract", ("int64", "uint64", "double")),
    "*": ("multiply", ("int64", "uint64", "double")),
    "/": ("divide", ("int64", "uint64", "double")),
    "%": ("modulo", ("int64", "uint64")),
}


def _arithmetic() -> Iterator[Definition]:
    for sign, (name, kinds) in _SUMS.items():
        for kind in kinds:
            yield Definition(f"_{sign}_", f"{name}_{kind}", f"{_VALUES[kind]} {sign} {_VALUES[kind]}")
    for sign, name, one, other in (
        ("+", "add", "timestamp", "duration"),
        ("+", "add", "duration", "timestamp"),
        ("+", "add", "duration", "duration"),
        ("-", "subtract", "timestamp", "timestamp"),
        ("-", "subtract", "timestamp", "duration"),
        ("-", "subtract", "duration", "duration"),
    ):
        example = f"{_VALUES[one]} {sign} {_VALUES[other]}"
        yield Definition(f"_{sign}_", f"{name}_{one}_{other}", example)
    yield Definition("-_", "negate_int64", "-case.claim_fen")
    yield Definition("-_", "negate_double", "-(1.5)")


def _containers() -> Iterator[Definition]:
    yield Definition("_[_]", "index_list", "[1][0]")
    yield Definition("_[_]", "index_map", '{"a": 1}["a"]')
    yield Definition("_in_", "in_list", "1 in [1]")
    yield Definition("_in_", "in_map", '"a" in {"a": 1}')
    for kind in ("string", "bytes", "list", "map"):
        yield Definition("size", f"size_{kind}", f"size({_VALUES[kind]})")
        yield Definition("size", f"{kind}_size", f"{_VALUES[kind]}.size()")


_CONVERTED = {
    "bool": ("bool", ("bool", "string")),
    "bytes": ("bytes", ("bytes", "string")),
    "double": ("double", ("double", "int64", "uint64", "string")),
    "duration": ("duration", ("duration", "int64", "string")),
    "int": ("int64", ("int64", "uint64", "double", "string", "timestamp", "duration")),
    "string": (
        "string",
        ("string", "bool", "int64", "uint64", "double", "bytes", "timestamp", "duration"),
    ),
    "timestamp": ("timestamp", ("timestamp", "int64", "string")),
    "uint": ("uint64", ("uint64", "int64", "double", "string")),
}
_SPELT = {"timestamp": '"2024-03-02T09:30:00+08:00"', "duration": '"1h"', "bool": '"true"'}


def _conversions() -> Iterator[Definition]:
    for function, (target, sources) in _CONVERTED.items():
        for source in sources:
            value = _SPELT.get(function, '"1"') if source == "string" else _VALUES[source]
            yield Definition(function, f"{source}_to_{target}", f"{function}({value})")
    yield Definition("dyn", "to_dyn", "dyn(1)")
    yield Definition("type", "type", "type(1)")


def _texts() -> Iterator[Definition]:
    for function, overload in (
        ("contains", "contains_string"),
        ("endsWith", "ends_with_string"),
        ("startsWith", "starts_with_string"),
        ("matches", "matches_string"),
    ):
        yield Definition(function, overload, f'"ab".{function}("a")')
    yield Definition("matches", "matches", 'matches("ab", "a")')


def _times() -> Iterator[Definition]:
    for function, name in (
        ("getFullYear", "year"),
        ("getMonth", "month"),
        ("getDayOfYear", "day_of_year"),
        ("getDayOfMonth", "day_of_month"),
        ("getDate", "day_of_month_1_based"),
        ("getDayOfWeek", "day_of_week"),
        ("getHours", "hours"),
        ("getMinutes", "minutes"),
        ("getSeconds", "seconds"),
        ("getMilliseconds", "milliseconds"),
    ):
        zoned = "timestamp_to_seconds_tz" if name == "seconds" else f"timestamp_to_{name}_with_tz"
        yield Definition(function, f"timestamp_to_{name}", f"as_of.{function}()")
        yield Definition(function, zoned, f'as_of.{function}("Asia/Shanghai")')
        if name in ("hours", "minutes", "seconds", "milliseconds"):
            yield Definition(function, f"duration_to_{name}", f'duration("1h").{function}()')


_FORMS = (
    ("literal", "bool", "true"),
    ("literal", "int", "-3"),
    ("literal", "hexadecimal int", "0x1F"),
    ("literal", "uint", "3u"),
    ("literal", "double", "2.5e3"),
    ("literal", "string", "'text'"),
    ("literal", "string in three quotes", '"""text"""'),
    ("literal", "raw string", 'r"\\d"'),
    ("literal", "bytes", 'b"text"'),
    ("literal", "null", "null"),
    ("literal", "list", '["a", "b"]'),
    ("literal", "list of mixed types", '[1, "a"]'),
    ("literal", "map", '{"a": 1}'),
    ("literal", "message", 'linkage.v1.Event{id: "e1"}'),
    ("literal", "type", "int"),
    ("selection", "field", "e.actor"),
    ("selection", "field of a map", '{"a": 1}.a'),
    ("selection", "optional", "e.?actor"),
    ("macro", "has(e.f)", "has(e.actor)"),
    ("macro", "list.all(x, p)", "case.events.all(x, x.id == e.id)"),
    ("macro", "list.exists(x, p)", "case.events.exists(x, x.id == e.id)"),
    ("macro", "list.exists_one(x, p)", "case.events.exists_one(x, x.id == e.id)"),
    ("macro", "list.existsOne(x, p)", "case.events.existsOne(x, x.id == e.id)"),
    ("macro", "list.filter(x, p)", "case.events.filter(x, x.id == e.id)"),
    ("macro", "list.map(x, t)", "case.events.map(x, x.id)"),
    ("macro", "list.map(x, p, t)", "case.events.map(x, x.id == e.id, x.id)"),
    ("macro", "map.all(k, p)", '{"a": 1}.all(k, k == "a")'),
    ("macro", "map.exists(k, p)", '{"a": 1}.exists(k, k == "a")'),
    ("macro", "map.exists_one(k, p)", '{"a": 1}.exists_one(k, k == "a")'),
    ("macro", "map.filter(k, p)", '{"a": 1}.filter(k, k == "a")'),
    ("macro", "map.map(k, t)", '{"a": 1}.map(k, k)'),
    ("macro", "list.all(i, x, p)", "case.events.all(i, x, i >= 0)"),
    ("macro", "cel.bind(x, v, t)", "cel.bind(x, 1, x + 1)"),
)
