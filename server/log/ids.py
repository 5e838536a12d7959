"""Ids of logged decisions: ULIDs, which sort by time and never repeat.

48 bits of milliseconds since 1970 UTC and 80 random bits, written as 26 characters of Crockford's base 32.
Within one process each id is greater than the one before, also when the clock stands still or is set back.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_SHIFTS = tuple(range(120, -1, -10))
_RANDOM_BITS = 80
_ULID = re.compile(f"[0-7][{_ALPHABET}]{{25}}")


def is_log_id(text: str) -> bool:
    """Whether ``text`` has the form of an id."""
    return _ULID.fullmatch(text) is not None


class LogIds:
    """A source of ids. ``clock`` gives nanoseconds since 1970 UTC, ``entropy`` that many random bits."""

    def __init__(
        self, clock: Callable[[], int] = time.time_ns, entropy: Callable[[int], int] = secrets.randbits
    ) -> None:
        self._clock = clock
        self._entropy = entropy
        self._last = -1
        self._last_time = -1

    def next(self) -> str:
        """An id greater than all before it."""
        now = self._clock() // 1_000_000
        if now > self._last_time:
            self._last_time = now
            # The top random bit is left free, so that counting up within a millisecond cannot overflow into
            # it.
            self._last = (now << _RANDOM_BITS) | self._entropy(_RANDOM_BITS - 1)
        else:
            self._last += 1
        value = self._last
        return "".join([_PAIRS[value >> shift & 1023] for shift in _SHIFTS])
