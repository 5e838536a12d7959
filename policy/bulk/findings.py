"""Decisions as rows of the table of findings.

What is fixed for a rule is written once for each rule of a batch and taken from there; everything else is
gathered a row at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import pyarrow as pa

from policy.assess import CaseCount, Entry, day_end, is_still, original_end
from policy.bulk.schema import (
    ADDED,
    CODES,
    CONFLICT,
    COUNTED,
    ERROR,
    OBLIGATION,
    UNDETERMINED,
    finding_schema,
)
from policy.decide.decision import Conflict, Decision, Obligation, RuleError, Undetermined
from policy.money import Amount
from policy.program.plan import RulePlan
from policy.program.program import PackProgram

# Columns that a rule fixes, in the order of ``_fixed``.
_FIXED = ("kind", "pack_version", "rule", "modality", "force", "bearing", "action")


class Finding(NamedTuple):
    """One row beyond what its rule fixes; names as in ``finding_schema``. Moments are nanoseconds."""

    row: int
    case: str
    district: str
    as_of: int
    rule: int
    """Index of what the rule fixes."""
    id: str | None = None
    bearers: tuple[str, ...] | None = None
    bearer_party: str | None = None
    bearer_unit: str | None = None
    counterparties: tuple[str, ...] | None = None
    counterparty_party: str | None = None
    about: str | None = None
    bound: tuple[str, ...] | None = None
    trigger: str | None = None
    triggered_at: int | None = None
    due_kind: str | None = None
    due_at: int | None = None
    provisional: bool | None = None
    original_due: int | None = None
    due_missing: tuple[str, ...] | None = None
    amount_fen: int | None = None
    amount_at_least_fen: int | None = None
    amount_at_most_fen: int | None = None
    amount_missing: tuple[str, ...] | None = None
    quantities: tuple[str, ...] | None = None
    state: str | None = None
    state_at: int | None = None
    state_event: str | None = None
    state_missing: tuple[str, ...] | None = None
    violated_at: int | None = None
    missing: tuple[str, ...] | None = None
    code: str | None = None
    reason: str | None = None
    other_id: str | None = None
    other_rule: str | None = None
    arose_at: int | None = None
    due_ends: str | None = None
    stands_still: bool | None = None
    original_ends: str | None = None
    basis: tuple[str, ...] | None = None
    assessment: str | None = None
    facts_digest: str | None = None
    open: int | None = None
    assessed: str | None = None
    assessed_unit: str | None = None
    figures: tuple[str, ...] | None = None
    durations: tuple[str, ...] | None = None
    nanos: tuple[int, ...] | None = None
    own_file: bytes | None = None


class Findings:
    """Gathers the decisions of a batch; without ``ids`` no obligation is named."""

    def __init__(self, ids: bool = True) -> None:
        self._ids = ids
        self._rows: list[Finding] = []
        self._fixed: list[tuple[str | None, ...]] = []
        self._known: dict[tuple[str, int, int], int] = {}

    def add(self, row: int, decision: Decision) -> None:
        """Adds everything that a decision says, in its order."""
        head = (row, decision.case, decision.district, decision.receipt.as_of)
        rows = self._rows
        for item in decision.obligations:
            rows.append(self._obligation(head, item))
        for entry in decision.undetermined:
            rows.append(self._undetermined(head, entry))
        for error in decision.errors:
            rows.append(self._error(head, error))
        for conflict in decision.conflicts:
            rows.append(self._conflict(head, conflict))

    def count(self, row: int, decision: Decision, assessment: str | None, count: CaseCount) -> None:
        """Adds what the case adds to an assessment, as it was decided; None: there is none to add to."""
        head = (row, decision.case, decision.district, decision.receipt.as_of)
        counted = Finding(
            *(*head, self._of(COUNTED, None, None)),
            assessment=assessment,
            facts_digest=count.digest,
            open=count.undetermined,
            own_file=count.own or None,
        )
        self._rows.append(counted)
        self._rows += (self._added(head, assessment, entry) for entry in count.entries)

    def _added(self, head: tuple[int, str, str, int], assessment: str | None, entry: Entry) -> Finding:
        return Finding(
            *(*head, self._of(ADDED, None, None), entry.ident),
            assessment=assessment,
            assessed=entry.body,
            assessed_unit=entry.unit,
            figures=entry.figures,
            durations=tuple(name for name, _ in entry.took),
            nanos=tuple(nanos for _, nanos in entry.took),
        )

    def table(self) -> pa.RecordBatch:
        """The rows so far as a batch of ``finding_schema``."""
        schema = finding_schema(self._ids)
        gathered = (
            dict(zip(Finding._fields, zip(*self._rows, strict=True), strict=True)) if self._rows else {}
        )
        fixed = dict(zip(_FIXED, zip(*self._fixed, strict=True), strict=True)) if self._fixed else {}
        rule = pa.array(gathered.get("rule", ()), pa.int32())
        columns = [
            _of_rule(fixed.get(field.name, ()), rule)
            if field.name in _FIXED
            else _column(gathered.get(field.name, ()), field.type)
            for field in schema
        ]
        return pa.RecordBatch.from_arrays(columns, schema=schema)

    def _obligation(self, head: tuple[int, str, str, int], o: Obligation) -> Finding:
        due, standing = o.due, o.standing
        return Finding(
            *head,
            self._of(OBLIGATION, o.program, o.plan),
            o.id,
            o.bearers,
            o.bearer_party or None,
            o.bearer_unit or None,
            o.counterparties,
            o.counterparty_party or None,
            o.about or None,
            o.bound,
            o.trigger,
            o.triggered_at,
            None if due is None else due.kind,
            None if due is None else due.nanos,
            due is not None and due.provisional,
            due.original_nanos if due is not None else None,
            o.due_missing,
            *_sums(o.amount),
            tuple([number.short for number in o.numbers]),
            standing.state,
            standing.at,
            standing.event or None,
            standing.missing,
            standing.violated_at,
            o.missing,
            arose_at=o.arose_at,
            due_ends=None if due is None else day_end(due),
            stands_still=due is not None and is_still(due),
            original_ends=None if due is None else original_end(due),
            basis=o.basis,
        )

    def _undetermined(self, head: tuple[int, str, str, int], entry: Undetermined) -> Finding:
        rule = self._of(UNDETERMINED, entry.program, entry.plan)
        return Finding(*head, rule, bound=entry.bound, missing=entry.missing)

    def _error(self, head: tuple[int, str, str, int], error: RuleError) -> Finding:
        rule = self._of(ERROR, None, error.plan)
        return Finding(*head, rule, bound=error.bound, code=error.code, reason=error.reason)

    def _conflict(self, head: tuple[int, str, str, int], conflict: Conflict) -> Finding:
        first, second = conflict
        rule = self._of(CONFLICT, None, first.plan)
        return Finding(
            *head, rule, id=first.id, other_id=second.id if self._ids else None, other_rule=second.rule
        )

    def _of(self, kind: str, program: PackProgram | None, plan: RulePlan | None) -> int:
        key = (kind, id(program), id(plan))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self._fixed)
            self._fixed.append(_fixed(kind, program, plan))
        return found


def _sums(amount: Amount | None) -> tuple[int | None, int | None, int | None, tuple[str, ...] | None]:
    if amount is None:
        return None, None, None, None
    return amount.fen, amount.at_least, amount.at_most, amount.missing


def _fixed(kind: str, program: PackProgram | None, plan: RulePlan | None) -> tuple[str | None, ...]:
    """What a rule fixes, by ``_FIXED``."""
    version = None if program is None else program.pack.version
    if plan is None:
        return (kind, version, None, None, None, None, None)
    rule = plan.rule
    if kind != OBLIGATION:
        return (kind, version, rule.id, None, None, None, None)
    return (kind, version, rule.id, rule.modality, rule.force, rule.bearing, rule.action)


def _of_rule(values: Iterable[str | None], rule: pa.Array) -> pa.Array:
    """A column that the rule fixes: the rules' own values, encoded once and taken for every row."""
    encoded = pa.array(list(values), pa.utf8()).dictionary_encode()
    return pa.DictionaryArray.from_arrays(encoded.indices.take(rule), encoded.dictionary)


def _column(values: Iterable[Any], wanted: pa.DataType) -> pa.Array:
    if wanted == CODES:
        return _lists(list(values))
    if pa.types.is_dictionary(wanted):
        return pa.array(values, wanted.value_type).dictionary_encode()
    if pa.types.is_timestamp(wanted):
        return pa.array(values, pa.int64()).cast(wanted)
    return pa.array(values, wanted)


def _lists(values: list[tuple[str, ...] | None]) -> pa.Array:
    """Lists of codes; few of them differ, so each different one is encoded once."""
    codes: dict[str, int] = {}
    known: dict[tuple[str, ...], list[int]] = {}
    offsets = [0]
    indices: list[int] = []
    for items in values:
        if items:
            encoded = known.get(items)
            if encoded is None:
                encoded = known[items] = [codes.setdefault(item, len(codes)) for item in items]
            indices += encoded
        offsets.append(len(indices))
    elements = pa.DictionaryArray.from_arrays(pa.array(indices, pa.int32()), pa.array(list(codes), pa.utf8()))
    absent = [items is None for items in values]
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), elements, mask=pa.array(absent) if any(absent) else None
    )
