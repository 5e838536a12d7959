"""The three-valued engine: walks the typed tree, keeps every fact it read, and never guesses.

It decides what the compiled engine could not settle, explains every outcome, and is the reference the other
engines are compared with. To decide it walks only what missing facts leave open, and takes what known facts
settle from the compiled engine. Messages are ``Ref``s: an element and its path in the case; a message that
the case does not state is a ``Ref`` without element, whose scalars are unknown and whose lists are empty.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policy.engines.placing import ORDERINGS, Member, Placing, by_bounds, merged, years
from policy.engines.unknowns import (
    Atom,
    Failure,
    Unknown,
    choice,
    junction,
    negation,
    strict,
    unknown_fact,
    unknown_result,
)
from policy.expr.counting import PLACES, YEARS_RUNNING
from policy.expr.ops import LOOKUPS, OPS, CelError
from policy.expr.tree import Call, Const, Field, ListOf, Node, Quant, Quantifier, TermCall, Var, free_vars
from policy.facts.views import CaseView, View
from policy.program.program import FALLBACK, Part
from policy.program.typed import TypedTerm


class Ref:
    """A message of the facts: the view (None where not stated) and its path, worked out when asked for."""

    __slots__ = ("_path", "view")

    def __init__(self, view: View | None, path: str | None = None) -> None:
        self.view = view
        self._path = path

    @property
    def path(self) -> str:
        """Where it stands in the case; empty for the case itself."""
        if self._path is None:
            self._path = "" if self.view is None else self.view.path
        return self._path

    def __repr__(self) -> str:
        return f"@{self.path}"


@dataclass(frozen=True, slots=True)
class Read:
    """A scalar fact that was read; ``value`` is an ``Unknown`` where it is missing."""

    path: str
    kind: str
    value: Any


@dataclass(slots=True)
class Evaluator:
    """Evaluates trees on one case. While ``tracing``, ``reads`` collects the facts that are read.

    ``part`` compiles a sub-expression; without it, and while tracing, everything is walked.
    """

    case: CaseView
    params: Mapping[str, Any]
    terms: Mapping[str, TypedTerm]
    tracing: bool = False
    reads: list[Read] = field(default_factory=list)
    part: Callable[[Node, Collection[str]], Part] | None = None
    _known_terms: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    """Values of terms by term and arguments; not used while tracing, which must see every read."""

    def value(self, node: Node, bound: Mapping[str, Any]) -> Any:
        """The value: a Python value, a ``Ref``, a list of these, an ``Unknown`` or a ``Failure``."""
        return _EVALUATE[node.__class__](self, node, bound)

    def _const(self, node: Const, _bound: Mapping[str, Any]) -> Any:
        return node.value

    def _term(self, node: TermCall, bound: Mapping[str, Any]) -> Any:
        typed = self.terms[node.term]
        inner = {name: self.value(arg, bound) for (name, _), arg in zip(typed.params, node.args, strict=True)}
        for value in inner.values():
            if isinstance(value, Failure):
                return value
        if self.tracing:
            lines = [self.value(line.tree, inner) for line in typed.conditions]
            return strict(inner.values(), junction("and", lines))
        key = (node.term, *[_identity(value) for value in inner.values()])
        if key not in self._known_terms:
            value = self._junction("and", [line.tree for line in typed.conditions], inner)
            self._known_terms[key] = strict(inner.values(), value)
        return self._known_terms[key]

    def _verdict(self, node: Node, bound: Mapping[str, Any]) -> Any:
        """The value of a boolean part of a condition: compiled where known facts settle it, else walked."""
        if self.part is None or node.__class__ not in _COMPOUND:
            return self.value(node, bound)
        part = self.part(node, bound)
        args = []
        for name in part.names:
            value = bound[name]
            if value.__class__ is Ref:
                value = value.view
            if value is None or value.__class__ in _NOT_PLAIN:
                return self.value(node, bound)
            args.append(value)
        try:
            return part.function(self.case, *args)
        except FALLBACK:
            return self.value(node, bound)

    def _junction(self, op: str, nodes: Sequence[Node], bound: Mapping[str, Any]) -> Any:
        """``and``/``or`` of boolean expressions, up to the first that decides it."""
        if len(nodes) == 1:
            return self.value(nodes[0], bound)
        deciding = op == "or"
        values = []
        for node in nodes:
            value = self._verdict(node, bound)
            if value is deciding:
                return deciding
            values.append(value)
        return junction(op, values)

    def _list(self, node: ListOf, bound: Mapping[str, Any]) -> Any:
        return _sound([self.value(item, bound) for item in node.items])

    def ref(self, view: View) -> Ref:
        """The reference of an element of the case."""
        return Ref(view)

    def _variable(self, node: Var, bound: Mapping[str, Any]) -> Any:
        name = node.name
        if name in bound:
            return bound[name]
        if name == "case":
            return Ref(self.case, "")
        if name == "as_of":
            return self.case.as_of
        if name == "breaches":
            return [Ref(breach) for breach in self.case.breaches]
        if name.startswith("attr."):
            key = name.removeprefix("attr.")
            path = f"attributes[{key}]"
            return self._read(path, node, self.case.attrs.get(key, _MISSING))
        value = self.params[name.removeprefix("param.")]
        return unknown_fact(name, node.type.kind) if value is None else value

    def _read(self, path: str, node: Node, value: Any) -> Any:
        result = unknown_fact(path, node.type.kind) if value is _MISSING else value
        if self.tracing:
            self.reads.append(Read(path, node.type.kind, result))
        return result

    def _field(self, node: Field, bound: Mapping[str, Any]) -> Any:
        owner = self.value(node.operand, bound)
        if owner.__class__ is not Ref:
            if isinstance(owner, Unknown):
                return unknown_result("." + node.name, (owner,), node.type.kind == "bool")
            return owner
        value: Any = getattr(owner.view, node.name, _MISSING) if owner.view is not None else _MISSING
        kind = node.type.kind
        if kind == "list":
            return self._list_field(node, owner, () if value is _MISSING else value)
        if value is not _MISSING and kind != "message" and not self.tracing:
            return value
        path = f"{owner.path}.{node.name}" if owner.path else node.name
        if kind == "message":
            return Ref(None if value is _MISSING else value, path)
        return self._read(path, node, value)

    def _list_field(self, node: Field, owner: Ref, items: tuple[Any, ...]) -> list[Any]:
        if node.type.elem is not None and node.type.elem.kind == "message":
            return [Ref(item) for item in items]
        if self.tracing:
            path = f"{owner.path}.{node.name}" if owner.path else node.name
            self.reads.append(Read(path, "list", items))
        return list(items)

    def _call(self, node: Call, bound: Mapping[str, Any]) -> Any:
        if node.op in ("and", "or"):
            return self._junction(node.op, node.args, bound)
        if node.op == "not":
            return negation(self.value(node.args[0], bound))
        if node.op == "if":
            return self._conditional(node, bound)
        if node.op in PLACES:
            return self._place(node, bound)
        args = tuple(self.value(arg, bound) for arg in node.args)
        if node.op == "in_list":
            return _membership(args)
        for arg in args:
            if arg.__class__ is Failure:
                return arg
        if node.op == YEARS_RUNNING:
            return years(*args)
        for arg in args:
            if arg.__class__ is Unknown:
                return _open(node, args)
        if node.op.startswith("lookup_"):
            return self._lookup(node.op, args[0])
        try:
            return OPS[node.op].call(*args)
        except CelError as error:
            return Failure(error.reason)

    def _place(self, node: Call, bound: Mapping[str, Any]) -> Any:
        """The place of an element among others (``policy.expr.counting``)."""
        element = self.value(node.args[0], bound)
        members = self._members(node.args[1], bound)
        for found in (element, members):
            if isinstance(found, Failure):
                return found
        if isinstance(members, Unknown) or element.__class__ is not Ref:
            return unknown_result(node.op, (element, members), False)
        for member in members:
            if isinstance(member.verdict, Failure):
                return member.verdict
        if any(member.element.__class__ is not Ref for member in members):
            return unknown_result(node.op, (element, *itertools.chain(*members)), False)
        members = merged(members)
        placing = Placing(self._of)
        name = str(self.value(node.args[2], bound)) if len(node.args) > 2 else ""
        found = placing.place(node.op, element, members, name)
        fallible = [m.verdict for m in members if isinstance(m.verdict, Unknown) and m.verdict.fallible]
        if fallible:
            return unknown_result(node.op, (*fallible, found), False)._replace(fallible=True)
        if self.tracing:
            counted = enumerate(placing.counted, start=1)
            self.reads += [Read(one.path, COUNTED, place) for place, one in counted]
        return found

    def _members(self, node: Node, bound: Mapping[str, Any]) -> Any:
        """The elements of a list that are, or may be, in it; an ``Unknown`` or a ``Failure``."""
        if not isinstance(node, Quant) or node.quantifier is not Quantifier.FILTER or node.body is None:
            items = self.value(node, bound)
            return [Member(True, item) for item in items] if isinstance(items, list) else items
        items = self.value(node.range, bound)
        if not isinstance(items, list):
            return items
        found = [Member(self._verdict(node.body, {**bound, node.var: item}), item) for item in items]
        return [member for member in found if member.verdict is not False]

    def _of(self, element: Ref, name: str, kind: str) -> Any:
        """A scalar field of an element."""
        value: Any = getattr(element.view, name, _MISSING)
        if value is _MISSING:
            return unknown_fact(f"{element.path}.{name}", kind)
        return value

    def _conditional(self, node: Call, bound: Mapping[str, Any]) -> Any:
        condition = self.value(node.args[0], bound)
        if isinstance(condition, Unknown):
            sides = self.value(node.args[1], bound), self.value(node.args[2], bound)
            return choice(condition, *sides, boolean=node.type.kind == "bool")
        if isinstance(condition, Failure):
            return condition
        return self.value(node.args[1 if condition else 2], bound)

    def _lookup(self, op: str, key: str) -> Any:
        found = self.case.index[LOOKUPS[op.removeprefix("lookup_")][1]].get(key)
        return self.ref(found) if found is not None else Failure("no_such_element")

    def _quant(self, node: Quant, bound: Mapping[str, Any]) -> Any:
        items = self.value(node.range, bound)
        if isinstance(items, Failure):
            return items
        if isinstance(items, Unknown):
            return self._over_unknown(node, items, bound)
        if node.quantifier is _EXISTS or node.quantifier is _ALL:
            return self._junction_over(node, items, bound)
        kept: list[tuple[Any, Any]] = []
        for item in items:
            inner = {**bound, node.var: item}
            verdict = True if node.body is None else self._verdict(node.body, inner)
            if isinstance(verdict, Failure):
                return verdict
            if verdict is not False:
                kept.append((verdict, item if node.mapped is None else self.value(node.mapped, inner)))
        return self._collected(node, kept)

    def _junction_over(self, node: Quant, items: list[Any], bound: Mapping[str, Any]) -> Any:
        op = "or" if node.quantifier is _EXISTS else "and"
        values = []
        for item in items:
            inner = {**bound, node.var: item}
            values.append(True if node.body is None else self._verdict(node.body, inner))
            if values[-1] is (op == "or"):
                break
        return junction(op, values)

    @staticmethod
    def _over_unknown(node: Quant, items: Unknown, bound: Mapping[str, Any]) -> Unknown:
        """A comprehension over a list that is not known; its body may fail on some element."""
        names = sorted(free_vars(node).intersection(bound))
        about = (items, node.body, node.mapped, *[_identity(bound[name]) for name in names])
        unknown = unknown_result(node.quantifier.value, about, node.type.kind == "bool")
        formula = unknown.formula._replace(fallible=True) if isinstance(unknown.formula, Atom) else None
        return unknown._replace(fallible=True, formula=formula)

    @staticmethod
    def _collected(node: Quant, kept: list[tuple[Any, Any]]) -> Any:
        """What the elements come to; each is (whether it is kept, its value)."""
        for part in (part for pair in kept for part in pair):
            if isinstance(part, Failure):
                return part
        unknown = any(isinstance(verdict, Unknown) for verdict, _ in kept)
        if node.quantifier is Quantifier.EXISTS_ONE:
            certain = sum(1 for verdict, _ in kept if verdict is True)
            if not unknown:
                return certain == 1
            verdicts = tuple(verdict for verdict, _ in kept)
            if certain > 1 and not any(isinstance(v, Unknown) and v.fallible for v in verdicts):
                return False
            return unknown_result("exists_one", verdicts, True)
        if not unknown:
            return _sound([value for _, value in kept])
        # What is known belongs to the key: two lists with equal unknowns may differ in it.
        parts = [part if isinstance(part, Unknown) else _identity(part) for pair in kept for part in pair]
        found = unknown_result(node.quantifier.value, tuple(parts), False)
        if found.fallible:
            return found
        certain = sum(1 for verdict, _ in kept if verdict is True)
        return found._replace(bounds=(certain, len(kept)))


def _open(node: Call, args: tuple[Any, ...]) -> Any:
    """An operator with an unknown argument: known where it gives the same whatever the argument is."""
    if node.op in ORDERINGS:
        decided = by_bounds(node.op, args)
        if decided is not None:
            return decided
    found = unknown_result(node.op, args, node.type.kind == "bool")
    return found._replace(bounds=args[0].bounds) if node.op in _LENGTHS else found


def _identity(value: Any) -> Any:
    """What tells an argument of a term apart, within one evaluator."""
    if value.__class__ is Ref:
        return id(value.view) if value.view is not None else value.path
    return repr(value)


def _membership(args: tuple[Any, ...]) -> Any:
    """``value in items``: with known items one comparison, with unknown ones a comparison each."""
    value, items = args
    for arg in args:
        if isinstance(arg, Failure):
            return arg
    if isinstance(items, Unknown):
        return unknown_result("in_list", args, True)
    unknown_items = any(isinstance(item, Unknown) for item in items)
    if isinstance(value, Unknown) and not unknown_items and items:
        return unknown_result("in_list", (value, tuple(items)), True)
    return strict((value,), junction("or", [_equality(value, item) for item in items]))


def _equality(value: Any, item: Any) -> Any:
    if isinstance(value, Unknown) or isinstance(item, Unknown):
        return unknown_result("equals", (value, item), True)
    return bool(value == item)


def _sound(items: list[Any]) -> Any:
    """A list as it stands, unless making it fails, or may fail once the missing facts are known."""
    for item in items:
        if isinstance(item, Failure):
            return item
    if any(isinstance(item, Unknown) and item.fallible for item in items):
        return unknown_result("list", tuple(items), False)
    return items


_MISSING = object()
COUNTED = "counted"
"""Kind of a read that is no fact: an element that a helper has counted, and which of them it is."""
_LENGTHS = frozenset(("size_list", "list_size"))
_EXISTS, _ALL = Quantifier.EXISTS, Quantifier.ALL
"""Looked up once: reading a member from its enum takes ten times as long as reading a global."""
_COMPOUND = frozenset((Call, TermCall, Quant))
"""Nodes that are worth compiling; a variable or a field is read as fast by walking."""
_NOT_PLAIN = frozenset((Unknown, Failure, list))
"""What a variable may hold that compiled code does not understand."""

_EVALUATE: Mapping[type[Node], Callable[[Evaluator, Any, Mapping[str, Any]], Any]] = {
    Const: Evaluator._const,
    Var: Evaluator._variable,
    Field: Evaluator._field,
    Call: Evaluator._call,
    TermCall: Evaluator._term,
    ListOf: Evaluator._list,
    Quant: Evaluator._quant,
}
