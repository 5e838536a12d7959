"""The compiled engine, the default: generated functions first, three-valued logic for what they leave open.

case view --generated functions--> hits (rule, elements)
                    +--> open ones --three-valued engine--> hits, undetermined, errors
"""

from __future__ import annotations

from typing import Any

from policy.engines.conditions import condition, effects_by, evaluator, settled, sort_out
from policy.engines.protocol import Binding, Doubt, Effects, Focus, Hit, Matches, bindings
from policy.engines.three import Evaluator
from policy.engines.unknowns import Failure
from policy.facts.reading import FactsError, Violation
from policy.facts.views import CaseView
from policy.program.plan import MatcherPlan, Selection
from policy.program.program import FALLBACK, PackProgram

_NONE: tuple[Any, ...] = ()
_new = tuple.__new__
"""A named tuple's own constructor takes twice as long."""

MAX_HITS = 10_000
"""Most obligations of one decision."""


class Compiled:
    """Runs the functions that the program generated."""

    name = "compiled"

    def matches(
        self, program: PackProgram, case: CaseView, selection: Selection, only: Focus | None = None
    ) -> Matches:
        """The rules that wait for the codes of the case's elements; others cost nothing."""
        hits: list[tuple[int, Binding]] = []
        odd: list[tuple[int, Binding]] = []
        hit, note = hits.append, odd.append
        for entry in selection.index:
            field, by_code, always = entry.field, entry.by_code, entry.always
            elements = getattr(case, entry.collection) if only is None else only.get(entry.collection, _NONE)
            for element in elements:
                for function in by_code.get(getattr(element, field), _NONE):
                    function(case, element, hit, note)
                for function in always:
                    function(case, element, hit, note)
        if len(hits) > MAX_HITS:
            args = (("count", str(len(hits))), ("limit", str(MAX_HITS)))
            raise FactsError((Violation("case", "LNK822", args),))
        plans = program.plans
        result = Matches([_new(Hit, (program, plans[number], binding)) for number, binding in hits], [], [])
        if odd:
            _settle(program, case, odd, result)
        return result

    def effects(self, hit: Hit, case: CaseView) -> Effects | Failure:
        """By the rule's generated function."""
        try:
            return _new(Effects, hit.plan.effect(case, *hit.binding))
        except FALLBACK:
            three = evaluator(hit.program, case)
            bound = _references(three, hit)
            return effects_by(hit, lambda tree: three.value(tree, bound))

    def ends(self, matcher: MatcherPlan, hit: Hit, case: CaseView, event: Any) -> bool | Doubt | Failure:
        """By the matcher's generated function."""
        predicate = matcher.predicate
        if predicate is None:
            return True
        try:
            return predicate(case, *hit.binding, event)
        except FALLBACK:
            return _resolved(matcher, hit, case, event)


def _settle(program: PackProgram, case: CaseView, odd: list[tuple[int, Binding]], result: Matches) -> None:
    three = evaluator(program, case)
    for number, prefix in odd:
        plan = program.plans[number]
        for binding in bindings(plan, case, prefix):
            found = Hit(program, plan, binding)
            sort_out(found, settled(condition(three, program, plan, binding)), result)


def _references(three: Evaluator, hit: Hit) -> dict[str, Any]:
    return {name: three.ref(e) for name, e in zip(hit.plan.variables, hit.binding, strict=True)}


def _resolved(matcher: MatcherPlan, hit: Hit, case: CaseView, event: Any) -> bool | Doubt | Failure:
    """A matcher that known facts do not settle."""
    if matcher.typed.predicate is None:
        return True
    three = evaluator(hit.program, case)
    bound = _references(three, hit) | {"done": three.ref(event)}
    return settled(three.value(matcher.typed.predicate, bound))
