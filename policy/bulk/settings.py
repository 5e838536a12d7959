"""What holds for every case of a job."""

from __future__ import annotations

from typing import NamedTuple

Period = tuple[int, int]
"""From a moment until before another, in nanoseconds since 1970 UTC."""


class Settings(NamedTuple):
    """What holds for every case. Moments are nanoseconds since 1970 UTC."""

    district: str
    """In place of the case's own, or ""."""
    as_of: int | None
    """In place of the case's own moment, or None."""
    now: int
    """Where nothing states a moment."""
    lang: str
    """Of the reasons of bad rows."""
    ids: bool = True
    """Whether findings name their obligations."""
    period: Period | None = None
    """Cases are decided at the cut-offs of its assessments, and counted for them."""
    own: bool = False
    """A case that names another district than ``district`` is refused, and not decided under it."""

    def moment(self, stated: int | None) -> int:
        """The moment that a case is decided for."""
        if self.as_of is not None:
            return self.as_of
        return self.now if stated is None else stated
