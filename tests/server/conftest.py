"""Servers in the test's own process, on small rules of their own, with a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import grpc
import pytest

from linkage.v1 import policy_service_pb2_grpc as stubs
from policy.decide.snapshot import Snapshot
from policy.pack.folder import Files
from policy.text.diagnostics import Faults
from server.decisions import active
from server.process.app import Running, running
from server.settings.config import settings_from
from tests.golden import pytest_addoption, update_golden
from tests.server.cases import NOW
from tests.server.logs import Keys, key_setting
from tests.server.migrated import migrated_file
from tests.server.postgres import Postgres, running_postgres

__all__ = ["pytest_addoption", "update_golden"]

Start = Callable[..., AbstractAsyncContextManager["Service"]]


@dataclass(frozen=True)
class Service:
    """A running server and a client of it."""

    running: Running
    channel: grpc.aio.Channel
    stub: stubs.PolicyServiceAsyncStub


@pytest.fixture(scope="session", autouse=True)
def folder_of_keys(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where the keys of all logs are."""
    Keys.folder = tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session", autouse=True)
def rules_compiled_once() -> Iterator[None]:
    """The same files give the same snapshot, which nobody changes: so many services start with the same ones.

    Those of which something is to be told are compiled each time.
    """
    known: dict[tuple[object, ...], Snapshot] = {}
    compiled = active._compiled

    def once(files: Files, faults: Faults, despite: Collection[str] = ()) -> Snapshot:
        texts = sorted((name, "" if source is None else source.text) for name, source in files.items())
        key = (*texts, *sorted(despite))
        if key not in known:
            before = len(faults)
            snapshot = compiled(files, faults, despite)
            if len(faults) > before:
                return snapshot
            known[key] = snapshot
        return known[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(active, "_compiled", once)
        yield


@pytest.fixture(scope="session")
def small_rules() -> Path:
    """A made-up district with a few rules of every kind."""
    return Path(__file__).parent / "rules"


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The URL of an SQLite file at the newest schema, with nothing in it."""
    return migrated_file(tmp_path / "log.sqlite3")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of the tests' own; tests that need it are skipped where it is not installed.

    Not below pytest's folders: root's PostgreSQL runs as another user, whom the next run of pytest shuts out.
    """
    with ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="linkage-postgres-"))) / "data"
            server = stack.enter_context(running_postgres(folder, sync=False))
        except ImportError as error:
            pytest.skip(f"{error.name} is not installed")
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database at the newest schema, with nothing in it, of each kind of database in turn."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.migrated()
    return migrated_file(tmp_path / "log.sqlite3")


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without a table, of each kind in turn; the file of SQLite is not there yet."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.create()
    return f"sqlite:///{tmp_path / 'log.sqlite3'}"


@pytest.fixture
def start(small_rules: Path, tmp_path: Path) -> Start:
    """Starts a server: ``async with start(name=value, ...)``; ``__`` stands for the dot in a setting's name.

    The decision log is off unless a database is given.
    """

    @asynccontextmanager
    async def starting(**options: object) -> AsyncIterator[Service]:
        values = {"address": "127.0.0.1:0", "rules": str(small_rules), "grace_seconds": "2"}
        values |= {"sources": str(tmp_path / "sources"), "operations.address": "off"}
        values["notices.heartbeat_seconds"] = "0.05"
        if "database" not in options:
            values["log.enabled"] = "false"
        for name, value in options.items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            values[name.replace("__", ".")] = text
        if "database" in values:
            values.setdefault("log.keys", key_setting(values["database"]))
        async with (
            running(settings_from(options=values), clock=lambda: NOW) as server,
            grpc.aio.insecure_channel(server.address) as channel,
        ):
            yield Service(server, channel, stubs.PolicyServiceStub(channel))

    return starting


@pytest.fixture
def decided_by_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """The core is not there: what a test puts in the place of Python's deciding is what decides."""
    monkeypatch.setattr("server.decisions.deciding.installed", lambda: None)


@pytest.fixture
async def service(start: Start) -> AsyncIterator[Service]:
    """A server without a log."""
    async with start() as started:
        yield started


@pytest.fixture
async def logged(start: Start, database: str) -> AsyncIterator[Service]:
    """A server with a log."""
    async with start(database=database) as started:
        yield started
