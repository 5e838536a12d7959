"""Statements that come again and again, made ready once: the product's SQL, without SQLAlchemy's ceremony.

What the product builds at its import is compiled by SQLAlchemy at its second use, and from then on its text
is given to SQLite as it is, its values through the same types. That takes a fifth of the time; what is read
is the same.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.compiler import SQLCompiler

_Process = Callable[[Any], Any] | None
_Key = tuple[tuple[str, ...], bool]


class Scalars(list[Any]):
    """The first column of each row."""

    def all(self) -> list[Any]:
        """All of them."""
        return list(self)


class Found:
    """Rows, in the place of SQLAlchemy's result: what the product asks of one."""

    def __init__(self, rows: Sequence[Any], rowcount: int, names: Sequence[str]) -> None:
        self._rows = rows
        self._names = names
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def all(self) -> Sequence[Any]:
        """All rows."""
        return self._rows

    def first(self) -> Any:
        """The first row; None where there is none."""
        return self._rows[0] if self._rows else None

    def one(self) -> Any:
        """The only row."""
        (row,) = self._rows
        return row

    def scalar(self) -> Any:
        """The first column of the first row; None where there is none."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """The first column of the only row."""
        return self.one()[0]

    def scalars(self) -> Scalars:
        """The first column of every row."""
        return Scalars(row[0] for row in self._rows)

    def mappings(self) -> list[Mapping[str, Any]]:
        """The rows by the names of their columns."""
        return [dict(zip(self._names, row, strict=True)) for row in self._rows]


class _Ready(NamedTuple):
    """One statement for parameters of certain names."""

    text: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]
    into: Mapping[str, _Process]
    columns: tuple[str, ...]
    out: tuple[tuple[int, Any], ...]
    row: Any

    def values(self, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
        """Its parameters, in order."""
        found = []
        for name in self.names:
            value = parameters[name] if name in parameters else self.fixed[name]
            process = self.into.get(name)
            found.append(value if process is None else process(value))
        return tuple(found)

    def rows(self, raw: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Rows as the product is to see them."""
        if not self.out:
            return [self.row._make(values) for values in raw]
        found = []
        for values in raw:
            own = list(values)
            for place, process in self.out:
                own[place] = process(own[place])
            found.append(self.row._make(own))
        return found


class Statements:
    """Those that were made ready."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._ready: WeakKeyDictionary[Any, dict[_Key, _Ready | None]] = WeakKeyDictionary()

    def run(self, raw: sqlite3.Connection, statement: Any, parameters: Any) -> Found | None:
        """What a statement gives; None where it is not one that comes again, or takes lists of values."""
        own = self._ready.get(statement)
        if own is None:  # who knows whether it comes again
            self._ready[statement] = {}
            return None
        many = isinstance(parameters, list)
        first = parameters[0] if many else parameters or {}
        key = tuple(first), many
        if key not in own:
            own[key] = self._made(statement, *key)
        ready = own[key]
        if ready is None:
            return None
        try:
            if many:
                cursor = raw.executemany(ready.text, [ready.values(each) for each in parameters])
            else:
                cursor = raw.execute(ready.text, ready.values(first))
        except sqlite3.IntegrityError as error:
            raise IntegrityError(ready.text, None, error) from error
        rows = ready.rows(cursor.fetchall()) if ready.columns else []
        return Found(rows, cursor.rowcount, ready.columns)

    def _made(self, statement: Any, names: tuple[str, ...], many: bool) -> _Ready | None:
        compiled = statement.compile(dialect=self._dialect, column_keys=list(names), for_executemany=many)
        if not isinstance(compiled, SQLCompiler) or compiled.post_compile_params:
            return None
        positions = tuple(compiled.positiontup or ())
        columns = tuple(entry.keyname for entry in compiled._result_columns)
        processors = [
            entry.type._cached_result_processor(self._dialect, None) for entry in compiled._result_columns
        ]
        return _Ready(
            compiled.string,
            positions,
            {name: compiled.params[name] for name in positions if name not in names},
            cast("Mapping[str, _Process]", compiled._bind_processors),
            columns,
            tuple((place, process) for place, process in enumerate(processors) if process is not None),
            namedtuple("Row", columns, rename=True),
        )
