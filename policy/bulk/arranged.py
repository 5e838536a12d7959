"""Cases of any layout as columns, for engines that take whole batches.

    batch of any layout --arranged--> the cases that are sure to be read right, in ``batch_schema``

What is left out (lines that only the parser understands, rows that are no case) is for the scalar runner.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt
from google.protobuf.message import DecodeError

from linkage.v1 import facts_pb2
from policy.bulk.case_json import fast_row
from policy.bulk.columns_in import Layout, mirrored, moments
from policy.bulk.convert import table_of
from policy.bulk.schema import CASE, ROW, batch_schema, case_schema

Indices = np.ndarray[Any, np.dtype[np.int64]]


class Arranged(NamedTuple):
    """Cases in the columns of ``batch_schema``; their own moments (int64 with nulls); their indices in the
    batch that they came from, ascending."""

    cases: pa.RecordBatch
    moments: pa.Array
    places: Indices


def arranged(batch: pa.RecordBatch, layout: Layout) -> Arranged:
    """The cases of a batch as columns."""
    own = moments(batch)
    stated = pa.nulls(len(batch), pa.int64()) if own is None else own.cast(pa.int64())
    if layout is Layout.COLUMNS:
        return Arranged(mirrored(batch), stated, np.arange(len(batch)))
    if layout is Layout.MESSAGES:
        places, table = _of_messages(batch.column(CASE))
    else:
        places, table, inside = _of_lines(batch.column(CASE))
        stated = pc.coalesce(stated.take(places), pa.array(inside, pa.int64()))
        return Arranged(_numbered(batch, places, table), stated, np.asarray(places))
    return Arranged(_numbered(batch, places, table), stated.take(places), np.asarray(places))


def _numbered(batch: pa.RecordBatch, places: pa.Array, table: pa.RecordBatch) -> pa.RecordBatch:
    rows = batch.column(ROW).take(places)
    return pa.RecordBatch.from_arrays([rows, *table.columns], schema=batch_schema())


def _of_messages(column: pa.Array) -> tuple[pa.Array, pa.RecordBatch]:
    places, cases = [], []
    for place, data in enumerate(column.to_pylist()):
        try:
            cases.append(facts_pb2.Case.FromString(data or b"\0"))
            places.append(place)
        except DecodeError:
            continue
    return pa.array(places, pa.int64()), table_of(cases)


def _of_lines(column: pa.Array) -> tuple[pa.Array, pa.RecordBatch, list[int | None]]:
    places, cases, inside = [], [], []
    whole = column.type if pt.is_large_binary(column.type) else pa.binary()
    for place, line in enumerate(column.cast(whole).to_pylist()):
        read = None if line is None else fast_row(line)
        if read is not None:
            places.append(place)
            cases.append(read.fields)
            inside.append(read.as_of)
    structs = pa.array(cases, pa.struct(list(case_schema())))
    table = pa.RecordBatch.from_arrays(structs.flatten(), schema=case_schema())
    return pa.array(places, pa.int64()), table, inside
