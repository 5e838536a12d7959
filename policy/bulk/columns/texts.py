"""Texts as integers: one code space for a batch, so that equality is a comparison of integers.

The vocabulary's codes and the constants of the rules come first and are the same for every batch; the texts
that only a batch holds (ids of its elements) follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.integer[Any]]
Bools = npt.NDArray[np.bool_]

CODE_DTYPE = np.int16
"""Of columns that hold vocabulary codes; every other text is an int32."""


class Base:
    """The texts known before any batch; the empty text has code 0."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {"": 0}

    def code(self, text: str) -> int:
        """The code of a text, which is added where it is new."""
        return self.codes.setdefault(text, len(self.codes))

    def add(self, texts: Iterable[str]) -> None:
        """Adds texts."""
        for text in texts:
            self.code(text)

    def array(self) -> pa.Array:
        """The texts in the order of their codes."""
        return pa.array(list(self.codes), pa.utf8())


class Pool:
    """The texts of one batch: the base's, then its own."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._chunks = [base.array()]
        self.size = len(base.codes)
        self._whole: pa.Array | None = None
        self._ranks: Ints | None = None

    def encode(self, columns: list[pa.Array]) -> list[Ints]:
        """The codes of text columns (0 where null), new texts added; one call a batch."""
        if not columns:
            return []
        encoded = pa.chunked_array(columns, pa.utf8()).dictionary_encode()
        distinct = encoded.chunk(0).dictionary
        known = pc.index_in(distinct, self.array())
        fresh = pc.is_null(known)
        new = fresh.to_numpy(zero_copy_only=False)
        codes = np.zeros(len(distinct) + 1, np.int32)  # the last one is what null reads as
        codes[:-1] = pc.fill_null(known, 0).to_numpy(zero_copy_only=False)
        first = self.add(distinct.filter(fresh))
        codes[:-1][new] = first + np.arange(int(new.sum()), dtype=np.int32)
        return [codes[pc.fill_null(chunk.indices, len(distinct)).to_numpy()] for chunk in encoded.chunks]

    def add(self, texts: pa.Array) -> int:
        """Adds texts that are new, and gives the code of the first."""
        first = self.size
        self._chunks.append(texts)
        self.size += len(texts)
        self._whole = self._ranks = None
        return first

    def array(self) -> pa.Array:
        """All texts in the order of their codes."""
        if self._whole is None:
            self._whole = pa.concat_arrays(self._chunks)
        return self._whole

    def ranks(self) -> Ints:
        """The place of each code in the order of spelling (by code points, as in Python)."""
        if self._ranks is None:
            order = pc.sort_indices(self.array()).to_numpy()
            ranks = np.empty(self.size, np.int32)
            ranks[order] = np.arange(self.size, dtype=np.int32)
            self._ranks = ranks
        return self._ranks
