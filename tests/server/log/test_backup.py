"""A backup made while the service writes is whole, proves itself, and serves again when it is put back."""

import asyncio
import os
import sqlite3
from collections.abc import Sized
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from server.log.opening import open_log
from server.log.verify import Witness
from server.store.backup import backed_up
from server.store.decisions import DecisionStore
from server.store.errors import StoreError
from server.store.tree import Tree
from tests.server.cases import request
from tests.server.conftest import Start
from tests.server.log.records import findings
from tests.server.logs import key_setting
from tests.server.waiting import until


def at_least(items: Sized, count: int) -> bool:
    return len(items) >= count


async def test_backups_under_load_are_whole(start: Start, database: str, tmp_path: Path) -> None:
    source = tmp_path / "log.sqlite3"
    stopping = asyncio.Event()
    acknowledged: list[str] = []
    copies: list[tuple[Path, int, int]] = []
    async with start(database=database) as service:

        async def client(number: int) -> None:
            while not stopping.is_set():
                answer = await service.stub.Evaluate(request(id=f"c{number}-{len(acknowledged)}"))
                acknowledged.append(answer.decision.receipt.log_id)

        clients = [asyncio.create_task(client(number)) for number in range(4)]
        for number in range(5):
            await until(partial(at_least, acknowledged, 30 * (number + 1)))
            before = len(acknowledged)
            copy = tmp_path / f"copy{number}.sqlite3"
            await asyncio.to_thread(backed_up, source, copy)
            copies.append((copy, before, len(acknowledged)))
        stopping.set()
        await asyncio.gather(*clients)
        assert service.running.store is not None
        newest = Witness("newest", await Tree(service.running.store._engine).checkpoint())
    for copy, before, after in copies:
        assert copy.stat().st_mode & 0o777 == 0o600
        log = await open_log(f"sqlite:///{copy}", key_setting(database))
        assert await findings(log) == []
        ids = {row.id async for row in DecisionStore(log.engine, log.keys).scan()}
        assert set(acknowledged[:before]) <= ids
        assert len(ids) <= after + 4
        assert "LNK887" in await findings(log, newest)  # an older state: a witness says what is missing
        await log.engine.dispose()
    # Restored: the service goes on where the backup ends.
    for name in ("log.sqlite3-wal", "log.sqlite3-shm", "log.sqlite3"):
        (tmp_path / name).unlink(missing_ok=True)
    copies[0][0].rename(source)
    async with start(database=database) as service:
        answer = await service.stub.Evaluate(request(id="after"))
        assert service.running.store is not None
        assert await service.running.store.get(answer.decision.receipt.log_id) is not None
    log = await open_log(database, key_setting(database))
    assert await findings(log) == []
    await log.engine.dispose()


def test_what_is_no_database_leaves_no_copy(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(os.urandom(5000))
    with pytest.raises(StoreError, match="LNK964"):
        backed_up(source, target)
    assert not target.exists()
    with closing(sqlite3.connect(tmp_path / "c")) as connection:
        connection.execute("CREATE TABLE t (x)")
    with pytest.raises(FileNotFoundError):
        backed_up(tmp_path / "c", tmp_path / "nowhere" / "b")


def test_a_copy_that_has_no_room_is_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of the copy is full, and not that of the database."""
    source, target = tmp_path / "a", tmp_path / "b"
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("INSERT INTO t VALUES (zeroblob(200000))")
        connection.commit()
    connect = sqlite3.connect

    def small(path: Path) -> sqlite3.Connection:
        made = connect(path)
        if path == target:
            made.execute("PRAGMA max_page_count=4")
        return made

    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(OSError, match="No space") as caught:
        backed_up(source, target)
    assert caught.value.filename == str(target)
    assert not target.exists()
