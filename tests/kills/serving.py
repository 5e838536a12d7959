"""A server process whose clock a file sets: ``python -m tests.kills.serving FILE NAME=VALUE …``.

The file has nanoseconds, the arguments after it are settings; it prints ``listening ADDRESS``.
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
    """Now, and as much more (or less) as the file says; after ``@`` it says the moment to stand at."""

    def clock() -> int:
        try:
            said = file.read_text(encoding="ascii")
        except FileNotFoundError:
            said = "0"
        return int(said[1:]) if said.startswith("@") else time.time_ns() + int(said)

    return clock


async def _serve(file: Path, values: dict[str, str]) -> None:
    async with running(settings_from(options=values), clock=clock_of(file)) as server:
        print(f"listening {server.address}", flush=True)
        await server.until(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), dict(each.split("=", 1) for each in sys.argv[2:])))
