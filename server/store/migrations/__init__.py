"""Alembic's environment; revisions are in ``versions``, oldest first by their number."""
