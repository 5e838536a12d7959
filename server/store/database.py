"""Opening the database: URL -> engine with the right pragmas and the newest schema."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from server.store.errors import StoreError, store_errors
from server.store.files import owned, tightened
from server.store.migrate import is_newest, upgrade
from server.store.options import WRITE_OPTION
from server.store.postgresql import postgresql_engine

BUSY_SECONDS = 2.0
"""How long a write waits for another process that holds the database."""

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",  # libpq takes both
}

# WAL: readers (replay, a backup) do not stop the writer. FULL: a commit returns when the disk has it, which
# is what "acknowledged" means; a group shares the cost. Foreign keys: no decision without the rules it was
# made under. Secure delete: what is overwritten or deleted is gone from the file, also where SQLite was built
# without that: old rows once they are encrypted, keys once they are destroyed.
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "wal_autocheckpoint=4000",
    "cache_size=-16000",
)


async def open_database(url: str, *, migrate: bool = True) -> AsyncEngine:
    """The engine of the database at ``url``, created and migrated where needed.

    ``url`` is ``sqlite:///file`` or ``postgresql://user@host/database``. ``migrate`` False: another process
    has migrated it. Raises ``StoreError``: LNK960 for a URL that names no database that is known, else what
    kept it from opening; its text never holds the URL, which may hold a password.
    """
    parsed = parse_url(url)
    with store_errors():
        engine = _engine(parsed)
        try:
            await connected(engine)
            if migrate:
                await _migrated(parsed, engine)
        except BaseException:
            await engine.dispose()
            raise
    return engine


async def _migrated(url: URL, engine: AsyncEngine) -> None:
    """Brings the schema up to date; where that is to be done, with as much time as it takes."""
    if url.get_backend_name() == "sqlite" or await is_newest(engine):
        await upgrade(engine)
        return
    patient = postgresql_engine(url, migrating=True)
    try:
        await upgrade(patient)
    finally:
        await patient.dispose()


def _engine(url: URL) -> AsyncEngine:
    """The engine, not yet connected. Raises ``StoreError`` (LNK960) where the URL says what cannot be."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    try:
        return postgresql_engine(url)
    except (ArgumentError, ImportError, ValueError) as error:
        raise StoreError("LNK960") from error


async def connected(engine: AsyncEngine) -> None:
    """Opens a first connection. Raises ``StoreError`` (LNK960) where the driver does not take the URL."""
    try:
        async with engine.connect():
            pass
    except (TypeError, ValueError, OverflowError) as error:
        raise StoreError("LNK960") from error
    except DBAPIError as error:
        if error.orig is not None and isinstance(error.orig.__cause__, ValueError):
            raise StoreError("LNK960") from error
        raise


def _sqlite_engine(url: URL) -> AsyncEngine:
    # A file that cannot be opened leaves a thread of aiosqlite behind, so it is tried without one first.
    path = Path(url.database or "")
    with suppress(OSError):  # SQLite says best what is wrong
        owned(path)
    tightened(path)
    sqlite3.connect(url.database or "").close()
    # Python's own transactions leave DDL outside; isolation_level None hands them all to _begin.
    engine = create_async_engine(url, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None})
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def parse_url(url: str) -> URL:
    """The URL with the asynchronous driver filled in. Raises ``StoreError`` (LNK960)."""
    try:
        parsed = make_url(url)
        if parsed.drivername in _DRIVERS:
            parsed = parsed.set(drivername=_DRIVERS[parsed.drivername])
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise StoreError("LNK960") from error
    if parsed.drivername not in _DRIVERS.values():
        raise StoreError("LNK960")
    if parsed.get_backend_name() == "sqlite" and (not parsed.database or parsed.database == ":memory:"):
        raise StoreError("LNK960")
    return parsed


def database_file(url: str) -> Path | None:
    """The file of an SQLite URL; None for another database. Raises ``StoreError`` (LNK960)."""
    parsed = parse_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def _prepare(connection: Any, _record: object) -> None:
    # A row that somebody damaged must not keep the others from being read.
    connection.driver_connection.text_factory = text_factory
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def text_factory(value: bytes) -> str:
    """What SQLite keeps as text, whatever bytes it is."""
    return value.decode("utf-8", "replace")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITE_OPTION)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
