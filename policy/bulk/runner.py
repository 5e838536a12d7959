"""Decides batches of cases: by the native core where it can, the others one after the other with ``decide``.

In: a batch of rows in one of the three layouts. Out: findings, reasons of bad rows, counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from linkage.v1 import facts_pb2
from policy.bulk import bad_rows
from policy.bulk.cases import RawCase, cases_of
from policy.bulk.columns_in import Layout, mirrored, moments
from policy.bulk.counting import PeriodCounting
from policy.bulk.findings import Findings
from policy.bulk.native import NativeRows, in_order, native_rows
from policy.bulk.schema import CONFLICT, ERROR, OBLIGATION, UNDETERMINED
from policy.bulk.settings import Settings
from policy.decide import decide
from policy.decide.snapshot import District, Snapshot
from policy.engines import COMPILED, NATIVE, Engine, engine_named
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


class Runner:
    """Decides batches; the same batch always gives the same results."""

    def __init__(
        self, snapshot: Snapshot, settings: Settings, engine: Engine, native: NativeRows | None = None
    ) -> None:
        self._native = native
        self._districts = snapshot.districts
        self._settings = settings
        self._engine = engine
        self._attributes = {code: district.reader.attributes for code, district in snapshot.districts.items()}
        self._counting = None if settings.period is None else PeriodCounting(settings.period, engine)

    def run(self, batch: pa.RecordBatch, layout: Layout) -> Results:
        """Every row of the batch: column ``row``, perhaps ``as_of``, then the columns of the layout."""
        said, rest, decided = self._by_core(batch, layout)
        findings = Findings(self._settings.ids)
        bad: list[dict[str, Any]] = []
        for raw in rest:
            decided += self._add(raw, findings, bad)
        table = findings.table()
        if said is not None:
            table = in_order(said, table)
        return Results(table, tuple(bad), counts_of(table, len(batch), decided))

    def _by_core(
        self, batch: pa.RecordBatch, layout: Layout
    ) -> tuple[pa.RecordBatch | None, Iterable[RawCase], int]:
        """What the core says of the rows that it decides; the other rows, read; how many it decided."""
        if self._native is None:
            return None, self._read(batch, layout), 0
        if layout is not Layout.COLUMNS:
            said, rest = self._native.of_batch(batch, layout)
            return said, self._read(rest, layout), len(batch) - len(rest)
        raws = list(self._read(batch, layout))
        for raw in raws:
            if raw.case is not None:
                with suppress(FactsError):
                    self._district(raw.case)
        said, left = self._native.of_cases(raws)
        return said, left, len(raws) - len(left)

    def _read(self, batch: pa.RecordBatch, layout: Layout) -> Iterator[RawCase]:
        source = mirrored(batch) if layout is Layout.COLUMNS else batch
        district = self._settings.district
        return cases_of(source, layout, self._attributes, district, moments(batch))

    def _add(self, raw: RawCase, findings: Findings, bad: list[dict[str, Any]]) -> bool:
        """Adds what is said of a case; or why it could not be decided, and False."""
        lang = self._settings.lang
        if raw.case is None:
            bad += bad_rows.of_faults(raw.row, raw.faults, lang)
            return False
        try:
            district = self._district(raw.case)
            if self._counting is not None:
                self._counting.add(findings, raw.row, district, raw.case)
            else:
                moment = self._settings.moment(raw.as_of)
                findings.add(raw.row, decide(district, raw.case, moment, self._engine))
        except FactsError as error:
            bad += bad_rows.of_violations(raw.row, error.violations, lang)
            return False
        return True

    def _district(self, case: facts_pb2.Case) -> District:
        """The district of a case, which is named in it afterwards. Raises ``FactsError``."""
        stated, asked = case.district, self._settings.district
        if self._settings.own and stated not in ("", asked):
            args = (("district", asked), ("name", stated[:64]))
            raise FactsError((Violation("case.district", "LNK828", args),))
        district = self._districts.get(asked or stated)
        if district is None:
            raise FactsError((self._no_district(asked or stated),))
        case.district = district.code
        return district

    def _no_district(self, code: str) -> Violation:
        if not code:
            return Violation("case.district", "LNK801", (("field", "district"),))
        known = tuple(sorted(self._districts))
        return Violation(
            "case.district", "LNK810", (("allowed", ", ".join(known)), ("name", code[:64])), known
        )


def counts_of(findings: pa.RecordBatch, read: int, decided: int) -> Counts:
    """The counts of a batch of which ``decided`` cases gave these findings; the others were refused."""
    found: dict[str, int] = {}
    for entry in pc.value_counts(findings.column("kind")).to_pylist():
        found[entry["values"]] = entry["counts"]
    said = (found.get(kind, 0) for kind in (OBLIGATION, UNDETERMINED, ERROR, CONFLICT))
    return Counts(read, decided, read - decided, *said)


def runner_of(snapshot: Snapshot, settings: Settings, engine: str) -> Runner:
    """The runner for an engine's name. Raises ``UnknownEngineError``.

    That of the native core decides by the compiled engine what the core leaves, and all where there is none.
    """
    if engine == NATIVE:
        return Runner(snapshot, settings, COMPILED, native_rows(snapshot, settings))
    return Runner(snapshot, settings, engine_named(engine))
