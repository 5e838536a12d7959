"""Refusals that come in floods: the first of a minute have a line of the log each, the others are counted.

What a stranger can bring about as often as they like must not fill the log. Once the minute is over one line
says how many there were of each reason, and from how many peers.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from server.identity.peers import host_of
from server.settings.logs import Level, Value, event

WINDOW_SECONDS = 60.0
LINES = 100
"""Refusals of one window that have a line of their own."""
MOST_PEERS = 1000
"""Peers that are told apart within a window."""


class Tally:
    """Counts refusals. ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = 0.0
        self._lines = 0
        self._counts: dict[str, int] = {}
        self._peers: dict[str, set[str]] = {}

    def line(self, reason: str, peer: str, own: bool = True) -> bool:
        """Whether a refusal has a line of its own (``own`` False: it has none); else it is counted."""
        self.tell()
        if not self._lines and not self._counts:
            self._began = self._clock()
        if own and self._lines < LINES:
            self._lines += 1
            return True
        self._counts[reason] = self._counts.get(reason, 0) + 1
        peers = self._peers.setdefault(reason, set())
        if len(peers) < MOST_PEERS:
            peers.add(host_of(peer))
        return False

    def tell(self, now: bool = False) -> None:
        """Logs what was counted, once the window is over, or ``now``."""
        if not now and self._clock() - self._began < WINDOW_SECONDS:
            return
        for reason, count in sorted(self._counts.items()):
            peers = self._peers[reason]
            told: dict[str, Value] = {"reason": reason, "count": count, "peers": len(peers)}
            event(Level.WARNING, "calls_refused", seconds=WINDOW_SECONDS, peer=min(peers), **told)
        self._lines = 0
        self._counts, self._peers = {}, {}
