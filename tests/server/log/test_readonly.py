"""Looking at a log and checking it writes nothing: not the database, and nothing beside it."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.log.opening import OpenLog, open_log, reading
from server.proof.keys import LogKeys
from server.store.archive import RuleArchive
from server.store.backup import backed_up
from server.store.decisions import DecisionStore
from server.store.errors import StoreError
from server.store.readonly import read_only
from tests.server.log.records import findings, logged, record
from tests.server.log.test_commands import Command, command, identity, in_a_folder
from tests.server.log.test_upgrade import old_log
from tests.server.logs import key_setting, open_keyed

__all__ = ["command", "identity", "in_a_folder"]

READING = {
    "list": "log list",
    "search": "log search c",
    "show": "log show {id}",
    "export": "log export --facts",
    "verify": "log verify",
    "verify with the public key": "log verify --key {key}",
    "key": "log key",
    "prove": "log prove {id}",
    "explain": "explain {id}",
    "replay": "replay {id}",
}


def folder() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path().iterdir() if path.is_file()}


@pytest.mark.parametrize("words", READING.values(), ids=READING.keys())
def test_a_copy_stays_as_it_is(words: str, identity: str, command: Command) -> None:
    key = command("log", "key")[1]
    before = folder()
    code, text = command(*words.format(id=identity, key=key).split())
    assert code == 0, text
    assert folder() == before


def test_an_old_copy_is_refused_and_left_alone(command: Command) -> None:
    public = str(LogKeys.made().verifier)
    asyncio.run(old_log("sqlite:///log.sqlite3", 3))
    before = folder()
    for words in (("log", "verify", "--key", public), ("log", "list"), ("log", "verify")):
        code, text = command(*words)
        assert (code, text.startswith("error LNK866")) == (2, True)
        assert "linkage upgrade` on the copy" in text
    assert folder() == before
    assert command("upgrade")[0] == 0
    assert command("log", "verify") == (0, "4 rows, 0 findings")


async def test_a_log_that_is_written_meanwhile_is_read_beside_its_writer(
    database: str, tmp_path: Path
) -> None:
    log = await open_keyed(database)
    await log_of(log, 3)
    names = ("log.sqlite3", "log.sqlite3-wal")
    before = [(tmp_path / name).read_bytes() for name in names]
    async with reading(database, key_setting(database)) as (found, keys):
        assert await findings(OpenLog(found.engine, keys)) == []
        assert [(tmp_path / name).read_bytes() for name in names] == before
        await logged(log, record(7))  # nobody waits for whoever reads
        assert await DecisionStore(found.engine, keys).count() == 4
        found.check()
    await log.engine.dispose()


async def test_whoever_begins_to_write_a_copy_spoils_the_check(database: str, tmp_path: Path) -> None:
    log = await open_keyed(database)
    await log_of(log, 3)
    await log.engine.dispose()
    async with read_only(database) as found:
        found.check()
        again = await open_keyed(database)
        await logged(again, record(7))
        with pytest.raises(StoreError, match="LNK865"):
            found.check()
        await again.engine.dispose()


async def test_the_database_itself_refuses_to_be_written(any_database: str) -> None:
    log = await open_keyed(any_database)
    await log_of(log, 1)
    async with read_only(any_database) as found:
        for statement in ("UPDATE decisions SET case_id = 'x'", "DROP TABLE log_notes"):
            async with found.engine.connect() as connection:
                with pytest.raises(DBAPIError):
                    await connection.execute(text(statement))
    assert await findings(log) == []
    await log.engine.dispose()


@pytest.mark.parametrize("version", ["9999", "x"])
async def test_a_newer_schema_is_refused(version: str, any_database: str) -> None:
    log = await open_keyed(any_database)
    async with log.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": version})
    await log.engine.dispose()
    with pytest.raises(StoreError, match="LNK966"):
        async with read_only(any_database):
            pass


async def test_names_that_a_url_would_misread(tmp_path: Path) -> None:
    place = tmp_path / "100% sure? #1"
    place.mkdir()
    log = await open_log(f"sqlite:///{place / 'a'}")
    await log.engine.dispose()
    backed_up(place / "a", place / "b")
    async with read_only(f"sqlite:///{place / 'b'}") as found, found.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM log_head"))).scalar_one() == 1


async def log_of(log: OpenLog, count: int) -> None:
    """Rules and so many decisions."""
    await RuleArchive(log.engine).keep("s" * 64, {"x.yaml": ""}, 1)
    await logged(log, *(record(number) for number in range(count)))
