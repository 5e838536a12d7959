"""Failed credentials of each peer: so many in a minute, then no more are looked at for a while.

    token bucket of a peer:  one for each failure, refilled with time; empty: ``wait`` says how long

The table is bounded. Who has not failed for a minute is not in it, and of more peers than it holds those that
failed longest ago are forgotten.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_PEERS = 10_000
_MINUTE = 60.0


class Failures:
    """Counts. ``in_a_minute``: failures that one peer may have; ``clock`` gives seconds."""

    def __init__(self, in_a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(in_a_minute)
        self._rate = in_a_minute / _MINUTE
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def wait(self, peer: str) -> float:
        """The seconds after which the peer may fail again; 0.0: now."""
        return max(0.0, (1.0 - self._tokens(peer, self._clock())) / self._rate)

    def count(self, peer: str, number: int = 1) -> None:
        """Counts a failure of the peer, or (-1) gives back one that was none."""
        now = self._clock()
        tokens = self._tokens(peer, now) - number
        if tokens >= self._most:
            self._left.pop(peer, None)
            return
        self._left[peer] = tokens, now
        self._left.move_to_end(peer)
        while len(self._left) > MOST_PEERS:
            self._left.popitem(last=False)

    def _tokens(self, peer: str, now: float) -> float:
        found = self._left.get(peer)
        if found is None:
            return self._most
        tokens, at = found
        grown = tokens + (now - at) * self._rate
        if grown >= self._most:
            del self._left[peer]
            return self._most
        return grown
