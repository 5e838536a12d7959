"""Notices: which database this is, how far each subscription has read, what is to be delivered."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables, and gives the database its name."""
    database = op.create_table("register_database", sa.Column("id", sa.String(32), primary_key=True))
    op.bulk_insert(database, [{"id": secrets.token_hex(8)}])
    op.create_table(
        "notice_subscriptions",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("gone", sa.String(32), nullable=False),
        sa.Column("settings", sa.String(64), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("failed_at", sa.BigInteger),
        sa.Column("delivered_at", sa.BigInteger),
    )
    op.create_table(
        "notice_deliveries",
        sa.Column("subscription", sa.String(64), primary_key=True),
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("obligation", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("first_at", sa.BigInteger),
        sa.Column("done_at", sa.BigInteger),
        sa.Column("code", sa.String(32), nullable=False),
    )
    op.create_index("notice_deliveries_due", "notice_deliveries", ["subscription", "state", "next_at"])
    op.create_index(
        "notice_deliveries_of_one",
        "notice_deliveries",
        ["subscription", "district", "obligation", "state", "position"],
    )
    op.create_index("notice_deliveries_done", "notice_deliveries", ["state", "done_at"])


def downgrade() -> None:
    """Drops them: what was not delivered yet is told by nobody; the register stays."""
    for table in ("notice_deliveries", "notice_subscriptions", "register_database"):
        op.drop_table(table)
