"""Opening the database: URL -> engine with the right pragmas and the newest schema."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from server.store.errors import StoreError
from server.store.failures import store_errors
from server.store.files import owned, tightened
from server.store.migrate import is_newest, upgrade
from server.store.options import WRITE_OPTION
from server.store.postgresql import postgresql_engine

BUSY_SECONDS = 2.0
"""How long a write waits for another process that holds the database."""
MIGRATED_SECONDS = 60.0
"""How long a start waits for another process that migrates the file."""
_LOOKS, _LOOK_SECONDS = 200, 0.01
"""How often it is looked whether connections have been given back."""

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",  # libpq takes both
}

# Written ahead (``_made_ready``): readers (replay, a backup) do not stop the writer. FULL: a commit returns
# when the disk has it, which is what "acknowledged" means; a group shares the cost. Foreign keys: no decision
# without the rules it was made under. Secure delete: what is overwritten or deleted is gone from the file,
# also where SQLite was built without that: old rows once they are encrypted, keys once they are destroyed.
_PRAGMAS = (
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
        if parsed.get_backend_name() == "sqlite":
            await asyncio.to_thread(_made_ready, parsed.database or "")
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
    if await is_newest(engine):
        return
    sqlite = url.get_backend_name() == "sqlite"
    patient = _sqlite_engine(url, MIGRATED_SECONDS) if sqlite else postgresql_engine(url, migrating=True)
    try:
        await upgrade(patient)
    finally:
        await patient.dispose()


async def all_closed(engine: AsyncEngine) -> None:
    """Closes every connection of an engine, which may be used again: those in use when they are given back.

    ``dispose`` leaves these to a pool that nobody has any more, and their threads keep them open for ever.
    """
    found = _generations.get(engine.sync_engine)
    if found is not None:
        found.number += 1
    await engine.dispose()
    for _ in range(_LOOKS):
        if found is None or not found.older():
            break
        await asyncio.sleep(_LOOK_SECONDS)


class _Generation:
    """Connections by when they were made: those from before ``all_closed`` are not given to anybody again."""

    def __init__(self, engine: Engine) -> None:
        self.number = 0
        self._open: Counter[int] = Counter()
        event.listen(engine, "connect", self._made)
        event.listen(engine, "checkin", self._given_back)
        event.listen(engine, "close", self._closed)

    def older(self) -> int:
        """How many of former generations are open."""
        return sum(count for number, count in self._open.items() if number < self.number)

    def _made(self, _connection: Any, record: Any) -> None:
        record.info["generation"] = self.number
        self._open[self.number] += 1

    def _given_back(self, connection: Any, record: Any) -> None:
        if connection is not None and record.info.get("generation") != self.number:
            record.invalidate()

    def _closed(self, _connection: Any, record: Any) -> None:
        self._open[record.info.get("generation", self.number)] -= 1


_generations: WeakKeyDictionary[Engine, _Generation] = WeakKeyDictionary()


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


def _made_ready(file: str) -> None:
    """The file there, nobody else's to read, and written ahead of, which it stays.

    A file that cannot be opened leaves a thread of aiosqlite behind, so it is tried without one. To change
    how a file is written takes it alone, and SQLite does not wait for that whatever its time-out: of services
    that start at once on a new file all but one would fail.
    """
    path = Path(file)
    with suppress(OSError):  # SQLite says best what is wrong
        owned(path)
    tightened(path)
    until = monotonic() + BUSY_SECONDS
    with closing(sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                    raise
            sleep(_LOOK_SECONDS)


def _sqlite_engine(url: URL, seconds: float = BUSY_SECONDS) -> AsyncEngine:
    path = Path(url.database or "")
    # Python's own transactions leave DDL outside; isolation_level None hands them all to _begin.
    engine = create_async_engine(url, connect_args={"timeout": seconds, "isolation_level": None})
    # A file that is there: where it was taken away, whoever reads must not make another in its place.
    there = f"file:{quote(str(path.absolute()))}?mode=rw"
    event.listen(engine.sync_engine, "do_connect", partial(_where, there))
    _generations[engine.sync_engine] = _Generation(engine.sync_engine)
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


def _where(there: str, _dialect: object, _record: object, places: list[Any], named: dict[str, Any]) -> None:
    places[0], named["uri"] = there, True


def _prepare(connection: Any, _record: object) -> None:
    # A row that somebody damaged must not keep the others from being read.
    connection.driver_connection.text_factory = text_factory
    try:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except BaseException:
        connection.close()  # the pool forgets one that is not ready, open as it is
        raise


def text_factory(value: bytes) -> str:
    """What SQLite keeps as text, whatever bytes it is."""
    return value.decode("utf-8", "replace")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITE_OPTION)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
