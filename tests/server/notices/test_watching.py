"""Watches: what becomes of obligations, in order, each once, from any place on; on both databases."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf import json_format
from sqlalchemy import update

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import case_service_pb2_grpc as stubs
from linkage.v1 import register_pb2
from server.store.register import CHANGES, DATABASE
from tests.server.migrated import migrated_file
from tests.server.register.conftest import DAY, HOUR, Registered, Starting, asked, seized
from tests.server.waiting import SECONDS

Answer = api.WatchObligationsResponse


@asynccontextmanager
async def watching(registered: Registered, **fields: Any) -> AsyncIterator[AsyncIterator[Answer]]:
    """The answers to a watch, which ends with the block."""
    request = json_format.ParseDict({"district": "qiaonan", **fields}, api.WatchObligationsRequest())
    call = registered.stub.WatchObligations(request)

    async def answers() -> AsyncIterator[Answer]:
        async for answer in call:
            yield answer

    try:
        async with asyncio.timeout(SECONDS):
            yield answers()
    finally:
        call.cancel()


async def changes(answers: AsyncIterator[Answer], count: int) -> list[Answer]:
    """The next so many changes."""
    found: list[Answer] = []
    while len(found) < count:
        answer = await anext(answers)
        if answer.HasField("change"):
            found.append(answer)
    return found


async def filled(registered: Registered) -> int:
    """A case of which a few things become; how many changes that is."""
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(
        seized(), asked("t1", "tax_query", "tax"), asked("m1", "marriage_query", "civil_affairs")
    )
    tax = (await registered.duties())["qiaonan.query.tax"]
    await registered.call("AcceptObligation", obligation_id=tax.id, event_id="a1", handler="h1")
    await registered.pass_time(3 * DAY)
    await registered.call("FulfilObligation", obligation_id=tax.id, event_id="f1")
    async with registered.keeper.engine.connect() as connection:
        return len((await connection.execute(CHANGES.select())).all())


async def test_it_goes_on_from_every_place(registered: Registered) -> None:
    count = await filled(registered)
    async with watching(registered, from_start=True) as answers:
        first = await anext(answers)
        assert not first.HasField("change")
        whole = await changes(answers, count)
    assert [each.change.position for each in whole] == list(range(1, count + 1))
    tokens = [first.resume_token, *(each.resume_token for each in whole)]
    for place, token in enumerate(tokens):
        async with watching(registered, resume_token=token) as answers:
            assert await changes(answers, count - place) == whole[place:]
    assert whole[0].change.title
    assert whole[0].change.etag
    assert whole[0].change.bearers


async def test_two_watches_are_told_at_once_what_is_written(registered: Registered) -> None:
    await registered.open()
    registered.clock.now += HOUR
    async with watching(registered) as one, watching(registered, body="tax") as two:
        for answers in (one, two):
            assert not (await anext(answers)).HasField("change")
        await registered.record(seized(), asked("t1", "tax_query", "tax"))
        assert [each.change.position for each in await changes(one, 3)] == [1, 2, 3]
        (only,) = await changes(two, 1)
        assert only.change.rule == "qiaonan.query.tax"


async def test_what_another_process_writes_is_found(start_register: Starting, any_database: str) -> None:
    quick = {"notices__poll_seconds": "0.05"}
    async with start_register(any_database, **quick) as one, start_register(any_database) as two:
        await two.open()
        one.clock.now += HOUR
        two.clock.now += HOUR
        async with watching(one) as answers:
            await anext(answers)
            await two.record(seized())
            assert [each.change.position for each in await changes(answers, 2)] == [1, 2]


FILTERS: tuple[dict[str, Any], ...] = (
    {"body": "tax"},
    {"matter": "marriage_query"},
    {"clause": "6"},
    {"case_id": "c1"},
    {"case_id": "c9"},
    {"states": ["STATE_OVERDUE"]},
    {"handler": "h1"},
    {"handlings": ["HANDLING_ACCEPTED"]},
    {"kinds": ["CHANGE_KIND_CREATED", "CHANGE_KIND_ENDED"]},
    {"due_before": "2024-03-20T00:00:00+08:00", "body": "tax"},
    {"due_from": "2024-03-08T00:00:00+08:00"},
    {"unit": "street-0"},
)


def meets(fields: dict[str, Any], change: Any) -> bool:
    """What a reader of all changes would pick, as far as a change says it."""
    states = {change.state, change.state_before} - {0}
    handlings = {change.handling, change.handling_before} - {0}
    dues = [getattr(change, name) for name in ("due_at", "due_before") if change.HasField(name)]
    kinds = [register_pb2.ChangeKind.Value(name) for name in fields.get("kinds", ())]
    return (
        ("body" not in fields or fields["body"] in change.bearers)
        and ("due_from" not in fields or not dues or any(due.seconds >= 1_709_827_200 for due in dues))
        and ("case_id" not in fields or fields["case_id"] == change.case_id)
        and ("states" not in fields or 2 in states)
        and ("handlings" not in fields or register_pb2.HANDLING_ACCEPTED in handlings)
        and (not kinds or change.kind in kinds)
        and ("matter" not in fields or change.rule == "qiaonan.query.marriage")
        and ("due_before" not in fields or any(due.seconds < 1_710_864_000 for due in dues))
    )


async def told(registered: Registered, **fields: Any) -> list[Any]:
    """All changes of a watch from the start, up to the answer that there are no more."""
    async with watching(registered, from_start=True, **fields) as answers:
        assert not (await anext(answers)).HasField("change")
        found = []
        async for answer in answers:
            if not answer.HasField("change"):
                break
            found.append(answer.change)
        return found


async def test_every_filter_picks_what_a_reader_would(registered: Registered) -> None:
    count = await filled(registered)
    whole = await told(registered)
    assert [each.position for each in whole] == list(range(1, count + 1))
    exact = {"body", "case_id", "states", "kinds", "matter", "handlings"}
    for fields in FILTERS:
        found = await told(registered, **fields)
        assert [each for each in found if meets(fields, each)] == found, fields
        assert bool(found) == (not fields.keys() & {"unit"} and fields.get("case_id") != "c9"), fields
        if fields.keys() <= exact:
            assert found == [each for each in whole if meets(fields, each)], fields


async def test_nothing_happens_is_told_with_a_token_that_goes_further(
    start_register: Starting, tmp_path: Path
) -> None:
    database = migrated_file(tmp_path / "register.sqlite3")
    async with start_register(database) as registered:
        await registered.open()
        registered.clock.now += HOUR
        async with watching(registered, body="court") as answers:
            first = await anext(answers)
            await registered.record(asked("t1", "tax_query", "tax"))
            token = first.resume_token
            while token == first.resume_token:
                answer = await anext(answers)
                assert not answer.HasField("change")
                token = answer.resume_token


@pytest.mark.parametrize(
    ("which", "code", "status"),
    [
        ("nonsense!", "LNK053", grpc.StatusCode.INVALID_ARGUMENT),
        ("W10=", "LNK053", grpc.StatusCode.INVALID_ARGUMENT),
        ("database", "LNK054", grpc.StatusCode.FAILED_PRECONDITION),
        ("query", "LNK055", grpc.StatusCode.INVALID_ARGUMENT),
        ("future", "LNK061", grpc.StatusCode.OUT_OF_RANGE),
        ("history", "LNK061", grpc.StatusCode.OUT_OF_RANGE),
    ],
)
async def test_a_token_is_of_its_database_its_query_and_its_past(
    start_register: Starting, tmp_path: Path, which: str, code: str, status: grpc.StatusCode
) -> None:
    database = migrated_file(tmp_path / "register.sqlite3")
    async with start_register(database) as registered:
        count = await filled(registered)
        async with watching(registered, from_start=True) as answers:
            good = (await changes(answers, count))[-1].resume_token
        given = good if which in ("database", "query", "future", "history") else which
        fields = {"body": "tax"} if which == "query" else {}
        async with registered.keeper.transaction() as connection:
            if which == "database":
                await connection.execute(update(DATABASE).values(id="another"))
            elif which == "future":
                await connection.execute(CHANGES.delete().where(CHANGES.c.position == count))
            elif which == "history":
                await connection.execute(update(CHANGES).values(at=1))
    async with start_register(database) as registered:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            async with watching(registered, resume_token=given, **fields) as answers:
                await anext(answers)
        assert refused.value.code() is status
        assert code in str(dict(refused.value.trailing_metadata() or ())["grpc-status-details-bin"])


async def test_there_are_so_many(start_register: Starting, tmp_path: Path) -> None:
    database = migrated_file(tmp_path / "register.sqlite3")
    async with start_register(database, limits__watches="1") as registered:
        async with watching(registered) as one:
            await anext(one)
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                async with watching(registered) as two:
                    await anext(two)
        assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def to_its_end(call: Any) -> None:
    """Reads what was on its way, until there is no more."""
    while await call.read() is not grpc.aio.EOF:
        pass


async def test_a_stop_ends_them_without_its_grace(start_register: Starting, tmp_path: Path) -> None:
    database = migrated_file(tmp_path / "register.sqlite3")
    async with asyncio.timeout(SECONDS):
        async with start_register(database, grace_seconds="600") as registered:
            channel = grpc.aio.insecure_channel(registered.running.address)
            call = stubs.CaseServiceStub(channel).WatchObligations(
                api.WatchObligationsRequest(district="qiaonan")
            )
            first: Any = await call.read()
            assert first.resume_token
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await to_its_end(call)
        assert ended.value.code() is grpc.StatusCode.UNAVAILABLE
        await channel.close()


async def test_over_http_it_is_a_line_each(start_register: Starting, tmp_path: Path) -> None:
    database = migrated_file(tmp_path / "register.sqlite3")
    async with start_register(database, http__address="127.0.0.1:0") as registered:
        count = await filled(registered)
        path = "/v1/register/districts/qiaonan/obligations:watch?fromStart=true&kinds=CHANGE_KIND_CREATED"
        async with httpx.AsyncClient(base_url=registered.running.http, timeout=SECONDS) as client:
            async with client.stream("GET", path) as answer:
                assert answer.status_code == 200
                assert answer.headers["content-type"] == "application/x-ndjson"
                lines = answer.aiter_lines()
                async with aclosing(lines):  # type: ignore[type-var]
                    first = json.loads(await anext(lines))
                    second = json.loads(await anext(lines))
            assert set(first) == {"resumeToken"}
            assert second["change"]["kind"] == "CHANGE_KIND_CREATED"
            assert 0 < int(second["change"]["position"]) <= count
            token = second["resumeToken"]
            wrong = await client.get(f"/v1/register/districts/qiaonan/obligations:watch?resumeToken={token}")
            assert (wrong.status_code, "LNK055" in wrong.text) == (400, True)
