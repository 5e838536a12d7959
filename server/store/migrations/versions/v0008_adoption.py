"""Rules are adopted before they move open cases: what each case was compared with, and what was decided.

Cases from before stand under the rules that they were derived under, and are compared when the service is
next started.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns, their indexes and the table."""
    op.add_column("register_cases", sa.Column("checked", sa.String(64), nullable=False, server_default=""))
    op.add_column(
        "register_cases", sa.Column("waiting", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_index("register_cases_by_checked", "register_cases", ["district", "checked"])
    waiting = sa.column("waiting", sa.Boolean) == sa.true()
    op.create_index(
        "register_cases_waiting",
        "register_cases",
        ["district", "case_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "register_rules",
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("rules", sa.String(64), sa.ForeignKey("snapshots.digest"), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Takes them away: cases move to other rules again whenever something is recorded of them."""
    op.drop_table("register_rules")
    op.drop_index("register_cases_waiting", "register_cases")
    op.drop_index("register_cases_by_checked", "register_cases")
    op.drop_column("register_cases", "waiting")
    op.drop_column("register_cases", "checked")
