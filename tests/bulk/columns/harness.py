"""Cases as a batch, decided by columns and one by one, and what differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from linkage.v1 import facts_pb2
from policy.bulk.columns import Columns
from policy.bulk.columns_in import mirrored
from policy.bulk.convert import table_of
from policy.bulk.findings import Findings
from policy.bulk.schema import ROW
from policy.decide import decide
from policy.decide.snapshot import District
from policy.facts.reading import FactsError

_engines: dict[int, Columns] = {}


def engine_of(district: District) -> Columns:
    """The engine of a district, made once: making it takes longer than these few cases."""
    found = _engines.get(id(district))
    if found is None or found.district is not district:
        found = _engines[id(district)] = Columns(district)
    return found


class Asked(NamedTuple):
    """A case and the moment to decide it for (nanoseconds since 1970 UTC)."""

    case: facts_pb2.Case
    as_of: int


def batch_of(cases: Sequence[facts_pb2.Case]) -> pa.RecordBatch:
    """The cases as the batch that a columnar engine is given, rows from 1."""
    table = table_of(cases)
    rows = pa.array(range(1, len(cases) + 1), pa.int64())
    return mirrored(table.add_column(0, pa.field(ROW, pa.int64(), nullable=False), rows))


def decided(engine: Columns, asked: Sequence[Asked]) -> tuple[pa.RecordBatch, np.ndarray[Any, Any]]:
    """What columns say of the cases."""
    batch = batch_of([item.case for item in asked])
    return engine.decide(batch, np.array([item.as_of for item in asked], np.int64))


def rows_of(findings: pa.RecordBatch) -> list[dict[str, Any]]:
    """Findings as plain rows, moments as integers: Python's own have no nanoseconds."""
    columns = [
        column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
        for column in findings.columns
    ]
    rows: list[dict[str, Any]] = pa.RecordBatch.from_arrays(columns, findings.schema.names).to_pylist()
    return rows


def check(district: District, asked: Sequence[Asked]) -> int:
    """Asserts that columns say what ``decide`` says wherever they are sure, and gives the number of doubtful.

    A case that ``decide`` refuses must be doubtful.
    """
    found, doubtful = decided(engine_of(district), asked)
    expected = Findings()
    for row, (case, as_of) in enumerate(asked, 1):
        if doubtful[row - 1]:
            continue
        try:
            expected.add(row, decide(district, case, as_of))
        except FactsError as error:
            raise AssertionError(f"columns decide row {row}, which is refused: {error}") from error
    wanted, mine = rows_of(expected.table()), rows_of(found)
    for one, other in zip(mine, wanted, strict=False):
        assert one == other
    assert len(mine) == len(wanted)
    return int(doubtful.sum())
