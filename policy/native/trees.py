"""Expressions of a program message: every typed tree once, its parts before it."""

from __future__ import annotations

from collections.abc import Mapping

from linkage.program.v1 import program_pb2
from policy.expr.counting import PLACES, YEARS_RUNNING
from policy.expr.tree import Call, CelType, Const, Field, ListOf, Node, Quant, TermCall, Var
from policy.native.texts import NotCarried, Texts
from policy.text.messages import Words

Parameters = Mapping[str, str | int | float | bool | None]

_TYPES: Mapping[str, program_pb2.Type] = {
    "bool": program_pb2.TYPE_BOOL,
    "int": program_pb2.TYPE_INT,
    "double": program_pb2.TYPE_DOUBLE,
    "string": program_pb2.TYPE_STRING,
    "timestamp": program_pb2.TYPE_TIMESTAMP,
    "duration": program_pb2.TYPE_DURATION,
    "message": program_pb2.TYPE_MESSAGE,
}
_LEAST, _MOST = -(2**63), 2**63 - 1


class Trees:
    """The expressions of one version; equal trees of one place in the pack are one."""

    def __init__(self, texts: Texts, params: Parameters) -> None:
        self.nodes: list[program_pb2.Node] = []
        self._texts = texts
        self._params = params
        self._places: dict[Node, int] = {}

    def at(self, node: Node) -> int:
        """The place of an expression. Raises ``NotCarried``."""
        found = self._places.get(node)
        if found is None:
            made = self._made(node)
            found = self._places[node] = len(self.nodes)
            self.nodes.append(made)
        return found

    def _made(self, node: Node) -> program_pb2.Node:
        made = program_pb2.Node(type=_type(node.type))
        match node:
            case Const(value=value):
                made.form = program_pb2.FORM_CONSTANT
                made.value.CopyFrom(self._value(value))
            case Var(name=name):
                self._variable(made, name)
            case Field(operand=operand, name=name):
                made.form = program_pb2.FORM_FIELD
                made.name, made.variable = self._texts.at(name), self._texts.at(operand.type.name)
                made.parts.append(self.at(operand))
            case Call(op=op, args=args):
                if op in PLACES or op == YEARS_RUNNING:
                    raise NotCarried(Words(op, op))
                made.form, made.name = program_pb2.FORM_CALL, self._texts.at(op)
                made.parts.extend(self.at(arg) for arg in args)
            case TermCall(term=term, args=args):
                made.form, made.name = program_pb2.FORM_TERM, self._texts.at(term)
                made.parts.extend(self.at(arg) for arg in args)
            case ListOf(items=items):
                made.form = program_pb2.FORM_LIST
                made.parts.extend(self.at(item) for item in items)
            case Quant(quantifier=quantifier, var=var, range=range_, body=body, mapped=mapped):
                made.form = program_pb2.FORM_QUANTIFIER
                made.name, made.variable = self._texts.at(quantifier.value), self._texts.at(var)
                parts = [0 if part is None else self.at(part) + 1 for part in (body, mapped)]
                made.parts.extend((self.at(range_), *parts))
            case _:
                raise AssertionError(node)
        return made

    def _variable(self, made: program_pb2.Node, name: str) -> None:
        if name.startswith("attr."):
            made.form, made.name = program_pb2.FORM_ATTRIBUTE, self._texts.at(name.removeprefix("attr."))
        elif name.startswith("param."):
            parameter = name.removeprefix("param.")
            made.form, made.name = program_pb2.FORM_PARAMETER, self._texts.at(parameter)
            value = self._params[parameter]
            if value is not None:
                made.value.CopyFrom(self._value(value))
        else:
            made.form, made.name = program_pb2.FORM_VARIABLE, self._texts.at(name)

    def _value(self, value: str | int | float | bool) -> program_pb2.Value:
        if isinstance(value, bool):
            return program_pb2.Value(bool_value=value)
        if isinstance(value, int):
            if not _LEAST <= value <= _MOST:
                raise NotCarried(Words("超出 64 位的时点", "a moment beyond 64 bits"))
            return program_pb2.Value(int_value=value)
        if isinstance(value, float):
            return program_pb2.Value(double_value=value)
        return program_pb2.Value(string_value=self._texts.at(value))


def _type(type_: CelType) -> program_pb2.Type:
    if type_.kind != "list":
        return _TYPES[type_.kind]
    messages = type_.elem is not None and type_.elem.kind == "message"
    return program_pb2.TYPE_MESSAGES if messages else program_pb2.TYPE_LIST
