"""The register of the settings' database, read by a command. Nothing is written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from policy.cli.guard import CommandError
from server.commands.registering import reading
from server.log.opening import key_file
from server.register.keeping import Keeper
from server.register.seals import NO_KEYS
from server.settings.config import Settings
from server.store.errors import NotKept


@asynccontextmanager
async def register_read(settings: Settings) -> AsyncIterator[Keeper]:
    """The register, read while the block lasts.

    Raises ``CommandError``: what ``reading`` raises, and the code of whatever kept it from being read later;
    ``StoreError``.
    """
    async with reading(settings) as (database, keys):
        try:
            yield Keeper(database.engine, keys=keys)
        except NotKept as error:
            path = {"path": str(key_file(settings.database, settings.log.keys))}
            raise CommandError(error.code, **(path if error.code == NO_KEYS else {})) from error
        database.check()
