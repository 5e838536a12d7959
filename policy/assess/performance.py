"""How one obligation was performed, as the counts of an assessment read it."""

from __future__ import annotations

from policy.decide.decision import Obligation, State
from policy.facts.views import VIEWS, View
from policy.pack.model import Force

RELEASED = frozenset((State.DISCHARGED, State.SUSPENDED, State.TERMINATED))
"""States in which nothing is owed, and nothing was done."""


def performance(obligation: Obligation, bearer: str) -> View:
    """The ``Performance`` of an obligation by one of its bearers.

    Where facts leave its state open, everything that depends on it is unknown: not done in time, and not
    late either.
    """
    view = VIEWS["Performance"]()
    rule, standing = obligation.plan.rule, obligation.standing
    values = {
        "id": obligation.id,
        "rule": rule.id,
        "bearer": bearer,
        "action": rule.action,
        "at": obligation.arose_at,
        "due": obligation.due.nanos if obligation.due is not None else None,
        "about": obligation.about,
        "bearer_unit": obligation.bearer_unit,
        "concerns_unit": obligation.concerns_unit,
        "binding": rule.force is Force.BINDING,
    }
    if standing.state is not State.UNDETERMINED:
        values |= {
            "violated": standing.violated_at is not None,
            "owed": standing.state is State.OVERDUE,
            "fulfilled": standing.state in (State.FULFILLED, State.FULFILLED_LATE),
            "late": standing.state is State.FULFILLED_LATE,
            "released": standing.state in RELEASED,
        }
    for name, value in values.items():
        if value is not None:
            setattr(view, name, value)
    return view
