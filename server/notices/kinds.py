"""What a change is called when it is told: a word of a CloudEvent's type, and of a subscription's kinds."""

from __future__ import annotations

from policy.decide.decision import State
from policy.register import Kind
from server.register.rows import Told

OVERDUE = "overdue"
KINDS: tuple[str, ...] = (*(kind.value for kind in Kind), OVERDUE)
"""Every word: the kinds of changes; and of a change of state that the duty is overdue now."""


def kind_of(told: Told) -> str:
    """The word for a change."""
    before, now = told.state
    if told.kind is Kind.STATE and now is State.OVERDUE and before is not State.OVERDUE:
        return OVERDUE
    return told.kind.value
