"""Cases decided twice, by the core and by Python: for commands that show a decision, or test rules.

district, case, as_of --core--> canonical bytes == those of the compiled engine --> Decision, named ``native``
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import replace

from linkage.v1 import facts_pb2
from policy.decide.decision import Decision
from policy.decide.run import run
from policy.decide.snapshot import District
from policy.engines import NATIVE
from policy.facts.timeline import Timeline
from policy.native.core import Core, HandedOver, core_of

_KEPT = 32
"""Districts in the core; a rule test may have one of its own, with local values."""


class DiffersError(Exception):
    """The core came to another decision than the compiled engine: a fault of the program. Both digests."""

    def __init__(self, compiled: str, native: str) -> None:
        super().__init__(compiled, native)
        self.compiled = compiled
        self.native = native


class Checked:
    """Decides by the compiled engine and, wherever it decides the case, by the core, and compares the bytes.

    A decision is as Python made it, so that it can be shown in words; its receipt names the core where the
    core made the same, and the compiled engine where the core left the case to it.
    """

    def __init__(self) -> None:
        self._cores: OrderedDict[int, tuple[District, Core | None]] = OrderedDict()

    def run(self, district: District, case: facts_pb2.Case, as_of: int) -> tuple[Decision, Timeline]:
        """``policy.decide.run.run``. Raises ``FactsError`` as it does, and ``DiffersError``."""
        decision, timeline = run(district, case, as_of)
        core = self._core(district)
        if core is None:
            return decision, timeline
        try:
            found = core.canonical(case, as_of)
        except HandedOver:
            return decision, timeline
        if found != decision.canonical_bytes:
            raise DiffersError(decision.digest, hashlib.sha256(found).hexdigest())
        return replace(decision, receipt=decision.receipt._replace(engine=NATIVE)), timeline

    def _core(self, district: District) -> Core | None:
        known = self._cores.get(id(district))
        if known is None:
            known = self._cores[id(district)] = district, core_of(district)  # which keeps the id its own
            if len(self._cores) > _KEPT:
                self._cores.popitem(last=False)
        return known[1]
