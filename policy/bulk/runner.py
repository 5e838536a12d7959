"""Decides batches of cases. A runner is all that differs between engines.

    batch --Runner.run--> findings, bad rows, counts

``Scalar`` decides case by case with ``decide``. ``Columnar`` gives whole batches to ``policy.bulk.columns``
and what that leaves doubtful to ``Scalar``; both give the same findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.v1 import facts_pb2
from policy.bulk import bad_rows
from policy.bulk.arranged import Indices, arranged
from policy.bulk.cases import RawCase, cases_of
from policy.bulk.columns_in import Layout, mirrored, moments
from policy.bulk.findings import Findings
from policy.bulk.schema import CONFLICT, ERROR, OBLIGATION, ROW, UNDETERMINED
from policy.decide import decide
from policy.decide.decision import Decision
from policy.decide.snapshot import District, Snapshot
from policy.engines import COMPILED, Engine
from policy.facts.reading import FactsError, Violation


class Counts(NamedTuple):
    """How many cases were read, decided and refused, and what the decisions say."""

    read: int = 0
    decided: int = 0
    bad: int = 0
    obligations: int = 0
    undetermined: int = 0
    errors: int = 0
    conflicts: int = 0

    def __add__(self, other: object) -> Counts:
        if not isinstance(other, Counts):
            return NotImplemented
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))


class Results(NamedTuple):
    """What became of a batch: findings (``finding_schema``, by row), reasons of bad rows, the counts."""

    findings: pa.RecordBatch
    bad: tuple[dict[str, Any], ...]
    counts: Counts


class Settings(NamedTuple):
    """What holds for every case. Moments are nanoseconds since 1970 UTC."""

    district: str
    """In place of the case's own, or ""."""
    as_of: int | None
    """In place of the case's own moment, or None."""
    now: int
    """Where nothing states a moment."""
    lang: str
    """Of the reasons of bad rows."""
    ids: bool = True
    """Whether findings name their obligations: for the columnar engine that is half of the work."""

    def moment(self, stated: int | None) -> int:
        """The moment that a case is decided for."""
        if self.as_of is not None:
            return self.as_of
        return self.now if stated is None else stated


class Runner(Protocol):
    """Decides batches; the same batch always gives the same results."""

    def run(self, batch: pa.RecordBatch, layout: Layout) -> Results:
        """Every row of the batch: column ``row``, perhaps ``as_of``, then the columns of the layout."""


class Scalar:
    """One case after the other."""

    def __init__(self, snapshot: Snapshot, settings: Settings, engine: Engine = COMPILED) -> None:
        self._districts = snapshot.districts
        self._settings = settings
        self._engine = engine
        self._attributes = {code: district.reader.attributes for code, district in snapshot.districts.items()}

    def run(self, batch: pa.RecordBatch, layout: Layout) -> Results:
        """Decides every row."""
        settings = self._settings
        findings = Findings(settings.ids)
        bad: list[dict[str, Any]] = []
        decided = 0
        source = mirrored(batch) if layout is Layout.COLUMNS else batch
        for raw in cases_of(source, layout, self._attributes, settings.district, moments(batch)):
            made = self._decision(raw, bad)
            if made is not None:
                findings.add(raw.row, made)
                decided += 1
        table = findings.table()
        return Results(table, tuple(bad), counts_of(table, len(batch), decided))

    def _decision(self, raw: RawCase, bad: list[dict[str, Any]]) -> Decision | None:
        lang = self._settings.lang
        if raw.case is None:
            bad += bad_rows.of_faults(raw.row, raw.faults, lang)
            return None
        code = self._settings.district or raw.case.district
        district = self._districts.get(code)
        if district is None:
            bad += bad_rows.of_violations(raw.row, (self._no_district(code),), lang)
            return None
        try:
            return self._decided(district, raw.case, self._settings.moment(raw.as_of))
        except FactsError as error:
            bad += bad_rows.of_violations(raw.row, error.violations, lang)
            return None

    def _decided(self, district: District, case: facts_pb2.Case, as_of: int) -> Decision:
        if self._settings.district:
            case.district = district.code
        return decide(district, case, as_of, self._engine)

    def _no_district(self, code: str) -> Violation:
        if not code:
            return Violation("case.district", "LNK801", (("field", "district"),))
        known = tuple(sorted(self._districts))
        return Violation(
            "case.district", "LNK810", (("allowed", ", ".join(known)), ("name", code[:64])), known
        )


class Columns(Protocol):
    """A columnar engine of one district."""

    def decide(
        self, batch: pa.RecordBatch, as_of: Any
    ) -> tuple[pa.RecordBatch, np.ndarray[Any, np.dtype[np.bool_]]]:
        """Findings of the cases it is sure of, ordered by row, and which cases it leaves to others.

        ``batch`` has the columns of ``batch_schema``, ``as_of`` is an int64 array of nanoseconds. Elements of
        lists may be null and attributes may have two values: such cases are left to others.
        """


class Columnar:
    """Whole batches at once, as far as the columnar engine is sure."""

    def __init__(self, snapshot: Snapshot, settings: Settings) -> None:
        self._districts = snapshot.districts
        self._settings = settings
        self._scalar = Scalar(snapshot, settings)
        self._engines: dict[str, Columns] = {}

    def run(self, batch: pa.RecordBatch, layout: Layout) -> Results:
        """Decides every row."""
        cases, stated, places = arranged(batch, layout)
        at = self._moments(stated)
        left = np.ones(len(batch), bool)
        tables = []
        for code, rows in self._by_district(cases):
            part = cases if len(rows) == len(cases) else cases.take(pa.array(rows))
            table, doubtful = self._engine(code).decide(self._named(part), at[rows])
            tables.append(table)
            left[places[rows]] = doubtful
        sure = int(len(batch) - left.sum())
        if sure == len(batch):
            table = _by_row(tables)
            return Results(table, (), counts_of(table, len(batch), sure))
        results = self._scalar.run(batch.filter(pa.array(left)), layout)
        table = _by_row([*tables, results.findings])
        counts = counts_of(table, len(batch), sure + results.counts.decided)
        return Results(table, results.bad, counts)

    def _engine(self, code: str) -> Columns:
        """The engine of a district, made when its first case comes."""
        from policy.bulk.columns import Columns as Engine

        found = self._engines.get(code)
        if found is None:
            found = self._engines[code] = Engine(self._districts[code], self._settings.ids)
        return found

    def _named(self, cases: pa.RecordBatch) -> pa.RecordBatch:
        """The cases under the district that the settings name."""
        if not self._settings.district:
            return cases
        named = pa.repeat(self._settings.district, len(cases))
        index = cases.schema.get_field_index("district")
        return cases.set_column(index, cases.schema.field(index), named)

    def _moments(self, stated: pa.Array) -> Indices:
        settings = self._settings
        if settings.as_of is not None:
            return np.full(len(stated), settings.as_of, np.int64)
        return np.asarray(pc.fill_null(stated, settings.now))

    def _by_district(self, batch: pa.RecordBatch) -> list[tuple[str, Indices]]:
        """The rows of each known district; those of no known one are the scalar runner's to refuse."""
        if self._settings.district:
            return [(self._settings.district, np.arange(len(batch)))] if len(batch) else []
        encoded = batch.column("district").dictionary_encode()
        codes = encoded.dictionary.to_pylist()
        index = np.asarray(pc.fill_null(encoded.indices, -1))
        found = [(code, np.flatnonzero(index == i)) for i, code in enumerate(codes)]
        return [(code, rows) for code, rows in found if code in self._districts]


def _by_row(tables: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Findings of different cases, put in order of their rows; those of one case keep theirs."""
    filled = [table for table in tables if len(table)] or list(tables[:1])
    if len(filled) == 1:
        return filled[0]
    table = pa.Table.from_batches(filled).unify_dictionaries().combine_chunks().to_batches()[0]
    order = np.argsort(np.asarray(table.column(ROW)), kind="stable")
    return table.take(pa.array(order))


def counts_of(findings: pa.RecordBatch, read: int, decided: int) -> Counts:
    """The counts of a batch of which ``decided`` cases gave these findings; the others were refused."""
    kinds = findings.column("kind")
    # Counted by their numbers: as texts they would be written out row by row.
    times = np.bincount(np.asarray(kinds.indices), minlength=len(kinds.dictionary))
    found: dict[str, int] = {}
    for kind, count in zip(kinds.dictionary.to_pylist(), times.tolist(), strict=True):
        found[kind] = found.get(kind, 0) + count
    said = (found.get(kind, 0) for kind in (OBLIGATION, UNDETERMINED, ERROR, CONFLICT))
    return Counts(read, decided, read - decided, *said)


def runner_of(snapshot: Snapshot, settings: Settings, engine: str) -> Runner:
    """The runner for an engine's name."""
    return Columnar(snapshot, settings) if engine == "columns" else Scalar(snapshot, settings)
