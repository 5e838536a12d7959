"""Contacts of bodies, their persons apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.store.dialects import AnyText

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables."""
    op.create_table(
        "contacts",
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("id", AnyText(256), primary_key=True),
        sa.Column("body", sa.String(64), nullable=False),
        sa.Column("unit", AnyText(256), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("post", sa.String(64), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("replaces", AnyText(256), nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
    )
    op.create_table(
        "contact_persons",
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("id", AnyText(256), primary_key=True),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "contact_books",
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Takes them away, with all that is in them."""
    for name in ("contact_books", "contact_persons", "contacts"):
        op.drop_table(name)
