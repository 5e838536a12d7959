"""What messages to durable-rules hold: attributes with short names of our own, and where values come from.

Neither names nor texts of packs and cases are used as they are: durable-rules has names of its own (``id``,
``sid``, ``$s`` …) and reads texts as the JSON they stand in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from policy.expr.tree import Call, Const, Field, ListOf, Node, Quant, TermCall, Var
from policy.facts.views import REQUIRED

_SAFE = re.compile(r"[\w .:/+-]{0,200}")
"""Texts that JSON writes as they are and that are short: durable-rules counts bytes with 16 bits."""


_FAR = 2**63 - 1


class Kind(StrEnum):
    """Where the value of an attribute comes from; absent where a fact it needs is missing."""

    FACT = "fact"
    """A value of the facts, read or computed."""
    LIST = "list"
    """A list of texts."""
    PAIR = "pair"
    """Two values that are compared with each other, both or none."""
    VERDICT = "verdict"
    """A truth that durable-rules cannot find, computed beforehand."""
    TERM = "term"
    """A term: a question of its own, asked first."""
    QUANTIFIER = "quantifier"
    """A quantifier: a question for each element of its list, asked first."""
    PART = "part"
    """A line that is too large for one pattern with the others: a question of its own, asked first."""


ASKED_FIRST = frozenset((Kind.TERM, Kind.QUANTIFIER, Kind.PART))


class Attribute(NamedTuple):
    """One attribute of a question's messages; ``other`` is the second name of a pair."""

    name: str
    other: str
    kind: Kind
    node: Node
    may_miss: bool


class Attributes:
    """The attributes of one question over ``variables``.

    ``names`` are those of its sheet, where equal expressions share one.
    """

    def __init__(self, names: dict[str, str], variables: tuple[str, ...]) -> None:
        self._names = names
        self._positions = {name: str(position) for position, name in enumerate(variables)}
        self.found: dict[str, Attribute] = {}

    def of(self, kind: Kind, node: Node) -> Attribute:
        """The attribute of ``kind`` with the value of ``node``."""
        key = f"{kind} {text_of(node, self._positions)}"
        if key not in self.found:
            name = self._names.setdefault(key, f"a{len(self._names)}")
            other = name + "b" if kind is Kind.PAIR else ""
            self.found[key] = Attribute(name, other, kind, node, self._may_miss(kind, node))
        return self.found[key]

    def _may_miss(self, kind: Kind, node: Node) -> bool:
        if kind is Kind.PAIR and isinstance(node, Call):
            return any(not isinstance(arg, Const) and self._may_miss(Kind.FACT, arg) for arg in node.args)
        if isinstance(node, Var):
            return node.name != "as_of" and node.name not in self._positions
        if isinstance(node, Field) and isinstance(node.operand, Var):
            owner = node.operand
            required = node.name in REQUIRED.get(owner.type.name, ())
            return not (kind is Kind.LIST or required)
        return True


def text_of(node: Node, positions: Mapping[str, str]) -> str:
    """A text that equal expressions over equal types share, whatever their variables are called."""
    match node:
        case Const(value=value):
            return f"{node.type}:{value!r}"
        case Var(name=name):
            return f"[{positions[name]} {node.type}]" if name in positions else name
        case Field(operand=operand, name=name):
            return f"{text_of(operand, positions)}.{name}"
        case Call(op=name, args=args) | TermCall(term=name, args=args):
            kind = "term " if isinstance(node, TermCall) else ""
            return f"{kind}{name}({', '.join(text_of(arg, positions) for arg in args)})"
        case ListOf(items=items):
            return f"({', '.join(text_of(item, positions) for item in items)})"
        case Quant(quantifier=quantifier, var=var, range=range_, body=body, mapped=mapped):
            inner = {**positions, var: f"q{len(positions)}"}
            parts = [text_of(part, inner) if part is not None else "" for part in (body, mapped)]
            return f"{quantifier}({text_of(range_, positions)}; {'; '.join(parts)})"
        case _:
            raise AssertionError(node)


def is_plain(node: Node) -> bool:
    """Whether it reads a value and decides nothing."""
    return isinstance(node, (Var, Field))


def is_near(value: int) -> bool:
    """Whether a number lies within what durable-rules can hold: 64 bits, which end in the year 2262."""
    return -_FAR < value < _FAR


def sendable(value: Any) -> Any:
    """A value as durable-rules gets it: texts that JSON would escape, and long ones, by their digest.

    Equal values stay equal and different ones different. A moment of far years is the last one that 64 bits
    hold: it compares with every near one as the moment itself does.
    """
    if isinstance(value, int) and not is_near(value):
        return _FAR if value > 0 else -_FAR
    if not isinstance(value, str) or _SAFE.fullmatch(value):
        return value
    return "#" + hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def sendable_pair(one: Any, other: Any) -> tuple[Any, Any]:
    """Two values that are compared with each other, as durable-rules gets them.

    Where one is a moment of far years, both are sent by their order: 64 bits hold no more of it.
    """
    if one.__class__ is int and not (is_near(one) and is_near(other)):
        return (one > other) - (one < other), 0
    return sendable(one), sendable(other)
