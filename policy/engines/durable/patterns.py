"""From a condition of the typed tree to conditions of durable-rules.

durable-rules knows no missing facts, so that every condition becomes two patterns over one message: it holds
for *certain*, whatever the missing facts are, and it *possibly* holds. Negation is pushed down to the
comparisons, where it is exact on known facts; a missing fact is an attribute that the message does not have.

    a == "x" && !(b < 3)    certain   {"$and": [{"a0": "x"}, {"$gte": {"a1": 3}}]}
                            possible  {"$and": [{"$or": [{"a0": "x"}, {"$nex": {"a0": 1}}]}, …]}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeGuard

from policy.engines.durable.attributes import Attribute, Attributes, Kind, is_near, is_plain, sendable
from policy.expr.tree import BOOL, Call, Const, ListOf, Node, Quant, Quantifier, TermCall

Pattern = Mapping[str, Any]
"""A condition over one message, as durable-rules reads it from JSON."""

MAX_MARKERS = 30
"""Most begins and ends of ``$and`` and ``$or`` in one pattern: durable-rules has room for 31."""

MAX_PARTS = 6
"""Most parts of a large condition; each may have parts in turn."""

_NEGATED = {"$eq": "$neq", "$neq": "$eq", "$lt": "$gte", "$gte": "$lt", "$gt": "$lte", "$lte": "$gt"}
_MIRRORED = {"$eq": "$eq", "$neq": "$neq", "$lt": "$gt", "$gt": "$lt", "$lte": "$gte", "$gte": "$lte"}
_SIGNS = {"less": "$lt", "less_equals": "$lte", "greater": "$gt", "greater_equals": "$gte"}
_ORDERED = ("int64", "timestamp", "duration")
"""Kinds whose order is left to it: texts are compared beyond their end, and NaN cannot be sent."""
_COMPARED = ("string", "bool", "int", "timestamp", "duration")
"""Kinds whose equality is left to it: 1e300 and NaN cannot be sent."""
COMPARISONS: Mapping[str, str] = {
    "equals": "$eq",
    "not_equals": "$neq",
    **{f"{name}_{kind}": sign for name, sign in _SIGNS.items() for kind in _ORDERED},
}
"""Overloads that durable-rules decides, and what it calls them."""
_QUANTIFIED = (Quantifier.EXISTS, Quantifier.ALL, Quantifier.EXISTS_ONE)


class Part(Call):
    """A condition that is a question of its own, since the whole is too large for one pattern."""


class Way(NamedTuple):
    """What a pattern says of a condition: ``wanted`` true or false, ``sure`` whatever missing facts are."""

    wanted: bool
    sure: bool

    @property
    def opposite(self) -> Way:
        """The same of the negated condition."""
        return Way(not self.wanted, self.sure)


CERTAIN, POSSIBLE = Way(True, True), Way(True, False)


class Patterns:
    """Writes the patterns of one question; ``parts``: large lines become questions of their own.

    ``decided`` collects the comparisons that durable-rules decides.
    """

    def __init__(self, attributes: Attributes, parts: bool, decided: dict[int, Node]) -> None:
        self._attributes = attributes
        self._parts = parts
        self._decided = decided

    def lines(self, lines: Sequence[tuple[Node, bool]], way: Way) -> Pattern | bool:
        """All lines hold; each is (condition, whether it is an exception)."""
        if not self._parts:
            return conjunction(self.write(n, way.opposite if exception else way) for n, exception in lines)
        nodes = [Call(BOOL, node.pos, "not", (node,)) if exception else node for node, exception in lines]
        return self._in_parts(nodes[0] if len(nodes) == 1 else Call(BOOL, 0, "and", tuple(nodes)), way)

    def _in_parts(self, node: Node, way: Way) -> Pattern | bool:
        """The pattern of a large condition: each of its parts is a question of its own."""
        if not _compound(node) or not isinstance(node, Call):
            return self.write(node, way)
        if node.op == "not":
            return self._in_parts(node.args[0], way.opposite)
        if node.op == "if":
            test, then, otherwise = map(self._part, node.args)
            return self._choice(test, then, otherwise, way)
        size = -(-len(node.args) // MAX_PARTS)
        groups = [node.args[i : i + size] for i in range(0, len(node.args), size)]
        parts = [group[0] if len(group) == 1 else Call(BOOL, 0, node.op, group) for group in groups]
        found = [self.write(self._part(part), way) for part in parts]
        return conjunction(found) if (node.op == "and") is way.wanted else disjunction(found)

    @staticmethod
    def _part(node: Node) -> Node:
        return Part(BOOL, node.pos, "part", (node,)) if _compound(node) else node

    def write(self, node: Node, way: Way) -> Pattern | bool:
        """The pattern of one condition; True or False where it always or never holds."""
        match node:
            case Const(value=value):
                return bool(value) is way.wanted
            case Call(op="not", args=args):
                return self.write(args[0], way.opposite)
            case Call(op="and" | "or" as op, args=args):
                parts = [self.write(arg, way) for arg in args]
                return conjunction(parts) if (op == "and") is way.wanted else disjunction(parts)
            case Call(op="if", args=args):
                return self._choice(args[0], args[1], args[2], way)
            case Part(args=(part,)):
                return self._truth(self._attributes.of(Kind.PART, part), way)
            case TermCall():
                return self._truth(self._attributes.of(Kind.TERM, node), way)
            case Quant(quantifier=quantifier) if quantifier in _QUANTIFIED:
                return self._truth(self._attributes.of(Kind.QUANTIFIER, node), way)
            case Call(op="in_list", args=(value, ListOf(items=items))) if items:
                return self._one_of(node, value, items, way)
            case Call(op="in_list", args=(Const(value=value), items)) if _searchable(value, items):
                return self._contains(node, value, items, way)
            case Call(op=op, args=args) if op in COMPARISONS and args[0].type.kind in _COMPARED:
                return self._comparison(node, args[0], args[1], way)
            case _:
                plain = is_plain(node)
                return self._truth(self._attributes.of(Kind.FACT if plain else Kind.VERDICT, node), way)

    def _choice(self, test: Node, then: Node, otherwise: Node, way: Way) -> Pattern | bool:
        yes, no = self.write(test, Way(True, way.sure)), self.write(test, Way(False, way.sure))
        first, second = self.write(then, way), self.write(otherwise, way)
        if way.sure:
            return disjunction([conjunction([yes, first]), conjunction([no, second])])
        return conjunction([disjunction([no, first]), disjunction([yes, second])])

    def _one_of(self, node: Node, value: Node, items: tuple[Node, ...], way: Way) -> Pattern | bool:
        """``value in [a, b]`` as comparisons with each."""
        equal = [Call(BOOL, node.pos, "equals", (value, item)) for item in items]
        if any(not self._comparable(*call.args) for call in equal):
            return self._truth(self._attributes.of(Kind.VERDICT, node), way)
        self._decided[id(node)] = node
        if not all(_is_near_constant(item) for item in items):
            parts = [self.write(call, way) for call in equal]
            return disjunction(parts) if way.wanted else conjunction(parts)
        attribute = self._attributes.of(Kind.FACT, value)
        constants = dict.fromkeys(sendable(item.value) for item in items if isinstance(item, Const))
        parts = [_compared("$eq" if way.wanted else "$neq", attribute.name, c) for c in constants]
        return _open(disjunction(parts) if way.wanted else conjunction(parts), attribute, way)

    def _contains(self, node: Node, value: Any, items: Node, way: Way) -> Pattern | bool:
        """``"a" in list``: one of the items, or all of them different; no list is sent without an item."""
        self._decided[id(node)] = node
        attribute, sent = self._attributes.of(Kind.LIST, items), sendable(value)
        some: Pattern = {"$iany": {attribute.name: {"$i": sent}}}
        none: Pattern = {"$iall": {attribute.name: {"$neq": {"$i": sent}}}}
        return _open(some if way.wanted else none, attribute, way)

    def _comparison(self, node: Call, left: Node, right: Node, way: Way) -> Pattern | bool:
        if not self._comparable(left, right):
            return self._truth(self._attributes.of(Kind.VERDICT, node), way)
        self._decided[id(node)] = node
        sign = COMPARISONS[node.op]
        if isinstance(left, Const):
            left, right, sign = right, left, _MIRRORED[sign]
        if not way.wanted:
            sign = _NEGATED[sign]
        if _is_near_constant(right):
            attribute = self._attributes.of(Kind.FACT, left)
            return _open(_compared(sign, attribute.name, sendable(right.value)), attribute, way)
        attribute = self._attributes.of(Kind.PAIR, Call(BOOL, 0, "equals", (left, right)))
        return _open(_compared(sign, attribute.name, {"$m": attribute.other}), attribute, way)

    @staticmethod
    def _comparable(left: Node, right: Node) -> bool:
        """Whether durable-rules can be given both sides: not two constants, nothing boolean but facts."""
        if left.type.kind not in _COMPARED or (isinstance(left, Const) and isinstance(right, Const)):
            return False
        return all(isinstance(side, Const) or left.type != BOOL or is_plain(side) for side in (left, right))

    @staticmethod
    def _truth(attribute: Attribute, way: Way) -> Pattern | bool:
        return _open({attribute.name: way.wanted}, attribute, way)


def markers(pattern: Pattern) -> int:
    """How many begins and ends of ``$and`` and ``$or`` it takes."""
    for sign in ("$and", "$or"):
        if sign in pattern:
            return 2 + sum(markers(part) for part in pattern[sign])
    return 0


def _is_near_constant(node: Node) -> TypeGuard[Const]:
    """Whether it can stand in a pattern: a number of more than 64 bits cannot."""
    return isinstance(node, Const) and (not isinstance(node.value, int) or is_near(node.value))


def _compound(node: Node) -> bool:
    return isinstance(node, Call) and node.op in ("and", "or", "not", "if")


def _searchable(value: Any, items: Node) -> bool:
    elem = items.type.elem
    return elem is not None and elem.kind == "string" and value != "" and is_plain(items)


def _compared(sign: str, name: str, value: Any) -> Pattern:
    return {name: value} if sign == "$eq" else {sign: {name: value}}


def _open(pattern: Pattern | bool, attribute: Attribute, way: Way) -> Pattern | bool:
    """The pattern; where it need not be sure, a missing attribute satisfies it too."""
    if way.sure or not attribute.may_miss:
        return pattern
    return disjunction([pattern, {"$nex": {attribute.name: 1}}])


def conjunction(parts: Iterable[Pattern | bool]) -> Pattern | bool:
    """Every part holds."""
    return _joined("$and", parts)


def disjunction(parts: Iterable[Pattern | bool]) -> Pattern | bool:
    """Some part holds."""
    return _joined("$or", parts)


def _joined(sign: str, parts: Iterable[Pattern | bool]) -> Pattern | bool:
    """Parts under one sign: constants folded, equal signs flattened, equal parts once."""
    neutral = sign == "$and"
    kept: list[Pattern] = []
    for part in parts:
        if not isinstance(part, bool):
            kept += [p for p in part.get(sign, [part]) if p not in kept]
        elif part is not neutral:
            return part
    if not kept:
        return neutral
    return kept[0] if len(kept) == 1 else {sign: kept}
