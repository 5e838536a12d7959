"""What a board is asked for. Moments are nanoseconds since 1970 UTC; days are those of Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from policy.facts.reading import FactsError, Violation
from policy.time.calendar import SHANGHAI
from policy.time.moment import NANO, nanos_of
from server.board.kinds import By, Every

FIRST, LAST = date(1992, 1, 1), date(2099, 1, 1)
"""Days that a period may begin and end with: no summer time has been kept in China since 1991."""
MOST_POINTS = 400
"""Most points of a trend: a year, day by day."""


class Asked(NamedTuple):
    """A board: how things stand at ``at``, and what became of the duties of a period, as known by then.

    ``own``: the bodies that its reader speaks for, whose duties alone are counted (None: all); ``body`` and
    ``unit`` narrow it further. ``lead``: so long before it is due a duty is due soon. ``rank_by``: the figure
    that rows are ranked by; "": they are not.
    """

    district: str
    at: int
    since: int
    until: int
    lead: int
    by: By = By.BODY
    every: Every | None = None
    own: frozenset[str] | None = None
    body: str = ""
    unit: str = ""
    rank_by: str = ""


class Window(NamedTuple):
    """The moment that is looked at, and the period: from a moment until before another."""

    at: int
    since: int
    until: int


def window(now: int, at: int | None = None, since: int | None = None, until: int | None = None) -> Window:
    """What is looked at: by default the calendar year of the moment, and the moment ``looked_at``.

    Raises ``FactsError``: LNK085 for a period that is none, LNK086 for a moment that does not go with it.
    """
    if since is None and until is None:
        # A moment out of reach is refused below; there may be no calendar for its year.
        since, until = year_around(now if at is None else max(midnight(FIRST), min(at, now)))
    if since is None or until is None or since >= until:
        raise FactsError((Violation("since" if since is None else "until", "LNK085"),))
    if since < midnight(FIRST) or until > midnight(LAST):
        raise FactsError((Violation("since" if since < midnight(FIRST) else "until", "LNK085"),))
    moment = looked_at(now, until) if at is None else at
    if moment > now or moment < since:
        args = (("since", day_of(since).isoformat()), ("now", day_of(now).isoformat()))
        raise FactsError((Violation("since" if at is None else "at", "LNK086", args),))
    return Window(moment, since, until)


def looked_at(now: int, until: int) -> int:
    """The moment at which a period is looked at: now, or when it is over just after it.

    As in an assessment: what is due at its very end has not been done by then.
    """
    return min(now, until + 1)


def year_around(moment: int) -> tuple[int, int]:
    """The first moment of the calendar year that a moment is in, and of the next."""
    year = day_of(moment).year
    return midnight(date(year, 1, 1)), midnight(date(year + 1, 1, 1))


def day_of(moment: int) -> date:
    """The day that a moment is in."""
    return datetime.fromtimestamp(moment // NANO, SHANGHAI).date()


def midnight(day: date) -> int:
    """The first moment of a day."""
    return nanos_of(datetime(day.year, day.month, day.day, tzinfo=SHANGHAI))
