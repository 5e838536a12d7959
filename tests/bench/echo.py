"""An echo on the same server stack: ``/bench.Echo/Empty`` answers nothing, ``/bench.Echo/Same`` some bytes.

Run as a module with the number of bytes, and the number of processes that share the port, it prints
``listening HOST:PORT`` and serves until it is ended.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import grpc

from server.process.app import loop_factory, server_options
from server.process.workers.port import reserved
from server.settings.limits import Limits

EMPTY = "/bench.Echo/Empty"
SAME = "/bench.Echo/Same"


async def serve(size: int, address: str, share_port: bool, ready: Callable[[], None]) -> None:
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
    server = grpc.aio.server(
        options=server_options(limits, share_port), maximum_concurrent_rpcs=limits.concurrent_calls
    )
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Echo", handlers),))
    server.add_insecure_port(address)
    await server.start()
    ready()
    await server.wait_for_termination()


def run(size: int, address: str, share_port: bool, ready: Callable[[], None]) -> None:
    """``serve`` on the server's own loop."""
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(size, address, share_port, ready))


def main() -> None:
    """The first process holds the port and starts the others, which end with it."""
    size, processes = int(sys.argv[1]), int(sys.argv[2])
    with reserved("127.0.0.1:0") as address, ExitStack() as stack:
        context = multiprocessing.get_context("spawn")
        for _ in range(processes - 1):
            serving = context.Event()
            other = context.Process(target=run, args=(size, address, True, serving.set), daemon=True)
            other.start()
            stack.callback(other.kill)
            serving.wait()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        run(size, address, True, lambda: print(f"listening {address}", flush=True))


if __name__ == "__main__":
    main()
