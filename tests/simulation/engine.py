"""Connections of simulated processes to the simulated database, in the place of SQLAlchemy's own.

Each statement takes a while; a connection may break, an answer be lost, a process be cut off or killed at any
of them. What is committed and not told is the worst that can happen to a write, and happens.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from random import Random
from typing import Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from server.store.database import BUSY_SECONDS
from server.store.options import WRITE_OPTION
from server.store.postgresql import STATEMENT_SECONDS
from tests.simulation.database import Database, Kind, Transaction
from tests.simulation.errors import broken, busy
from tests.simulation.world import Node, World


class Odds(NamedTuple):
    """How probable it is that something fails, each time that it could."""

    breaks: float = 0.0
    """A connection breaks before a statement arrives."""
    lost: float = 0.0
    """There is no answer to a commit: it was done, or not."""
    slow: float = 0.0
    """A statement takes seconds."""


class Dialect(NamedTuple):
    """What the product asks of a dialect."""

    name: str


class Link:
    """A node's way to the database. The node's own connections are counted in ``open``."""

    def __init__(self, world: World, database: Database, node: Node, odds: Odds, dice: Random) -> None:
        self.world = world
        self.database = database
        self.node = node
        self.odds = odds
        self.dice = dice
        self.open: list[Transaction] = []

    async def reach(self) -> None:
        """The way of one statement, or of one answer. Raises where it does not arrive."""
        odds, node = self.odds, self.node
        calm = self.world.calm
        await self.world.step(node.slow)
        if odds.slow and not calm and self.dice.random() < odds.slow:
            await asyncio.sleep(self.dice.uniform(0.5, 25.0))
        if node.cut_off:
            await asyncio.sleep(STATEMENT_SECONDS)
            self.world.say("unreachable")
            raise broken()
        if odds.breaks and not calm and self.dice.random() < odds.breaks:
            self.world.say("broken")
            raise broken()

    def loses(self) -> bool:
        """Whether there is no answer to a commit."""
        return bool(self.odds.lost) and not self.world.calm and self.dice.random() < self.odds.lost

    def give_up(self, transaction: Transaction) -> None:
        """A transaction is not to be committed: the database learns of it, if it can be told."""
        if transaction in self.open:
            self.open.remove(transaction)
        if self.node.cut_off and self.node.alive and self.database.kind is Kind.POSTGRESQL:
            return  # the database finds out by itself
        self.database.roll_back(transaction)

    def died(self) -> None:
        """The process is gone, and with it its connections: what they had not committed never was."""
        for transaction in tuple(self.open):
            self.database.roll_back(transaction)
        self.open.clear()


class SimulatedEngine:
    """In the place of an ``AsyncEngine``."""

    def __init__(self, link: Link, options: Mapping[str, Any] | None = None) -> None:
        self._link = link
        self._options = options or {}
        self.dialect = Dialect(link.database.kind.value)

    def execution_options(self, **options: Any) -> SimulatedEngine:
        """The same with these options."""
        return SimulatedEngine(self._link, {**self._options, **options})

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[SimulatedConnection]:
        """A connection; what is not committed at its end is rolled back."""
        connection = SimulatedConnection(self._link, self._options, self.dialect)
        try:
            yield connection
        finally:
            connection.end()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SimulatedConnection]:
        """A transaction, committed at its end."""
        async with self.connect() as connection:
            await connection.begin()
            yield connection
            await connection.commit()


class SimulatedConnection:
    """In the place of an ``AsyncConnection``."""

    def __init__(self, link: Link, options: Mapping[str, Any], dialect: Dialect) -> None:
        self._link = link
        self._database = link.database
        self._options = options
        self._transaction: Transaction | None = None
        self.dialect = dialect

    async def begin(self) -> None:
        """Begins a transaction; one that says that it writes waits for SQLite's lock."""
        if self._transaction is not None:
            return
        link, database = self._link, self._database
        one_state = self._options.get("isolation_level") in ("REPEATABLE READ", "SERIALIZABLE")
        self._transaction = transaction = database.begin(link.node.name, one_state)
        link.open.append(transaction)
        if database.kind is Kind.SQLITE and self._options.get(WRITE_OPTION):
            await link.reach()
            await self._patiently(lambda: database.lock_file(transaction), BUSY_SECONDS)
            transaction.began_at = database.version

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        """The result of a statement."""
        await self.begin()
        assert self._transaction is not None
        link, transaction = self._link, self._transaction
        await link.reach()
        result: Any = None

        def done() -> Transaction | None:
            nonlocal result
            try:
                result = self._database.attempt(transaction, statement, parameters)
            except (SQLAlchemyError, OSError):
                raise
            except Exception as error:  # the product would take it for a database that fails
                link.world.is_wrong(f"the simulated database cannot do that: {error!r}")
                raise
            return result if isinstance(result, Transaction) else None

        patience = STATEMENT_SECONDS if self._database.kind is Kind.POSTGRESQL else BUSY_SECONDS
        await self._patiently(done, patience)
        self._database.answered(transaction)
        return result

    async def scalar(self, statement: Any, parameters: Any = None) -> Any:
        """The first column of the first row."""
        return (await self.execute(statement, parameters)).scalar()

    async def scalars(self, statement: Any, parameters: Any = None) -> Any:
        """The first column of every row."""
        return (await self.execute(statement, parameters)).scalars()

    async def commit(self) -> None:
        """Commits. Raises where that did not happen, or where nobody knows whether it did."""
        transaction, link = self._transaction, self._link
        if transaction is None:
            return
        loses = bool(transaction.wrote) and link.loses()
        if transaction.wrote:
            await link.reach()
            if loses and link.dice.random() < 0.5:
                link.world.say("lost commit")
                self.end()
                raise broken()
        self._database.commit(transaction)
        self._transaction = None
        link.open.remove(transaction)
        if transaction.wrote:
            link.world.say("commit", *sorted({effect.table for effect in transaction.wrote}))
            if loses:
                link.world.say("lost answer")
                raise broken()
            await link.reach()

    async def rollback(self) -> None:
        """Undoes what is not committed."""
        self.end()

    async def invalidate(self) -> None:
        """It is given up."""
        self.end()

    def end(self) -> None:
        """The end of the transaction, if there is one."""
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            self._link.give_up(transaction)

    def get_execution_options(self) -> Mapping[str, Any]:
        """Those of the connection."""
        return self._options

    async def _patiently(self, attempt: Any, patience: float) -> None:
        """Until it is nobody else's; it fails after so many seconds."""
        loop, transaction = asyncio.get_running_loop(), self._transaction
        assert transaction is not None
        last = loop.time() + patience
        while (holder := attempt()) is not None:
            released = self._database.wait(transaction, holder)
            try:
                async with asyncio.timeout_at(last):
                    await released
            except TimeoutError:
                self.end()
                if self._database.kind is Kind.SQLITE:
                    raise busy() from None
                raise
            finally:
                transaction.waits_for = None
