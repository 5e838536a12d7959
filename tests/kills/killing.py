"""kill -9 at random moments while sixteen clients write; started again each time; then what must hold.

One process serves the SQLite file, two serve PostgreSQL, so that one goes on. Their clocks jump, too.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from linkage.v1 import register_pb2
from server.convert.register import change_message
from server.proof.keys import read_keys
from server.register.keeping import Keeper
from server.register.rows import told_of
from server.register.rules import Snapshots
from server.register.verifying import differences
from server.store.archive import RuleArchive
from server.store.database import open_database
from server.store.register import CHANGES, ENTRIES
from tests.kills.clients import DISTRICT, Client, Told
from tests.kills.hearing import Watcher, heard_wrong, received_wrong, settled, subscription
from tests.server.logs import key_setting
from tests.server.notices.receiving import house
from tests.server.waiting import SECONDS

CLIENTS = 16
ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "tests" / "server" / "register" / "rules"
EARLY = 0.15
"""Share of the kills that come while the process starts."""
LIVES = 0.5
"""Seconds that a process serves before it is killed, on average."""
JUMPS = (0, 0, 3_600, -3_600, 86_400, -86_400, 40 * 86_400)
"""By how many seconds the clocks are wrong, from one kill to the next."""
LATEST = 41 * 86_400
"""In the end the clocks are later than they ever were: nothing waits for a moment that was taken for near."""
START_SECONDS = 5 * SECONDS
"""How long a start may take on a machine that others use; then it is said where it stands."""


class Killed(NamedTuple):
    """What a run did, and what did not hold."""

    kills: int
    early: int
    seconds: float
    calls: int
    repeats: int
    entries: int
    changes: int
    breaks: int
    requests: int
    stream: int
    wrong: tuple[str, ...]


class Process:
    """One server that is killed and started again, on one port."""

    def __init__(self, database: str, folder: Path, number: int, subscriptions: Path) -> None:
        self.address = f"127.0.0.1:{_free_port()}"
        self._log = folder / f"log{number}"
        values = {
            "address": self.address,
            "rules": str(RULES),
            "sources": str(folder / "sources"),
            "operations.address": "off",
            "http.address": "off",
            "database": database,
            "log.keys": key_setting(database),
            "register.tick_seconds": "0.05",
            "notices.subscriptions": str(subscriptions),
            "notices.poll_seconds": "0.05",
            "limits.caller_calls_per_second": "100000",
            "limits.caller_burst": "100000",
        }
        settings = [f"{name}={value}" for name, value in values.items()]
        self._command = ["-m", "tests.kills.serving", str(folder / "ahead"), *settings]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, *, wait: bool = True) -> None:
        """Starts it; with ``wait``, until it serves."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LINKAGE_")}
        environment["PYTHONFAULTHANDLER"] = "1"
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *self._command, stdout=asyncio.subprocess.PIPE, stderr=log,
                env=environment, cwd=ROOT,
            )  # fmt: skip
        if wait:
            await self.serves()

    async def serves(self) -> None:
        """Waits until it serves. Raises ``RuntimeError`` where it does not."""
        if self._process is None or self._process.stdout is None:
            raise RuntimeError("it was not started")
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), START_SECONDS)
        except TimeoutError:
            self._process.send_signal(signal.SIGABRT)  # Python's fault handler writes where it stands
            await self._process.wait()
            line = b""
        if not line.startswith(b"listening"):
            raise RuntimeError(self._log.read_text(encoding="utf-8")[-6000:])

    async def kill(self) -> None:
        """Kills it outright."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


async def killed(
    database: str, folder: Path, kills: int, seed: int, advance: Callable[[], object] = lambda: None
) -> Killed:
    """Kills so many times. Whatever does not hold is in the answer."""
    dice = random.Random(seed)  # noqa: S311 - moments, and no secrets
    begin, told = time.monotonic(), Told()
    count = 2 if database.startswith("postgres") else 1
    stopping, early = asyncio.Event(), 0
    async with house() as receiver:
        file = subscription(receiver, folder, [DISTRICT])
        processes = [Process(database, folder, number, file) for number in range(count)]
        for process in processes:
            await process.start()
        addresses = [process.address for process in processes]
        watcher = Watcher(addresses, DISTRICT)
        watching = asyncio.create_task(watcher.run())
        clients = [
            asyncio.create_task(Client(f"c{number}", addresses, told, seed).run(stopping))
            for number in range(CLIENTS)
        ]
        try:
            for number in range(kills):
                process = processes[number % count]
                await asyncio.sleep(dice.expovariate(1 / LIVES))
                await process.kill()
                _set_clocks(folder, dice.choice(JUMPS))
                await process.start(wait=False)
                if dice.random() < EARLY:
                    await asyncio.sleep(dice.uniform(0, 1.5))
                    await process.kill()
                    early += 1
                    await process.start(wait=False)
                await process.serves()
                advance()
            stopping.set()
            await asyncio.wait_for(asyncio.gather(*clients), SECONDS)
            _set_clocks(folder, LATEST)
            await settled([watcher], receiver, _ends(database))
        finally:
            for task in (watching, *clients):
                task.cancel()
            for process in processes:
                await process.kill()
    stream, wrong = await _stored(database, told)
    wrong += [*heard_wrong(watcher.heard, stream), *received_wrong(receiver, stream, DISTRICT)]
    wrong += map(str, told.refused.items())
    counts = told.calls, told.repeats, len(told.entries), len(told.changes)
    heard = watcher.breaks, len(receiver.got), len(stream)
    return Killed(kills + early, early, time.monotonic() - begin, *counts, *heard, tuple(wrong))


def _set_clocks(folder: Path, seconds: int) -> None:
    """By how many seconds the clocks are wrong from now on."""
    new = folder / "ahead.new"
    new.write_text(str(seconds * 10**9), encoding="ascii")
    new.rename(folder / "ahead")


def _ends(database: str) -> Callable[[], Awaitable[dict[str, int]]]:
    """How long the stream is."""

    async def ends() -> dict[str, int]:
        engine = await open_database(database, migrate=False)
        async with engine.connect() as connection:
            found = (await connection.execute(select(func.max(CHANGES.c.position)))).scalar()
        await engine.dispose()
        return {DISTRICT: found or 0}

    return ends


Stream = dict[int, register_pb2.ObligationChange]


async def _stored(database: str, told: Told) -> tuple[Stream, list[str]]:
    """The stream of a database that nobody serves any more, and what does not hold there."""
    engine = await open_database(database)
    try:
        keeper = Keeper(engine, keys=read_keys(Path(key_setting(database))))
        snapshots = Snapshots(RuleArchive(engine))
        wrong = [str(each) async for each in differences(keeper, snapshots) if each is not None]
        async with keeper.reading() as connection:
            query = select(ENTRIES.c.case_id, ENTRIES.c.entry).where(ENTRIES.c.district == DISTRICT)
            there = Counter((row.case_id, row.entry) for row in await connection.execute(query))
            rows = (await connection.execute(select(CHANGES))).mappings().all()
    finally:
        await engine.dispose()
    wrong += [f"{each}: there {there[each]} times" for each in told.entries if there[each] != 1]
    wrong += [f"{each}: there {times} times" for each, times in there.items() if times != 1]
    stream = {row["position"]: change_message(told_of(row)) for row in rows}
    told_once = Counter(change.position for change in told.changes)
    wrong += [f"{position}: told {times} times" for position, times in told_once.items() if times != 1]
    wrong += [
        f"{each.position}: told otherwise" for each in told.changes if stream.get(each.position) != each
    ]
    return stream, wrong
