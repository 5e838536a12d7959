"""A program whose engine decides otherwise: as other rules do, it moves cases once that is adopted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from linkage.v1 import adoption_service_pb2 as api
from linkage.v1 import adoption_service_pb2_grpc as stubs
from linkage.v1 import register_pb2
from policy.cli import run
from policy.decide.decision import ENGINE_VERSION
from policy.register import CaseState, derived
from server.cli import app
from server.register.adoptions import Outcome
from server.register.moving import Adopt, Mover
from server.store.database import open_database, parse_url
from server.store.migrate import config_for
from tests.server.logging_state import restored_logging
from tests.server.logs import key_setting
from tests.server.register.conftest import HOUR, RULES, Clock, Registered, Starting, asked, seized
from tests.server.register.test_life import kinds

FORMER = "4"
"""An engine of before, which counts a due time a day longer."""
DAY_SECONDS = 24 * 3600


def longer(*args: Any, **named: Any) -> CaseState:
    """What that engine makes of a case."""
    state = derived(*args, **named)
    duties = tuple(
        duty if duty.due_at is None else duty._replace(due_at=duty.due_at + 24 * HOUR)
        for duty in state.duties
    )
    return state._replace(duties=duties)


class Upgraded:
    """A register with a case of which a notice is owed, decided by an engine of before."""

    def __init__(self, registered: Registered) -> None:
        self.registered = registered
        self.mover = Mover(registered.register, registered.clock)

    async def duty(self) -> Any:
        return (await self.registered.duties())["qiaonan.vehicle.notify"]

    async def case(self) -> Any:
        return (await self.registered.call("GetCase", case_id="c1")).case


Of = Callable[..., CaseState]


async def of_before(registered: Registered, monkeypatch: pytest.MonkeyPatch, engine: Of = longer) -> Upgraded:
    """The case of that engine, and the program that came after it."""
    registered.register.rules.engine = FORMER
    monkeypatch.setattr("policy.register.advance.derived", engine)
    found = Upgraded(registered)
    await found.mover.run()
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(seized())
    monkeypatch.undo()
    registered.register.rules.engine = ENGINE_VERSION
    return found


@pytest.fixture
async def upgraded(
    start_register: Starting, any_database: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Upgraded]:
    """One on each kind of database in turn."""
    async with start_register(any_database) as registered:
        yield await of_before(registered, monkeypatch)


async def test_what_the_engine_would_change_waits_and_moves_once_it_is_adopted(upgraded: Upgraded) -> None:
    registered, before = upgraded.registered, await upgraded.duty()
    (wrong,) = await registered.verify()
    assert (wrong.code, wrong.stored, wrong.found) == ("LNK093", FORMER, ENGINE_VERSION)
    await upgraded.mover.run()
    case = await upgraded.case()
    assert (case.engine_version, case.rules_waiting) == (FORMER, case.rules_digest)
    assert (await upgraded.duty()).due_at == before.due_at
    stub = stubs.AdoptionServiceStub(registered.channel)
    found = await stub.ListRuleChanges(api.ListRuleChangesRequest(district="qiaonan"))
    ((duty,),) = [each.obligations for each in found.cases]
    assert (found.engine_version, duty.effect) == (ENGINE_VERSION, api.RULE_EFFECT_MOVED)
    assert duty.due_before.seconds - duty.due_at.seconds == DAY_SECONDS
    await upgraded.mover.adoptions.say(
        ["qiaonan"], registered.register.rules.regime, Outcome.ADOPTED, registered.clock.now, "somebody"
    )
    await upgraded.mover.run()
    after, case = await upgraded.duty(), await upgraded.case()
    assert before.due_at.seconds - after.due_at.seconds == DAY_SECONDS
    assert (case.engine_version, case.rules_waiting) == (ENGINE_VERSION, "")
    history = (await registered.call("GetObligation", obligation_id=after.id)).history
    assert [each.kind for each in history if each.why == register_pb2.WHY_RULES] == [
        register_pb2.CHANGE_KIND_MOVED
    ]
    assert not await registered.verify()


async def test_what_comes_next_is_decided_by_the_engine_that_is_there(upgraded: Upgraded) -> None:
    """There is no other: an entry moves the case, told apart from what the entry does."""
    await upgraded.mover.run()
    answer = await upgraded.registered.record(asked("r1", "tax_query", "tax"))
    assert {("moved", "vehicle.notify", "rules"), ("created", "query.tax", "entries")} <= set(kinds(answer))
    assert (await upgraded.case()).engine_version == ENGINE_VERSION
    assert await upgraded.mover.adoptions.counts() == {}
    assert not await upgraded.registered.verify()


async def test_so_does_time(upgraded: Upgraded) -> None:
    await upgraded.mover.run()
    await upgraded.registered.pass_time(20 * 24 * HOUR)
    assert (await upgraded.case()).engine_version == ENGINE_VERSION
    assert (await upgraded.duty()).HasField("violated_at")
    assert not await upgraded.registered.verify()


async def test_damage_is_damage_whichever_engine_decided(upgraded: Upgraded) -> None:
    engine = upgraded.registered.keeper.engine
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE register_obligations SET state = 'overdue'"))
    (wrong,) = await upgraded.registered.verify()
    assert (wrong.code, wrong.what) == ("LNK032", "state")


async def test_an_engine_that_decides_the_same_moves_nothing(
    start_register: Starting, any_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start_register(any_database) as registered:
        found = await of_before(registered, monkeypatch, derived)
        history = (await registered.call("GetObligation", obligation_id=(await found.duty()).id)).history
        assert not await registered.verify()
        await found.mover.run()
        assert (await found.case()).engine_version == ENGINE_VERSION
        again = (await registered.call("GetObligation", obligation_id=(await found.duty()).id)).history
        assert list(again) == list(history)


async def test_where_the_settings_say_so_it_moves_at_once(upgraded: Upgraded) -> None:
    await Mover(upgraded.registered.register, upgraded.registered.clock, Adopt.AT_ONCE).run()
    assert (await upgraded.case()).engine_version == ENGINE_VERSION
    assert not await upgraded.registered.verify()


async def test_the_commands_tell_it(upgraded: Upgraded, any_database: str, capsys: Any) -> None:
    """Before the new program serves, too: the preview is what it would change."""
    base = ["--database", any_database, "--set", f"log.keys={key_setting(any_database)}", "--format", "json"]

    async def told(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        with restored_logging():
            code = await asyncio.to_thread(run, app, ["register", *words, *base])
        return code, json.loads(capsys.readouterr().out)

    code, found = await told("preview", "--rules", str(RULES))
    assert (code, [row["effect"] for row in found["effects"]]) == (1, ["moved"])
    code, found = await told("verify")
    assert (code, [each["code"] for each in found["differences"]]) == (1, ["LNK093"])
    await upgraded.mover.run()
    code, found = await told("status")
    assert (code, found["districts"][0]["engine"], found["districts"][0]["engines"]) == (
        1,
        ENGINE_VERSION,
        {FORMER: 1},
    )


async def test_a_register_from_before_is_compared(any_database: str, start_register: Starting) -> None:
    """Down and up again with data: nobody knows which engine it was, and nothing is different."""
    clock = Clock()
    async with start_register(any_database, clock) as registered:
        await registered.open()
        await Mover(registered.register, clock).run()
    engine = create_async_engine(parse_url(any_database))
    async with engine.begin() as connection:
        await connection.run_sync(lambda c: command.downgrade(config_for(c), "0011"))
    await engine.dispose()
    await (await open_database(any_database)).dispose()
    async with start_register(any_database, clock) as registered:
        found = Upgraded(registered)
        await found.mover.run()
        case = await found.case()
        assert (case.engine_version, case.rules_waiting) == (ENGINE_VERSION, "")
        assert not await registered.verify()
