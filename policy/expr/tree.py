"""The typed tree of an expression: the one form that every back end reads.

    CEL text --cel.py--> CheckedExpr --lower.py--> Node --+--> program.codegen   (compiled Python)
                                                          +--> engines.three     (three-valued, explains)

Nodes are frozen. ``pos`` is the code point offset in the expression's text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class CelType:
    """A CEL type: ``kind`` is bool, int, double, string, timestamp, duration, list or message.

    ``name`` is a message's short name (Party); ``elem`` a list's element type.
    """

    kind: str
    name: str = ""
    elem: CelType | None = None

    def __str__(self) -> str:
        if self.kind == "list":
            return f"list({self.elem})"
        return self.name or self.kind


BOOL = CelType("bool")
INT = CelType("int")
DOUBLE = CelType("double")
STRING = CelType("string")
TIMESTAMP = CelType("timestamp")
DURATION = CelType("duration")
SCALARS = {t.kind: t for t in (BOOL, INT, DOUBLE, STRING, TIMESTAMP, DURATION)}


def message(name: str) -> CelType:
    """The type of a facts message, by its short name."""
    return CelType("message", name)


def list_of(elem: CelType) -> CelType:
    """The type of a list."""
    return CelType("list", "", elem)


@dataclass(frozen=True, slots=True)
class Node:
    """Any expression. Timestamps and durations are integers of nanoseconds (since 1970-01-01 UTC)."""

    type: CelType
    pos: int


@dataclass(frozen=True, slots=True)
class Const(Node):
    """A literal, or a folded ``timestamp("…")``/``duration("…")``."""

    value: bool | int | float | str


@dataclass(frozen=True, slots=True)
class Var(Node):
    """A variable: case, as_of, breaches, a variable of ``each``, attr.X, param.X, a term's parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Field(Node):
    """A field of a message."""

    operand: Node
    name: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    """An operator or function of ``ops.OPS``, by its overload id; also ``and``, ``or``, ``not``, ``if``."""

    op: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class TermCall(Node):
    """A named condition applied to arguments."""

    term: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """A list literal."""

    items: tuple[Node, ...]


class Quantifier(StrEnum):
    """The comprehension macros."""

    EXISTS = "exists"
    ALL = "all"
    EXISTS_ONE = "exists_one"
    FILTER = "filter"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class Quant(Node):
    """A comprehension over a list. ``body`` is the predicate; ``mapped`` the value of a map."""

    quantifier: Quantifier
    var: str
    range: Node
    body: Node | None
    mapped: Node | None


def children(node: Node) -> tuple[Node, ...]:
    """The direct sub-expressions, in source order."""
    match node:
        case Field(operand=operand):
            return (operand,)
        case Call(args=args) | TermCall(args=args):
            return args
        case ListOf(items=items):
            return items
        case Quant(range=range_, body=body, mapped=mapped):
            return tuple(n for n in (range_, body, mapped) if n is not None)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The parts of a conjunction, left to right; the node itself where it is none."""
    if isinstance(node, Call) and node.op == "and":
        return tuple(part for arg in node.args for part in conjuncts(arg))
    return (node,)


def substituted(node: Node, mapping: Mapping[str, Node]) -> Node:
    """The node with these variables replaced; a comprehension's variable that would catch one is renamed."""
    match node:
        case Var(name=name):
            return mapping.get(name, node)
        case Field(operand=operand):
            return replace(node, operand=substituted(operand, mapping))
        case Call(args=args) | TermCall(args=args):
            return replace(node, args=tuple(substituted(arg, mapping) for arg in args))
        case ListOf(items=items):
            return replace(node, items=tuple(substituted(item, mapping) for item in items))
        case Quant():
            return _substituted_below(node, mapping)
        case _:
            return node


def _substituted_below(node: Quant, mapping: Mapping[str, Node]) -> Quant:
    parts = [part for part in (node.body, node.mapped) if part is not None]
    read = frozenset().union(*map(free_vars, parts)) - {node.var}
    inner = {name: value for name, value in mapping.items() if name in read}
    var = node.var
    taken = read.union(*map(free_vars, inner.values()))
    while var in taken:
        var += "_"
    if var != node.var:
        elem = node.range.type.elem
        if elem is None:
            raise AssertionError(node)
        inner[node.var] = Var(elem, node.pos, var)
    return replace(
        node,
        var=var,
        range=substituted(node.range, mapping),
        body=None if node.body is None else substituted(node.body, inner),
        mapped=None if node.mapped is None else substituted(node.mapped, inner),
    )


def free_vars(node: Node) -> frozenset[str]:
    """Names of the variables the node reads, bound ones of comprehensions left out."""
    if isinstance(node, Var):
        return frozenset((node.name,))
    if isinstance(node, Quant):
        inner: frozenset[str] = frozenset()
        for part in (node.body, node.mapped):
            if part is not None:
                inner |= free_vars(part)
        return (inner - {node.var}) | free_vars(node.range)
    result: frozenset[str] = frozenset()
    for child in children(node):
        result |= free_vars(child)
    return result
