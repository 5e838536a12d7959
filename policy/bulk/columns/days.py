"""Civil days in Shanghai: moments to days and back, and functions of a day as tables."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from policy.bulk.columns.tables import Column
from policy.bulk.columns.texts import Ints
from policy.expr.ops import CelError, add_period
from policy.facts.reading import TIME_MAX, TIME_MIN
from policy.time.calendar import FIRST_DAY, LAST_DAY
from policy.time.period import Period, Unit

NANO = 1_000_000_000
_DAY = 86_400 * NANO
_SHIFT = 8 * 3600 * NANO
_EPOCH = 719_163
"""Ordinal of 1970-01-01."""
FIRST = FIRST_DAY.toordinal() - _EPOCH
DAYS = LAST_DAY.toordinal() - FIRST_DAY.toordinal() + 2
"""Days of the tables: all of legal time and, for the last hours of 2099 in UTC, one more."""


def day_of(moments: Ints) -> Ints:
    """The day in Shanghai of each moment, counted from 2000-01-01; held to the days of the tables."""
    return np.clip((moments + _SHIFT) // _DAY - FIRST, 0, DAYS - 1).astype(np.int32)


def start_of(day: int) -> int:
    """00:00 in Shanghai of a day, in nanoseconds since 1970 UTC."""
    return (day + FIRST) * _DAY - _SHIFT


class DayTable:
    """A function of a day, computed for the days that are asked for and kept; None: it has no value."""

    def __init__(self, function: Callable[[int], tuple[int, bool] | None]) -> None:
        self._function = function
        self._made = np.zeros(DAYS, bool)
        self._values = np.zeros(DAYS, np.int64)
        self._flags = np.zeros(DAYS, bool)
        self._valid = np.zeros(DAYS, bool)

    def at(self, days: Ints) -> tuple[Ints, Any, Any]:
        """(value, flag, whether there is a value) of each day."""
        missing = ~self._made[days]
        if missing.any():
            for day in np.unique(days[missing]).tolist():
                found = self._function(day)
                if found is not None:
                    self._values[day], self._flags[day], self._valid[day] = *found, True
                self._made[day] = True
        return self._values[days], self._flags[days], self._valid[days]


@lru_cache(maxsize=64)
def _ends(period: str) -> DayTable:
    def end(day: int) -> tuple[int, bool] | None:
        try:
            return add_period(start_of(day), period), False
        except CelError:
            return None

    return DayTable(end)


def end_of_period(start: Column, period: str) -> Column:
    """``add_period`` on a column; where it fails, unknown."""
    if Period.parse(period).unit is Unit.HOUR:
        return Column(start.data + Period.parse(period).amount * 3600 * NANO, start.known)
    moments = np.atleast_1d(start.data)
    value, _, valid = _ends(period).at(day_of(moments))
    valid &= (moments >= TIME_MIN) & (moments < TIME_MAX)
    if start.known is not None:
        valid |= ~start.known
    known = None if valid.all() else valid
    if start.known is not None:
        known = start.known if known is None else known & start.known
    return Column(value, known)
