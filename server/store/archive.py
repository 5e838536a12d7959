"""The archive of rules: the files of every snapshot that decided a logged case, each text once."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping

from sqlalchemy import Insert, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from server.store.dialects import insert_unless_there
from server.store.errors import StoreError
from server.store.failures import store_errors
from server.store.options import WRITES
from server.store.tables import RULE_FILES, SNAPSHOT_FILES, SNAPSHOTS


class RuleArchive:
    """Rule files by the digest of their snapshot. Every method raises ``StoreError``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, snapshot: str, files: Mapping[str, str], now: int) -> bool:
        """Stores the files (name -> text) of a snapshot unless it is there; whether it was stored now."""
        row = {"digest": snapshot, "stored_at": now}
        with store_errors():
            async with self._engine.execution_options(**WRITES).begin() as connection:
                if (await connection.execute(_unless_there(connection, SNAPSHOTS), row)).rowcount == 0:
                    return False
                await _keep_files(connection, snapshot, files)
        return True

    async def files_of(self, snapshot: str) -> Mapping[str, str]:
        """The files (name -> text) of a snapshot; empty where it was never stored.

        Raises ``StoreError`` (LNK964) where a text is not what its digest says.
        """
        query = (
            select(SNAPSHOT_FILES.c.path, RULE_FILES.c.digest, RULE_FILES.c.content)
            .join(RULE_FILES, RULE_FILES.c.digest == SNAPSHOT_FILES.c.file)
            .where(SNAPSHOT_FILES.c.snapshot == snapshot)
            .order_by(SNAPSHOT_FILES.c.path)
        )
        with store_errors():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(query)).all()
        return {path: _unpacked(digest, content) for path, digest, content in rows}


async def _keep_files(connection: AsyncConnection, snapshot: str, files: Mapping[str, str]) -> None:
    digests = {name: _digest(text) for name, text in sorted(files.items())}
    texts = {digests[name]: text for name, text in files.items()}
    stored = set((await connection.execute(select(RULE_FILES.c.digest))).scalars())
    # In one order for all: two services that keep the same texts at once must not wait for each other.
    fresh = [
        {"digest": digest, "content": _packed(text)}
        for digest, text in sorted(texts.items())
        if digest not in stored
    ]
    if fresh:
        await connection.execute(_unless_there(connection, RULE_FILES), fresh)
    links = [{"snapshot": snapshot, "path": name, "file": digest} for name, digest in digests.items()]
    await connection.execute(insert(SNAPSHOT_FILES), links)


def _unless_there(connection: AsyncConnection, table: Table) -> Insert:
    return insert_unless_there(connection.dialect.name, table)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode())


def _unpacked(digest: str, content: bytes) -> str:
    try:
        text = zlib.decompress(content).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise StoreError("LNK964") from error
    if _digest(text) != digest:
        raise StoreError("LNK964")
    return text
