"""One line where it happens: what a call, a decision, a commit adds to the figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.telemetry.figures import (
    CALL_SECONDS,
    CALLS,
    CALLS_RUNNING,
    DECISION_SECONDS,
    DECISIONS,
    DECISIONS_BY_ENGINE,
    ITEMS,
    ITEMS_REFUSED,
    OBLIGATIONS,
    RELOAD_OK,
    RELOADS,
    RULE_ERRORS,
    SHADOW,
    UNDETERMINED,
)

GRPC, HTTP = "grpc", "http"
"""The doors."""


def expect(methods: Iterable[str]) -> None:
    """Makes the series that every service has, so that their first event is seen as one."""
    for method in methods:
        for door in (GRPC, HTTP):
            CALLS.expect(method, "OK", door)
    for result in ("ok", "failed"):
        RELOADS.expect(result)
    for result in ("agreed", "disagreed", "dropped", "failed"):
        SHADOW.expect(result)


def decided(
    district: str, engine: str, obligations: int, undetermined: int, errors: Sequence[str], seconds: float
) -> None:
    """A case was decided by an engine, in ``seconds``: counts, and the codes of rules that failed."""
    DECISION_SECONDS.observe(seconds)
    DECISIONS.add(district, _outcome(obligations, undetermined, errors))
    DECISIONS_BY_ENGINE.add(district, engine)
    if obligations:
        OBLIGATIONS.add(district, amount=obligations)
    if undetermined:
        UNDETERMINED.add(district, amount=undetermined)
    for code in errors:
        RULE_ERRORS.add(district, code)


def _outcome(obligations: int, undetermined: int, errors: Sequence[str]) -> str:
    """The worst that a decision says."""
    if errors:
        return "error"
    if undetermined:
        return "undetermined"
    return "obligations" if obligations else "none"


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
