"""One simulated world: its time, its chance, its processes and their clocks, and the trace of what happened.

Everything that is left to chance comes from the seed, a stream of its own for each purpose: whatever one
purpose draws, the others draw the same.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from contextvars import Context
from random import Random
from typing import Any

from policy.time.moment import NANO
from tests.simulation.loop import OUTSIDE, Process, SimulatedLoop, belong, process

START = 1_709_341_200 * NANO
"""2024-03-02 09:00 in Shanghai."""
HOUR = 3_600 * NANO
DAY = 24 * HOUR


class Trace:
    """What happened, line by line: the digest of it, and the lines where somebody wants to read them."""

    def __init__(self, kept: bool) -> None:
        self._digest = hashlib.blake2b(digest_size=10)
        self.lines: list[str] | None = [] if kept else None
        self.count = 0

    def add(self, line: str) -> None:
        """One more line."""
        self.count += 1
        self._digest.update(line.encode())
        if self.lines is not None:
            self.lines.append(line)

    @property
    def digest(self) -> str:
        """The same for the same lines."""
        return self._digest.hexdigest()


class Node(Process):
    """One process of the service: how its clock goes, and how it reaches the database."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.skew = 0
        """How far its clock is ahead of the true time, ns."""
        self.cut_off = False
        """Nothing that it sends to the database arrives, nor any answer."""
        self.slow = 1.0
        """How much longer than usual everything takes that it asks of the database."""
        self.dies_in = 0
        """After so many more steps it is killed; 0: it is not to be."""
        self.broken_at = 0
        """How often its connections were broken off: those that are older are gone."""


class World:
    """What all parts of the simulation share."""

    def __init__(self, seed: int, grain: int, pace: float, traced: bool = False) -> None:
        """``grain``: clocks go in steps of so many ns; ``pace``: the seconds of a step, on average."""
        self.seed = seed
        self.loop = SimulatedLoop(self.dice("schedule"))
        self.trace = Trace(traced)
        self.leapt = 0
        """How much of the time, ns, has passed at once."""
        self.died: Callable[[Node], None] = lambda _: None
        """Hears of a node that was killed."""
        self.wrong: list[str] = []
        """What must not be, and was."""
        self.calm = False
        """Nothing fails any more."""
        self._grain = grain
        self._pace = pace
        self._latency = self.dice("latency")

    def dice(self, purpose: str) -> Random:
        """Chance for one purpose."""
        return Random(f"{self.seed} {purpose}")  # noqa: S311 - made to be known

    def now(self) -> int:
        """The true time, ns since 1970 UTC."""
        return START + self.leapt + round(self.loop.time() * NANO)

    def clock(self, node: Node) -> int:
        """What a node takes for the time."""
        now = self.now() + node.skew
        return now - now % self._grain

    def say(self, *what: Any) -> None:
        """Notes what happens, when, and in which process."""
        self.trace.add(f"{self.loop.time():12.4f} {process().name:8} {' '.join(map(str, what))}")

    def is_wrong(self, what: str) -> None:
        """Notes what must not be."""
        self.say("WRONG", what)
        self.wrong.append(what)

    def outside(self, after: float, what: Callable[[], object]) -> None:
        """Does something in so many seconds, whatever becomes of the process that asks for it."""
        context = Context()
        context.run(belong, OUTSIDE)
        self.loop.call_later(after, what, context=context)

    async def step(self, factor: float = 1.0) -> None:
        """Whatever a process asks of another takes a while; it may be killed before that is done."""
        await asyncio.sleep(self._latency.expovariate(1.0) * self._pace * factor)
        own = process()
        if isinstance(own, Node) and own.dies_in:
            own.dies_in -= 1
            if not own.dies_in:
                self.kill(own)
                await asyncio.get_running_loop().create_future()

    def kill(self, node: Node) -> None:
        """It is gone, in the middle of whatever it does."""
        if node.alive:
            self.say("kill", node.name)
            self.loop.kill(node)
            self.died(node)


__all__ = ["DAY", "HOUR", "OUTSIDE", "START", "Node", "Trace", "World"]
