"""Which published bundle the rules of a decision are of; NULL where they are of a folder, as all before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column. Leaves of rows that are there do not change: what is not known is left out of them."""
    op.add_column("decisions", sa.Column("bundle", sa.String(64)))


def downgrade() -> None:
    """Takes it away: leaves of rows that had a bundle cover what is gone, and are then told as altered."""
    op.drop_column("decisions", "bundle")
