"""Every decision that Python makes, made by the core, too: suites run over both, which must agree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from linkage.v1 import facts_pb2
from policy.decide import budget
from policy.decide import run as running
from policy.decide.decision import Decision
from policy.decide.snapshot import District
from policy.engines import COMPILED, Engine
from policy.facts.timeline import Timeline
from policy.native import Core, HandedOver, core_of, installed
from policy.program.cost import DECISION_STEPS

_KEPT = 64
"""Districts in the core at once; tests make hundreds."""


class Beside:
    """The decisions of a suite: how many the core made, too, and the reasons for which it left others."""

    def __init__(self) -> None:
        self.decided = 0
        self.handed: list[str] = []
        self._cores: dict[int, tuple[District, Core | None]] = {}

    def compare(self, district: District, case: facts_pb2.Case, as_of: int, expected: Decision) -> None:
        """Decides it in the core, or notes why that leaves it to Python."""
        known = self._cores.get(id(district))
        if known is None:
            if len(self._cores) >= _KEPT:
                self._cores.clear()
            known = self._cores[id(district)] = district, core_of(district)
        if known[1] is None:
            return
        try:
            found = known[1].canonical(case, as_of)
        except HandedOver as over:
            self.handed.append(over.reason)
            return
        assert found == expected.canonical_bytes
        self.decided += 1


@contextmanager
def beside_the_core() -> Iterator[Beside]:
    """While it lasts every decision of the default engine is compared; without a core nothing is."""
    made, run = Beside(), running.run

    def both(
        district: District, case: facts_pb2.Case, as_of: int, engine: Engine = COMPILED, **how: Any
    ) -> tuple[Decision, Timeline]:
        decision, timeline = run(district, case, as_of, engine, **how)
        # The core has bounds of its own: where a test has Python stop sooner there is nothing to compare.
        if engine is COMPILED and not how and vars(budget)["DECISION_STEPS"] == DECISION_STEPS:
            made.compare(district, case, as_of, decision)
        return decision, timeline

    with pytest.MonkeyPatch.context() as patch:
        if installed() is not None:
            patch.setattr(running, "run", both)
        yield made
