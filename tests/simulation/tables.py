"""SQLite in memory as a database of rows that can be told apart: what each statement wrote is heard of.

One connection serves every seed of this process: its statements stay prepared, its rows are taken away.
Triggers tell each row that is written; a row is put back, or taken away, by its primary key alone. So what a
transaction wrote can be undone, and done again upon what others have committed meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, NullPool, Table, UniqueConstraint, create_engine
from sqlalchemy.engine import Engine

from server.store import notices as _notices  # noqa: F401 - its tables
from server.store import register as _register  # noqa: F401 - its tables
from server.store import tables as _tables  # noqa: F401 - its tables
from server.store.metadata import METADATA
from server.store.migrate import config_for
from tests.simulation.statements import Found, Statements

Values = tuple[Any, ...]


class Effect(NamedTuple):
    """What one statement did to one row: the row then, None where it is gone; and as it was before."""

    table: str
    row: Values | None
    before: Values | None


class Key(NamedTuple):
    """What two transactions may not write at once: a row, or a value that only one row may have."""

    table: str
    name: str
    values: Values


class _Shape(NamedTuple):
    """How rows of one table are told apart and written."""

    columns: tuple[str, ...]
    primary: tuple[int, ...]
    unique: tuple[tuple[str, tuple[int, ...]], ...]
    put: str
    drop: str


class _Cursor(sqlite3.Cursor):
    """A cursor whose rows are all there when the statement has run, as those of the asynchronous drivers."""

    _rows: list[Any] = []  # noqa: RUF012 - replaced, never changed

    def execute(self, *arguments: Any) -> Any:
        found = super().execute(*arguments)
        self._rows = super().fetchall() if self.description is not None else []
        return found

    def fetchall(self) -> Any:
        rows, self._rows = self._rows, []
        return rows

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int | None = None) -> Any:
        count = size or self.arraysize
        rows, self._rows = self._rows[:count], self._rows[count:]
        return rows


class _Raw(sqlite3.Connection):
    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or _Cursor)


def nothing_in(result: Any) -> bool:
    """Whether a result, of which nothing was read yet, has no row."""
    return not (len(result) if isinstance(result, Found) else result.cursor._rows)


class Copy(NamedTuple):
    """A database in memory: as SQLite's own connection, and as SQLAlchemy's."""

    raw: sqlite3.Connection
    connection: Connection


class Rows:
    """The rows that everybody sees, and those of the one transaction that is being worked on."""

    def __init__(self) -> None:
        self._next_raw: sqlite3.Connection | None = None
        self._engine = self._engine_of()
        self.shapes = dict(_shapes())
        self.main = self._opened()
        self._statements = Statements(self.main.connection.dialect)
        self._touched: list[Effect] = []
        self._listening = True
        _migrate(self.main.connection)
        self._listen()
        self._kept: list[tuple[str, Values]] = []

    # -- between seeds

    def keep(self) -> None:
        """Whatever is there now is there at the beginning of every seed."""
        for name, shape in self.shapes.items():
            columns = ", ".join(shape.columns)
            rows = self.main.raw.execute(f"SELECT {columns} FROM {name}").fetchall()  # noqa: S608
            self._kept += [(name, row) for row in rows]

    def reset(self) -> None:
        """As it was kept."""
        raw = self.main.raw
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("BEGIN")
        self._listening = False
        for name in self.shapes:
            raw.execute(f"DELETE FROM {name}")  # noqa: S608
        for name, row in self._kept:
            raw.execute(self.shapes[name].put, row)
        self._listening = True
        raw.execute("COMMIT")
        raw.execute("PRAGMA foreign_keys=ON")

    # -- statements

    def run(self, connection: Connection, statement: Any, parameters: Any) -> tuple[Any, list[Effect]]:
        """The result of a statement, and the rows that it wrote."""
        self._touched = []
        raw = self.main.raw if connection is self.main.connection else None
        result: Any = None if raw is None else self._statements.run(raw, statement, parameters)
        if result is None:
            result = connection.execute(statement, parameters)
        return result, self._touched

    def do_again(self, effects: Sequence[Effect]) -> None:
        """Writes what a transaction had written."""
        self._listening = False
        for table, row, before in effects:
            shape = self.shapes[table]
            if before is not None and (row is None or _of(shape.primary, row) != _of(shape.primary, before)):
                self.main.raw.execute(shape.drop, _of(shape.primary, before))
            if row is not None:
                self.main.raw.execute(shape.put, row)
        self._listening = True

    def copy(self) -> Copy:
        """What everybody sees now, for whoever goes on seeing it."""
        found = self._opened()
        found.raw.deserialize(self.main.raw.serialize())
        return found

    def keys(self, effects: Sequence[Effect]) -> Iterator[Key]:
        """What was written of by these."""
        for table, row, before in effects:
            shape = self.shapes[table]
            for values in (row, before):
                if values is not None:
                    yield Key(table, "", _of(shape.primary, values))
                    for name, places in shape.unique:
                        yield Key(table, name, _of(places, values))

    # -- making

    def _engine_of(self) -> Engine:
        def creator() -> sqlite3.Connection:
            raw = self._next_raw or self._made()
            self._next_raw = None
            return raw

        return create_engine("sqlite://", creator=creator, poolclass=NullPool)

    def _made(self) -> sqlite3.Connection:
        return sqlite3.connect(
            ":memory:", isolation_level=None, factory=_Raw, cached_statements=1024, check_same_thread=False
        )

    def _opened(self) -> Copy:
        raw = self._next_raw = self._made()
        raw.execute("PRAGMA page_size=1024")
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return Copy(raw, connection)

    def _listen(self) -> None:
        raw = self.main.raw
        names = {str(number): name for number, name in enumerate(self.shapes)}
        for number, name in names.items():
            columns = self.shapes[name].columns
            told = {
                "INSERT": (columns, ()),
                "UPDATE": (columns, columns),
                "DELETE": ((), columns),
            }
            hear = self._hearing(name, len(columns))
            for what, (new, old) in told.items():
                values = ", ".join([*(f"NEW.{c}" for c in new), *(f"OLD.{c}" for c in old)])
                heard = f"heard_{what.lower()}_{number}"
                raw.create_function(heard, len(new) + len(old), hear(what))
                raw.execute(
                    f"CREATE TEMP TRIGGER on_{what.lower()}_{number} AFTER {what} ON main.{name} "
                    f"BEGIN SELECT {heard}({values}); END"
                )

    def _hearing(self, table: str, width: int) -> Callable[[str], Callable[..., None]]:
        def hear(what: str) -> Callable[..., None]:
            def heard(*values: Any) -> None:
                if self._listening:
                    row = None if what == "DELETE" else values[:width]
                    before = None if what == "INSERT" else values[-width:]
                    self._touched.append(Effect(table, row, before))

            return heard

        return hear


def _of(places: Sequence[int], values: Values) -> Values:
    return tuple(values[place] for place in places)


def _shapes() -> Iterator[tuple[str, _Shape]]:
    for table in METADATA.sorted_tables:
        columns = tuple(column.name for column in table.columns)
        primary = tuple(columns.index(column.name) for column in table.primary_key)
        yield (
            table.name,
            _Shape(columns, primary, tuple(_unique(table)), *_statements(table.name, columns, primary)),
        )


def _unique(table: Table) -> Iterator[tuple[str, tuple[int, ...]]]:
    columns = [column.name for column in table.columns]
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield str(constraint.name), tuple(columns.index(column.name) for column in constraint.columns)
    for index in table.indexes:
        if index.unique:
            yield str(index.name), tuple(columns.index(column.name) for column in index.columns)


def _statements(name: str, columns: Sequence[str], primary: Sequence[int]) -> tuple[str, str]:
    keys = [columns[place] for place in primary]
    others = [column for column in columns if column not in keys]
    marks = ", ".join("?" for _ in columns)
    then = ", ".join(f"{column} = excluded.{column}" for column in others)
    put = (
        f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT ({', '.join(keys)}) "  # noqa: S608
        + (f"DO UPDATE SET {then}" if then else "DO NOTHING")
    )
    drop = f"DELETE FROM {name} WHERE {' AND '.join(f'{key} = ?' for key in keys)}"  # noqa: S608
    return put, drop


def _migrate(connection: Connection) -> None:
    """The schema, by the product's own migrations."""
    from alembic import command

    command.upgrade(config_for(connection), "head")
