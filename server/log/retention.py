"""What has to go, goes: the facts of a case, and rows that are too old. The proof stays as it is.

Erasing destroys the keys of a case's rows: who, when and which rules fired stay readable, the facts and the
outcome do not. Removing takes whole rows; their leaves stay. Both are noted in the log itself, in the same
transaction, so that whoever checks it knows from a signed place what was taken.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

from sqlalchemy import ColumnElement, delete, select, update

from server.log.notes import About, add_note, spans
from server.log.opening import OpenLog
from server.store.failures import store_errors
from server.store.ledger import Ledger
from server.store.options import WRITES
from server.store.tables import CALLS, DECISIONS

_PAGE = 1000


async def erase(log: OpenLog, case: str, district: str | None = None) -> int:
    """Destroys the keys of a case's decisions; of how many. Raises ``StoreError``."""
    wanted = (DECISIONS.c.case_id == case) & DECISIONS.c.data_key.is_not(None)
    if district is not None:
        wanted &= DECISIONS.c.district == district
    count = 0
    while taken := await _page(log, wanted, About.ERASURE):
        count += taken
    await forgotten(log)
    return count


async def prune(log: OpenLog, before: int) -> int:
    """Removes the decisions received before a moment; how many. Raises ``StoreError``."""
    count = 0
    while taken := await _page(log, DECISIONS.c.received_at < before, About.REMOVAL, before=before):
        count += taken
    await forgotten(log)
    return count


async def _page(log: OpenLog, wanted: ColumnElement[bool], about: About, **detail: int) -> int:
    """Takes some of the rows, and says so; how many. A page at a time: others write between two."""
    with store_errors():
        async with log.engine.execution_options(**WRITES).begin() as connection:
            ledger = Ledger(log.keys)
            frontier = await ledger.locked(connection)
            query = select(DECISIONS.c.place, DECISIONS.c.id).where(wanted, DECISIONS.c.place.is_not(None))
            rows = (await connection.execute(query.order_by(DECISIONS.c.place).limit(_PAGE))).all()
            if not rows:
                return 0
            places, ids = [row.place for row in rows], [row.id for row in rows]
            if about is About.ERASURE:
                await connection.execute(
                    update(DECISIONS).where(DECISIONS.c.id.in_(ids)).values(data_key=None)
                )
            else:
                await connection.execute(delete(CALLS).where(CALLS.c.decision.in_(ids)))
                await connection.execute(delete(DECISIONS).where(DECISIONS.c.id.in_(ids)))
            await add_note(connection, ledger, frontier, about, detail | {"places": spans(places)})
            return len(rows)


async def forgotten(log: OpenLog) -> None:
    """SQLite: what the write-ahead log still has of what was taken goes with it.

    PostgreSQL overwrites dead rows when it vacuums (docs/log.md).
    """
    if log.engine.dialect.name == "sqlite":
        with store_errors():
            await asyncio.to_thread(_emptied, str(log.engine.url.database))


def _emptied(file: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
