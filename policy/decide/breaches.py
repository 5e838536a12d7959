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

    A permission cannot be violated, and what a report merely describes binds no one.
    """
    return [
        _breach(obligation, bearer)
        for obligation in obligations
        if obligation.standing.violated_at is not None and _breachable(obligation)
        for bearer in obligation.bearers or ("",)
    ]


def _breachable(obligation: Obligation) -> bool:
    rule = obligation.plan.rule
    return rule.modality is not Modality.PERMISSION and rule.force is not Force.REPORTED


def _breach(obligation: Obligation, bearer: str) -> Any:
    breach = _BREACH()
    values = {
        "id": f"{obligation.id}:{bearer}" if bearer else obligation.id,
        "obligation": obligation.id,
        "rule": obligation.rule,
        "action": obligation.plan.rule.action,
        "at": obligation.standing.violated_at,
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
