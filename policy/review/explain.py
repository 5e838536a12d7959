"""Why, and why not: every condition of every rule, its value, and the facts it read.

Case --decide--> Decision
  +--three-valued engine, each rule, each binding--> Explanation
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple

from linkage.v1 import facts_pb2
from policy.decide.decision import Decision
from policy.decide.run import run
from policy.decide.snapshot import District
from policy.decide.tried import combinations, judged
from policy.engines.conditions import condition, evaluator
from policy.engines.protocol import Binding
from policy.engines.settling import settling_facts
from policy.engines.three import Evaluator, Read
from policy.engines.unknowns import Failure, Unknown
from policy.facts.views import CaseView
from policy.pack.model import Condition
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.program.typed import TypedCondition
from policy.review.nearest import Way, nearest

MAX_BINDINGS = 200
"""Most combinations of elements explained for one rule."""


class Outcome(StrEnum):
    """What a rule made of one combination of elements."""

    APPLIES = "applies"
    DOES_NOT_APPLY = "does_not_apply"
    UNDETERMINED = "undetermined"
    ERROR = "error"
    OVERRIDDEN = "overridden"
    NOT_IN_FORCE = "not_in_force"
    NO_TRIGGER = "no_trigger"


class ConditionTrace(NamedTuple):
    """One condition line: ``section`` is when or unless, ``value`` true, false, unknown or error.

    Of a line of alternatives ``alternatives`` says which of them held: the grounds of the obligation.
    """

    section: str
    line: Condition
    value: str
    reads: tuple[Read, ...]
    error: str
    alternatives: tuple[ConditionTrace, ...] = ()


class Explanation(NamedTuple):
    """Why one rule gave what it gave for one combination of elements."""

    program: PackProgram
    plan: RulePlan
    outcome: Outcome
    bound: tuple[str, ...]
    conditions: tuple[ConditionTrace, ...]
    missing: tuple[str, ...]
    obligation: str
    """Id of the obligation it gave, or empty."""
    basis: tuple[str, ...]
    """Clauses of the obligation: of the grounds that held; else those of the rule."""
    displaced_by: str = ""
    """Id of the rule that displaced it, where one did."""
    nearest: Way | None = None
    """What would make it apply, where that was asked for; None: nothing is known to."""


def explain(
    district: District,
    case: facts_pb2.Case,
    as_of: int,
    rules: Collection[str] = (),
    include_untriggered: bool = False,
) -> tuple[Explanation, ...]:
    """Explains ``rules`` (empty: all) on the case; those that nothing could trigger only where asked for.

    Raises ``FactsError`` for a case that cannot be read.
    """
    return explained(district, case, as_of, rules, include_untriggered)[1]


def explained(
    district: District,
    case: facts_pb2.Case,
    as_of: int,
    rules: Collection[str] = (),
    include_untriggered: bool = False,
    near: bool = False,
) -> tuple[Decision, tuple[Explanation, ...]]:
    """The decision and its explanations; ``near``: with what would make rules apply that do not."""
    decision, timeline = run(district, case, as_of)
    known = _Known(decision)
    found: list[Explanation] = []
    for program in district.programs:
        for plan in program.plans:
            if rules and plan.id not in rules:
                continue
            arose = known.arose(program, plan)
            own = [
                _explanation(program, plan, known, *judged(plan, binding, timeline, arose), near)
                for binding in islice(combinations(plan, timeline), MAX_BINDINGS)
            ]
            own += known.left(program, plan, {one.bound for one in own})
            if not own and (rules or include_untriggered):
                own = [Explanation(program, plan, Outcome.NO_TRIGGER, (), (), (), "", plan.typed.clauses)]
            found += own
    return decision, tuple(sorted(found, key=lambda e: (e.plan.id, e.program.pack.version, e.bound)))


class _Known:
    """What the decision says of a rule and its elements."""

    def __init__(self, decision: Decision) -> None:
        self.obligations = {(o.rule, o.program.pack.version, o.bound): o for o in decision.obligations}
        self.undetermined = {
            (u.rule, u.program.pack.version, u.bound): u.missing for u in decision.undetermined
        }
        self.deemed = {
            (d.deemed.rule, d.deemed.version, d.sources) for d in decision.derived if d.deemed is not None
        }
        self._arose = {(o.rule, o.program.pack.version, o.bound): o.arose_at for o in decision.obligations}

    def left(
        self, program: PackProgram, plan: RulePlan, told: Collection[tuple[str, ...]]
    ) -> list[Explanation]:
        """What else the rule leaves open: for elements that are only there if something counts as a fact."""
        version, basis = program.pack.version, plan.typed.clauses
        return [
            Explanation(program, plan, Outcome.UNDETERMINED, bound, (), missing, "", basis)
            for (rule, of, bound), missing in self.undetermined.items()
            if rule == plan.id and of == version and bound not in told and len(told) < MAX_BINDINGS
        ]

    def winner(self, program: PackProgram, plan: RulePlan, binding: Binding) -> str:
        """The first rule that displaces this one and gave a duty for the same trigger; empty: none did."""
        trigger = binding[plan.trigger_position].path
        rules = {o.rule for o in self.obligations.values() if o.trigger == trigger}
        over = (other.id for other in program.plans if plan.id in other.rule.overrides and other.id in rules)
        return min(over, default="")

    def arose(self, program: PackProgram, plan: RulePlan) -> dict[tuple[str, ...], int | None]:
        """When the rule's obligations arose, by what they are bound to."""
        version = program.pack.version
        return {
            bound: at
            for (rule, of, bound), at in self._arose.items()
            if rule == plan.id and of == version and at is not None
        }


def _explanation(
    program: PackProgram, plan: RulePlan, known: _Known, binding: Binding, view: CaseView, near: bool
) -> Explanation:
    three = evaluator(program, view, tracing=True)
    bound = tuple(element.path for element in binding)
    refs = {name: three.ref(element) for name, element in zip(plan.variables, binding, strict=True)}
    traces = [_trace(three, "when", line, refs) for line in plan.typed.when]
    traces += [_trace(three, "unless", line, refs) for line in plan.typed.unless]
    three.reads.clear()
    verdict = condition(three, program, plan, binding)
    key = (plan.id, program.pack.version, bound)
    outcome, missing = _outcome(program, plan, view, binding, verdict, key, known)
    given = known.obligations.get(key)
    basis = plan.typed.clauses if given is None else given.basis
    identity = "" if given is None else given.id
    winner = known.winner(program, plan, binding) if outcome is Outcome.OVERRIDDEN else ""
    lacking = near and outcome in (Outcome.DOES_NOT_APPLY, Outcome.UNDETERMINED)
    way = nearest(three, plan, binding) if lacking else None
    return Explanation(program, plan, outcome, bound, tuple(traces), missing, identity, basis, winner, way)


def _outcome(
    program: PackProgram,
    plan: RulePlan,
    view: CaseView,
    binding: Binding,
    verdict: Any,
    key: tuple[str, str, tuple[str, ...]],
    known: _Known,
) -> tuple[Outcome, tuple[str, ...]]:
    if key in known.obligations or key in known.deemed:
        return Outcome.APPLIES, ()
    at = getattr(binding[plan.trigger_position], plan.time_field, None) if plan.time_field else view.as_of
    if at is not None and (at < program.since or (program.until is not None and at >= program.until)):
        return Outcome.NOT_IN_FORCE, ()
    if key in known.undetermined:
        return Outcome.UNDETERMINED, known.undetermined[key]
    if isinstance(verdict, Unknown):
        settled, missing = settling_facts(verdict)
        if settled is None:
            return Outcome.UNDETERMINED, missing
        verdict = settled
    if isinstance(verdict, Failure):
        return Outcome.ERROR, ()
    if verdict is False or plan.rule.deemed is not None:
        return Outcome.DOES_NOT_APPLY, ()
    # The conditions hold, yet there is no obligation: displaced, or its effects could not be computed.
    return (Outcome.OVERRIDDEN if _displaceable(program, plan) else Outcome.ERROR), ()


def _displaceable(program: PackProgram, plan: RulePlan) -> bool:
    return any(plan.id in other.rule.overrides for other in program.plans)


def _trace(three: Evaluator, section: str, line: TypedCondition, bound: dict[str, Any]) -> ConditionTrace:
    parts = tuple(_trace(three, section, part, bound) for part in line.alternatives)
    three.reads.clear()
    value = three.value(line.tree, bound)
    reads = tuple(dict.fromkeys(three.reads))
    if isinstance(value, Failure):
        return ConditionTrace(section, line.source, "error", reads, value.reason, parts)
    if isinstance(value, Unknown):
        return ConditionTrace(section, line.source, "unknown", reads, "", parts)
    return ConditionTrace(section, line.source, "true" if value else "false", reads, "", parts)
