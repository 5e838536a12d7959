"""What is made of h2load's output, and what is refused; the program itself where it is installed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import pytest_asyncio

from tests.bench import h2load
from tests.bench.h2 import LoadError
from tests.bench.h2load import PROGRAM, Client, Compiled, answer_sizes, framed

CLIENT = Client(connections=4, in_flight=2)
OUTPUT = """requests: {done} total, {done} started, {done} done, {succeeded} succeeded, 0 failed
traffic: 15.13MB ({data}) total, 6.30KB (6450) headers (space savings 96.12%), 15.01MB ({data}) data
"""


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


def test_frames() -> None:
    assert framed([b"ab", b""]) == b"\0\0\0\0\2ab\0\0\0\0\0"


@pytest.mark.parametrize(
    ("done", "succeeded", "data"),
    [
        (1000, 999, 500_000),  # a call failed
        (1000, 1000, 490_000),  # some answers had no body: errors of gRPC
        (1000, 1000, 530_000),
        (1000, 1000, 0),
    ],
)
def test_answers_that_are_not_those_expected(done: int, succeeded: int, data: int) -> None:
    with pytest.raises(LoadError):
        h2load._check(OUTPUT.format(done=done, succeeded=succeeded, data=data), 500, CLIENT)


@pytest.mark.parametrize("data", [500_000, 508_000, 499_000])
def test_answers_that_are(data: int) -> None:
    h2load._check(OUTPUT.format(done=1000, succeeded=1000, data=data), 500, CLIENT)


def test_output_that_is_none() -> None:
    with pytest.raises(LoadError, match="no such option"):
        h2load._check("h2load: no such option", 500, CLIENT)


def test_only_what_all_processes_shared_counts() -> None:
    first = [(0, 100), (900_000, 100_000), (1_500_000, 400_000), (1_900_000, 700_000)]
    second = [(1_000_000, 500_000), (1_200_000, 100)]
    load = h2load._together([first, second], 1.0)
    assert (load.calls, load.all_calls, load.per_second) == (4, 6, 4.0)
    assert load.latencies == (0.1, 0.4, 0.5, 0.0001)
    with pytest.raises(LoadError):
        h2load._together([[], []], 1.0)


def test_log_with_a_failed_call(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("1795304202026131\t200\t6531\n1795304202026132\t-1\t9\n")
    with pytest.raises(LoadError):
        h2load._calls(log)
    log.write_text("1795304202026131\t200\t6531\n")
    assert h2load._calls(log) == [(1795304202026131, 6531)]


async def _sizes(address: str, method: str, seen: list[bytes]) -> list[int]:

    bodies = [[b"one"], [b"three"]]
    return await asyncio.to_thread(answer_sizes, address, f"/bench.Test/{method}", bodies, seen.append)


async def test_every_answer_is_looked_at(address: str) -> None:
    seen: list[bytes] = []
    assert await _sizes(address, "Double", seen) == [5 + 6, 5 + 10]
    assert seen == [b"oneone", b"threethree"]
    with pytest.raises(LoadError):
        await _sizes(address, "Refuse", seen)


@pytest.mark.skipif(PROGRAM is None, reason="h2load is not installed (Debian: nghttp2-client)")
@pytest.mark.parametrize(("method", "fits"), [("Double", True), ("Refuse", False)])
async def test_load(address: str, method: str, fits: bool) -> None:

    bodies, sizes = [framed([b"one"]), framed([b"x" * 30_000])], [5 + 6, 5 + 60_000]
    compiled = Compiled(address, f"/bench.Test/{method}", bodies, sizes)
    loading = asyncio.to_thread(compiled.run, 0.3, Client(connections=2, in_flight=2))
    if not fits:
        with pytest.raises(LoadError):
            await loading
        return
    load = await loading
    assert 0 < load.calls <= load.all_calls
    assert len(load.latencies) == load.calls
