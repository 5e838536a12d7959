"""Our columnar engine on a batch: one call for all cases, ``decide`` for those that it is not sure of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from policy.bulk.columns import Columns
from policy.bulk.convert import table_of
from policy.bulk.schema import OBLIGATION, batch_schema
from policy.decide import decide
from policy.decide.decision import NANO
from tests.bench.cases import BenchCase
from tests.bench.peers.protocol import Finding, ordered
from tests.bench.subset import Ours


class Columnar:
    """``ids``: whether each obligation is given its identity."""

    def __init__(self, ours: Ours, *, ids: bool = True) -> None:
        self.name = f"{ours.name}, columns" if ids else f"{ours.name}, columns without ids"
        self._columns = Columns(ours.district, ids=ids)
        self._of_decision = ours.findings

    def prepare(self, ours: Ours, cases: Sequence[BenchCase]) -> Callable[[], Any]:
        """The batch as Arrow columns, which is how a file of cases is read."""
        district, columns = ours.district, self._columns
        table = table_of(case.message for case in cases)
        rows = pa.array(range(len(cases)), pa.int64())
        batch = pa.RecordBatch.from_arrays([rows, *table.columns], schema=batch_schema())
        moments = np.array([case.as_of for case in cases], np.int64)

        def call() -> tuple[Any, dict[int, Any], int]:
            findings, doubtful = columns.decide(batch, moments)
            unsure = np.flatnonzero(doubtful).tolist()
            return (
                findings,
                {n: decide(district, cases[n].message, cases[n].as_of) for n in unsure},
                len(cases),
            )

        return call

    def findings(self, answer: Any) -> list[list[Finding]]:
        """The rows of each case, and the decisions of the doubtful ones."""
        rows, decisions, count = answer
        found: list[list[Finding]] = [[] for _ in range(count)]
        columns = ("row", "kind", "rule", "trigger", "due_at")
        due = rows.column("due_at").cast(pa.int64())
        values = [due if name == "due_at" else rows.column(name) for name in columns]
        for row, kind, rule, trigger, due_at in zip(*(v.to_pylist() for v in values), strict=True):
            if kind == OBLIGATION:
                element = trigger[trigger.rindex("[") + 1 : -1]
                found[row].append((rule, element, None if due_at is None else due_at // NANO))
        for number, decision in decisions.items():
            found[number] = self._of_decision(decision)
        return [ordered(of_case) for of_case in found]
