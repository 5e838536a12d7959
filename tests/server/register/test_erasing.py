"""What is recorded is closed at rest; a case that is erased is gone, and everything else verifies."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import grpc
import pytest
from alembic import command
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import create_async_engine

from policy.cli import run
from server.cli import app
from server.log.opening import open_log
from server.register import seals
from server.register.keeping import Keeper
from server.register.kept import Kept
from server.register.moving import Mover
from server.register.seals import erase_case, seal_old
from server.store.database import parse_url
from server.store.errors import NotKept
from server.store.migrate import config_for
from server.store.options import WRITES
from server.store.register import CHANGES, ENTRIES, KEYS, MARKS, OBLIGATIONS
from tests.server.logging_state import restored_logging
from tests.server.logs import key_setting, open_keyed
from tests.server.register.conftest import DAY, HOUR, Clock, Registered, Starting, asked, seized

CAR = "car-of-somebody"


async def filled(registered: Registered) -> None:
    """Two cases, one of which names something."""
    await registered.open(properties=[{"id": CAR, "type": "vehicle"}])
    await registered.open(id="c2")
    registered.clock.now += HOUR
    await registered.record(seized(property=CAR))
    await registered.call("RecordEvents", case_id="c2", entries=[asked("r1", "tax_query", "tax")])


async def count(registered: Registered, table: Any, case: str) -> int:
    query = select(func.count()).select_from(table)
    if "case_id" in table.c:
        query = query.where(table.c.case_id == case)
    async with registered.keeper.engine.connect() as connection:
        return int((await connection.execute(query)).scalar_one())


async def contents(registered: Registered) -> bytes:
    async with registered.keeper.engine.connect() as connection:
        return b"".join((await connection.execute(select(ENTRIES.c.content))).scalars())


async def erase(database: str, case: str) -> int:
    """What ``linkage log erase`` does to the register."""
    log = await open_keyed(database)
    try:
        return await erase_case(log, case, None)
    finally:
        await log.engine.dispose()


async def test_an_erased_case_is_gone_and_the_rest_verifies(
    registered: Registered, any_database: str
) -> None:
    await filled(registered)
    assert CAR.encode() not in await contents(registered)
    changes = await count(registered, CHANGES, "c1")
    assert await erase(any_database, "c1") == 1
    assert await erase(any_database, "c1") == 0
    assert not await registered.verify()
    assert await count(registered, OBLIGATIONS, "c1") == 0
    assert await count(registered, CHANGES, "c1") == changes  # which rule put what on whom, and when
    assert set(await registered.duties()) == {"qiaonan.query.tax"}
    entry = seized("e2")
    for call in (
        registered.call("GetCase", case_id="c1"),
        registered.record(entry),
        registered.open(),
        registered.call("CloseCase", case_id="c1", event_id="x", event_type="case_completed"),
    ):
        with pytest.raises(grpc.aio.AioRpcError, match="已按要求销毁") as refused:
            await call
        assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    # Time goes on for the other, and other rules are compared with it alone.
    await Mover(registered.register, registered.clock).run()
    await registered.pass_time(20 * DAY)
    assert (await registered.duties())["qiaonan.query.tax"].HasField("violated_at")
    assert not await registered.verify()


async def test_an_erased_case_that_still_has_duties_is_found(on_sqlite: Registered, tmp_path: Path) -> None:
    await filled(on_sqlite)
    async with on_sqlite.keeper.engine.begin() as connection:
        await connection.execute(update(KEYS).where(KEYS.c.case_id == "c1").values(data_key=b"", erased_at=1))
    first = (await on_sqlite.verify())[0]
    assert (first.case_id, first.what) == ("c1", "erased")


@pytest.mark.parametrize(
    "change",
    [
        update(ENTRIES).where(ENTRIES.c.entry == "e1").values(content=b"x" * 60),
        update(ENTRIES).where(ENTRIES.c.entry == "e1").values(number=7),
        update(KEYS).where(KEYS.c.case_id == "c1").values(data_key=b"x" * 60),
    ],
    ids=["content", "place", "key"],
)
async def test_an_entry_that_was_altered_is_found(on_sqlite: Registered, change: Any) -> None:
    await filled(on_sqlite)
    async with on_sqlite.keeper.engine.begin() as connection:
        await connection.execute(change)
    assert [(each.case_id, each.code) for each in await on_sqlite.verify()] == [("c1", "LNK964")]


async def test_without_the_keys_nothing_reads(on_sqlite: Registered) -> None:
    await filled(on_sqlite)
    with pytest.raises(NotKept) as refused:
        await Keeper(on_sqlite.keeper.engine).get("qiaonan", "c1")
    assert refused.value.code == "LNK871"


async def test_entries_from_before_are_closed_when_it_starts(
    any_database: str, start_register: Starting
) -> None:
    """Down and up again with data: an earlier version's plain entries, and what this one had closed."""
    clock = Clock()
    async with start_register(any_database, clock) as registered:
        await filled(registered)
        keeper = registered.keeper
        plain = await keeper.get("qiaonan", "c2")
        assert plain is not None
        async with keeper.engine.begin() as connection:  # c2 as an earlier version has it
            await connection.execute(KEYS.delete().where(KEYS.c.case_id == "c2"))
            for number, entry in enumerate(plain.entries, 1):
                content = entry.SerializeToString(deterministic=True)
                where = (ENTRIES.c.case_id == "c2") & (ENTRIES.c.number == number)
                await connection.execute(update(ENTRIES).where(where).values(content=content))
        assert not await registered.verify()
    engine = create_async_engine(parse_url(any_database))
    async with engine.begin() as connection:
        await connection.run_sync(lambda c: command.downgrade(config_for(c), "0010"))
    await engine.dispose()
    async with start_register(any_database, clock) as registered:
        assert not await registered.verify()
        assert b"tax_query" not in await contents(registered)
        assert await count(registered, KEYS, "c2") == 1
        assert await count(registered, MARKS, "") > 0
    log = await open_log(any_database, key_setting(any_database))
    assert await seal_old(log.engine, log.keys) == 0
    await log.engine.dispose()


async def opened_again(registered: Registered, case: str) -> Kept:
    """A case with entries as an earlier version has them."""
    kept = await registered.keeper.get("qiaonan", case)
    assert kept is not None
    async with registered.keeper.engine.begin() as connection:
        await connection.execute(KEYS.delete().where(KEYS.c.case_id == case))
        for number, entry in enumerate(kept.entries, 1):
            content = entry.SerializeToString(deterministic=True)
            where = (ENTRIES.c.case_id == case) & (ENTRIES.c.number == number)
            await connection.execute(update(ENTRIES).where(where).values(content=content))
    found = await registered.keeper.get("qiaonan", case)
    assert found is not None
    assert not found.data_key
    return found


async def test_a_case_that_is_closed_meanwhile_is_read_anew(
    registered: Registered, any_database: str
) -> None:
    """Whoever read it before would add an entry that is not closed, and nobody could read the case again."""
    await filled(registered)
    before = await opened_again(registered, "c2")
    log = await open_log(any_database, key_setting(any_database))
    assert await seal_old(log.engine, log.keys) == 1
    passed = await registered.register.passed(before, registered.clock.now)
    assert await registered.keeper.write(passed) is None
    async with log.engine.execution_options(
        **WRITES
    ).begin() as connection:  # another was about to do it, too
        await seals._seal(connection, seals.Seals(log.keys), "qiaonan", "c2")
    await log.engine.dispose()
    await registered.call("RecordEvents", case_id="c2", entries=[asked("r2", "tax_query", "tax")])
    assert not await registered.verify()


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_command_reaches_the_register(
    start_register: Starting, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    database = f"sqlite:///{tmp_path / 'e.sqlite3'}"
    async with start_register(database) as registered:
        await filled(registered)
        options = ["--database", database, "--keys", key_setting(database), "--lang", lang]
        with restored_logging():
            code = await asyncio.to_thread(run, app, ["log", "erase", "c1", "--yes", *options])
        said = capsys.readouterr().out
        expected = "1 cases of the register" if lang == "en" else "登记中的 1 个案件"
        assert (code, expected in said) == (0, True), said
        with restored_logging():
            assert await asyncio.to_thread(run, app, ["log", "verify", *options]) == 0
            keys = ["--set", f"log.keys={key_setting(database)}", "--database", database]
            assert await asyncio.to_thread(run, app, ["register", "verify", *keys]) == 0
