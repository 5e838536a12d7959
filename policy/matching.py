"""Which rules apply to a case: the compiled engine first, the three-valued one for what it leaves open.

case view --generated functions--> hits (rule, elements)
                    +--> open ones --three-valued engine--> hits, undetermined, errors
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policy.decision import RuleError, Undetermined
from policy.engines.three import Evaluator
from policy.engines.unknowns import Failure, Unknown, junction, negation, settling_facts
from policy.facts.reading import FactsError, Violation
from policy.facts.views import CaseView, View
from policy.program.build import FALLBACK, IndexEntry, PackProgram, RulePlan

Binding = tuple[Any, ...]

_NONE: tuple[Any, ...] = ()

MAX_HITS = 10_000
"""Most obligations of one decision."""
MAX_SETTLED = 5_000
"""Most combinations that one decision settles with three-valued logic; rules beyond report LNK823."""


class Hit(NamedTuple):
    """A rule whose conditions hold for these elements."""

    program: PackProgram
    plan: RulePlan
    binding: Binding


class Matches(NamedTuple):
    """What one round of matching gave."""

    hits: list[Hit]
    undetermined: list[tuple[Hit, tuple[str, ...]]]
    errors: list[tuple[Hit, str]]


def matches(program: PackProgram, case: CaseView, index: tuple[IndexEntry, ...], only: Any = None) -> Matches:
    """Every rule of ``index`` tried on the case; ``only`` restricts the triggering elements to these."""
    hits: list[tuple[int, Binding]] = []
    odd: list[tuple[int, Binding]] = []
    hit, note = hits.append, odd.append
    for entry in index:
        field, by_code, always = entry.field, entry.by_code, entry.always
        for element in getattr(case, entry.collection) if only is None else only:
            for function in by_code.get(getattr(element, field), _NONE):
                function(case, element, hit, note)
            for function in always:
                function(case, element, hit, note)
    if len(hits) > MAX_HITS:
        args = (("count", str(len(hits))), ("limit", str(MAX_HITS)))
        raise FactsError((Violation("case", "LNK822", args),))
    plans = program.plans
    result = Matches([Hit(program, plans[number], binding) for number, binding in hits], [], [])
    if odd:
        _settle(program, case, odd, result)
    return result


def evaluator(program: PackProgram, case: CaseView, tracing: bool = False) -> Evaluator:
    """A three-valued evaluator with the pack's parameters and terms; ``tracing`` keeps the facts it reads."""
    part = None if tracing else program.part
    return Evaluator(case, program.params, program.terms, tracing, part=part)


def _settle(program: PackProgram, case: CaseView, odd: list[tuple[int, Binding]], result: Matches) -> None:
    three = evaluator(program, case)
    left = MAX_SETTLED
    unfinished: set[int] = set()
    for number, prefix in odd:
        plan = program.plans[number]
        for binding in bindings(plan, case, prefix):
            left -= 1
            if left < 0:
                if number not in unfinished:
                    unfinished.add(number)
                    result.errors.append((Hit(program, plan, binding), "too_many_combinations"))
                break
            verdict = condition(three, program, plan, binding)
            found = Hit(program, plan, binding)
            if verdict is True:
                result.hits.append(found)
            elif isinstance(verdict, Failure):
                result.errors.append((found, verdict.reason))
            elif isinstance(verdict, Unknown):
                settled, missing = settling_facts(verdict)
                if settled is None:
                    result.undetermined.append((found, missing))
                elif settled:
                    result.hits.append(found)


def bindings(plan: RulePlan, case: CaseView, prefix: Binding) -> Iterator[Binding]:
    """All bindings of a rule that begin with ``prefix`` in loop order, as tuples in the order of ``each``."""
    order = plan.trigger.order
    if len(order) == 1:
        yield prefix
        return
    paths = {b.name: b.path for b in plan.rule.each}

    def extend(bound: dict[str, View], level: int) -> Iterator[Binding]:
        if level == len(order):
            yield tuple(bound[name] for name in plan.variables)
            return
        owner, _, attribute = paths[order[level]].rpartition(".")
        holder: Any = case if owner in ("", "case") else bound[owner]
        for element in getattr(holder, attribute):
            yield from extend({**bound, order[level]: element}, level + 1)

    yield from extend(dict(zip(order, prefix, strict=False)), len(prefix))


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


def undetermined(found: Hit, missing: tuple[str, ...]) -> Undetermined:
    """The entry of a rule that missing facts keep undecided."""
    return Undetermined(found.program, found.plan, tuple(e.path for e in found.binding), missing)


def failed(found: Hit, reason: str) -> RuleError:
    """The entry of a rule whose evaluation failed."""
    code = "LNK823" if reason == "too_many_combinations" else "LNK418"
    return RuleError(code, reason, found.plan, tuple(e.path for e in found.binding))
