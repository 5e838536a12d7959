"""What a connection says of itself, for the database to prepare its transactions."""

from __future__ import annotations

from collections.abc import Mapping

WRITE_OPTION = "linkage_writes"
WRITES: Mapping[str, bool] = {WRITE_OPTION: True}
"""Execution options of a connection that will write: it takes SQLite's write lock before it reads."""
