"""The table of decisions: appended to, read, never changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import nullcontext, suppress
from typing import Any

from sqlalchemy import Insert, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from server.store.dialects import insert_unless_there
from server.store.errors import UNREACHABLE, StoreError, store_errors
from server.store.options import WRITES
from server.store.record import LoggedDecision
from server.store.tables import DECISIONS
from server.store.turns import Turns

_INSERT = insert(DECISIONS)
_COLUMNS = select(*(DECISIONS.c[name] for name in LoggedDecision._fields))
_PAGE = 200


class DecisionStore:
    """Logged decisions of one database. Every method raises ``StoreError``."""

    def __init__(self, engine: AsyncEngine, turns: Turns | None = None) -> None:
        """``turns``: other processes write the same SQLite file."""
        self._engine = engine
        self._turns = turns
        self._writer: AsyncConnection | None = None

    async def append(self, records: Sequence[LoggedDecision]) -> None:
        """Writes all of ``records`` in one transaction, durable when this returns; or none of them.

        One task at a time. The connection is kept between calls; after a failure the next call opens a new
        one, so that the log recovers as soon as the database does. A connection that broke meanwhile (the
        database was restarted) is tried once more on a new one.
        """
        rows = [record._asdict() for record in records]
        try:
            await self._append(_INSERT, rows)
        except StoreError as error:
            if error.code != UNREACHABLE:
                raise
            # It may have broken after the database had committed: what is there already is ours, for nobody
            # else makes these ids.
            await self._append(insert_unless_there(self._engine.dialect.name, DECISIONS), rows)

    async def _append(self, statement: Insert, rows: list[dict[str, Any]]) -> None:
        try:
            with store_errors():
                if self._writer is None:
                    self._writer = await self._engine.execution_options(**WRITES).connect()
                async with self._turns.turn() if self._turns else nullcontext():
                    await self._writer.execute(statement, rows)
                    await self._writer.commit()
        except BaseException:
            await self._abandon()
            raise

    async def _abandon(self) -> None:
        """Drops the writing connection, in whatever state it is; nobody is given it again."""
        connection, self._writer = self._writer, None
        if connection is not None:
            with suppress(StoreError), store_errors():
                await connection.invalidate()
                await connection.close()

    async def close(self) -> None:
        """Gives the writing connection back; what it had not committed is rolled back."""
        connection, self._writer = self._writer, None
        if connection is not None:
            with store_errors():
                await connection.close()

    async def get(self, identity: str) -> LoggedDecision | None:
        """The decision with this id, if it was logged."""
        with store_errors():
            async with self._engine.connect() as connection:
                row = (await connection.execute(_COLUMNS.where(DECISIONS.c.id == identity))).first()
        return None if row is None else LoggedDecision(*row)

    async def count(self) -> int:
        """How many decisions are logged."""
        with store_errors():
            async with self._engine.connect() as connection:
                return (await connection.execute(select(func.count()).select_from(DECISIONS))).scalar_one()

    async def scan(self) -> AsyncIterator[LoggedDecision]:
        """Every decision in the order of ids, a page at a time: the log may be longer than memory."""
        last = ""
        while True:
            page = _COLUMNS.where(DECISIONS.c.id > last).order_by(DECISIONS.c.id).limit(_PAGE)
            with store_errors():
                async with self._engine.connect() as connection:
                    rows = (await connection.execute(page)).all()
            for row in rows:
                yield LoggedDecision(*row)
            if len(rows) < _PAGE:
                return
            last = rows[-1][0]
