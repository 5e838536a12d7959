"""What deciding a rule may cost at most: a polynomial over the sizes of a case's lists.

    typed rule, terms --cost_of--> Cost
    Cost, sizes of a case --Cost.at--> steps

A step is one element looked at: a combination of a rule's elements, an element of a list that a condition
runs over, or a call of a term; a long condition that is tried for it counts as further steps (``LONG``). The
count is of the meaning and not of an engine, which may remember or skip what it likes: the same rule on the
same case costs the same in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from policy.expr.counting import PLACES, YEARS_RUNNING
from policy.expr.tree import Call, Field, ListOf, Node, Quant, Quantifier, TermCall, Var, children
from policy.facts.views import COLLECTIONS, DISCRIMINATORS
from policy.program.reads import Codes, codes_with_which, element_codes
from policy.program.typed import TypedMatcher, TypedRule, TypedTerm


class Size(NamedTuple):
    """How many elements a list holds: those of these codes, or all. Of a nested list: in the element that
    holds most, for nothing says which of them a condition looks into, and how often."""

    list: str
    codes: Codes = None


class Cost(NamedTuple):
    """A sum of products of sizes, each with its factor."""

    terms: Mapping[tuple[Size, ...], int]

    def at(self, size: Callable[[Size], int]) -> int:
        """The steps for these sizes."""
        total = 0
        for sizes, factor in self.terms.items():
            product = factor
            for one in sizes:
                if not product:
                    break
                product *= size(one)
            total += product
        return total

    def __add__(self, other: Cost) -> Cost:  # type: ignore[override]
        found = dict(self.terms)
        for sizes, factor in other.terms.items():
            found[sizes] = found.get(sizes, 0) + factor
        return Cost(found)

    def __mul__(self, other: Cost) -> Cost:  # type: ignore[override]
        found: dict[tuple[Size, ...], int] = {}
        for mine, factor in self.terms.items():
            for theirs, other_factor in other.terms.items():
                sizes = tuple(sorted((*mine, *theirs), key=_order))
                found[sizes] = found.get(sizes, 0) + factor * other_factor
        return Cost(found)


def _order(size: Size) -> tuple[str, tuple[str, ...]]:
    return size.list, tuple(sorted(size.codes or ()))


RULE_STEPS = 200_000
"""Most steps of one rule, tried once on a case; a rule that would take more is reported and not tried."""
DECISION_STEPS = 20_000_000
"""Most steps of all rules of a decision together, at all moments at which they are tried."""
USUAL, MANY = 30, 4
"""Elements in each list of a large case, and in each list of one of its elements."""
LOADED_STEPS = 100_000_000
"""Most steps of one rule on such a case; a pack with a dearer one is refused."""


LONG = 32
"""Parts of conditions that are worked out as fast as the step is made that they are tried for."""


def on_a_large_case(size: Size) -> int:
    """The sizes that a rule's cost is checked for: a tenth of a list for each code."""
    if size.list not in _CASE_LISTS:
        return MANY
    return USUAL if size.codes is None else min(USUAL, USUAL // 10 * len(size.codes))


_CASE_LISTS = frozenset(("parties", "documents", "requests", "properties", "events", "breaches"))

NOTHING, ONE = Cost({}), Cost({(): 1})


def _of(*sizes: Size) -> Cost:
    return Cost({tuple(sorted(sizes, key=_order)): 1})


class Costs:
    """Costs of the rules and matchers of one pack; each term's is worked out once."""

    def __init__(self, terms: Mapping[str, TypedTerm]) -> None:
        self._terms = terms
        self._known: dict[str, Cost] = {}
        self._inner: dict[str, Cost] = {}
        for name, term in terms.items():  # in the order of their dependency
            self._known[name] = self._all([line.tree for line in term.conditions])

    def rule(self, rule: TypedRule, order: Iterable[str]) -> Cost:
        """The conditions of a rule, tried for every combination of its elements in this order of loops."""
        codes = element_codes(rule, self._terms)
        paths = {binding.name: binding.path for binding in rule.source.each}
        total, combinations = NOTHING, ONE
        for position, name in enumerate(order):
            listed = paths[name].rpartition(".")[2]
            chosen = _of(Size(listed, codes[name]))
            # The first is found by its code; of the others every element is looked at.
            total += combinations * (chosen if position == 0 else _of(Size(listed)))
            combinations = combinations * chosen
        return total + combinations * self._all([line.tree for line in (*rule.when, *rule.unless)])

    def endings(self, rule: TypedRule) -> Cost:
        """One obligation of the rule: its effects, and every act that may end it."""
        return sum(map(self._matcher, rule.matchers), start=self._all(rule.effects.values()))

    def _matcher(self, matcher: TypedMatcher) -> Cost:
        listed = matcher.collection
        codes = frozenset(matcher.codes) if listed in DISCRIMINATORS and matcher.codes else None
        acts = _of(Size(listed, codes))
        if listed in ("services", "statuses"):
            acts = acts * _of(Size("documents" if listed == "services" else "parties"))
        return acts if matcher.predicate is None else acts * (ONE + self.tree(matcher.predicate))

    def tree(self, node: Node) -> Cost:
        """An expression, for given elements."""
        match node:
            case Quant(quantifier=quantifier, var=var, range=range_, body=body, mapped=mapped):
                before = self._inner
                self._inner = before | {var: self._within(range_)}
                each = self._all([part for part in (body, mapped) if part is not None])
                self._inner = before
                return self.tree(range_) + self._quantified(quantifier, var, range_, body, each)
            case TermCall(term=term, args=args):
                # Terms in a circle are a fault of their own, and not known here.
                return ONE + self._known.get(term, NOTHING) + self._sum(args)
            case Call(op=op, args=args) if op in PLACES or op == YEARS_RUNNING:
                # What a filter leaves has been looked at by the filter.
                listed = args[1] if op in PLACES else args[0]
                whole = NOTHING if isinstance(listed, Quant) else self._size(listed)
                return self._sum(args) + whole
            case _:
                return self._sum(children(node))

    def _all(self, nodes: Collection[Node]) -> Cost:
        """Expressions that are tried together."""
        long = sum(map(_parts, nodes)) // LONG
        return self._sum(nodes) + (Cost({(): long}) if long else NOTHING)

    def _sum(self, nodes: Iterable[Node]) -> Cost:
        return sum((self.tree(node) for node in nodes), start=NOTHING)

    def _quantified(
        self, quantifier: Quantifier, var: str, range_: Node, body: Node | None, each: Cost
    ) -> Cost:
        """Every element is looked at; those of the codes that the predicate asks for, wholly."""
        whole = self._size(range_)
        elem = range_.type.elem
        field = DISCRIMINATORS.get(COLLECTIONS.get(elem.name, ""), "") if elem is not None else ""
        if body is None or not field or not isinstance(range_, Field) or quantifier is Quantifier.ALL:
            return whole + whole * each
        codes = codes_with_which(body, var, field, self._terms)
        return whole + _of(Size(range_.name, codes)) * each

    def _size(self, node: Node) -> Cost:
        """How many elements a list has."""
        match node:
            case Field(name=name):
                return _of(Size(name))
            case Var(name="breaches"):
                return _of(Size("breaches"))
            case Call(op="index_list") | Var():
                return ONE + self._within(node)
            case ListOf(items=items):
                return Cost({(): len(items)})
            case Quant(range=range_):
                return self._size(range_)
            case Call(args=args):
                return sum((self._size(arg) for arg in args if arg.type.kind == "list"), start=NOTHING)
            case _:
                return ONE

    def _within(self, node: Node) -> Cost:
        """All lists that an expression mentions: no element of a list of lists is longer."""
        match node:
            case Var(name=name):
                own = self._inner.get(name, NOTHING)
            case _ if node.type.kind == "list" and isinstance(node, Field | ListOf):
                own = self._size(node)
            case _:
                own = NOTHING
        return sum(map(self._within, children(node)), start=own)


def _parts(node: Node) -> int:
    """How many parts of an expression are worked out once: all but what is tried for elements of lists."""
    below = (node.range,) if isinstance(node, Quant) else children(node)
    return 1 + sum(map(_parts, below))
