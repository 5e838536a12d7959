"""Arrow arrays over numpy's: numbers as they lie in memory, texts by code, lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from policy.bulk.columns.texts import Bools, Ints


def plain(values: Any, type_: pa.DataType, size: int, absent: Bools | None) -> pa.Array:
    """An array over numbers, or packed bits, as they lie in memory."""
    return pa.Array.from_buffers(type_, size, [_validity(absent), pa.py_buffer(values)])


def _validity(absent: Bools | None) -> pa.Buffer | None:
    # A hundred times as fast as pa.array(…, mask=…).
    if absent is None or not absent.any():
        return None
    return pa.py_buffer(np.packbits(~absent, bitorder="little"))


def coded(indices: Any, dictionary: pa.Array, absent: Bools | None = None) -> pa.Array:
    """Texts of a dictionary by index; null where ``absent``."""
    codes = plain(indices.astype(np.int32, copy=False), pa.int32(), len(indices), absent)
    return pa.DictionaryArray.from_arrays(codes, dictionary)


def compact(codes: Ints, texts: pa.Array) -> tuple[Ints, pa.Array]:
    """Codes of the texts that are used alone, and these texts."""
    used = np.zeros(len(texts), bool)
    used[codes] = True
    distinct = np.flatnonzero(used)
    place = np.zeros(len(texts), np.int32)
    place[distinct] = np.arange(len(distinct), dtype=np.int32)
    return place[codes], texts.take(pa.array(distinct))


def interleaved(values: list[Ints], lengths: Ints) -> Ints:
    """The first ``lengths[i]`` of the values of each row i, one row after the other."""
    if not values:
        return np.zeros(0, np.int32)
    if len(values) == 1:
        return values[0][lengths > 0]
    result = np.repeat(values[0], lengths)
    starts = None
    for place, codes in enumerate(values[1:], 1):
        rows = np.flatnonzero(lengths > place)
        if len(rows):
            starts = np.cumsum(lengths) - lengths if starts is None else starts
            result[starts[rows] + place] = codes[rows]
    return result


def lists(lengths: Ints, indices: Ints, dictionary: pa.Array, absent: Bools | None) -> pa.Array:
    """Lists of texts of a dictionary, of these lengths one after the other."""
    return listed(lengths, pa.DictionaryArray.from_arrays(pa.array(indices), dictionary), absent)


def listed(lengths: Ints, items: pa.Array, absent: Bools | None) -> pa.Array:
    """Lists of these lengths, their items one after the other; null where ``absent``, with length 0."""
    size = len(lengths)
    offsets = np.zeros(size + 1, np.int32)
    if size and lengths.min() == lengths.max():
        offsets[1:] = np.arange(1, size + 1) * lengths[0]
    else:
        np.cumsum(lengths, out=offsets[1:])
    type_ = pa.list_(items.type)
    return pa.Array.from_buffers(type_, size, [_validity(absent), pa.py_buffer(offsets)], children=[items])
