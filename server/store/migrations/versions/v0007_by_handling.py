"""An index by which obligations are found by how they are handled."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NAME = "register_obligations_by_handling"


def upgrade() -> None:
    """Adds it."""
    op.create_index(_NAME, "register_obligations", ["district", "handling", "ended", "due", "id"])


def downgrade() -> None:
    """Drops it."""
    op.drop_index(_NAME, "register_obligations")
