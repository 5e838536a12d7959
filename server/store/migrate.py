"""Migrations, run by the service itself when it opens its database."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from server.store.errors import StoreError
from server.store.options import WRITES
from server.store.postgresql import lock_migrations

SCRIPTS = Path(__file__).resolve().parent / "migrations"


async def upgrade(engine: AsyncEngine) -> None:
    """Brings the schema up to the newest revision, in one transaction, one process after the other.

    Raises ``StoreError`` (LNK966) where a newer version of the service has already changed the schema.
    """
    async with engine.execution_options(**WRITES).begin() as connection:
        try:
            await connection.run_sync(_upgrade)
        except CommandError as error:
            raise StoreError("LNK966") from error


async def is_newest(engine: AsyncEngine) -> bool:
    """Whether the schema is that of the newest revision."""
    async with engine.connect() as connection:
        return await connection.run_sync(_is_newest)


def _is_newest(connection: Connection) -> bool:
    return set(MigrationContext.configure(connection).get_current_heads()) == _heads()


@cache
def _heads() -> frozenset[str]:
    return frozenset(ScriptDirectory(str(SCRIPTS)).get_heads())


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        lock_migrations(connection)
    command.upgrade(config_for(connection), "head")


def config_for(connection: Connection) -> Config:
    """Alembic's configuration for a connection that is already open."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
