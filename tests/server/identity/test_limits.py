"""What one caller may have at most: counted for each, told with a time to come back, and no other's loss."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from linkage.v1 import policy_service_pb2 as api
from server.api import guard
from server.decisions import evaluation
from server.identity.caller import LOCAL, Caller, CallerLimits
from server.identity.meter import Meter
from server.identity.refusals import OverLimit
from tests.server.cases import request
from tests.server.conftest import Start
from tests.server.identity.world import CALLERS, World, bearer
from tests.server.waiting import until

LIMITED = CALLERS.replace(
    "districts: [qiaonan]}]\n  police", "districts: [qiaonan]}]\n    limits: {LIMITS}\n  police"
)


def details(error: grpc.aio.AioRpcError) -> tuple[error_details_pb2.ErrorInfo, float]:
    """The reason, and the seconds after which to try again (0: never)."""
    call: Any = error
    status = rpc_status.from_call(call)
    assert status is not None
    info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    seconds = 0.0
    for detail in status.details:
        detail.Unpack(info)
        if detail.Unpack(retry):
            seconds = retry.retry_delay.ToTimedelta().total_seconds()
    return info, seconds


async def refused(call: Any) -> tuple[str, float]:
    """The limit that a call met, and when to come back."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    info, seconds = details(caught.value)
    assert (info.reason, info.domain) == ("CALLER_LIMIT", "linkage.v1")
    return info.metadata["limit"], seconds


async def test_rate(start: Start, world: World) -> None:
    world.write_callers(LIMITED.replace("LIMITS", "calls_per_second: 0.01, burst: 3"))
    court, police = bearer(world.token()), bearer(world.token(sub="x", groups="police"))
    async with start(**world.settings(tls=False)) as service:
        for _ in range(3):
            await service.stub.Evaluate(request(), metadata=court)
        limit, seconds = await refused(service.stub.Evaluate(request(), metadata=court))
        assert limit == "calls_per_second"
        assert 90 < seconds <= 100
        await service.stub.Evaluate(request(), metadata=police)  # nobody else pays for it


async def test_a_case_of_a_batch_is_a_call(start: Start, world: World) -> None:
    world.write_callers(LIMITED.replace("LIMITS", "calls_per_second: 0.01, burst: 10"))
    court = bearer(world.token())
    async with start(**world.settings(tls=False)) as service:
        six = api.BatchEvaluateRequest(requests=[request()] * 6)
        await service.stub.BatchEvaluate(six, metadata=court)
        assert (await refused(service.stub.BatchEvaluate(six, metadata=court)))[0] == "calls_per_second"


@pytest.mark.parametrize("burst", [1, 2, 5])
async def test_a_batch_beyond_the_burst_is_had_on_credit(start: Start, world: World, burst: int) -> None:
    world.write_callers(LIMITED.replace("LIMITS", f"calls_per_second: 0.01, burst: {burst}"))
    court = bearer(world.token())
    async with start(**world.settings(tls=False)) as service:
        six = api.BatchEvaluateRequest(requests=[request()] * 6)
        assert len((await service.stub.BatchEvaluate(six, metadata=court)).results) == 6
        limit, seconds = await refused(service.stub.Evaluate(request(), metadata=court))
        assert limit == "calls_per_second"
        assert 100 * (6 - burst) < seconds <= 100 * (7 - burst)


@pytest.mark.parametrize(("language", "says"), [("", "超出了"), ("en-GB", "this caller has reached")])
async def test_a_refused_batch_says_so_in_the_callers_language(
    start: Start, world: World, language: str, says: str
) -> None:
    """Its cases may name one each, and the batch itself has none: the metadata says."""
    world.write_callers(LIMITED.replace("LIMITS", "calls_per_second: 0.01, burst: 1"))
    metadata = (*bearer(world.token()), *((("accept-language", language),) if language else ()))
    batch = api.BatchEvaluateRequest(requests=[request()] * 2)
    async with start(**world.settings(tls=False)) as service:
        await service.stub.BatchEvaluate(batch, metadata=metadata)
        with pytest.raises(grpc.aio.AioRpcError, match=says) as caught:
            await service.stub.BatchEvaluate(batch, metadata=metadata)
        _, seconds = details(caught.value)
        trailers = dict(caught.value.trailing_metadata() or ())
        assert trailers["grpc-retry-pushback-ms"] == str(round(seconds * 1000))


async def test_a_stream_is_slowed_down(start: Start, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its items wait their turn: none is refused, and none is ahead of what is due."""
    world.write_callers(LIMITED.replace("LIMITS", "calls_per_second: 0.01, burst: 2"))
    court = bearer(world.token())
    waits: list[float] = []

    class Asleep:
        """In place of asyncio in the guard: nobody waits for what is due in minutes."""

        @staticmethod
        async def sleep(seconds: float) -> None:
            waits.append(seconds)

    monkeypatch.setattr(guard, "asyncio", Asleep)

    async def requests() -> AsyncIterator[api.EvaluateStreamRequest]:
        for _ in range(10):
            yield api.EvaluateStreamRequest(request=request())

    async with start(**world.settings(tls=False)) as service:
        call: Any = service.stub.EvaluateStream(requests(), metadata=court)
        assert [answer.result.WhichOneof("result") async for answer in call] == ["decision"] * 10
    # The call and its first item are the burst; from then on one is due every hundred seconds.
    assert [round(seconds, -2) for seconds in waits] == [100.0 * number for number in range(1, 10)]


async def test_calls_at_once(start: Start, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write_callers(LIMITED.replace("LIMITS", "calls_at_once: 2"))
    court, police = bearer(world.token()), bearer(world.token(sub="x", groups="police"))
    going, inside = asyncio.Event(), list[int]()
    real = evaluation.Evaluator.evaluate

    async def waiting(*arguments: Any, **named: Any) -> Any:
        inside.append(1)
        await going.wait()
        return await real(*arguments, **named)

    async with start(**world.settings(tls=False)) as service:
        stub = service.stub
        monkeypatch.setattr(evaluation.Evaluator, "evaluate", waiting)
        running = [asyncio.ensure_future(stub.Evaluate(request(), metadata=court)) for _ in range(2)]
        await until(lambda: len(inside) == 2)
        limit, seconds = await refused(stub.Evaluate(request(), metadata=court))
        assert (limit, seconds) == ("calls_at_once", 0.1)
        await stub.ListPacks(api.ListPacksRequest(), metadata=police)
        going.set()
        await asyncio.gather(*running)
        await stub.Evaluate(request(), metadata=court)  # what ended is given back
        for _ in range(3):
            bad = stub.Evaluate(request(district="nowhere"), metadata=court)
            with pytest.raises(grpc.aio.AioRpcError):
                await bad
        await stub.Evaluate(request(), metadata=court)  # so is what failed


async def test_size(start: Start, world: World) -> None:
    world.write_callers(LIMITED.replace("LIMITS", "request_bytes: 500"))
    court = bearer(world.token())
    async with start(**world.settings(tls=False)) as service:
        await service.stub.Evaluate(request(), metadata=court)
        large = request(parties=[{"id": f"p{i}", "role": "debtor"} for i in range(50)])
        assert await refused(service.stub.Evaluate(large, metadata=court)) == ("request_bytes", 0.0)

        async def requests() -> AsyncIterator[api.EvaluateStreamRequest]:
            for message in (large, request()):
                yield api.EvaluateStreamRequest(request=message)

        call: Any = service.stub.EvaluateStream(requests(), metadata=court)
        results = [answer.result async for answer in call]  # of a stream each message, and no other's loss
        assert [result.error.reason for result in results] == ["CALLER_LIMIT", ""]


def test_the_account_of_a_caller() -> None:
    clock = [0.0]
    meter = Meter(lambda: clock[0])
    caller = Caller("x", (), CallerLimits(calls_per_second=10, burst=5))
    assert [meter.take(caller) for _ in range(6)] == [0.0] * 5 + [pytest.approx(0.1)]
    clock[0] += 0.1
    assert meter.take(caller) == 0.0
    clock[0] += 100.0  # a pause gives a burst, and no more
    assert meter.take(caller, 20) == 0.0  # on credit
    assert meter.take(caller) == pytest.approx(1.6)
    assert meter.turn(caller) == pytest.approx(1.6)
    clock[0] += 1.6
    assert meter.turn(caller) == pytest.approx(0.1)


def test_nobody_counts_where_no_callers_are_configured() -> None:
    meter = Meter()
    for _ in range(10_000):
        meter.enter(LOCAL, 10**9)
    assert meter.take(LOCAL, 10**9) == meter.turn(LOCAL) == 0.0


def test_limits_are_those_of_the_entry_whoever_calls_for_it() -> None:
    meter = Meter()
    limits = CallerLimits(calls_at_once=1)
    meter.enter(Caller("x", (), limits, subject="a"), 0)
    with pytest.raises(OverLimit):
        meter.enter(Caller("x", (), limits, subject="b"), 0)
