"""The decision log and the archive of rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the four tables."""
    op.create_table(
        "rule_files",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "snapshots",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("stored_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "snapshot_files",
        sa.Column("snapshot", sa.String(64), sa.ForeignKey("snapshots.digest"), primary_key=True),
        sa.Column("path", sa.String(1024), primary_key=True),
        sa.Column("file", sa.String(64), sa.ForeignKey("rule_files.digest"), nullable=False),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("district", sa.String(64), nullable=False),
        sa.Column("case_id", sa.String(256), nullable=False),
        sa.Column("as_of", sa.BigInteger, nullable=False),
        sa.Column("facts", sa.LargeBinary, nullable=False),
        sa.Column("snapshot", sa.String(64), sa.ForeignKey("snapshots.digest"), nullable=False),
        sa.Column("outcome", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_index("decisions_by_case", "decisions", ["district", "case_id"])


def downgrade() -> None:
    """Drops them, and with them every logged decision."""
    for table in ("decisions", "snapshot_files", "snapshots", "rule_files"):
        op.drop_table(table)
