"""How one obligation was performed, as the figures of an assessment read it."""

from __future__ import annotations

from linkage.v1 import facts_pb2
from policy.decide.decision import Obligation, State
from policy.facts.paths import element
from policy.facts.views import VIEWS, View
from policy.pack.model import Force

RELEASING = frozenset((State.DISCHARGED, State.SUSPENDED, State.TERMINATED))
"""States in which nothing is owed, and nothing was done."""
_DONE = frozenset((State.FULFILLED, State.FULFILLED_LATE))


def performance(obligation: Obligation, bearer: str, matter: str = "") -> View:
    """The ``Performance`` of an obligation by one of its bearers; ``matter`` is what was asked for.

    Where facts leave its state open, everything that depends on it is unknown: not done in time, and not
    late either.
    """
    view: View = VIEWS["Performance"].blank()
    rule, standing = obligation.plan.rule, obligation.standing
    due = obligation.due.nanos if obligation.due is not None else None
    values = {
        "id": obligation.id,
        "rule": rule.id,
        "bearer": bearer,
        "action": rule.action,
        "at": obligation.arose_at,
        "due": due,
        "about": obligation.about,
        "bearer_unit": obligation.bearer_unit,
        "concerns_unit": obligation.concerns_unit,
        "binding": rule.force is Force.BINDING,
        "basis": obligation.basis,
        "matter": matter or None,
    }
    if standing.state is not State.UNDETERMINED:
        violated = standing.violated_at
        values |= {
            "violated": violated is not None,
            "owed": standing.state is State.OVERDUE,
            "fulfilled": standing.state in _DONE,
            "late": standing.state is State.FULFILLED_LATE,
            "in_time": standing.state is State.FULFILLED,
            "refused": violated is not None and (due is None or violated < due),
            "released": standing.state in RELEASING,
            "done": standing.at if standing.state in _DONE else None,
        }
    for name, value in values.items():
        if value is not None:
            setattr(view, name, value)
    return view


def matter_of(obligation: Obligation, case: facts_pb2.Case) -> str:
    """The matter of the request that it is bound to, or ""."""
    return next((one.matter for one in case.requests if element("requests", one.id) in obligation.bound), "")
