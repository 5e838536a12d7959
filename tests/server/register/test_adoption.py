"""Other rules serve: what they would change is listed, and moves once somebody has adopted them."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from linkage.v1 import adoption_service_pb2 as api
from linkage.v1 import adoption_service_pb2_grpc as stubs
from linkage.v1 import register_pb2
from policy.decide.decision import ENGINE_VERSION
from server.register.adoptions import Adoptions, Outcome
from server.register.kept import Regime
from server.register.moving import Adopt, Mover
from tests.server.register.conftest import HOUR, RULES, Registered, Starting, asked, seized
from tests.server.register.test_life import kinds

Edit = tuple[str, str, str]
"""File, what stands there, what takes its place."""

LONGER: Edit = (
    "qiaonan/duties.yaml",
    "{within: 24 hours, from: seizure.at}",
    "{within: 48 hours, from: seizure.at}",
)
TITLE: Edit = ("qiaonan/pack.yaml", "summary: 查扣车辆后的通知", "summary: 查扣以后的通知")
OTHER_BEARER: Edit = (
    "qiaonan/duties.yaml",
    "bearer: traffic_police\n    counterparty: court\n    action: notify_court",
    "bearer: tax\n    counterparty: court\n    action: notify_court",
)
NO_CODE: Edit = ("vocabulary.yaml", "  vehicle: {zh: 车辆, en: vehicle}\n", "  boat: {zh: 船, en: boat}\n")
ENDS: Edit = ("qiaonan/pack.yaml", "{from: 2020-01-01, ", "{from: 2020-01-01, to: 2024-03-01, ")


def edited(root: Path, *edits: Edit) -> None:
    """Changes files of rules."""
    for name, old, new in edits:
        file = root / name
        text = file.read_text(encoding="utf-8")
        assert old in text, name
        file.write_text(text.replace(old, new, 1), encoding="utf-8")


class Changing:
    """A register whose rules a test changes."""

    def __init__(self, registered: Registered, root: Path) -> None:
        self.registered = registered
        self.root = root
        self.mover = Mover(registered.register, registered.clock)

    @property
    def adoptions(self) -> Adoptions:
        return self.mover.adoptions

    async def publish(self, *edits: Edit) -> str:
        """Other rules serve from now on, and every case is looked at; their digest."""
        edited(self.root, *edits)
        assert await self.registered.running.rules.reload()
        await self.mover.run()
        return self.digest

    @property
    def digest(self) -> str:
        return self.registered.register.rules.current.snapshot.digest

    @property
    def regime(self) -> Regime:
        return self.registered.register.rules.regime

    async def say(self, outcome: Outcome) -> None:
        """Somebody decides."""
        now = self.registered.clock.now
        await self.adoptions.say(["qiaonan"], self.regime, outcome, now, "somebody")
        await self.mover.run()

    async def rules(self, case_id: str = "c1") -> str:
        found = await self.registered.call("GetCase", case_id=case_id)
        return str(found.case.rules_digest)


@pytest.fixture
async def changing(start_register: Starting, any_database: str, tmp_path: Path) -> AsyncIterator[Changing]:
    """A register with a case of which a notice is owed, on each kind of database in turn."""
    root = tmp_path / "own-rules"
    shutil.copytree(RULES, root)
    async with start_register(any_database, rules=str(root)) as registered:
        found = Changing(registered, root)
        await found.mover.run()
        await registered.open()
        registered.clock.now += HOUR
        await registered.record(seized())
        yield found


async def test_what_would_change_waits_and_moves_once_it_is_adopted(changing: Changing) -> None:
    registered = changing.registered
    before = (await registered.duties())["qiaonan.vehicle.notify"]
    old = changing.digest
    new = await changing.publish(LONGER)
    assert new != old
    assert await changing.adoptions.counts() == {"qiaonan": 1}
    assert (await registered.duties())["qiaonan.vehicle.notify"].due_at == before.due_at
    # What is recorded meanwhile is judged by the rules that it stands under, and the answer says which wait.
    answer = await registered.record(asked("r1", "tax_query", "tax"))
    assert (answer.recorded.case.rules_digest, answer.recorded.case.rules_waiting) == (old, new)
    assert not await registered.verify()
    await changing.say(Outcome.ADOPTED)
    after = (await registered.duties())["qiaonan.vehicle.notify"]
    assert after.due_at.seconds - before.due_at.seconds == 24 * 3600
    (change,) = [
        each
        for each in (await registered.call("GetObligation", obligation_id=after.id)).history
        if each.why == register_pb2.WHY_RULES
    ]
    assert change.kind == register_pb2.CHANGE_KIND_MOVED
    case = (await registered.call("GetCase", case_id="c1")).case
    assert (case.rules_digest, case.rules_waiting) == (new, "")
    assert await changing.adoptions.counts() == {}
    assert not await registered.verify()


async def test_whoever_decides_looks_at_what_would_change(changing: Changing) -> None:
    """Case by case, a page at a time; then there is nothing left."""
    registered = changing.registered
    await registered.open(id="c2")
    await registered.call("RecordEvents", case_id="c2", entries=[seized()])
    digest = await changing.publish(LONGER)
    stub = stubs.AdoptionServiceStub(registered.channel)
    request = api.ListRuleChangesRequest(district="qiaonan", page_size=1, language="en")
    found = await stub.ListRuleChanges(request)
    assert (found.rules_digest, found.waiting_cases, found.rejected) == (digest, 2, False)
    (case,) = found.cases
    (duty,) = case.obligations
    assert (case.case_id, duty.effect, duty.title, duty.bearers[0].code) == (
        "c1",
        api.RULE_EFFECT_MOVED,
        "notify the court of a seized vehicle",
        "traffic_police",
    )
    assert duty.due_at.seconds - duty.due_before.seconds == 24 * 3600
    request.page_token = found.next_page_token
    last = await stub.ListRuleChanges(request)
    assert ([each.case_id for each in last.cases], last.next_page_token) == (["c2"], "")
    await changing.publish(OTHER_BEARER)
    with pytest.raises(grpc.aio.AioRpcError, match="of another list"):
        await stub.ListRuleChanges(request)  # a page of other rules


async def test_rules_that_change_nothing_of_a_case_move_it_by_themselves(changing: Changing) -> None:
    """Also its rules' first day is found then: nothing is told, since nothing is different."""
    registered = changing.registered
    await registered.open(id="c2")  # nothing is owed of it
    position = len((await registered.call("ListObligations", include_ended=True)).obligations)
    new = await changing.publish(LONGER)
    assert await changing.rules("c2") == new
    assert await changing.rules("c1") != new
    assert len((await registered.call("ListObligations", include_ended=True)).obligations) == position
    assert not await registered.verify()


async def test_new_cases_are_of_the_rules_that_serve(changing: Changing) -> None:
    registered = changing.registered
    new = await changing.publish(LONGER)
    await registered.open(id="c3")
    answer = await registered.call("RecordEvents", case_id="c3", entries=[seized()])
    assert answer.recorded.case.rules_digest == new
    duty = (await registered.duties(case_id="c3"))["qiaonan.vehicle.notify"]
    assert duty.due_at.seconds - duty.arose_at.seconds == 48 * 3600


async def test_rejected_rules_move_nothing_and_others_are_asked_about_anew(changing: Changing) -> None:
    registered, old = changing.registered, changing.digest
    await changing.publish(LONGER)
    await changing.say(Outcome.REJECTED)
    assert await changing.rules() == old
    # Back to what was: nothing to ask.
    assert await changing.publish((LONGER[0], LONGER[2], LONGER[1])) == old
    assert await changing.adoptions.counts() == {}
    other = await changing.publish(OTHER_BEARER)
    assert await changing.adoptions.counts() == {"qiaonan": 1}
    await changing.say(Outcome.ADOPTED)
    assert await changing.rules() == other
    duty = (await registered.duties())["qiaonan.vehicle.notify"]
    assert [body.code for body in duty.bearers] == ["tax"]
    told = (await registered.keeper.history("qiaonan", duty.id))[-1]
    assert told.former == ("traffic_police",)  # whose it is no more, is told
    assert {"traffic_police", "tax"} <= set(told.bodies)
    assert not await registered.verify()


async def test_going_back_is_asked_for_too(changing: Changing) -> None:
    old = changing.digest
    new = await changing.publish(LONGER)
    await changing.say(Outcome.ADOPTED)
    assert await changing.publish((LONGER[0], LONGER[2], LONGER[1])) == old
    assert await changing.rules() == new
    assert await changing.adoptions.counts() == {"qiaonan": 1}


async def test_adopted_beforehand_they_move_as_soon_as_they_serve(changing: Changing) -> None:
    edited(changing.root, LONGER)
    active = await changing.registered.running.rules.prepared()
    now, digest = changing.registered.clock.now, active.snapshot.digest
    regime = Regime(digest, ENGINE_VERSION)
    await changing.adoptions.say(["qiaonan"], regime, Outcome.ADOPTED, now, "somebody")
    assert await changing.rules() != digest
    assert await changing.publish() == digest
    assert await changing.rules() == digest


async def test_rules_that_do_not_know_a_code_leave_the_case_where_it_is(changing: Changing) -> None:
    """It goes on under its own, also once they are adopted; what else waits is not held up by it."""
    registered, old = changing.registered, changing.digest
    await registered.open(id="c2", properties=[], parties=[])
    without = seized()
    del without["event"]["property"]
    await registered.call("RecordEvents", case_id="c2", entries=[without])
    new = await changing.publish(NO_CODE, LONGER)
    await changing.say(Outcome.ADOPTED)
    assert (await changing.rules("c1"), await changing.rules("c2")) == (old, new)
    assert await changing.adoptions.counts() == {"qiaonan": 1}
    notice = {"id": "n1", "type": "court_notified", "at": "2024-03-02T01:40:00Z", "about": "e1"}
    answer = await registered.record({"id": "n1", "event": {**notice, "actor": "traffic_police"}})
    assert ("ended", "vehicle.notify", "entries") in kinds(answer)
    assert not await registered.verify()


async def test_a_version_that_ends_takes_its_duties_away_only_once_adopted(changing: Changing) -> None:
    registered = changing.registered
    await changing.publish(ENDS)
    assert "qiaonan.vehicle.notify" in await registered.duties()
    await changing.say(Outcome.ADOPTED)
    assert await registered.duties() == {}
    assert not await registered.verify()


async def test_another_processs_older_rules_move_nothing(
    changing: Changing, start_register: Starting, any_database: str
) -> None:
    new = await changing.publish(LONGER)
    await changing.say(Outcome.ADOPTED)
    async with start_register(any_database, changing.registered.clock) as older:
        other = Mover(older.register, older.clock)
        other._announced = older.register.rules.regime  # it has served since before
        await other.run()
        assert await changing.rules() == new
        await older.record(asked("r1", "tax_query", "tax"))
        assert await changing.rules() == new
        assert not await older.verify()


async def test_where_the_settings_say_so_they_move_at_once(changing: Changing) -> None:
    changing.mover = Mover(changing.registered.register, changing.registered.clock, Adopt.AT_ONCE)
    new = await changing.publish(LONGER)
    assert await changing.rules() == new
    standing = (await changing.adoptions.standing())["qiaonan"]
    assert standing.of(Regime(new, ENGINE_VERSION)) is Outcome.ADOPTED
    assert not await changing.registered.verify()


async def test_another_districts_pack_is_taken_without_deciding_again(
    changing: Changing, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered, other = changing.registered, changing.root / "qiaobei"
    shutil.copytree(changing.root / "qiaonan", other)
    for file in other.glob("*.yaml"):
        file.write_text(file.read_text(encoding="utf-8").replace("qiaonan", "qiaobei"), encoding="utf-8")

    async def never(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(registered.register, "moved", never)
    new = await changing.publish()
    assert await changing.rules() == new
    monkeypatch.undo()
    assert not await registered.verify()
