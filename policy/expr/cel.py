"""CEL text to a checked expression, by the official implementation.

``Environment`` says which names an expression may use. ``Environment.check`` parses and type-checks;
every fault comes back as an ``ExprFault`` with its code point offset in the expression, for the caller
to place in the YAML file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cel_expr_python import cel
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import DecodeError

from linkage.expr.v1 import checked_pb2
from policy.expr.counting import COUNTED, FORMS, NTH, NTH_DISTINCT, SAME_YEAR, WITHIN, YEARS_RUNNING
from policy.expr.ops import FAMILIES, LOOKUPS
from policy.expr.tree import CelType
from policy.pack.paths import MESSAGES

MAX_LENGTH = 4000
"""Longest expression, in characters."""
MAX_LEVELS = 32
"""Deepest nesting of an expression: the official parser's own limit, which nothing can raise."""
_TOO_DEEP = (("limit", str(MAX_LEVELS)),)

_PACKAGES = sorted({message.file.package + "." for message in MESSAGES.values()}, reverse=True)
_SCALARS = {
    "bool": cel.Type.BOOL,
    "int": cel.Type.INT,
    "double": cel.Type.DOUBLE,
    "string": cel.Type.STRING,
    "timestamp": cel.Type.TIMESTAMP,
    "duration": cel.Type.DURATION,
}
_MESSAGE = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_MAX_MESSAGES = 10
_OPERATORS = {"@in": "in", "!_": "!", "-_": "-", "_?_:_": "? :", "_[_]": "[ ]"}
_OF_PACK = re.compile(r"(attr|param)\.(\w+)")


@dataclass(frozen=True, slots=True)
class ExprFault:
    """What is wrong with an expression: a code of the fault catalogue, where, and the message's arguments."""

    code: str
    offset: int
    args: tuple[tuple[str, str], ...] = ()
    candidates: tuple[str, ...] = ()
    """Names the author may have meant ``args``' ``name``."""
    meant: str = ""
    """What to write instead, where that is known."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The names an expression may use: variables and terms (name -> parameter types), sorted."""

    variables: tuple[tuple[str, CelType], ...]
    terms: tuple[tuple[str, tuple[CelType, ...]], ...] = ()

    @staticmethod
    def of(variables: Mapping[str, CelType], terms: Mapping[str, tuple[CelType, ...]]) -> Environment:
        return Environment(tuple(sorted(variables.items())), tuple(sorted(terms.items())))

    def check(self, text: str) -> tuple[checked_pb2.CheckedExpr | None, tuple[ExprFault, ...]]:
        """The checked expression, or the faults (at least one)."""
        if len(text) > MAX_LENGTH:
            args = (("length", str(len(text))), ("limit", str(MAX_LENGTH)))
            return None, (ExprFault("LNK413", 0, args),)
        if not text.strip():
            return None, (ExprFault("LNK401", 0, (("detail", "empty expression"),)),)
        try:
            compiled = _cel_environment(self).compile(text)
        except RuntimeError as error:
            return None, _faults(str(error), text, self)
        wrapped = AnyMessage.FromString(compiled.serialize())
        try:
            return checked_pb2.CheckedExpr.FromString(wrapped.value), ()
        except DecodeError:
            # Our reader of the tree stops at protobuf's own nesting limit, which quantifiers reach first.
            return None, (ExprFault("LNK417", 0, _TOO_DEEP),)


@lru_cache(maxsize=256)
def _cel_environment(environment: Environment) -> Any:
    functions = [
        cel.FunctionDecl(
            name, [cel.Overload("lookup_" + name, _cel_type(CelType("message", message)), [cel.Type.STRING])]
        )
        for name, (message, _) in LOOKUPS.items()
    ]
    period = cel.Overload("add_period", cel.Type.TIMESTAMP, [cel.Type.TIMESTAMP, cel.Type.STRING])
    functions.append(cel.FunctionDecl("add_period", [period]))
    functions += _counting()
    for name in FAMILIES:
        member = cel.Overload(name, cel.Type.BOOL, [cel.Type.STRING, cel.Type.STRING])
        functions.append(cel.FunctionDecl(name, [member]))
    for name, params in environment.terms:
        overload = cel.Overload("term_" + name, cel.Type.BOOL, [_cel_type(p) for p in params])
        functions.append(cel.FunctionDecl(name, [overload]))
    variables = {name: _cel_type(type_) for name, type_ in environment.variables}
    return cel.NewEnv(variables=variables, functions=functions)


def _counting() -> list[Any]:
    """The helpers that count."""
    moment, text, whole = cel.Type.TIMESTAMP, cel.Type.STRING, cel.Type.INT
    elements = {name: _cel_type(CelType("message", name)) for name in COUNTED}
    places = {
        name: [
            cel.Overload(f"{name}_{message}", whole, [one, cel.Type.List(one), *more])
            for message, one in elements.items()
        ]
        for name, more in ((NTH, []), (NTH_DISTINCT, [text]))
    }
    others = {
        YEARS_RUNNING: cel.Overload(YEARS_RUNNING, whole, [cel.Type.List(moment), moment]),
        SAME_YEAR: cel.Overload(SAME_YEAR, cel.Type.BOOL, [moment, moment]),
        WITHIN: cel.Overload(WITHIN, cel.Type.BOOL, [moment, moment, text]),
    }
    found = [cel.FunctionDecl(name, overloads) for name, overloads in places.items()]
    return found + [cel.FunctionDecl(name, [overload]) for name, overload in others.items()]


def _cel_type(type_: CelType) -> Any:
    if type_.kind == "message":
        return cel.Type(MESSAGES[type_.name].full_name)
    if type_.kind == "list" and type_.elem is not None:
        return cel.Type.List(_cel_type(type_.elem))
    return _SCALARS[type_.kind]


def _faults(report: str, text: str, environment: Environment) -> tuple[ExprFault, ...]:
    found = [
        _fault(int(line), int(column), message, text, environment)
        for line, column, message in _MESSAGE.findall(report)[:_MAX_MESSAGES]
    ]
    if found:
        # What is of type *error* only follows from a fault that is reported itself.
        own = [fault for fault in found if "*error*" not in str(fault.args)]
        return tuple(dict.fromkeys(own or found))
    if "recursion" in report.lower() or "depth" in report.lower():
        return (ExprFault("LNK417", 0, _TOO_DEEP),)
    return (ExprFault("LNK401", 0, (("detail", report.splitlines()[0][:200]),)),)


def _names(environment: Environment) -> tuple[str, ...]:
    own = [name for name, _ in (*environment.variables, *environment.terms)]
    counting = [name for name, _ in FORMS.values()]
    return tuple(sorted([*own, *LOOKUPS, *FAMILIES, *counting, "add_period", "size"]))


def _plain_names(text: str) -> str:
    for package in _PACKAGES:
        text = text.replace(package, "")
    return text


def _plain_types(text: str) -> str:
    return (
        _plain_names(text)
        .replace("google.protobuf.Timestamp", "timestamp")
        .replace("google.protobuf.Duration", "duration")
    )


def _offset(line: int, column: int, text: str) -> int:
    lines = text.split("\n")
    before = sum(len(part) + 1 for part in lines[: line - 1])
    return max(0, min(before + column - 1, len(text)))


def _fault(line: int, column: int, message: str, text: str, environment: Environment) -> ExprFault:
    offset = _offset(line, column, text)
    if match := re.match(r"undefined field '([^']*)' not found in struct '([^']*)'", message):
        name, struct = match[1], match[2].rsplit(".", 1)[-1]
        descriptor = MESSAGES.get(struct)
        fields = tuple(sorted(descriptor.fields_by_name)) if descriptor else ()
        dot = text.find(name, offset)
        return ExprFault("LNK403", dot if dot >= 0 else offset, (("name", name), ("message", struct)), fields)
    if match := re.match(r"undeclared reference to '([^']*)'", message):
        # A dotted name is reported at its last dot, a call at its bracket; the unknown name stands before.
        name = match[1].split(".")[0]
        start = text.rfind(name, 0, offset + len(name))
        if own := _OF_PACK.match(text, max(0, start)):
            code, prefix = {"attr": "LNK435", "param": "LNK305"}[own[1]], f"{own[1]}."
            names = (name for name, _ in environment.variables)
            known = tuple(each.removeprefix(prefix) for each in names if each.startswith(prefix))
            return ExprFault(code, own.start(2), (("name", own[2]),), known)
        return ExprFault("LNK402", max(0, start), (("name", name),), _names(environment))
    if match := re.match(r"found no matching overload for '([^']*)' applied to '(.*)'", message):
        operator = _OPERATORS.get(match[1], match[1].strip("_@"))
        return ExprFault("LNK404", offset, (("name", operator), ("types", _plain_types(match[2]))))
    if "recursion" in message.lower() or "depth" in message.lower():
        return ExprFault("LNK417", offset, _TOO_DEEP)
    if message.startswith("Syntax error"):
        detail = message.removeprefix("Syntax error:").strip()
        return ExprFault("LNK401", offset, (("detail", detail[:160]),))
    return ExprFault("LNK405", offset, (("detail", _plain_names(message)[:200]),))
