"""Findings of a job for a period, assessed: what each case adds is read back and added up.

    OUT.parquet --Assessable--> what each case adds --policy.assess--> Appraisal

The obligations behind the figures are read when somebody looks at one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from policy.assess import Appraisal, CaseCount, CaseRefused, Duty, Entry, Span, appraisal, obligation_of
from policy.assess.tally import Behind
from policy.bulk.errors import BulkError
from policy.bulk.job import RECEIPT
from policy.bulk.schema import ADDED, COUNTED, OBLIGATION
from policy.bulk.settings import Period
from policy.decide.snapshot import District, Snapshot
from policy.pack.assessment import Assessment
from policy.program.program import PackProgram

_CASES = ("row", "case", "district", "kind", "id", "assessment", "facts_digest", "open", "own_file")
_ADDS = ("assessed", "assessed_unit", "figures", "durations", "nanos")
_DUTIES = {name: "pack_version" if name == "version" else name for name in Duty._fields}
"""Columns by the fields of ``Duty``."""


class Assessable:
    """A file of findings. Raises ``BulkError`` (LNK731) for one that was not made for an assessment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        receipt = receipt_of(path)
        if receipt is None or receipt.get("period") is None:
            raise BulkError("LNK731", {"path": str(path)})
        self._receipt = receipt
        start, end = receipt["period"]
        self.period: Period = (start, end)

    def check(self, snapshot: Snapshot) -> None:
        """Raises ``BulkError``: LNK732 for other rules, LNK734 where cases could not be counted."""
        if self._receipt["rules"] != snapshot.digest:
            details = {"path": str(self.path), "made": self._receipt["rules"][:12]}
            raise BulkError("LNK732", details | {"now": snapshot.digest[:12]})
        if self._receipt["bad"]:
            raise BulkError("LNK734", {"path": str(self.path), "count": str(self._receipt["bad"])})

    def appraisal(
        self,
        district: District,
        program: PackProgram,
        assessment: Assessment,
        span: Span,
        confirmed: int | None,
    ) -> Appraisal:
        """What its cases come to. Raises ``CaseRefused`` with a row of the input: LNK827, LNK828."""
        places: list[int] = []

        def each() -> Iterator[CaseCount]:
            for row, count in self._counts(district.code, assessment.id):
                places.append(row)
                yield count

        try:
            found = appraisal(district, program, assessment, span, each(), confirmed)
        except CaseRefused as error:
            if error.code != "LNK827":
                raise
            raise CaseRefused(error.code, places[error.position], **error.details) from error
        return found._replace(behind=_Behind(self.path, span.as_of, district))

    def _counts(self, district: str, assessment: str) -> Iterator[tuple[int, CaseCount]]:
        """What each case adds, with its row of the input."""
        for case, adds in _cases(self.path):
            if case.district != district:
                raise CaseRefused("LNK828", case.row, name=case.district, district=district)
            if case.assessment == assessment:
                own = case.own_file or b""
                yield case.row, CaseCount(case.case, case.facts_digest, case.open, tuple(adds), (), own)


class _Case(NamedTuple):
    """A row of the kind ``counted``."""

    row: int
    case: str
    district: str
    assessment: str | None
    facts_digest: str
    open: int
    own_file: bytes | None
    """Of the district's own file the case itself: consequences are decided on it."""


def receipt_of(path: Path) -> dict[str, Any] | None:
    """The receipt of a file of findings; None for a file of anything else. Raises OSError."""
    try:
        stated = (pq.read_metadata(path).metadata or {}).get(RECEIPT)
    except pa.ArrowInvalid:
        return None
    return None if stated is None else dict(json.loads(stated))


def _cases(path: Path) -> Iterator[tuple[_Case, list[Entry]]]:
    """Each case that an assessment counts, and what it adds to that."""
    found: _Case | None = None
    adds: list[Entry] = []
    for rows in _rows(path, (*_CASES, *_ADDS), (COUNTED, ADDED)):
        for values in zip(*rows, strict=True):
            row, case, district, kind, ident, assessment, digest, opened, own_file, *added = values
            if kind == ADDED:
                body, unit, figures, durations, nanos = added
                took = tuple(zip(durations, nanos, strict=True))
                adds.append(Entry(body, unit, ident, tuple(figures), took))
                continue
            if found is not None:
                yield found, adds
            found, adds = _Case(row, case, district, assessment, digest, opened, own_file), []
    if found is not None:
        yield found, adds


def _rows(path: Path, columns: tuple[str, ...], kinds: tuple[str, ...]) -> Iterator[list[list[Any]]]:
    """Columns of the rows of some kinds, a row group at a time."""
    wanted = pa.array(kinds)
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            group = file.read_row_group(number, columns=[*dict.fromkeys((*columns, "kind"))])
            group = group.filter(pc.is_in(group["kind"], wanted))
            yield [_values(group[name]) for name in columns]


def _values(column: pa.ChunkedArray) -> list[Any]:
    """A column as Python has it; moments as nanoseconds."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    values: list[Any] = column.to_pylist()
    return values


class _Behind(Mapping[str, Behind]):
    """The obligations of one moment by their ids, read when first asked for."""

    def __init__(self, path: Path, as_of: int, district: District) -> None:
        self._path = path
        self._as_of = as_of
        self._district = district
        self._made: dict[str, Behind] = {}

    @cached_property
    def _found(self) -> dict[str, tuple[str, Duty]]:
        """Cases and duties as plain values; an empty text stands in the file as null."""
        found = {}
        columns = ("case", "as_of", *_DUTIES.values())
        for rows in _rows(self._path, columns, (OBLIGATION,)):
            for case, as_of, *values in zip(*rows, strict=True):
                if as_of == self._as_of:
                    duty = Duty(*values)
                    found[duty.id] = (
                        case,
                        duty._replace(
                            bearer_party=duty.bearer_party or "",
                            bearer_unit=duty.bearer_unit or "",
                            about=duty.about or "",
                            state_event=duty.state_event or "",
                        ),
                    )
        return found

    def __getitem__(self, ident: str) -> Behind:
        made = self._made.get(ident)
        if made is None:
            case, duty = self._found[ident]
            made = self._made[ident] = Behind(case, obligation_of(duty, self._district))
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
