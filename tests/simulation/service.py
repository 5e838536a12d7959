"""A process of the service in the simulated world: the product's own code, from register to notices."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, TypeVar, cast

from policy.engines import COMPILED
from server.decisions.active import Active, load
from server.decisions.fairness import Fairness
from server.notices.audience import RegisterAudience
from server.notices.delivering import Deliverer, Subscriptions
from server.notices.feed import Feed
from server.notices.outbox import Outbox
from server.notices.patience import Patience
from server.notices.rounds import Rounds
from server.register.book import Register
from server.register.keeping import Keeper
from server.register.rules import RulesByDigest
from server.register.ticking import Ticker
from server.settings.leads import Leads
from tests.simulation.database import Database
from tests.simulation.engine import Link, Odds, SimulatedEngine
from tests.simulation.world import Node, World

T = TypeVar("T")

RULES = Path(__file__).parent / "rules"
DISTRICT = "dongqiao"
DATABASE = "simulated"
"""The name of the database, in tokens and in the ids of notices."""
KEEP_DAYS = 30.0
ANSWER_SECONDS = 30.0
"""For so long a client waits for an answer."""


class Unanswered(Exception):
    """Whether it was done, the client does not know."""


class Serving(NamedTuple):
    """In the place of ``ActiveRules``: the rules that serve, always the same."""

    current: Active


class Inline(NamedTuple):
    """In the place of ``Apart``: the cases are small, and worked out where they are."""

    engine: str = COMPILED.name


class Setting(NamedTuple):
    """How every process is set."""

    tick_seconds: float
    look_seconds: float
    lead: int
    attempts: int
    odds: Odds


@lru_cache(maxsize=1)
def rules() -> Active:
    """The rules of the simulation."""
    return load(RULES, RULES / "none")


class Service:
    """One process, from its start until it is killed."""

    def __init__(
        self,
        world: World,
        name: str,
        database: Database,
        setting: Setting,
        subscriptions: Subscriptions,
        dice: Random,
    ) -> None:
        self.world = world
        self.node = Node(name)
        self.link = Link(world, database, self.node, setting.odds, dice)
        engine = cast(Any, SimulatedEngine(self.link))
        self.keeper = Keeper(engine)
        serving, nothing = cast(Any, Serving(rules())), cast(Any, None)
        self.register = Register(
            self.keeper,
            RulesByDigest(serving, nothing),
            self.clock,
            Fairness(nothing, 1, 1 << 20),
            cast(Any, Inline()),
            Leads(setting.lead, {}),
        )
        self.feed = Feed(self.keeper, 100)
        outbox = Outbox(self.keeper, name)
        audience = RegisterAudience(lambda: rules().snapshot)
        patience = Patience(setting.attempts)
        chance = world.dice(f"chance {name}").random
        deliverer = Deliverer(DATABASE, outbox, subscriptions, audience, self.clock, chance, patience)
        rounds = Rounds(
            deliverer, outbox, subscriptions, self.keeper.alarm, self.clock, setting.look_seconds, KEEP_DAYS
        )
        ticker = Ticker(self.register, self.clock, setting.tick_seconds)
        world.say("start", name)
        world.loop.spawn(self.node, ticker.run())
        world.loop.spawn(self.node, self.feed.run(setting.look_seconds))
        world.loop.spawn(self.node, rounds.run())

    def clock(self) -> int:
        """What the process takes for the time."""
        return self.world.clock(self.node)

    async def call(self, work: Callable[[Register], Awaitable[T]]) -> T:
        """A client's call. Raises what the service raises, and ``Unanswered``."""
        await self.world.step()
        answer: asyncio.Future[T] = self.world.loop.create_future()

        async def serve() -> None:
            try:
                found, error = await work(self.register), None
            except Exception as wrong:
                found, error = None, wrong
            await self.world.step()
            if answer.done():
                return
            if error is None:
                answer.set_result(cast(T, found))
            else:
                answer.set_exception(error)

        self.world.loop.spawn(self.node, serve())
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await answer
        except TimeoutError:
            raise Unanswered from None
