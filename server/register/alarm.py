"""What wakes those of this process who wait for something to happen, at once."""

from __future__ import annotations

import asyncio


class Alarm:
    """Rings for everybody who waits. What rang before somebody began to wait, nobody is told again."""

    def __init__(self) -> None:
        self.rung = 0
        """How often it has rung."""
        self._next: asyncio.Future[None] | None = None

    def ring(self) -> None:
        """Wakes all who wait."""
        self.rung += 1
        waited, self._next = self._next, None
        if waited is not None and not waited.done():
            waited.set_result(None)

    def coming(self) -> asyncio.Future[None]:
        """Done when it rings next. Taken before one looks: nothing is missed between looking and waiting."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        return self._next
