"""How a checked pack becomes a program: typed, made source, run, planned, indexed.

Pack --typed_pack--> TypedPack --source_of--> text --compile--> PackProgram
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from types import CodeType
from typing import Any

from policy.expr.ops import HELPERS, Absent
from policy.facts.views import TIME_FIELDS
from policy.pack.clock import Given
from policy.pack.deadline import Deadline
from policy.pack.model import Pack, Rule
from policy.pack.vocabulary import Vocabulary
from policy.program.amounts import amount_plan, quantity_plan
from policy.program.codegen import Generated, source_of
from policy.program.cost import LOADED_STEPS
from policy.program.dues import DuePlan, due_plan
from policy.program.moves import moves_of
from policy.program.plan import (
    ClockPlan,
    MatcherPlan,
    PausePlan,
    RulePlan,
    selection_of,
)
from policy.program.program import FALLBACK, PackProgram
from policy.program.strata import MAX_STRATA, circle_of
from policy.program.trigger import Trigger, one_kind, trigger_of
from policy.program.typed import TypedMatcher, TypedPack, TypedRule, TypedTerm
from policy.program.typer import typed_pack
from policy.text.diagnostics import Faults
from policy.time.period import Period

_NONE: Mapping[str, RulePlan] = {}
_BUILTINS = {"sum": sum, "len": len}


def program_of(
    pack: Pack, vocabulary: Vocabulary, faults: Faults, known: Mapping[str, RulePlan] = _NONE
) -> PackProgram:
    """Types and compiles ``pack``. Faults of expressions go to ``faults``; such rules are left out.

    A rule that might take too many steps on a large case is a fault. ``known``: plans of rules, by their ids,
    that were made before of the same rules, under the same terms and declarations.
    """
    typed = {name: plan.typed for name, plan in known.items()}
    program = compiled(typed_pack(pack, vocabulary, faults, typed), known)
    check_program(program, faults, known)
    return program


def check_program(program: PackProgram, faults: Faults, known: Collection[str] = ()) -> None:
    """No circle (LNK559) and no long chain (LNK343) of deemed facts; no rule that takes too long (LNK432).

    ``known``: rules that take no longer than they did when that was looked at.
    """
    if circle := circle_of(program.plans, program.terms, program.vocabulary):
        first = program.by_rule[circle[0]]
        faults.add("LNK559", first.rule.span, circle=" → ".join([*circle, circle[0]]))
    elif (levels := max(program.strata.values(), default=0)) > MAX_STRATA:
        last = max(program.strata, key=lambda number: (program.strata[number], -number))
        span = program.plans[last].rule.span
        faults.add("LNK343", span, name=program.plans[last].id, count=str(levels), limit=str(MAX_STRATA))
    for plan in program.plans:
        if plan.id not in known and (steps := program.most_steps(plan)) > LOADED_STEPS:
            count, limit = (f"{steps:,}" if steps < 10**15 else f"{steps:.0e}", f"{LOADED_STEPS:,}")
            faults.add("LNK432", plan.rule.span, name=plan.id, count=count, limit=limit)


def with_pack(program: PackProgram, pack: Pack) -> PackProgram:
    """The program for the same rules with other parameters, of the same types: those of ``pack``."""
    rules = tuple(plan.typed for plan in program.plans)
    terms = tuple(program.terms.values())
    typed = TypedPack(pack, program.vocabulary, terms, rules, program.counts, program.units)
    return compiled(typed, program.by_rule)


def compiled(typed: TypedPack, known: Mapping[str, RulePlan] = _NONE) -> PackProgram:
    """The program of a typed pack; ``known``: plans of the same typed rules, by their ids."""
    pack = typed.source
    pairs = [(rule, trigger_of(rule)) for rule in typed.rules]
    params = {name: parameter.value for name, parameter in pack.parameters.items()}
    generated = source_of(typed.terms, pairs, params)
    namespace = _run(generated, f"<{pack.district} {pack.version}>")
    terms = {term.source.name: term for term in typed.terms}
    plans = tuple(
        _plan(number, rule, trigger, namespace, typed, terms, known)
        for number, (rule, trigger) in enumerate(pairs)
    )
    # What rests on another rule's duty is never tried: that duty's elements are its own.
    tried = [plan for plan in plans if plan.rule.deemed is None or not plan.rule.deemed.base]
    breaching = [plan for plan in tried if plan.trigger.collection == "breaches"]
    others = [plan for plan in tried if plan.trigger.collection != "breaches"]
    return PackProgram(
        pack,
        typed.vocabulary,
        {term.source.name: term for term in typed.terms},
        plans,
        selection_of([plan for plan in others if _alone(plan)], namespace),
        selection_of([plan for plan in others if not _alone(plan)], namespace),
        selection_of([plan for plan in others if not _alone(plan) and _waits(plan)], namespace),
        selection_of([plan for plan in breaching if _alone(plan)], namespace),
        selection_of([plan for plan in breaching if not _alone(plan)], namespace),
        selection_of([plan for plan in breaching if not _alone(plan) and _waits(plan)], namespace),
        typed.counts,
        typed.units,
        generated,
        namespace,
    )


def _run(generated: Generated, name: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {
        "__builtins__": _BUILTINS,
        "FALLBACK": FALLBACK,
        "absent": _absent,
        **HELPERS,
    }
    for piece in generated.pieces():
        exec(_code(piece, name), namespace)  # noqa: S102 - our own text; user text enters it only as repr() of constants
    return namespace


@lru_cache(maxsize=256)
def _code(piece: str, name: str) -> CodeType:
    """Most pieces of a pack are the same under other values of its parameters, or after a change."""
    return compile(piece, name, "exec", dont_inherit=True)


def _absent() -> Any:
    raise Absent


def _plan(
    number: int,
    rule: TypedRule,
    trigger: Trigger,
    namespace: Mapping[str, Any],
    typed: TypedPack,
    terms: Mapping[str, TypedTerm],
    known: Mapping[str, RulePlan],
) -> RulePlan:
    source, pack = rule.source, typed.source
    before = known.get(source.id)
    variables = tuple(binding.name for binding in source.each)
    return RulePlan(
        number,
        source.id,
        source,
        rule,
        trigger,
        variables,
        variables.index(source.trigger),
        TIME_FIELDS.get(rule.element[source.trigger], ""),
        namespace[f"e{number}"],
        _matchers(f"m{number}_f", rule.fulfilled_by, namespace),
        _matchers(f"m{number}_d", rule.discharged_by, namespace),
        _matchers(f"m{number}_v", rule.violated_by, namespace),
        _due(source, pack),
        amount_plan(source.amount, pack.parameters, source.basis) if source.amount is not None else None,
        tuple(quantity_plan(quantity, pack.parameters, source.basis) for quantity in source.quantities),
        _order(source, {rule.id: rule for rule in pack.rules}),
        frozenset(
            event
            for matcher in (*rule.fulfilled_by, *rule.discharged_by, *rule.violated_by)
            if matcher.collection == "events"
            for event in matcher.codes
        ),
        any(
            matcher.collection != "events"
            for matcher in (*rule.fulfilled_by, *rule.discharged_by, *rule.violated_by)
        ),
        tuple(n for n, name in enumerate(variables) if rule.element[name] in TIME_FIELDS),
        frozenset(b.path.rsplit(".", 1)[-1] for b in source.each if rule.element[b.name] in TIME_FIELDS),
        moves_of(rule, terms, typed.vocabulary) if before is None else before.moves,
        hashlib.blake2b(f"{pack.district}\0{source.id}\0".encode(), digest_size=16),
        tuple(
            n
            for n, name in enumerate(variables)
            if rule.element[name] == "Status" and not one_kind(rule.when, name, terms)
        ),
        _clock(source, pack, _matchers(f"m{number}_c", rule.clocked, namespace)),
    )


def _due(rule: Rule, pack: Pack) -> DuePlan | None:
    """How its deadline is counted; it rests on the clauses of what moves it, too."""
    if rule.deadline is None:
        return None
    plan = due_plan(rule.deadline, pack.parameters, rule.basis, pack.office_hours)
    moving = [clause for part in (rule.clock, rule.extension) if part is not None for clause in part.basis]
    return replace(plan, basis=tuple(dict.fromkeys((*plan.basis, *moving)))) if moving else plan


def _clock(rule: Rule, pack: Pack, matchers: tuple[MatcherPlan, ...]) -> ClockPlan | None:
    """What moves the due time; ``matchers`` in the order of ``matchers_of``."""
    clock, extension = rule.clock, rule.extension
    if clock is None and extension is None:
        return None
    waiting = iter(matchers)

    def taken(written: Collection[Any]) -> tuple[MatcherPlan, ...]:
        return tuple(islice(waiting, len(written)))

    pauses: list[PausePlan] = []
    restarts: tuple[MatcherPlan, ...] = ()
    if clock is not None:
        pauses = [PausePlan(taken(p.begins), taken(p.ends), p.again) for p in clock.pauses]
        restarts = taken(clock.restarted_by)
    suspended = None if clock is None else clock.suspended
    plan = ClockPlan(suspended, tuple(pauses), restarts, tuple(waiting), extension, None, None, matchers)
    if extension is None:
        return plan
    original = _period_of(rule.deadline, pack) if rule.deadline is not None else None
    length = extension.length
    if extension.param:
        value = pack.parameters[extension.param].value
        length = None if value is None else Period.parse(str(value))
    elif extension.given is Given.ORIGINAL:
        length = original
    at_most = original if extension.at_most_original else extension.at_most
    return replace(plan, length=length, at_most=at_most)


def _period_of(deadline: Deadline, pack: Pack) -> Period | None:
    """The period of a deadline, or of its parameter."""
    if not deadline.param:
        return deadline.period
    value = pack.parameters[deadline.param].value
    return None if value is None else Period.parse(str(value))


def _order(rule: Rule, rules: Mapping[str, Rule]) -> int:
    """How long the longest chain of duties is that its deadline is counted from; there are no circles."""
    duties = rule.deadline.duties() if rule.deadline is not None else []
    return max((1 + _order(rules[name], rules) for one in duties for name in one.meant), default=0)


def _matchers(
    prefix: str, matchers: tuple[TypedMatcher, ...], namespace: Mapping[str, Any]
) -> tuple[MatcherPlan, ...]:
    return tuple(
        MatcherPlan(
            matcher.codes,
            namespace.get(f"{prefix}_{position}"),
            matcher,
            matcher.collection,
            matcher.by_bearer,
            matcher.end_of,
        )
        for position, matcher in enumerate(matchers)
    )


def _alone(plan: RulePlan) -> bool:
    """Whether its one dated element is what it is indexed by, and it arises when that happens."""
    names = [plan.variables[position] for position in plan.timed]
    return not plan.rule.accrues and names == [plan.trigger.order[0]]


def _waits(plan: RulePlan) -> bool:
    """Whether it may begin to hold because time passes, and nothing else happens."""
    return plan.moves.clocked and (plan.rule.accrues or not plan.timed or "statuses" in plan.lists)
