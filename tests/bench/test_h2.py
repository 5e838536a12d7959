"""The load generator against a real gRPC server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
import pytest_asyncio

from tests.bench.h2 import Connection, LoadError


@pytest_asyncio.fixture
async def address() -> AsyncIterator[str]:
    async def double(request: bytes, _context: Any) -> bytes:
        return request + request

    async def refuse(_request: bytes, context: Any) -> bytes:
        await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no")
        return b""

    handlers: dict[str, Any] = {
        "Double": grpc.unary_unary_rpc_method_handler(double),
        "Refuse": grpc.unary_unary_rpc_method_handler(refuse),
    }
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Test", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield f"127.0.0.1:{port}"
    await server.stop(None)


async def _load(address: str, method: str, messages: list[bytes]) -> Any:
    def run() -> Any:
        connection = Connection(address, f"/bench.Test/{method}", messages)
        try:
            return connection.run(0.4, 8)
        finally:
            connection.close()

    return await asyncio.to_thread(run)


async def test_calls_are_counted_with_a_latency_each(address: str) -> None:
    load = await _load(address, "Double", [b"", b"x" * 10_000])
    assert load.calls == len(load.latencies) > 10
    assert all(0 < seconds < 0.4 for seconds in load.latencies)
    assert load.per_second == load.calls / 0.4


async def test_a_failed_call_is_an_error(address: str) -> None:
    with pytest.raises(LoadError, match="a call failed"):
        await _load(address, "Refuse", [b""])


async def test_a_message_must_fit_in_a_frame(address: str) -> None:
    with pytest.raises(ValueError, match="one frame"):
        await _load(address, "Double", [b"x" * 16_384])
