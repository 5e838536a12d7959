"""Those who subscribe: their receivers, the way to them, and what has arrived there.

A notice may not arrive, arrive twice, or arrive and not be known to have; a receiver may be down, slow,
answer nonsense, refuse, or be gone. What arrives is compared at once with what has been committed.
"""

from __future__ import annotations

import asyncio
from random import Random
from typing import NamedTuple

from server.identity.caller import Caller, Grant, Role
from server.notices.audience import concerns
from server.notices.delivering import SEND_SECONDS
from server.notices.kinds import kind_of
from server.notices.ports import Delivered, Gone, Notice, Outcome, Refused, TryAgain
from server.notices.subscriptions import Subscription
from server.register.rows import Told, told_of
from tests.simulation.committed import Committed
from tests.simulation.service import DISTRICT, rules
from tests.simulation.world import World


class Wish(NamedTuple):
    """Who subscribes: to what concerns these bodies (none: to all), to which kinds of changes (none: all).

    ``from_start``: also to what happened before.
    """

    bodies: tuple[str, ...]
    kinds: tuple[str, ...]
    from_start: bool


class Moods(NamedTuple):
    """How probable it is, each time, that a receiver or the way to it does something else than it should."""

    down: float = 0.0
    slow: float = 0.0
    lost: float = 0.0
    """The notice arrives, its answer does not."""
    twice: float = 0.0
    nonsense: float = 0.0
    """It takes the notice and says that it does not, or the other way round: it asks for it later."""
    refuses: float = 0.0
    gone: float = 0.0


class Receiver:
    """One receiver, and the channel to it."""

    def __init__(self, world: World, committed: Committed, name: str, wish: Wish, moods: Moods) -> None:
        self._world = world
        self._committed = committed
        self._moods = moods
        self._dice = world.dice(f"receiver {name}")
        self.name = name
        self.wish = wish
        self.taken: dict[int, Told] = {}
        """What has arrived, by position, in the order of its first arrival."""
        self.refused: set[int] = set()
        """What it has said that it never takes."""
        self._ids: dict[str, int] = {}
        self._settings = "first"

    def subscription(self) -> Subscription:
        """As a process knows it."""
        wish = self.wish
        role = Role.DEPARTMENT if wish.bodies else Role.INTEGRATOR
        caller = Caller(self.name, (Grant(role, frozenset((DISTRICT,)), frozenset(wish.bodies)),))
        return Subscription(
            self.name, caller, frozenset(wish.kinds), wish.from_start, 4, self, self._settings
        )

    def wants(self, told: Told) -> bool:
        """Whether it is to be told this change: whose it is, and of which kind."""
        district = rules().snapshot.districts[told.district]
        own = self.subscription().caller.grants[0].bodies
        mine = not own or concerns(told, _View(own), district)  # type: ignore[arg-type]
        return mine and (not self.wish.kinds or kind_of(told) in self.wish.kinds)

    def mended(self) -> None:
        """The receiver is set up anew."""
        self._settings = "second"

    async def send(self, notice: Notice) -> Outcome:
        """What becomes of one attempt."""
        dice, moods = self._dice, Moods() if self._world.calm else self._moods
        await self._world.step()
        if dice.random() < moods.down:
            return TryAgain(None, "unreachable")
        if dice.random() < moods.slow:
            await asyncio.sleep(dice.uniform(0.2, 1.5) * SEND_SECONDS)
        if dice.random() < moods.gone:
            return Gone("http_410")
        if dice.random() < moods.refuses and notice.told.position not in self.taken:
            self.refused.add(notice.told.position)
            return Refused("http_400")
        if dice.random() < moods.nonsense:
            if dice.random() < 0.5:
                self._take(notice)
            return TryAgain(dice.choice((None, 5.0, 1e9)), "http_503")
        self._take(notice)
        if dice.random() < moods.twice:
            self._take(notice)
        if dice.random() < moods.lost:
            await asyncio.sleep(2 * SEND_SECONDS)
        await self._world.step()
        return Delivered()

    async def trial(self, identity: str) -> Outcome:
        """Nobody tries it."""
        raise NotImplementedError(identity)

    async def close(self) -> None:
        """There is nothing to close."""

    def _take(self, notice: Notice) -> None:
        told, world = notice.told, self._world
        world.say("taken", self.name, told.position, notice.attempt)
        stream = self._committed.stream
        if told.position > len(stream) or told_of(stream[told.position - 1]) != told:
            world.is_wrong(f"{self.name} was told at {told.position} what was never committed")
        if not self.wants(told):
            world.is_wrong(f"{self.name} was told at {told.position} what it may not see")
        if self._ids.setdefault(notice.id, told.position) != told.position:
            world.is_wrong(f"{self.name} was told two things as {notice.id}")
        if told.position not in self.taken:
            self.taken[told.position] = told
            if len(self._ids) != len(self.taken):
                world.is_wrong(f"{self.name} was told one thing under two names at {told.position}")
        elif self._ids.get(notice.id) != told.position:
            world.is_wrong(f"{self.name} was told one thing under two names at {told.position}")


class _View(NamedTuple):
    bodies: frozenset[str]


def wish_of(dice: Random) -> Wish:
    """Some subscription."""
    bodies = dice.choice(((), ("traffic_police",), ("party_committee",), ("court",), ("tax",)))
    kinds = dice.choice(((), (), ("created", "overdue", "ended")))
    return Wish(bodies, kinds, dice.random() < 0.7)


def moods_of(dice: Random) -> Moods:
    """Of each kind of failure some worlds have none."""
    odds = (0.3, 0.1, 0.15, 0.1, 0.1, 0.03, 0.03)
    return Moods(*(dice.choice((0.0, 0.0, each)) for each in odds))
