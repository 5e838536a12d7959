"""Each decision keeps who asked for it, and in which call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns; nobody knows any more who asked for the older decisions."""
    op.add_column("decisions", sa.Column("caller", sa.String(256), nullable=False, server_default=""))
    op.add_column("decisions", sa.Column("request_id", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    """Drops them, and with them what they say."""
    op.drop_column("decisions", "request_id")
    op.drop_column("decisions", "caller")
