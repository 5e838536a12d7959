"""Decisions as rows of the table of findings: a dictionary each, of the columns that it sets."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from policy.assess import CaseCount, Entry, day_end, is_still, original_end
from policy.bulk.schema import (
    ADDED,
    CONFLICT,
    COUNTED,
    ERROR,
    OBLIGATION,
    UNDETERMINED,
    finding_schema,
)
from policy.decide.decision import Conflict, Decision, Obligation, RuleError, Undetermined
from policy.money import Amount
from policy.time.due import Due

Row = dict[str, Any]
"""A finding by the columns of ``finding_schema``, null where left out. Moments are nanoseconds."""


class Findings:
    """Gathers the decisions of a batch; without ``ids`` no obligation is named."""

    def __init__(self, ids: bool = True) -> None:
        self._ids = ids
        self._rows: list[Row] = []

    def add(self, row: int, decision: Decision) -> None:
        """Adds everything that a decision says, in its order."""
        head = _head(row, decision)
        self._rows += [head | _obligation(item) for item in decision.obligations]
        self._rows += [head | _undetermined(entry) for entry in decision.undetermined]
        self._rows += [head | _error(error) for error in decision.errors]
        self._rows += [head | self._conflict(conflict) for conflict in decision.conflicts]

    def count(self, row: int, decision: Decision, assessment: str | None, count: CaseCount) -> None:
        """Adds what the case adds to an assessment, as it was decided; None: there is none to add to."""
        head = _head(row, decision) | {"assessment": assessment}
        counted = {
            "kind": COUNTED,
            "facts_digest": count.digest,
            "open": count.undetermined,
            "own_file": count.own or None,
        }
        self._rows.append(head | counted)
        self._rows += [head | _added(entry) for entry in count.entries]

    def table(self) -> pa.RecordBatch:
        """The rows so far as a batch of ``finding_schema``."""
        return pa.RecordBatch.from_pylist(self._rows, finding_schema(self._ids))

    def _conflict(self, conflict: Conflict) -> Row:
        first, second = conflict
        return {
            "kind": CONFLICT,
            "rule": first.rule,
            "id": first.id,
            "other_id": second.id if self._ids else None,
            "other_rule": second.rule,
        }


def _head(row: int, decision: Decision) -> Row:
    as_of = decision.receipt.as_of
    return {"row": row, "case": decision.case, "district": decision.district, "as_of": as_of}


def _obligation(o: Obligation) -> Row:
    rule, standing = o.plan.rule, o.standing
    return {
        "kind": OBLIGATION,
        "pack_version": o.program.pack.version,
        "rule": rule.id,
        "id": o.id,
        "modality": rule.modality,
        "force": rule.force,
        "bearing": rule.bearing,
        "bearers": o.bearers,
        "bearer_party": o.bearer_party or None,
        "bearer_unit": o.bearer_unit or None,
        "counterparties": o.counterparties,
        "counterparty_party": o.counterparty_party or None,
        "action": rule.action,
        "about": o.about or None,
        "bound": o.bound,
        "trigger": o.trigger,
        "triggered_at": o.triggered_at,
        "arose_at": o.arose_at,
        **_due(o.due),
        "due_missing": o.due_missing,
        **_amount(o.amount),
        "quantities": [number.short for number in o.numbers],
        "state": standing.state,
        "state_at": standing.at,
        "state_event": standing.event or None,
        "state_missing": standing.missing,
        "violated_at": standing.violated_at,
        "missing": o.missing,
        "basis": o.basis,
    }


def _due(due: Due | None) -> Row:
    if due is None:
        return {"provisional": False, "stands_still": False}
    return {
        "due_kind": due.kind,
        "due_at": due.nanos,
        "due_ends": day_end(due),
        "stands_still": is_still(due),
        "provisional": due.provisional,
        "original_due": due.original_nanos,
        "original_ends": original_end(due),
    }


def _amount(amount: Amount | None) -> Row:
    if amount is None:
        return {}
    return {
        "amount_fen": amount.fen,
        "amount_at_least_fen": amount.at_least,
        "amount_at_most_fen": amount.at_most,
        "amount_missing": amount.missing,
    }


def _undetermined(entry: Undetermined) -> Row:
    return {
        "kind": UNDETERMINED,
        "pack_version": entry.program.pack.version,
        "rule": entry.plan.rule.id,
        "bound": entry.bound,
        "missing": entry.missing,
    }


def _error(error: RuleError) -> Row:
    rule = None if error.plan is None else error.plan.rule.id
    return {"kind": ERROR, "rule": rule, "bound": error.bound, "code": error.code, "reason": error.reason}


def _added(entry: Entry) -> Row:
    return {
        "kind": ADDED,
        "id": entry.ident,
        "assessed": entry.body,
        "assessed_unit": entry.unit,
        "figures": entry.figures,
        "durations": [name for name, _ in entry.took],
        "nanos": [nanos for _, nanos in entry.took],
    }
