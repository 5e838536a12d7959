"""Waiting for what another task, thread or process does."""

import asyncio
from collections.abc import Callable

SECONDS = 120.0
"""Longer than anything takes on a slow and busy machine: only a test that fails waits for it."""


async def until(condition: Callable[[], bool]) -> None:
    """Returns once the condition holds; fails after ``SECONDS``."""
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 - the condition is somebody else's, no event tells of it
            await asyncio.sleep(0.002)
