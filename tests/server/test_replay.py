"""Deciding logged cases again."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest

from policy.text.diagnostics import Words
from server.commands.replay import shown
from server.decisions.active import load
from server.decisions.replay import Replayed, Replayer, Verdict, difference
from server.store.archive import RuleArchive
from server.store.decisions import DecisionStore
from server.store.record import LoggedDecision
from tests.server.cases import request
from tests.server.conftest import Start
from tests.server.logs import open_keyed


@pytest.fixture
def own_rules(small_rules: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small_rules, tmp_path / "rules")


async def replays(database: str, rules: Path | None = None, **changes: Any) -> list[Replayed]:
    """Every logged decision replayed, its record changed first."""
    engine, keys, _ = await open_keyed(database)
    try:
        today = load(rules, rules / "sources").snapshot if rules else None
        replayer = Replayer(RuleArchive(engine), today)
        return [
            await replayer.replay(r._replace(**changes)) async for r in DecisionStore(engine, keys).scan()
        ]
    finally:
        await engine.dispose()


async def test_equal_after_the_rules_have_changed(start: Start, own_rules: Path, database: str) -> None:
    async with start(rules=own_rules, database=database) as service:
        await service.stub.Evaluate(request(id="before"))
        duties = own_rules / "qiaonan/duties.yaml"
        duties.write_text(duties.read_text().replace("within: 24 hours", "within: 48 hours"))
        assert await service.running.rules.reload()
        await service.stub.Evaluate(request(id="after"))
    assert [r.verdict for r in await replays(database)] == [Verdict.EQUAL, Verdict.EQUAL]
    before, after = await replays(database, own_rules)
    assert (before.verdict, after.verdict) == (Verdict.DIFFERENT, Verdict.EQUAL)
    text = "\n".join(before.lines)
    assert '-    "at": "2024-03-03T09:30:00+08:00"' in text
    assert '+    "at": "2024-03-04T09:30:00+08:00"' in text
    assert text.startswith("@@ obligations: qiaonan.breach.circulate ob-")
    assert "packs" not in text


async def test_facts_that_today_are_refused(start: Start, own_rules: Path, database: str) -> None:
    async with start(rules=own_rules, database=database) as service:
        await service.stub.Evaluate(request())
    vocabulary = own_rules / "vocabulary.yaml"
    vocabulary.write_text(
        vocabulary.read_text()
        .replace("property_types:\n", "property_types:\n  ship: {zh: 船, en: ship}\n")
        .replace("  vehicle: {zh: 车辆, en: vehicle}\n", "")
    )
    (found,) = await replays(database, own_rules)
    assert (found.verdict, found.lines) == (Verdict.DIFFERENT, ("- case.properties[0].type: LNK802",))


async def test_district_that_is_gone(start: Start, own_rules: Path, database: str) -> None:
    async with start(rules=own_rules, database=database) as service:
        await service.stub.Evaluate(request())
    for path in (own_rules / "qiaonan").glob("*.yaml"):
        path.write_text(path.read_text().replace("qiaonan", "qiaobei"))
    (found,) = await replays(database, own_rules)
    assert (found.verdict, found.code) == (Verdict.IMPOSSIBLE, "LNK810")


async def test_changed_outcome_shows_the_obligation(start: Start, database: str) -> None:
    async with start(database=database) as service:
        await service.stub.Evaluate(request())
        assert service.running.store is not None
        (record,) = [r async for r in service.running.store.scan()]
    outcome = orjson.loads(record.outcome)
    outcome["obligations"][0]["bearers"] = ["tax"]
    changed = orjson.dumps(outcome, option=orjson.OPT_SORT_KEYS)
    digest = hashlib.sha256(changed).hexdigest()
    (found,) = await replays(database, outcome=changed, digest=digest)
    key = f"{outcome['obligations'][0]['rule']} {outcome['obligations'][0]['id']}"
    assert found == Replayed(
        record.id,
        Verdict.DIFFERENT,
        (f"@@ obligations: {key} @@", '-    "tax"', '+    "court"'),
    )


async def test_other_calendar_is_named(start: Start, database: str) -> None:
    async with start(database=database) as service:
        await service.stub.Evaluate(request())
        assert service.running.store is not None
        (record,) = [r async for r in service.running.store.scan()]
    changed = record.outcome.replace(orjson.loads(record.outcome)["calendar"].encode(), b"0" * 64)
    (found,) = await replays(database, outcome=changed, digest=hashlib.sha256(changed).hexdigest())
    assert (found.verdict, found.code) == (Verdict.DIFFERENT, "LNK957")
    assert found.args == (("parts", Words("节假日", "the calendar")),)
    assert found.lines[0] == "@@ calendar @@"


async def test_damaged_record_and_missing_rules(start: Start, database: str) -> None:
    async with start(database=database) as service:
        await service.stub.Evaluate(request())
    (damaged,) = await replays(database, outcome=b"{}")
    assert (damaged.verdict, damaged.code) == (Verdict.IMPOSSIBLE, "LNK964")
    (missing,) = await replays(database, snapshot="f" * 64)
    assert (missing.verdict, missing.code) == (Verdict.IMPOSSIBLE, "LNK956")


async def test_archive_that_this_version_refuses(database: str) -> None:
    engine = (await open_keyed(database)).engine
    archive = RuleArchive(engine)
    await archive.keep("a" * 64, {"vocabulary.yaml": "kinds: ["}, 1)
    outcome = b"{}"
    record = LoggedDecision(
        "0" * 26, 0, "d", "c", 0, b"", "a" * 64, outcome, hashlib.sha256(outcome).hexdigest()
    )
    found = await Replayer(archive).replay(record)
    await engine.dispose()
    assert (found.verdict, found.code) == (Verdict.IMPOSSIBLE, "LNK957")
    assert "LNK602" in str(found.args)


def test_difference_of_lists() -> None:
    old = {"as_of": 1, "obligations": [], "undetermined": [["r", [], ["x"]]], "errors": [], "conflicts": []}
    new = {
        "as_of": 2,
        "obligations": [{"rule": "r", "id": "o"}],
        "undetermined": [],
        "errors": [],
        "conflicts": [],
    }
    assert difference(old, new) == [
        "@@ as_of @@",
        "-1",
        "+2",
        "@@ obligations: r o @@",
        "+{",
        '+  "id": "o",',
        '+  "rule": "r"',
        "+}",
        '@@ undetermined: ["r",[],["x"]] @@',
        "-[",
        '-  "r",',
        "-  [],",
        "-  [",
        '-    "x"',
        "-  ]",
        "-]",
    ]
    assert difference(old, old) == []
    assert difference(old, {**old, "as_of": 2}, ["as_of"]) == []


def test_what_a_client_sent_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Decisions that were logged before such ids were refused, and whatever else the log may hold."""
    record = LoggedDecision("01HR6K52R0", 0, "lab", "c\x1b[31mred\n\rx\u202e", 0, b"", "", b"", "")
    different = Replayed("01HR6K52R0", Verdict.DIFFERENT, ("- \x9b31m\r", "+ a\nb"))
    assert shown(record, different, "en") is Verdict.DIFFERENT
    assert capsys.readouterr().out.splitlines() == [
        r"01HR6K52R0 lab c\x1b[31mred\n\rx\u202e: different",
        r"  - \x9b31m\r",
        r"  + a\nb",
    ]
