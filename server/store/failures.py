"""Whatever goes wrong below SQLAlchemy, as ``StoreError`` with its code."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from server.store.errors import StoreError

UNREACHABLE = "LNK967"
"""The code of a database that cannot be reached, or that broke off the connection."""

_OTHER = "LNK965"

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

# SQLSTATEs of PostgreSQL (its manual, appendix A), the whole state or its first two or three characters.
_POSTGRESQL = {
    "08": UNREACHABLE,  # connection exceptions
    "57P": UNREACHABLE,  # shut down, crashed, or not yet started
    "53300": UNREACHABLE,  # too many connections
    "28": "LNK968",  # the login is refused
    "3D000": "LNK968",  # no such database
    "55P03": "LNK961",  # lock not available
    "40001": "LNK961",  # serialization failure
    "40P01": "LNK961",  # deadlock
    "53100": "LNK962",  # disk full
    "25006": "LNK963",  # read only, as on a standby
    "42501": "LNK963",  # no permission
    "XX001": "LNK964",  # data corrupted
    "XX002": "LNK964",  # index corrupted
}


@contextmanager
def store_errors(*others: type[Exception], as_: type[StoreError] = StoreError) -> Iterator[None]:
    """Turns errors of the database, its driver and the file system into ``as_``; not ``others``."""
    try:
        yield
    except others:
        raise
    except StoreError as error:
        if isinstance(error, as_):
            raise
        raise as_(error.code) from error
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise as_(_code(error)) from error


def _code(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    for link in (cause, cause.__cause__):
        number = getattr(link, "sqlite_errorcode", None)
        if number is not None:
            return _SQLITE.get(number & 0xFF, _OTHER)
        state = getattr(link, "sqlstate", None)
        if state is not None:
            found = (_POSTGRESQL.get(state[:length]) for length in (5, 3, 2))
            return next((code for code in found if code), _OTHER)
    # What has no state of its own did not come from the database: the way to it is broken.
    broken = isinstance(cause, OSError) or (isinstance(error, DBAPIError) and error.connection_invalidated)
    return UNREACHABLE if broken else _OTHER
