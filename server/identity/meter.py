"""What each caller may have at most: calls in a second, calls at once, bytes in a request.

Counted by the caller's entry in the configuration, in each process that serves.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from server.identity.caller import Caller
from server.identity.refusals import OverLimit

SOON_SECONDS = 0.1
"""When to try again where a call that runs must end first."""


class _Account:
    __slots__ = ("at", "running", "tokens")

    def __init__(self, tokens: float, at: float) -> None:
        self.tokens = tokens
        self.at = at
        self.running = 0


class Meter:
    """Counts. ``clock`` gives seconds; ``at_once``: calls at once that nobody has more of, whoever it is."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, at_once: int | None = None) -> None:
        self._clock = clock
        self._at_once = at_once
        self._accounts: dict[str, _Account] = {}

    def enter(self, caller: Caller, size: int) -> None:
        """Counts a call with a message of ``size`` bytes; ``leave`` ends it. Raises ``OverLimit``."""
        self.fits(caller, size)
        limits = caller.limits
        account = self._account(caller)
        if limits.calls_at_once is not None and account.running >= self._most(limits.calls_at_once):
            raise OverLimit("calls_at_once", SOON_SECONDS)
        wait = self.take(caller)
        if wait:
            raise OverLimit("calls_per_second", wait)
        account.running += 1

    def _most(self, own: int) -> int:
        return own if self._at_once is None else min(own, self._at_once)

    def fits(self, caller: Caller, size: int) -> None:
        """Raises ``OverLimit`` for a message of more bytes than the caller may send."""
        if caller.limits.request_bytes is not None and size > caller.limits.request_bytes:
            raise OverLimit("request_bytes", 0.0)

    def leave(self, caller: Caller) -> None:
        """Ends a call that ``enter`` counted."""
        self._account(caller).running -= 1

    def take(self, caller: Caller, cost: int = 1, taken: int = 0) -> float:
        """Takes ``cost`` calls; 0.0, or (nothing being taken) the seconds until they may be had.

        A full burst, of which the same call may have ``taken`` some before, buys any number of them, on
        credit: the calls that follow wait for it.
        """
        limits = caller.limits
        if limits.calls_per_second is None:
            return 0.0
        account = self._grown(caller, limits.calls_per_second)
        missing = min(cost, limits.burst - taken) - account.tokens
        if missing > 0:
            return missing / limits.calls_per_second
        account.tokens -= cost
        return 0.0

    def turn(self, caller: Caller) -> float:
        """Takes one call, on credit if need be; the seconds until it is due."""
        rate = caller.limits.calls_per_second
        if rate is None:
            return 0.0
        account = self._grown(caller, rate)
        account.tokens -= 1
        return max(0.0, -account.tokens / rate)

    def _grown(self, caller: Caller, rate: float) -> _Account:
        """The account with what has come in since it was last looked at."""
        account, now = self._account(caller), self._clock()
        account.tokens = min(float(caller.limits.burst), account.tokens + (now - account.at) * rate)
        account.at = now
        return account

    def _account(self, caller: Caller) -> _Account:
        found = self._accounts.get(caller.name)
        if found is None:
            found = self._accounts[caller.name] = _Account(float(caller.limits.burst), self._clock())
        return found
