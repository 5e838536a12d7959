"""A database server of the simulation: transactions of several processes upon the rows of ``tables``.

    statement --locks, or waits--> run on what its transaction sees --commit--> what everybody sees

The SQL is run by SQLite. What it does otherwise than the kind of database that is simulated is done here:

    POSTGRESQL  writers lock rows and wait for each other, deadlocks are found, FOR UPDATE and SKIP LOCKED,
                READ COMMITTED and REPEATABLE READ
    SQLITE      one writer, others wait for a while; readers see one state (WAL)
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from contextvars import Context
from enum import Enum
from functools import partial
from typing import Any

from sqlalchemy import Select, TextClause, tuple_

from server.store.postgresql import IDLE_SECONDS
from tests.simulation.errors import DEADLOCK, STALE, broken, busy, state
from tests.simulation.tables import Copy, Effect, Key, Rows, nothing_in


class Kind(Enum):
    """The databases that the product knows."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


_SET_IDLE = re.compile(r"SET LOCAL idle_in_transaction_session_timeout = '(\d+)s'")

FILE = Key("", "file", ())
"""What SQLite locks."""


class Transaction:
    """One transaction. ``one_state``: each of its statements sees the same committed rows."""

    def __init__(self, name: str, one_state: bool) -> None:
        self.name = name
        self.one_state = one_state
        self.over = False
        self.lost = False
        """The database has ended it by itself, without a commit."""
        self.wrote: list[Effect] = []
        self.began_at: int | None = None
        self.sees: Copy | None = None
        self.locks: set[Key] = set()
        self.waits_for: Transaction | None = None
        self.idle_since: float | None = None
        """Since when the database waits for its process, virtual seconds; None: it is at work for it."""
        self.idle_seconds = IDLE_SECONDS
        """For so long it does."""
        self.waiting: list[asyncio.Future[None]] = []


def _limit(statement: Any, parameters: Any) -> int | None:
    """How many rows a statement asks for at most."""
    clause = statement._limit_clause
    if clause is None:
        return None
    found: int = (parameters or {}).get(clause.key, clause.value)
    return found


class Database:
    """The server. ``committed`` hears of the rows of each commit before anybody else sees them."""

    def __init__(
        self,
        rows: Rows,
        kind: Kind,
        time: Callable[[], float],
        committed: Callable[[str, Sequence[Effect]], None],
    ) -> None:
        self.kind = kind
        self._rows = rows
        self._time = time
        self._committed = committed
        self._current: Transaction | None = None
        self._version = 0
        self._open: list[Transaction] = []
        self._holders: dict[Key, Transaction] = {}
        self._copies: dict[int, Copy] = {}

    @property
    def version(self) -> int:
        """How many transactions have been committed."""
        return self._version

    # -- transactions

    def begin(self, name: str, one_state: bool) -> Transaction:
        """A transaction. Nothing is read or locked yet."""
        transaction = Transaction(name, one_state or self.kind is Kind.SQLITE)
        self._open.append(transaction)
        return transaction

    def commit(self, transaction: Transaction) -> None:
        """Everybody sees what it wrote. Raises where the database has ended it."""
        self._go_on(transaction)
        if transaction.wrote:
            self._keep_states(transaction)
            self._work_on(transaction)
            self._rows.main.raw.execute("COMMIT")
            self._current = None
            self._version += 1
            self._committed(transaction.name, transaction.wrote)
        self._end(transaction)

    def roll_back(self, transaction: Transaction) -> None:
        """Nobody sees what it wrote."""
        if not transaction.over:
            transaction.lost = True
            if self._current is transaction:
                self._work_on(None)
            self._end(transaction)

    def lock_file(self, transaction: Transaction) -> Transaction | None:
        """SQLite's lock of writers, or who has it."""
        return self._locked(transaction, (FILE,))

    # -- statements

    def attempt(self, transaction: Transaction, statement: Any, parameters: Any) -> Any:
        """The result of a statement; the ``Transaction`` that it must wait for, where there is one."""
        self._go_on(transaction)
        if self.kind is Kind.POSTGRESQL and isinstance(statement, TextClause):
            found = _SET_IDLE.fullmatch(statement.text)
            if found is None:
                raise NotImplementedError(statement.text)
            transaction.idle_seconds = float(found[1])
            return None
        if transaction.began_at is None:
            transaction.began_at = self._version
        if statement.is_select:
            return self._select(transaction, statement, parameters)
        if self.kind is Kind.SQLITE:
            if transaction.began_at != self._version:
                raise busy(STALE)
            if (holder := self._locked(transaction, (FILE,))) is not None:
                return holder
        elif transaction.one_state:
            raise NotImplementedError("a transaction of REPEATABLE READ that writes")
        return self._write(transaction, statement, parameters)

    def wait(self, transaction: Transaction, holder: Transaction) -> asyncio.Future[None]:
        """Done when the holder of a lock is. Raises where both would wait for each other."""
        transaction.waits_for, transaction.idle_since = holder, None
        other: Transaction | None = holder
        while other is not None:
            if other is transaction:
                self.roll_back(transaction)
                raise state(DEADLOCK)
            other = other.waits_for
        done = asyncio.get_running_loop().create_future()
        holder.waiting.append(done)
        self._look_at(holder)
        return done

    def answered(self, transaction: Transaction) -> None:
        """From now on the database waits for the next thing that it is asked."""
        transaction.idle_since = self._time()

    def _go_on(self, transaction: Transaction) -> None:
        """Something more is asked for. Raises where the database has ended the transaction."""
        self._expired(transaction)
        transaction.idle_since = None
        if transaction.lost:
            raise broken() if transaction.over else state("25P02")

    def _expired(self, transaction: Transaction) -> bool:
        """Whether its process has said nothing for too long: then it is ended."""
        since = transaction.idle_since
        if self.kind is Kind.SQLITE or since is None or self._time() < since + transaction.idle_seconds:
            return False
        self.roll_back(transaction)
        return True

    def _look_at(self, holder: Transaction) -> None:
        """Looks again at one that others wait for, when it may have been idle for too long."""
        if self.kind is Kind.SQLITE or holder.over or self._expired(holder):
            return
        since = self._time() if holder.idle_since is None else holder.idle_since
        context = Context()  # whatever becomes of the process that waits
        look = partial(self._look_at, holder)
        asyncio.get_running_loop().call_at(since + holder.idle_seconds, look, context=context)

    def _select(self, transaction: Transaction, statement: Any, parameters: Any) -> Any:
        locking = statement._for_update_arg if isinstance(statement, Select) else None
        if transaction.sees is not None:
            return self._rows.run(transaction.sees.connection, statement, parameters)[0]
        self._work_on(transaction if transaction.wrote else None)
        result = self._rows.run(self._rows.main.connection, statement, parameters)[0]
        if locking is None or self.kind is Kind.SQLITE or nothing_in(result):
            return result
        holder, statement = self._for_update(transaction, statement, parameters, locking.skip_locked)
        return holder or self._rows.run(self._rows.main.connection, statement, parameters)[0]

    def _for_update(
        self, transaction: Transaction, statement: Any, parameters: Any, skip: bool
    ) -> tuple[Transaction | None, Any]:
        (table,) = statement._for_update_arg.of or statement.columns_clause_froms
        primary = tuple(table.primary_key)
        every = statement.with_only_columns(*primary)
        connection = self._rows.main.connection
        keys = [Key(table.name, "", tuple(row)) for row in self._rows.run(connection, every, parameters)[0]]
        taken = [key for key in keys if self._holder(key, transaction) is not None]
        if not skip or not taken:
            return self._locked(transaction, keys), statement
        found = [tuple(row) for row in self._rows.run(connection, every.limit(None), parameters)[0]]
        free = [key for key in found if self._holder(Key(table.name, "", key), transaction) is None]
        free = free[: _limit(statement, parameters)]
        self._locked(transaction, [Key(table.name, "", key) for key in free])
        return None, statement.where(tuple_(*primary).in_(free))

    def _write(self, transaction: Transaction, statement: Any, parameters: Any) -> Any:
        self._work_on(transaction)
        try:
            result, effects = self._rows.run(self._rows.main.connection, statement, parameters)
        except Exception:
            transaction.lost = self.kind is Kind.POSTGRESQL
            raise
        if self.kind is Kind.POSTGRESQL:
            holder = self._locked(transaction, list(self._rows.keys(effects)))
            if holder is not None:
                self._work_on(None)  # as if it had not been run
                return holder
        transaction.wrote += effects
        return result

    # -- what is seen

    def _work_on(self, transaction: Transaction | None) -> None:
        """The rows are those that everybody sees, and what this transaction wrote."""
        if self._current is transaction:
            return
        raw = self._rows.main.raw
        if self._current is not None:
            raw.execute("ROLLBACK")
        self._current = transaction
        if transaction is not None:
            raw.execute("BEGIN")
            self._rows.do_again(transaction.wrote)

    def _keep_states(self, committing: Transaction) -> None:
        """Whoever sees one state goes on seeing it."""
        for each in self._open:
            if each is not committing and each.one_state and each.began_at == self._version and not each.sees:
                self._work_on(None)
                each.sees = self._copies.get(self._version) or self._rows.copy()
                self._copies[self._version] = each.sees

    # -- locks

    def _locked(self, transaction: Transaction, keys: Iterable[Key]) -> Transaction | None:
        """Takes all of these, or none, and says who has one of them."""
        keys = list(keys)
        for key in keys:
            if (holder := self._holder(key, transaction)) is not None:
                return holder
        for key in keys:
            self._holders[key] = transaction
        transaction.locks.update(keys)
        return None

    def _holder(self, key: Key, own: Transaction) -> Transaction | None:
        """Who else has a lock."""
        holder = self._holders.get(key)
        return None if holder is None or holder is own or self._expired(holder) else holder

    def _end(self, transaction: Transaction) -> None:
        transaction.over = True
        self._open.remove(transaction)
        for key in transaction.locks:
            del self._holders[key]
        for done in transaction.waiting:
            if not done.done():
                done.set_result(None)
