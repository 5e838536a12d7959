"""Elements by id within their case: what a lookup or a reference finds."""

from __future__ import annotations

import numpy as np

from policy.bulk.columns.tables import Table
from policy.bulk.columns.texts import Bools, Ints

_DENSE = 4_000_000
"""Most entries of a table of cases by ids; with more different ids the keys are sorted and searched."""


class Ids:
    """The rows of a table by case and id."""

    def __init__(self, table: Table, cases: int, texts: int) -> None:
        codes = table.column("id").data
        self._local = np.full(texts + 1, -1, np.int32)  # the last one for texts that came later
        self._local[codes] = 0
        distinct = np.flatnonzero(self._local == 0)
        self._local[distinct] = np.arange(len(distinct), dtype=np.int32)
        self._width = max(len(distinct), 1)
        key = table.case.astype(np.int64) * self._width + self._local[codes]
        rows = np.arange(table.size, dtype=np.int32)
        self._dense: Ints | None = None
        if self._width * cases <= _DENSE:
            self._dense = np.full(self._width * cases, -1, np.int32)
            self._dense[key] = rows
            self.doubled: Bools = self._dense[key] != rows
            """Rows whose id another row of the same case has too; at least one of each group."""
        else:
            self._order = np.argsort(key, kind="stable").astype(np.int32)
            self._keys = key[self._order]
            self.doubled = np.zeros(table.size, bool)
            self.doubled[self._order[1:][self._keys[1:] == self._keys[:-1]]] = True

    def rows(self, case: Ints, codes: Ints) -> Ints:
        """The row of the element with this id in this case; -1 where there is none."""
        local = self._local[np.minimum(codes, len(self._local) - 1)]
        key = case.astype(np.int64) * self._width + local
        if self._dense is not None:
            found = self._dense[key]
        elif len(self._keys):
            place = np.minimum(np.searchsorted(self._keys, key), len(self._keys) - 1)
            found = np.where(self._keys[place] == key, self._order[place], -1)
        else:
            found = np.full(len(key), -1, np.int32)
        return np.where(local < 0, -1, found)
