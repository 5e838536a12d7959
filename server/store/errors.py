"""Whatever goes wrong below SQLAlchemy, as one exception with a code of docs/faults.md."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

# Primary result codes of SQLite (sqlite.org/rescode.html) -> code of the catalog.
_SQLITE = {
    sqlite3.SQLITE_BUSY: "LNK961",
    sqlite3.SQLITE_LOCKED: "LNK961",
    sqlite3.SQLITE_FULL: "LNK962",
    sqlite3.SQLITE_READONLY: "LNK963",
    sqlite3.SQLITE_PERM: "LNK963",
    sqlite3.SQLITE_CANTOPEN: "LNK963",
    sqlite3.SQLITE_CORRUPT: "LNK964",
    sqlite3.SQLITE_NOTADB: "LNK964",
}


class StoreError(Exception):
    """The database did not do what was asked, and left nothing half done. ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def store_errors() -> Iterator[None]:
    """Turns errors of the database, its driver and the file system into ``StoreError``."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise StoreError(_code(error)) from error


def _code(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    for link in (cause, cause.__cause__):
        code = getattr(link, "sqlite_errorcode", None)
        if code is not None:
            return _SQLITE.get(code & 0xFF, "LNK965")
    return "LNK965"
