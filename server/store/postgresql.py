"""What a connection to PostgreSQL is given: its arguments, and the promise that a commit is durable."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from server.store.errors import StoreError

CONNECT_SECONDS = 5.0
"""How long opening a connection may take."""

STATEMENT_SECONDS = 20.0
"""How long one statement may take: a database that hangs is an error, and not a service that hangs."""

MIGRATION_SECONDS = 6 * 3600.0
"""How long one statement of a migration may take: an index over a large table, or waiting for another
process that makes it."""

IDLE_SECONDS = 10.0
"""How long a transaction may wait for its process: one that was cut off from the database must not keep the
others from what it had locked."""

_READ_ONLY = {"default_transaction_read_only": "on"}

_MIGRATION_LOCK = 0x6C696E6B616765
"""The advisory lock that services migrating one database take in turn: "linkage" in ASCII."""

# An operator may have turned it off for the whole server; stricter settings (remote_apply) stay.
_DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)


def postgresql_engine(url: URL, read_only: bool = False, migrating: bool = False) -> AsyncEngine:
    """The engine of ``url``, not yet connected. ``sslmode`` is taken as libpq's users write it.

    ``password_file`` in its query names the file of the password, as secrets are handed to containers. It is
    read for each new connection, so that a new password needs no restart; ``StoreError`` (LNK900) where that
    fails. Raises ValueError for a password that is given twice.
    ``read_only``: PostgreSQL itself refuses whatever would write. ``migrating``: it has time.
    """
    mode = url.query.get("sslmode")
    if mode is not None:
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    writing = {"idle_in_transaction_session_timeout": str(round(IDLE_SECONDS * 1000))}
    arguments: dict[str, Any] = {
        "timeout": CONNECT_SECONDS,
        "command_timeout": MIGRATION_SECONDS if migrating else STATEMENT_SECONDS,
        "server_settings": {"application_name": "linkage"} | (_READ_ONLY if read_only else writing),
    }
    file = url.query.get("password_file")
    if file is not None:
        if not isinstance(file, str) or url.password is not None:
            raise ValueError("password_file")
        url = url.difference_update_query(["password_file"])
        arguments["password"] = partial(_password, Path(file))
    engine = create_async_engine(url, connect_args=arguments, pool_pre_ping=True)
    event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def _password(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as error:
        raise StoreError("LNK900") from error


def lock_migrations(connection: Connection) -> None:
    """Waits until no other process migrates this database; until the end of the transaction."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(_DURABLE)
    cursor.close()
    connection.commit()
