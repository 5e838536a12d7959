"""Shapes on frames: every part of an expression for all combinations at once.

Conditions follow Kleene's logic with two arrays, "certainly true" and "may be true". What columns do not
compute (``shapes.is_exact``) is unknown too: an outcome that is known is right nevertheless, because knowing
more never changes a known outcome, and one that stays unknown is looked at again (``settle``).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from policy.bulk.columns.days import end_of_period
from policy.bulk.columns.frames import (
    Bound,
    Frame,
    Selection,
    Truth,
    selection,
    selection_of,
    spread,
    whole,
)
from policy.bulk.columns.ids import Ids
from policy.bulk.columns.shapes import (
    ELEMENT,
    Apply,
    Ask,
    Both,
    Either,
    Found,
    Lit,
    Member,
    Not,
    Of,
    Opaque,
    Read,
    Shape,
    Some,
)
from policy.bulk.columns.shaping import KINDS
from policy.bulk.columns.tables import CASE, Array, Column, Table, Tables
from policy.bulk.columns.texts import CODE_DTYPE, Bools, Ints

_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "equals": operator.eq,
    "not_equals": operator.ne,
    "less": operator.lt,
    "less_equals": operator.le,
    "greater": operator.gt,
    "greater_equals": operator.ge,
}


class Evaluator:
    """Computes shapes on the tables of one batch.

    ``shared`` are ids of shapes over one table that many frames ask for: computed once for the whole table.
    """

    def __init__(self, tables: Tables, shared: frozenset[int], codes: int) -> None:
        self.tables = tables
        self.doubtful: Bools = np.zeros(tables.case.size, bool)
        self._shared = shared
        self._codes = codes
        self._wholes: dict[int, Frame] = {}
        self._selections: dict[tuple[int, tuple[int, ...], int], Selection] = {}
        self._by_code: dict[int, Mapping[int, Ints]] = {}
        self._frames: dict[tuple[int, tuple[int, ...]], Frame] = {}
        self._marks: dict[tuple[Any, ...], Bools] = {}
        self._ids: dict[str, Ids] = {}

    def whole(self, table: Table) -> Frame:
        """The frame of a whole table."""
        found = self._wholes.get(id(table))
        if found is None:
            found = self._wholes[id(table)] = whole(table)
        return found

    def truth(self, shape: Shape, frame: Frame) -> Truth:
        """Where a condition holds."""
        found = frame.memo.get(id(shape))
        if found is None:
            found = frame.memo[id(shape)] = _TRUTH[shape.__class__](self, shape, frame)
        return found

    def on_table(self, shape: Shape, frame: Frame) -> Truth:
        """A condition over the one table of ``frame``, computed for the whole table where others ask too."""
        bound = frame.variables[ELEMENT]
        if bound.rows is not None and id(shape) in self._shared and shape.__class__ is not Of:
            return self.truth(shape, self.whole(bound.table)).at(bound.rows)
        return self.truth(shape, frame)

    def value(self, shape: Shape, frame: Frame) -> Column:
        """The values of an expression and where they are known."""
        if isinstance(shape, Lit):
            return Column(np.asarray(shape.value), None)
        found = frame.columns.get(id(shape))
        if found is None:
            compute = _VALUE.get(shape.__class__)
            if compute is None:
                truth = self.truth(shape, frame)
                known = None if truth.maybe is truth.sure else ~(truth.maybe ^ truth.sure)
                return Column(truth.sure, known)
            found = frame.columns[id(shape)] = compute(self, shape, frame)
        return found

    def _frame_of(self, shape: Of, frame: Frame) -> Frame:
        table = self.tables.case if shape.var == CASE else frame.variables[shape.var].table
        return self.whole(table)

    def _truth_of(self, shape: Of, frame: Frame) -> Truth:
        return self.truth(shape.body, self._frame_of(shape, frame)).at(frame.rows_of(shape.var))

    def _value_of(self, shape: Of, frame: Frame) -> Column:
        column = self.value(shape.body, self._frame_of(shape, frame))
        rows = frame.rows_of(shape.var)
        if rows is None or column.data.ndim == 0:
            return column
        return Column(column.data[rows], None if column.known is None else column.known[rows])

    def _read(self, shape: Read, frame: Frame) -> Column:
        ((table, rows),) = frame.variables.values()
        column = table.column(shape.name)
        if rows is None:
            return column
        return Column(column.data[rows], None if column.known is None else column.known[rows])

    def _truth_read(self, shape: Read | Of, frame: Frame) -> Truth:
        return _truth(*self.value(shape, frame))

    def _truth_lit(self, shape: Lit, frame: Frame) -> Truth:
        same = np.full(frame.size, bool(shape.value))
        return Truth(same, same)

    def _both(self, shape: Both, frame: Frame) -> Truth:
        return _all([self.truth(part, frame) for part in shape.parts])

    def _either(self, shape: Either, frame: Frame) -> Truth:
        parts = [self.truth(part, frame) for part in shape.parts]
        sure = np.logical_or.reduce([part.sure for part in parts])
        if all(part.maybe is part.sure for part in parts):
            return Truth(sure, sure)
        return Truth(sure, np.logical_or.reduce([part.maybe for part in parts]))

    def _not(self, shape: Not, frame: Frame) -> Truth:
        truth = self.truth(shape.part, frame)
        sure = ~truth.maybe
        return Truth(sure, sure if truth.maybe is truth.sure else ~truth.sure)

    def _member(self, shape: Member, frame: Frame) -> Truth:
        data, known = self.value(shape.value, frame)
        items = shape.items
        if len(items) == 1:
            return _truth(_full(data == items[0], frame), known)
        if data.dtype == CODE_DTYPE:
            marks = self._marks.get(items)
            if marks is None:
                marks = self._marks[items] = np.zeros(self._codes, bool)
                marks[np.array(items, np.intp)] = True
            return _truth(marks[data], known)
        return _truth(_full(np.isin(data, items), frame), known)

    def _apply_truth(self, shape: Apply, frame: Frame) -> Truth:
        one, other = (self.value(arg, frame) for arg in shape.args)
        a, b = one.data, other.data
        if shape.op.endswith("_string"):
            ranks = self.tables.pool.ranks()
            a, b = ranks[a], ranks[b]
        name = shape.op if shape.op in _COMPARE else shape.op.rpartition("_")[0]
        known = one.known if other.known is None else other.known
        if one.known is not None and other.known is not None:
            known = one.known & other.known
        return _truth(_full(_COMPARE[name](a, b), frame), known)

    def _apply_value(self, shape: Apply, frame: Frame) -> Column:
        if shape.boolean:
            truth = self.truth(shape, frame)
            known = None if truth.maybe is truth.sure else ~(truth.maybe ^ truth.sure)
            return Column(truth.sure, known)
        return end_of_period(self.value(shape.args[0], frame), shape.period)

    def _opaque(self, _shape: Opaque, frame: Frame) -> Truth:
        return Truth(np.zeros(frame.size, bool), np.ones(frame.size, bool))

    def _ask(self, _shape: Ask, frame: Frame) -> Truth:
        return Truth(np.zeros(frame.size, bool), np.ones(frame.size, bool))

    def _ask_value(self, _shape: Ask, frame: Frame) -> Column:
        return Column(np.zeros(frame.size, np.int32), np.zeros(frame.size, bool))

    def of_kind(self, table: Table, codes: tuple[int, ...]) -> Frame:
        """The frame of the elements of these kinds; of no codes: of all."""
        if not codes:
            return self.whole(table)
        key = (id(table), codes)
        found = self._frames.get(key)
        if found is None:
            by_code = self._rows(table)
            parts = [by_code.get(code, _NONE) for code in codes]
            rows = parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))
            found = self._frames[key] = Frame(table.case[rows], {ELEMENT: Bound(table, rows)})
        return found

    def _rows(self, table: Table) -> Mapping[int, Ints]:
        """The rows of a table by the code that tells its elements apart."""
        found = self._by_code.get(id(table))
        if found is None:
            codes = table.column(KINDS[table.key]).data
            order = np.argsort(codes, kind="stable")
            ordered = codes[order]
            parts = np.split(order, np.flatnonzero(ordered[1:] != ordered[:-1]) + 1)
            found = self._by_code[id(table)] = {int(codes[part[0]]): part for part in parts if len(part)}
        return found

    def selected(self, table: Table, codes: tuple[int, ...], first: Shape | None) -> Selection:
        """The rows of a table of these kinds that may satisfy a condition on the element alone."""
        key = (id(table), codes, id(first))
        found = self._selections.get(key)
        if found is None:
            frame = self.of_kind(table, codes)
            truth = None if first is None else self.on_table(first, frame)
            rows = frame.variables[ELEMENT].rows
            made = selection(table, truth) if rows is None else selection_of(table, rows, truth)
            found = self._selections[key] = made
        return found

    def _some(self, shape: Some, frame: Frame) -> Truth:
        table = self.tables.by_key[shape.table]
        chosen = self.selected(table, shape.codes, shape.first)
        owners = frame.rows_of(shape.owner)
        if owners is None:
            owners = np.arange(frame.size)
        if shape.rest is None:
            return self._any_of(table, chosen, shape).at(owners)
        sure = np.zeros(frame.size, bool)
        places, positions = spread(chosen, owners)
        if not len(places):
            return Truth(sure, sure)
        inner = frame.beside(places, shape.var, Bound(table, chosen.rows[positions]))
        truth = self.truth(shape.rest, inner)
        certain = truth.sure if chosen.sure is None else truth.sure & chosen.sure[positions]
        sure[places[certain]] = True
        if truth.maybe is truth.sure and chosen.sure is None:
            return Truth(sure, sure)
        maybe = np.zeros(frame.size, bool)
        maybe[places[truth.maybe]] = True
        return Truth(sure, maybe)

    def _any_of(self, table: Table, chosen: Selection, shape: Some) -> Truth:
        """Whether each owner has a selected row."""
        memo = self.whole(table).memo
        key = ("any", shape.codes, id(shape.first))
        found = memo.get(key)
        if found is None:
            maybe = chosen.counts > 0
            sure = maybe
            if chosen.sure is not None:
                sure = np.zeros(table.owners, bool)
                sure[table.owner[chosen.rows[chosen.sure]]] = True
            found = memo[key] = Truth(sure, maybe)
        return found

    def ids(self, key: str) -> Ids:
        """The elements of a table by id."""
        found = self._ids.get(key)
        if found is None:
            tables = self.tables
            found = self._ids[key] = Ids(tables.by_key[key], tables.case.size, tables.pool.size)
        return found

    def _inside(self, shape: Found, frame: Frame) -> tuple[Frame, Bools | None]:
        """The frame with the element that a lookup finds, and where its key is known."""
        key, known = self.value(shape.key, frame)
        rows = self.ids(shape.table).rows(frame.case, np.broadcast_to(key, (frame.size,)))
        lost = rows < 0
        if known is not None:
            lost &= known
        # A lookup that finds nothing is an error of the whole term, whatever the rest says.
        self.doubtful[frame.case[lost]] = True
        table = self.tables.by_key[shape.table]
        bound = Bound(table, np.maximum(rows, 0))
        return Frame(frame.case, {**frame.variables, shape.var: bound}), known

    def _found(self, shape: Found, frame: Frame) -> Truth:
        if not self.tables.by_key[shape.table].size:
            return self._nothing_found(shape, frame)
        inner, known = self._inside(shape, frame)
        truth = self.truth(shape.body, inner)
        if known is None:
            return truth
        return Truth(truth.sure & known, truth.maybe | ~known)

    def _nothing_found(self, shape: Found, frame: Frame) -> Truth:
        _, known = self.value(shape.key, frame)
        self.doubtful[frame.case if known is None else frame.case[known]] = True
        return self._opaque(Opaque(), frame)

    def _found_value(self, shape: Found, frame: Frame) -> Column:
        if not self.tables.by_key[shape.table].size:
            self._nothing_found(shape, frame)
            return Column(np.zeros(frame.size, np.int32), np.zeros(frame.size, bool))
        inner, known = self._inside(shape, frame)
        data, there = self.value(shape.body, inner)
        if known is None:
            return Column(data, there)
        return Column(data, known if there is None else known & there)


def _full(data: Any, frame: Frame) -> Array:
    return data if getattr(data, "ndim", 0) else np.full(frame.size, bool(data))


def _truth(data: Bools, known: Bools | None) -> Truth:
    if known is None:
        return Truth(data, data)
    return Truth(data & known, data | ~known)


def _all(parts: list[Truth]) -> Truth:
    if len(parts) == 1:
        return parts[0]
    sure = np.logical_and.reduce([part.sure for part in parts])
    if all(part.maybe is part.sure for part in parts):
        return Truth(sure, sure)
    return Truth(sure, np.logical_and.reduce([part.maybe for part in parts]))


_TRUTH: Mapping[type[Shape], Callable[[Evaluator, Any, Frame], Truth]] = {
    Of: Evaluator._truth_of,
    Read: Evaluator._truth_read,
    Lit: Evaluator._truth_lit,
    Both: Evaluator._both,
    Either: Evaluator._either,
    Not: Evaluator._not,
    Member: Evaluator._member,
    Apply: Evaluator._apply_truth,
    Some: Evaluator._some,
    Found: Evaluator._found,
    Ask: Evaluator._ask,
    Opaque: Evaluator._opaque,
}
_VALUE: Mapping[type[Shape], Callable[[Evaluator, Any, Frame], Column]] = {
    Of: Evaluator._value_of,
    Read: Evaluator._read,
    Apply: Evaluator._apply_value,
    Found: Evaluator._found_value,
    Ask: Evaluator._ask_value,
}


_NONE = np.empty(0, np.intp)
