"""Checking the whole log: each row against its leaf, each leaf against its seal, the tree against signatures.

    row --entry--> hash == leaf's hash --seal--> logged in this place      named one by one
    leaves --tree--> root == signed checkpoint, witnesses, handovers       the log as a whole

Each row is judged for itself, so that one that was altered hides no other. What the seals cannot tell (by
whoever has the keys, or without them) the signatures do: the head's, and the witnesses' that lie elsewhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from policy.text.messages import Words
from server.log.notes import About
from server.proof import checkpoints, handovers, sealing
from server.proof.checkpoints import Checkpoint
from server.proof.entries import Kind
from server.proof.handovers import Chain, Handover
from server.proof.keys import LogKeys
from server.proof.merkle import Frontier, Node
from server.proof.notes import NoteError, Verifier
from server.store.failures import store_errors
from server.store.rows import COVERED, NOTE_COVERED, leaf_of
from server.store.tables import DECISIONS, HEAD, LEAVES, NODES, NOTES
from server.store.tree import note_in

_PAGE = 500
_FAR = 16
"""How many places a row may have been moved by, for its own place to be found."""

_ROWS = (
    select(
        LEAVES.c.place,
        LEAVES.c.kind,
        LEAVES.c.entry,
        LEAVES.c.hash,
        LEAVES.c.seal,
        DECISIONS.c.place.label("own_place"),
        DECISIONS.c.data_key,
        *(DECISIONS.c[name] for name in COVERED),
    )
    .select_from(LEAVES.outerjoin(DECISIONS, DECISIONS.c.id == LEAVES.c.entry))
    .order_by(LEAVES.c.place)
    .limit(_PAGE)
)
_NOTES = select(
    *(NOTES.c[name] for name in NOTE_COVERED), NOTES.c.place, LEAVES.c.entry, LEAVES.c.hash, LEAVES.c.seal
).select_from(NOTES.outerjoin(LEAVES, LEAVES.c.place == NOTES.c.place))
_STRANGE = (
    select(DECISIONS.c.id)
    .select_from(
        DECISIONS.outerjoin(
            LEAVES, and_(LEAVES.c.place == DECISIONS.c.place, LEAVES.c.entry == DECISIONS.c.id)
        )
    )
    .where(LEAVES.c.place.is_(None))
    .order_by(DECISIONS.c.id)
)


class Finding(NamedTuple):
    """Something that is not as it was logged: a code of docs/faults.md, and the arguments of its message."""

    code: str
    args: Mapping[str, str | Words]


class Witness(NamedTuple):
    """A file that holds a checkpoint: what it is called, and its text."""

    name: str
    note: str


class Note(NamedTuple):
    """A note of the log that is as it was logged."""

    about: About
    places: tuple[tuple[int, int], ...]

    def tells_of(self, about: About, place: int) -> bool:
        """Whether it says this of the row in this place."""
        return self.about is about and any(first <= place <= last for first, last in self.places)


def finding(code: str, **args: object) -> Finding:
    """A finding; numbers as they are read."""
    return Finding(code, {name: _shown(value) for name, value in args.items()})


def _shown(value: object) -> str | Words:
    return value if isinstance(value, Words) else f"{value:,}" if isinstance(value, int) else str(value)


class Verification:
    """One check of a log. ``keys`` None: only what the public key ``verifier`` can tell.

    ``verifier`` is a key that the log was once signed with: from it handovers lead to those before and after.
    After ``findings`` has ended, ``rows`` counts the leaves, and ``checkpoint`` is the log's own.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        verifier: Verifier,
        keys: LogKeys | None = None,
        witnesses: Sequence[Witness] = (),
    ) -> None:
        self._engine = engine
        self._verifier = verifier
        self._keys = keys
        self._witnesses = witnesses
        self._chain = Chain(verifier)
        self._roots: dict[int, bytes | None] = {}
        self._moved = 0
        self._told_by: dict[str, Note] = {}
        self.rows = 0
        self.checkpoint: Checkpoint | None = None

    async def findings(self) -> AsyncIterator[Finding]:
        """All that is wrong, the rows in order. Raises ``StoreError`` where the log cannot be read."""
        with store_errors():
            async with self._engine.execution_options(**_one_state(self._engine)).connect() as connection:
                strange = await self._keys_of(connection)
                for each in strange:
                    yield each
                self.checkpoint = await self._head(connection)
                if self.checkpoint is None and not strange:
                    yield finding("LNK890")
                saw, wrong = self._saw()
                for each in wrong:
                    yield each
                sizes = {point.size for _, point in saw}
                sizes |= {handover.checkpoint.size for handover in self._chain.handovers}
                async for each in self._leaves(connection, sizes):
                    yield each
                for each in self._whole(saw):
                    yield each
                async for each in self._inserted(connection):
                    yield each

    async def _keys_of(self, connection: AsyncConnection) -> list[Finding]:
        """What is wrong with the handovers of the keys; afterwards ``_chain`` has those that can be trusted.

        They are the ones that the key which was given leads to, forwards and backwards.
        """
        query = select(NOTES.c.id, NOTES.c.place, NOTES.c.detail).where(NOTES.c.about == About.HANDOVER)
        rows = (await connection.execute(query.order_by(NOTES.c.place))).all()
        if not rows:
            return await self._of_another(connection)
        found: list[Handover] = []
        for row in rows:
            try:
                made = handovers.opened(note_in(row.detail))
                Chain(self._verifier, [*found, made])
                if made.checkpoint.size != row.place:
                    raise NoteError("chain")
            except NoteError:
                return [finding("LNK867", place=row.place, id=row.id)]
            found.append(made)
        chain = Chain(self._verifier, found)
        if self._verifier not in chain.keys:
            return [finding("LNK868", key=self._verifier.identity.hex(), newest=chain.newest.identity.hex())]
        self._chain = chain
        return []

    async def _of_another(self, connection: AsyncConnection) -> list[Finding]:
        """Where no key has handed over: whether another one than that which was given signed the log."""
        row = (await connection.execute(select(HEAD.c.verifier, HEAD.c.checkpoint))).first()
        try:
            other = Verifier.of_text(row.verifier) if row is not None else self._verifier
            if row is None or other == self._verifier:
                return []
            checkpoints.opened(other, row.checkpoint)
        except (NoteError, TypeError, AttributeError):  # SQLite keeps any type in any column
            return []
        return [finding("LNK868", key=self._verifier.identity.hex(), newest=other.identity.hex())]

    async def _head(self, connection: AsyncConnection) -> Checkpoint | None:
        """The log's own checkpoint, where it is signed and is what the frontier gives."""
        row = (await connection.execute(select(HEAD.c.size, HEAD.c.frontier, HEAD.c.checkpoint))).first()
        if row is None:
            return None
        try:
            signed = checkpoints.opened(self._chain.newest, row.checkpoint)
            root = Frontier.of_bytes(row.size, row.frontier).root()
        except (ValueError, TypeError):  # NoteError is one; SQLite keeps any type in any column
            return None
        return signed if (signed.size, signed.root) == (row.size, root) else None

    def _saw(self) -> tuple[list[tuple[str, Checkpoint]], list[Finding]]:
        """The witnesses' checkpoints by their names; and which files hold none."""
        saw, wrong = [], []
        for witness in self._witnesses:
            try:
                point, in_time = self._chain.opened(witness.note)
            except NoteError:
                wrong.append(finding("LNK891", file=witness.name))
                continue
            if not in_time:
                wrong.append(finding("LNK829", file=witness.name, size=point.size))
            saw.append((witness.name, point))
        return saw, wrong

    async def _leaves(self, connection: AsyncConnection, sizes: set[int]) -> AsyncIterator[Finding]:
        """Every leaf with its row; afterwards ``_roots`` has the root at these sizes and the head's."""
        signed = self.checkpoint.size if self.checkpoint else -1
        notes = await self._notes(connection)
        for identity in notes.keys() - self._told_by.keys():
            yield finding("LNK882", id=identity)
        tree, whole, kept = Frontier(), True, list[Node]()
        self._root_at(tree, sizes | {signed}, whole)
        last = -(2**63)
        while page := (await connection.execute(_ROWS.where(LEAVES.c.place > last))).all():
            last = page[-1].place
            for row in page:
                if row.place < 0:
                    yield finding("LNK884", place=row.place, id=row.entry)
                    continue
                if row.place > self.rows:
                    whole = False
                    yield finding("LNK883", first=self.rows, last=row.place - 1)
                for each in self._row(row, notes):
                    yield each
                kept += tree.append(_bytes(row.hash))
                self.rows = row.place + 1
                self._root_at(tree, sizes | {signed}, whole)
        if self.rows < signed:
            yield finding("LNK883", first=self.rows, last=signed - 1)
        elif signed != -1 and self.rows > signed:
            yield finding("LNK885", first=signed, last=self.rows - 1)
        if whole:
            async for each in self._nodes(connection, kept):
                yield each

    def _root_at(self, tree: Frontier, sizes: set[int], whole: bool) -> None:
        if tree.size in sizes and whole:
            self._roots[tree.size] = tree.root()

    async def _notes(self, connection: AsyncConnection) -> Mapping[str, Any]:
        """The notes by their ids; ``_told_by`` afterwards has those that are as they were logged."""
        found = (await connection.execute(_NOTES)).all()
        for row in found:
            if row.entry == row.id and self._trusted(row) and (note := _note(row)) is not None:
                self._told_by[row.id] = note
        return {row.id: row for row in found}

    def _trusted(self, row: Any) -> bool:
        return _hash_of(Kind.NOTE, row) == row.hash and (self._keys is None or self._sealed(row, 0))

    def _row(self, row: Any, notes: Mapping[str, Any]) -> Iterator[Finding]:
        """What is wrong with one leaf, or with what it covers."""
        place, identity = row.place, row.entry
        if moved := self._misplaced(row):
            yield moved
            return
        covered = notes.get(identity) if row.kind == Kind.NOTE else row if row.id is not None else None
        if covered is None:
            if not self._told(About.REMOVAL, place):
                yield finding("LNK880", place=place, id=identity)
        elif _hash_of(row.kind, covered) != row.hash:
            yield finding("LNK881", place=place, id=identity)
        elif row.kind != Kind.NOTE:
            if row.own_place != place:
                yield finding("LNK893", place=place, id=identity, other=row.own_place)
            if not self._opens(row) and not self._told(About.ERASURE, place):
                yield finding("LNK889", place=place, id=identity)

    def _misplaced(self, row: Any) -> Finding | None:
        """Whether the leaf was logged somewhere else, or never."""
        if self._keys is None or self._sealed(row, self._moved):
            return None
        near = sorted(range(-_FAR, _FAR + 1), key=abs)
        moved = next((by for by in near if self._sealed(row, by)), None)
        if moved is None:
            return finding("LNK884", place=row.place, id=row.entry)
        before, self._moved = self._moved, moved
        return _shift(row.place, moved - before)

    def _sealed(self, row: Any, moved: int) -> bool:
        place = row.place - moved
        return (
            self._keys is not None
            and place >= 0
            and sealing.seal_of(self._keys, place, _bytes(row.hash)) == row.seal
        )  # fmt: skip

    def _opens(self, row: Any) -> bool:
        if row.data_key is None:
            return False
        if self._keys is None:
            return True
        try:
            sealing.opened(self._keys, row.id, row.data_key, row.facts, row.outcome)
        except sealing.Unreadable:
            return False
        return True

    def _told(self, about: About, place: int) -> bool:
        """Whether a note that is itself as it was logged says so."""
        return any(note.tells_of(about, place) for note in self._told_by.values())

    async def _nodes(self, connection: AsyncConnection, wanted: Iterable[Node]) -> AsyncIterator[Finding]:
        found = {(row.level, row.number): row.hash for row in await connection.execute(select(NODES))}
        for node in wanted:
            if found.get((node.level, node.number)) != node.hash:
                yield finding("LNK892", level=node.level, number=node.number)

    def _whole(self, saw: Iterable[tuple[str, Checkpoint]]) -> Iterator[Finding]:
        """Whether the leaves give the roots that were signed."""
        if self.checkpoint is not None and self._roots.get(self.checkpoint.size) != self.checkpoint.root:
            yield finding("LNK886")
        for handover in self._chain.handovers:
            point = handover.checkpoint
            if self._roots.get(point.size) != point.root:
                yield finding("LNK867", place=point.size, id=handover.old.identity.hex())
        now = self.rows if self.checkpoint is None else self.checkpoint.size
        for name, point in saw:
            if point.size > now:
                yield finding("LNK887", file=name, size=point.size, now=now, last=point.size - 1)
            elif self._roots.get(point.size) != point.root:
                yield finding("LNK888", file=name, size=point.size)

    async def _inserted(self, connection: AsyncConnection) -> AsyncIterator[Finding]:
        """Decisions that no leaf names."""
        for identity in (await connection.execute(_STRANGE)).scalars().all():
            there = select(func.count()).select_from(LEAVES).where(LEAVES.c.entry == identity)
            if not (await connection.execute(there)).scalar_one():
                yield finding("LNK882", id=identity)


def _bytes(value: Any) -> bytes:
    """What a column of bytes holds; SQLite keeps any type in any column."""
    return value if isinstance(value, bytes) else b""


def _hash_of(kind: str, covered: Any) -> bytes:
    try:
        return leaf_of(Kind(kind), covered._mapping)
    except ValueError:  # a kind that there is not
        return b""


def _note(row: Any) -> Note | None:
    """What a note says; None where it says nothing that the log ever did."""
    try:
        places = tuple((int(first), int(last)) for first, last in orjson.loads(row.detail)["places"])
        return Note(About(row.about), places)
    except (ValueError, TypeError, KeyError):
        return None


def _one_state(engine: AsyncEngine) -> dict[str, Any]:
    """What lets a connection see the log as it was at its first query; in SQLite every transaction does."""
    return {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}


def _shift(place: int, by: int) -> Finding:
    way = Words("后", "later") if by > 0 else Words("前", "earlier")
    what = Words("插入", "inserted") if by > 0 else Words("删除", "deleted")
    return finding("LNK870", place=place, count=abs(by), way=way, what=what)
