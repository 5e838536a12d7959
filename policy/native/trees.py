"""Expressions of a program message: every typed tree once, its parts before it."""

from __future__ import annotations

from collections.abc import Mapping

from linkage.program.v1 import program_pb2
from policy.expr.tree import Call, CelType, Const, Field, ListOf, Node, Quant, TermCall, Var
from policy.native.texts import Texts

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
        """The place of an expression."""
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
                self._give(made, value)
            case Var(name=name):
                self._variable(made, name)
            case Field(operand=operand, name=name):
                made.form = program_pb2.FORM_FIELD
                made.name, made.variable = self._texts.at(name), self._texts.at(operand.type.name)
                made.parts.append(self.at(operand))
            case Call(op=op, args=args):
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
                self._give(made, value)
        else:
            made.form, made.name = program_pb2.FORM_VARIABLE, self._texts.at(name)

    def _give(self, made: program_pb2.Node, value: str | int | float | bool) -> None:
        """Its value, or that 64 bits cannot hold it: a moment before 1678 or after 2261."""
        if isinstance(value, bool):
            made.value.bool_value = value
        elif isinstance(value, int):
            made.beyond = not _LEAST <= value <= _MOST
            if not made.beyond:
                made.value.int_value = value
        elif isinstance(value, float):
            made.value.double_value = value
        else:
            made.value.string_value = self._texts.at(value)


def _type(type_: CelType) -> program_pb2.Type:
    if type_.kind != "list":
        return _TYPES[type_.kind]
    messages = type_.elem is not None and type_.elem.kind == "message"
    return program_pb2.TYPE_MESSAGES if messages else program_pb2.TYPE_LIST
