"""What a pack lets count as a fact (视为): an event, a service, a state of a party.

A rule with ``Rule.deemed`` lays nothing on anybody. It rests on another rule's duty that is breached or whose
time has passed, or on a period of its own within which no act came; then the fact counts as a told one.
Of its rule ``bearer``, ``counterparty`` and ``concerns`` are the event's actor, to and concerning;
``fulfilled_by`` are the acts that keep it from counting, ``discharged_by`` told facts that take it away,
``violated_by`` those that are only pointed out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from policy.pack.model import Expression


class FactKind(StrEnum):
    """What counts as a fact."""

    EVENT = "event"
    SERVICE = "service"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Deemed:
    """``code``: the type of the event, the trait, or (of a service) the variable that holds the document.

    ``base``: the rule whose duty it rests on, by ``passing`` of its due time, else by its breach; empty where
    it has elements, conditions and a period of its own. ``values``: expressions by the names of a rule's
    effects. It counts from ``fact_at``, where that is given, else from when the period was over.
    """

    kind: FactKind
    code: str
    base: str
    passing: bool
    matter: str
    result: str
    values: tuple[tuple[str, Expression], ...]
    of_bearer: frozenset[str] = frozenset()
    """Of ``actor``, ``to`` and ``concerning`` those that are the bearer of the duty, and its unit."""
