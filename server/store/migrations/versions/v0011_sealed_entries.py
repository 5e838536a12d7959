"""Entries of the register are closed under a key of their case, as decisions are.

Entries from before are closed when the service is next started, which takes the log's keys.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.store.dialects import AnyText

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the keys, unless they are there from before the way down."""
    op.create_table(
        "register_keys",
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("case_id", AnyText(256), primary_key=True),
        sa.Column("data_key", sa.LargeBinary, nullable=False),
        sa.Column("erased_at", sa.BigInteger),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Leaves them: without its key nobody could read an entry again.

    Earlier versions do not read entries that are closed; once up here again, everything reads as before.
    """
