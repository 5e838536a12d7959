"""The engine ``explain``, the reference: no index, no generated code, every rule walked on its tree.

program, case view --every rule, every combination of its elements, line by line--> hits, undetermined, errors

A line is asked about as soon as the elements that it reads are chosen, and once for the same elements: one
that is false ends every combination that has them.

``Walking`` is the walk; what an expression is worth says its judge. The three-valued engine is the judge of
``explain``; ``cel`` takes the same walk with the official evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from policy.engines.compiled import MAX_HITS
from policy.engines.conditions import effects_by, settled, sort_out
from policy.engines.protocol import Binding, Doubt, Effects, Engine, Focus, Hit, Matches, bindings
from policy.engines.three import Evaluator
from policy.engines.unknowns import Failure, junction, negation
from policy.expr.tree import Node, free_vars
from policy.facts.reading import FactsError, Violation
from policy.facts.views import CaseView, View
from policy.program.plan import MatcherPlan, RulePlan, Selection
from policy.program.program import PackProgram

MAX_PLANS = 10_000
"""Most rules whose lines are kept in the order of the walk."""


class Judge(Protocol):
    """Says what expressions are worth on one case."""

    def value(self, tree: Node, bound: Mapping[str, View]) -> Any:
        """The value for these elements: a Python value, an ``Unknown`` or a ``Failure``."""


class _Line(NamedTuple):
    """A condition of a rule: its place among the others, and whether it is an exception.

    ``reads`` are the elements that it reads, where these are not all that have been chosen by then.
    """

    place: int
    tree: Node
    exception: bool
    reads: tuple[str, ...] | None


_Levels = tuple[tuple[_Line, ...], ...]
"""The lines of a rule by the variable, in loop order, that is the last of those they read."""


class Walking:
    """An engine that asks a judge about line after line, up to one that is false: no other outweighs it."""

    def __init__(self, name: str, judge: Callable[[PackProgram, CaseView], Judge]) -> None:
        self.name = name
        self._judge = judge
        self._levels: dict[int, tuple[RulePlan, _Levels]] = {}

    def matches(
        self, program: PackProgram, case: CaseView, selection: Selection, only: Focus | None = None
    ) -> Matches:
        """Every rule of the selection, whatever it waits for."""
        walk = _Walk(self._judge(program, case))
        result = Matches([], [], [])
        for plan in selection.plans:
            for binding, values in walk.combinations(plan, self._levels_of(plan), case, only):
                found = Hit(program, plan, binding)
                sort_out(found, settled(junction("and", values)), result)
        if len(result.hits) > MAX_HITS:
            args = (("count", str(len(result.hits))), ("limit", str(MAX_HITS)))
            raise FactsError((Violation("case", "LNK822", args),))
        return result

    def effects(self, hit: Hit, case: CaseView) -> Effects | Failure:
        """Each effect of the rule by itself."""
        judge = self._judge(hit.program, case)
        bound = _bound(hit)
        return effects_by(hit, lambda tree: judge.value(tree, bound))

    def ends(self, matcher: MatcherPlan, hit: Hit, case: CaseView, event: Any) -> bool | Doubt | Failure:
        """By the matcher's predicate."""
        predicate = matcher.typed.predicate
        if predicate is None:
            return True
        return settled(self._judge(hit.program, case).value(predicate, {**_bound(hit), "done": event}))

    def _levels_of(self, plan: RulePlan) -> _Levels:
        """By identity; what is kept also keeps the rule alive, so that no other takes its place."""
        found = self._levels.get(id(plan))
        if found is None:
            if len(self._levels) >= MAX_PLANS:
                self._levels = {}
            found = self._levels[id(plan)] = (plan, _levels(plan))
        return found[1]


def _levels(plan: RulePlan) -> _Levels:
    order = plan.trigger.order
    levels: list[list[_Line]] = [[] for _ in order]
    conditions = [(line, False) for line in plan.typed.when] + [(line, True) for line in plan.typed.unless]
    for place, (line, exception) in enumerate(conditions):
        free = free_vars(line.tree)
        reads = tuple([name for name in order if name in free])
        last = order.index(reads[-1]) if reads else 0
        part = reads if len(reads) <= last else None
        levels[last].append(_Line(place, line.tree, exception, part))
    return tuple([tuple(level) for level in levels])


class _Walk:
    """One round: what the lines are worth for the elements chosen so far."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def combinations(
        self, plan: RulePlan, levels: _Levels, case: CaseView, only: Focus | None
    ) -> Iterator[tuple[Binding, list[Any]]]:
        """Each combination of the rule's elements of which no line is false, with the values of all lines as
        they are written; ``only`` in place of the elements that it is indexed by."""
        values: list[Any] = [True] * sum(map(len, levels))
        known: dict[tuple[int, ...], Any] = {}

        def value_of(line: _Line, bound: Mapping[str, View]) -> Any:
            value = self._judge.value(line.tree, bound)
            return negation(value) if line.exception else value

        def possible(bound: Mapping[str, View]) -> bool:
            for line in levels[len(bound) - 1]:
                if line.reads is None:
                    value = value_of(line, bound)
                else:
                    key = (line.place, *[id(bound[name]) for name in line.reads])
                    if key not in known:
                        known[key] = value_of(line, bound)
                    value = known[key]
                if value is False:
                    return False
                values[line.place] = value
            return True

        collection = plan.trigger.collection
        for element in getattr(case, collection) if only is None else only.get(collection, ()):
            for binding in bindings(plan, case, (element,), possible):
                yield binding, values


def _bound(hit: Hit) -> dict[str, View]:
    return dict(zip(hit.plan.variables, hit.binding, strict=True))


class _ThreeValued:
    """The three-valued engine as a judge: it walks everything itself."""

    def __init__(self, program: PackProgram, case: CaseView) -> None:
        self._three = Evaluator(case, program.params, program.terms)

    def value(self, tree: Node, bound: Mapping[str, View]) -> Any:
        return self._three.value(tree, {name: self._three.ref(view) for name, view in bound.items()})


def explain() -> Engine:
    """The reference engine."""
    return Walking("explain", _ThreeValued)
