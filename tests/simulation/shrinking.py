"""A failing plan made smaller, one thing less at a time, as long as it fails in the same way."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.simulation.plan import Plan
from tests.simulation.run import Outcome, run

_NAMES = re.compile(r"[0-9a-f]{8,}|\d+")


def shrunk(outcome: Outcome, patience: int = 200, seen: Callable[[Plan], object] = lambda _: None) -> Outcome:
    """The smallest that was found in so many tries."""
    tried, smaller = 0, True
    kinds = _kinds(outcome)
    while smaller:
        smaller = False
        for plan in outcome.plan.smaller():
            if tried >= patience:
                return outcome
            tried += 1
            seen(plan)
            found = run(plan)
            if kinds & _kinds(found):
                outcome, smaller = found, True
                break
    return outcome


def _kinds(outcome: Outcome) -> frozenset[str]:
    """What is wrong, whatever it is called and however often."""
    return frozenset(_NAMES.sub("#", wrong) for wrong in outcome.wrong)
