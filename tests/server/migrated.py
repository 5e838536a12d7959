"""Databases at the newest schema, with nothing in them: copies of one, for which the migrations are run once.

Tests of the migrations themselves begin with a database in which there is nothing (``bare_database``).
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from server.store.database import all_closed, open_database


def migrated_file(path: Path) -> str:
    """The URL of a new SQLite file."""
    path.touch(mode=0o600)
    path.write_bytes(_bytes())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(renamed())
    return f"sqlite:///{path}"


def migrate(url: str) -> None:
    """Runs the migrations, as a service does; beside a loop that may be running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _opened(url)).result()


def renamed() -> str:
    """SQL that gives a copy an id of its own, as its migration would have."""
    return f"UPDATE register_database SET id = '{secrets.token_hex(8)}'"  # noqa: S608 - ours


@cache
def _bytes() -> bytes:
    with TemporaryDirectory(prefix="linkage-migrated-") as folder:
        path = Path(folder) / "log.sqlite3"
        migrate(f"sqlite:///{path}")
        return path.read_bytes()


async def _opened(url: str) -> None:
    await all_closed(await open_database(url))
