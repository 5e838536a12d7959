"""What a row of a board is of, and a point of its trend."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum


class By(StrEnum):
    """What a row is of."""

    BODY = "body"
    UNIT = "unit"
    CLAUSE = "clause"
    MATTER = "matter"


class Every(StrEnum):
    """What a point of the trend is of."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def start(self, day: date) -> date:
        """The first day of the day, week (from Monday) or month that a day is in."""
        if self is Every.WEEK:
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self is Every.MONTH else day

    def after(self, start: date) -> date:
        """The first day of the next one."""
        step = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 32}[self]
        return self.start(start + timedelta(days=step))
