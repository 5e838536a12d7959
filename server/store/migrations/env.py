"""Run by Alembic for each command, with the connection that ``server.store.migrate`` opened."""

from __future__ import annotations

from alembic import context

from server.store import register, tables
from server.store.metadata import METADATA

__all__ = ["register", "tables"]  # which declare what METADATA holds

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
