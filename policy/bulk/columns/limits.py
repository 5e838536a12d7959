"""Cases so large that a limit of the scalar engine may stop it: they are left to it.

What is counted is an upper bound: every combination of elements that any rule is tried for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from policy.bulk.columns.rules import BREACHES, ColumnRule
from policy.bulk.columns.shaping import KINDS
from policy.bulk.columns.tables import Tables
from policy.bulk.columns.texts import Bools
from policy.engines.compiled import MAX_HITS, MAX_SETTLED

_MOST = min(MAX_HITS, MAX_SETTLED)


class Limits:
    """How many rules each element starts, by its kind and by the lists that they join it with."""

    def __init__(self, rules: Iterable[ColumnRule], codes: int) -> None:
        counts: dict[tuple[str, tuple[str, ...]], Counter[int]] = {}
        for rule in rules:
            joined = tuple(sorted(join.table for join in rule.joins))
            of_kind = counts.setdefault((rule.table, joined), Counter())
            of_kind.update(rule.codes or (_ANY,))
        self._weights = {key: _weights(of_kind, codes) for key, of_kind in counts.items()}

    def passed(self, tables: Tables, breaches: bool = False) -> Bools:
        """The cases that have more combinations than the scalar engine is sure to take.

        ``breaches``: of the rules that are tried on breaches, which stand in ``tables`` by then.
        """
        size = tables.case.size
        total = np.zeros(size)
        elements: dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
        for (key, joined), weights in self._weights.items():
            if (key == BREACHES) is not breaches:
                continue
            table = tables.by_key[key]
            tried = np.bincount(table.case, weights[table.column(KINDS[key]).data], size)
            for other in joined:
                if other not in elements:
                    elements[other] = np.bincount(tables.by_key[other].case, minlength=size)
                tried = tried * elements[other]
            total += tried
        return total > _MOST


_ANY = -1


def _weights(of_kind: Counter[int], codes: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    weights = np.full(codes, float(of_kind[_ANY]))
    for code, count in of_kind.items():
        if code != _ANY:
            weights[code] += count
    return weights
