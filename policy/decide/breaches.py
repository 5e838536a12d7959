"""Breaches: what violated obligations add to the facts, for reparation rules to be tried on."""

from __future__ import annotations

from typing import Any

from policy.decide.decision import Obligation, State
from policy.decide.others import ends_a_day
from policy.facts.paths import key_of
from policy.facts.views import VIEWS
from policy.pack.model import Force, Modality

_BREACH = VIEWS["Breach"]


def breaches_of(obligations: list[Obligation]) -> list[Any]:
    """A breach for each bearer of each violated obligation.

    A permission cannot be violated, and what a report merely describes binds no one. A breach that was
    excused later is one all the same: what followed from it was owed until then.
    """
    return [
        _breach(obligation, bearer, at)
        for obligation in obligations
        if (at := violated_at(obligation)) is not None and _breachable(obligation)
        for bearer in obligation.bearers or ("",)
    ]


def violated_at(obligation: Obligation) -> int | None:
    """When it was violated, were it excused later; None where it never was."""
    violated = obligation.standing.violated_at
    return obligation.excused[0] if violated is None and obligation.excused is not None else violated


def breach_id(obligation: str, bearer: str) -> str:
    """The id of the breach of an obligation by one of its bearers."""
    return f"{obligation}:{bearer}" if bearer else obligation


def _breachable(obligation: Obligation) -> bool:
    rule = obligation.plan.rule
    return rule.modality is not Modality.PERMISSION and rule.force is not Force.REPORTED


def _breach(obligation: Obligation, bearer: str, at: int) -> Any:
    breach = _BREACH()
    values = {
        "id": breach_id(obligation.id, bearer),
        "obligation": obligation.id,
        "rule": obligation.rule,
        "action": obligation.plan.rule.action,
        "at": at,
        "owed": obligation.standing.state is State.OVERDUE,
        "about": obligation.about,
        "trigger": key_of(obligation.trigger),
        "concerns": obligation.concerns,
        "unit": obligation.bearer_unit,
    }
    if bearer:
        values["bearer"] = bearer
    for name, value in values.items():
        setattr(breach, name, value)
    if ends_a_day(obligation) and obligation.due is not None and obligation.due.nanos == breach.at:
        breach.closing = True  # 逾期后3个工作日: the day that ends is the one that is not counted (art. 85)
    return breach
