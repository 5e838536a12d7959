"""Backing an SQLite database up while others write it."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from server.store.errors import StoreError
from server.store.failures import store_errors
from server.store.files import owned

# What the source, which is open and only read, cannot be to blame for: result code of SQLite -> errno.
_TARGET = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
}


def backed_up(source: Path, target: Path) -> int:
    """Writes a whole copy, one state of the database, durable when this returns; its size in bytes.

    All pages are copied in one step, within one read transaction: with WAL nobody who writes waits for it,
    and it never has to begin again. A copy that is not whole is not left behind. The keys of the log are not
    in it. Raises ``StoreError`` for what is wrong with the database, ``OSError`` for the copy.
    """
    owned(target)
    try:
        with store_errors(OSError), closing(sqlite3.connect(source)) as old:
            old.execute("SELECT count(*) FROM sqlite_master").fetchone()
            with closing(sqlite3.connect(target)) as new:
                _copy(old, new, target)
        with target.open("rb") as file:
            os.fsync(file.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target.stat().st_size


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, target: Path) -> None:
    try:
        old.backup(new)
        new.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        number = _TARGET.get(error.sqlite_errorcode & 0xFF)
        if number is None:
            raise
        raise OSError(number, os.strerror(number), str(target)) from error
    if new.execute("PRAGMA quick_check").fetchone() != ("ok",):
        raise StoreError("LNK964")
