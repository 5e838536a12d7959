"""Conditions of one rule for one combination of elements, by three-valued logic.

Each line is tried compiled; the three-valued engine walks only what missing facts leave open.
"""

from __future__ import annotations

from typing import Any

from policy.engines.protocol import Binding, Doubt
from policy.engines.settling import settling_facts
from policy.engines.three import Evaluator
from policy.engines.unknowns import Failure, Unknown, junction, negation
from policy.facts.views import CaseView
from policy.program.build import FALLBACK, PackProgram, RulePlan


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
