"""Bytes that are not a message: a coded answer in the canonical form, and no trace of Python."""

from __future__ import annotations

import grpc
import pytest

from tests.server.cases import request
from tests.server.conftest import Service

OWN = ("Evaluate", "BatchEvaluate", "Explain", "Compare", "ListPacks", "GetPack")
METHODS = (*(f"linkage.v1.PolicyService/{name}" for name in OWN), "grpc.health.v1.Health/Check")


@pytest.mark.parametrize("method", METHODS)
async def test_bytes_that_are_no_message(service: Service, method: str) -> None:
    call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = service.channel.unary_unary(f"/{method}")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call(b"\xff\xff\xff\xff", timeout=5)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "消息" in (caught.value.details() or "")
    assert "DecodeError" not in (caught.value.details() or "")


async def test_the_next_call_is_answered(service: Service) -> None:
    call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = service.channel.unary_unary(
        "/linkage.v1.PolicyService/Evaluate"
    )
    with pytest.raises(grpc.aio.AioRpcError):
        await call(b"\x0a\xff", timeout=5)
    assert (await service.stub.Evaluate(request())).HasField("decision")
