"""What has to go is gone from the disk, and what is left still proves itself."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from server.log.opening import OpenLog
from server.log.retention import erase, prune
from server.log.search import Wanted, found
from server.log.verify import Witness
from server.store.decisions import DecisionStore
from server.store.tables import DECISIONS, LEAVES, NOTES
from server.store.tree import Tree
from tests.server.log.records import findings, logged, record


async def test_an_erased_case_cannot_be_read_and_is_proved_all_the_same(log: OpenLog) -> None:
    await logged(log, *(record(n, facts=b"who", outcome=b"what", rules="a b") for n in range(12)))
    witness = Witness("before", await Tree(log.engine).checkpoint())
    assert await erase(log, "c1", "elsewhere") == 0
    assert await erase(log, "c1") == 4
    assert await erase(log, "c1") == 0
    store = DecisionStore(log.engine, log.keys)
    for number in range(12):
        row = await store.get(record(number).id)
        assert row is not None
        gone = number % 3 == 1
        assert (row.erased, row.facts, row.outcome) == (
            gone,
            b"" if gone else b"who",
            b"" if gone else b"what",
        )
    listed = [item async for item in found(log.engine, Wanted(case="c1"))]
    assert [(item.erased, item.rules) for item in listed] == [(True, ("a", "b"))] * 4
    assert await findings(log, witness) == []
    assert (await Tree(log.engine).inclusion(record(1).id)).place == 1
    await logged(log, record(12))
    assert await findings(log, witness) == []


async def test_old_rows_go_and_their_leaves_stay(log: OpenLog) -> None:
    await logged(log, *(record(n) for n in range(1500)))
    witness = Witness("before", await Tree(log.engine).checkpoint())
    assert await prune(log, 10**18 + 1200) == 1200
    assert await prune(log, 10**18 + 1200) == 0
    assert [item.id async for item in found(log.engine, Wanted())] == [
        record(n).id for n in range(1200, 1500)
    ]
    assert await findings(log, witness) == []


async def test_more_than_the_log_says_is_found(log: OpenLog) -> None:
    await logged(log, *(record(n) for n in range(6)))
    await erase(log, "c0")
    await prune(log, 10**18 + 2)
    async with log.engine.begin() as connection:
        await connection.execute(update(DECISIONS).where(DECISIONS.c.place == 4).values(data_key=None))
        await connection.execute(delete(DECISIONS).where(DECISIONS.c.place == 5))
    assert await findings(log) == ["LNK889", "LNK880"]
    async with log.engine.begin() as connection:
        await connection.execute(update(NOTES).values(detail='{"places":[[0,99]]}'))
    told = await findings(log)
    assert told.count("LNK881") == 2  # both notes were altered; nothing that they say counts
    assert {"LNK880", "LNK889"} < set(told)
    async with log.engine.begin() as connection:
        await connection.execute(delete(NOTES))
        await connection.execute(update(LEAVES).where(LEAVES.c.kind == "note").values(kind="x"))
    assert (await findings(log)).count("LNK880") == 5


def everything_beside(file: str) -> bytes:
    """What the files of a folder hold."""
    return b"".join(path.read_bytes() for path in Path(file).parent.iterdir() if path.is_file())


@pytest.mark.parametrize("gone", [erase, prune])
async def test_no_key_is_left_in_the_file(gone: object, log: OpenLog) -> None:
    if log.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL overwrites what was deleted when it vacuums")
    await logged(log, record(0))
    file = str(log.engine.url.database)
    with sqlite3.connect(file) as connection:
        (key,) = connection.execute("SELECT data_key FROM decisions").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert key in everything_beside(file)
    await (erase(log, "c0") if gone is erase else prune(log, 2 * 10**18))
    assert key not in everything_beside(file)
    assert await findings(log) == []
