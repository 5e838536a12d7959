"""From a stored state of a case to now, step by step: the rules that serve, the time that passed, the news.

    state at its as_of --rules--> --next_at--> --next_at--> ... now --what was recorded--> state at now

Time is taken at the very moments at which something comes about, so that what is told, and when it is dated,
does not hang on when somebody looked: a process that slept for a week tells what one that never slept told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from linkage.v1 import facts_pb2
from policy.decide.snapshot import District
from policy.register.changes import Change, Why, change_of, difference
from policy.register.state import CaseState, derived, state_of

MAX_STEPS = 200
"""Most moments that are taken at once: what is left is due at once, and is taken next."""


class Told(NamedTuple):
    """What was told of a case: its facts, serialized, and who took something in hand, by the event's id."""

    facts: bytes
    handlers: Mapping[str, str]

    @property
    def case(self) -> facts_pb2.Case:
        """The facts."""
        return facts_pb2.Case.FromString(self.facts)


NOTHING = Told(b"", {})


class Asked(NamedTuple):
    """What is asked of a case: what was told before and after (the same where nothing is new), its state.

    ``state`` is None for a case that is being opened. ``same_rules``: it stands under the rules of now.
    ``lead``: so long before it is due a duty is due soon. Moments and lengths are nanoseconds.
    """

    before: Told
    after: Told
    state: CaseState | None
    same_rules: bool
    now: int
    lead: int


class Step(NamedTuple):
    """What changed at one moment, and why."""

    at: int
    why: Why
    changes: tuple[Change, ...]


class Advanced(NamedTuple):
    """The steps in which something changed, and the state then.

    ``whole``: that is the state of now; else there were more moments than are taken at once.
    """

    steps: tuple[Step, ...]
    state: CaseState
    whole: bool

    def plain(self) -> bytes:
        """All of it as UTF-8 JSON."""
        return orjson.dumps(self, default=tuple)


def advanced_from(data: bytes) -> Advanced:
    """The same again."""
    steps, state, whole = orjson.loads(data)
    return Advanced(tuple(_step_of(each) for each in steps), state_of(state), whole)


def asked_plain(asked: Asked) -> tuple[dict[str, Any], bytes]:
    """A question as plain data, and the facts behind it."""
    told = asked._asdict() | {
        "before": dict(asked.before.handlers),
        "after": dict(asked.after.handlers),
        "state": None if asked.state is None else orjson.dumps(asked.state, default=tuple).decode(),
        "size": len(asked.before.facts),
    }
    return told, asked.before.facts + asked.after.facts


def asked_from(told: dict[str, Any], facts: bytes) -> Asked:
    """The question again."""
    size = told["size"]
    state = None if told["state"] is None else state_of(orjson.loads(told["state"]))
    before, after = Told(facts[:size], told["before"]), Told(facts[size:], told["after"])
    return Asked(before, after, state, told["same_rules"], told["now"], told["lead"])


def advanced(district: District, asked: Asked) -> Advanced:
    """The state at ``asked.now``, and the steps to it. Raises ``FactsError`` for facts that do not read."""
    steps: list[Step] = []
    state = asked.state
    if state is not None:
        passed = list(_passed(district, asked, state))
        steps += [step for step, _ in passed if step.changes]
        state = passed[-1][1] if passed else state
        if state.next_at is not None and state.next_at <= asked.now:
            return Advanced(tuple(steps), state, False)
    if state is None or asked.after != asked.before:
        new = _derived(district, asked.after, asked.now, asked)
        changes = difference(state, new)
        if changes:
            steps.append(Step(asked.now, Why.ENTRIES, changes))
        state = new
    return Advanced(tuple(steps), state, True)


def _passed(district: District, asked: Asked, state: CaseState) -> Iterator[tuple[Step, CaseState]]:
    """What other rules and the passing of time bring, each with the state after it."""
    if not asked.same_rules:
        new = _derived(district, asked.before, state.as_of, asked)
        yield Step(asked.now, Why.RULES, difference(state, new)), new
        state = new
    for _ in range(MAX_STEPS):
        moment = state.next_at
        if moment is None or moment > asked.now:
            return
        new = _derived(district, asked.before, moment, asked)
        yield Step(moment, Why.TIME, difference(state, new)), new
        state = new


def _derived(district: District, told: Told, moment: int, asked: Asked) -> CaseState:
    return derived(district, told.case, moment, asked.lead, told.handlers)


def _step_of(values: Any) -> Step:
    at, why, changes = values
    return Step(at, Why(why), tuple(change_of(each) for each in changes))
