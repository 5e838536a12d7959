"""Breaches: what violated obligations add to the facts, for reparation rules to be tried on.

Whether the duty is still owed is said as of the moment for which a rule is judged: what is done later does
not undo what the breach brought about.
"""

from __future__ import annotations

from typing import Any

from policy.decide.decision import ENDED, Obligation
from policy.decide.others import ends_a_day
from policy.facts.paths import key_of
from policy.facts.views import VIEWS, BreachView
from policy.pack.model import Force, Modality

_BREACH = VIEWS["Breach"]


def breaches_of(obligations: list[Obligation]) -> list[BreachView]:
    """A breach for each bearer of each violated obligation, as it was when it came about.

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


def _spells(obligation: Obligation, at: int) -> tuple[tuple[int, int | None], ...]:
    """From when to when it was violated and owed: not once it ended or was excused, nor while suspended."""
    standing, excused = obligation.standing, obligation.excused
    over = standing.at if standing.state in ENDED else None
    if excused is not None and standing.violated_at is None:
        over = excused[1]
    found: list[tuple[int, int | None]] = []
    since: int | None = at
    for start, end in obligation.held:
        if since is None or (over is not None and start >= over):
            break
        if since < start:
            found.append((since, start))
        since = end if end is None else max(since, end)
    if since is not None and (over is None or since < over):
        found.append((since, over))
    return tuple(found)


def _breach(obligation: Obligation, bearer: str, at: int) -> BreachView:
    breach: Any = _BREACH()
    breach.spells, breach.unclear = _spells(obligation, at), obligation.unclear
    breach.variants = {breach.owed_at(at): breach}
    values = {
        "id": breach_id(obligation.id, bearer),
        "obligation": obligation.id,
        "rule": obligation.rule,
        "action": obligation.plan.rule.action,
        "at": at,
        "owed": breach.owed_at(at),
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
    found: BreachView = breach
    return found
