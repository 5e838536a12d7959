"""One seed, from its plan to what is wrong in the end.

things are done, and fail --SECONDS--> nothing fails any more --> everything is done --> all is compared
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any, NamedTuple, cast

from policy.register import advance, state
from server.notices.replaying import replay_dead
from server.notices.standing import letters
from server.notices.subscriptions import Subscription
from server.register import verifying
from server.register.keeping import Keeper
from tests.simulation.checks import check_receivers, check_register, check_watchers
from tests.simulation.clients import Clients
from tests.simulation.committed import Committed
from tests.simulation.database import Database
from tests.simulation.engine import Link, Odds, SimulatedEngine
from tests.simulation.loop import Stuck
from tests.simulation.plan import SECONDS, Fault, Plan
from tests.simulation.receivers import Receiver
from tests.simulation.service import DATABASE, Service, Setting, rules
from tests.simulation.tables import Rows
from tests.simulation.watchers import Watcher
from tests.simulation.world import DAY, Node, World

REMEMBERED = 4096
"""States that are kept ready: what follows from facts is a pure function, and dear."""


class Outcome(NamedTuple):
    """What came of a seed: what is wrong, the digest of all that happened, and the lines of it if wanted."""

    plan: Plan
    wrong: tuple[str, ...]
    digest: str
    lines: tuple[str, ...]
    steps: int


@lru_cache(maxsize=1)
def _rows() -> Rows:
    rows = Rows()
    digest = rules().snapshot.digest
    rows.main.raw.execute("INSERT INTO snapshots (digest, stored_at) VALUES (?, 0)", (digest,))
    rows.main.raw.execute("UPDATE register_database SET id = ?", (DATABASE,))
    rows.keep()
    return rows


def prepared() -> Rows:
    """The database as it is at the beginning of a world; each process has one, for one world at a time."""
    rows = _rows()
    rows.reset()
    return rows


def run(plan: Plan, traced: bool = False) -> Outcome:
    """Everything that the plan says. The same plan gives the same outcome, always."""
    rows = prepared()
    world = World(plan.seed, plan.grain, plan.pace, traced)
    with _quiet(), remembered():
        try:
            world.loop.run_until_complete(_Run(world, plan, rows).whole())
        except Stuck:
            world.is_wrong("nothing goes on, and something is waited for")
        except Exception as unexpected:
            world.is_wrong(f"unexpected: {unexpected!r}")
        finally:
            world.loop.close()
    for error in world.loop.failed:
        world.is_wrong(f"a task failed: {error!r}")
    lines = tuple(world.trace.lines or ())
    return Outcome(plan, tuple(dict.fromkeys(world.wrong)), world.trace.digest, lines, world.trace.count)


class _Run:
    def __init__(self, world: World, plan: Plan, rows: Rows) -> None:
        self._world = world
        self._plan = plan
        self._committed = Committed(world)
        self._database = Database(rows, plan.kind, world.loop.time, self._committed.hear)
        self._dice = world.dice("database")
        self._setting = Setting(plan.tick_seconds, plan.look_seconds, plan.lead, plan.attempts, plan.odds)
        self._receivers = {
            f"s{number}": Receiver(world, self._committed, f"s{number}", wish, plan.moods)
            for number, wish in enumerate(plan.wishes)
        }
        self._started = 0
        self._services = [self._start() for _ in range(plan.nodes)]
        world.died = self._died

    async def whole(self) -> None:
        world, plan = self._world, self._plan
        for leap in plan.leaps:
            world.loop.call_at(leap.at, self._leap, leap.amount)
        for fault in plan.faults:
            world.loop.call_at(fault.at, self._befall, fault)
        watchers = [
            Watcher(world, self._committed, self._services, f"w{number}", bodies)
            for number, bodies in enumerate(plan.watched)
        ]
        watching = [asyncio.create_task(each.run()) for each in watchers]
        clients = Clients(world, plan, self._services, self._committed)
        await asyncio.gather(clients.run(), asyncio.sleep(SECONDS))
        await self._calm()
        for task in watching:
            task.cancel()
        quiet = Link(world, self._database, OUTSIDE_NODE, Odds(), self._dice)
        keeper = Keeper(cast(Any, SimulatedEngine(quiet)))
        await check_register(world, keeper, self._committed, clients.told)
        check_watchers(world, self._committed, watchers)
        check_receivers(world, self._committed, self._receivers.values())

    async def _calm(self) -> None:
        """Nothing fails any more; what is due is due, and there is time for it."""
        world = self._world
        world.say("calm")
        world.calm = True
        for number, service in enumerate(self._services):
            node = service.node
            node.cut_off, node.slow, node.dies_in, node.skew = False, 1.0, 0, 0
            if node.paused:
                world.loop.resume(node)
            if not node.alive:
                self._services[number] = self._start()
        for receiver in self._receivers.values():
            receiver.mended()
        self._leap(2 * DAY)
        await asyncio.sleep(50.0)  # what was begun before, ends
        await self._replay()
        self._leap(2 * DAY)  # whoever was asked to come back in a day
        await asyncio.sleep(20.0 + max(self._plan.tick_seconds, self._plan.look_seconds))

    async def _replay(self) -> None:
        """Whoever runs the service has what was given up sent anew."""
        quiet = Link(self._world, self._database, OUTSIDE_NODE, Odds(), self._dice)
        keeper = Keeper(cast(Any, SimulatedEngine(quiet)))
        for name in self._receivers:
            if await letters(keeper, name, 1):
                count = await replay_dead(keeper, name)
                self._world.say("replay", name, count)

    def _start(self) -> Service:
        self._started += 1
        name = f"p{self._started}"
        return Service(self._world, name, self._database, self._setting, self._subscriptions, self._dice)

    def _subscriptions(self) -> dict[str, Subscription]:
        return {name: each.subscription() for name, each in self._receivers.items()}

    def _died(self, node: Node) -> None:
        for number, service in enumerate(self._services):
            if service.node is node:
                service.link.died()
                if not self._world.calm:
                    again = partial(self._again, number, node)
                    self._world.outside(self._dice.uniform(1.0, 30.0), again)

    def _again(self, number: int, node: Node) -> None:
        if self._services[number].node is node:
            self._services[number] = self._start()

    def _leap(self, amount: int) -> None:
        self._world.say("leap", amount // DAY, "days")
        self._world.leapt += amount

    def _befall(self, fault: Fault) -> None:
        world, node = self._world, self._services[fault.node].node
        world.say(fault.what, node.name, fault.amount)
        if fault.what == "kill":
            node.dies_in = round(fault.amount)
        elif fault.what == "pause":
            world.loop.pause(node)
            world.outside(fault.amount, lambda: world.loop.resume(node))
        elif fault.what == "cut":
            node.cut_off = True
            world.outside(fault.amount, lambda: setattr(node, "cut_off", False))
        elif fault.what == "slow":
            node.slow = 20.0
            world.outside(fault.amount, lambda: setattr(node, "slow", 1.0))
        else:
            node.skew += round(fault.amount)


OUTSIDE_NODE = Node("outside")


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing is logged, and nothing is collected in the middle."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        logging.disable(before)


_STATES: dict[Any, Any] = {}


def _derived(district: Any, case: Any, as_of: int, lead: int, handlers: Any = ()) -> Any:
    key = (case.SerializeToString(deterministic=True), as_of, lead, tuple(sorted(dict(handlers).items())))
    found = _STATES.get(key)
    if found is None:
        if len(_STATES) > REMEMBERED:
            _STATES.clear()
        found = _STATES[key] = state.derived(district, case, as_of, lead, dict(handlers))
    return found


@contextmanager
def remembered() -> Iterator[None]:
    """States that were worked out before are not worked out again: of one pack, whatever the seed."""
    modules: tuple[Any, ...] = (advance, verifying)
    before: list[Callable[..., Any]] = [each.derived for each in modules]
    for each in modules:
        each.derived = _derived
    try:
        yield
    finally:
        for each, own in zip(modules, before, strict=True):
            each.derived = own
