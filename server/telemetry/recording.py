"""One line where it happens: what a call, a decision, a commit adds to the figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from policy.decide.decision import Decision
from server.telemetry.figures import (
    CALL_SECONDS,
    CALLS,
    CALLS_RUNNING,
    DECISION_SECONDS,
    DECISIONS,
    ITEMS,
    ITEMS_REFUSED,
    OBLIGATIONS,
    RELOAD_OK,
    RELOADS,
    RULE_ERRORS,
    SHADOW,
    UNDETERMINED,
)

GRPC = "grpc"
"""The door that is always there."""


def expect(methods: Iterable[str]) -> None:
    """Makes the series that every service has, so that their first event is seen as one."""
    for method in methods:
        CALLS.expect(method, "OK", GRPC)
    for result in ("ok", "failed"):
        RELOADS.expect(result)
    for result in ("agreed", "disagreed", "dropped", "failed"):
        SHADOW.expect(result)


def decided(decide: Callable[..., Decision], *arguments: object) -> Decision:
    """``decide(*arguments)``, measured; from any thread."""
    started = time.perf_counter()
    decision = decide(*arguments)
    DECISION_SECONDS.observe(time.perf_counter() - started)
    district = decision.district
    DECISIONS.add(district, outcome_of(decision))
    if decision.obligations:
        OBLIGATIONS.add(district, amount=len(decision.obligations))
    if decision.undetermined:
        UNDETERMINED.add(district, amount=len(decision.undetermined))
    for error in decision.errors:
        RULE_ERRORS.add(district, error.code)
    return decision


def outcome_of(decision: Decision) -> str:
    """The worst that a decision says."""
    if decision.errors:
        return "error"
    if decision.undetermined:
        return "undetermined"
    return "obligations" if decision.obligations else "none"


def reloaded(*, ok: bool) -> None:
    """Rules were loaded again and serve, or were refused."""
    RELOADS.add("ok" if ok else "failed")
    RELOAD_OK.set(float(ok))


def item_answered(call: str, reason: str) -> None:
    """An item of a batch or stream has its decision, or (``reason`` not empty) its error."""
    method = call.rpartition("/")[2]
    ITEMS.add(method)
    if reason:
        ITEMS_REFUSED.add(method, reason)


def call_began(method: str) -> None:
    """A call has got to its handler."""
    CALLS_RUNNING.add(method)


def call_ended(method: str, code: str, door: str, seconds: float) -> None:
    """It has been answered, or has failed with ``code``."""
    CALLS_RUNNING.add(method, amount=-1)
    CALLS.add(method, code, door)
    CALL_SECONDS.observe(seconds, method, door)
