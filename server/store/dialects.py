"""What SQLite and PostgreSQL do differently, so that the tables and the queries need not know."""

from __future__ import annotations

from functools import cache

from sqlalchemy import BigInteger, Dialect, Insert, Integer, String, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine


@cache
def insert_unless_there(dialect: str, table: Table) -> Insert:
    """An INSERT that leaves out rows whose primary key is there; it waits for a transaction writing them."""
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


Place = BigInteger().with_variant(Integer, "sqlite")
"""A number that is a primary key: in SQLite only an INTEGER is the row's own number, without an index."""


class AnyText(TypeDecorator[str]):
    """Text that may hold NUL, which PostgreSQL does not store: there it is written as ``\\\\0``.

    A backslash is doubled, so that what is read is what was written; the column has no length there, for what
    is written may be longer than the text. SQLite stores the text as it is.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """The column's type in the database."""
        return postgresql.TEXT() if dialect.name == "postgresql" else self.impl_instance

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as the database stores it."""
        if value is None or dialect.name != "postgresql" or ("\\" not in value and "\0" not in value):
            return value
        return value.replace("\\", "\\\\").replace("\0", "\\0")

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as it was given."""
        if value is None or dialect.name != "postgresql" or "\\" not in value:
            return value
        parts = value.split("\\\\")
        return "\\".join(part.replace("\\0", "\0") for part in parts)
