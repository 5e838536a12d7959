"""Calls that send headers and nothing else: refused at once, ended after a while, and never all there is."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from linkage.v1 import policy_service_pb2 as api
from server.api.entry import Entry, Patience, moved
from server.api.gate import Gate
from server.api.guard import Guard
from server.http.context import Context, Ended
from server.process.places import HEALTH_AT_ONCE, Places
from server.settings.limits import Limits
from tests.server.cases import request
from tests.server.conftest import Service, Start
from tests.server.identity.test_limits import details
from tests.server.identity.world import World, bearer
from tests.server.test_accepting import call_of

EVALUATE = "/linkage.v1.PolicyService/Evaluate"
WATCH, CHECK = "/grpc.health.v1.Health/Watch", "/grpc.health.v1.Health/Check"


def headers(channel: grpc.aio.Channel, metadata: Any = ()) -> Any:
    """A call of Evaluate whose message never comes."""

    async def nothing() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    method: Any = channel.stream_unary(EVALUATE)
    return method(nothing(), metadata=metadata)


async def ended(call: Any) -> tuple[str, str, str]:
    """How a call ended: status, reason, and the words."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    info, _ = details(caught.value)
    return caught.value.code().name, info.reason, caught.value.details() or ""


async def test_a_call_without_a_message_ends(start: Start) -> None:
    async with start(limits__message_seconds=0.1) as service:
        chinese, english = (), (("accept-language", "en"),)
        code, reason, words = await ended(headers(service.channel, chinese))
        assert (code, reason) == ("DEADLINE_EXCEEDED", "NO_MESSAGE")
        assert words.startswith("0.1 秒内没有收到消息")
        assert (await ended(headers(service.channel, english)))[2].startswith("in 0.1 s no message has come")
        assert (await service.stub.Evaluate(request())).HasField("decision")


async def test_a_message_in_pieces_ends_too(start: Start) -> None:
    """Its first bytes alone are no message."""
    async with start(limits__message_seconds=0.1) as service:
        host, _, port = service.running.address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(call_of(EVALUATE.encode(), b"\0\0\0\x01\0" + b"x" * 100, whole=False))
        got = b""
        while b"grpc-status" not in got:
            got += await reader.read(4096)
        writer.close()


async def test_places_come_back(start: Start) -> None:
    async with start(limits__message_seconds=0.1, limits__concurrent_calls=3) as service:
        for _ in range(4):
            calls = [headers(service.channel) for _ in range(2)]
            assert {(await ended(call))[1] for call in calls} == {"NO_MESSAGE"}
        assert (await service.stub.Evaluate(request())).HasField("decision")


async def test_they_keep_no_other_call_of_their_connection_waiting(service: Service) -> None:
    calls = [asyncio.ensure_future(headers(service.channel)) for _ in range(20)]
    assert (await service.stub.Evaluate(request())).HasField("decision")
    assert not any(call.done() for call in calls)
    for call in calls:
        call.cancel()


async def test_strangers_are_refused_before_their_message(start: Start, world: World) -> None:
    async with start(**world.settings(tls=False), limits__message_seconds=3_600) as service:
        assert (await ended(headers(service.channel)))[:2] == ("UNAUTHENTICATED", "CREDENTIALS_MISSING")
        staff = bearer(world.token(sub="staff", groups="writers"))
        assert (await ended(headers(service.channel, staff)))[0] == "PERMISSION_DENIED"


async def test_calls_without_a_message_are_their_callers(start: Start, world: World) -> None:
    """They count where its limits do."""
    court = bearer(world.token())
    options = {"limits__caller_calls_at_once": 2, "limits__message_seconds": 3_600}
    async with start(**world.settings(tls=False), **options) as service:
        calls = {asyncio.ensure_future(headers(service.channel, court)) for _ in range(3)}
        (refused,), calls = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        assert (await ended(refused))[:2] == ("RESOURCE_EXHAUSTED", "CALLER_LIMIT")
        police = bearer(world.token(sub="x", groups="police"))
        assert (await service.stub.ListPacks(api.ListPacksRequest(), metadata=police)).packs
        for call in calls:
            call.cancel()


async def test_no_caller_has_all_places(start: Start, world: World) -> None:
    """Whatever it is allowed: nobody's share is the whole."""
    world.write_callers((world.folder / "callers.yaml").read_text().replace(
        "rights: [{role: integrator", "limits: {calls_at_once: 1000}\n    rights: [{role: integrator"
    ))  # fmt: skip
    court = bearer(world.token())
    options = {"limits__concurrent_calls": 5, "limits__peer_share": 0.4}
    async with start(**world.settings(tls=False), **options) as service:
        streams = [service.stub.EvaluateStream(metadata=court) for _ in range(2)]
        for stream in streams:
            await stream.write(api.EvaluateStreamRequest(request=request()))
            await stream.read()
        code, reason, words = await ended(service.stub.Evaluate(request(), metadata=court))
        assert (code, reason) == ("RESOURCE_EXHAUSTED", "TOO_MANY_CALLS")
        assert "peer_share" in words
        for stream in streams:
            stream.cancel()


async def test_a_stream_of_which_nothing_moves_ends(start: Start) -> None:
    async with start(limits__stream_idle_seconds=0.2, limits__message_seconds=3_600) as service:
        stream: Any = service.stub.EvaluateStream()
        for number in range(3):
            await stream.write(api.EvaluateStreamRequest(key=str(number), request=request()))
            assert (await stream.read()).key == str(number)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stream.read()
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert details(caught.value)[0].reason == "NO_MESSAGE"
        silent = service.stub.EvaluateStream()
        with pytest.raises(grpc.aio.AioRpcError):
            await silent.read()
        assert (await service.stub.Evaluate(request())).HasField("decision")


async def test_who_takes_no_answer_is_let_go() -> None:
    """Of a stream of answers, too, something must move."""
    entry = Entry(Gate(), Guard(False), Limits(stream_idle_seconds=0.1))
    context = Context((), "ipv4:192.0.2.7:5000")

    async def stuck() -> None:
        moved()  # its request has come
        await asyncio.Event().wait()

    with pytest.raises(Ended) as late:
        await entry.through("linkage.v1.CaseService/WatchObligations", (False, True), context, stuck)
    assert late.value.status.code == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]


@pytest.mark.parametrize("idle", [None, 50.0])
async def test_what_moves_goes_on(idle: float | None) -> None:
    """A stream has its time anew with each message and answer; other calls have all, once theirs came."""
    loop, hurried = asyncio.get_running_loop(), list[int]()
    async with asyncio.timeout(10) as timeout:
        first, begin = timeout.when(), loop.time()
        patience = Patience(timeout, loop.call_later(0, hurried.append, 1), 10.0, idle)
        patience.moved()
        assert patience.seconds == (idle or 10.0)
        due = timeout.when()
        assert (due is None) if idle is None else (due is not None and due >= begin + 50 > (first or 0))
        await asyncio.sleep(0.01)
    assert hurried == []  # nobody was kept waiting
    patience.moved()  # what comes too late does no harm


def test_places_of_peers() -> None:
    places = Places(Limits(concurrent_calls=10, peer_share=0.8))
    assert [places.take(EVALUATE, "a") for _ in range(9)] == [""] * 8 + ["peer_share"]
    assert [places.take(EVALUATE, "b") for _ in range(3)] == ["", "", "concurrent_calls"]
    assert places.take(CHECK, "a") == ""  # health has its own
    for _ in range(8):
        places.leave(EVALUATE, "a")
    assert places.take(EVALUATE, "b") == ""
    watching = [places.take(WATCH, "a") for _ in range(HEALTH_AT_ONCE[WATCH])]
    assert watching.count("") == int(0.8 * HEALTH_AT_ONCE[WATCH])
    assert places.take(WATCH, "b") == ""


def test_nobody_is_without_a_place() -> None:
    places = Places(Limits(concurrent_calls=1, peer_share=0.01))
    assert places.take(EVALUATE, "a") == ""
    places.leave(EVALUATE, "a")
    assert places.take(EVALUATE, "a") == ""
