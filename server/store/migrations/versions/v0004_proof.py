"""The decision log becomes a transparency log: leaves, nodes, the head, notes, calls with a key.

Rows from before have no leaf yet: whoever opens the log next imports them (``server.store.opening``), which
takes the log's keys.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.store.dialects import Place

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns and the tables."""
    op.add_column("decisions", sa.Column("rules", sa.Text, nullable=False, server_default=""))
    op.add_column("decisions", sa.Column("bodies", sa.Text, nullable=False, server_default=""))
    op.add_column("decisions", sa.Column("data_key", sa.LargeBinary))
    op.add_column("decisions", sa.Column("place", sa.BigInteger))
    op.create_table(
        "log_leaves",
        sa.Column("place", Place, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("entry", sa.String(26), nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("seal", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "log_nodes",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("verifier", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
        sa.Column("checkpoint", sa.Text, nullable=False),
        sa.Column("importing", sa.Boolean, nullable=False),
    )
    op.create_table(
        "log_notes",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("about", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("place", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "log_calls",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("decision", sa.String(26), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    """Drops them. Rows that were encrypted stay so: without their keys nobody can read them."""
    for table in ("log_calls", "log_notes", "log_head", "log_nodes", "log_leaves"):
        op.drop_table(table)
    for column in ("place", "data_key", "bodies", "rules"):
        op.drop_column("decisions", column)
