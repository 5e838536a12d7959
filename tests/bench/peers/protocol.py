"""What every engine of the comparison does: decide a case that it was handed in its own form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from tests.bench.cases import BenchCase

Finding = tuple[str, str, int | None]
"""Rule id, id of the triggering element, due time in seconds since 1970 UTC (None: none)."""


class Disagreement(Exception):
    """An engine answers a case otherwise than ours: a comparison of speed would mean nothing."""


class Engine(Protocol):
    """One engine with the rules loaded."""

    name: str
    rules: frozenset[str]

    def prepare(self, case: BenchCase) -> Callable[[], Any]:
        """The call that is timed; the facts are converted to the engine's own input beforehand."""

    def findings(self, answer: Any) -> list[Finding]:
        """What that call found, sorted."""


def ordered(findings: list[Finding]) -> list[Finding]:
    """Findings in one order; None sorts before every moment."""
    return sorted(findings, key=lambda f: (f[0], f[1], f[2] is not None, f[2] or 0))
