"""Which values of the district's own a failed test stumbles over: without them it would pass."""

from __future__ import annotations

from dataclasses import replace

from policy.decide.snapshot import Snapshot
from policy.review.ruletest.assessed import Assessed, Outcome, run_assessed
from policy.review.ruletest.local import fixed_locally
from policy.review.ruletest.run import run_test
from policy.text.diagnostics import Faults


def passes_without(result: Outcome, snapshot: Snapshot) -> tuple[str, ...]:
    """The parameters, fixed by the district, without whose values the failed test passes; none: it fails
    all the same, or it pins them."""
    if result.passed:
        return ()
    pinned = result.test.parameters
    free = [name for name in fixed_locally(snapshot.districts[result.test.district]) if name not in pinned]
    if not free or not _passes(result, snapshot, free):
        return ()
    kept = list(free)
    for name in free:  # what it passes without all the same is none of its business
        fewer = [other for other in kept if other != name]
        if fewer and _passes(result, snapshot, fewer):
            kept = fewer
    return tuple(kept)


def _passes(result: Outcome, snapshot: Snapshot, without: list[str]) -> bool:
    values = {**result.test.parameters, **dict.fromkeys(without)}
    if isinstance(result, Assessed):
        again = run_assessed(snapshot, replace(result.test, parameters=values), Faults())
        return again is not None and again.passed
    return run_test(snapshot, replace(result.test, parameters=values)).passed
