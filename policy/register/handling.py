"""Who has a duty in hand, from the events of the case: derived like everything else, so that replay has it.

The vocabulary says by their ``effect`` which events these are: accept_one (接单), return_one (退回),
confirm_one (核单), reject_one (核单不通过), object_one (异议), answer_one (答复异议).
What is owed does not hang on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from policy.decide.decision import Obligation, State
from policy.decide.suspensions import EventEffects
from policy.facts.paths import key_of
from policy.facts.views import CaseView
from policy.pack.model import Modality
from policy.register.duty import Handled, Handling, Progress

_STATUS = {
    "accept_one": Handling.ACCEPTED,
    "return_one": Handling.RETURNED,
    "confirm_one": Handling.CONFIRMED,
    "reject_one": Handling.REJECTED,
}
_OBJECTION = {"object_one": True, "answer_one": False}
_FIRST = {
    "accept_one": "accepted_at",
    "return_one": "returned_at",
    "object_one": "objected_at",
    "reject_one": "rejected_at",
}
EFFECTS = frozenset((*_STATUS, *_OBJECTION))
"""Effects of events that say how a duty is handled."""

_DONE = (State.FULFILLED, State.FULFILLED_LATE)


class Handlers:
    """How the duties of one case are handled at its ``as_of``."""

    def __init__(self, view: CaseView, effects: EventEffects, handlers: Mapping[str, str]) -> None:
        """``handlers``: who took something in hand, by the id of the event."""
        self._handlers = handlers
        self._acts: list[tuple[str, Any]] = []
        for event in view.events:
            effect = effects.by_type.get(event.type, "")
            if effect in EFFECTS and getattr(event, "at", view.as_of + 1) <= view.as_of:
                self._acts.append((effect, event))
        self._acts.sort(key=lambda act: (act[1].at, act[1].path))

    def of(self, obligation: Obligation) -> Handled | None:
        """How one is handled; None for a prohibition or a permission."""
        if obligation.plan.rule.modality is not Modality.OBLIGATION:
            return None
        done = obligation.standing if obligation.standing.state in _DONE else None
        found = Handled(Handling.OPEN)
        for effect, event in self._acts:
            if names(event, obligation):
                found = self._after(found, effect, event)
        if done is None:
            # What was confirmed, and then corrected, is still in hand.
            return found._replace(status=Handling.ACCEPTED) if found.status is Handling.CONFIRMED else found
        if found.status is Handling.CONFIRMED and found.at is not None and found.at >= (done.at or 0):
            return found
        return found._replace(status=Handling.REPORTED, at=done.at, event=done.event, reason="")

    def progress(self, obligation: Obligation) -> Progress | None:
        """When it was first accepted, returned, objected to, rejected; None where it never was."""
        if obligation.plan.rule.modality is not Modality.OBLIGATION:
            return None
        found: dict[str, int] = {}
        for effect, event in self._acts:
            if effect in _FIRST and names(event, obligation):
                found.setdefault(_FIRST[effect], event.at)
        return Progress(**found) if found else None

    def _after(self, found: Handled, effect: str, event: Any) -> Handled:
        """How it is handled after one more event."""
        if effect in _OBJECTION:
            return found._replace(objected_at=event.at if _OBJECTION[effect] else None)
        status, handler = _STATUS[effect], found.handler
        if status is Handling.ACCEPTED:
            handler = self._handlers.get(event.id, "")
        elif status is Handling.RETURNED:
            handler = ""
        reason = getattr(event, "result", "") if status is Handling.RETURNED else ""
        return Handled(status, event.at, event.path, handler, reason, found.objected_at)


def names(event: Any, obligation: Obligation) -> bool:
    """Whether a generic event names the obligation: by its id, or by its rule and what it is bound to."""
    if (named := getattr(event, "obligation", None)) is not None:
        return bool(named == obligation.id)
    if getattr(event, "rule", None) != obligation.rule:
        return False
    about = getattr(event, "about", None)
    return about is None or about in _keys(obligation.bound)


def _keys(paths: Iterable[str]) -> set[str]:
    return {key_of(path) for path in paths}
