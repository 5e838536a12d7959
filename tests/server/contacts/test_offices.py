"""Who is in office, and what that does to the duty to have contacts; on both databases."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest
from grpc_status import rpc_status

from linkage.v1 import decision_pb2
from tests.server.contacts.conftest import MOBILE, OFFICE, Book
from tests.server.register.conftest import DAY, HOUR, asked

PENDING, FULFILLED = decision_pb2.STATE_PENDING, decision_pb2.STATE_FULFILLED
OVERDUE = decision_pb2.STATE_OVERDUE


async def test_the_second_contact_fulfils_the_duty(book: Book) -> None:
    await book.appoint("c1", "a")
    assert (await book.duty("contacts.tax")).state == PENDING
    await book.appoint("c2", "b")
    assert (await book.duty("contacts.tax")).state == FULFILLED
    file = await book.registered.call("GetCase", case_id="district", include_entries=True)
    told = [(each.event.type, each.event.actor, each.event.count) for each in file.entries if each.event.id]
    assert told == [("liaison_appointed", "tax", 1), ("liaison_appointed", "tax", 2)]
    assert "某" not in str(file)
    assert not await book.registered.verify()


async def test_sent_again_nobody_is_appointed_again(book: Book) -> None:
    first = await book.appoint("c1")
    book.registered.clock.now += HOUR
    again = await book.appoint("c1")
    assert first == again
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await book.appoint("c1", "b")
    assert refused.value.code() == grpc.StatusCode.ALREADY_EXISTS


async def test_a_body_with_fewer_owes_the_duty_again(book: Book) -> None:
    await book.appoint("c1", "a")
    await book.appoint("c2", "b")
    book.registered.clock.now += DAY
    await book.call("EndContact", contact_id="c1")
    again = await book.duty("contacts.again")
    assert (again.state, again.bearers[0].code) == (PENDING, "tax")
    assert await book.registered.pass_time(6 * DAY) == 1
    assert (await book.duty("contacts.again")).state == OVERDUE
    await book.appoint("c3", "a")
    assert (await book.duty("contacts.again")).state == decision_pb2.STATE_FULFILLED_LATE
    assert not await book.registered.verify()


async def test_a_hand_over_leaves_nobody_short(book: Book) -> None:
    await book.appoint("c1", "a")
    await book.appoint("c2", "b")
    book.registered.clock.now += DAY
    answer = await book.call(
        "AppointContact",
        contact_id="c3",
        replaces="c1",
        person={"name": "周某某", "telephone": OFFICE},
    )
    assert (answer.contact.post.code, answer.contact.role.code) == ("a", "fixed")
    assert await book.duty("contacts.again") is None
    now = await book.call("ListContacts", body="tax")
    assert [each.id for each in now.contacts] == ["c2", "c3"]
    every = await book.call("ListContacts", body="tax", include_past=True)
    former = next(each for each in every.contacts if each.id == "c1")
    assert former.until == answer.contact.since
    before = await book.call("ListContacts", body="tax", at="2024-03-02T01:30:00Z")
    assert [each.id for each in before.contacts] == ["c1", "c2"]


async def test_an_end_that_lies_ahead_comes_about_by_itself(book: Book) -> None:
    await book.appoint("c1", "a")
    await book.appoint("c2", "b", until="2024-03-04T00:00:00Z")
    assert await book.duty("contacts.again") is None
    await book.registered.pass_time(3 * DAY)
    assert (await book.duty("contacts.again")).state == PENDING
    # It was a mistake: the end is told otherwise, and the duty never was.
    await book.call("EndContact", contact_id="c2", at="2024-05-01T00:00:00Z")
    assert await book.duty("contacts.again") is None
    assert not await book.registered.verify()


async def test_an_obligation_names_whom_to_call(book: Book) -> None:
    await book.appoint("c1", "a", person={"name": "王某某", "mobile": f"{MOBILE[:9]}39"})
    await book.registered.open()
    book.registered.clock.now += HOUR
    await book.registered.record(asked("r1", "tax_query", "tax"))
    duty = (await book.registered.duties())["qiaonan.query.tax"]
    found = await book.registered.call("GetObligation", obligation_id=duty.id)
    assert [(c.id, c.person.name, c.post.name) for c in found.contacts] == [("c1", "王某某", "A角")]
    await book.call("EndContact", contact_id="c1")
    found = await book.registered.call("GetObligation", obligation_id=duty.id)
    assert not found.contacts


async def test_bodies_change_their_contacts_at_once(book: Book) -> None:
    places = [(body, post) for body in ("tax", "court", "civil_affairs") for post in ("a", "b")]
    await asyncio.gather(*(book.appoint(f"{body}-{post}", post, body) for body, post in places))
    assert len((await book.call("ListContacts")).contacts) == len(places)
    file = await book.registered.call("GetCase", case_id="district")
    counts = sorted((each.actor, each.count) for each in file.facts.events)
    assert counts == sorted((body, number) for body in ("tax", "court", "civil_affairs") for number in (1, 2))
    assert not await book.registered.verify()


async def test_a_person_is_forgotten_wherever_they_were_in_office(book: Book) -> None:
    person = {"name": "吴某某", "mobile": f"{MOBILE[:9]}37", "email": "wu@example.cn"}
    await book.appoint("c1", "a", person=person)
    await book.appoint("c2", "a", body="court", person={**person, "telephone": f"{OFFICE[:-1]}1"})
    await book.appoint(
        "c3", "a", body="civil_affairs", person={"name": "吴某某", "mobile": f"{MOBILE[:9]}36"}
    )
    answer = await book.call("EraseContact", contact_id="c1")
    assert list(answer.contact_ids) == ["c1", "c2"]
    listed = await book.call("ListContacts")
    assert [(each.id, each.HasField("person")) for each in listed.contacts] == [
        ("c3", True),
        ("c2", False),
        ("c1", False),
    ]
    again = await book.call("EraseContact", contact_id="c1")
    assert list(again.contact_ids) == ["c1"]
    with pytest.raises(grpc.aio.AioRpcError):
        await book.call("UpdateContact", contact_id="c1", person=person)


async def test_the_database_holds_no_name(book: Book) -> None:
    secret = {"name": "欧阳秘密", "mobile": f"{MOBILE[:9]}35", "email": "geheim@example.cn"}
    await book.appoint("c1", "a", person=secret)
    async with book.registered.keeper.reading() as connection:
        tables = (
            "contacts",
            "contact_persons",
            "register_entries",
            "register_obligations",
            "register_changes",
        )
        rows: list[Any] = []
        for table in tables:
            rows += (await connection.exec_driver_sql(f"SELECT * FROM {table}")).all()  # noqa: S608
    data = b" ".join(
        value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row
    )
    assert b"c1" in data
    for text in secret.values():
        assert text.encode() not in data


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"body": "taxx"}, "LNK802"),
    ({"body": "party_committee"}, "LNK072"),
    ({"role": "fixt"}, "LNK071"),
    ({"post": "c"}, "LNK071"),
    ({"post": ""}, "LNK801"),
    ({"person": {"name": "123"}}, "LNK076"),
    ({"person": {"name": "某", "mobile": "see below"}}, "LNK076"),
    ({"person": {"name": "某", "email": "a@b.cn\nBcc: all@b.cn"}}, "LNK076"),
    ({"person": {"name": "某", "email": "=?utf-8?q?a?=@b.cn"}}, "LNK076"),
    ({"person": {"name": "某\u202e"}}, "LNK103"),
    ({"until": "2020-01-01T00:00:00Z"}, "LNK075"),
    ({"replaces": "nobody"}, "LNK077"),
    ({"contact_id": "王某"}, "LNK076"),
    ({"contact_id": MOBILE}, "LNK076"),
    ({"unit": f"甲街道{MOBILE}"}, "LNK076"),
    ({"post": "a", "person": {"name": "另一人"}}, "LNK073"),
    ({"person": {"name": "在任者"}}, "LNK074"),
)


async def test_what_cannot_be_is_told_and_nothing_is_recorded(on_sqlite: Book) -> None:
    await on_sqlite.appoint("there", "a", person={"name": "在任者", "mobile": f"{MOBILE[:9]}38"})
    for changes, code in WRONG:
        for language in ("zh", "en"):
            fields = {"post": "b", "contact_id": "new", "language": language, **changes}
            key = str(fields.pop("contact_id"))
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await on_sqlite.appoint(key, **fields)
            status = rpc_status.from_call(refused.value)  # type: ignore[arg-type]
            assert code in str(status), (changes, refused.value.details())
            for name in ("在任者", "另一人", "see below", MOBILE):
                assert name not in (refused.value.details() or "")
    assert len((await on_sqlite.call("ListContacts")).contacts) == 1


async def test_a_case_of_another_kind_is_no_districts_file(on_sqlite: Book) -> None:
    await on_sqlite.registered.open(id="district")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await on_sqlite.appoint("c1")
    assert refused.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert "kind: district" in str(refused.value.details())
    assert not (await on_sqlite.call("ListContacts")).contacts


async def test_whoever_is_not_there_is_not_found(on_sqlite: Book) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await on_sqlite.call("EndContact", contact_id="nobody")
    assert refused.value.code() is grpc.StatusCode.NOT_FOUND


async def test_a_kind_that_is_to_be_reached_has_a_number(on_sqlite: Book) -> None:
    """The clause asks for a person and a telephone: who has none does not do."""
    kind = {"body": "residents_committee", "role": "liaison", "post": ""}
    for call in (
        on_sqlite.appoint("l1", person={"name": "赵某"}, **kind),
        on_sqlite.appoint("l2", person={"name": "赵某", "email": "a@example.cn"}, **kind),
    ):
        with pytest.raises(grpc.aio.AioRpcError, match=r"person\.telephone"):
            await call
    await on_sqlite.appoint("l3", person={"name": "赵某", "mobile": MOBILE}, **kind)
    with pytest.raises(grpc.aio.AioRpcError, match=r"person\.telephone"):
        await on_sqlite.call("UpdateContact", contact_id="l3", person={"name": "赵某"})
    await on_sqlite.call("UpdateContact", contact_id="l3", person={"name": "赵某", "telephone": OFFICE})
