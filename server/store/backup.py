"""Backing an SQLite database up while others write it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from server.store.errors import StoreError, store_errors
from server.store.files import owned


def backed_up(source: Path, target: Path) -> int:
    """Writes a whole copy, one state of the database, durable when this returns; its size in bytes.

    All pages are copied in one step, within one read transaction: with WAL nobody who writes waits for it,
    and it never has to begin again. A copy that is not whole is not left behind. The keys of the log are not
    in it. Raises ``StoreError``.
    """
    with store_errors():
        owned(target)
        try:
            with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
                old.backup(new)
                new.execute("PRAGMA journal_mode=DELETE")
                if new.execute("PRAGMA quick_check").fetchone() != ("ok",):
                    raise StoreError("LNK964")
            with target.open("rb") as file:
                os.fsync(file.fileno())
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return target.stat().st_size
