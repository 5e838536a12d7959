"""The tree of the log as others ask for it: its checkpoint, and proofs by its leaves and kept nodes.

A proof takes at most 256 leaves for each of its ends, however long the log is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from server.proof.entries import Kind
from server.proof.merkle import (
    STORED_LEVELS,
    Range,
    consistency_ranges,
    inclusion_ranges,
    perfect,
    proof_of,
    root_of,
)
from server.store.errors import StoreError
from server.store.failures import store_errors
from server.store.rows import COVERED, entry_of
from server.store.tables import DECISIONS, HEAD, LEAVES, NODES, NOTES

HANDOVER = "handover"
"""What notes of handovers are about."""


class NoProof(Exception):
    """There is no such leaf, or no such tree. ``size`` is that of the log."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class Inclusion(NamedTuple):
    """That an entry is the leaf ``place`` of the tree of ``size`` leaves."""

    entry: bytes
    place: int
    size: int
    hashes: Sequence[bytes]
    checkpoint: str
    """The log's newest; it has ``size`` leaves where no other size was asked for."""


class TreeHead(NamedTuple):
    """How many leaves the log has, its newest checkpoint, and the public key that signed that."""

    size: int
    checkpoint: str
    verifier: str


class Kept(NamedTuple):
    """A handover of keys, as the log keeps it: in this place, noted at this time by whom."""

    note: str
    place: int
    made_at: int
    made_by: str


class Tree:
    """Reads of one log's tree. Every method raises ``StoreError``; proofs ``NoProof`` too."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def checkpoint(self) -> str:
        """The newest checkpoint, a signed note."""
        return (await self.head()).checkpoint

    async def head(self) -> TreeHead:
        """The same, with its size and the key that signed it."""
        with store_errors():
            async with self._engine.connect() as connection:
                return await _head(connection)

    async def handovers(self) -> list[Kept]:
        """The handovers of the log's keys, in their order."""
        query = select(NOTES.c.detail, NOTES.c.place, NOTES.c.made_at, NOTES.c.made_by)
        query = query.where(NOTES.c.about == HANDOVER).order_by(NOTES.c.place)
        with store_errors():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(query)).all()
        return [Kept(note_in(row.detail), row.place, row.made_at, row.made_by) for row in rows]

    async def inclusion(self, identity: str, size: int = 0) -> Inclusion:
        """That the decision is in the tree of ``size`` leaves (0: of all)."""
        columns = (*(DECISIONS.c[name] for name in COVERED), DECISIONS.c.place, LEAVES.c.kind)
        query = (
            select(*columns)
            .select_from(DECISIONS.join(LEAVES, LEAVES.c.place == DECISIONS.c.place))
            .where(DECISIONS.c.id == identity)
        )
        with store_errors():
            async with self._engine.connect() as connection:
                now, checkpoint, _ = await _head(connection)
                row = (await connection.execute(query)).first()
                if row is None or not 0 <= size <= now or row.place >= (size or now):
                    raise NoProof(now)
                size = size or now
                hashes = await _proof(connection, inclusion_ranges(row.place, size))
        entry = entry_of(Kind(row.kind), dict(row._mapping))
        return Inclusion(entry, row.place, size, hashes, checkpoint)

    async def consistency(self, first: int, second: int = 0) -> tuple[int, list[bytes], str]:
        """That the tree of ``second`` leaves (0: of all) begins with that of ``first``.

        Gives the second size, the hashes, and the newest checkpoint.
        """
        with store_errors():
            async with self._engine.connect() as connection:
                now, checkpoint, _ = await _head(connection)
                second = second or now
                if not 0 <= first <= second <= now:
                    raise NoProof(now)
                return second, await _proof(connection, consistency_ranges(first, second)), checkpoint


async def _head(connection: AsyncConnection) -> TreeHead:
    row = (await connection.execute(select(HEAD.c.size, HEAD.c.checkpoint, HEAD.c.verifier))).first()
    if row is None:
        raise StoreError("LNK875")
    return TreeHead(*row)


def note_in(detail: str) -> str:
    """The note that a row of the log's notes holds; "" where it holds none."""
    try:
        return str(orjson.loads(detail)["note"])
    except (ValueError, KeyError, TypeError):
        return ""


async def _proof(connection: AsyncConnection, ranges: Sequence[Range]) -> list[bytes]:
    wanted = [part for each in ranges for part in perfect(each)]
    known = {part: await _root(connection, *part) for part in wanted}
    return proof_of(ranges, lambda level, number: known[level, number])


async def _root(connection: AsyncConnection, level: int, number: int) -> bytes:
    """The root of a perfect subtree, from the nodes that are kept below it, or from its leaves."""
    base = level // STORED_LEVELS * STORED_LEVELS
    begin, end = number << level - base, (number + 1) << level - base
    if base:
        own = NODES.c.number
        query = select(NODES.c.hash).where(NODES.c.level == base, own >= begin, own < end).order_by(own)
    else:
        query = select(LEAVES.c.hash).where(LEAVES.c.place >= begin, LEAVES.c.place < end)
        query = query.order_by(LEAVES.c.place)
    hashes = (await connection.execute(query)).scalars().all()
    if len(hashes) != end - begin:
        raise StoreError("LNK964")
    return root_of(hashes)
