"""A batch of any layout, case by case: the message, or what is wrong with the row.

    ``row``, cases in one of the three layouts --cases_of--> (row, Case, as_of) or (row, faults)

Only form is looked at here; what a message says is read and checked by the engines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.types as pt
from google.protobuf.message import DecodeError

from linkage.v1 import facts_pb2
from policy.bulk.case_json import fast_case
from policy.bulk.columns_in import Layout, row_numbers
from policy.bulk.schema import CASE, ROW
from policy.facts.parsing import parse_case
from policy.text.diagnostics import Fault, Faults, Words, fault
from policy.text.source import MAX_FILE_BYTES, SourceError, decode

_NANO = 1_000_000_000
_NO_CASE = Words("没有案件", "there is no case")
_NO_MESSAGE = Words("不是序列化的 linkage.v1.Case", "these are no bytes of a linkage.v1.Case")
_EMPTY_ELEMENT = Words("列表里有空的元素", "a list holds an empty element")
_TWO_VALUES = Words("一个本地事实有两个值", "an attribute has two values")
_NO_TEXT = Words("文字不是 UTF-8", "a text is not UTF-8")

Attributes = Mapping[str, Mapping[str, str]]
"""By district: the declared types of its own facts by name."""


class RawCase(NamedTuple):
    """One row: its number, its case and own moment (nanoseconds, None: not stated); or else its faults."""

    row: int
    case: facts_pb2.Case | None
    as_of: int | None
    faults: tuple[Fault, ...] = ()


class _Unreadable(Exception):
    """Why a row is no case."""

    def __init__(self, reason: Words) -> None:
        super().__init__(reason)
        self.reason = reason


def cases_of(
    batch: pa.RecordBatch,
    layout: Layout,
    attributes: Attributes,
    district: str = "",
    stated: pa.Array | None = None,
) -> Iterator[RawCase]:
    """Every row of a batch, in order; a batch of ``Layout.COLUMNS`` is ``mirrored`` first.

    ``stated`` are the moments of the rows (``moments``); they come before those inside a line of JSON.
    """
    rows = row_numbers(batch)
    if layout is Layout.COLUMNS:
        found = _from_columns(batch, rows)
    elif layout is Layout.MESSAGES:
        found = _from_messages(batch.column(CASE), rows)
    else:
        found = _from_json(batch.column(CASE), rows, attributes, district)
    if stated is None:
        yield from found
        return
    for raw, moment in zip(found, stated.cast(pa.int64()).to_pylist(), strict=True):
        yield raw if moment is None else raw._replace(as_of=moment)


def _broken(row: int, reason: Words) -> RawCase:
    return RawCase(row, None, None, (fault("LNK979", None, reason=reason),))


# -- whole cases in one column


def _from_messages(column: pa.Array, rows: list[int]) -> Iterator[RawCase]:
    for row, data in zip(rows, column, strict=True):
        if not data.is_valid:
            yield _broken(row, _NO_CASE)
            continue
        try:
            yield RawCase(row, facts_pb2.Case.FromString(data.as_py()), None)
        except DecodeError:
            yield _broken(row, _NO_MESSAGE)


def _from_json(column: pa.Array, rows: list[int], attributes: Attributes, district: str) -> Iterator[RawCase]:
    lines = column.cast(pa.binary() if not pt.is_large_binary(column.type) else column.type).to_pylist()
    for row, line in zip(rows, lines, strict=True):
        if line is None:
            yield _broken(row, _NO_CASE)
            continue
        read = fast_case(line)
        if read is None:
            yield _parsed(row, line, attributes, district)
        else:
            yield RawCase(row, facts_pb2.Case(**read.fields), read.as_of)


def _parsed(row: int, line: bytes, attributes: Attributes, district: str) -> RawCase:
    """A line as ``linkage evaluate`` reads it."""
    faults = Faults()
    try:
        if len(line) > MAX_FILE_BYTES:
            raise SourceError("LNK102", size=f"> {MAX_FILE_BYTES:,}", limit=f"{MAX_FILE_BYTES:,}")
        source = decode("", line)
    except SourceError as error:
        if error.code == "LNK101":  # its words are of a file and its lines
            return _broken(row, _NO_TEXT)
        return RawCase(row, None, None, (fault(error.code, None, "", **error.details),))
    parsed = parse_case(source, faults)
    if parsed is not None and (declared := attributes.get(district or parsed.case.district)):
        parsed = parse_case(source, faults, declared)
    if parsed is None:
        return RawCase(row, None, None, faults.sorted())
    return RawCase(row, parsed.case, parsed.as_of)


# -- a column a field


def _from_columns(batch: pa.RecordBatch, rows: list[int]) -> Iterator[RawCase]:
    names = [name for name in batch.schema.names if name != ROW]
    try:
        columns = _useful(names, [batch.column(name) for name in names])
        fields = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
        if not columns:
            fields = [{} for _ in rows]
    except (_Unreadable, UnicodeDecodeError):
        if len(batch) == 1:
            yield _alone(batch, names, rows[0])
        else:
            # Some row of the batch is no case: each by itself, to find out which.
            for index in range(len(batch)):
                yield from _from_columns(batch.slice(index, 1), rows[index : index + 1])
        return
    for row, case in zip(rows, fields, strict=True):
        yield RawCase(row, facts_pb2.Case(**case), None)


def _alone(batch: pa.RecordBatch, names: list[str], row: int) -> RawCase:
    """The row of a batch of one that cannot be read."""
    try:
        _useful(names, [batch.column(name) for name in names])
    except _Unreadable as error:
        return _broken(row, error.reason)
    except UnicodeDecodeError:
        pass
    return _broken(row, _NO_TEXT)


def _useful(names: list[str], arrays: list[pa.Array]) -> dict[str, list[Any]]:
    """Columns by name as values, those left out in which nothing is set."""
    return {
        name: _values(array)
        for name, array in zip(names, arrays, strict=True)
        if array.null_count < len(array) or not len(array)
    }


def _values(array: pa.Array) -> list[Any]:
    """A column as what the constructor of a message takes; None where nothing is set."""
    kind = array.type
    if pt.is_map(kind):
        return _maps(array)
    if pt.is_list(kind):
        elements = array.flatten()
        if elements.null_count:
            raise _Unreadable(_EMPTY_ELEMENT)
        items = _values(elements)
        return [items[a:b] for a, b in _bounds(array)]
    if pt.is_struct(kind):
        columns = _useful([field.name for field in kind], array.flatten())
        if not columns:
            rows: list[Any] = [{} for _ in range(len(array))]
        else:
            rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
        if array.null_count:
            rows = [
                row if valid else None for row, valid in zip(rows, array.is_valid().to_pylist(), strict=True)
            ]
        return rows
    if pt.is_timestamp(kind):
        return [_stamp(nanos) for nanos in array.cast(pa.int64()).to_pylist()]
    values: list[Any] = array.to_pylist()
    return values


def _stamp(nanos: int | None) -> dict[str, int] | None:
    if nanos is None:
        return None
    seconds, below = divmod(nanos, _NANO)
    return {"seconds": seconds, "nanos": below}


def _bounds(array: pa.Array) -> Iterator[tuple[int, int]]:
    """Where each list (or map) of an array begins and ends among the elements of them all."""
    offsets = array.offsets.to_pylist()
    first = offsets[0]
    return ((a - first, b - first) for a, b in pairwise(offsets))


def _maps(array: pa.Array) -> list[dict[str, facts_pb2.Attribute]]:
    first, last = array.offsets[0].as_py(), array.offsets[-1].as_py()
    keys = array.keys.slice(first, last - first).to_pylist()
    items = _values(array.items.slice(first, last - first))
    return [_map(keys[a:b], items[a:b]) for a, b in _bounds(array)]


def _map(keys: list[str], items: list[dict[str, Any] | None]) -> dict[str, facts_pb2.Attribute]:
    if len(set(keys)) < len(keys):
        raise _Unreadable(_TWO_VALUES)
    return {key: _attribute(item) for key, item in zip(keys, items, strict=True)}


def _attribute(item: dict[str, Any] | None) -> facts_pb2.Attribute:
    stated = {name: value for name, value in (item or {}).items() if value is not None}
    if len(stated) > 1:
        raise _Unreadable(_TWO_VALUES)
    return facts_pb2.Attribute(**stated)
