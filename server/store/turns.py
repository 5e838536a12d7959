"""Turns of processes that write one SQLite file.

SQLite alone lets whoever waits for the file look again after up to 100 ms, and by then the other has it
again: one of two busy writers starves. A lock file beside the database gives them turns.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

from server.store.errors import StoreError
from server.store.files import owned

LOOK_SECONDS = 0.002
"""How often whoever waits looks whether it is its turn; uvloop takes less than a millisecond for none."""

PATIENCE_SECONDS = 2.0
"""After that it writes without a turn; SQLite's own lock still keeps the file whole."""


class Turn(Protocol):
    """Whose turn it is to write one SQLite file."""

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Waits for the turn, which lasts as long as the block."""


class Turns:
    """The lock file of one database, on a system with flock(2); each process opens its own."""

    def __init__(self, database: Path) -> None:
        """Opens it. Raises ``StoreError`` (LNK963) where it cannot be written."""
        try:
            path = database.with_name(f"{database.name}-turns")
            owned(path)
            self._file = path.open("wb")
        except OSError as error:
            raise StoreError("LNK963") from error

    def close(self) -> None:
        """Closes the lock file, and leaves it where it is: others may wait for it."""
        self._file.close()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Waits for this process's turn, which lasts as long as the block."""
        import fcntl

        ours = False
        loop = asyncio.get_running_loop()
        last = loop.time() + PATIENCE_SECONDS
        while not ours and loop.time() < last:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                ours = True
            except BlockingIOError:
                await asyncio.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            if ours:
                fcntl.flock(self._file, fcntl.LOCK_UN)
