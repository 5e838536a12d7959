"""The server's commands: what they print in both languages, and their exit codes. Bad cases are files.

``command`` is run in an empty folder with the ``files`` that the case gives, after the ``prepare`` step of
that name.
"""

import asyncio
import hashlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from policy.cli import run
from policy.decide import decide
from server.cli import app
from server.decisions.active import load
from server.log.ids import LogIds
from server.log.opening import open_log
from server.process.workers import supervisor
from server.store import database as module
from server.store.archive import RuleArchive
from server.store.decisions import DecisionStore
from server.store.record import LoggedDecision
from tests.golden import check
from tests.server.cases import NOW, case
from tests.server.logging_state import restored_logging

HERE = Path(__file__).parent
RULES = HERE / "rules"
URL = "sqlite:///log.sqlite3"
CASES = sorted(path for path in HERE.glob("bad/*.yaml") if "command:" in path.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty current folder, and no settings in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LINKAGE_")]:
        monkeypatch.delenv(name)
    with restored_logging():
        yield


async def make_log(change: Callable[[LoggedDecision], LoggedDecision] = lambda record: record) -> str:
    """A database with one decision; its id."""
    active = load(RULES, Path("sources"))
    decision = decide(active.snapshot.districts["qiaonan"], case(), NOW)
    identity = LogIds(lambda: NOW, lambda bits: 0).next()
    facts = case().SerializeToString(deterministic=True)
    record = LoggedDecision(
        identity,
        NOW,
        "qiaonan",
        "c1",
        NOW,
        facts,
        active.snapshot.digest,
        decision.canonical_bytes,
        decision.digest,
    )
    engine, keys, _ = await open_log(URL)
    await RuleArchive(engine).keep(active.snapshot.digest, active.files, NOW)
    store = DecisionStore(engine, keys)
    await store.append([change(record)])
    await store.close()
    await engine.dispose()
    return identity


def log(_: pytest.MonkeyPatch) -> None:
    asyncio.run(make_log())


def sql(*statements: str) -> None:
    with sqlite3.connect("log.sqlite3") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def log_without_rules(_: pytest.MonkeyPatch) -> None:
    asyncio.run(make_log())
    sql("DELETE FROM snapshot_files")


def log_without_table(_: pytest.MonkeyPatch) -> None:
    asyncio.run(make_log())
    sql("DROP TABLE decisions")


def log_of_the_future(_: pytest.MonkeyPatch) -> None:
    asyncio.run(make_log())
    sql("UPDATE alembic_version SET version_num = '9999'")


def log_of_another_calendar(_: pytest.MonkeyPatch) -> None:
    calendar = load(RULES, Path("sources")).snapshot.calendar.digest.encode()

    def change(record: LoggedDecision) -> LoggedDecision:
        outcome = record.outcome.replace(calendar, b"0" * 64)
        return record._replace(outcome=outcome, digest=hashlib.sha256(outcome).hexdigest())

    asyncio.run(make_log(change))


HELD: list[sqlite3.Connection] = []


def locked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.05)
    connection = sqlite3.connect("log.sqlite3", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("BEGIN IMMEDIATE")
    HELD.append(connection)


def full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PRAGMAS", (*module._PRAGMAS, "max_page_count=4"))


def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "SYSTEM", "darwin")


def workers_that_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))


PREPARE = {
    step.__name__: step
    for step in (
        log,
        log_without_rules,
        log_without_table,
        log_of_the_future,
        log_of_another_calendar,
        locked,
        full,
        elsewhere,
        workers_that_fail,
    )
}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_whole_message(
    path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, update_golden: bool
) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name, text in data.get("files", {}).items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    for name, value in data.get("environment", {}).items():
        monkeypatch.setenv(name, value)
    if "prepare" in data:
        PREPARE[data["prepare"]](monkeypatch)
    found = "\n".join(told(data["command"], lang, capfd, monkeypatch) for lang in ("zh", "en"))
    while HELD:
        HELD.pop().close()
    assert path.name.partition("-")[0] in found
    check(path.with_suffix(".golden"), found, update_golden)


def told(
    command: list[str], lang: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> str:
    """Everything printed, without the lines of the log, and the exit code."""
    arguments = [str(RULES) if word == "RULES" else word for word in command] + ["--lang", lang]
    monkeypatch.setattr(sys, "argv", ["linkage", *arguments])
    code = run(app, arguments)
    printed = capfd.readouterr()
    lines = (printed.out + printed.err).rstrip().splitlines()
    text = "\n".join(line for line in lines if not line.startswith('{"time":'))
    text = text.replace(str(RULES), "RULES").replace(str(Path.cwd()), ".")
    return f"{text}\n[exit {code}]\n"


def test_replay_one_and_all(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    identity = asyncio.run(make_log())
    words = ["replay", "--database", URL]
    assert told([*words, identity.lower()], "en", capfd, monkeypatch) == (
        f"{identity} qiaonan c1: equal\n1 decisions: equal 1, different 0, impossible 0\n[exit 0]\n"
    )
    assert told([*words, "--all"], "zh", capfd, monkeypatch) == (
        "共 1 个决定：相同 1，不同 0，无法重放 0\n[exit 0]\n"
    )


def test_replay_with_current_rules(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    identity = asyncio.run(make_log())
    for path in RULES.rglob("*.yaml"):
        target = tmp_path / "rules" / path.relative_to(RULES)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text(encoding="utf-8").replace("within: 10 days", "within: 20 days"))
    text = told(["replay", "--all", "--with-current-rules", "--database", URL], "zh", capfd, monkeypatch)
    assert text.startswith(f"{identity} qiaonan c1: 不同\n  @@ obligations: qiaonan.breach.circulate ob-")
    assert text.endswith("共 1 个决定：相同 0，不同 1，无法重放 0\n[exit 1]\n")


@pytest.mark.parametrize("words", [["replay"], ["replay", "--all", "0" * 26], ["serve", "--nothing"]])
def test_wrong_usage(
    words: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(words, "en", capfd, monkeypatch).endswith("[exit 2]\n")


def test_missing_settings_file(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    text = told(["serve", "--config", "nowhere.yaml"], "en", capfd, monkeypatch)
    assert text.startswith("nowhere.yaml: error LNK106: ")
    assert text.endswith("[exit 2]\n")
