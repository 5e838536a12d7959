"""Conditions and effects of one rule for one combination of elements, by three-valued logic.

What every engine does alike with a value that may be unknown or an error stands here once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policy.engines.protocol import Binding, Doubt, Effects, Hit, Matches
from policy.engines.settling import settling_facts
from policy.engines.three import Evaluator
from policy.engines.unknowns import Failure, Unknown, junction, negation
from policy.expr.tree import Node
from policy.facts.views import CaseView
from policy.program.codegen import EFFECTS, MOMENTS, NUMBERS
from policy.program.plan import RulePlan
from policy.program.program import FALLBACK, PackProgram


def evaluator(program: PackProgram, case: CaseView, tracing: bool = False) -> Evaluator:
    """A three-valued evaluator with the pack's parameters and terms; ``tracing`` keeps the facts it reads."""
    part = None if tracing else program.part
    return Evaluator(case, program.params, program.terms, tracing, part=part)


def settled(value: Any) -> bool | Doubt | Failure:
    """What a condition comes to: its value, the facts it waits for, or its evaluation error."""
    if isinstance(value, Unknown):
        known, missing = settling_facts(value)
        return missing if known is None else known
    return value if isinstance(value, Failure) else value is True


def sort_out(found: Hit, verdict: bool | Doubt | Failure, result: Matches) -> None:
    """Puts a rule's combination where its verdict belongs."""
    if isinstance(verdict, Failure):
        result.errors.append((found, verdict.reason))
    elif isinstance(verdict, tuple):
        result.undetermined.append((found, verdict))
    elif verdict:
        result.hits.append(found)


def effects_by(hit: Hit, value: Callable[[Node], Any]) -> Effects | Failure:
    """The effects of a rule, each expression by itself with ``value``; the first error where there is one."""
    rule = hit.plan.rule
    values: dict[str, Any] = dict.fromkeys(EFFECTS, "") | dict.fromkeys((*MOMENTS, *NUMBERS))
    values |= {"bearer": rule.bearer.bodies, "counterparty": rule.counterparty.bodies}
    missing = []
    for name, tree in sorted(hit.plan.typed.effects.items()):
        found = value(tree)
        if isinstance(found, Failure):
            return found
        if isinstance(found, Unknown):
            missing.append((name, tuple(sorted(found.missing))))
        else:
            values[name] = (found,) if name in ("bearer", "counterparty") else found
    return Effects(*(values[name] for name in EFFECTS))._replace(missing=tuple(missing))


def condition(three: Evaluator, program: PackProgram, plan: RulePlan, binding: Binding) -> Any:
    """The rule's whole condition: every ``when`` and no ``unless``.

    Each line is tried compiled; the three-valued engine walks only the lines that missing facts leave open.
    """
    bound: dict[str, Any] = {}
    values = []
    lines = plan.typed.when + plan.typed.unless
    exceptions_from = len(plan.typed.when)
    for position, fast in enumerate(program.lines(plan)):
        try:
            value: Any = fast(three.case, *binding)
        except FALLBACK:
            if not bound:
                bound = {name: three.ref(e) for name, e in zip(plan.variables, binding, strict=True)}
            value = three.value(lines[position].tree, bound)
        if position >= exceptions_from:
            value = negation(value)
        if value is False:
            return False
        values.append(value)
    return junction("and", values)
