"""The table of decisions: appended to, each row with its leaf; read, never changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Container, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from server.proof.entries import Kind
from server.proof.keys import LogKeys
from server.store.archive import RuleArchive
from server.store.database import all_closed
from server.store.errors import StoreError
from server.store.failures import UNREACHABLE, store_errors
from server.store.ledger import Leaf, Ledger
from server.store.options import WRITES
from server.store.presence import DatabaseFile
from server.store.record import Call, LoggedDecision
from server.store.rows import COLUMNS, leaf_of, record_of, row_of
from server.store.tables import CALLS, DECISIONS
from server.store.tree import Tree
from server.store.turns import Turn

_INSERT, _INSERT_CALLS = insert(DECISIONS), insert(CALLS)
_COLUMNS = select(*COLUMNS)
_PAGE = 200


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows with their leaves, and the calls that have a key, by the ids of their decisions."""

    rows: list[dict[str, Any]]
    leaves: list[Leaf]
    calls: Mapping[str, Call]

    def without(self, ids: Container[str]) -> _Batch:
        """The batch without these decisions."""
        kept = [number for number, row in enumerate(self.rows) if row["id"] not in ids]
        calls = {identity: call for identity, call in self.calls.items() if identity not in ids}
        return _Batch([self.rows[n] for n in kept], [self.leaves[n] for n in kept], calls)


async def _insert(connection: AsyncConnection, rows: list[dict[str, Any]], first: int) -> None:
    """Inserts the rows in their places."""
    for place, row in enumerate(rows, first):
        row["place"] = place
    await connection.execute(_INSERT, rows)


async def _repeated(connection: AsyncConnection, calls: Mapping[str, Call]) -> dict[str, str]:
    """Which decisions answer calls that have been answered: within the batch, too (id -> logged id)."""
    wanted = {call.id for call in calls.values()}
    query = select(CALLS.c.id, CALLS.c.decision).where(CALLS.c.id.in_(wanted))
    answered = {row[0]: row[1] for row in await connection.execute(query)}
    repeated = {}
    for identity, call in calls.items():
        if (logged := answered.setdefault(call.id, identity)) != identity:
            repeated[identity] = logged
    return repeated


class DecisionStore:
    """Logged decisions of one database. Every method raises ``StoreError``."""

    def __init__(
        self,
        engine: AsyncEngine,
        keys: LogKeys,
        turns: Turn | None = None,
        file: DatabaseFile | None = None,
    ) -> None:
        """``turns``: other processes write the same SQLite file; ``file``: nothing is written elsewhere."""
        self._file = file
        self._engine = engine
        self._keys = keys
        self._ledger = Ledger(keys)
        self._turns = turns
        self._writer: AsyncConnection | None = None

    @property
    def tree(self) -> Tree:
        """The tree over the log."""
        return Tree(self._engine)

    @property
    def archive(self) -> RuleArchive:
        """The rules that its decisions were made under."""
        return RuleArchive(self._engine)

    async def append(self, records: Sequence[LoggedDecision]) -> Mapping[str, str]:
        """Writes all of ``records`` in one transaction, durable when this returns; or none of them.

        Those of a call that was logged before are left out: the answer says which (id -> logged id).
        One task at a time. The connection is kept between calls; after a failure the next call opens a new
        one, so that the log recovers as soon as the database does. A connection that broke meanwhile (the
        database was restarted) is tried once more on a new one.
        """
        rows = [row_of(record, self._keys) for record in records]
        leaves = [Leaf(Kind.DECISION, row["id"], leaf_of(Kind.DECISION, row)) for row in rows]
        batch = _Batch(rows, leaves, {record.id: record.call for record in records if record.call})
        try:
            return await self._append(batch)
        except StoreError as error:
            if error.code != UNREACHABLE:
                raise
            # It may have broken after the database had committed: what is there already is ours, for nobody
            # else makes these ids.
            return await self._append(batch, again=True)

    async def ping(self) -> None:
        """Asks the database for nothing. Raises ``StoreError`` where it does not answer."""
        with store_errors():
            self.check_file()
            async with self._engine.connect() as connection:
                await connection.execute(select(1))

    def check_file(self) -> None:
        """Raises ``StoreError`` where the file of the database is not the one that was opened."""
        if self._file is not None:
            self._file.check()

    async def _append(self, batch: _Batch, again: bool = False) -> Mapping[str, str]:
        try:
            with store_errors():
                self.check_file()
                if self._writer is None:
                    self._writer = await self._engine.execution_options(**WRITES).connect()
                async with self._turns.turn() if self._turns else nullcontext():
                    repeated = await self._write(self._writer, batch, again)
                    await self._writer.commit()
                    self.check_file()
                    self._ledger.committed()
                    return repeated
        except BaseException:
            await self._abandon()
            raise

    async def _write(self, connection: AsyncConnection, batch: _Batch, again: bool) -> Mapping[str, str]:
        """Everything of one transaction but its commit. ``again``: it may have been committed before."""
        known = None if again or batch.calls else self._ledger.remembered()
        if known is not None:
            first = await self._ledger.add_to_known(connection, known, batch.leaves)
            if first is not None:
                await _insert(connection, batch.rows, first)
                return {}
        frontier = await self._ledger.locked(connection)
        if again and await self._there(connection, batch):
            return await _repeated(connection, batch.calls) if batch.calls else {}
        repeated: dict[str, str] = {}
        if batch.calls:
            repeated = await _repeated(connection, batch.calls)
            batch = batch.without(repeated)
        if batch.rows:
            await _insert(connection, batch.rows, await self._ledger.add(connection, frontier, batch.leaves))
        if batch.calls:
            calls = [{**call._asdict(), "decision": identity} for identity, call in batch.calls.items()]
            await connection.execute(_INSERT_CALLS, calls)
        return repeated

    async def _there(self, connection: AsyncConnection, batch: _Batch) -> bool:
        """Whether the batch has been committed: all of it, then, or what of it was new."""
        ids = [row["id"] for row in batch.rows]
        found = await connection.execute(select(DECISIONS.c.id).where(DECISIONS.c.id.in_(ids)).limit(1))
        return found.first() is not None

    async def _abandon(self) -> None:
        """Drops the writing connection, in whatever state it is; nobody is given it again."""
        connection, self._writer = self._writer, None
        if self._file is not None:
            self._file.closed()
        if connection is not None:
            with suppress(StoreError), store_errors():
                await connection.invalidate()
                await connection.close()
        if self._file is not None:
            # Whoever else read or wrote left connections behind: over a log of writes that is gone they would
            # spoil the new one for everybody.
            await all_closed(self._engine)

    async def close(self) -> None:
        """Gives the writing connection back; what it had not committed is rolled back."""
        connection, self._writer = self._writer, None
        if self._file is not None:
            self._file.closed()
        if connection is not None:
            with store_errors():
                await connection.close()

    async def get(self, identity: str) -> LoggedDecision | None:
        """The decision with this id, if it was logged."""
        with store_errors():
            async with self._engine.connect() as connection:
                row = (await connection.execute(_COLUMNS.where(DECISIONS.c.id == identity))).first()
        return None if row is None else record_of(row, self._keys)

    async def call(self, identity: str) -> tuple[str, str] | None:
        """The decision that a call with a key was answered with, and the digest of what the call asked."""
        query = select(CALLS.c.decision, CALLS.c.request).where(CALLS.c.id == identity)
        with store_errors():
            async with self._engine.connect() as connection:
                row = (await connection.execute(query)).first()
        return None if row is None else (row[0], row[1])

    async def count(self) -> int:
        """How many decisions are logged."""
        with store_errors():
            async with self._engine.connect() as connection:
                return (await connection.execute(select(func.count()).select_from(DECISIONS))).scalar_one()

    async def latest(self, district: str = "") -> list[str]:
        """The id of the last decision on each case whose facts can still be read, in the order of ids."""
        own = DECISIONS.c
        last = select(func.max(own.id).label("id")).where(own.data_key.is_not(None))
        if district:
            last = last.where(own.district == district)
        with store_errors():
            async with self._engine.connect() as connection:
                found = await connection.execute(last.group_by(own.district, own.case_id))
                return sorted(row[0] for row in found)

    async def these(self, ids: Sequence[str]) -> list[LoggedDecision]:
        """The decisions with these ids, at most a few hundred, in the order of ids."""
        query = _COLUMNS.where(DECISIONS.c.id.in_(ids)).order_by(DECISIONS.c.id)
        with store_errors():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(query)).all()
        return [record_of(row, self._keys) for row in rows]

    async def scan(self) -> AsyncIterator[LoggedDecision]:
        """Every decision in the order of ids, a page at a time: the log may be longer than memory."""
        last = ""
        while True:
            page = _COLUMNS.where(DECISIONS.c.id > last).order_by(DECISIONS.c.id).limit(_PAGE)
            with store_errors():
                async with self._engine.connect() as connection:
                    rows = (await connection.execute(page)).all()
            for row in rows:
                yield record_of(row, self._keys)
            if len(rows) < _PAGE:
                return
            last = rows[-1][0]
