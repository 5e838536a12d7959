"""Ordered results of a stream whose items are started one after another and finished later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

_END = None


async def in_order(
    source: AsyncIterator[T], start: Callable[[T], Awaitable[R]], window: int
) -> AsyncGenerator[R]:
    """Starts items in the order of ``source`` and yields them in that order, at most ``window`` ahead.

    A full window stops reading: the flow control of the connection then stops the client. An exception of
    ``source`` or ``start`` is raised after the items before it. When the consumer stops, reading stops.
    """
    ready: asyncio.Queue[R | None] = asyncio.Queue(maxsize=window)

    async def read() -> None:
        try:
            async for item in source:
                await ready.put(await start(item))
        except Exception:
            await ready.put(_END)
            raise
        await ready.put(_END)

    reader = asyncio.create_task(read(), name="stream")
    try:
        while (result := await ready.get()) is not _END:
            yield result
        await reader
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
