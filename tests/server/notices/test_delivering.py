"""Deliveries: each change once to each of those whose it is, in order, whatever fails; on both databases."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import select, update

from policy.time.moment import NANO
from server.notices.delivering import HOLD_SECONDS
from server.notices.outbox import Outbox
from server.notices.ports import Delivered, Gone, Notice, Outcome, Refused, TryAgain
from server.notices.replaying import replay_places
from server.notices.standing import letters, standings
from server.settings.logs import kept_events
from server.store.errors import NotKept
from server.store.notices import DELIVERIES
from server.store.register import CHANGES
from tests.server.notices.conftest import Post, Receiver, subscription
from tests.server.register.conftest import DAY, HOUR, Registered, Starting, asked, seized


async def filled(registered: Registered) -> list[Any]:
    """A case whose duties arise, are accepted, become overdue; the rows of the stream."""
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(
        seized(), asked("t1", "tax_query", "tax"), asked("m1", "marriage_query", "civil_affairs")
    )
    duties = await registered.duties()
    tax = duties["qiaonan.query.tax"]
    await registered.call("AcceptObligation", obligation_id=tax.id, event_id="a1", handler="h1")
    await registered.pass_time(3 * DAY)
    return await stream(registered)


async def stream(registered: Registered) -> list[Any]:
    async with registered.keeper.engine.connect() as connection:
        return list((await connection.execute(select(CHANGES).order_by(CHANGES.c.position))).all())


async def test_the_court_is_told_everything_and_a_department_its_own(registered: Registered) -> None:
    changes = await filled(registered)
    court, tax, police = Receiver(), Receiver(), Receiver()
    post = Post(
        registered,
        subscription("court", court),
        subscription("tax", tax, "tax"),
        subscription("police", police, "traffic_police"),
    )
    await post.all()
    by_obligation: dict[str, list[int]] = {}
    for position, _, obligation in court.told:
        by_obligation.setdefault(obligation, []).append(position)
    assert sorted(position for position, _, _ in court.told) == [row.position for row in changes]
    assert all(positions == sorted(positions) for positions in by_obligation.values())
    seen = {row.obligation for row in changes} & {
        each.id for each in (await registered.call("ListObligations", body="tax")).obligations
    }
    assert {obligation for _, _, obligation in tax.told} == seen != set()
    assert {each.told.rule for each in police.got} >= {"qiaonan.vehicle.notify"}
    assert not {each.told.rule for each in police.got} & {"qiaonan.query.tax"}
    await post.all()
    assert len(court.got) == len(changes)  # and nothing twice


async def test_it_begins_where_it_was_made_and_tells_what_it_was_asked_for(registered: Registered) -> None:
    before = await filled(registered)
    late, overdue = Receiver(), Receiver()
    post = Post(
        registered,
        subscription("late", late, from_start=False),
        subscription("overdue", overdue, kinds=frozenset(("overdue",))),
    )
    await post.deliverer.begin()
    await post.all()
    assert late.got == []
    assert {each.told.state[1] for each in overdue.got} == {"overdue"}
    assert {each.told.kind.value for each in overdue.got} == {"state"}
    await registered.record(seized("e2", at="2024-03-05T01:00:00Z"))
    await post.all()
    assert [each.told.position for each in late.got] == [len(before) + 1, len(before) + 2]


async def test_a_lost_answer_sends_it_again_under_the_same_id(registered: Registered) -> None:
    await filled(registered)

    def lost(notice: Notice) -> Outcome:
        return TryAgain(None, "timeout") if notice.attempt == 1 else Delivered()

    receiver = Receiver(lost)
    post = Post(registered, subscription("court", receiver))
    await post.all()
    first = {each.id for each in receiver.got}
    await post.all()
    assert len(receiver.got) == len(first)  # not before its time
    while (await standings(registered.keeper, post.clock.now))[0].waiting:
        registered.clock.now += 5 * NANO
        await post.all()
    counted = Counter(each.id for each in receiver.got)
    assert set(counted.values()) == {2}
    assert {each.id for each in receiver.got if each.attempt == 2} == set(counted)
    order: dict[str, list[int]] = {}
    for each in receiver.got:
        order.setdefault(each.told.obligation, []).append(each.told.position)
    assert all(positions == sorted(positions) for positions in order.values())


async def test_a_process_that_dies_between_claiming_and_noting_is_taken_over(registered: Registered) -> None:
    await filled(registered)
    receiver = Receiver()
    post, dead = Post(registered, subscription("court", receiver)), Outbox(registered.keeper)
    await post.spread()
    until = post.clock.now + round(HOLD_SECONDS * NANO)
    lost = await dead.claim("court", ["qiaonan"], post.clock.now, until, 3)
    assert len(lost) == 3
    await post.all()
    held = {each.obligation for each in lost}
    assert not {each.told.obligation for each in receiver.got} & held
    registered.clock.now = until
    await post.all()
    assert {each.told.position: each.attempt for each in receiver.got} | dict.fromkeys(
        (each.position for each in lost), 2
    ) == {each.told.position: each.attempt for each in receiver.got}
    for each in lost:  # it was only slow: what it notes now changes nothing
        await dead.again(each, until + DAY, "timeout", until)
        assert not await dead.given_up(each, "timeout", until, "dead")
    await post.all()
    (standing,) = await standings(registered.keeper, registered.clock.now)
    assert (standing.waiting, standing.dead) == (0, 0)
    assert len(receiver.got) == len({each.id for each in receiver.got})


async def test_what_arrives_after_it_was_given_up_has_arrived(registered: Registered) -> None:
    """One process was slow, another gave up meanwhile: the receiver has it, and nobody is told otherwise."""
    await filled(registered)
    post, slow = Post(registered, subscription("court", Receiver())), Outbox(registered.keeper)
    await post.spread()
    until = post.clock.now + round(HOLD_SECONDS * NANO)
    (held, *_) = await slow.claim("court", ["qiaonan"], post.clock.now, until, 1)
    taken = await post.outbox.claim("court", ["qiaonan"], until, until + DAY, 100)
    (again,) = [each for each in taken if each.position == held.position]
    assert await post.outbox.given_up(again, "http_400", until, "dead")
    await slow.delivered(held, until)
    (standing,) = await standings(registered.keeper, until)
    assert (standing.dead, standing.delivered) == (0, 1)
    assert await letters(registered.keeper, "court", 10) == []


async def test_what_the_database_did_not_note_when_it_came_is_noted_before_more_is_sent(
    registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(registered)
    receiver = Receiver()
    post = Post(registered, subscription("court", receiver, at_once=1))
    await post.spread()
    transaction = registered.keeper.transaction

    def down() -> Any:
        if receiver.got:
            raise NotKept("LNK994")
        return transaction()

    monkeypatch.setattr(registered.keeper, "transaction", down)
    with pytest.raises(NotKept):
        await post.deliverer.deliver("court")
    monkeypatch.undo()
    registered.clock.now += round(HOLD_SECONDS * NANO)  # by now it is anybody's again
    await post.all()
    assert len(receiver.got) == len({each.id for each in receiver.got})


async def test_one_that_is_dead_lets_the_next_go_on_and_is_told(registered: Registered) -> None:
    changes = await filled(registered)
    poison = next(
        row for row in changes if any(o.obligation == row.obligation and o is not row for o in changes)
    )

    def answer(notice: Notice) -> Outcome:
        return Refused("http_400") if notice.told.position == poison.position else Delivered()

    receiver = Receiver(answer)
    post = Post(registered, subscription("court", receiver))
    with kept_events() as events:
        await post.all()
    assert sorted(each.told.position for each in receiver.got) == [row.position for row in changes]
    told = [fields for _, name, fields in events if name == "notice_dead"]
    assert [(each["position"], each["why"]) for each in told] == [(poison.position, "http_400")]
    (letter,) = await letters(registered.keeper, "court", 10)
    assert (letter.position, letter.code, letter.attempts) == (poison.position, "http_400", 1)


async def test_a_later_change_waits_for_the_earlier_and_patience_ends(registered: Registered) -> None:
    changes = await filled(registered)
    counts = Counter(row.obligation for row in changes)

    receiver = Receiver(lambda notice: TryAgain(None, "http_503"))
    post = Post(registered, subscription("court", receiver, at_once=64), attempts=3, days=1.0)
    await post.all()
    firsts = {row.obligation: row.position for row in reversed(changes)}
    assert {each.told.obligation: each.told.position for each in receiver.got} == firsts
    for _ in range(3 * max(counts.values())):
        registered.clock.now += 60 * NANO
        await post.all()
    assert Counter(each.told.position for each in receiver.got) == {row.position: 3 for row in changes}
    (standing,) = await standings(registered.keeper, registered.clock.now)
    assert (standing.waiting, standing.dead, standing.code) == (0, len(changes), "http_503")


async def test_patience_ends_with_the_days_too(registered: Registered) -> None:
    await filled(registered)
    receiver = Receiver(lambda notice: TryAgain(None, "unreachable"))
    post = Post(registered, subscription("court", receiver), attempts=1000, days=0.5)
    await post.all()
    registered.clock.now += DAY
    await post.all()
    (standing,) = await standings(registered.keeper, registered.clock.now)
    assert standing.dead > 0


async def test_a_receiver_that_asks_for_a_pause_gets_it(registered: Registered) -> None:
    await filled(registered)
    receiver = Receiver(lambda notice: TryAgain(600.0, "http_429") if notice.attempt == 1 else Delivered())
    post = Post(registered, subscription("court", receiver))
    await post.all()
    tried = len(receiver.got)
    registered.clock.now += 599 * NANO
    await post.all()
    assert len(receiver.got) == tried
    registered.clock.now += 10 * NANO
    await post.all()
    assert len(receiver.got) > tried


async def test_a_receiver_that_is_gone_is_sent_nothing_until_it_is_another(registered: Registered) -> None:
    changes = await filled(registered)
    receiver = Receiver(lambda notice: Gone("http_410"))
    post = Post(registered, subscription("court", receiver, at_once=1))
    with kept_events() as events:
        await post.all()
        registered.clock.now += DAY
        await post.all()
    assert len(receiver.got) == 1
    assert [name for _, name, _ in events] == ["receiver_gone"]
    (standing,) = await standings(registered.keeper, registered.clock.now)
    assert (standing.gone, standing.waiting) == ("http_410", len(changes))
    other = Receiver()
    post.subscriptions["court"] = subscription("court", other, settings="s2")
    await post.all()
    assert sorted(each.told.position for each in other.got) == [row.position for row in changes]


async def test_rights_count_when_it_is_sent(registered: Registered) -> None:
    await filled(registered)
    receiver = Receiver()
    post = Post(registered, subscription("one", receiver))
    await post.spread()
    post.subscriptions["one"] = subscription("one", receiver, "tax")
    await post.all()
    assert {each.told.rule for each in receiver.got} == {"qiaonan.query.tax"}
    (standing,) = await standings(registered.keeper, registered.clock.now)
    assert (standing.waiting, standing.dead, standing.delivered) == (0, 0, len(receiver.got))
    post.subscriptions["one"] = subscription("one", receiver, "tax", districts=frozenset(("elsewhere",)))
    async with registered.keeper.transaction() as connection:
        await connection.execute(update(DELIVERIES).values(state="waiting", next_at=0))
    before = len(receiver.got)
    await post.all()
    assert len(receiver.got) == before


async def test_two_processes_send_each_notice_once(start_register: Starting, any_database: str) -> None:
    async with start_register(any_database) as one, start_register(any_database) as two:
        changes = await filled(one)
        two.clock.now = one.clock.now
        receiver = Receiver()
        posts = [Post(each, subscription("court", receiver, at_once=2)) for each in (one, two)]
        await asyncio.gather(*(post.all() for post in posts))
        await asyncio.gather(*(post.all() for post in posts))
        assert sorted(each.told.position for each in receiver.got) == [row.position for row in changes]


async def test_what_was_delivered_long_ago_is_forgotten(registered: Registered) -> None:
    changes = await filled(registered)
    receiver = Receiver()
    post = Post(registered, subscription("court", receiver))
    await post.all()
    assert await post.outbox.forget(registered.clock.now) == 0
    assert await post.outbox.forget(registered.clock.now + 1) == len(changes)
    await post.all()
    assert len(receiver.got) == len(changes)


async def test_a_receiver_that_is_down_for_an_hour_gets_everything_once(registered: Registered) -> None:
    changes = await filled(registered)
    back, took = registered.clock.now + HOUR, []

    def answer(notice: Notice) -> Outcome:
        if registered.clock.now < back:
            return TryAgain(None, "unreachable")
        took.append(notice.told.position)
        return Delivered()

    receiver = Receiver(answer)
    post = Post(registered, subscription("court", receiver))
    await post.all()
    while (await standings(registered.keeper, registered.clock.now))[0].waiting:
        registered.clock.now += 300 * NANO
        await post.all()
    assert sorted(took) == [row.position for row in changes]
    assert max(each.attempt for each in receiver.got) < 12  # nobody hammers a receiver that is down


@pytest.mark.parametrize("fails", ["raises", "slow"])
async def test_a_channel_with_a_fault_of_its_own_costs_no_notice(
    on_sqlite: Registered, fails: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(on_sqlite)
    monkeypatch.setattr("server.notices.delivering.SEND_SECONDS", 0.05)

    class Faulty(Receiver):
        async def send(self, notice: Notice) -> Outcome:
            if notice.attempt > 1:
                return await super().send(notice)
            if fails == "slow":
                await asyncio.Event().wait()
            raise RuntimeError("张某某")

    receiver = Faulty()
    post = Post(on_sqlite, subscription("court", receiver))
    with kept_events() as events:
        await post.all()
    assert not [fields for _, _, fields in events if "张某某" in str(fields)]
    (standing,) = await standings(on_sqlite.keeper, on_sqlite.clock.now)
    assert standing.code == ("timeout" if fails == "slow" else "internal")
    for _ in range(5):
        on_sqlite.clock.now += 5 * NANO
        await post.all()
    assert (await standings(on_sqlite.keeper, on_sqlite.clock.now))[0].waiting == 0


async def test_after_a_backup_was_put_back_other_changes_have_other_ids(registered: Registered) -> None:
    """Positions come again then: whoever keeps ids would take the new change for one that he has."""
    changes = await filled(registered)
    receiver = Receiver()
    post = Post(registered, subscription("court", receiver))
    await post.all()
    ids = {each.told.position: each.id for each in receiver.got}
    last = changes[-1]
    async with registered.keeper.engine.begin() as connection:  # at its place another was told
        again = update(CHANGES).where(CHANGES.c.position == last.position)
        await connection.execute(again.values(made_at=last.made_at + 5 * NANO))
        await connection.execute(update(DELIVERIES).values(state="waiting", next_at=0))
    receiver.got.clear()
    await post.all()
    other = {each.told.position: each.id for each in receiver.got}
    assert {at for at in ids if ids[at] != other[at]} == {last.position}


async def test_what_is_to_be_sent_anew_is_not_forgotten(
    registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where somebody says so between the moment at which it was old, and that at which it goes."""
    changes = await filled(registered)
    receiver = Receiver()
    post = Post(registered, subscription("court", receiver))
    await post.all()
    keeper, now = registered.keeper, registered.clock.now
    transaction, replayed = keeper.transaction, []

    @asynccontextmanager
    async def between() -> AsyncIterator[Any]:
        monkeypatch.undo()
        replayed.append(await replay_places(keeper, "court", [("qiaonan", changes[0].position)], now))
        async with transaction() as connection:
            yield connection

    monkeypatch.setattr(keeper, "transaction", between)
    assert await post.outbox.forget(now + DAY) == len(changes) - 1
    assert replayed == [1]
    receiver.got.clear()
    await post.all()
    assert [each.told.position for each in receiver.got] == [changes[0].position]


async def test_a_change_that_does_not_read_holds_up_no_other_subscription(registered: Registered) -> None:
    await filled(registered)
    before, after = Receiver(), Receiver()
    subscriptions = (subscription("a", before), subscription("b", after, from_start=False))
    async with registered.keeper.engine.begin() as connection:
        await connection.execute(update(CHANGES).where(CHANGES.c.position == 1).values(detail=b"{}"))
    post = Post(registered, *subscriptions)
    await post.deliverer.begin()
    await registered.record(seized("e2", at="2024-03-05T01:00:00Z"))
    with kept_events() as events:
        await post.all()
    assert (len(before.got), len(after.got)) == (0, 2)
    assert [fields["code"] for _, name, fields in events if name == "notices_behind"] == ["LNK964"]


async def test_what_a_clock_that_was_ahead_made_is_told_once_it_is_right(registered: Registered) -> None:
    changes = await filled(registered)
    receiver = Receiver()
    post = Post(registered, subscription("court", receiver))
    registered.clock.now += 20 * HOUR
    await post.spread()
    registered.clock.now -= 20 * HOUR
    assert await post.once("court") == 0
    assert await post.outbox.recall(registered.clock.now) == len(changes)
    await post.all()
    assert sorted(each.told.position for each in receiver.got) == [row.position for row in changes]
    assert await post.outbox.recall(registered.clock.now) == 0
