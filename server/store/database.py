"""Opening the database: URL -> engine with the right pragmas and the newest schema."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from server.store.errors import StoreError, store_errors
from server.store.migrate import upgrade
from server.store.options import WRITE_OPTION

BUSY_SECONDS = 2.0
"""How long a write waits for another process that holds the database."""

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}

# WAL: readers (replay, a backup) do not stop the writer. FULL: a commit returns when the disk has it, which
# is what "acknowledged" means; a group shares the cost. Foreign keys: no decision without the rules it was
# made under.
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "wal_autocheckpoint=4000",
    "cache_size=-16000",
)


async def open_database(url: str) -> AsyncEngine:
    """The engine of the database at ``url`` (``sqlite:///file``), created and migrated where needed.

    Raises ``StoreError``: LNK960 for a URL that names no database that is known, else what kept it from
    opening.
    """
    parsed = parse_url(url)
    with store_errors():
        if parsed.database and parsed.get_backend_name() == "sqlite":
            # A file that cannot be opened leaves a thread of aiosqlite behind, so it is tried without one
            # first.
            sqlite3.connect(parsed.database).close()
            # Python's own transactions leave DDL outside; isolation_level None hands them all to _begin.
            arguments = {"timeout": BUSY_SECONDS, "isolation_level": None}
            engine = create_async_engine(parsed, connect_args=arguments)
            event.listen(engine.sync_engine, "connect", _prepare)
            event.listen(engine.sync_engine, "begin", _begin)
        else:
            engine = create_async_engine(parsed, pool_pre_ping=True)
        try:
            await upgrade(engine)
        except BaseException:
            await engine.dispose()
            raise
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
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITE_OPTION)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
