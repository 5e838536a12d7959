"""What a decision says of a rule: the obligation and its id, that facts are missing, that it failed."""

from __future__ import annotations

from collections.abc import Iterable

from policy.decide.amounts import Number
from policy.decide.arisen import Arisen
from policy.decide.clocks import Reckoned
from policy.decide.decision import (
    Obligation,
    RuleError,
    Standing,
    Undetermined,
)
from policy.decide.grounds import basis_of
from policy.decide.lifecycle import Owed
from policy.engines import Effects, Hit
from policy.engines.protocol import Binding
from policy.facts.timeline import time_of
from policy.money import Amount
from policy.program.plan import RulePlan
from policy.time.deadline import Due

Sums = tuple[Amount | None, tuple[Number, ...]]
"""The amount and the numbers of things of an obligation."""


def obligation_of(
    arisen: Arisen,
    effects: Effects,
    owed: Owed,
    due: Due | None,
    sums: Sums,
    reckoned: Reckoned,
    standing: Standing,
) -> Obligation:
    """The obligation of a rule that arose, of all that was worked out for it."""
    program, plan, binding = arisen.hit
    bound = tuple([element.path for element in binding])
    trigger = binding[plan.trigger_position]
    breach = next((element for element in binding if element.collection == "breaches"), None)
    return Obligation(
        owed.identity,
        program,
        plan,
        owed.bearers,
        effects.bearer_party,
        owed.bearer_unit,
        effects.counterparties,
        effects.counterparty_party,
        effects.about,
        effects.concerns,
        effects.concerns_unit,
        bound,
        trigger.path,
        time_of(trigger),
        arisen.at,
        due,
        reckoned.missing,
        *sums,
        effects.missing_for(*_WHO) if effects.missing else (),
        standing,
        basis_of(arisen),
        None if breach is None else (breach.obligation, breach.rule, getattr(breach, "bearer", "")),
        None,
        reckoned.uncounted,
        reckoned.moved_by,
    )


def identity_of(case: str, plan: RulePlan, binding: Binding, own: tuple[str, ...]) -> str:
    """The id of an obligation: of its rule, its case, what it is bound to, and its own bearer and unit."""
    named = [name for element in binding if (name := element.identity)]
    named += [binding[n].kind for n in plan.kinds if not binding[n].identity]
    return obligation_id(case, plan, (*named, *own))


def obligation_id(case: str, plan: RulePlan, named: Iterable[str]) -> str:
    """The id of the obligation that a rule gives on a case, of what ``named`` names: paths, bearer, unit."""
    state = plan.identity.copy()
    state.update("\0".join((case, *named)).encode())
    return "ob-" + str(state.hexdigest())


def undetermined_of(found: Hit, missing: tuple[str, ...]) -> Undetermined:
    """The entry of a rule that missing facts keep undecided."""
    return Undetermined(found.program, found.plan, tuple(e.path for e in found.binding), missing)


def error_of(found: Hit, reason: str) -> RuleError:
    """The entry of a rule whose evaluation failed."""
    return RuleError(_LIMITS.get(reason, "LNK418"), reason, found.plan, tuple(e.path for e in found.binding))


_LIMITS = {"too_many_steps": "LNK823", "chain_too_long": "LNK824"}
"""Codes of rules that a limit left unfinished; any other reason is an evaluation error."""


_WHO = (
    "bearer",
    "bearer_party",
    "bearer_unit",
    "counterparty",
    "counterparty_party",
    "about",
    "concerns",
    "concerns_unit",
)
