"""An echo on the same server stack: ``/bench.Echo/Empty`` answers nothing, ``/bench.Echo/Same`` some bytes.

Run as a module with the number of bytes it prints ``listening HOST:PORT`` and serves until it is ended.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import grpc

from server.app import _options, loop_factory
from server.limits import Limits

EMPTY = "/bench.Echo/Empty"
SAME = "/bench.Echo/Same"


async def serve(size: int) -> None:
    """Serves until cancelled. Messages stay bytes: what an empty handler costs, and no more."""
    limits = Limits()
    answer = bytes(size)

    async def empty(_request: bytes, _context: Any) -> bytes:
        return b""

    async def same(_request: bytes, _context: Any) -> bytes:
        return answer

    handlers: dict[str, Any] = {
        name.rpartition("/")[2]: grpc.unary_unary_rpc_method_handler(function)
        for name, function in ((EMPTY, empty), (SAME, same))
    }
    server = grpc.aio.server(options=_options(limits), maximum_concurrent_rpcs=limits.concurrent_calls)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Echo", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"listening 127.0.0.1:{port}", flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(int(sys.argv[1])))
