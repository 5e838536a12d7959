"""PostgreSQL: case ids have no length of their own there; what stands for NUL makes some of them longer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widens the column; SQLite keeps no lengths."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("decisions", "case_id", type_=sa.Text, existing_type=sa.String(256))


def downgrade() -> None:
    """Narrows it again. Fails where an id has become longer than it was."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("decisions", "case_id", type_=sa.String(256), existing_type=sa.Text)
