"""Batches of cases decided at once; the cases that columns are not sure of are named and left out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy.bulk.columns.batch import Batch
from policy.bulk.columns.checking import refused
from policy.bulk.columns.dues import DueColumn
from policy.bulk.columns.limits import Limits
from policy.bulk.columns.output import Context, findings
from policy.bulk.columns.paths import Paths
from policy.bulk.columns.rules import ColumnRule, column_rule, shared_shapes
from policy.bulk.columns.shaping import Shaper
from policy.bulk.columns.tables import cut, settle_either, tables_of
from policy.bulk.columns.texts import Base, Bools, Ints, Pool
from policy.bulk.schema import ROW, finding_schema
from policy.decide.snapshot import District
from policy.pack.model import Modality
from policy.pack.vocabulary import SECTIONS

_SHARED_BY = 3
"""A condition that as many kinds of triggers ask for is computed for the whole table."""


class Columns:
    """Decides batches of one district's cases. Immutable after it is made; may be shared by threads.

    ``ids``: whether findings have the column ``id``. Naming an obligation takes about as long as deciding it.
    """

    def __init__(self, district: District, ids: bool = True) -> None:
        self.district = district
        self._ids = ids
        self.base = Base()
        vocabulary = district.vocabulary
        self._codes = {
            section: {code: self.base.code(code) for code in vocabulary.codes(section)}
            for section in SECTIONS
        }
        rules: list[ColumnRule] = []
        self._shapers = []
        for program in district.programs:
            shaper = Shaper(self.base, program.terms, program.params)
            self._shapers.append(shaper)  # shapes are known by identity: they live as long as the engine
            rules += [column_rule(program, plan, shaper) for plan in program.plans]
            self.base.add(body for plan in program.plans for body in _bodies(plan.rule))
            self.base.add(text for plan in program.plans for text in (plan.id, plan.rule.action))
        if len(self.base.codes) > np.iinfo(np.int16).max:
            raise ValueError("more texts than the columns of codes can tell apart")
        self.rules = tuple(rules)
        self.shared = shared_shapes(self.rules, _SHARED_BY)
        self.dues = {
            id(rule.plan): DueColumn(rule.plan.due, district.calendar)
            for rule in rules
            if rule.plan.due is not None
        }
        self.disputed = _disputed(self.rules)
        self.limits = Limits(self.rules, len(self.base.codes))

    def decide(self, batch: pa.RecordBatch, as_of: int | Ints) -> tuple[pa.RecordBatch, Bools]:
        """The findings of the cases it is sure of, in order, and which cases it is not sure of.

        ``batch`` has the columns of ``policy.bulk.schema.batch_schema``; ``as_of`` is in nanoseconds since
        1970 UTC, one for all cases or one each.
        """
        moments = np.broadcast_to(np.asarray(as_of, np.int64), (len(batch),))
        try:
            tables = tables_of(
                batch.drop_columns([ROW]), Pool(self.base), self._codes, self.district.reader.attributes
            )
            tables.pool.array().validate(full=True)
        except (pa.ArrowInvalid, UnicodeDecodeError):  # a text that is not UTF-8: the reader finds the case
            return pa.RecordBatch.from_pylist([], finding_schema(self._ids)), np.ones(len(batch), bool)
        doubtful = refused(tables, moments)
        tables = cut(tables, moments)
        for table in tables.by_key.values():
            settle_either(table)
        crowded = self.limits.passed(tables)
        if crowded.any():
            return self._without(crowded, batch, moments)
        tables.case.put("as_of", moments)
        context = Context(
            self.district.code,
            batch.column(ROW),
            pc.fill_null(batch.column("id"), ""),
            moments,
            self.base,
            tables.pool.array,
            Paths(tables),
            self._ids,
        )
        deciding = Batch(self, tables, doubtful, context)
        deciding.run()
        return findings(deciding.parts, deciding.opens, deciding.doubtful, context), deciding.doubtful

    def _without(self, crowded: Bools, batch: pa.RecordBatch, moments: Ints) -> tuple[pa.RecordBatch, Bools]:
        """Decides the other cases: the combinations of a crowded one would fill the memory."""
        found, left = self.decide(batch.filter(pa.array(~crowded)), moments[~crowded])
        doubtful = crowded.copy()
        doubtful[~crowded] = left
        return found, doubtful


def _bodies(rule: Any) -> tuple[str, ...]:
    return (*rule.bearer.bodies, *rule.counterparty.bodies)


def _disputed(rules: tuple[ColumnRule, ...]) -> frozenset[str]:
    """Actions that some rule forbids and another does not: only they can make a conflict."""
    forbidden = {r.plan.rule.action for r in rules if r.plan.rule.modality is Modality.PROHIBITION}
    others = {r.plan.rule.action for r in rules if r.plan.rule.modality is not Modality.PROHIBITION}
    return frozenset(forbidden & others)
