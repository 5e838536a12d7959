"""A register on either database, under a small district of its own, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import case_service_pb2_grpc as stubs
from server.process.app import Running, running
from server.register.book import Register
from server.register.keeping import Keeper
from server.register.rules import Snapshots
from server.register.ticking import Ticker
from server.register.verifying import Difference, differences
from server.settings.config import settings_from
from server.store.archive import RuleArchive
from tests.golden import pytest_addoption, update_golden
from tests.server.conftest import any_database, folder_of_keys, postgres
from tests.server.logs import key_setting
from tests.server.migrated import migrated_file

__all__ = ["any_database", "folder_of_keys", "postgres", "pytest_addoption", "update_golden"]

NANO = 1_000_000_000
HOUR = 3600 * NANO
DAY = 24 * HOUR
START = 1_709_341_200 * NANO
"""2024-03-02 09:00 in Shanghai, a Saturday."""

RULES = Path(__file__).parent / "rules"
NEVER = "3600"
"""Time goes on where the test says so, and not by itself."""


class Clock:
    """Nanoseconds since 1970 UTC, as the test says."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@dataclass(frozen=True)
class Registered:
    """A running server with its register, a client of it, and its clock."""

    running: Running
    stub: stubs.CaseServiceAsyncStub
    channel: grpc.aio.Channel
    clock: Clock

    @property
    def register(self) -> Register:
        """The register itself."""
        assert self.running.register is not None
        return self.running.register

    @property
    def keeper(self) -> Keeper:
        """Where it is kept."""
        return self.register.keeper

    async def pass_time(self, nanos: int) -> int:
        """Moves the clock, and lets time do its work; how many cases were due."""
        self.clock.now += nanos
        return await self.tick()

    async def tick(self) -> int:
        """What the ticking process does."""
        return await Ticker(self.register, self.clock, 1.0).tick()

    async def verify(self) -> list[Difference]:
        """What ``linkage register verify`` would find."""
        snapshots = Snapshots(RuleArchive(self.keeper.engine))
        return [each async for each in differences(self.keeper, snapshots) if each is not None]

    async def call(self, name: str, **fields: Any) -> Any:
        """An answer of CaseService, to a request in the form of JSON."""
        kind: Any = getattr(api, f"{name}Request")
        request = json_format.ParseDict({"district": "qiaonan", **fields}, kind())
        return await getattr(self.stub, name)(request)

    async def open(self, **changes: Any) -> Any:
        """Opens the case c1, with the car and the tax debtor."""
        case = {"id": "c1", "district": "qiaonan", "kind": "enforcement", **CASE, **changes}
        request = json_format.ParseDict({"case": case}, api.OpenCaseRequest())
        return await self.stub.OpenCase(request)

    async def record(self, *entries: dict[str, Any], **fields: Any) -> Any:
        """Records entries of the case c1."""
        return await self.call("RecordEvents", **{"case_id": "c1", "entries": list(entries), **fields})

    async def duties(self, **fields: Any) -> dict[str, Any]:
        """What a list gives, by rule."""
        found = await self.call("ListObligations", **fields)
        return {each.rule: each for each in found.obligations}


CASE: dict[str, Any] = {
    "parties": [{"id": "d", "role": "debtor", "kind": "natural_person"}],
    "properties": [{"id": "car", "type": "vehicle"}],
}


def seized(key: str = "e1", at: str = "2024-03-02T01:30:00Z", **more: Any) -> dict[str, Any]:
    """The entry of a seizure, by default half an hour after START."""
    event = {"id": key, "type": "vehicle_seized", "at": at, "actor": "traffic_police", "property": "car"}
    return {"id": key, "event": {**event, **more}}


def asked(key: str, matter: str, to: str, at: str = "2024-03-02T01:30:00Z", **more: Any) -> dict[str, Any]:
    """The entry of a request."""
    request = {"id": key, "matter": matter, "to": to, "requester": "court", "at": at, "party": "d"}
    return {"id": key, "request": {**request, **more}}


Starting = Callable[..., Any]


@pytest.fixture
def start_register(tmp_path: Path) -> Starting:
    """Starts a server with a register: ``async with start_register(url, name=value, …)``."""

    @asynccontextmanager
    async def starting(
        database: str, clock: Clock | None = None, **options: str
    ) -> AsyncIterator[Registered]:
        values = {
            "address": "127.0.0.1:0",
            "rules": str(RULES),
            "grace_seconds": "2",
            "sources": str(tmp_path / "sources"),
            "operations.address": "off",
            "http.address": "off",
            "database": database,
            "log.keys": key_setting(database),
            "register.tick_seconds": NEVER,
            "notices.heartbeat_seconds": "0.05",
        }
        values |= {name.replace("__", "."): text for name, text in options.items()}
        time = clock or Clock()
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(running(settings_from(options=values), clock=time))
            channel = await stack.enter_async_context(grpc.aio.insecure_channel(server.address))
            yield Registered(server, stubs.CaseServiceStub(channel), channel, time)

    return starting


@pytest.fixture
async def registered(start_register: Starting, any_database: str) -> AsyncIterator[Registered]:
    """A register that is empty, on each kind of database in turn."""
    async with start_register(any_database) as found:
        yield found


@pytest.fixture
async def on_sqlite(start_register: Starting, tmp_path: Path) -> AsyncIterator[Registered]:
    """A register that is empty, on SQLite."""
    async with start_register(migrated_file(tmp_path / "register.sqlite3")) as found:
        yield found
