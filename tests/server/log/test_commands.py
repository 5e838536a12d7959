"""``linkage log``, ``backup`` and ``upgrade``: what they print in both languages, and their exit codes."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from policy.cli import run
from server.cli import app
from server.log.opening import open_log
from server.proof.keys import LogKeys
from tests.server.logging_state import restored_logging
from tests.server.test_commands import make_log, sql

DATABASE = ["--database", "sqlite:///log.sqlite3"]
Command = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for name in [name for name in os.environ if name.startswith("LINKAGE_")]:
        monkeypatch.delenv(name)
    with restored_logging():
        yield


@pytest.fixture
def identity() -> str:
    return asyncio.run(
        make_log(lambda record: record._replace(rules="q.a q.b", bodies="tax", caller="court"))
    )


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    def running(*words: str, lang: str = "en", database: bool = True) -> tuple[int, str]:
        arguments = [*words, *(DATABASE if database else ()), "--lang", lang]
        monkeypatch.setattr("sys.argv", ["linkage", *arguments])
        code = run(app, arguments)
        printed = capfd.readouterr()
        lines = [line for line in (printed.out + printed.err).splitlines() if not line.startswith('{"time"')]
        return code, "\n".join(lines)

    return running


def test_looking_through(identity: str, command: Command) -> None:
    for words in (("log", "list", "--rule", "q.a"), ("log", "search", "tax")):
        code, text = command(*words)
        assert code == 0
        assert all(part in text for part in (identity, "2024-03-05 14:00:00", "c1", "court", "q.b", "tax"))
    code, text = command("log", "list", "--body", "court", lang="zh")
    assert (code, identity in text, "单位" in text) == (0, False, True)
    code, text = command("log", "list", "--format", "json", "--since", "2024-03-05T00:00:00+08:00")
    (item,) = orjson.loads(text)["decisions"]
    assert (item["id"], item["place"], item["rules"]) == (identity, 0, ["q.a", "q.b"])
    assert command("log", "list", "--since", "last week")[0] == 2
    code, text = command("log", "show", identity.lower(), lang="zh")
    assert (code, "案件: c1" in text) == (0, True)
    code, text = command("log", "show", identity, "--format", "json")
    assert orjson.loads(text)["facts"]["events"][0]["type"] == "vehicle_seized"
    assert command("log", "show", "01HR6K52R00000000000000001")[0] == 2


def test_pages_of_the_list(identity: str, command: Command) -> None:
    code, text = command("log", "list", "--limit", "1", "--after", identity)
    assert (code, identity in text) == (0, False)


def test_export(identity: str, command: Command) -> None:
    assert command("log", "export", "-o", "a.jsonl")[0] == 0
    (line,) = Path("a.jsonl").read_text().splitlines()
    assert orjson.loads(line)["id"] == identity
    assert "facts" not in orjson.loads(line)
    assert Path("a.jsonl").stat().st_mode & 0o777 == 0o600
    text = command("log", "export", "--facts", "--case", "c1")[1]
    assert orjson.loads(text)["outcome"]["case"] == "c1"


def test_an_auditor_needs_a_witness_and_a_key_alone(identity: str, command: Command) -> None:
    key = command("log", "key")[1]
    Path("key").write_text(key)
    code, text = command("log", "witness", "w")
    assert (code, text.startswith("w: 1 rows, ")) == (0, True)
    assert command("log", "witness", "w")[0] == 0
    assert command("log", "verify", "--witness", "w") == (0, "1 rows, 0 findings")
    assert command("log", "verify", "--witness", "w", "--key", "key", lang="zh") == (0, "1 行，0 处不符")
    assert command("log", "prove", identity, "-o", "p")[0] == 0
    code, text = command("log", "check", "p", "--key", key, database=False)
    assert (code, "row 0 of 1" in text, f"id: {identity}" in text) == (0, True, True)
    Path("p").write_text(Path("p").read_text().replace("index 0", "index 1"))
    assert "LNK894" in command("log", "check", "p", "--key", "key", database=False)[1]
    told = command("log", "check", "p", "--key", "no+key", database=False)[1]
    assert "LNK894" in told
    assert "no public key" in told
    sql("UPDATE decisions SET case_id = 'x'")
    code, text = command("log", "verify", "--witness", "w")
    assert code == 1
    assert f"row 0 ({identity}) was changed" in text
    code, text = command("log", "verify", "--key", "key", "--format", "json")
    assert [found["code"] for found in orjson.loads(text)["findings"]] == ["LNK881"]
    Path("w").write_bytes(b"\xff")
    assert "LNK891" in command("log", "verify", "--witness", "w")[1]
    code, text = command("log", "witness", "w")
    assert (code, "LNK891" in text) == (1, True)
    assert Path("w").read_bytes() == b"\xff"


def test_keys_are_listed_and_changed(
    identity: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = command("log", "key")[1]
    Path("key").write_text(old)
    assert command("log", "witness", "w")[0] == 0
    monkeypatch.setattr("typer.confirm", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    assert command("log", "keys", "rotate")[0] == 130
    code, text = command("log", "keys", "rotate", "--prepare", lang="zh")
    assert (code, "待用" in text) == (0, True)
    assert [each["state"] for each in listed(command)] == ["signs", "waits"]
    assert "waits in the file" in command("log", "keys", "list")[1]
    code, text = command("log", "keys", "rotate", "--yes")
    assert (code, "signs from row 1 on" in text) == (0, True)
    first, second = listed(command)
    assert (first["key"], first["state"], first["in_file"]) == (old, "handed over", False)
    assert (second["key"], second["state"], second["first_row"]) == (command("log", "key")[1], "signs", 1)
    assert all(part in command("log", "keys", "list", lang="zh")[1] for part in ("自第 1 行起", "已交接"))
    # Who has the old key and an old witness goes on with them.
    assert command("log", "witness", "-o", "w")[0] == 0
    assert command("log", "verify", "--witness", "w", "--key", "key") == (0, "2 rows, 0 findings")
    assert command("log", "prove", identity, "-o", "p")[0] == 0
    code, text = command("log", "check", "p", "--key", "key", database=False)
    assert (code, "LNK894" in text) == (2, True)
    Path("list").write_text(command("log", "keys", "list", "--format", "json")[1])
    assert command("log", "check", "p", "--key", "key", "--handovers", "list", database=False)[0] == 0
    stranger = str(LogKeys.made().verifier)
    code, text = command("log", "check", "p", "--key", stranger, "--handovers", "list", database=False)
    assert (code, "LNK868" in text) == (2, True)
    assert "LNK868" in command("log", "verify", "--key", stranger)[1]
    Path("list").write_text('{"keys": [{"handover": "x"}]}')
    assert "LNK894" in command("log", "check", "p", "--key", "key", "--handovers", "list", database=False)[1]
    Path("log.sqlite3-keys").unlink()
    assert "LNK871" in command("log", "keys", "rotate", "--yes")[1]


def listed(command: Command) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(command("log", "keys", "list", "--format", "json")[1])["keys"]
    return found


def test_many_findings_are_counted(command: Command, identity: str) -> None:
    sql(
        "INSERT INTO decisions (id, received_at, district, case_id, as_of, facts, snapshot, outcome, digest) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 150) "
        "SELECT 'X' || i, 1, 'd', 'c', 1, x'', (SELECT digest FROM snapshots), x'', '' FROM n"
    )
    code, text = command("log", "verify")
    assert (code, text.count("was inserted"), "LNK882: 50 more" in text) == (1, 100, True)
    assert "150 findings" in text
    assert "另有 50 处" in command("log", "verify", lang="zh")[1]


def test_what_goes(identity: str, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typer.confirm", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    assert command("log", "erase", "c1")[0] == 130
    assert command("log", "erase", "c1", "--yes") == (0, "1 decisions erased, 0 cases of the register")
    assert "LNK877" in command("log", "show", identity)[1]
    code, text = command("replay", identity)
    assert (code, "LNK877" in text) == (1, True)
    assert "(erased)" in command("log", "list")[1]
    code, text = command("log", "show", identity, "--format", "json")
    assert "facts" not in orjson.loads(text)
    assert command("log", "prune", "--before", "2024-03-06T00:00:00+08:00", "--yes", lang="zh") == (
        0,
        "已删除 1 个决定",
    )
    assert command("log", "verify") == (0, "3 rows, 0 findings")


def test_backup_and_upgrade(identity: str, command: Command) -> None:
    assert command("upgrade") == (0, "up to date; 0 decisions imported")
    code, text = command("backup", "b.sqlite3")
    assert (code, text.startswith("b.sqlite3: ")) == (0, True)
    with sqlite3.connect("b.sqlite3") as connection:
        assert connection.execute("SELECT id FROM decisions").fetchall() == [(identity,)]
    connection.close()
    assert "LNK896" in command("backup", "b.sqlite3")[1]
    assert "LNK895" in command("backup", "c", "--database", "postgresql://u@h/d", database=False)[1]
    assert "LNK958" in command("backup", "c", "--database", "sqlite:///none", database=False)[1]


def test_keys_that_are_away_or_open_to_all(identity: str, command: Command) -> None:
    Path("log.sqlite3-keys").chmod(0o644)
    assert "LNK872" in command("log", "verify")[1]
    Path("log.sqlite3-keys").unlink()
    assert "LNK871" in command("log", "verify")[1]
    Path("log.sqlite3-keys").write_text("x")
    Path("log.sqlite3-keys").chmod(0o600)
    assert "LNK873" in command("log", "verify", lang="zh")[1]


def test_explaining_what_was_logged(identity: str, command: Command) -> None:
    code, text = command("explain", identity.lower())
    assert (code, "查扣" in text or "qiaonan" in text) == (0, True)
    code, text = command("explain", identity, "--format", "json")
    assert orjson.loads(text)["decision"]["case"] == "c1"
    assert "LNK821" in command("explain", identity, "--rule", "none")[1]
    assert "LNK955" in command("explain", "01HR6K52R00000000000000001")[1]
    assert command("log", "erase", "c1", "--yes")[0] == 0
    assert "LNK877" in command("explain", identity)[1]
    sql("DELETE FROM snapshot_files", "UPDATE decisions SET data_key = x''")
    assert "LNK956" in command("explain", identity)[1]


async def begun(url: str, keys: str) -> None:
    """A log begins, as it does when a service opens it for the first time."""
    await (await open_log(url, keys)).engine.dispose()


def test_keys_made_ahead_are_those_of_the_log(command: Command) -> None:
    code, public = command("log", "new-keys", "shared.keys", database=False)
    assert code == 0
    assert Path("shared.keys").stat().st_mode & 0o777 == 0o600
    shared = ("--set", "log.keys=shared.keys")
    asyncio.run(begun("sqlite:///log.sqlite3", "shared.keys"))
    assert command("log", "key", *shared) == (0, public)
    code, said = command("log", "new-keys", "shared.keys", database=False)
    assert (code, said.partition(":")[0]) == (2, "error LNK918")
