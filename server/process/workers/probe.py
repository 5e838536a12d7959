"""Whether a worker answers: health calls over a socket of its own, for the port that all share deals out
connections to any of them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

EVERY_SECONDS = 1.0
"""How often a worker is asked."""

PATIENCE_SECONDS = 10.0
"""A worker that takes a call and does not answer for this long hangs: health waits for no decision."""


def aside(folder: Path, number: int) -> str:
    """The address, in a folder that nobody else may enter, of the worker with this number."""
    return f"unix:{folder / str(number)}"


async def hangs(address: str) -> None:
    """Returns once the worker at ``address`` hangs. One that takes no calls is stopping, or about to end."""
    # A connection of its own: not that to the worker which had the address before.
    async with grpc.aio.insecure_channel(address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        while True:
            try:
                await stub.Check(health_pb2.HealthCheckRequest(), timeout=PATIENCE_SECONDS)
            except grpc.aio.AioRpcError as error:
                if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                    return
            await asyncio.sleep(EVERY_SECONDS)
