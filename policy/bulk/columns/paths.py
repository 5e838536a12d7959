"""Paths of elements (``events[e1]``, ``documents[d1].services[s1]``) and identities of obligations."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from policy.bulk.columns.tables import Table, Tables
from policy.bulk.columns.texts import Bools, Ints

_ID_BYTES = 16


class Paths:
    """The paths of a batch's elements as codes of a growing list of texts."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._chunks: list[pa.Array] = []
        self._size = 0
        self._codes: dict[int, Ints] = {}
        self._kept: list[Table] = []
        self._whole: pa.Array | None = None

    def codes(self, table: Table) -> Ints:
        """The code of the path of each row."""
        found = self._codes.get(id(table))
        if found is None:
            found = self._codes[id(table)] = self._made(table)
            self._kept.append(table)  # so that no other table gets its id()
        return found

    def array(self) -> pa.Array:
        """Paths by code."""
        if self._whole is None or len(self._whole) != self._size:
            self._whole = pa.concat_arrays(self._chunks or [pa.array([], pa.utf8())])
        return self._whole

    def _made(self, table: Table) -> Ints:
        if "." in table.key:
            return self._nested(table)
        ids = table.column("id").data
        pool = self._tables.pool
        used = np.zeros(pool.size, bool)
        used[ids] = True
        distinct = np.flatnonzero(used)
        place = np.zeros(pool.size, np.int32)
        place[distinct] = np.arange(len(distinct), dtype=np.int32)
        first = self.add(_bracketed(table.key, pool.array().take(pa.array(distinct))))
        return first + place[ids]

    def _nested(self, table: Table) -> Ints:
        """Of elements of elements; a relation has no id and goes by its kind and party."""
        owner, _, field = table.key.rpartition(".")
        pool = self._tables.pool.array()
        holders = self._tables.by_key[owner].column("id").data[table.owner]
        parts = [
            table.column(name).data for name in (("id",) if "id" in table.sources else ("kind", "party"))
        ]
        if len(parts) == 1:  # elements of different cases share most of their paths
            key = holders.astype(np.int64) * len(pool) + parts[0]
            _, rows, codes = np.unique(key, return_index=True, return_inverse=True)
        else:
            rows = codes = np.arange(table.size)
        names = [pool.take(pa.array(part[rows])) for part in parts]
        inner = _bracketed(field, pc.binary_join_element_wise(*names, ":"))
        outer = _bracketed(owner, pool.take(pa.array(holders[rows])))
        return self.add(pc.binary_join_element_wise(outer, inner, ".")) + codes

    def add(self, paths: pa.Array) -> int:
        """Adds paths, and gives the code of the first."""
        first = self._size
        self._chunks.append(paths)
        self._size += len(paths)
        return first


def _bracketed(name: str, keys: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(f"{name}[", keys, "]", "")


def identities(district: str, rule: str, cases: pa.Array, bound: Iterable[pa.Array]) -> list[bytes]:
    """The digests that name obligations of one rule: of district, rule, case and bound elements."""
    texts = pc.binary_join_element_wise(cases, *bound, "\0").cast(pa.binary()).to_pylist()
    begun = hashlib.blake2b(f"{district}\0{rule}\0".encode(), digest_size=_ID_BYTES)
    digests = []
    for text in texts:
        digest = begun.copy()
        digest.update(text)
        digests.append(digest.digest())
    return digests


def raw_digests(digests: list[bytes]) -> npt.NDArray[np.uint8]:
    """The digests as rows of bytes."""
    return np.frombuffer(b"".join(digests), np.uint8).reshape(len(digests), _ID_BYTES)


def id_texts(raw: npt.NDArray[np.uint8], absent: Bools | None = None) -> pa.Array:
    """``ob-`` and the digests in hexadecimal; null at the places ``absent``, which have no digest."""
    text = np.empty((len(raw), 3 + 2 * _ID_BYTES), np.uint8)
    text[:, :3] = np.frombuffer(b"ob-", np.uint8)
    text[:, 3:] = _HEX[raw].view(np.uint8)
    size = len(raw) if absent is None else len(absent)
    offsets = np.arange(size + 1, dtype=np.int32)
    if absent is not None:
        np.cumsum(~absent, out=offsets[1:])
    validity = None if absent is None else pa.py_buffer(np.packbits(~absent, bitorder="little"))
    buffers = [validity, pa.py_buffer(offsets * text.shape[1]), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.utf8(), size, buffers)


_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), np.uint16)
"""The two digits of each byte, as they lie in memory."""
