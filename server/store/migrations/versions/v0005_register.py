"""The register: cases, their entries, the obligations that follow, and the stream of changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.store.dialects import AnyText

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables."""
    op.create_table(
        "register_cases",
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("case_id", AnyText(256), primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("as_of", sa.BigInteger, nullable=False),
        sa.Column("next_at", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("lead", sa.BigInteger, nullable=False),
        sa.Column("rules", sa.String(64), sa.ForeignKey("snapshots.digest"), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("fault", sa.String(8), nullable=False),
    )
    op.create_index("register_cases_by_next", "register_cases", ["next_at"])
    op.create_table(
        "register_entries",
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("case_id", AnyText(256), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("entry", AnyText(256), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.UniqueConstraint("district", "case_id", "entry", "year", name="register_entries_once"),
    )
    op.create_table(
        "register_obligations",
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case_id", AnyText(256), nullable=False),
        sa.Column("rule", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("unit", AnyText(256), nullable=False),
        sa.Column("handling", sa.String(16), nullable=False),
        sa.Column("handler", AnyText(256), nullable=False),
        sa.Column("duty", sa.LargeBinary, nullable=False),
    )
    op.create_index("register_obligations_by_due", "register_obligations", ["district", "ended", "due", "id"])
    op.create_index(
        "register_obligations_by_state", "register_obligations", ["district", "state", "due", "id"]
    )
    op.create_index(
        "register_obligations_by_case", "register_obligations", ["district", "case_id", "ended", "due", "id"]
    )
    op.create_index(
        "register_obligations_by_unit", "register_obligations", ["district", "unit", "ended", "due", "id"]
    )
    op.create_index(
        "register_obligations_by_handler",
        "register_obligations",
        ["district", "handler", "ended", "due", "id"],
    )
    op.create_table(
        "register_marks",
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("role", sa.String(16), primary_key=True),
        sa.Column("code", sa.String(128), primary_key=True),
        sa.Column("ended", sa.Boolean, primary_key=True),
        sa.Column("due", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("obligation", sa.String(64), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    )
    op.create_index("register_marks_of_one", "register_marks", ["district", "obligation"])
    op.create_table(
        "register_changes",
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case_id", AnyText(256), nullable=False),
        sa.Column("obligation", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("why", sa.String(16), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("detail", sa.LargeBinary, nullable=False),
    )
    op.create_index("register_changes_of_one", "register_changes", ["district", "obligation", "position"])
    op.create_index("register_changes_of_case", "register_changes", ["district", "case_id", "position"])
    op.create_table(
        "register_districts",
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Drops them, and with them what was recorded: the decision log stays.

    The keys of entries, which later versions made, have outlived the way down to here (0011).
    """
    op.execute("DROP TABLE IF EXISTS register_keys")
    for table in (
        "register_districts",
        "register_changes",
        "register_marks",
        "register_obligations",
        "register_entries",
        "register_cases",
    ):
        op.drop_table(table)
