"""A service in a process of its own, on the shipped rules with a log, and both clients of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from linkage_client import AsyncClient, Client
from tests.client.places import mutual, tls
from tests.client.twins import Blocking
from tests.golden import pytest_addoption, update_golden
from tests.server.conftest import folder_of_keys, small_rules
from tests.server.process import server_process

__all__ = [
    "Server",
    "environment",
    "folder_of_keys",
    "mutual",
    "pytest_addoption",
    "serving",
    "small_rules",
    "tls",
    "twin",
    "update_golden",
]


class Server:
    """A running service: where it is, and what it has logged."""

    def __init__(self, address: str, database: Path) -> None:
        self.address = address
        self.database = database


@contextmanager
def serving(rules: Path, folder: Path, *options: str) -> Iterator[Server]:
    """A service that keeps its log in ``folder``."""
    database = folder / "log.sqlite3"
    given = ["--database", f"sqlite:///{database}", *options]
    with server_process(*given, rules=rules, log=folder / "server.log") as (_, address):
        yield Server(address, database)


@pytest.fixture(scope="session")
def server(
    rules_dir: Path, tmp_path_factory: pytest.TempPathFactory, folder_of_keys: None
) -> Iterator[Server]:
    """A service without callers, for all tests that only ask."""
    with serving(rules_dir, tmp_path_factory.mktemp("server")) as found:
        yield found


def environment(**values: str) -> dict[str, str]:
    """The environment of a program that uses the client, of this checkout, and nothing of the service."""
    root = Path(__file__).resolve().parents[2] / "proto"
    found = {name: value for name, value in os.environ.items() if not name.startswith("LINKAGE")}
    return found | {"PYTHONPATH": os.pathsep.join([str(root / "gen"), str(root / "client")])} | values


@pytest.fixture(params=["threads", "asyncio"])
def client(request: pytest.FixtureRequest, server: Server) -> Iterator[Client]:
    """Each of the twins in turn; the one for asyncio is run by a loop of the test's own."""
    with twin(request.param, server.address) as found:
        yield found


@contextmanager
def twin(kind: str, address: str, **settings: object) -> Iterator[Client]:
    """The client for threads, or the one for asyncio behind the same methods."""
    given = {"language": "en"} | settings
    if kind == "threads":
        with Client(address, **given) as found:  # type: ignore[arg-type]
            yield found
    else:
        with Blocking(lambda: AsyncClient(address, **given)) as blocking:  # type: ignore[arg-type]
            yield blocking.client
