"""How long before it is due a duty is due soon, in each district: what an operator sets, and no law.

"24h liwan=48h xisaishan=12h" --leads_of--> Leads
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from policy.text.messages import Words
from policy.time.moment import DurationError, parse_duration

LONGEST = 366 * 86_400 * 10**9
"""No duty is due soon for longer than a year, in nanoseconds."""


EXPECTED = Words(
    "时长，如 24h；另有的地区写在后面，如 24h liwan=48h（最长一年）",
    "a length of time such as 24h, and after it districts that have another: 24h liwan=48h (a year at most)",
)


class LeadError(ValueError):
    """A text that says no such lengths; ``part`` is what is wrong with it."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class Leads(NamedTuple):
    """Lengths in nanoseconds: of any district, and of those that have their own."""

    every: int
    own: Mapping[str, int]

    def of(self, district: str) -> int:
        """That of a district."""
        return self.own.get(district, self.every)


def leads_of(text: str) -> Leads:
    """The lengths that a setting says. Raises ``LeadError``."""
    every, own = None, {}
    for part in text.split():
        district, told, length = part.rpartition("=")
        try:
            nanos = parse_duration(length)
        except DurationError as error:
            raise LeadError(part) from error
        if not 0 <= nanos <= LONGEST or bool(told) != bool(district) or district in own:
            raise LeadError(part)
        if district:
            own[district] = nanos
        elif every is None:
            every = nanos
        else:
            raise LeadError(part)
    if every is None:
        raise LeadError(text)
    return Leads(every, own)
