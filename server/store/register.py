"""The tables of the register, as the newest migration leaves them.

register_cases 1--* register_entries           what was recorded: appended to, never changed
               1--* register_obligations       what follows from it: derived, and made again at will
                        1--* register_marks    whose, under which clause, in which matter: for lists
                        1--1 register_figures  what it counts as, and since when: for boards
               1--* register_changes           the stream: what became of which obligation, and why
register_districts                             how long each district's stream is
register_rules                                 which rules began to serve, were adopted or rejected
register_keys 1--1 register_cases              what opens its entries, wrapped; destroyed when it is erased
register_database                              which database this is: one row

Each large table has its district and a year in its primary key, so that it can be partitioned by them without
another key: by district first (its own stream, its own departments), then by year; of entries, obligations,
marks and figures it is the year in which the case was opened, of changes that in which they were made. Cases
are few, and found by their ids alone: by district at most. Moments are nanoseconds since 1970 UTC.
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
    UniqueConstraint,
    false,
    true,
)

from server.store.dialects import AnyText
from server.store.metadata import METADATA

CASES = Table(
    "register_cases",
    METADATA,
    Column("district", String(64), primary_key=True),
    Column("case_id", AnyText(256), primary_key=True),
    Column("year", Integer, nullable=False),
    # One more with each transaction that wrote anything of the case.
    Column("version", BigInteger, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("as_of", BigInteger, nullable=False),
    # When to look again although nobody sends anything; NULL: never.
    Column("next_at", BigInteger),
    Column("closed_at", BigInteger),
    # So long before it is due a duty of this case is due soon.
    Column("lead", BigInteger, nullable=False),
    # The rules that the state was derived under, and the digest of the state.
    Column("rules", String(64), ForeignKey("snapshots.digest"), nullable=False),
    Column("digest", String(64), nullable=False),
    # Why the case cannot be derived any more: the code of the fault; "": it can.
    Column("fault", String(8), nullable=False),
    # The rules and the engine that it was last compared with, as one digest, and whether they would change
    # something of it: then it waits for their adoption.
    Column("checked", String(64), nullable=False, server_default=""),
    Column("waiting", Boolean, nullable=False, server_default=false()),
    # The version of the engine that derived the state; "": one from before that was kept.
    Column("engine", String(16), nullable=False, server_default=""),
    Index("register_cases_by_next", "next_at"),
    Index("register_cases_by_checked", "district", "checked"),
)

ENTRIES = Table(
    "register_entries",
    METADATA,
    Column("district", String(64), primary_key=True),
    Column("case_id", AnyText(256), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("entry", AnyText(256), nullable=False),
    # The linkage.v1.CaseEntry as it was sent, in deterministic serialisation, closed under the case's key;
    # empty once the case has been erased.
    Column("content", LargeBinary, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("request_id", String(64), nullable=False),
    UniqueConstraint("district", "case_id", "entry", "year", name="register_entries_once"),
)

KEYS = Table(
    "register_keys",
    METADATA,
    Column("district", String(64), primary_key=True),
    Column("case_id", AnyText(256), primary_key=True),
    # What opens the entries, wrapped under the log's master key; empty once it has been destroyed.
    Column("data_key", LargeBinary, nullable=False),
    Column("erased_at", BigInteger),
)
"""A case without a row is from before: its entries are not closed yet."""

OBLIGATIONS = Table(
    "register_obligations",
    METADATA,
    Column("district", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("case_id", AnyText(256), nullable=False),
    Column("rule", String(128), nullable=False),
    Column("state", String(16), nullable=False),
    Column("ended", Boolean, nullable=False),
    # When it is due; far away where it has no due time, so that it comes last.
    Column("due", BigInteger, nullable=False),
    Column("unit", AnyText(256), nullable=False),
    Column("handling", String(16), nullable=False),
    Column("handler", AnyText(256), nullable=False),
    Column("duty", LargeBinary, nullable=False),
    Index("register_obligations_by_due", "district", "ended", "due", "id"),
    Index("register_obligations_by_state", "district", "state", "due", "id"),
    Index("register_obligations_by_case", "district", "case_id", "ended", "due", "id"),
    Index("register_obligations_by_unit", "district", "unit", "ended", "due", "id"),
    Index("register_obligations_by_handling", "district", "handling", "ended", "due", "id"),
    Index("register_obligations_by_handler", "district", "handler", "ended", "due", "id"),
)

MARKS = Table(
    "register_marks",
    METADATA,
    Column("district", String(64), primary_key=True),
    # bearer, counterparty, clause or matter
    Column("role", String(16), primary_key=True),
    Column("code", String(128), primary_key=True),
    Column("ended", Boolean, primary_key=True),
    Column("due", BigInteger, primary_key=True, autoincrement=False),
    Column("obligation", String(64), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Index("register_marks_of_one", "district", "obligation"),
)

FIGURES = Table(
    "register_figures",
    METADATA,
    Column("district", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    # The codes of each, in order, with spaces between: a joint duty has several, and is one row all the same.
    Column("bearers", Text, nullable=False),
    Column("matters", Text, nullable=False),
    Column("clauses", Text, nullable=False),
    Column("unit", AnyText(256), nullable=False),
    Column("modality", String(16), nullable=False),
    Column("force", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    # Whether a request asked for it in a matter: only then there is a time of feedback.
    Column("asked", Boolean, nullable=False),
    # Far away where it has no due time, and where it has not ended, as in lists.
    Column("due", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=False),
    # The moment whose period it counts in; NULL: nobody can say.
    Column("counts_at", BigInteger),
    Column("arose_at", BigInteger),
    Column("violated_at", BigInteger),
    Column("suspended_at", BigInteger),
    # When each was first done with it; a confirmation, where it stands.
    Column("accepted_at", BigInteger),
    Column("returned_at", BigInteger),
    Column("objected_at", BigInteger),
    Column("rejected_at", BigInteger),
    Column("confirmed_at", BigInteger),
    Index("register_figures_by_period", "district", "counts_at"),
    Index("register_figures_by_end", "district", "ended_at"),
    Index("register_figures_by_start", "district", "arose_at"),
    Index("register_figures_by_violation", "district", "violated_at"),
)

CHANGES = Table(
    "register_changes",
    METADATA,
    Column("district", String(64), primary_key=True),
    # 1, 2, 3 … within a district, without a gap, in the order of their commits.
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("case_id", AnyText(256), nullable=False),
    Column("obligation", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("why", String(16), nullable=False),
    # When it became so, and when it was written.
    Column("at", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("detail", LargeBinary, nullable=False),
    Index("register_changes_of_one", "district", "obligation", "position"),
    Index("register_changes_of_case", "district", "case_id", "position"),
)

DISTRICTS = Table(
    "register_districts",
    METADATA,
    Column("district", String(64), primary_key=True),
    # The position of its newest change.
    Column("position", BigInteger, nullable=False),
)

DATABASE = Table(
    "register_database",
    METADATA,
    # Made by chance when the table was: positions are those of this database, and of its copies.
    Column("id", String(32), primary_key=True),
)

RULES = Table(
    "register_rules",
    METADATA,
    Column("district", String(64), primary_key=True),
    # 1, 2, 3 … within a district, in the order in which it happened.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("rules", String(64), ForeignKey("snapshots.digest"), nullable=False),
    # served, adopted or rejected
    Column("outcome", String(16), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    # The version of the engine under which they serve, or were looked at.
    Column("engine", String(16), nullable=False, server_default=""),
)

Index(
    "register_cases_waiting",
    CASES.c.district,
    CASES.c.case_id,
    sqlite_where=CASES.c.waiting == true(),
    postgresql_where=CASES.c.waiting == true(),
)
