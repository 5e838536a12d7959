"""Grounds: of a rule with alternatives, which ones held; their clauses are cited, the others' are not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policy.decide.arisen import Arisen
from policy.engines.conditions import evaluator
from policy.program.program import FALLBACK
from policy.program.typed import TypedCondition


def basis_of(arisen: Arisen) -> tuple[str, ...]:
    """The clauses of the rule and of the grounds that held when it arose, each once."""
    rule = arisen.hit.plan.rule
    held = [ground for line in arisen.hit.plan.typed.when for ground in _held(arisen, line.alternatives)]
    if not held:
        return rule.basis
    return tuple(dict.fromkeys((*rule.basis, *(clause for ground in held for clause in ground.source.basis))))


def _held(arisen: Arisen, alternatives: Iterable[TypedCondition]) -> list[TypedCondition]:
    held = []
    for ground in alternatives:
        if holds(arisen, ground):
            held += [ground, *_held(arisen, ground.alternatives)]
    return held


def holds(arisen: Arisen, ground: TypedCondition) -> bool:
    """Whether an alternative held; one that missing facts leave open did not."""
    program, plan, binding = arisen.hit
    bound: dict[str, Any] = dict(zip(plan.variables, binding, strict=True))
    part = program.part(ground.tree, bound)
    try:
        return part.function(arisen.view, *[bound[name] for name in part.names]) is True
    except FALLBACK:
        three = evaluator(program, arisen.view)
        return three.value(ground.tree, {name: three.ref(e) for name, e in bound.items()}) is True
