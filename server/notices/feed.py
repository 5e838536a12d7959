"""What this process knows of the streams: how long they are, the next changes, and what wakes who waits.

What this process writes wakes everybody at once; what others write is found by looking, once for all who
wait. Of those who stand at one place one reads, for all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from server.identity.refusals import Crowded
from server.notices.tokens import Place, place_of
from server.register.keeping import Keeper
from server.register.rows import Told
from server.register.stream import changes_after, database_of, heads
from server.settings.logs import Level, event
from server.settings.logs import place_of as error_of
from server.telemetry.figures import WATCHES

PAGE = 200
"""Changes that are read at once."""
AGAIN_SECONDS = 1.0
"""When whoever finds no place should try again."""


class Feed:
    """The streams of one register. ``most``: watches at once."""

    def __init__(self, keeper: Keeper, most: int) -> None:
        self._keeper = keeper
        self._most = most
        self._watches = 0
        self._heads: dict[str, int] = {}
        self._reading: dict[tuple[str, int, int], asyncio.Task[list[Told]]] = {}
        self._database = ""
        self.closing = False
        """The service stops: watches end."""

    @property
    def alarm(self) -> asyncio.Future[None]:
        """Done when something is written next, or the service stops."""
        return self._keeper.alarm.coming()

    def close(self) -> None:
        """Ends all watches."""
        self.closing = True
        self._keeper.alarm.ring()

    @contextmanager
    def watch(self) -> Iterator[None]:
        """One watch more, as long as the block lasts. Raises ``Crowded``."""
        if self._watches >= self._most:
            raise Crowded("watches", AGAIN_SECONDS)
        self._watches += 1
        WATCHES.set(self._watches)
        try:
            yield
        finally:
            self._watches -= 1
            WATCHES.set(self._watches)

    async def run(self, seconds: float, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Looks again and again for what other processes wrote, until it is cancelled."""
        while True:
            await sleep(seconds)
            try:
                await self.look()
            except Exception as error:  # whatever it is: the next look may go well
                code = getattr(error, "code", "") or type(error).__name__
                event(Level.WARNING, "notices_behind", code=code, error=error_of(error))

    async def look(self) -> None:
        """Wakes those who wait where a stream is longer than it was. Raises ``NotKept``."""
        found = await heads(self._keeper)
        if found != self._heads:
            self._heads = found
            self._keeper.alarm.ring()

    async def database(self) -> str:
        """Which database this is. Raises ``NotKept``."""
        self._database = self._database or await database_of(self._keeper)
        return self._database

    async def after(self, district: str, position: int) -> list[Told]:
        """The next changes of a stream. Raises ``NotKept``."""
        # What was written since somebody began to read is for those who ask now: they read by themselves.
        key = district, position, self._keeper.alarm.rung
        reading = self._reading.get(key)
        if reading is None:
            reading = asyncio.create_task(changes_after(self._keeper, district, position, PAGE))
            self._reading[key] = reading
            reading.add_done_callback(lambda ended: self._ended(key, ended))
        return await asyncio.shield(reading)

    def _ended(self, key: tuple[str, int, int], reading: asyncio.Task[list[Told]]) -> None:
        self._reading.pop(key, None)
        if not reading.cancelled():
            reading.exception()  # those who asked may all have gone by now

    async def end(self, district: str) -> Place:
        """The place after the newest change. Raises ``NotKept``."""
        position = (await heads(self._keeper)).get(district, 0)
        return await self.place(district, position) or Place(0)

    async def place(self, district: str, position: int) -> Place | None:
        """The place after that change; None where there is none. Raises ``NotKept``."""
        if position == 0:
            return Place(0)
        found = await changes_after(self._keeper, district, position - 1, 1)
        return place_of(found[0]) if found and found[0].position == position else None
