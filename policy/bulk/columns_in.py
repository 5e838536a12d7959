"""What stands in a table that somebody calls cases: its layout, and its columns in the exact types of ours.

    file's schema --layout_of--> Layout (or what is wrong with it, once for the whole file)
    file's batch --mirrored--> batch of ``batch_schema``

Narrower integers, large or dictionary-encoded text and coarser moments are taken for what they are. A moment
beyond nanoseconds becomes the nearest that they can hold: it lies outside the years of the facts, so the case
is refused all the same.
"""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from policy.bulk.errors import BulkError
from policy.bulk.schema import AS_OF, CASE, MOMENT, ROW, batch_schema, case_schema
from policy.text.suggest import suggest

_NEEDED = ("id", "district", "kind")
_TO_NANOS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
_MOST = 2**63 - 1


class Layout(StrEnum):
    """How cases stand in a table."""

    COLUMNS = "columns"
    """A column a field: ``case_schema``."""
    MESSAGES = "messages"
    """One column ``case`` of serialised messages."""
    JSON = "json"
    """One column ``case`` of JSON."""


def layout_of(schema: pa.Schema, district: bool) -> Layout:
    """The layout of a file with these columns; ``district``: the option names the district for all.

    Raises ``BulkError``: LNK973 a wrong type, LNK974 an unknown column, LNK975 a missing one.
    """
    if AS_OF in schema.names:
        _check(schema.field(AS_OF).type, MOMENT, AS_OF)
    names = [name for name in schema.names if name != AS_OF]
    if CASE in names:
        for name in names:
            if name != CASE:
                raise _unknown(name, (CASE, AS_OF))
        return _whole(schema.field(CASE).type)
    wanted = case_schema()
    for name in names:
        if name not in wanted.names:
            raise _unknown(name, (*wanted.names, AS_OF, CASE))
        if names.count(name) > 1:
            raise BulkError("LNK974", {"column": name})
        _check(schema.field(name).type, wanted.field(name).type, name)
    for name in _NEEDED:
        if name not in names and not (name == "district" and district):
            raise BulkError("LNK975", {"column": name})
    return Layout.COLUMNS


def _whole(found: pa.DataType) -> Layout:
    if pt.is_binary(found) or pt.is_large_binary(found):
        return Layout.MESSAGES
    if _is_text(found):
        return Layout.JSON
    raise BulkError("LNK973", {"column": CASE, "expected": "binary, string", "found": str(found)})


def _unknown(name: str, allowed: tuple[str, ...]) -> BulkError:
    meant = suggest(name.rpartition(".")[2], allowed)
    return BulkError("LNK974", {"column": name} | ({"suggestion": meant} if meant else {}))


def _is_text(found: pa.DataType) -> bool:
    if pt.is_dictionary(found):
        return _is_text(found.value_type)
    return bool(pt.is_string(found) or pt.is_large_string(found))


def _check(found: pa.DataType, wanted: pa.DataType, at: str) -> None:
    """Whether a column can be taken for one of ours without guessing."""
    if pt.is_null(found) or _same_leaf(found, wanted):
        return
    if pt.is_map(wanted) and pt.is_map(found):
        _check(found.key_type, wanted.key_type, f"{at}.key")
        _check(found.item_type, wanted.item_type, f"{at}.value")
    elif pt.is_list(wanted) and (pt.is_list(found) or pt.is_large_list(found)):
        _check(found.value_type, wanted.value_type, f"{at}[]")
    elif pt.is_struct(wanted) and pt.is_struct(found):
        known = tuple(field.name for field in wanted)
        for inner in found:
            if inner.name not in known:
                raise _unknown(f"{at}.{inner.name}", known)
            _check(inner.type, wanted.field(inner.name).type, f"{at}.{inner.name}")
    else:
        raise BulkError("LNK973", {"column": at, "expected": str(wanted), "found": str(found)})


def _same_leaf(found: pa.DataType, wanted: pa.DataType) -> bool:
    if pt.is_string(wanted):
        return _is_text(found)
    if pt.is_int64(wanted):
        return bool(
            pt.is_signed_integer(found) or (pt.is_unsigned_integer(found) and not pt.is_uint64(found))
        )
    if pt.is_float64(wanted):
        return bool(pt.is_float32(found) or pt.is_float64(found))
    if pt.is_timestamp(wanted):
        return bool(pt.is_timestamp(found) and found.tz is not None)
    return bool(pt.is_boolean(wanted) and pt.is_boolean(found))


def mirrored(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch of ``Layout.COLUMNS`` with ``row`` in the columns of ``batch_schema``.

    Lists lose their nulls (an empty list stands for them); null elements of lists stay.
    """
    schema = batch_schema()
    columns = []
    for field in schema:
        if field.name in batch.schema.names:
            columns.append(shaped(batch.column(field.name), field.type))
        else:
            columns.append(_absent(len(batch), field.type))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def moments(batch: pa.RecordBatch) -> pa.Array | None:
    """The batch's own column ``as_of``, in nanoseconds; None where there is none."""
    return shaped(batch.column(AS_OF), MOMENT) if AS_OF in batch.schema.names else None


def row_numbers(batch: pa.RecordBatch) -> list[int]:
    """The batch's column ``row``."""
    rows: list[int] = batch.column(ROW).to_pylist()
    return rows


def shaped(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    """The array in the type ``wanted``, which ``layout_of`` has found possible."""
    if pt.is_null(array.type):
        return _absent(len(array), wanted)
    if pt.is_timestamp(wanted):
        return _nanos(array, wanted)
    if pt.is_map(wanted):
        keys, items = shaped(array.keys, wanted.key_type), shaped(array.items, wanted.item_type)
        return pa.MapArray.from_arrays(array.offsets, keys, items).cast(wanted)
    if pt.is_list(wanted):
        lengths = pc.fill_null(pc.list_value_length(array), 0).cast(pa.int32())
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths)])
        return pa.ListArray.from_arrays(offsets, shaped(array.flatten(), wanted.value_type))
    if pt.is_struct(wanted):
        found = dict(zip((field.name for field in array.type), array.flatten(), strict=True))
        children = [
            shaped(found[field.name], field.type) if field.name in found else _absent(len(array), field.type)
            for field in wanted
        ]
        return pa.StructArray.from_arrays(children, fields=list(wanted), mask=array.is_null())
    return array if array.type == wanted else array.cast(wanted)


def _absent(length: int, wanted: pa.DataType) -> pa.Array:
    if pt.is_list(wanted):
        offsets = pa.repeat(pa.scalar(0, pa.int32()), length + 1)
        return pa.ListArray.from_arrays(offsets, pa.nulls(0, wanted.value_type))
    return pa.nulls(length, wanted)


def _nanos(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    factor = _TO_NANOS[array.type.unit]
    if factor == 1:
        return array.cast(wanted)
    most = _MOST // factor
    counted = pc.max_element_wise(
        pc.min_element_wise(array.cast(pa.int64()), most, skip_nulls=False), -most, skip_nulls=False
    )
    return pc.multiply(counted, factor).cast(wanted)
