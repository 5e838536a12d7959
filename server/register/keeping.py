"""Reading and writing cases of the register: each write is one transaction, and none is on a stale case.

A case is read with its version, worked out without holding anything, and written only where the version is
still the same; whoever comes second reads again. PostgreSQL locks the row of the case meanwhile, SQLite has
one writer. The counter of the district's stream is taken last: until the commit nobody else of that district
writes changes, so that positions have no gaps and are in the order of commits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from google.protobuf.message import DecodeError
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    Table,
    bindparam,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from linkage.v1 import register_pb2
from policy.register import CaseState, Why
from policy.register.checks import told
from policy.register.duty import Duty, duty_from
from policy.time.moment import NANO
from server.proof.keys import LogKeys
from server.register.alarm import Alarm
from server.register.kept import Kept, Writing, Written
from server.register.rows import Told, change_rows, duty_row, figure_row, mark_rows, told_of, year_of
from server.register.seals import Seals
from server.settings.logs import Level, event
from server.store.dialects import insert_unless_there
from server.store.errors import NotKept
from server.store.failures import store_errors
from server.store.options import WRITES
from server.store.presence import DatabaseFile
from server.store.register import CASES, CHANGES, DISTRICTS, ENTRIES, FIGURES, KEYS, MARKS, OBLIGATIONS
from server.store.turns import Turn

Work = Callable[[Kept], Awaitable[Writing | None]]
"""What is to be written of a case that is due; None: nothing."""

_PAGE = 200
DAMAGED = "LNK964"
"""The fault of rows that do not read."""
DAMAGED_SECONDS = 3_600
"""Whether a case reads again is looked at so often: somebody puts its rows back, or the right keys."""

_PATIENCE = text("SET LOCAL idle_in_transaction_session_timeout = '60s'")
"""Cases that are due are worked out within the transaction that claims them."""
_OWN_CLOCK = text("SELECT extract(epoch FROM clock_timestamp())")
CLAIM_SECONDS = 10.0
"""After that no further case of a claim is begun: others may have the rest, and what is done is committed."""


class Keeper:
    """The register of one database. Every method raises ``NotKept`` where the database does not do it."""

    def __init__(
        self,
        engine: AsyncEngine,
        turns: Turn | None = None,
        file: DatabaseFile | None = None,
        keys: LogKeys | None = None,
    ) -> None:
        """``turns``: others write the same SQLite file; ``file``: nothing is written elsewhere.

        ``keys``: those under which entries are closed; without them none can be read that is.
        """
        self._engine = engine
        self._postgresql = engine.dialect.name == "postgresql"
        self._turns = turns
        self._file = file
        self.seals = Seals(keys)
        """What opens and closes entries."""
        # SQLite lets whoever waits look again after up to 100 ms: those of this process wait here.
        self._writing = asyncio.Lock()
        self.alarm = Alarm()
        """Rings when this process has written changes."""

    @property
    def engine(self) -> AsyncEngine:
        """The database."""
        return self._engine

    # -- reading

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one state of the database."""
        options = {"isolation_level": "REPEATABLE READ"} if self._postgresql else {}
        with store_errors(as_=NotKept):
            async with self._engine.execution_options(**options).connect() as connection:
                yield connection

    async def get(self, district: str, case_id: str) -> Kept | None:
        """A case; None where it was never opened."""
        async with self.reading() as connection:
            row = (await connection.execute(_CASE, named(district, case_id))).first()
            return None if row is None else await _kept(connection, self.seals, row)

    async def ahead(self, now: int) -> int:
        """How far a clock that says ``now`` is ahead of the database's own, in nanoseconds.

        SQLite has none: there is but the clock of this machine, and 0 is told.
        """
        if not self._postgresql:
            return 0
        async with self.reading() as connection:
            own = (await connection.execute(_OWN_CLOCK)).scalar_one()
        return now - int(own * NANO)

    async def case_of(self, district: str, obligation: str) -> str | None:
        """The case of an obligation; None where there is none."""
        query = select(OBLIGATIONS.c.case_id).where(
            OBLIGATIONS.c.district == district, OBLIGATIONS.c.id == obligation
        )
        async with self.reading() as connection:
            found: str | None = (await connection.execute(query)).scalar()
        return found

    async def where(self, obligation: str) -> tuple[str, str] | None:
        """The district and the case of an obligation, by its id alone; None where there is none."""
        query = select(OBLIGATIONS.c.district, OBLIGATIONS.c.case_id).where(OBLIGATIONS.c.id == obligation)
        async with self.reading() as connection:
            found = (await connection.execute(query.limit(1))).first()
        return None if found is None else (found.district, found.case_id)

    async def recorded(self, district: str, case_id: str) -> list[register_pb2.CaseEntry]:
        """What was recorded of a case, in order, with when and by whom."""
        found = []
        async with self.reading() as connection:
            case = (await connection.execute(_CASE, named(district, case_id))).first()
            if case is None or case.erased_at is not None:
                return []
            rows = (await connection.execute(_RECORDED, named(district, case_id))).all()
            numbered = [(row.number, row.content) for row in rows]
            contents = self.seals.opened(district, case_id, case.data_key or b"", numbered)
            for content, (_, _, at, by) in zip(contents, rows, strict=True):
                entry = register_pb2.CaseEntry.FromString(content)
                entry.recorded_at.seconds, entry.recorded_at.nanos = divmod(at, NANO)
                entry.recorded_by = by
                found.append(entry)
        return found

    async def history(self, district: str, obligation: str) -> list[Told]:
        """What became of an obligation, the oldest change first."""
        query = select(CHANGES).where(CHANGES.c.district == district, CHANGES.c.obligation == obligation)
        async with self.reading() as connection:
            rows = await connection.execute(query.order_by(CHANGES.c.position))
            try:
                return [told_of(row) for row in rows.mappings()]
            except ValueError as error:
                raise NotKept(DAMAGED) from error

    async def names(self, last: tuple[str, str] = ("", "")) -> AsyncIterator[tuple[str, str]]:
        """District and id of every case after ``last``, in order, a page at a time."""
        while True:
            async with self.reading() as connection:
                rows = (await connection.execute(_AFTER, named(*last))).all()
            for row in rows:
                yield row.district, row.case_id
            if len(rows) < _PAGE:
                return
            last = rows[-1].district, rows[-1].case_id

    # -- writing

    async def write(self, writing: Writing) -> Written | None:
        """Writes one case, durable when this returns; None, and nothing, where it is not as it was."""
        async with self.transaction() as connection:
            if not await _locked(connection, writing):
                return None
            written = await _write(connection, self.seals, [writing])
            if writing.beside is not None:
                await writing.beside(connection)
        self._rung(written)
        return written[0]

    async def due(self, now: int, limit: int, work: Work) -> int:
        """Does the ``work`` of up to ``limit`` cases that are due at ``now``; how many were looked at.

        No other process does the same at once, and what one that died had begun was never done. A case whose
        rows do not read is put off.
        """
        damaged: list[Row[Any]] = []

        async def whole(connection: AsyncConnection, row: Row[Any]) -> Kept | None:
            try:
                return await _kept(connection, self.seals, row)
            except NotKept as error:
                if error.code != DAMAGED:
                    raise
                damaged.append(row)
                return None

        if self._postgresql:
            async with self.transaction() as connection:
                await connection.execute(_PATIENCE)
                rows = (await connection.execute(_CLAIM, {"now": now, "count": limit})).all()
                loop = asyncio.get_running_loop()
                last, made, looked = loop.time() + CLAIM_SECONDS, list[Writing](), 0
                # Read one by one: a transaction that says nothing for long is ended.
                while looked < len(rows) and (not looked or loop.time() < last):
                    kept = await whole(connection, rows[looked])
                    looked += 1
                    if kept is not None and (writing := await work(kept)) is not None:
                        made.append(writing)
                written = await _write(connection, self.seals, made)
            self._rung(written)
            await self._put_off_damaged(damaged, now)
            return looked
        async with self.reading() as connection:
            rows = (await connection.execute(_DUE, {"now": now, "count": limit})).all()
            kepts = [await whole(connection, row) for row in rows]
        done = [await work(kept) for kept in kepts if kept is not None]
        made = [writing for writing in done if writing is not None]
        if made:
            async with self.transaction() as connection:
                still = [writing for writing in made if await _locked(connection, writing)]
                written = await _write(connection, self.seals, still)
            self._rung(written)
        await self._put_off_damaged(damaged, now)
        return len(rows)

    async def _put_off_damaged(self, rows: Sequence[Row[Any]], now: int) -> None:
        """Puts those off that still do not read: a row and its key may be of two moments."""
        for row in rows:
            try:
                await self.get(row.district, row.case_id)
            except NotKept as error:
                if error.code != DAMAGED:
                    raise
                await self.set_aside(row, DAMAGED, now + DAMAGED_SECONDS * NANO)
                event(Level.ERROR, "register_stuck", district=row.district, code=DAMAGED)

    async def set_aside(self, kept: Kept | Row[Any], code: str, until: int | None = None) -> None:
        """Notes why a case cannot be derived: it is not due any more until something is recorded of it.

        ``until``: it is looked at again then.
        """
        where = (
            CASES.c.district == kept.district,
            CASES.c.case_id == kept.case_id,
            CASES.c.version == kept.version,
        )
        async with self.transaction() as connection:
            await connection.execute(update(CASES).where(*where).values(fault=code, next_at=until))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that writes, durable when the block has ended well."""
        with store_errors(as_=NotKept):
            async with nullcontext() if self._postgresql else self._writing:
                self._check()
                async with (
                    self._turns.turn() if self._turns else nullcontext(),
                    self._engine.execution_options(**WRITES).begin() as connection,
                ):
                    yield connection
                self._check()

    def _rung(self, written: Iterable[Written]) -> None:
        if any(each.changes for each in written):
            self.alarm.ring()

    def _check(self) -> None:
        if self._file is not None:
            self._file.check()


def _after() -> Select[Any]:
    district: BindParameter[str] = bindparam("own_district")
    later = CASES.c.district > district
    later |= (CASES.c.district == district) & (CASES.c.case_id > bindparam("own_case"))
    names = select(CASES.c.district, CASES.c.case_id).where(later)
    return names.order_by(CASES.c.district, CASES.c.case_id).limit(_PAGE)


def named(district: str, case_id: str) -> dict[str, str]:
    """The parameters of ``of_case``."""
    return {"own_district": district, "own_case": case_id}


def of_case(table: Table) -> ColumnElement[bool]:
    """What rows of one case, which is ``named``, are told by."""
    return (table.c.district == bindparam("own_district")) & (table.c.case_id == bindparam("own_case"))


# Each call runs a dozen statements, and a statement is dearer to build than to run: these are built once.
_OWN_KEY = (KEYS.c.district == CASES.c.district) & (KEYS.c.case_id == CASES.c.case_id)
_KEYED = select(CASES, KEYS.c.data_key, KEYS.c.erased_at).outerjoin(KEYS, _OWN_KEY)
_AFTER = _after()
_CASE = _KEYED.where(of_case(CASES))
_VERSION = select(CASES.c.version).where(of_case(CASES)).with_for_update()
_RECORDED = select(ENTRIES.c.number, ENTRIES.c.content, ENTRIES.c.recorded_at, ENTRIES.c.recorded_by)
_RECORDED = _RECORDED.where(of_case(ENTRIES)).order_by(ENTRIES.c.number)
_CONTENTS = _RECORDED.with_only_columns(ENTRIES.c.number, ENTRIES.c.content)
_CONTENTS = _CONTENTS.where(ENTRIES.c.year == bindparam("own_year"))
_DUTIES = select(OBLIGATIONS.c.duty).where(of_case(OBLIGATIONS), OBLIGATIONS.c.year == bindparam("own_year"))
_DUE = _KEYED.where(CASES.c.next_at <= bindparam("now")).order_by(CASES.c.next_at).limit(bindparam("count"))
_CLAIM = _DUE.with_for_update(of=CASES, skip_locked=True)
_UPDATE_CASE = update(CASES).where(of_case(CASES))
_PUT_ENTRIES, _PUT_CHANGES, _PUT_KEY = insert(ENTRIES), insert(CHANGES), insert(KEYS)
_PUT_OBLIGATIONS, _PUT_FIGURES, _PUT_MARKS = insert(OBLIGATIONS), insert(FIGURES), insert(MARKS)
_TAKE_POSITIONS = (
    update(DISTRICTS)
    .where(DISTRICTS.c.district == bindparam("own_district"))
    .values(position=DISTRICTS.c.position + bindparam("count"))
    .returning(DISTRICTS.c.position)
)


async def _kept(connection: AsyncConnection, seals: Seals, row: Row[Any]) -> Kept:
    # With the year, which they have of their case: a database that is partitioned by it reads one partition.
    own = {**named(row.district, row.case_id), "own_year": row.year}
    erased = row.erased_at is not None
    rows = () if erased else await connection.execute(_CONTENTS, own)
    numbered = [(each.number, each.content) for each in rows]
    contents = seals.opened(row.district, row.case_id, row.data_key or b"", numbered)
    stored = list((await connection.execute(_DUTIES, own)).scalars())
    try:
        entries = tuple(register_pb2.CaseEntry.FromString(content) for content in contents)
        duties = sorted((duty_from(data) for data in stored), key=lambda duty: duty.id)
    except (DecodeError, ValueError) as error:  # somebody damaged a row
        raise NotKept(DAMAGED) from error
    state = CaseState(row.as_of, row.next_at, row.closed_at, tuple(duties))
    return Kept(
        row.district,
        row.case_id,
        row.year,
        row.version,
        row.opened_at,
        row.rules,
        row.lead,
        row.fault,
        entries,
        state,
        row.waiting,
        row.data_key or b"",
        row.erased_at,
        row.engine,
    )


async def _locked(connection: AsyncConnection, writing: Writing) -> bool:
    """Whether the case is as it was, and nobody else's until the end of the transaction."""
    before = writing.before
    if before is None:
        made = insert_unless_there(connection.dialect.name, CASES)
        return bool((await connection.execute(made, _row(writing, None))).rowcount)
    found = (await connection.execute(_VERSION, named(writing.district, writing.case_id))).scalar()
    return bool(found == before.version)


async def _write(connection: AsyncConnection, seals: Seals, writings: Sequence[Writing]) -> list[Written]:
    """Everything of cases that are locked; the streams of their districts last, and in one order for all."""
    afters = []
    for writing in writings:
        afters.append(await _write_case(connection, seals, writing))
    changes: dict[int, tuple[Told, ...]] = {}
    order = sorted(range(len(writings)), key=lambda number: writings[number].district)
    for number in order:
        changes[number] = await _write_changes(connection, writings[number])
    return [Written(after, changes[number]) for number, after in enumerate(afters)]


async def _write_case(connection: AsyncConnection, seals: Seals, writing: Writing) -> Kept:
    before, state = writing.before, writing.advanced.state
    district, case_id = writing.district, writing.case_id
    row = _row(writing, before)
    recorded = () if before is None else before.entries
    key = await _first_key(connection, seals, writing) if before is None else before.data_key
    fresh = [(number, told(entry)) for number, entry in enumerate(writing.fresh, len(recorded) + 1)]
    contents = seals.closed(district, case_id, key, fresh)
    if writing.fresh:
        await connection.execute(
            _PUT_ENTRIES,
            [
                {
                    "district": district,
                    "case_id": case_id,
                    "year": row["year"],
                    "number": number,
                    "entry": entry.id,
                    "content": content,
                    "recorded_at": writing.made_at,
                    "recorded_by": writing.who,
                    "request_id": writing.request_id,
                }
                for (number, _), entry, content in zip(fresh, writing.fresh, contents, strict=True)
            ],
        )
    old = {} if before is None else before.state.by_id
    new = state.by_id
    gone = [identity for identity in old if new.get(identity) != old[identity]]
    made = [duty for identity, duty in new.items() if old.get(identity) != duty]
    await _replace(connection, district, case_id, row["year"], gone, made)
    if before is not None:
        await connection.execute(_UPDATE_CASE, {**row, **named(district, case_id)})
    return Kept(
        district,
        case_id,
        row["year"],
        row["version"],
        row["opened_at"],
        writing.rules,
        writing.lead,
        "",
        (*recorded, *writing.fresh),
        state,
        row["waiting"],
        key,
        engine=writing.engine,
    )


async def _first_key(connection: AsyncConnection, seals: Seals, writing: Writing) -> bytes:
    """The key of a case that is being opened; empty where there are no keys."""
    key = seals.made(writing.district, writing.case_id)
    if key:
        row = {"district": writing.district, "case_id": writing.case_id, "data_key": key, "erased_at": None}
        await connection.execute(_PUT_KEY, row)
    return key


def _row(writing: Writing, before: Kept | None) -> dict[str, Any]:
    """The row of the case after this."""
    state, made_at = writing.advanced.state, writing.made_at
    return {
        "district": writing.district,
        "case_id": writing.case_id,
        "year": year_of(made_at) if before is None else before.year,
        "version": 1 if before is None else before.version + 1,
        "entries": len(writing.fresh) + (0 if before is None else len(before.entries)),
        "opened_at": made_at if before is None else before.opened_at,
        "as_of": state.as_of,
        "next_at": state.next_at,
        "closed_at": state.closed_at,
        "lead": writing.lead,
        "rules": writing.rules,
        "engine": writing.engine,
        "digest": state.digest,
        "fault": "",
        # One that stands under other rules than those that serve is compared with these anew.
        "checked": writing.regime.key,
        "waiting": before is not None and before.waiting and before.regime == writing.regime,
    }


_DROP = (
    delete(OBLIGATIONS).where(
        OBLIGATIONS.c.district == bindparam("own_district"),
        OBLIGATIONS.c.id == bindparam("own_id"),
        OBLIGATIONS.c.year == bindparam("own_year"),
    ),
    delete(MARKS).where(
        # Without the year: SQLite would take it for a reason to read the district's marks by their key.
        MARKS.c.district == bindparam("own_district"),
        MARKS.c.obligation == bindparam("own_id"),
    ),
    delete(FIGURES).where(
        FIGURES.c.district == bindparam("own_district"), FIGURES.c.id == bindparam("own_id")
    ),
)


async def _replace(
    connection: AsyncConnection,
    district: str,
    case_id: str,
    year: int,
    gone: Iterable[str],
    made: Sequence[Duty],
) -> None:
    """Takes the rows of some duties away, and puts others there."""
    if keys := [{"own_district": district, "own_id": one, "own_year": year} for one in gone]:
        for statement in _DROP:
            await connection.execute(statement, keys)
    if made:
        await connection.execute(_PUT_OBLIGATIONS, [duty_row(district, case_id, year, duty) for duty in made])
        await connection.execute(_PUT_FIGURES, [figure_row(district, year, duty) for duty in made])
        if marks := [row for duty in made for row in mark_rows(district, year, duty)]:
            await connection.execute(_PUT_MARKS, marks)


async def _write_changes(connection: AsyncConnection, writing: Writing) -> tuple[Told, ...]:
    """The changes of a case, at the end of its district's stream."""
    rows: list[dict[str, Any]] = []
    for step in writing.advanced.steps:
        causes = writing.causes if step.why is Why.ENTRIES else [()] * len(step.changes)
        rows += change_rows(writing.district, writing.case_id, step, writing.made_at, causes)
    if not rows:
        return ()
    first = await _positions(connection, writing.district, len(rows))
    for position, row in enumerate(rows, first):
        row["position"] = position
    await connection.execute(_PUT_CHANGES, rows)
    return tuple(told_of(row) for row in rows)


async def _positions(connection: AsyncConnection, district: str, count: int) -> int:
    """The first of so many positions of a district's stream, which is this transaction's until it ends."""
    taken = {"own_district": district, "count": count}
    found = (await connection.execute(_TAKE_POSITIONS, taken)).scalar()
    if found is None:
        made = insert_unless_there(connection.dialect.name, DISTRICTS)
        await connection.execute(made, {"district": district, "position": 0})
        found = (await connection.execute(_TAKE_POSITIONS, taken)).scalar_one()
    return int(found) - count + 1
