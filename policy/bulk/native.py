"""Rows decided by the native core, where it is installed and carries their district.

rows of JSON or messages, cases --NativeRows--> findings, made of the core's buffers; the rows that it leaves

What the core leaves (a fault, a district that it does not carry, JSON of another form) Python decides, or
says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from policy.bulk.cases import RawCase
from policy.bulk.columns_in import Layout, moments, row_numbers
from policy.bulk.schema import CASE, ROW, finding_schema
from policy.bulk.settings import Settings
from policy.decide.snapshot import District, Snapshot
from policy.native import Core, NotCarried, bulk_of, core_of, installed

Buffers = Sequence[bytes | None]


def native_rows(snapshot: Snapshot, settings: Settings) -> NativeRows | None:
    """The districts of a snapshot in the core; None without one, or where cases are counted for a period."""
    if installed() is None or settings.period is not None:
        return None
    cores = [core for district in snapshot.districts.values() if (core := _carried(district)) is not None]
    return NativeRows(cores, settings)


def _carried(district: District) -> Core | None:
    try:
        return core_of(district)
    except NotCarried:
        return None


class NativeRows:
    """Decides rows under the districts of ``cores``, on the thread that asks and without Python's lock."""

    def __init__(self, cores: Sequence[Core], settings: Settings) -> None:
        self._ids = settings.ids
        self._bulk = bulk_of(
            cores, settings.district, settings.own, settings.as_of, settings.now, settings.ids
        )

    def of_batch(self, batch: pa.RecordBatch, layout: Layout) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """The findings of a batch of whole cases, and the rows of it that are left."""
        column = batch.column(CASE)
        if layout is Layout.JSON and not pt.is_large_binary(column.type):
            column = column.cast(pa.binary())
        stated = moments(batch)
        own = [None] * len(batch) if stated is None else stated.cast(pa.int64()).to_pylist()
        # An empty line is none, and so is an empty message: Python says what of it.
        cases = [data or b"" for data in column.to_pylist()]
        rows = list(zip(row_numbers(batch), cases, own, strict=True))
        decide = self._bulk.lines if layout is Layout.JSON else self._bulk.messages
        count, columns, left = decide(rows)
        return self._table(count, columns), batch.take(pa.array(left, pa.int64()))

    def of_cases(self, raws: Sequence[RawCase]) -> tuple[pa.RecordBatch, list[RawCase]]:
        """The findings of rows read as messages, which name their districts, and the rows that are left."""
        cases = [b"" if raw.case is None else raw.case.SerializeToString(deterministic=True) for raw in raws]
        rows = [(raw.row, case, raw.as_of) for raw, case in zip(raws, cases, strict=True)]
        count, columns, left = self._bulk.messages(rows)
        return self._table(count, columns), [raws[place] for place in left]

    def _table(self, count: int, columns: dict[str, tuple[Buffers, int]]) -> pa.RecordBatch:
        schema = finding_schema(self._ids)
        arrays = [
            _array(field.type, count, *columns[field.name])
            if field.name in columns
            else pa.nulls(count, field.type)
            for field in schema
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(kind: pa.DataType, length: int, buffers: Buffers, nulls: int) -> pa.Array:
    """A column of the core's buffers, which are not copied."""
    told = [None if data is None else pa.py_buffer(data) for data in buffers]
    if pt.is_list(kind):
        items = _array(kind.value_type, _places(buffers[3]), buffers[2:], 0)
        return pa.Array.from_buffers(kind, length, told[:2], nulls, children=[items])
    if pt.is_dictionary(kind):
        indices = pa.Array.from_buffers(kind.index_type, length, told[:2], nulls)
        words = pa.Array.from_buffers(kind.value_type, _places(buffers[2]) - 1, [None, *told[2:]], 0)
        return pa.DictionaryArray.from_arrays(indices, words)
    return pa.Array.from_buffers(kind, length, told, nulls)


def _places(data: bytes | None) -> int:
    """How many offsets, or indices, a buffer has."""
    return len(data or b"") // 4


def in_order(first: pa.RecordBatch, second: pa.RecordBatch) -> pa.RecordBatch:
    """The findings of different rows together, in the order of the rows."""
    if not len(first) or not len(second):
        return second if not len(first) else first
    both: Any = pa.concat_batches([first, second])
    return both.take(pc.sort_indices(both.column(ROW)))
