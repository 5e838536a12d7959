"""Every call leaves a line: who, from where, under which id, what, where, with what result, how long."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from linkage.v1 import policy_service_pb2 as api
from server.settings.logs import Level, configure
from tests.server.cases import case, request
from tests.server.conftest import Start
from tests.server.identity.world import World, bearer
from tests.server.logging_state import restored_logging

KNOWN = {"time", "level", "event", "request_id", "caller", "by", "peer", "method", "code", "ms"}


async def test_a_line_for_every_call(start: Start, world: World) -> None:
    stream = io.StringIO()
    court = bearer(world.token())
    with restored_logging():
        configure(Level.INFO, stream)
        async with start(**world.settings(tls=False)) as service:
            stub = service.stub
            calls: list[tuple[Any, Any]] = [
                (stub.Evaluate, request()),
                (stub.Evaluate, request(district="nowhere")),
                (stub.BatchEvaluate, api.BatchEvaluateRequest(requests=[request(), request(kind="x")])),
                (stub.Explain, api.ExplainRequest(case=case())),
                (stub.Compare, api.CompareRequest(case=case())),
                (stub.ListPacks, api.ListPacksRequest()),
                (stub.GetPack, api.GetPackRequest(district="qiaonan")),
            ]
            for number, (method, message) in enumerate(calls):
                call = method(message, metadata=(*court, ("x-request-id", f"id-{number}")))
                await call.code()
                assert ("x-request-id", f"id-{number}") in tuple(await call.trailing_metadata())

            async def requests() -> AsyncIterator[api.EvaluateStreamRequest]:
                yield api.EvaluateStreamRequest(request=request())

            streaming: Any = stub.EvaluateStream(requests(), metadata=(*court, ("x-request-id", "id-7")))
            assert len([answer async for answer in streaming]) == 1
            assert ("x-request-id", "id-7") in tuple(await streaming.trailing_metadata())
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    told = [line for line in lines if line["event"] == "call"]
    assert [line["request_id"] for line in told] == [f"id-{number}" for number in range(8)]
    for line in told:
        assert line.keys() >= KNOWN
        assert (line["caller"], line["peer"][:15]) == ("court/court", "ipv4:127.0.0.1:")
    assert [(line["method"], line.get("district"), line["code"]) for line in told] == [
        ("Evaluate", "qiaonan", "OK"),
        ("Evaluate", None, "PERMISSION_DENIED"),
        ("BatchEvaluate", "qiaonan", "OK"),
        ("Explain", "qiaonan", "OK"),
        ("Compare", "qiaonan", "OK"),
        ("ListPacks", None, "OK"),
        ("GetPack", "qiaonan", "OK"),
        ("EvaluateStream", "qiaonan", "OK"),
    ]


@pytest.mark.parametrize("given", ["", "with spaces", "x" * 65, "<script>", "a,b", 'id"}'])
async def test_ids_that_are_none_are_replaced(given: str, start: Start) -> None:
    async with start() as service:
        call = service.stub.ListPacks(api.ListPacksRequest(), metadata=(("x-request-id", given),))
        await call
        (found,) = [value for key, value in tuple(await call.trailing_metadata()) if key == "x-request-id"]
        assert found != given
        assert len(found) == 26


async def test_refused_calls_have_an_id_too(start: Start, world: World) -> None:
    async with start(**world.settings(tls=False)) as service:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await service.stub.ListPacks(api.ListPacksRequest(), metadata=(("x-request-id", "mine"),))
        trailers = caught.value.trailing_metadata()
        assert trailers is not None
        assert ("x-request-id", "mine") in tuple(trailers)
