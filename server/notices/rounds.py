"""The work of a running server: makes deliveries and sends them, until it is told to stop.

One task reads the streams for all subscriptions; each subscription has a task of its own, so that a receiver
that is slow or down keeps nobody else waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from policy.time.moment import NANO
from server.notices.delivering import Deliverer, Subscriptions
from server.notices.patience import DAY
from server.notices.ports import Channel, Clock, Outbox
from server.register.alarm import Alarm
from server.settings.logs import Level, event, place_of
from server.telemetry.figures import NOTICES_FAILURES

FORGET_EVERY = 3_600 * NANO
STOP_SECONDS = 5.0
"""So long what is on its way is waited for where the work is to end: what arrived is noted."""


class Rounds:
    """Has a deliverer do its work. ``written`` rings when there may be something new; ``seconds``: how often
    it is looked for anyway; ``keep_days``: for how long delivered notices are kept."""

    def __init__(
        self,
        deliverer: Deliverer,
        outbox: Outbox,
        subscriptions: Subscriptions,
        written: Alarm,
        clock: Clock,
        seconds: float,
        keep_days: float,
    ) -> None:
        self._deliverer = deliverer
        self._outbox = outbox
        self._subscriptions = subscriptions
        self._written = written
        self._made = Alarm()
        self._clock = clock
        self._seconds = seconds
        self._keep = round(keep_days * DAY)
        self._forgotten_at = 0
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._channels: dict[str, Channel] = {}

    async def run(self) -> None:
        """Works until it is cancelled; what is on its way then is noted, or sent again by others."""
        try:
            await self._again_and_again(self._written, self._spread)
        finally:
            await _ended(self._tasks.values())
            for channel in self._channels.values():
                await channel.close()

    async def _spread(self) -> int:
        await self._follow()
        if await self._deliverer.spread():
            self._made.ring()
        now = self._clock()
        if abs(now - self._forgotten_at) >= FORGET_EVERY:  # clocks are put back, too
            self._forgotten_at = now
            await self._outbox.recall(now)
            await self._outbox.forget(now - self._keep)
        return 0

    async def _follow(self) -> None:
        """Begins the tasks of new subscriptions, and ends those of subscriptions that are no more."""
        subscriptions = self._subscriptions()
        for name in self._tasks.keys() - subscriptions.keys():
            await _ended((self._tasks.pop(name),))
        for name, channel in list(self._channels.items()):
            if name not in subscriptions or subscriptions[name].channel is not channel:
                await self._channels.pop(name).close()
        for name, subscription in subscriptions.items():
            self._channels[name] = subscription.channel
            if name not in self._tasks:
                work = self._again_and_again(self._made, self._delivering(name))
                self._tasks[name] = asyncio.create_task(work, name=f"notices {name}")

    def _delivering(self, name: str) -> Callable[[], Awaitable[int]]:
        async def deliver() -> int:
            return await self._deliverer.deliver(name)

        return deliver

    async def _again_and_again(self, alarm: Alarm, work: Callable[[], Awaitable[int]]) -> None:
        """Works as long as there is work, and when the alarm rings, and every so many seconds."""
        while True:
            ringing, done = alarm.coming(), 0
            working = asyncio.ensure_future(work())
            try:
                done = await asyncio.shield(working)
            except asyncio.CancelledError:
                await asyncio.wait({working}, timeout=STOP_SECONDS)
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)
                raise
            except Exception as error:  # whatever it is: the next round may go well
                code = getattr(error, "code", "") or type(error).__name__
                NOTICES_FAILURES.add(code)
                event(Level.WARNING, "notices_behind", code=code, error=place_of(error))
            if not done:
                await asyncio.wait({ringing}, timeout=self._seconds)


async def _ended(tasks: Collection[asyncio.Task[None]]) -> None:
    """Ends tasks, and waits for that."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
