"""Those who watch: each goes on from its last token, wherever and whenever its watch broke off."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from policy.facts.reading import FactsError
from server.notices.tokens import token_of
from server.notices.watching import Interest, beginning, watched
from server.register.listing import Wanted
from server.register.rows import Told, told_of
from server.store.errors import NotKept
from tests.simulation.committed import Committed
from tests.simulation.service import DISTRICT, Service
from tests.simulation.world import World

HEARTBEAT = 15.0
PATIENCE = 50.0
"""Whoever is told nothing for so long watches anew."""


class Watcher:
    """One who watches all that concerns some bodies, from the start of the stream on."""

    def __init__(
        self,
        world: World,
        committed: Committed,
        services: Sequence[Service],
        name: str,
        bodies: tuple[str, ...],
    ) -> None:
        self._world = world
        self._committed = committed
        self._services = services
        self._dice = world.dice(f"watcher {name}")
        self.name = name
        self.interest = Interest(Wanted(DISTRICT, own=bodies or None, include_ended=True))
        self.seen: list[Told] = []
        self._token = ""

    async def run(self) -> None:
        """Watches until it is cancelled."""
        while True:
            service = self._services[self._dice.randrange(len(self._services))]
            told: asyncio.Queue[Any] = asyncio.Queue()
            self._world.say("watch", self.name, service.node.name, len(self.seen))
            work = self._world.loop.spawn(service.node, self._serve(service, told, self._token))
            enough = self._dice.choice((2, 5, 1_000))
            if self._world.calm:
                enough = 1_000
            await self._take(told, enough)
            self._world.outside(0.0, work.cancel)
            await asyncio.sleep(self._dice.uniform(0.1, 5.0))

    def wants(self, told: Told) -> bool:
        """Whether it is to be told this change."""
        return self.interest.meets(told)

    async def _take(self, told: asyncio.Queue[Any], enough: int) -> None:
        """What one watch gives, until it breaks off, or is broken off."""
        for _ in range(enough):
            try:
                async with asyncio.timeout(PATIENCE):
                    found = await told.get()
            except TimeoutError:
                return
            if isinstance(found, Exception):
                if isinstance(found, FactsError):
                    self._world.is_wrong(f"{self.name}: a token of its own was refused: {found!r}")
                return
            change, self._token = found
            if change is not None:
                self._see(change)

    def _see(self, told: Told) -> None:
        stream, world = self._committed.stream, self._world
        if told.position > len(stream) or told_of(stream[told.position - 1]) != told:
            world.is_wrong(f"{self.name} saw at {told.position} what was never committed")
        if self.seen and self.seen[-1].position >= told.position:
            world.is_wrong(f"{self.name} saw {told.position} after {self.seen[-1].position}")
        self.seen.append(told)

    async def _serve(self, service: Service, told: asyncio.Queue[Any], token: str) -> None:
        """What the service does for one watch."""
        feed = service.feed
        try:
            place = await beginning(feed, self.interest, token, from_start=True)
            database = await feed.database()
            async for seen in watched(feed, self.interest, place, HEARTBEAT):
                await self._world.step()
                told.put_nowait((seen.told, token_of(database, self.interest.name, seen.place)))
        except (FactsError, NotKept) as error:
            told.put_nowait(error)
