"""Which engine decided a case, and under which engine rules began to serve, were adopted or rejected.

Of cases from before nobody knows: they are compared when the service is next started.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("register_cases", "register_rules")


def upgrade() -> None:
    """Adds the columns."""
    for table in TABLES:
        op.add_column(table, sa.Column("engine", sa.String(16), nullable=False, server_default=""))


def downgrade() -> None:
    """Takes them away: cases are compared once more with the rules that serve."""
    for table in TABLES:
        op.drop_column(table, "engine")
    op.execute("UPDATE register_cases SET checked = ''")
