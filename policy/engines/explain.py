"""The engine ``explain``, the reference: no index, no generated code, every rule walked on its tree.

program, case view --every rule, every combination of its elements, line by line--> hits, undetermined, errors

``Walking`` is the walk; what an expression is worth says its judge. The three-valued engine is the judge of
``explain``; ``cel`` takes the same walk with the official evaluator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from policy.engines.compiled import MAX_HITS
from policy.engines.conditions import effects_by, settled, sort_out
from policy.engines.protocol import Binding, Doubt, Effects, Engine, Focus, Hit, Matches, bindings
from policy.engines.three import Evaluator
from policy.engines.unknowns import Failure, junction, negation
from policy.expr.tree import Node
from policy.facts.reading import FactsError, Violation
from policy.facts.views import CaseView, View
from policy.program.build import MatcherPlan, PackProgram, RulePlan, Selection

MAX_TRIED = 500_000
"""Most combinations of elements that are walked in one round; rules beyond report LNK823."""


class Judge(Protocol):
    """Says what expressions are worth on one case."""

    def value(self, tree: Node, bound: Mapping[str, View]) -> Any:
        """The value for these elements: a Python value, an ``Unknown`` or a ``Failure``."""


class Walking:
    """An engine that asks a judge about line after line, up to one that is false: no other outweighs it."""

    def __init__(self, name: str, judge: Callable[[PackProgram, CaseView], Judge]) -> None:
        self.name = name
        self._judge = judge

    def matches(
        self, program: PackProgram, case: CaseView, selection: Selection, only: Focus | None = None
    ) -> Matches:
        """Every rule of the selection, whatever it waits for."""
        judge = self._judge(program, case)
        result = Matches([], [], [])
        left = MAX_TRIED
        for plan in selection.plans:
            for binding in _tried(plan, case, only):
                left -= 1
                found = Hit(program, plan, binding)
                if left < 0:
                    result.errors.append((found, "too_many_combinations"))
                    break
                sort_out(found, settled(self._condition(judge, plan, binding)), result)
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

    def _condition(self, judge: Judge, plan: RulePlan, binding: Binding) -> Any:
        bound = dict(zip(plan.variables, binding, strict=True))
        values = []
        for lines, exception in ((plan.typed.when, False), (plan.typed.unless, True)):
            for line in lines:
                value = judge.value(line.tree, bound)
                values.append(negation(value) if exception else value)
                if values[-1] is False:
                    return False
        return junction("and", values)


def _tried(plan: RulePlan, case: CaseView, only: Focus | None) -> Iterator[Binding]:
    """Every combination of the rule's elements; ``only`` in place of those that it is indexed by."""
    collection = plan.trigger.collection
    for element in getattr(case, collection) if only is None else only.get(collection, ()):
        yield from bindings(plan, case, (element,))


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
