"""What triggers a rule: the variable it is indexed by, the codes it waits for, the order of its loops.

A rule that waits for an event of a type costs nothing in a case without such an event. The index variable is
the one with the rarest elements (breach, event, request, document, before property and party) whose
discriminating field a condition compares with literal codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy.expr.tree import Call, Const, Field, ListOf, Node, TermCall, Var, conjuncts
from policy.facts.views import DISCRIMINATORS
from policy.program.typed import TypedCondition, TypedRule, TypedTerm

_RARITY = {"breaches": 0, "events": 1, "requests": 2, "documents": 3, "properties": 4, "parties": 5}


@dataclass(frozen=True, slots=True)
class Trigger:
    """``collection`` whose elements it is tried for, ``codes`` it waits for (empty: any), loop ``order``.

    ``implied`` are the conditions that the index already settles.
    """

    collection: str
    codes: tuple[str, ...]
    order: tuple[str, ...]
    implied: tuple[TypedCondition, ...]


def trigger_of(rule: TypedRule) -> Trigger:
    """The trigger of a rule; its first variable always runs over a list of the case or ``breaches``."""
    candidates = []
    for position, binding in enumerate(rule.source.each):
        owner, _, collection = binding.path.rpartition(".")
        if owner not in ("", "case"):
            continue
        codes, implied = _codes(rule, binding.name, DISCRIMINATORS[collection])
        candidates.append(
            (not codes, _RARITY[collection], position, binding.name, collection, codes, implied)
        )
    # Breaches are derived after the other rules: a rule over breaches is tried when there are new ones.
    candidates = [c for c in candidates if c[4] == "breaches"] or candidates
    _, _, _, name, collection, codes, implied = min(candidates, key=lambda c: c[:3])
    return Trigger(collection, codes, _order(rule, name), implied)


def _order(rule: TypedRule, first: str) -> tuple[str, ...]:
    """The index variable, then the others as written (a nested list follows its owner by then)."""
    return (first, *(b.name for b in rule.source.each if b.name != first))


def _codes(rule: TypedRule, variable: str, field: str) -> tuple[tuple[str, ...], tuple[TypedCondition, ...]]:
    found: set[str] | None = None
    implied = []
    for condition in rule.when:
        parts = conjuncts(condition.tree)
        for part in parts:
            codes = literal_codes(part, variable, field)
            if codes is not None:
                found = codes if found is None else found & codes
                if len(parts) == 1:
                    implied.append(condition)
    if not found:
        return (), ()  # no literal codes, or contradictory ones: then the conditions themselves say no
    return tuple(sorted(found)), tuple(implied)


def literal_codes(node: Node, variable: str, field: str) -> set[str] | None:
    """The codes a condition such as ``x.type == "a"`` or ``x.type in ["a", "b"]`` allows."""
    if not isinstance(node, Call) or node.op not in ("equals", "in_list"):
        return None
    one, other = node.args
    if node.op == "equals" and isinstance(one, Const):
        one, other = other, one
    if not (
        isinstance(one, Field)
        and one.name == field
        and isinstance(one.operand, Var)
        and one.operand.name == variable
    ):
        return None
    if isinstance(other, Const):
        return {str(other.value)}
    if isinstance(other, ListOf) and all(isinstance(item, Const) for item in other.items):
        return {str(item.value) for item in other.items if isinstance(item, Const)}
    return None


def one_kind(
    lines: Sequence[TypedCondition],
    variable: str,
    terms: Mapping[str, TypedTerm],
) -> bool:
    """Whether the lines, or the terms that they call, allow the state in ``variable`` one kind only."""
    return _one_kind(lines, variable, terms, set())


def _one_kind(
    lines: Sequence[TypedCondition],
    variable: str,
    terms: Mapping[str, TypedTerm],
    seen: set[tuple[str, str]],
) -> bool:
    """``seen``: terms and parameters that have been looked at, and do not."""
    for part in (part for line in lines for part in conjuncts(line.tree)):
        codes = literal_codes(part, variable, "kind")
        if codes is not None and len(codes) == 1:
            return True
        if not isinstance(part, TermCall) or part.term not in terms:
            continue
        term = terms[part.term]
        for (name, _), argument in zip(term.params, part.args, strict=True):
            if not isinstance(argument, Var) or argument.name != variable or (part.term, name) in seen:
                continue
            seen.add((part.term, name))
            if _one_kind(term.conditions, name, terms, seen):
                return True
    return False
