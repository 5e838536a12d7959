"""How one obligation was performed, as the figures of an assessment read it."""

from __future__ import annotations

from linkage.v1 import facts_pb2
from policy.assess.outcome import DONE, is_early, outcome
from policy.decide.decision import Obligation
from policy.facts.paths import element
from policy.facts.views import VIEWS, View
from policy.pack.model import Force


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
    violated = standing.violated_at
    found = outcome(standing.state, violated is not None, is_early(violated, due))
    if found is not None:
        values |= found._asdict()
        values["done"] = standing.at if standing.state in DONE else None
    for name, value in values.items():
        if value is not None:
            setattr(view, name, value)
    return view


def matter_of(obligation: Obligation, case: facts_pb2.Case) -> str:
    """The matter of the request that it is bound to, or ""."""
    return next((one.matter for one in case.requests if element("requests", one.id) in obligation.bound), "")
