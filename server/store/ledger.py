"""The log's head: which leaves there are, and the checkpoint over them; leaves are added in a transaction.

    head locked --> places --> leaves, nodes --> head with a new signed checkpoint --> commit (the caller's)

Whoever adds holds the head from before its first place until the commit, so that places have no gaps, however
many processes write. The head itself is not trusted: it is what this process wrote, or its signature is
checked; and a log that has become shorter under a running service is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.proof import checkpoints
from server.proof.entries import Kind
from server.proof.keys import LogKeys
from server.proof.merkle import Frontier, Node
from server.proof.sealing import seal_of
from server.store.errors import StoreError
from server.store.tables import HEAD, LEAVES, NODES

_ONLY = 1
_NAMES = ("size", "frontier", "checkpoint", "verifier")
_SELECT = select(*(HEAD.c[name] for name in _NAMES)).where(HEAD.c.id == _ONLY)
_LOCK = _SELECT.with_for_update()
_LEAVES, _NODES = insert(LEAVES), insert(NODES)
_UPDATE = update(HEAD).where(HEAD.c.id == _ONLY).values({name: bindparam(f"new_{name}") for name in _NAMES})


_UPDATE_KNOWN = _UPDATE.where(HEAD.c.checkpoint == bindparam("known_checkpoint"))


class Leaf(NamedTuple):
    """A leaf to be added: of what, whose, and its hash."""

    kind: Kind
    entry: str
    hash: bytes


class Head(NamedTuple):
    """The head as it stands in the database."""

    size: int
    frontier: bytes
    checkpoint: str
    verifier: str
    """The public key that signed it."""


class Ledger:
    """Adds leaves for one process. Every method raises ``StoreError``: LNK875 where the head is not ours.

    Where the key that signs was changed meanwhile the keys follow: LNK874 where they lack the new one.
    """

    def __init__(self, keys: LogKeys) -> None:
        self._keys = keys
        self._known: Head | None = None
        self._written: Head | None = None
        self._alone = False

    async def first(self, connection: AsyncConnection, importing: bool) -> None:
        """Makes the head of an empty log. ``importing``: there are decisions without leaves."""
        frontier = Frontier()
        values = self._head(frontier)._asdict() | {"id": _ONLY, "importing": importing}
        await connection.execute(insert(HEAD).values(values))

    async def locked(self, connection: AsyncConnection) -> Frontier:
        """The tree as it stands, which nobody else changes until the end of the transaction."""
        self._written = None
        row = (await connection.execute(_LOCK)).first()
        if row is None:
            raise StoreError("LNK875")
        head = Head(*row)
        try:
            frontier = Frontier.of_bytes(head.size, head.frontier)
            if head != self._known:
                if not self._keys.follow(head.verifier):
                    raise StoreError("LNK874")
                signed = checkpoints.opened(self._keys.verifier, head.checkpoint)
                if (signed.size, signed.root) != (head.size, frontier.root()):
                    raise StoreError("LNK875")
        except (ValueError, TypeError) as error:  # SQLite keeps any type in any column
            raise StoreError("LNK875") from error
        if self._known is not None and head.size < self._known.size:
            raise StoreError("LNK876")
        self._alone = head == self._known
        return frontier

    def remembered(self) -> Frontier | None:
        """The tree as this process left it, where nobody else seems to write: for ``add_to_known``."""
        if self._known is None or not self._alone:
            return None
        return Frontier.of_bytes(self._known.size, self._known.frontier)

    async def add_to_known(
        self, connection: AsyncConnection, frontier: Frontier, leaves: Sequence[Leaf]
    ) -> int | None:
        """``add`` to the tree that ``remembered`` gave, which saves reading it; None where it has changed."""
        first = frontier.size
        rows, nodes = self._grown(frontier, leaves)
        known = {"known_checkpoint": self._known.checkpoint if self._known else ""}
        self._written = self._head(frontier)
        if (await connection.execute(_UPDATE_KNOWN, self._values() | known)).rowcount != 1:
            self._written, self._alone = None, False
            return None
        await _insert(connection, rows, nodes)
        return first

    async def add(self, connection: AsyncConnection, frontier: Frontier, leaves: Sequence[Leaf]) -> int:
        """Adds leaves to the tree that ``locked`` gave; the place of the first."""
        first = frontier.size
        rows, nodes = self._grown(frontier, leaves)
        self._written = self._head(frontier)
        await connection.execute(_UPDATE, self._values())
        await _insert(connection, rows, nodes)
        return first

    def _grown(self, frontier: Frontier, leaves: Sequence[Leaf]) -> tuple[list[dict[str, Any]], list[Node]]:
        """The rows of the leaves and the nodes to be kept, once the tree has grown by them."""
        rows, nodes = [], list[Node]()
        for leaf in leaves:
            place = frontier.size
            rows.append(
                {
                    "place": place,
                    "kind": leaf.kind.value,
                    "entry": leaf.entry,
                    "hash": leaf.hash,
                    "seal": seal_of(self._keys, place, leaf.hash),
                }
            )
            nodes += frontier.append(leaf.hash)
        return rows, nodes

    def _values(self) -> dict[str, Any]:
        head = self._written._asdict() if self._written is not None else {}
        return {f"new_{name}": value for name, value in head.items()}

    async def imported(self, connection: AsyncConnection) -> None:
        """Says that every decision has its leaf."""
        await connection.execute(update(HEAD).values(importing=False))

    def committed(self) -> None:
        """The transaction of the last ``add`` is durable."""
        if self._written is not None:
            self._known, self._written = self._written, None

    def _head(self, frontier: Frontier) -> Head:
        note = checkpoints.signed(self._keys.signer, frontier.size, frontier.root())
        return Head(frontier.size, frontier.to_bytes(), note, str(self._keys.verifier))


async def _insert(connection: AsyncConnection, rows: list[dict[str, Any]], nodes: list[Node]) -> None:
    await connection.execute(_LEAVES, rows)
    if nodes:
        await connection.execute(_NODES, [node._asdict() for node in nodes])
