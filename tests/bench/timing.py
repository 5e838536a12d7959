"""Timing several calls side by side: one after the other in every round, so that noise hits all alike.

What is measured is the processor time of this process, all its threads together: on a machine that does
nothing else it is the time that passes; on any other it is what the calls cost, not what the neighbours do.
"""

from __future__ import annotations

import gc
import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time_ns
from typing import Any

Call = Callable[[], Any]

WARM_UP = 2
TIMED = 3
SEED = 20170919

GC_POLICY = (
    "Python's garbage collector stays on; what was loaded before the first round is frozen (gc.freeze), as "
    "in the server"
)


@dataclass(frozen=True, slots=True)
class Samples:
    """Nanoseconds of processor time of one subject, a tuple of rounds for each workload."""

    rounds: tuple[tuple[int, ...], ...]

    @property
    def median(self) -> float:
        """Over all workloads and rounds, in microseconds."""
        return statistics.median(self._all()) / 1000

    @property
    def p99(self) -> float:
        """Over all workloads and rounds, in microseconds."""
        return percentile(self._all(), 99) / 1000

    @property
    def medians(self) -> tuple[float, ...]:
        """Of each workload, in microseconds."""
        return tuple(statistics.median(times) / 1000 for times in self.rounds)

    def _all(self) -> list[int]:
        return [time for times in self.rounds for time in times]


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least ``percent`` per cent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def side_by_side(
    subjects: Sequence[Sequence[Call]], rounds: int, advance: Callable[[], None] = lambda: None
) -> list[Samples]:
    """Times ``subjects[s][w]``: in each round, for every workload ``w``, every subject in a shuffled order.

    A subject's turn is one call that does not count, which brings its data back into the caches that the
    others have used, and ``TIMED`` that do. Two rounds before the first warm everything up. ``advance`` is
    called after each round.
    """
    shuffle = shuffler()
    times: list[list[list[int]]] = [[[] for _ in calls] for calls in subjects]
    order = list(range(len(subjects)))
    gc.collect()
    gc.freeze()
    try:
        for number in range(-WARM_UP, rounds):
            for workload in range(len(subjects[0])):
                shuffle(order)
                for subject in order:
                    spent = _turn(subjects[subject][workload])
                    if number >= 0:
                        times[subject][workload] += spent
            advance()
    finally:
        gc.unfreeze()
    return [Samples(tuple(tuple(w) for w in subject)) for subject in times]


def _turn(call: Call) -> list[int]:
    call()
    spent = []
    for _ in range(TIMED):
        begin = process_time_ns()
        call()
        spent.append(process_time_ns() - begin)
    return spent


def shuffler() -> Callable[[list[int]], None]:
    """Shuffles a list in place, in the same way in every run."""
    return random.Random(SEED).shuffle  # noqa: S311 - nothing secret


def geometric_mean_ratio(slow: Samples, fast: Samples) -> float:
    """How many times as long ``slow`` takes, workload by workload, each weighing the same."""
    return statistics.geometric_mean([s / f for s, f in zip(slow.medians, fast.medians, strict=True)])
