"""When what failed is tried again, and when it is given up.

Waits grow by twice each time, up to a longest one, and each is chosen by chance between nothing and that
("full jitter"): receivers that come back are not met by everybody at once.
"""

from __future__ import annotations

from typing import NamedTuple

from policy.time.moment import NANO
from server.notices.ports import Chance

DAY = 86_400 * NANO
MOST_SECONDS = 86_400.0
"""A receiver that asks for a longer pause gets this one."""
HOUR = 3_600 * NANO
FARTHEST = 2 * DAY
"""Nothing is put off for so long, in nanoseconds, by a clock that is right."""


class Patience(NamedTuple):
    """How long it is tried: up to so many ``attempts``, and so many ``days`` after the first of them.

    ``first`` and ``longest`` are seconds.
    """

    attempts: int = 100
    days: float = 3.0
    first: float = 5.0
    longest: float = 3_600.0

    def spent(self, attempt: int, first_at: int, now: int) -> bool:
        """Whether what has failed ``attempt`` times, first at ``first_at`` (ns), is given up."""
        return attempt >= self.attempts or now - first_at >= self.days * DAY

    def next_at(self, attempt: int, after: float | None, now: int, chance: Chance) -> int:
        """When to try it again (ns), not before ``after`` seconds have passed."""
        longest = min(self.longest, self.first * 2.0 ** min(attempt - 1, 40))
        least = 0.0 if after is None else min(max(after, 0.0), MOST_SECONDS)
        # Those who were told one moment to come back do not all come at it.
        seconds = chance() * longest if after is None else least + chance() * self.first
        return now + round(seconds * NANO)
