"""What other rules would change of a case: its duties under both, on the same facts and at the same moment.

state under the rules that it stands under, the moment --under--> state under the others
change of a duty --shift_of--> what that means for whoever bears it
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from policy.decide.snapshot import District
from policy.register.advance import Advanced, Asked, Told, advanced
from policy.register.changes import Change
from policy.register.duty import Duty
from policy.register.state import CaseState


class Effect(StrEnum):
    """What other rules make of a duty of which something is, or would be, owed; the first that holds."""

    NEW = "new"
    """It would be owed, and is not."""
    GONE = "gone"
    """It is owed, and would not be."""
    BEARER = "bearer"
    """Somebody else would bear it."""
    MOVED = "moved"
    """It would be due at another time."""
    STATE = "state"
    OTHER = "other"
    """Its clauses, or another part of it, would be different."""


class Shift(NamedTuple):
    """A duty that would be another; ``bodies`` bear it, or would. Moments are ns since 1970 UTC."""

    effect: Effect
    obligation: str
    rule: str
    bodies: tuple[str, ...]
    """An empty one is a party of the case."""
    clauses: tuple[str, ...]
    state: tuple[str | None, str | None]
    """As it is, and as it would be; so the next."""
    due: tuple[int | None, int | None]


def under(district: District, told: Told, state: CaseState, now: int, lead: int) -> Advanced:
    """The case under the rules of ``district``: at most one step, with everything that is different.

    ``state`` is that under the rules it stands under; nothing is due of it by ``now``, so that it is that of
    ``now``. Raises ``FactsError`` for facts that these rules do not read.
    """
    today = state._replace(as_of=now)
    return advanced(district, Asked(told, told, today, False, now, lead))


def _effect_of(change: Change) -> Effect | None:
    """What a change means; None where nothing is owed of the duty, and nothing would be."""
    before, after = _open(change.before), _open(change.after)
    if before is None or after is None:
        return Effect.GONE if before else Effect.NEW if after else None
    if _bearing(before) != _bearing(after):
        return Effect.BEARER
    if before.due_at != after.due_at:
        return Effect.MOVED
    return Effect.STATE if before.state is not after.state else Effect.OTHER


def shift_of(change: Change) -> Shift | None:
    """What a change means, as plain data; None where nothing is owed of the duty, and nothing would be."""
    effect = _effect_of(change)
    if effect is None:
        return None
    before, after, duty = change.before, change.after, change.duty
    bodies = dict.fromkeys(body for side in (before, after) if side is not None for body in side.bearers)
    return Shift(
        effect,
        duty.id,
        duty.rule,
        tuple(bodies) or ("",),
        duty.basis,
        (before and before.state.value, after and after.state.value),
        (before and before.due_at, after and after.due_at),
    )


def _open(duty: Duty | None) -> Duty | None:
    return None if duty is None or duty.ended else duty


def _bearing(duty: Duty) -> tuple[tuple[str, ...], str, str]:
    return duty.bearers, duty.bearer_party, duty.bearer_unit
