"""Whether the file of an SQLite database is still where it was opened.

A file that is removed, or replaced by another, goes on taking what is written through its open connections,
and is gone with the last of them: nothing of that may be acknowledged.
"""

from __future__ import annotations

import os
from pathlib import Path

from server.store.errors import StoreError

GONE = "LNK994"
"""The code of a database file that is not where it was."""

_Identity = tuple[int, int] | None


class DatabaseFile:
    """One database file, which exists, and the log of writes beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_name(f"{path.name}-wal")
        self._file = _identity(path)
        self._log_file: _Identity = None

    def closed(self) -> None:
        """The writing connection is given up: the next one may begin another log of writes."""
        self._log_file = None

    def check(self) -> None:
        """Raises ``StoreError`` (LNK994) where it is not the file any more. Looks, and waits for nothing."""
        if self._file is None or _identity(self._path) != self._file:
            raise StoreError(GONE)
        log = _identity(self._log)
        if self._log_file not in (None, log):
            raise StoreError(GONE)
        self._log_file = log


def _identity(path: Path) -> _Identity:
    """Which file stands there; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
