"""What is recorded of a case is closed under a key of its own, and gone with that key.

    entry --case's key, wrapped under the log's master key--> what the database has

Erasing a case destroys its key, empties its entries and takes its duties away: what is left is that there was
such a case, and in the stream which rule put what on which body, when, and what became of it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from server.log.notes import About, add_note
from server.log.opening import OpenLog
from server.log.retention import forgotten
from server.proof.keys import LogKeys
from server.proof.sealing import CaseCipher, Unreadable, case_key
from server.settings.logs import Level, event
from server.store.dialects import insert_unless_there
from server.store.errors import NotKept
from server.store.failures import store_errors
from server.store.ledger import Ledger
from server.store.options import WRITES
from server.store.register import CASES, ENTRIES, FIGURES, KEYS, MARKS, OBLIGATIONS

_PAGE = 100
NO_KEYS, DAMAGED = "LNK871", "LNK964"

Numbered = tuple[int, bytes]
"""An entry's number within its case, and its content."""


class Seals:
    """Closes and opens the entries of one database; ``keys`` None: none of them may be closed."""

    def __init__(self, keys: LogKeys | None) -> None:
        self._keys = keys

    def made(self, district: str, case_id: str) -> bytes:
        """A new key for a case, wrapped; empty where there are no keys."""
        return b"" if self._keys is None else case_key(self._keys, _name(district, case_id))

    def closed(self, district: str, case_id: str, key: bytes, entries: Iterable[Numbered]) -> list[bytes]:
        """Entries as the database has them; as they are where the case has no key. Raises ``NotKept``."""
        if not key:
            return [content for _, content in entries]
        cipher = self._cipher(district, case_id, key)
        return [cipher.closed(number, content) for number, content in entries]

    def opened(self, district: str, case_id: str, key: bytes, entries: Iterable[Numbered]) -> list[bytes]:
        """The same again. Raises ``NotKept``: the keys are not there (LNK871), or it was altered (LNK964)."""
        if not key:
            return [content for _, content in entries]
        cipher = self._cipher(district, case_id, key)
        try:
            return [cipher.opened(number, content) for number, content in entries]
        except Unreadable as error:
            raise NotKept(DAMAGED) from error

    def _cipher(self, district: str, case_id: str, key: bytes) -> CaseCipher:
        if self._keys is None:
            raise NotKept(NO_KEYS)
        try:
            return CaseCipher(self._keys, _name(district, case_id), key)
        except Unreadable as error:
            raise NotKept(DAMAGED) from error


def _name(district: str, case_id: str) -> bytes:
    return f"{district}\0{case_id}".encode()


async def seal_old(engine: AsyncEngine, keys: LogKeys) -> int:
    """Closes the entries of cases from before they were, some in each transaction; of how many cases.

    Raises ``NotKept``.
    """
    seals, count = Seals(keys), 0
    own = (KEYS.c.district == CASES.c.district) & (KEYS.c.case_id == CASES.c.case_id)
    query = select(CASES.c.district, CASES.c.case_id).outerjoin(KEYS, own).where(KEYS.c.district.is_(None))
    with store_errors(as_=NotKept):
        while True:
            async with engine.execution_options(**WRITES).begin() as connection:
                rows = (
                    await connection.execute(query.limit(_PAGE).with_for_update(of=CASES, skip_locked=True))
                ).all()
                for row in rows:
                    await _seal(connection, seals, row.district, row.case_id)
            count += len(rows)
            if len(rows) < _PAGE:
                break
    if count:
        event(Level.INFO, "register_sealed", cases=count)
    return count


async def _seal(connection: AsyncConnection, seals: Seals, district: str, case_id: str) -> None:
    """Closes the entries of a case that is locked, unless another process has done it."""
    key = seals.made(district, case_id)
    row = {"district": district, "case_id": case_id, "data_key": key, "erased_at": None}
    made = insert_unless_there(connection.dialect.name, KEYS)
    if not (await connection.execute(made, row)).rowcount:
        return
    where = ENTRIES.c.district == district, ENTRIES.c.case_id == case_id
    query = select(ENTRIES.c.number, ENTRIES.c.content).where(*where).order_by(ENTRIES.c.number)
    entries = [(row.number, row.content) for row in await connection.execute(query)]
    if entries:
        change = update(ENTRIES).where(*where, ENTRIES.c.number == bindparam("own_number"))
        await connection.execute(
            change.values(content=bindparam("own_content")),
            [
                {"own_number": number, "own_content": content}
                for (number, _), content in zip(
                    entries, seals.closed(district, case_id, key, entries), strict=True
                )
            ],
        )
    # Whoever has read the case without its key would add an entry that is not closed: it reads again.
    own = CASES.c.district == district, CASES.c.case_id == case_id
    await connection.execute(update(CASES).where(*own).values(version=CASES.c.version + 1))


async def erase_case(log: OpenLog, case_id: str, district: str | None) -> int:
    """Erases a case of the register, and notes in the log that it was; how many, since ids may be alike.

    Raises ``StoreError``.
    """
    with store_errors():
        async with log.engine.execution_options(**WRITES).begin() as connection:
            ledger = Ledger(log.keys)
            frontier = await ledger.locked(connection)
            count = await _erased(connection, case_id, district, time.time_ns())
            if count:
                detail = {"places": [], "cases": count}
                await add_note(connection, ledger, frontier, About.ERASURE, detail)
    await forgotten(log)
    return count


async def kept_there(log: OpenLog, case_id: str, district: str | None) -> bool:
    """Whether the register has such a case that was not erased. Raises ``StoreError``."""
    gone = exists().where(
        KEYS.c.district == CASES.c.district, KEYS.c.case_id == CASES.c.case_id, KEYS.c.erased_at.is_not(None)
    )
    query = select(CASES.c.case_id).where(CASES.c.case_id == case_id, ~gone)
    if district is not None:
        query = query.where(CASES.c.district == district)
    with store_errors():
        async with log.engine.connect() as connection:
            return (await connection.execute(query.limit(1))).first() is not None


async def _erased(connection: AsyncConnection, case_id: str, district: str | None, now: int) -> int:
    """Erases a case within this transaction, in one district or in all; how many there were."""
    query = select(CASES.c.district).where(CASES.c.case_id == case_id)
    if district is not None:
        query = query.where(CASES.c.district == district)
    found = list((await connection.execute(query.with_for_update())).scalars())
    gone = select(KEYS.c.district).where(KEYS.c.case_id == case_id, KEYS.c.erased_at.is_not(None))
    erased = set((await connection.execute(gone)).scalars())
    for name in (name for name in found if name not in erased):
        await _erase(connection, name, case_id, now)
    return len(set(found) - erased)


async def _erase(connection: AsyncConnection, district: str, case_id: str, now: int) -> None:
    def own(table: Any) -> Sequence[Any]:
        return table.c.district == district, table.c.case_id == case_id

    await connection.execute(delete(KEYS).where(*own(KEYS)))
    row = {"district": district, "case_id": case_id, "data_key": b"", "erased_at": now}
    await connection.execute(insert(KEYS), row)
    await connection.execute(update(ENTRIES).where(*own(ENTRIES)).values(content=b""))
    duties = select(OBLIGATIONS.c.id).where(*own(OBLIGATIONS))
    await connection.execute(
        delete(MARKS).where(MARKS.c.district == district, MARKS.c.obligation.in_(duties))
    )
    await connection.execute(delete(FIGURES).where(FIGURES.c.district == district, FIGURES.c.id.in_(duties)))
    await connection.execute(delete(OBLIGATIONS).where(*own(OBLIGATIONS)))
    values = {"next_at": None, "fault": "", "waiting": False, "version": CASES.c.version + 1}
    await connection.execute(update(CASES).where(*own(CASES)).values(values))


async def erased_in(connection: AsyncConnection, district: str) -> frozenset[str]:
    """The cases of a district that were erased."""
    query = select(KEYS.c.case_id).where(KEYS.c.district == district, KEYS.c.erased_at.is_not(None))
    return frozenset((await connection.execute(query)).scalars())
