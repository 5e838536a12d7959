"""The archive of rules: the files of every snapshot that decided a logged case, each text once."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from server.store.errors import StoreError, store_errors
from server.store.options import WRITES
from server.store.tables import RULE_FILES, SNAPSHOT_FILES, SNAPSHOTS


class RuleArchive:
    """Rule files by the digest of their snapshot. Every method raises ``StoreError``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def keep(self, snapshot: str, files: Mapping[str, str], now: int) -> bool:
        """Stores the files (name -> text) of a snapshot unless it is there; whether it was stored now."""
        with store_errors():
            async with self._engine.execution_options(**WRITES).begin() as connection:
                found = await connection.execute(
                    select(SNAPSHOTS.c.digest).where(SNAPSHOTS.c.digest == snapshot)
                )
                if found.first() is not None:
                    return False
                await connection.execute(insert(SNAPSHOTS), {"digest": snapshot, "stored_at": now})
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
    stored = set((await connection.execute(select(RULE_FILES.c.digest))).scalars())
    fresh = {digests[name]: text for name, text in sorted(files.items()) if digests[name] not in stored}
    if fresh:
        rows = [{"digest": digest, "content": _packed(text)} for digest, text in fresh.items()]
        await connection.execute(insert(RULE_FILES), rows)
    links = [{"snapshot": snapshot, "path": name, "file": digest} for name, digest in digests.items()]
    await connection.execute(insert(SNAPSHOT_FILES), links)


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
