"""What is to happen under a seed: how large the world is, what fails in it, and when.

Each seed has its own few kinds of fault (swarm testing): what never fails together with something else would
else never be seen without it. A plan can be made smaller: a failure that stays is easier to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

from policy.time.moment import NANO
from tests.simulation.database import Kind
from tests.simulation.engine import Odds
from tests.simulation.receivers import Moods, Wish, moods_of, wish_of
from tests.simulation.world import DAY, HOUR

SECONDS = 60.0
"""For so long, in virtual seconds, things are done and fail; then all is well again."""

FAULTS = ("kill", "pause", "cut", "slow", "skew")
"""What may happen to a process: killed at some step and started again, paused, cut off from the database, a
slow database, a clock that jumps."""


class Fault(NamedTuple):
    """Something that befalls a process ``at`` so many virtual seconds.

    ``amount`` is the seconds that it lasts, the steps before it is killed, the nanoseconds of a jump.
    """

    at: float
    what: str
    node: int
    amount: float


class Leap(NamedTuple):
    """At so many virtual seconds, so much time passes at once, ns: a week in which nobody did a thing."""

    at: float
    amount: int


@dataclass(frozen=True)
class Plan:
    """All of it. ``intents`` are the numbers of the things that clients do."""

    seed: int
    kind: Kind
    nodes: int
    cases: int
    intents: tuple[int, ...]
    tick_seconds: float
    grain: int
    pace: float
    lead: int
    odds: Odds
    look_seconds: float
    attempts: int
    wishes: tuple[Wish, ...]
    moods: Moods
    watched: tuple[tuple[str, ...], ...]
    faults: tuple[Fault, ...]
    leaps: tuple[Leap, ...]

    def smaller(self) -> Iterator[Plan]:
        """The same with one thing less, each."""
        for number in range(len(self.faults)):
            yield replace(self, faults=self.faults[:number] + self.faults[number + 1 :])
        for number in range(len(self.intents)):
            yield replace(self, intents=self.intents[:number] + self.intents[number + 1 :])
        for number in range(len(self.leaps)):
            yield replace(self, leaps=self.leaps[:number] + self.leaps[number + 1 :])
        for number in range(len(self.wishes)):
            yield replace(self, wishes=self.wishes[:number] + self.wishes[number + 1 :])
        for number in range(len(self.watched)):
            yield replace(self, watched=self.watched[:number] + self.watched[number + 1 :])
        for name, value in self.odds._asdict().items():
            if value:
                yield replace(self, odds=self.odds._replace(**{name: 0.0}))
        for name, value in self.moods._asdict().items():
            if value:
                yield replace(self, moods=self.moods._replace(**{name: 0.0}))
        if self.nodes > 1:
            faults = tuple(each for each in self.faults if each.node < self.nodes - 1)
            yield replace(self, nodes=self.nodes - 1, faults=faults)


def plan_of(seed: int) -> Plan:
    """The plan of a seed. Two in three worlds are small: most of what can go wrong takes little."""
    dice = Random(f"{seed} plan")  # noqa: S311 - made to be known
    small = dice.random() < 0.67
    nodes = dice.choice((1, 2, 2) if small else (1, 2, 2, 3))
    own = [what for what in FAULTS if dice.random() < 0.4]
    count = dice.choice((0, 1, 2, 2, 3) if small else (0, 1, 2, 3, 5)) if own else 0
    return Plan(
        seed,
        dice.choice((Kind.SQLITE, Kind.POSTGRESQL, Kind.POSTGRESQL)),
        nodes,
        1 if small else dice.choice((1, 1, 2)),
        tuple(range(dice.choice((1, 2, 2) if small else (2, 3, 5)))),
        dice.choice((30.0, 45.0) if small else (10.0, 30.0)),
        dice.choice((HOUR, HOUR, HOUR, HOUR, HOUR, NANO)),
        dice.choice((0.002, 0.05, 0.4)),
        dice.choice((0, 6 * HOUR, 30 * HOUR)),
        Odds(*(dice.choice((0.0, 0.0, odds)) for odds in (0.01, 0.2, 0.02))),
        dice.choice((40.0, 50.0) if small else (15.0, 40.0)),
        dice.choice((3, 100)),
        tuple(wish_of(dice) for _ in range(dice.choice((0, 1, 1) if small else (0, 1, 1, 2)))),
        moods_of(dice),
        tuple(dice.choice(((), ("court",))) for _ in range(0 if small else dice.choice((0, 1)))),
        tuple(sorted(_fault(dice, dice.choice(own), nodes) for _ in range(count))),
        tuple(sorted(_leap(dice) for _ in range(dice.choice((0, 1, 1, 2, 3))))),
    )


def _fault(dice: Random, what: str, nodes: int) -> Fault:
    amount = {
        "kill": lambda: float(dice.randint(1, 40)),
        "pause": lambda: dice.choice((1.0, 20.0, 70.0, 150.0)),
        "cut": lambda: dice.choice((5.0, 40.0, 90.0)),
        "slow": lambda: dice.choice((30.0, 90.0)),
        "skew": lambda: float(dice.choice((1, 1, -1)) * dice.choice((HOUR, 30 * HOUR, 9 * DAY, 9 * DAY))),
    }[what]()
    return Fault(round(dice.uniform(0.0, SECONDS), 3), what, dice.randrange(nodes), amount)


def _leap(dice: Random) -> Leap:
    return Leap(
        round(dice.uniform(0.0, SECONDS), 3), dice.choice((HOUR, 18 * HOUR, 24 * HOUR, 8 * DAY, 35 * DAY))
    )
