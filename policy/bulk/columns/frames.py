"""Frames: combinations of elements as arrays of rows, and how one is made from another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from policy.bulk.columns.shapes import ELEMENT
from policy.bulk.columns.tables import CASE, Column, Table
from policy.bulk.columns.texts import Bools, Ints


class Bound(NamedTuple):
    """A variable of a frame: its table and the row for each combination (None: every row, in order)."""

    table: Table
    rows: Ints | None


class Truth(NamedTuple):
    """Kleene's logic on arrays: where it is surely true, and where it may be (the same object: all known)."""

    sure: Bools
    maybe: Bools

    def at(self, rows: Ints | None) -> Truth:
        """The values of these rows."""
        if rows is None:
            return self
        sure = self.sure[rows]
        return Truth(sure, sure if self.maybe is self.sure else self.maybe[rows])


class Frame:
    """Combinations of elements: the case of each and the row of each variable; keeps what was computed."""

    def __init__(self, case: Ints, variables: Mapping[str, Bound]) -> None:
        self.case = case
        self.size = len(case)
        self.variables = variables
        self.memo: dict[Any, Truth] = {}
        self.columns: dict[int, Column] = {}

    def rows_of(self, var: str) -> Ints | None:
        """The rows of a variable; CASE: the cases."""
        return self.case if var == CASE else self.variables[var].rows

    def at(self, chosen: Ints) -> Frame:
        """Some of the combinations, in this order."""
        return Frame(
            self.case[chosen], {name: taken(bound, chosen) for name, bound in self.variables.items()}
        )

    def beside(self, chosen: Ints, var: str, bound: Bound) -> Frame:
        """The combinations ``chosen``, each with one more variable."""
        return Frame(
            self.case[chosen],
            {**{name: taken(old, chosen) for name, old in self.variables.items()}, var: bound},
        )


def taken(bound: Bound, chosen: Ints) -> Bound:
    """A variable of some of the combinations."""
    return Bound(bound.table, chosen if bound.rows is None else bound.rows[chosen])


def whole(table: Table) -> Frame:
    """The frame of every row of a table."""
    return Frame(table.case, {ELEMENT: Bound(table, None)})


class Selection(NamedTuple):
    """Rows of a table that may satisfy something; where those of each owner start, and how many they are."""

    rows: Ints
    starts: Ints
    counts: Ints
    sure: Bools | None
    """Which of the rows certainly do; None: all."""


def selection(table: Table, truth: Truth | None) -> Selection:
    """The rows that may satisfy ``truth``, by owner."""
    return selection_of(table, np.arange(table.size), truth)


def selection_of(table: Table, rows: Ints, truth: Truth | None) -> Selection:
    """The same of some rows alone; ``truth`` has a value for each of them."""
    sure = None
    if truth is not None:
        kept = np.flatnonzero(truth.maybe)
        sure = None if truth.maybe is truth.sure else truth.sure[kept]
        rows = rows[kept]
    return by_owner(rows, table.owner[rows], table.owners, sure)


def by_owner(rows: Ints, owner: Ints, owners: int, sure: Bools | None) -> Selection:
    """A selection of rows in the order of their owners."""
    starts = np.zeros(owners, np.intp)
    if len(rows):
        heads = np.flatnonzero(owner[1:] != owner[:-1]) + 1
        starts[owner[heads]] = heads  # the first owner's rows start at 0
    return Selection(rows, starts, np.bincount(owner, minlength=owners), sure)


def spread(selected: Selection, owners: Ints) -> tuple[Ints, Ints]:
    """For each place in ``owners`` all selected rows of that owner: (places, positions in the selection)."""
    counts = selected.counts[owners]
    places = np.flatnonzero(counts)
    if not len(places):
        return _NONE, _NONE
    counts = counts[places]
    first = selected.starts[owners[places]]
    if len(places) == counts.sum():  # one each, which is common
        return places, first
    ends = np.cumsum(counts)
    again = np.repeat(np.arange(len(places)), counts)
    return places[again], np.arange(int(ends[-1])) + (first - (ends - counts))[again]


_NONE = np.empty(0, np.intp)
