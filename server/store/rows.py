"""Between a logged decision and its row: encrypted on the way in, opened on the way out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.proof import sealing
from server.proof.entries import Kind, entry
from server.proof.keys import LogKeys
from server.proof.merkle import leaf_hash
from server.store.record import LoggedDecision
from server.store.tables import DECISIONS

COVERED = (
    "id",
    "received_at",
    "district",
    "case_id",
    "as_of",
    "facts",
    "snapshot",
    "outcome",
    "digest",
    "caller",
    "request_id",
    "rules",
    "bodies",
    "bundle",
)
"""The columns that a decision's leaf covers: all but its key, which may be destroyed, and its place."""

COLUMNS = tuple(DECISIONS.c[name] for name in (*COVERED, "data_key"))

NOTE_COVERED = ("id", "made_at", "made_by", "about", "detail")
"""The columns that a note's leaf covers."""


def row_of(record: LoggedDecision, keys: LogKeys) -> dict[str, Any]:
    """The row of a decision, without its place."""
    data_key, facts, outcome = sealing.closed(keys, record.id, record.facts, record.outcome)
    return {
        "id": record.id,
        "received_at": record.received_at,
        "district": record.district,
        "case_id": record.case_id,
        "as_of": record.as_of,
        "facts": facts,
        "snapshot": record.snapshot,
        "outcome": outcome,
        "digest": record.digest,
        "caller": record.caller,
        "request_id": record.request_id,
        "rules": record.rules,
        "bodies": record.bodies,
        "bundle": record.bundle,
        "data_key": data_key,
    }


def leaf_of(kind: Kind, row: Mapping[str, Any]) -> bytes:
    """The hash of the leaf of a decision's row."""
    return leaf_hash(entry_of(kind, row))


def entry_of(kind: Kind, row: Mapping[str, Any]) -> bytes:
    """What the leaf of a row covers."""
    covered = NOTE_COVERED if kind is Kind.NOTE else COVERED
    return entry(kind, {name: row[name] for name in covered})


def record_of(row: Any, keys: LogKeys) -> LoggedDecision:
    """The decision of a row of ``COLUMNS``; one that does not open is empty, and not what its digest says."""
    *values, data_key = row
    record = LoggedDecision(*values)
    if data_key is None:
        return record._replace(facts=b"", outcome=b"", erased=True)
    try:
        facts, outcome = sealing.opened(keys, record.id, data_key, record.facts, record.outcome)
    except sealing.Unreadable:
        facts, outcome = b"", b""
    return record._replace(facts=facts, outcome=outcome)
