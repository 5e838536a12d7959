"""Answers that a client would not receive: told before the work is done, or with what to do instead."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.protobuf.message import Message

from linkage.v1 import decision_pb2
from linkage.v1 import policy_service_pb2 as api
from server.decisions import deciding, work
from server.settings.limits import KIB, MIB, Limits
from tests.server.cases import large_case, request
from tests.server.conftest import Service, Start

BASIC_VIEW = decision_pb2.DECISION_VIEW_BASIC


def batch(count: int, **fields: Any) -> api.BatchEvaluateRequest:
    requests = [request(id=f"c{number}") for number in range(count)]
    return api.BatchEvaluateRequest(requests=requests, **fields)


def kinds(response: api.BatchEvaluateResponse) -> list[str]:
    return [result.error.reason or "decision" for result in response.results]


def test_the_default_is_what_clients_receive() -> None:
    """gRPC's own default for clients."""
    assert Limits().default_response_bytes == 4 * MIB
    assert Limits().batch_items * 16 * KIB < Limits().default_response_bytes


@pytest.mark.usefixtures("decided_by_python")
async def test_cases_beyond_a_full_answer_are_not_decided(
    logged: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided: list[str] = []
    made = work.evaluated

    def noting(active: Any, asked: Any, case: Any, *more: Any) -> Any:
        decided.append(case.id)
        return made(active, asked, case, *more)

    monkeypatch.setattr(deciding, "evaluated", noting)
    response = await logged.stub.BatchEvaluate(batch(40, max_response_bytes=40_000))
    assert response.ByteSize() <= 40_000
    done = kinds(response).count("decision")
    assert 0 < done < 30
    assert kinds(response) == ["decision"] * done + ["RESPONSE_FULL"] * (40 - done)
    assert len(decided) == done + 1  # the one that no longer fitted
    assert logged.running.store is not None
    assert await logged.running.store.count() == done
    error = response.results[-1].error
    assert error.code == grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]
    assert "DECISION_VIEW_BASIC" in error.message
    assert "EvaluateStream" in error.message


async def test_brief_answers_fit_where_whole_ones_do_not(service: Service) -> None:
    assert "RESPONSE_FULL" in kinds(await service.stub.BatchEvaluate(batch(40, max_response_bytes=40_000)))
    response = await service.stub.BatchEvaluate(batch(40, max_response_bytes=40_000, view=BASIC_VIEW))
    assert kinds(response) == ["decision"] * 40


async def test_a_default_client_receives_any_batch(start: Start) -> None:
    """500 whole answers of a few kilobytes are more than it takes; the channel has gRPC's own limit."""
    async with start(limits__batch_items=2_000, limits__default_response_bytes=256 * KIB) as service:
        response = await service.stub.BatchEvaluate(batch(500))
        assert response.ByteSize() <= 256 * KIB
        assert set(kinds(response)) == {"decision", "RESPONSE_FULL"}


async def test_a_client_that_takes_more_says_so(start: Start) -> None:
    async with start(limits__default_response_bytes=64 * KIB, limits__response_bytes=256 * KIB) as service:
        assert "RESPONSE_FULL" in kinds(await service.stub.BatchEvaluate(batch(60)))
        more = await service.stub.BatchEvaluate(batch(60, max_response_bytes=10 * MIB))
        assert kinds(more) == ["decision"] * 60
        whole = await service.stub.BatchEvaluate(batch(120, max_response_bytes=10 * MIB))
        assert whole.ByteSize() <= 256 * KIB  # the published limit holds


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"max_response_bytes": -1, "language": "en"}, "max_response_bytes is negative"),
        ({"max_response_bytes": 2_000, "language": "en"}, "the answer to 20 cases does not fit"),
        ({"max_response_bytes": 2_000}, "20 项的回答在 max_response_bytes 里放不下"),
    ],
)
async def test_batches_that_cannot_be_answered_are_refused_at_once(
    service: Service, fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError, match=said) as caught:
        await service.stub.BatchEvaluate(batch(20, **fields))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_errors_of_items_count_too(service: Service) -> None:
    """A batch of nothing but faults, each with many violations."""
    wrong = [request(events=[{"id": f"e{i}", "type": "no_such"} for i in range(100)]) for _ in range(20)]
    asked = api.BatchEvaluateRequest(requests=wrong, max_response_bytes=64 * KIB)
    response = await service.stub.BatchEvaluate(asked)
    assert response.ByteSize() <= 64 * KIB
    assert set(kinds(response)) == {"INVALID_REQUEST", "RESPONSE_FULL"}


async def test_single_answers(logged: Service) -> None:
    wanted = api.EvaluateRequest(case=large_case(40), max_response_bytes=20_000, language="en")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await logged.stub.Evaluate(wanted)
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert "more than the 20000 that the request takes" in (caught.value.details() or "")
    assert logged.running.store is not None
    assert await logged.running.store.count() == 0  # what is not given is not logged
    wanted.view = BASIC_VIEW
    assert (await logged.stub.Evaluate(wanted)).ByteSize() <= 20_000


@pytest.mark.parametrize("call", ["Explain", "Compare"])
async def test_explanations_and_comparisons(service: Service, call: str) -> None:
    kind: type[Message] = getattr(api, f"{call}Request")
    method = getattr(service.stub, call)
    with pytest.raises(grpc.aio.AioRpcError, match="max_response_bytes") as caught:
        await method(kind(case=large_case(40), max_response_bytes=20_000))
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    with pytest.raises(grpc.aio.AioRpcError, match="不能是负数"):
        await method(kind(case=large_case(1), max_response_bytes=-8))


async def test_messages_of_a_stream(service: Service) -> None:
    wanted = [
        api.EvaluateRequest(case=large_case(40), max_response_bytes=20_000),
        api.EvaluateRequest(case=large_case(40), max_response_bytes=20_000, view=BASIC_VIEW),
        api.EvaluateRequest(case=large_case(40)),
        api.EvaluateRequest(case=large_case(1), max_response_bytes=-1),
    ]
    messages = [api.EvaluateStreamRequest(key=str(i), request=each) for i, each in enumerate(wanted)]
    answers = [answer async for answer in service.stub.EvaluateStream(iter(messages))]
    reasons = [answer.result.error.reason for answer in answers]
    assert reasons == ["RESPONSE_TOO_LARGE", "", "", "INVALID_REQUEST"]
    assert answers[1].ByteSize() <= 20_000
