"""Two decisions on one case, under two rules, as canonical bytes: the duties that would be others.

An obligation is the same under both where its id is: that of its rule, its case and what triggered it. Which
version of a pack it comes from is no difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from policy.decide.decision import ENDED, State
from policy.register import Effect, Shift
from policy.time.moment import parse_moment

_HEAD_ENDS = b'"obligations":'
"""Before it stand the digests of the rules. No text holds it: a quote within one is escaped."""


class What(StrEnum):
    """What becomes of a duty, as it is counted."""

    NEW = "new"
    GONE = "gone"
    BEARER = "bearer"
    EARLIER = "earlier"
    LATER = "later"
    DUE = "due"
    """It has a due time and would have none, or the other way round."""
    STATE = "state"
    OTHER = "other"


class Difference(NamedTuple):
    """What would be otherwise of a case: duties, and the rules that would not wait for facts any more, or
    would."""

    shifts: tuple[Shift, ...]
    settled: int = 0
    waiting: int = 0


NOTHING = Difference(())


def what_of(shift: Shift) -> What:
    """How a shift is counted."""
    if shift.effect is not Effect.MOVED:
        return What(shift.effect.value)
    before, after = shift.due
    if before is None or after is None:
        return What.DUE
    return What.EARLIER if after < before else What.LATER


def difference_of(before: bytes, after: bytes) -> Difference:
    """What the second decision on a case says otherwise than the first; shifts in the order of rules."""
    if before[before.index(_HEAD_ENDS) :] == after[after.index(_HEAD_ENDS) :]:
        return NOTHING
    old, new = orjson.loads(before), orjson.loads(after)
    was = {duty["id"]: duty for duty in old["obligations"]}
    now = {duty["id"]: duty for duty in new["obligations"]}
    found = []
    for identity in was.keys() | now.keys():
        shift = _shift(was.get(identity), now.get(identity))
        if shift is not None:
            found.append(shift)
    found.sort(key=lambda shift: (shift.rule, shift.obligation))
    open_before, open_after = _waiting(old), _waiting(new)
    return Difference(tuple(found), len(open_before - open_after), len(open_after - open_before))


def _waiting(decision: Mapping[str, Any]) -> set[tuple[str, ...]]:
    return {(rule, *bound) for rule, bound, _ in decision["undetermined"]}


_Duty = Mapping[str, Any]


def _shift(was: _Duty | None, now: _Duty | None) -> Shift | None:
    effect = _effect(_open(was), _open(now))
    told = now or was
    if effect is None or told is None:
        return None
    bodies = dict.fromkeys(body for one in (was, now) if one is not None for body in one["bearers"])
    return Shift(
        effect,
        told["id"],
        told["rule"],
        tuple(bodies) or ("",),
        tuple(told["basis"]),
        (_state(was), _state(now)),
        (_due(was), _due(now)),
    )


def _effect(was: _Duty | None, now: _Duty | None) -> Effect | None:
    """As ``policy.register`` has it of a case of the register."""
    if was is None or now is None:
        return None if was is now else Effect.GONE if now is None else Effect.NEW
    if any(was[name] != now[name] for name in ("bearers", "bearer_party", "bearer_unit")):
        return Effect.BEARER
    if _due_text(was) != _due_text(now):
        return Effect.MOVED
    if was["state"][0] != now["state"][0]:
        return Effect.STATE
    return None if all(was[name] == now[name] for name in _OTHER) else Effect.OTHER


_OTHER = ["basis", "modality", "force", "action", "counterparties", "counterparty_party", "amount", "numbers"]


def _open(duty: _Duty | None) -> _Duty | None:
    return None if duty is None or State(duty["state"][0]) in ENDED else duty


def _state(duty: _Duty | None) -> str | None:
    return None if duty is None else str(duty["state"][0])


def _due_text(duty: _Duty) -> str | None:
    found: str | None = None if duty["due"] is None else duty["due"]["at"]
    return found


def _due(duty: _Duty | None) -> int | None:
    text = None if duty is None else _due_text(duty)
    return None if text is None else parse_moment(text)
