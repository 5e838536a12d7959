"""What a rule that applies puts on whom: its bearer, counterparty, subject and deadline, for one binding.

Hit --generated function, else three-valued--> Effects --due plan--> Due
"""

from __future__ import annotations

from typing import Any, NamedTuple

from policy.calendar import Calendar
from policy.deadline import Due
from policy.decision import moment_of
from policy.engines.three import Evaluator
from policy.engines.unknowns import Failure, Unknown
from policy.facts.views import CaseView
from policy.matching import Hit, evaluator
from policy.program.build import FALLBACK
from policy.program.codegen import EFFECTS
from policy.program.dues import DuePlan


class Effects(NamedTuple):
    """Computed values of a rule; ``missing`` are (effect, facts) that are absent. Moments are nanoseconds."""

    bearers: tuple[str, ...]
    bearer_party: str
    bearer_unit: str
    counterparties: tuple[str, ...]
    counterparty_party: str
    about: str
    start: int | None
    moment: int | None
    missing: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def missing_for(self, *names: str) -> tuple[str, ...]:
        """The facts missing for these effects, sorted."""
        return tuple(sorted({path for name, paths in self.missing if name in names for path in paths}))


def effects_of(hit: Hit, case: CaseView) -> Effects | Failure:
    """The effects of a rule for its elements, or its evaluation error (also where no body would bear it)."""
    try:
        effects = Effects(*hit.plan.effect(case, *hit.binding))
    except FALLBACK:
        slow = _slowly(hit, evaluator(hit.program, case))
        if isinstance(slow, Failure):
            return slow
        effects = slow
    return Failure("no_bearer") if _nobody(effects) else effects


def _nobody(effects: Effects) -> bool:
    """Whether no body and no party would bear it, and no fact is missing that could tell."""
    if effects.bearers:
        return "" in effects.bearers
    return not (effects.bearer_party or effects.missing_for("bearer", "bearer_party"))


def _slowly(hit: Hit, three: Evaluator) -> Effects | Failure:
    rule = hit.plan.rule
    values: dict[str, Any] = dict.fromkeys(EFFECTS, "")
    values |= {
        "bearer": rule.bearer.bodies,
        "counterparty": rule.counterparty.bodies,
        "start": None,
        "moment": None,
    }
    bound = {name: three.ref(e) for name, e in zip(hit.plan.variables, hit.binding, strict=True)}
    missing = []
    for name, tree in sorted(hit.plan.typed.effects.items()):
        value = three.value(tree, bound)
        if isinstance(value, Failure):
            return value
        if isinstance(value, Unknown):
            missing.append((name, tuple(sorted(value.missing))))
        else:
            values[name] = (value,) if name in ("bearer", "counterparty") else value
    return Effects(*(values[name] for name in EFFECTS))._replace(missing=tuple(missing))


def due_of(plan: DuePlan | None, effects: Effects, calendar: Calendar) -> tuple[Due | None, tuple[str, ...]]:
    """When it is due, and the facts missing to say so. Raises ``DeadlineError``."""
    if plan is None:
        return None, ()
    start = moment = None
    if plan.needs_moment:
        if effects.moment is None:
            return None, effects.missing_for("moment")
        moment = moment_of(effects.moment)
    if plan.needs_start:
        if effects.start is None:
            return None, effects.missing_for("start")
        start = moment_of(effects.start)
    return plan.count(start, moment, calendar), ()
