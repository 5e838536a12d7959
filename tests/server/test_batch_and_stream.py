"""Batches and streams: order, one status an item, deadlines, cancellation, flow control."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from hypothesis import given
from hypothesis import strategies as st

from linkage.v1 import policy_service_pb2 as api
from policy.decide import decide
from policy.decide.decision import Decision
from server.api import service as handlers
from server.decisions import work
from server.decisions.pipeline import in_order
from tests.server.cases import case, request
from tests.server.conftest import Service, Start
from tests.server.waiting import until


def bad(language: str = "") -> api.EvaluateRequest:
    return request(language, district="qiaonam")


async def test_batch_in_order_with_a_status_each(logged: Service) -> None:
    requests = [request(id="a"), bad("en"), request(id="b"), api.EvaluateRequest(), request("fr", id="c")]
    response = await logged.stub.BatchEvaluate(api.BatchEvaluateRequest(requests=requests))
    kinds = [result.WhichOneof("result") for result in response.results]
    assert kinds == ["decision", "error", "decision", "error", "error"]
    error = response.results[1].error
    assert (error.code, error.reason) == (grpc.StatusCode.NOT_FOUND.value[0], "DISTRICT_NOT_FOUND")
    assert [(v.field, v.code, v.suggestion) for v in error.violations] == [
        ("case.district", "LNK810", "qiaonan")
    ]
    assert error.message.startswith("case.district: there is no pack")
    assert [v.code for v in response.results[4].error.violations] == ["LNK819"]
    assert logged.running.store is not None
    ids = [response.results[i].decision.receipt.log_id for i in (0, 2)]
    assert [(await logged.running.store.get(i)).case_id for i in ids] == ["a", "b"]  # type: ignore[union-attr]
    assert await logged.running.store.count() == 2


async def test_batch_items_equal_single_answers(service: Service) -> None:
    requests = [request(id=f"c{i}") for i in range(5)]
    batch = await service.stub.BatchEvaluate(api.BatchEvaluateRequest(requests=requests))
    single = [(await service.stub.Evaluate(r)).decision for r in requests]
    assert [result.decision for result in batch.results] == single


async def test_empty_batch(service: Service) -> None:
    assert list((await service.stub.BatchEvaluate(api.BatchEvaluateRequest())).results) == []


async def test_batch_lets_health_checks_in(service: Service) -> None:
    healthy: Any = health_pb2_grpc.HealthStub(service.channel)
    batch = asyncio.ensure_future(
        service.stub.BatchEvaluate(api.BatchEvaluateRequest(requests=[request()] * 200))
    )
    checks = 0
    while not batch.done():
        await healthy.Check(health_pb2.HealthCheckRequest())
        checks += not batch.done()
    assert len((await batch).results) == 200
    assert checks > 0


@pytest.mark.usefixtures("decided_by_python")
async def test_batch_gives_what_the_deadline_allows(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "SPARE_SECONDS", 1.0)  # a busy machine sends late
    count = 200

    def slow(*arguments: Any) -> Decision:
        time.sleep(0.1)
        return decide(*arguments)

    monkeypatch.setattr(work, "decide", slow)
    requests = [request()] * count
    response = await service.stub.BatchEvaluate(api.BatchEvaluateRequest(requests=requests), timeout=10.0)
    errors = [result.error.reason for result in response.results if result.HasField("error")]
    assert len(response.results) == count
    assert errors
    assert set(errors) == {"DEADLINE_EXCEEDED"}
    assert response.results[0].HasField("decision")
    assert response.results[-1].HasField("error")


@pytest.mark.usefixtures("decided_by_python")
async def test_cancelled_batch_stops_working(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def noting(*arguments: Any) -> Decision:
        seen.append(arguments[1].id)
        time.sleep(0.01)
        return decide(*arguments)

    monkeypatch.setattr(work, "decide", noting)
    call = service.stub.BatchEvaluate(api.BatchEvaluateRequest(requests=[request()] * 200))
    await until(lambda: bool(seen))
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    before = -1
    while before != len(seen):
        before = len(seen)
        await asyncio.sleep(0.5)
    assert before < 200


async def test_stream_answers_in_order(logged: Service) -> None:
    async def requests() -> AsyncIterator[api.EvaluateStreamRequest]:
        for i in range(200):
            wanted = bad() if i % 7 == 3 else request(id=f"c{i}")
            yield api.EvaluateStreamRequest(key=f"k{i}", request=wanted)

    answers = [answer async for answer in logged.stub.EvaluateStream(requests())]
    assert [a.key for a in answers] == [f"k{i}" for i in range(200)]
    assert [i for i, a in enumerate(answers) if a.result.HasField("error")] == list(range(3, 200, 7))
    assert logged.running.store is not None
    assert await logged.running.store.count() == sum(a.result.HasField("decision") for a in answers)


async def test_stream_answers_each_request_before_the_next_is_sent(service: Service) -> None:
    stream = service.stub.EvaluateStream()
    for i in range(3):
        await stream.write(api.EvaluateStreamRequest(key=str(i), request=request()))
        answer = await stream.read()
        assert isinstance(answer, api.EvaluateStreamResponse)
        assert answer.key == str(i)
    await stream.done_writing()
    assert await stream.read() is grpc.aio.EOF


async def test_cancelled_stream_leaves_the_server_well(service: Service) -> None:
    stream = service.stub.EvaluateStream()
    await stream.write(api.EvaluateStreamRequest(key="1", request=request()))
    await stream.read()
    stream.cancel()
    assert len((await service.stub.Evaluate(request())).decision.obligations) == 2


async def test_batch_too_large_for_the_limit(start: Start) -> None:
    async with start(limits__batch_items=2) as service:
        two = await service.stub.BatchEvaluate(api.BatchEvaluateRequest(requests=[request()] * 2))
        assert len(two.results) == 2
        with pytest.raises(grpc.aio.AioRpcError, match="最多 2 项"):
            await service.stub.BatchEvaluate(api.BatchEvaluateRequest(requests=[request()] * 3))


async def test_request_too_large_for_the_limit(start: Start) -> None:
    async with start(limits__request_bytes=1024) as service:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await service.stub.Evaluate(api.EvaluateRequest(case=case(id="x" * 2000)))
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def numbers(count: int, taken: list[int]) -> AsyncIterator[int]:
    for i in range(count):
        taken.append(i)
        yield i


@given(st.integers(0, 40), st.integers(1, 8))
def test_pipeline_keeps_order_and_window(count: int, window: int) -> None:
    async def check() -> None:
        taken: list[int] = []

        async def start(item: int) -> int:
            return item * 2

        results = in_order(numbers(count, taken), start, window)
        given_out = 0
        async for result in results:
            assert result == given_out * 2
            given_out += 1
            await asyncio.sleep(0)
            # One waits to be put into the full window beside those within it and those given out.
            assert len(taken) <= given_out + window + 1
        assert given_out == count

    asyncio.run(check())


async def collect(results: AsyncIterator[int], into: list[int]) -> None:
    async for result in results:
        into.append(result)


async def test_pipeline_passes_an_error_on_after_what_came_before() -> None:
    async def start(item: int) -> int:
        if item == 3:
            raise ValueError("three")
        return item

    found: list[int] = []
    results = in_order(numbers(9, []), start, 2)
    with pytest.raises(ValueError, match="three"):
        await collect(results, found)
    assert found == [0, 1, 2]
