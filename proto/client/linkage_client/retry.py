"""When a call is made again, and after how long.

Only what may be answered later is asked again: ``Unavailable`` and ``Busy``. What the service says of when
to come back (google.rpc.RetryInfo) is obeyed; else pauses double, each shortened at random by up to a half,
so that many clients do not come back together.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from linkage_client.errors import LinkageError


@dataclass(frozen=True, slots=True)
class Retry:
    """How persistent a client is. ``Retry(attempts=1)`` makes every call once."""

    attempts: int = 6
    """How often a call is made at most; an answer to a part of a batch or stream begins the count anew."""
    first_pause: float = 0.2
    """Seconds before the second attempt."""
    longest_pause: float = 10.0
    """Seconds beyond which a pause does not grow by itself."""

    def pause(self, error: LinkageError, made: int) -> float | None:
        """Seconds to wait after the ``made``-th attempt failed with ``error``; None: give up."""
        if made >= self.attempts or not error.retryable:
            return None
        grown = min(self.first_pause * 2.0 ** (made - 1), self.longest_pause)
        spread = random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        return error.retry_after + self.first_pause * spread if error.retry_after else grown * spread
