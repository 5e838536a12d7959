"""From typed trees to shapes: terms put in place, each part at its own frame.

    typed tree (policy.expr.tree) --Shaper--> Shape

Shapes are interned: equal parts are the same object, whose identity is the key under which a frame keeps its
value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from policy.bulk.columns.shapes import (
    ELEMENT,
    OPAQUE,
    Apply,
    Ask,
    Both,
    Either,
    Found,
    Lit,
    Member,
    Not,
    Of,
    Read,
    Shape,
    Some,
)
from policy.bulk.columns.tables import CASE, child_key
from policy.bulk.columns.texts import Base
from policy.expr.ops import LOOKUPS
from policy.expr.tree import Call, Const, Field, ListOf, Node, Quant, Quantifier, TermCall, Var
from policy.facts.views import DISCRIMINATORS
from policy.program.typed import TypedTerm


class Slot(NamedTuple):
    """An element variable: its name in the frame and its table."""

    var: str
    table: str


class Closure(NamedTuple):
    """A term's argument: a tree and what its variables mean."""

    node: Node
    env: Env


Env = Mapping[str, "Slot | Closure"]


class Shaper:
    """Makes shapes for one pack: its terms, its parameters and the texts' codes."""

    def __init__(self, base: Base, terms: Mapping[str, TypedTerm], params: Mapping[str, Any]) -> None:
        self.base = base
        self._terms = terms
        self._params = params
        self._interned: dict[Shape, Shape] = {}

    def intern(self, shape: Shape) -> Shape:
        """The one object that stands for all equal shapes."""
        return self._interned.setdefault(shape, shape)

    def shape(self, node: Node, env: Env, frame: str = "") -> Shape:
        """The shape of a tree in a frame: of the table ``frame`` alone, or of several variables ("")."""
        return self.intern(self._shape(node, env, frame, 0))

    def free(self, node: Node, env: Env) -> frozenset[str]:
        """The frame's variables that a tree reads."""
        match node:
            case Var(name=name):
                meant = env.get(name)
                if isinstance(meant, Closure):
                    return self.free(meant.node, meant.env)
                return frozenset((meant.var,)) if meant is not None and meant.table != CASE else frozenset()
            case Field(operand=operand):
                return self.free(operand, env)
            case Call(args=args):
                return frozenset().union(*(self.free(arg, env) for arg in args))
            case ListOf(items=items):
                return frozenset().union(*(self.free(item, env) for item in items))
            case TermCall(term=term, args=args):
                inner, _ = self._term_env(term, args, env)
                return frozenset().union(
                    *(self.free(line.tree, inner) for line in self._terms[term].conditions)
                )
            case Quant():
                within = {**env, node.var: Slot("?", "?")}
                parts = [self.free(part, within) for part in (node.body, node.mapped) if part is not None]
                return frozenset().union(self.free(node.range, env), *parts) - {"?"}
            case _:
                return frozenset()

    def _term_env(self, term: str, args: tuple[Node, ...], env: Env) -> tuple[Env, list[tuple[str, Closure]]]:
        """What a term's parameters mean, and those that are looked up."""
        inner: dict[str, Slot | Closure] = {}
        found = []
        for (name, _), arg in zip(self._terms[term].params, args, strict=True):
            meant = self._resolved(arg, env)
            inner[name] = meant
            if isinstance(meant, Closure) and _is_lookup(meant.node):
                found.append((name, meant))
        return inner, found

    def _resolved(self, node: Node, env: Env) -> Slot | Closure:
        if isinstance(node, Var):
            if node.name in env:
                return env[node.name]
            if node.name == "case":
                return Slot(ELEMENT, CASE)
        return Closure(node, env)

    def _shape(self, node: Node, env: Env, frame: str, depth: int) -> Shape:
        if isinstance(node, Const):
            return self._literal(node.value)
        if isinstance(node, Var) and isinstance(meant := env.get(node.name), Closure):
            return self._shape(meant.node, meant.env, frame, depth)
        if isinstance(node, Var) and node.name.startswith("param."):
            value = self._params[node.name.removeprefix("param.")]
            if value is not None:
                return self._literal(value)
        free = self.free(node, env)
        if not free and frame != CASE:
            return self._of(CASE, self._shape(node, env, CASE, 0))
        if len(free) == 1 and not frame:
            (var,) = free
            table = _table_of(var, env)
            if table:
                return self._of(var, self._shape(node, _renamed(env, var, table), table, 0))
        return self.intern(self._structure(node, env, frame, depth))

    def _of(self, var: str, body: Shape) -> Shape:
        return OPAQUE if body is OPAQUE else self.intern(Of(var, body))

    def _literal(self, value: bool | int | float | str) -> Shape:
        return self.intern(Lit(self.base.code(value) if isinstance(value, str) else value))

    def _structure(self, node: Node, env: Env, frame: str, depth: int) -> Shape:
        match node:
            case Var(name=name):
                return self._variable(name, env, node.type.kind)
            case Field():
                return self._field(node, env, frame, depth)
            case TermCall(term=term, args=args):
                return self._term(term, args, env, frame, depth)
            case Quant():
                return self._quant(node, env, frame, depth)
            case Call(op=op, args=args):
                return self._call(node, op, args, env, frame, depth)
            case _:
                return OPAQUE

    def _variable(self, name: str, env: Env, kind: str) -> Shape:
        if name == "as_of" or name.startswith("attr."):
            return Read(name, kind == "bool")
        if name.startswith("param."):
            return Ask(name)
        meant = env.get(name)
        if isinstance(meant, Slot) and kind not in ("message", "list"):
            return Read("", kind == "bool")  # the items of a list of texts
        return OPAQUE

    def _field(self, node: Field, env: Env, frame: str, depth: int) -> Shape:
        names = []
        owner: Node = node
        while isinstance(owner, Field):
            names.append(owner.name)
            owner = owner.operand
            if isinstance(owner, Var) and isinstance(meant := env.get(owner.name), Closure):
                owner, env = meant.node, meant.env
        if _is_lookup(owner):
            inner: Node = Var(owner.type, 0, "$found")
            for name in reversed(names):
                inner = Field(node.type, 0, inner, name)
            return self._found(owner, env, frame, depth, "$found", inner, env)
        if not isinstance(owner, Var) or node.type.kind in ("message", "list"):
            return OPAQUE
        return Read(".".join(reversed(names)), node.type.kind == "bool")

    def _found(
        self, key: Node, key_env: Env, frame: str, depth: int, name: str, body: Node, env: Env
    ) -> Shape:
        """``body`` over the element that the lookup ``key`` gives, under ``name``."""
        assert isinstance(key, Call)  # noqa: S101 - callers ask _is_lookup
        table = LOOKUPS[key.op.removeprefix("lookup_")][1]
        var = f"found{depth}"
        inner = self._shape(body, {**env, name: Slot(var, table)}, "", depth + 1)
        by = self._shape(key.args[0], key_env, frame, depth)
        if OPAQUE in (inner, by):
            return OPAQUE
        return Found(var, table, by, inner)

    def _term(self, term: str, args: tuple[Node, ...], env: Env, frame: str, depth: int) -> Shape:
        inner, found = self._term_env(term, args, env)
        lines = [line.tree for line in self._terms[term].conditions]
        if len(found) > 1:
            return OPAQUE
        if found:
            (name, closure) = found[0]
            body: Node = lines[0] if len(lines) == 1 else Call(lines[0].type, 0, "and", tuple(lines))
            return self._found(closure.node, closure.env, frame, depth, name, body, inner)
        if len(lines) == 1:
            return self._shape(lines[0], inner, frame, depth)
        return Both(tuple(self._shape(line, inner, frame, depth) for line in lines))

    def _call(self, node: Call, op: str, args: tuple[Node, ...], env: Env, frame: str, depth: int) -> Shape:
        if op == "in_list":
            return self._member(args[0], args[1], env, frame, depth)
        if op == "add_period" and isinstance(args[1], Const | Var):
            period = self._shape_of_period(args[1])
            start = self._shape(args[0], env, frame, depth)
            return Apply(op, (start,), False, period) if period and start is not OPAQUE else OPAQUE
        parts = tuple(self._shape(arg, env, frame, depth) for arg in args)
        if op in ("and", "or"):
            return Both(parts) if op == "and" else Either(parts)
        if op == "not":
            return Not(parts[0])
        if op not in APPLIED or OPAQUE in parts:
            return OPAQUE
        return Apply(op, parts, node.type.kind == "bool")

    def _shape_of_period(self, node: Node) -> str:
        if isinstance(node, Const):
            return str(node.value)
        assert isinstance(node, Var)  # noqa: S101 - callers ask
        return str(self._params.get(node.name.removeprefix("param.")) or "")

    def _member(self, value: Node, items: Node, env: Env, frame: str, depth: int) -> Shape:
        if isinstance(items, ListOf) and all(isinstance(item, Const) for item in items.items):
            codes = [self._literal(item.value) for item in items.items if isinstance(item, Const)]
            inner = self._shape(value, env, frame, depth)
            if inner is OPAQUE or value.type.kind == "double" or not codes:
                return OPAQUE
            return Member(inner, tuple(sorted({code.value for code in codes if isinstance(code, Lit)})))
        if not isinstance(items, Field):
            return OPAQUE
        item = Var(value.type, 0, "$item")
        quant = Quant(
            value.type,
            0,
            Quantifier.EXISTS,
            "$item",
            items,
            Call(value.type, 0, "equals", (value, item)),
            None,
        )
        return self._quant(quant, env, frame, depth, plain=False)

    def _quant(self, node: Quant, env: Env, frame: str, depth: int, plain: bool = True) -> Shape:
        if node.quantifier not in (Quantifier.EXISTS, Quantifier.ALL) or node.body is None:
            return OPAQUE
        owner = self._owner(node.range, env)
        if owner is None:
            return OPAQUE
        if isinstance(owner, Closure):
            name = "$owner"
            inner = Quant(
                node.type, 0, node.quantifier, node.var, _rebased(node.range, name), node.body, None
            )
            return self._found(owner.node, owner.env, frame, depth, name, inner, env)
        table = child_key(owner.table, _list_name(node.range))
        var = f"q{depth}"
        within = {**env, node.var: Slot(var, table)}
        parts = list(_parts(node.body, node.quantifier is Quantifier.ALL))
        mine = [part for part in parts if self.free(part[0], within) == {var}]
        rest = [part for part in parts if part not in mine]
        alone = {**env, node.var: Slot(ELEMENT, table)}
        codes, first = self.by_code(table, [self._signed(part, alone, table, 0) for part in mine])
        others = self.joined([self._signed(part, within, "", depth + 1) for part in rest])
        holder = owner.var if owner.table != CASE else CASE
        shape = self.intern(Some(var, table, holder, codes, first, others, plain))
        return Not(shape) if node.quantifier is Quantifier.ALL else shape

    def _signed(self, part: tuple[Node, bool], env: Env, frame: str, depth: int) -> Shape:
        node, negated = part
        shape = self._shape(node, env, frame, depth)
        return self.intern(Not(shape)) if negated else shape

    def by_code(self, table: str, shapes: list[Shape]) -> tuple[tuple[int, ...], Shape | None]:
        """The codes that conditions on an element of ``table`` ask for, and the other conditions."""
        kind = KINDS.get(table)
        for place, shape in enumerate(shapes):
            codes = _codes(shape, kind)
            if codes:
                return codes, self.joined(shapes[:place] + shapes[place + 1 :])
        return (), self.joined(shapes)

    def joined(self, shapes: list[Shape]) -> Shape | None:
        """The conjunction; None of nothing."""
        if not shapes:
            return None
        return shapes[0] if len(shapes) == 1 else self.intern(Both(tuple(shapes)))

    def _owner(self, range_: Node, env: Env) -> Slot | Closure | None:
        """Whose list it is: an element of the frame, the case, or one that is looked up."""
        if not isinstance(range_, Field):
            return None
        meant = self._resolved(range_.operand, env)
        while isinstance(meant, Closure) and isinstance(meant.node, Var):
            again = self._resolved(meant.node, meant.env)
            if again == meant:
                return None
            meant = again
        if isinstance(meant, Closure) and not _is_lookup(meant.node):
            return None
        return meant


def _codes(shape: Shape, kind: str | None) -> tuple[int, ...]:
    """The codes of the field ``kind`` for which a condition holds; none: it is no such condition."""
    match shape:
        case Member(value=Read(name=name), items=items) if name == kind:
            return tuple(int(item) for item in items)
        case Apply(op="equals", args=(Read(name=name), Lit(value=value))) if name == kind:
            return (int(value),)
        case Apply(op="equals", args=(Lit(value=value), Read(name=name))) if name == kind:
            return (int(value),)
        case _:
            return ()


KINDS = {
    **DISCRIMINATORS,
    "parties.relations": "kind",
    "parties.traits": "",
    "categories": "",
    "requests.documents_shown": "",
}
"""The field that tells the elements of a table apart: always known, and a code."""

APPLIED = frozenset(("equals", "not_equals")) | frozenset(
    f"{name}_{kind}"
    for name in ("less", "less_equals", "greater", "greater_equals")
    for kind in ("int64", "double", "string", "timestamp", "duration")
)
"""Operators that columns compute."""


def _is_lookup(node: Node) -> bool:
    return isinstance(node, Call) and node.op.startswith("lookup_")


def _list_name(range_: Node) -> str:
    assert isinstance(range_, Field)  # noqa: S101 - _owner asked
    return range_.name


def _rebased(range_: Node, name: str) -> Node:
    assert isinstance(range_, Field)  # noqa: S101 - _owner asked
    return Field(range_.type, 0, Var(range_.operand.type, 0, name), range_.name)


def _parts(body: Node, negated: bool) -> list[tuple[Node, bool]]:
    """The conjuncts of a body, or of its negation, each with whether it is to be negated."""
    if isinstance(body, Call):
        if body.op == "not":
            return _parts(body.args[0], not negated)
        if body.op == ("or" if negated else "and"):
            return [part for arg in body.args for part in _parts(arg, negated)]
    return [(body, negated)]


def _table_of(var: str, env: Env) -> str:
    for meant in env.values():
        if isinstance(meant, Slot) and meant.var == var:
            return meant.table
        if isinstance(meant, Closure) and (found := _table_of(var, meant.env)):
            return found
    return ""


def _renamed(env: Env, var: str, table: str) -> Env:
    """The meanings in the frame of one table alone."""
    return {
        name: Slot(ELEMENT, table)
        if isinstance(meant, Slot) and meant.var == var
        else Closure(meant.node, _renamed(meant.env, var, table))
        if isinstance(meant, Closure)
        else meant
        for name, meant in env.items()
    }
