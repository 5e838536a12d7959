"""A server process whose clock is ahead by what a file says: ``python -m tests.kills.serving``.

Its arguments are settings, ``NAME=VALUE``, after the file of nanoseconds; it prints ``listening ADDRESS``.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

from server.process.app import running
from server.settings.config import settings_from


def clock_of(file: Path) -> Callable[[], int]:
    """Now, and as much more (or less) as the file says at each look; nothing where it says nothing."""

    def clock() -> int:
        try:
            return time.time_ns() + int(file.read_text(encoding="ascii") or 0)
        except FileNotFoundError:
            return time.time_ns()

    return clock


async def _serve(file: Path, values: dict[str, str]) -> None:
    async with running(settings_from(options=values), clock=clock_of(file)) as server:
        print(f"listening {server.address}", flush=True)
        await server.until(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), dict(each.split("=", 1) for each in sys.argv[2:])))
