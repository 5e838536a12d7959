"""The tables, as the newest migration leaves them.

snapshots 1--* snapshot_files *--1 rule_files      each text once, however many snapshots hold it
    1--* decisions
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, MetaData, String, Table

from server.store.dialects import AnyText

METADATA = MetaData()

RULE_FILES = Table(
    "rule_files",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

SNAPSHOTS = Table(
    "snapshots",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("stored_at", BigInteger, nullable=False),
)

SNAPSHOT_FILES = Table(
    "snapshot_files",
    METADATA,
    Column("snapshot", String(64), ForeignKey("snapshots.digest"), primary_key=True),
    Column("path", String(1024), primary_key=True),
    Column("file", String(64), ForeignKey("rule_files.digest"), nullable=False),
)

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("received_at", BigInteger, nullable=False),
    Column("district", String(64), nullable=False),
    Column("case_id", AnyText(256), nullable=False),
    Column("as_of", BigInteger, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("snapshot", String(64), ForeignKey("snapshots.digest"), nullable=False),
    Column("outcome", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("caller", String(256), nullable=False, server_default=""),
    Column("request_id", String(64), nullable=False, server_default=""),
    Index("decisions_by_case", "district", "case_id"),
)
