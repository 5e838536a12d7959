"""A log from before there were proofs: its rows are imported once, said to be so, and provable then on."""

import asyncio
import io
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from alembic import command
from sqlalchemy import column, create_engine, insert, select, table, text
from sqlalchemy.ext.asyncio import create_async_engine

from server.log.opening import key_file, open_log
from server.log.search import Wanted, found
from server.proof.keys import KeyFileError, keys_made_at
from server.settings.logs import Level, configure
from server.store.archive import RuleArchive
from server.store.backup import backed_up
from server.store.database import database_file, parse_url
from server.store.decisions import DecisionStore
from server.store.errors import StoreError
from server.store.files import tightened
from server.store.migrate import config_for
from server.store.record import LoggedDecision
from server.store.tables import DECISIONS, HEAD, LEAVES, NOTES, SNAPSHOTS
from server.store.tree import Tree
from tests.server.log.records import findings, logged, record
from tests.server.logging_state import restored_logging
from tests.server.logs import key_setting, open_keyed

OUTCOME = orjson.dumps(
    {"obligations": [{"rule": "b", "bearers": ["tax"]}, {"rule": "a", "bearers": ["tax"]}]}
)
OLD_COLUMNS = LoggedDecision._fields[:9]


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The URL of an SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'log.sqlite3'}"


@pytest.fixture
def any_database(bare_database: str) -> str:
    """Logs of this module begin without a table."""
    return bare_database


async def old_log(url: str, count: int) -> None:
    """A log as the first release left it."""
    engine = create_async_engine(parse_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(lambda c: command.upgrade(config_for(c), "0002"))
        await connection.execute(insert(SNAPSHOTS).values(digest="s" * 64, stored_at=1))
        rows = [
            dict(zip(OLD_COLUMNS, record(number, facts=b"facts", outcome=OUTCOME)[:9], strict=True))
            for number in range(count)
        ]
        if rows:
            await connection.execute(insert(table("decisions", *map(column, OLD_COLUMNS))), rows)
    await engine.dispose()


async def test_nothing_is_left_of_what_an_old_log_had_in_plain(database: str) -> None:
    await old_log(database, 300)
    file = database_file(database)
    assert file is not None
    assert b"factss" in file.read_bytes()
    log = await open_keyed(database)
    async with log.engine.connect() as connection:
        assert (await connection.execute(text("PRAGMA secure_delete"))).scalar_one() == 1
    await log.engine.dispose()
    assert b"factss" not in file.read_bytes()


async def test_old_rows_are_imported_once(any_database: str) -> None:
    await old_log(any_database, 1203)
    log = await open_keyed(any_database)
    assert log.imported == 1203
    assert await findings(log) == []
    kept = await DecisionStore(log.engine, log.keys).get(record(7).id)
    assert kept == record(7, facts=b"facts", outcome=OUTCOME, rules="a b", bodies="tax")
    assert [item.place async for item in found(log.engine, Wanted(rule="a"))] == list(range(1203))
    entry = orjson.loads((await Tree(log.engine).inclusion(record(7).id)).entry)
    assert (entry["kind"], entry["caller"]) == ("imported", "")
    async with log.engine.connect() as connection:
        (note,) = (await connection.execute(select(NOTES))).all()
        kinds = set((await connection.execute(select(LEAVES.c.kind))).scalars())
        raw = (await connection.execute(select(DECISIONS.c.facts).limit(1))).scalar_one()
    assert (note.about, note.place) == ("import", 1203)
    assert orjson.loads(note.detail) == {"decisions": 1203, "places": [[0, 1202]]}
    assert kinds == {"imported", "note"}
    assert raw != b"facts"
    await logged(log, record(2000))
    await log.engine.dispose()
    again = await open_keyed(any_database)
    assert again.imported == 0
    async with again.engine.begin() as connection:
        await connection.execute(insert(table("decisions", *map(column, OLD_COLUMNS))), [
            dict(zip(OLD_COLUMNS, record(3000)[:9], strict=True))
        ])  # fmt: skip
    await again.engine.dispose()
    later = await open_keyed(any_database)
    assert later.imported == 0
    assert await findings(later) == ["LNK882"]
    await later.engine.dispose()


async def test_an_import_that_was_broken_off_goes_on(
    any_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.log import opening

    await old_log(any_database, 1100)
    update, calls = opening._update, 0

    async def failing(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise StoreError("LNK962")
        await update(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(opening, "_update", failing)
    with pytest.raises(StoreError, match="LNK962"):
        await open_keyed(any_database)
    monkeypatch.undo()
    log = await open_keyed(any_database)
    assert log.imported == 600
    assert await findings(log) == []
    await log.engine.dispose()


async def test_an_empty_old_log_needs_no_import(any_database: str) -> None:
    await old_log(any_database, 0)
    log = await open_keyed(any_database)
    assert log.imported == 0
    assert await findings(log) == []
    await log.engine.dispose()


async def test_the_keys_belong_to_the_log(any_database: str) -> None:
    log = await open_keyed(any_database)
    await log.engine.dispose()
    with pytest.raises(KeyFileError, match="LNK871"):
        await open_log(any_database, key_setting("away"))
    keys_made_at(Path(key_setting("other")))
    with pytest.raises(StoreError, match="LNK874"):
        await open_log(any_database, key_setting("other"))


async def test_only_the_owner_reads_the_files(database: str, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        log = await open_log(database)
        await RuleArchive(log.engine).keep("s" * 64, {"x.yaml": ""}, 1)
        modes = modes_of(tmp_path)
        await log.engine.dispose()
    finally:
        os.umask(before)
    names = ("log.sqlite3", "log.sqlite3-keys", "log.sqlite3-shm", "log.sqlite3-wal")
    assert modes == dict.fromkeys(names, 0o600)
    assert key_file(database).name == "log.sqlite3-keys"
    assert key_file("postgresql://u@h/d").name == "linkage.keys"
    assert key_file(database, "here").name == "here"


async def test_files_that_others_may_read_are_tightened(database: str, tmp_path: Path) -> None:
    """Whoever made them, and with whatever mode: those that are ours; of others' we can only warn."""
    log = await open_log(database)
    names = ("log.sqlite3", "log.sqlite3-shm", "log.sqlite3-wal")
    for name, mode in zip(names, (0o644, 0o666, 0o640), strict=True):
        (tmp_path / name).chmod(mode)
    (tmp_path / "log.sqlite3-turns").touch(0o664)
    stream = io.StringIO()
    with restored_logging():
        configure(Level.INFO, stream)
        again = await open_log(database)
    await again.engine.dispose()
    await log.engine.dispose()
    lines = [json.loads(text) for text in stream.getvalue().splitlines()]
    assert [(line["event"], line["code"], line["file"]) for line in lines] == [
        ("database_tightened", "LNK863", f"log.sqlite3{end}") for end in ("", "-wal", "-shm", "-turns")
    ]
    assert lines[0]["mode"] == "0644"
    assert set(modes_of(tmp_path).values()) == {0o600}


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away")
def test_files_of_another_user_are_left_to_them(tmp_path: Path) -> None:
    file = tmp_path / "log.sqlite3"
    file.touch(0o644)
    file.chmod(0o644)
    os.chown(file, 65534, 65534)
    stream = io.StringIO()
    with restored_logging():
        configure(Level.INFO, stream)
        tightened(file)
    (line,) = [json.loads(text) for text in stream.getvalue().splitlines()]
    assert (line["event"], line["code"], line["mode"]) == ("database_readable", "LNK864", "0644")
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_backup_is_its_owners_whatever_the_database_is(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a")) as connection:
        connection.execute("CREATE TABLE t (x)")
    (tmp_path / "a").chmod(0o644)
    before = os.umask(0)
    try:
        backed_up(tmp_path / "a", tmp_path / "b")
    finally:
        os.umask(before)
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600


def modes_of(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.glob("log.sqlite3*")}


def test_a_migration_can_be_taken_back(database: str) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        command.upgrade(config_for(connection), "head")
        assert connection.execute(select(HEAD)).all() == []
        command.downgrade(config_for(connection), "0003")
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE name LIKE 'log_%'")).all()
    engine.dispose()
    assert tables == []
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(decisions)")]
    assert columns[-2:] == ["caller", "request_id"]


async def test_a_log_that_was_signed_is_not_imported_anew(any_database: str) -> None:
    log = await open_keyed(any_database)
    await RuleArchive(log.engine).keep("s" * 64, {"x.yaml": ""}, 1)
    await logged(log, record(0), record(1))
    async with log.engine.begin() as connection:
        for statement in (
            "UPDATE decisions SET place = NULL, data_key = NULL, case_id = 'other'",
            "DELETE FROM log_leaves",
            "DELETE FROM log_head",
        ):
            await connection.execute(text(statement))
    await log.engine.dispose()
    with pytest.raises(StoreError, match="LNK875"):
        await open_keyed(any_database)


async def test_services_that_start_at_once_on_an_old_log(any_database: str) -> None:
    await old_log(any_database, 700)
    logs = await asyncio.gather(*(open_keyed(any_database) for _ in range(3)))
    assert sum(log.imported for log in logs) <= 700
    assert len({str(log.keys.verifier) for log in logs}) == 1
    assert await findings(logs[0]) == []
    for log in logs:
        await log.engine.dispose()
