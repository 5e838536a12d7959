"""A service with a register of one of the shipped districts, over gRPC and HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.server.process import server_process


class Service(NamedTuple):
    """A running service: its addresses, the database of its register, its rules."""

    grpc: str
    http: str
    database: Path
    rules: Path


@contextmanager
def registering(rules: Path, folder: Path, *options: str) -> Iterator[Service]:
    """A service of Liwan that keeps what it has in ``folder``."""
    others = shutil.ignore_patterns("gongan", "guangxi", "qijiang", "xisaishan")
    own = Path(shutil.copytree(rules, folder / "rules", ignore=others))
    database = folder / "service.sqlite3"
    given = ("--database", f"sqlite:///{database}", "--set", "http.address=127.0.0.1:0", *options)
    with server_process(*given, rules=own, log=folder / "log") as (process, address):
        assert process.stdout is not None
        yield Service(address, process.stdout.readline().split()[1], database, own)
