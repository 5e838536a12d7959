"""What a connection to PostgreSQL is given: its arguments, and the promise that a commit is durable."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, event, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

CONNECT_SECONDS = 5.0
"""How long opening a connection may take."""

STATEMENT_SECONDS = 20.0
"""How long one statement may take: a database that hangs is an error, and not a service that hangs."""

_READ_ONLY = {"default_transaction_read_only": "on"}

_MIGRATION_LOCK = 0x6C696E6B616765
"""The advisory lock that services migrating one database take in turn: "linkage" in ASCII."""

# An operator may have turned it off for the whole server; stricter settings (remote_apply) stay.
_DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)


def postgresql_engine(url: URL, read_only: bool = False) -> AsyncEngine:
    """The engine of ``url``, not yet connected. ``sslmode`` is taken as libpq's users write it.

    ``read_only``: PostgreSQL itself refuses whatever would write.
    """
    mode = url.query.get("sslmode")
    if mode is not None:
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    arguments = {
        "timeout": CONNECT_SECONDS,
        "command_timeout": STATEMENT_SECONDS,
        "server_settings": {"application_name": "linkage"} | (_READ_ONLY if read_only else {}),
    }
    engine = create_async_engine(url, connect_args=arguments, pool_pre_ping=True)
    event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def lock_migrations(connection: Connection) -> None:
    """Waits until no other process migrates this database; until the end of the transaction."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(_DURABLE)
    cursor.close()
    connection.commit()
