"""The difference between two states of a case: what became of which duty.

Of one duty one change is told, the weightiest; it has what was before and what is now: nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from policy.register.duty import Duty, duty_of
from policy.register.state import CaseState


class Kind(StrEnum):
    """What became of a duty; of several, the first of this list is told."""

    CREATED = "created"
    ANNULLED = "annulled"
    """What it rested on was corrected: it never was."""
    ENDED = "ended"
    REOPENED = "reopened"
    STATE = "state"
    MOVED = "moved"
    DUE_SOON = "due_soon"
    HANDLED = "handled"
    AMENDED = "amended"


class Why(StrEnum):
    """Why it became so."""

    ENTRIES = "entries"
    TIME = "time"
    RULES = "rules"


class Change(NamedTuple):
    """What became of one duty: ``before`` None where it is new, ``after`` None where it never was."""

    kind: Kind
    before: Duty | None
    after: Duty | None

    @property
    def duty(self) -> Duty:
        """The duty now, or as it last was."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of nothing")
        return found

    def entries(self, paths: Mapping[str, str]) -> tuple[str, ...]:
        """Which of the entries recorded just now did it; ``paths``: the element of each, and its id.

        All of them, where none is about an element that the duty names: together they moved a condition.
        """
        named = {path for duty in (self.before, self.after) if duty is not None for path in _paths(duty)}
        found = {entry for path, entry in paths.items() if path in named}
        return tuple(sorted(found or set(paths.values())))


def change_of(values: Any) -> Change:
    """The change of a JSON array. Raises ``ValueError`` where it is none."""
    kind, before, after = values
    return Change(Kind(kind), before and duty_of(before), after and duty_of(after))


def difference(before: CaseState | None, after: CaseState) -> tuple[Change, ...]:
    """What became of the duties between two states, in the order of their ids."""
    old = {} if before is None else before.by_id
    new = after.by_id
    found = []
    for identity in sorted(old.keys() | new.keys()):
        was, now = old.get(identity), new.get(identity)
        if (was and was.shown) != (now and now.shown):
            found.append(Change(_kind(was, now), was, now))
    return tuple(found)


def _kind(was: Duty | None, now: Duty | None) -> Kind:
    if was is None:
        return Kind.CREATED
    if now is None:
        return Kind.ANNULLED
    if was.ended != now.ended:
        return Kind.ENDED if now.ended else Kind.REOPENED
    if was.state is not now.state:
        return Kind.STATE
    if was.due_at != now.due_at:
        return Kind.MOVED
    if now.soon and not was.soon:
        return Kind.DUE_SOON
    return Kind.HANDLED if was.handled != now.handled else Kind.AMENDED


def _paths(duty: Duty) -> Iterator[str]:
    """The elements that it names, those within others by the element of the case too."""
    handled = () if duty.handled is None else (duty.handled.event,)
    for path in (*duty.bound, duty.trigger, duty.state_event, *handled):
        if path:
            yield path
            yield path.partition("].")[0] + "]" if "]." in path else path
