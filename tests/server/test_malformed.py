"""Bytes that are not a message: a coded answer in the canonical form, and no trace of Python."""

from __future__ import annotations

import grpc
import pytest

from tests.server.cases import request
from tests.server.conftest import Service
from tests.server.waiting import SECONDS

OWN = ("Evaluate", "BatchEvaluate", "Explain", "Compare", "ListPacks", "GetPack")
METHODS = (*(f"linkage.v1.PolicyService/{name}" for name in OWN), "grpc.health.v1.Health/Check")


@pytest.mark.parametrize("method", METHODS)
async def test_bytes_that_are_no_message(service: Service, method: str) -> None:
    call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = service.channel.unary_unary(f"/{method}")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call(b"\xff\xff\xff\xff", timeout=SECONDS)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "消息" in (caught.value.details() or "")
    assert "DecodeError" not in (caught.value.details() or "")


async def test_the_next_call_is_answered(service: Service) -> None:
    call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = service.channel.unary_unary(
        "/linkage.v1.PolicyService/Evaluate"
    )
    with pytest.raises(grpc.aio.AioRpcError):
        await call(b"\x0a\xff", timeout=SECONDS)
    assert (await service.stub.Evaluate(request())).HasField("decision")


UNKNOWN = bytes.fromhex("ba3e0568656c6c6f")
"""Field 999, which no message of the protocol has."""


@pytest.mark.parametrize(
    ("within", "field", "message"),
    [
        ("request", "request", "EvaluateRequest没有字段“999”"),
        ("case", "case", "案件没有字段“999”"),
        ("event", "case.events[0]", "Event没有字段“999”"),
    ],
)
async def test_a_field_that_nobody_knows(service: Service, within: str, field: str, message: str) -> None:
    """What was sent and is not read must not look like what was not sent."""
    asked = request()
    {"request": asked, "case": asked.case, "event": asked.case.events[0]}[within].MergeFromString(UNKNOWN)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.stub.Evaluate(asked)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert (caught.value.details() or "").startswith(f"{field}: {message}。可用的字段：")
