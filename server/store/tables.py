"""The tables of the log, as the newest migration leaves them. Those of the register are in ``register``.

snapshots 1--* snapshot_files *--1 rule_files      each text once, however many snapshots hold it
    1--* decisions 1--1 log_leaves                 what was decided, and its place in the log (docs/log.md)
         log_notes 1--1 log_leaves                 what was done to the log itself
                        log_nodes, log_head        the tree over the leaves, and its newest checkpoint
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from server.store.dialects import AnyText, Place
from server.store.metadata import METADATA

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
    Column("rules", Text, nullable=False, server_default=""),
    Column("bodies", Text, nullable=False, server_default=""),
    # The published bundle that the rules are of; NULL where they are of a folder.
    Column("bundle", String(64)),
    # What opens facts and outcome, wrapped under the log's master key; NULL once it has been destroyed.
    Column("data_key", LargeBinary),
    # NULL in a row from before the log had proofs, until it is imported.
    Column("place", BigInteger),
    Index("decisions_by_case", "district", "case_id"),
)

LEAVES = Table(
    "log_leaves",
    METADATA,
    Column("place", Place, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("entry", String(26), nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
)

NODES = Table(
    "log_nodes",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

HEAD = Table(
    "log_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("verifier", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("checkpoint", Text, nullable=False),
    Column("importing", Boolean, nullable=False),
)

NOTES = Table(
    "log_notes",
    METADATA,
    Column("id", String(26), primary_key=True),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("about", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    Column("place", BigInteger, nullable=False),
)

CALLS = Table(
    "log_calls",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("decision", String(26), nullable=False),
    Column("request", String(64), nullable=False),
)
