"""What drivers raise when a database does not do what it is asked, as SQLAlchemy hands it on."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

DEADLOCK = "40P01"
STALE = sqlite3.SQLITE_BUSY_SNAPSHOT


class _Orig(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def state(sqlstate: str) -> DBAPIError:
    """An error that PostgreSQL tells."""
    return OperationalError("", None, _Orig(sqlstate))


def busy(code: int = sqlite3.SQLITE_BUSY) -> DBAPIError:
    """SQLite's file is somebody else's."""
    return _of_sqlite("database is locked", code)


def failing() -> DBAPIError:
    """SQLite cannot write."""
    return _of_sqlite("disk I/O error", sqlite3.SQLITE_IOERR)


def broken() -> DBAPIError:
    """The connection is gone: whether the last thing asked for was done, nobody knows."""
    return DBAPIError("", None, ConnectionResetError("the connection is gone"), connection_invalidated=True)


def _of_sqlite(text: str, code: int) -> DBAPIError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return OperationalError("", None, error)
