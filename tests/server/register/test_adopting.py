"""``linkage register preview``, ``adopt``, ``reject`` and ``status``: what they say, their exit codes."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from policy.cli import run
from server.cli import app
from server.register import keeping
from server.register.keeping import Keeper
from server.register.moving import BUSY, Mover, Seen
from tests.server.logging_state import restored_logging
from tests.server.logs import key_setting
from tests.server.migrated import migrated_file
from tests.server.register.conftest import DAY, HOUR, RULES, Registered, Starting, seized
from tests.server.register.test_adoption import ENDS, LONGER, NO_CODE, OTHER_BEARER, edited

CASES = 5
AS_OF = ("--as-of", "2024-03-02T10:30:00+08:00")


class Office:
    """A register with a few cases, and what policy staff do at its command line."""

    def __init__(self, registered: Registered, root: Path, database: str, capsys: Any) -> None:
        self.registered = registered
        self.root = root
        self.mover = Mover(registered.register, registered.clock)
        self._database = database
        self._capsys = capsys

    async def do(self, *words: str, lang: str = "en") -> tuple[int, str]:
        """A command; its exit code, and what it printed."""
        rules = [] if words[0] == "status" else ["--rules", str(self.root)]
        keys = ["--set", f"log.keys={key_setting(self._database)}"]
        arguments = ["register", *words, *rules, *keys, "--database", self._database, "--lang", lang]
        self._capsys.readouterr()
        with restored_logging():
            code = await asyncio.to_thread(run, app, arguments)
        said = self._capsys.readouterr()
        return code, said.out + said.err

    async def told(self, *words: str) -> dict[str, Any]:
        """What a command says to programs."""
        _, said = await self.do(*words, "--format", "json")
        found: dict[str, Any] = json.loads(said)
        return found


@asynccontextmanager
async def opened(starting: Starting, database: str, tmp_path: Path, capsys: Any) -> AsyncIterator[Office]:
    """An office whose rules are to be changed, in the folder ``new-rules``."""
    root = tmp_path / "new-rules"
    shutil.copytree(RULES, root)
    served = tmp_path / "served"
    shutil.copytree(RULES, served)
    async with starting(database, rules=str(served)) as registered:
        found = Office(registered, root, database, capsys)
        await found.mover.run()
        for number in range(CASES):
            await registered.open(id=f"c{number}")
        registered.clock.now += HOUR
        for number in range(CASES):
            await registered.call("RecordEvents", case_id=f"c{number}", entries=[seized()])
        yield found


@pytest.fixture
async def office(start_register: Starting, tmp_path: Path, capsys: Any) -> AsyncIterator[Office]:
    """One on SQLite."""
    database = migrated_file(tmp_path / "office.sqlite3")
    async with opened(start_register, database, tmp_path, capsys) as found:
        yield found


@pytest.fixture
async def any_office(
    start_register: Starting, any_database: str, tmp_path: Path, capsys: Any
) -> AsyncIterator[Office]:
    """One on each kind of database in turn."""
    async with opened(start_register, any_database, tmp_path, capsys) as found:
        yield found


async def publish(office: Office) -> None:
    """The rules of the folder serve."""
    served = office.root.parent / "served"
    shutil.rmtree(served)
    shutil.copytree(office.root, served)
    assert await office.registered.running.rules.reload()
    await office.mover.run()


async def test_a_preview_lists_by_department_and_rule_what_would_change(office: Office) -> None:
    assert (await office.do("preview", *AS_OF))[0] == 0
    edited(office.root, LONGER)
    code, said = await office.do("preview", *AS_OF, lang="zh")
    assert code == 1
    for words in (
        "区公安分局交警",
        "查扣车辆后通知法院",
        "到期变动",
        "2024-03-03T09:30:00+08:00 → 2024-03-04",
    ):
        assert words in said, said
    found = await office.told("preview", *AS_OF)
    (row,) = found["effects"]
    assert (row["body"], row["rule"], row["clauses"]) == ("traffic_police", "qiaonan.vehicle.notify", ["1"])
    assert (row["effect"], row["count"], found["differing"]) == ("moved", CASES, CASES)
    assert [len(one["obligations"]) for one in found["found"]] == [1] * CASES
    # Nothing has moved, and nobody was asked.
    assert not await office.registered.verify()
    assert {each.due_at.seconds for each in (await office.registered.duties()).values()} != set()


@pytest.mark.parametrize(
    ("edit", "effects"),
    [
        (OTHER_BEARER, {("traffic_police", "bearer"), ("tax", "bearer")}),
        (ENDS, {("traffic_police", "gone"), ("party_committee", "gone")}),
    ],
    ids=["another bearer", "a version that ends"],
)
async def test_a_preview_tells_apart_what_would_become_of_a_duty(
    office: Office, edit: Any, effects: set[tuple[str, str]]
) -> None:
    edited(office.root, edit)
    found = await office.told("preview", *AS_OF)
    assert {(row["body"], row["effect"]) for row in found["effects"]} == effects


async def test_a_preview_says_which_cases_could_not_be_derived(office: Office) -> None:
    edited(office.root, NO_CODE)
    found = await office.told("preview", *AS_OF)
    assert found["unfit"] == [{"district": "qiaonan", "code": "LNK802", "cases": CASES}]
    assert (await office.do("preview", *AS_OF))[0] == 1


async def test_a_preview_that_was_broken_off_goes_on(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited(office.root, LONGER)
    whole = await office.told("preview", *AS_OF)
    file = tmp_path / "preview.jsonl"
    monkeypatch.setattr("server.commands.adopting.PAGE", 2)
    get, looked = Keeper.get, list[str]()

    async def dying(self: Keeper, district: str, case_id: str) -> Any:
        looked.append(case_id)
        if len(looked) == 4:
            raise KeyboardInterrupt
        return await get(self, district, case_id)

    monkeypatch.setattr(Keeper, "get", dying)
    assert (await office.do("preview", *AS_OF, "--save", str(file)))[0] not in (0, 1)
    file.write_bytes(file.read_bytes() + b'["qiaonan", "c')  # it died while it wrote
    again = await office.told("preview", *AS_OF, "--save", str(file))
    assert looked[4:] == ["c2", "c3", "c4"]
    assert again == whole
    assert await office.told("preview", *AS_OF, "--save", str(file)) == whole
    edited(office.root, OTHER_BEARER)
    code, said = await office.do("preview", *AS_OF, "--save", str(file))
    assert (code, "LNK089" in said) == (2, True)


async def test_adopting_asks_notes_who_and_moves(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    edited(office.root, LONGER)
    await publish(office)
    assert (await office.do("status"))[0] == 1
    code, said = await office.do("adopt")  # nobody answers
    assert code != 0
    assert (await office.told("status"))["waiting"] == CASES
    code, said = await office.do("adopt", "--yes")
    assert (code, f"{CASES} cases moved" in said) == (0, True), said
    (row,) = [row for row in (await office.told("status"))["districts"] if row["district"] == "qiaonan"]
    assert (row["decided"], row["waiting"], len(row["cases"])) == ("adopted", 0, 1)
    assert row["decided_by"]
    assert (await office.do("status"))[0] == 0
    assert not await office.registered.verify()


async def test_killed_in_the_middle_of_adopting_it_goes_on_and_tells_nothing_twice(
    any_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = any_office
    edited(office.root, LONGER)
    await publish(office)
    whole, written = keeping._write_changes, list[str]()

    async def dying(connection: Any, writing: Any) -> Any:
        found = await whole(connection, writing)
        written.append(writing.case_id)
        if len(written) == 3:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(keeping, "_write_changes", dying)
    assert (await office.do("adopt", "--yes"))[0] != 0
    monkeypatch.undo()
    status = await office.told("status")
    assert 0 < status["waiting"] < CASES
    # The server that runs goes on with it, as the command would.
    await office.mover.run()
    code, said = await office.do("adopt", "--yes")
    assert (code, "0 cases moved" in said) == (0, True), said
    for number in range(CASES):
        duty = (await office.registered.duties(case_id=f"c{number}"))["qiaonan.vehicle.notify"]
        history = (await office.registered.call("GetObligation", obligation_id=duty.id)).history
        assert [each.why for each in history].count(3) == 1
    assert not await office.registered.verify()


async def test_rejected_rules_are_no_more_reminded_of(office: Office) -> None:
    edited(office.root, LONGER)
    await publish(office)
    code, said = await office.do("reject", "--yes")
    assert (code, "rejected" in said) == (0, True)
    assert (await office.do("status"))[0] == 0
    assert (await office.told("status"))["districts"][-1]["decided"] == "rejected"


async def test_adopted_before_they_serve(office: Office) -> None:
    edited(office.root, LONGER)
    code, said = await office.do("adopt", "--yes")
    assert (code, "not serving yet" in said) == (0, True), said
    assert (await office.told("status"))["waiting"] == 0
    await publish(office)
    assert len((await office.told("status"))["districts"][-1]["cases"]) == 1
    assert not await office.registered.verify()


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_wrong_input_is_told(office: Office, lang: str) -> None:
    for words, code in (
        (("preview", "--district", "qiaonn"), "LNK810"),
        (("preview", "--as-of", "soon"), "LNK879"),
        (("adopt", "--district", "qiaobie"), "LNK810"),
    ):
        exit_code, said = await office.do(*words, lang=lang)
        assert (exit_code, code in said) == (2, True), said
    edited(office.root, ("qiaonan/duties.yaml", "traffic_police", "trafic_police"))
    exit_code, said = await office.do("adopt", "--yes", lang=lang)
    assert (exit_code, "LNK907" in said) == (2, True), said


async def test_time_goes_on_for_what_is_compared(office: Office) -> None:
    """A case is brought up to the moment under its own rules: time that passed is nothing of the new ones."""
    edited(office.root, LONGER)
    office.registered.clock.now += 4 * DAY
    found = await office.told("preview", "--as-of", "2024-03-06T10:30:00+08:00")
    effects = {(row["rule"], row["effect"]) for row in found["effects"]}
    assert ("qiaonan.vehicle.notify", "moved") in effects
    assert not await office.registered.verify()


async def test_a_case_that_is_never_decided_is_left_to_the_service(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited(office.root, LONGER)
    await publish(office)
    whole = Mover.one

    async def one(self: Mover, district: str, name: str, adopted: bool) -> Seen:
        return BUSY if name == "c0" else await whole(self, district, name, adopted)

    monkeypatch.setattr(Mover, "one", one)
    code, said = await office.do("adopt", "--yes")
    assert (code, "4 cases moved" in said, "1 cases could not be decided now" in said) == (0, True, True), (
        said
    )
