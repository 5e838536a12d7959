"""What is wrong with one case, or what is slow, holds nobody else up: damaged rows, no room, many to move."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, update

from server.convert.ends import NoAnswer
from server.identity.refusals import Busy
from server.register.kept import Kept, Writing
from server.register.moving import Mover
from server.register.ticking import ATTEMPTS, Ticker
from server.settings.logs import kept_events
from server.store.register import CASES, ENTRIES
from tests.server.register.conftest import DAY, HOUR, RULES, START, Registered, Starting, seized
from tests.server.register.test_adoption import LONGER, edited

NOTIFY = "qiaonan.vehicle.notify"


async def two_cases(registered: Registered) -> None:
    """c1 and c2, of each of which a notice is owed."""
    for case in ("c1", "c2"):
        await registered.open(id=case)
    registered.clock.now += HOUR
    for case in ("c1", "c2"):
        await registered.call("RecordEvents", case_id=case, entries=[seized()])


async def damage(registered: Registered, case: str) -> None:
    """Somebody alters what is recorded of a case."""
    async with registered.keeper.engine.begin() as connection:
        await connection.execute(update(ENTRIES).where(ENTRIES.c.case_id == case).values(content=b"\xff"))


async def fault_of(registered: Registered, case: str) -> str:
    async with registered.keeper.engine.connect() as connection:
        query = select(CASES.c.fault).where(CASES.c.case_id == case)
        return str((await connection.execute(query)).scalar_one())


async def late(registered: Registered, case: str) -> bool:
    return bool((await registered.duties(case_id=case))[NOTIFY].HasField("violated_at"))


async def test_time_goes_on_past_a_damaged_case(registered: Registered) -> None:
    await two_cases(registered)
    query = select(ENTRIES.c.number, ENTRIES.c.content).where(ENTRIES.c.case_id == "c1")
    async with registered.keeper.engine.connect() as connection:
        rows = (await connection.execute(query)).all()
    await damage(registered, "c1")
    await registered.pass_time(3 * DAY)
    assert await late(registered, "c2")
    assert await fault_of(registered, "c1") == "LNK964"
    assert [(each.case_id, each.code) for each in await registered.verify()] == [("c1", "LNK964")]
    assert await registered.tick() == 0
    async with registered.keeper.engine.begin() as connection:  # somebody puts the rows back
        for number, content in rows:
            own = (ENTRIES.c.case_id == "c1") & (ENTRIES.c.number == number)
            await connection.execute(update(ENTRIES).where(own).values(content=content))
    await registered.pass_time(2 * HOUR)
    assert await late(registered, "c1")
    assert not await registered.verify()


async def test_other_rules_reach_the_cases_beside_a_damaged_one(
    start_register: Starting, any_database: str, tmp_path: Path
) -> None:
    root = tmp_path / "own-rules"
    shutil.copytree(RULES, root)
    async with start_register(any_database, rules=str(root)) as registered:
        mover = Mover(registered.register, registered.clock)
        await mover.run()
        await two_cases(registered)
        await damage(registered, "c1")
        edited(root, LONGER)
        assert await registered.running.rules.reload()
        assert await mover.run() == 2
        assert await mover.adoptions.waiting("qiaonan", "", 5) == ["c1", "c2"]
        seen = await mover.one("qiaonan", "c1", True)
        assert (seen.moved, seen.unfit) == (False, "LNK964")


async def test_a_case_for_which_there_is_no_room_is_not_given_up(
    on_sqlite: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two_cases(on_sqlite)
    ticker = Ticker(on_sqlite.register, on_sqlite.clock, 1.0)
    on_sqlite.clock.now += 3 * DAY

    async def busy(kept: Kept, now: int) -> Writing:
        raise Busy

    async def silent(kept: Kept, now: int) -> Writing:
        raise NoAnswer("slow")

    monkeypatch.setattr(on_sqlite.register, "passed", busy)
    for _ in range(ATTEMPTS + 1):
        assert await ticker.tick() == 0
    monkeypatch.undo()
    monkeypatch.setattr(on_sqlite.register, "passed", silent)
    for _ in range(ATTEMPTS - 1):
        assert await ticker.tick() == 0
    monkeypatch.undo()
    assert await ticker.tick() == 2
    assert await late(on_sqlite, "c1")
    # Once it was decided, what failed before does not count any more.
    await on_sqlite.record(seized("e2", at="2024-03-05T02:00:00Z"))
    on_sqlite.clock.now += 3 * DAY
    monkeypatch.setattr(on_sqlite.register, "passed", silent)
    for number in range(ATTEMPTS):
        assert not await fault_of(on_sqlite, "c1"), number
        await ticker.tick()
    assert await fault_of(on_sqlite, "c1") == "LNK042"


async def test_time_goes_on_while_cases_move_to_other_rules(
    start_register: Starting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "own-rules"
    shutil.copytree(RULES, root)
    async with start_register(f"sqlite:///{tmp_path / 'm.sqlite3'}", rules=str(root)) as registered:
        mover = Mover(registered.register, registered.clock)
        await mover.run()
        await two_cases(registered)
        edited(root, LONGER)
        assert await registered.running.rules.reload()
        whole, seen = mover.step, []

        async def slow() -> int:
            seen.append(await late(registered, "c1"))
            found = await whole()
            registered.clock.now += 3 * DAY
            return found

        monkeypatch.setattr(mover, "step", slow)
        await Ticker(registered.register, registered.clock, 1.0, mover).tick()
        assert seen[:2] == [False, True]


async def test_a_claim_ends_in_time_and_the_rest_is_anybodys(
    registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cases are worked out within the transaction that claims them: it must not last as long as they like."""
    await two_cases(registered)
    monkeypatch.setattr("server.register.keeping.CLAIM_SECONDS", 0.0)
    registered.clock.now += 3 * DAY
    claims = registered.keeper.engine.dialect.name == "postgresql"
    ticker = Ticker(registered.register, registered.clock, 1.0)
    assert await ticker.step(registered.clock.now) == (1 if claims else 2)
    assert [await late(registered, "c1"), await late(registered, "c2")].count(True) == (1 if claims else 2)
    await registered.tick()
    assert await late(registered, "c1")
    assert await late(registered, "c2")
    assert not await registered.verify()


async def test_a_clock_that_is_far_ahead_makes_nothing_overdue(registered: Registered) -> None:
    """It is compared with another one at once where it leaps, and goes on by itself once it is right."""
    await two_cases(registered)
    right, clock = registered.clock.now, registered.clock
    off = 0

    async def ahead(now: int) -> int:
        return now - right - off

    ticker = Ticker(registered.register, clock, 1.0, ahead=ahead)
    assert await ticker.tick() == 0
    clock.now += 3 * DAY
    with kept_events() as events:
        assert [await ticker.tick(), await ticker.tick()] == [0, 0]
    assert [name for _, name, _ in events] == ["register_clock"]
    assert not await late(registered, "c1")
    off = 3 * DAY  # the days have gone by
    assert await ticker.tick() == 2
    assert await late(registered, "c1")


async def test_postgresql_has_a_clock_of_its_own(registered: Registered) -> None:
    """By it the tests' own clock, which stands in 2024, is behind, and one in 2098 ahead; SQLite has none."""
    keeper = registered.keeper
    other = keeper.engine.dialect.name == "postgresql"
    assert (await keeper.ahead(START) < 0) is other
    assert (await keeper.ahead(START + 74 * 365 * DAY) > 0) is other
