"""Opening a database to read it: nothing of it is written, whatever is read, and no migration is run.

SQLite: a file beside which there is a log of writes is read with it, as every reader does, and stays as it is
(``-shm``, the index of that log which readers share, is no part of the database). One without is read as a
file that nobody writes, so that nothing is made beside it; ``ReadOnly.check`` says whether that held.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, event, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from server.store.database import BUSY_SECONDS, connected, parse_url, text_factory
from server.store.errors import StoreError
from server.store.failures import store_errors
from server.store.migrate import SCRIPTS
from server.store.postgresql import postgresql_engine

_PROVEN = "0004"
"""The first schema that has proofs. Later ones have only added to it: each is read as it is."""

_Stamp = tuple[int, int, int]


class ReadOnly:
    """A database that is read. ``still``: it is a file that nobody wrote when it was opened."""

    def __init__(self, engine: AsyncEngine, still: Path | None = None) -> None:
        self.engine = engine
        self._still = still
        self._stamp = None if still is None else _stamp(still)

    def check(self) -> None:
        """Raises ``StoreError`` (LNK865) where somebody has begun to write the file since."""
        if self._still is not None and (_stamp(self._still) != self._stamp or _log_of(self._still).exists()):
            raise StoreError("LNK865")


@asynccontextmanager
async def read_only(url: str) -> AsyncIterator[ReadOnly]:
    """The database at ``url``, which must be there.

    Raises ``StoreError``: what kept it from opening; LNK866 for a schema from before proofs, LNK966 for one
    that is newer than this service.
    """
    with store_errors():
        found = _opened(parse_url(url))
    try:
        with store_errors():
            await connected(found.engine)
            async with found.engine.connect() as connection:
                await connection.run_sync(_check_schema)
        yield found
    finally:
        await found.engine.dispose()


def _opened(url: URL) -> ReadOnly:
    if url.get_backend_name() != "sqlite":
        return ReadOnly(postgresql_engine(url, read_only=True))
    path = Path(url.database or "")
    live = _log_of(path).exists()
    query = {"mode": "ro", "uri": "true"} | ({} if live else {"immutable": "1"})
    file = url.set(database=f"file:{quote(str(path))}", query=query)
    engine = create_async_engine(file, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None})
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return ReadOnly(engine, None if live else path)


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _stamp(path: Path) -> _Stamp | None:
    with suppress(OSError):
        found = path.stat()
        return found.st_mtime_ns, found.st_size, found.st_ino
    return None


def _prepare(connection: Any, _record: object) -> None:
    connection.driver_connection.text_factory = text_factory
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _check_schema(connection: Connection) -> None:
    if "alembic_version" not in inspect(connection).get_table_names():
        raise StoreError("LNK866")
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().first() or ""
    if found not in {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}:
        raise StoreError("LNK966")
    if found < _PROVEN:
        raise StoreError("LNK866")
