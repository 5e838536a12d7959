"""Opening the log: the database, the file of its keys, its head; rows from before proofs are imported.

The keys are made when the log is: a log that has a head opens with its own keys or not at all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from server.log.notes import About, add_note
from server.proof.entries import Kind
from server.proof.keys import LogKeys, found_or_made, read_keys
from server.settings.logs import Level, event
from server.store.database import all_closed, database_file, open_database
from server.store.errors import StoreError
from server.store.failures import store_errors
from server.store.ledger import Leaf, Ledger
from server.store.options import WRITES
from server.store.postgresql import lock_migrations
from server.store.readonly import ReadOnly, read_only
from server.store.record import LoggedDecision
from server.store.rows import COVERED, leaf_of, row_of
from server.store.tables import DECISIONS, HEAD

AUTO = "auto"
"""The setting that leaves the file of the keys to ``key_file``."""

_PAGE = 500
_OLD = (
    select(*(DECISIONS.c[name] for name in COVERED))
    .where(DECISIONS.c.place.is_(None), DECISIONS.c.id > bindparam("last"))
    .order_by(DECISIONS.c.id)
    .limit(_PAGE)
)
_IMPORT = update(DECISIONS).where(DECISIONS.c.id == bindparam("own_id"))


class OpenLog(NamedTuple):
    """A log that is open. ``imported``: rows that were given their leaves now."""

    engine: AsyncEngine
    keys: LogKeys
    imported: int = 0


def key_file(url: str, setting: str = AUTO) -> Path:
    """Where the keys are: as set; else beside the SQLite file, or ``linkage.keys`` in the current folder."""
    if setting != AUTO:
        return Path(setting)
    file = database_file(url)
    return Path("linkage.keys") if file is None else file.with_name(f"{file.name}-keys")


async def open_log(url: str, setting: str = AUTO, *, migrate: bool = True) -> OpenLog:
    """Opens database and keys, both made where there are none. ``migrate`` False: another process has.

    Raises ``StoreError`` as ``open_database`` does, and with LNK874 where the keys are not those of the log;
    ``KeyFileError`` (LNK871) where the log has a head, and the file of its keys is gone.
    """
    engine = await open_database(url, migrate=migrate)
    try:
        with store_errors():
            keys = await _keys(engine, key_file(url, setting), migrate)
            imported = await _imported(engine, keys) if migrate else 0
    except BaseException:
        await all_closed(engine)
        raise
    return OpenLog(engine, keys, imported)


@asynccontextmanager
async def reading(url: str, setting: str = AUTO) -> AsyncIterator[tuple[ReadOnly, LogKeys]]:
    """The log and its keys, to be read: nothing is migrated, imported or written.

    Raises as ``read_only`` does, and as ``open_log`` for the keys.
    """
    async with read_only(url) as database:
        keys = read_keys(key_file(url, setting))
        with store_errors():
            async with database.engine.connect() as connection:
                verifier = (await connection.execute(select(HEAD.c.verifier))).scalar_one_or_none()
        if verifier is not None and not keys.follow(verifier):
            raise StoreError("LNK874")
        yield database, keys


async def _keys(engine: AsyncEngine, path: Path, migrate: bool) -> LogKeys:
    """The keys, and the head made with them where there is none. One process after the other."""
    async with engine.execution_options(**WRITES if migrate else {}).begin() as connection:
        if migrate and connection.dialect.name == "postgresql":
            await connection.run_sync(lock_migrations)
        verifier = (await connection.execute(select(HEAD.c.verifier))).scalar_one_or_none()
        if verifier is None and migrate:
            old = (await connection.execute(select(exists().where(DECISIONS.c.id.is_not(None))))).scalar_one()
            keys = _first_keys(path, old)
            await Ledger(keys).first(connection, importing=old)
            return keys
    keys = read_keys(path)
    if not keys.follow(str(verifier)):
        raise StoreError("LNK874")
    return keys


def _first_keys(path: Path, old: bool) -> LogKeys:
    """The keys of a log without a head. ``old``: it has decisions.

    Where there are keys as well, it had a head, and somebody took it away: rows that were altered since must
    not be imported as if nobody had ever signed others. Raises ``StoreError`` (LNK875) then.
    """
    if old and path.exists():
        raise StoreError("LNK875")
    return found_or_made(path)


async def _imported(engine: AsyncEngine, keys: LogKeys) -> int:
    """Gives every decision from before its leaf, a page in each transaction; how many.

    Only once in the life of a log: what has no leaf afterwards was put there by somebody else.
    """
    async with engine.connect() as connection:
        if not (await connection.execute(select(HEAD.c.importing))).scalar_one():
            return 0
    ledger, count, last = Ledger(keys), 0, ""
    while True:
        async with engine.execution_options(**WRITES).begin() as connection:
            frontier = await ledger.locked(connection)
            if not (await connection.execute(select(HEAD.c.importing))).scalar_one():
                return count  # another process has done the rest
            old = (await connection.execute(_OLD, {"last": last})).all()
            if not old:
                detail = {"decisions": frontier.size, "places": [(0, frontier.size - 1)]}
                await add_note(connection, ledger, frontier, About.IMPORT, detail)
                await ledger.imported(connection)
                break
            rows = [row_of(_with_codes(LoggedDecision(*each)), keys) for each in old]
            leaves = [Leaf(Kind.IMPORTED, row["id"], leaf_of(Kind.IMPORTED, row)) for row in rows]
            first = await ledger.add(connection, frontier, leaves)
            await _update(connection, rows, first)
        count, last = count + len(rows), rows[-1]["id"]
    event(Level.INFO, "log_imported", records=count)
    return count


async def _update(connection: AsyncConnection, rows: list[dict[str, Any]], first: int) -> None:
    changed = ("facts", "outcome", "rules", "bodies", "data_key")
    values = [
        {name: row[name] for name in changed} | {"own_id": row["id"], "place": first + number}
        for number, row in enumerate(rows)
    ]
    await connection.execute(_IMPORT, values)


def _with_codes(record: LoggedDecision) -> LoggedDecision:
    """The record with the codes that can be searched for, read from its outcome where that is readable."""
    try:
        obligations: list[Mapping[str, Any]] = orjson.loads(record.outcome)["obligations"]
        rules = {str(each["rule"]) for each in obligations}
        bodies = {str(body) for each in obligations for body in each["bearers"]}
    except (ValueError, KeyError, TypeError):
        return record
    return record._replace(rules=" ".join(sorted(rules)), bodies=" ".join(sorted(bodies)))
