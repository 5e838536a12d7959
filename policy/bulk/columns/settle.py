"""Which missing facts settle an unknown condition: what ``policy.engines.settling`` says, on columns.

An unknown condition is a formula over atoms, comparisons that need a missing fact. Where no fact stands in it
twice, each atom can change the outcome, so the facts worth asking for are those of all its atoms. A binding
in whose formula a fact is repeated, or which columns cannot take apart, makes its case doubtful.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy.bulk.columns.expressions import Evaluator
from policy.bulk.columns.frames import Bound, Frame, spread
from policy.bulk.columns.paths import Paths
from policy.bulk.columns.rules import ColumnRule
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
    Read,
    Shape,
    Some,
)
from policy.bulk.columns.tables import CASE, Table
from policy.bulk.columns.texts import Bools, Ints


class Missing(NamedTuple):
    """For each binding its missing facts, as codes of paths sorted by spelling; and which stay doubtful."""

    starts: Ints
    facts: Ints
    doubtful: Bools


class Facts:
    """Paths of facts of elements, as codes of the batch's paths."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._known: dict[tuple[int, str], Ints] = {}

    def codes(self, table: Table, rows: Ints, field: str) -> Ints:
        """The code of the path of ``field`` of each row."""
        if table.key == CASE:
            name = f"attributes[{field[5:]}]" if field.startswith("attr.") else field
            return np.full(len(rows), self._constant(name), np.int32)
        known = self._known.get((id(table), field))
        if known is None:
            known = self._known[id(table), field] = np.full(table.size, -1, np.int32)
        fresh = np.unique(rows[known[rows] < 0])
        if len(fresh):
            owners = self._paths.codes(table)[fresh]
            elements = self._paths.array().take(pa.array(owners))
            first = self._paths.add(pc.binary_join_element_wise(elements, field, "."))
            known[fresh] = first + np.arange(len(fresh), dtype=np.int32)
        return known[rows]

    def asked(self, name: str, size: int) -> Ints:
        """The path of a parameter that nobody has fixed."""
        return np.full(size, self._constant(name), np.int32)

    def _constant(self, name: str) -> int:
        found = self._known.get((0, name))
        if found is None:
            found = self._known[0, name] = np.array([self._paths.add(pa.array([name]))])
        return int(found[0])


class Settling:
    """Takes the unknown conditions of one rule's bindings apart."""

    def __init__(self, evaluator: Evaluator, facts: Facts) -> None:
        self._evaluator = evaluator
        self._facts = facts
        self._found: list[tuple[Ints, Ints]] = []
        self._lost: Bools = np.zeros(0, bool)

    def missing(self, rule: ColumnRule, frame: Frame, paths: Paths) -> Missing:
        """The facts for each of the bindings ``frame``, whose conditions are all unknown."""
        self._found, self._lost = [], np.zeros(frame.size, bool)
        roots = np.arange(frame.size)
        for shape in rule.first:
            self._open_part(Of("v0", shape), frame, roots)
        for join in rule.joins:
            if join.first is not None:
                self._open_part(Of(join.var, join.first), frame, roots)
            for shape in join.rest:
                self._open_part(shape, frame, roots)
        return self._collected(frame.size, paths)

    def _collected(self, size: int, paths: Paths) -> Missing:
        """The facts found, by binding and spelling; a binding with a fact found twice is lost."""
        if not self._found:
            return Missing(np.zeros(size + 1, np.intp), np.zeros(0, np.intp), np.ones(size, bool))
        roots = np.concatenate([roots for roots, _ in self._found])
        codes = np.concatenate([codes for _, codes in self._found])
        distinct, places = np.unique(codes, return_inverse=True)
        order = pc.sort_indices(paths.array().take(pa.array(distinct))).to_numpy()
        ranks = np.empty(len(distinct), np.int64)
        ranks[order] = np.arange(len(distinct))
        both = np.sort(roots * np.int64(len(distinct)) + ranks[places])
        roots, codes = both // len(distinct), distinct[order[both % len(distinct)]]
        self._lost[roots[1:][both[1:] == both[:-1]]] = True
        counts = np.bincount(roots, minlength=size)
        self._lost |= counts == 0
        starts = np.zeros(size + 1, np.intp)
        np.cumsum(counts, out=starts[1:])
        return Missing(starts, codes, self._lost)

    def _open_part(self, shape: Shape, frame: Frame, roots: Ints) -> None:
        """Takes a part apart where it is unknown."""
        if isinstance(shape, Of):
            frame, shape = self._inside(shape, frame)
            self._open_part(shape, frame, roots)
            return
        truth = self._evaluator.truth(shape, frame)
        rows = np.flatnonzero(truth.maybe & ~truth.sure)
        if not len(rows):
            return
        take_apart = _APART.get(shape.__class__)
        if take_apart is None:
            self._lost[roots[rows]] = True
        elif len(rows) == frame.size:
            take_apart(self, shape, frame, roots)
        else:
            take_apart(self, shape, frame.at(rows), roots[rows])

    def _inside(self, shape: Of, frame: Frame) -> tuple[Frame, Shape]:
        """The frame of the element that a part reads."""
        if shape.var == CASE:
            bound = Bound(self._evaluator.tables.case, frame.case)
        else:
            bound = frame.variables[shape.var]
            if bound.rows is None:
                bound = Bound(bound.table, np.arange(frame.size))
        return Frame(frame.case, {ELEMENT: bound}), shape.body

    def _parts(self, shape: Both | Either, frame: Frame, roots: Ints) -> None:
        for part in shape.parts:
            self._open_part(part, frame, roots)

    def _negated(self, shape: Not, frame: Frame, roots: Ints) -> None:
        self._open_part(shape.part, frame, roots)

    def _some(self, shape: Some, frame: Frame, roots: Ints) -> None:
        if not shape.plain:
            self._lost[roots] = True
            return
        table = self._evaluator.tables.by_key[shape.table]
        chosen = self._evaluator.selected(table, shape.codes, shape.first)
        owners = frame.rows_of(shape.owner)
        places, positions = spread(chosen, np.arange(frame.size) if owners is None else owners)
        inner = frame.beside(places, shape.var, Bound(table, chosen.rows[positions]))
        if shape.rest is not None:
            kept = np.flatnonzero(self._evaluator.truth(shape.rest, inner).maybe)
            inner, places = inner.at(kept), places[kept]
            self._open_part(shape.rest, inner, roots[places])
        if shape.first is not None:
            self._open_part(Of(shape.var, shape.first), inner, roots[places])

    def _found_part(self, shape: Found, frame: Frame, roots: Ints) -> None:
        key, known = self._evaluator.value(shape.key, frame)
        rows = self._evaluator.ids(shape.table).rows(frame.case, np.broadcast_to(key, (frame.size,)))
        lost = rows < 0 if known is None else (rows < 0) | ~known
        self._lost[roots[lost]] = True
        kept = np.flatnonzero(~lost)
        inner = frame.at(kept)
        bound = Bound(self._evaluator.tables.by_key[shape.table], rows[kept])
        self._open_part(shape.body, Frame(inner.case, {**inner.variables, shape.var: bound}), roots[kept])

    def _atom(self, shape: Shape, frame: Frame, roots: Ints) -> None:
        """Notes the facts that are missing for a comparison."""
        if isinstance(shape, Of):
            frame, shape = self._inside(shape, frame)
            self._atom(shape, frame, roots)
        elif isinstance(shape, Read):
            self._fact(shape, frame, roots)
        elif isinstance(shape, Ask):
            self._found.append((roots, self._facts.asked(shape.path, frame.size)))
        elif isinstance(shape, Member):
            self._atom(shape.value, frame, roots)
        elif isinstance(shape, Apply) and not shape.op.endswith(_NOT_FREE):
            if shape.period:
                self._refuse_failed(shape, frame, roots)
            for arg in shape.args:
                self._atom(arg, frame, roots)
        elif not isinstance(shape, Lit):
            self._lost[roots] = True

    def _refuse_failed(self, shape: Apply, frame: Frame, roots: Ints) -> None:
        """A period that cannot be added to a known moment is an error, and no missing fact."""
        value, start = self._evaluator.value(shape, frame), self._evaluator.value(shape.args[0], frame)
        if value.known is not None:
            failed = ~value.known if start.known is None else start.known & ~value.known
            self._lost[roots[np.broadcast_to(failed, roots.shape)]] = True

    def _fact(self, shape: Read, frame: Frame, roots: Ints) -> None:
        ((table, rows),) = frame.variables.values()
        data, known = table.column(shape.name)
        if data.dtype.kind == "f":  # NaN equals nothing, so that no value of a fact may make it true
            self._lost[roots] = True
        if known is not None:
            rows = np.arange(frame.size) if rows is None else rows
            absent = np.flatnonzero(~known[rows])
            self._found.append((roots[absent], self._facts.codes(table, rows[absent], shape.name)))


_NOT_FREE = ("_string", "_double")
"""Orders in which a fact may be unable to make a comparison true, or false."""

_APART: Mapping[type[Shape], Callable[[Settling, Any, Frame, Ints], None]] = {
    Both: Settling._parts,
    Either: Settling._parts,
    Not: Settling._negated,
    Some: Settling._some,
    Found: Settling._found_part,
    Read: Settling._atom,
    Member: Settling._atom,
    Apply: Settling._atom,
    Ask: Settling._atom,
}
