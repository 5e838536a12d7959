"""Killed outright while clients write and time passes: what was acknowledged is there once."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import case_service_pb2_grpc as stubs
from linkage.v1 import facts_pb2, register_pb2
from tests.server.process import SECONDS, server_process, stopped
from tests.server.register.conftest import RULES

CLIENTS, KILLS, SEED = 4, 2, 20240302


def entry(key: str, seconds: int) -> register_pb2.CaseEntry:
    event = facts_pb2.Event(id=key, type="vehicle_seized", actor="traffic_police", property="car")
    event.at.seconds = seconds
    return register_pb2.CaseEntry(id=key, event=event)


async def client(
    stub: stubs.CaseServiceAsyncStub,
    name: str,
    acknowledged: set[tuple[str, str]],
    enough: asyncio.Event,
    wanted: int,
) -> None:
    """Opens cases and records in them, as fast as it can, until the server is gone."""
    number = 0
    while True:
        case_id, number = f"{name}-{number // 5}", number + 1
        case = facts_pb2.Case(id=case_id, district="qiaonan", kind="enforcement")
        case.properties.add(id="car", type="vehicle")
        key = f"e{number}"
        try:
            await stub.OpenCase(api.OpenCaseRequest(case=case))
            sent = [entry(key, int(time.time()) - 86_400 * (number % 3))]  # due, overdue, long overdue
            await stub.RecordEvents(
                api.RecordEventsRequest(district="qiaonan", case_id=case_id, entries=sent)
            )
        except grpc.aio.AioRpcError:
            return
        acknowledged.add((case_id, key))
        if len(acknowledged) >= wanted:
            enough.set()


async def written(
    address: str, prefix: str, kill: Callable[[], object], dice: random.Random
) -> set[tuple[str, str]]:
    """What was acknowledged before the server was killed, at a random moment."""
    acknowledged: set[tuple[str, str]] = set()
    async with grpc.aio.insecure_channel(address) as channel:
        stub = stubs.CaseServiceStub(channel)
        enough, wanted = asyncio.Event(), dice.randint(5, 30)
        writing = [
            asyncio.create_task(client(stub, f"{prefix}-{number}", acknowledged, enough, wanted))
            for number in range(CLIENTS)
        ]
        await enough.wait()
        kill()
        await asyncio.wait(writing)
    return acknowledged


async def missing(address: str, acknowledged: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """What was acknowledged and is not there just once."""
    async with grpc.aio.insecure_channel(address) as channel:
        stub = stubs.CaseServiceStub(channel)
        found = []
        for case_id in sorted({case for case, _ in acknowledged}):
            request = api.GetCaseRequest(district="qiaonan", case_id=case_id, include_entries=True)
            found += [(case_id, each.id) for each in (await stub.GetCase(request)).entries]
    return {each for each in acknowledged if found.count(each) != 1}


def test_nothing_acknowledged_is_lost(any_database: str, tmp_path: Path) -> None:
    dice, acknowledged = random.Random(SEED), set()  # noqa: S311 - moments, and no secrets
    options = ["--database", any_database, "--set", "register.tick_seconds=0.05"]
    for number in range(KILLS):
        with server_process(*options, rules=RULES, log=tmp_path / f"log{number}") as (process, address):
            acknowledged |= asyncio.run(written(address, f"k{number}", process.kill, dice))
            process.wait(SECONDS)
    with server_process(*options, rules=RULES, log=tmp_path / "last") as (process, address):
        assert asyncio.run(missing(address, acknowledged)) == set()
        assert stopped(process, signal.SIGTERM) == 0
    command = [sys.executable, "-m", "server.cli", "register", "verify", "--database", any_database]
    found = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    told = json.loads(found.stdout)
    assert told["differences"] == []
    assert told["cases"] >= len({case for case, _ in acknowledged})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_database_without_a_register_is_said_to_be(tmp_path: Path, lang: str) -> None:
    command = [sys.executable, "-m", "server.cli", "register", "verify", "--lang", lang]
    file = tmp_path / "none.sqlite3"
    found = subprocess.run(
        [*command, "--database", f"sqlite:///{file}"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 2
    assert "LNK958" in found.stderr
