"""Due times of a whole column of starts, by ``policy.time.deadline``.

What depends on the start's day alone (days, months, working days, dates) is counted once a day by the scalar
code and kept; hours are added. Moments are nanoseconds since 1970 UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import numpy as np

from policy.bulk.columns.days import NANO, DayTable, day_of, start_of
from policy.bulk.columns.tables import Column
from policy.bulk.columns.texts import Bools, Ints
from policy.facts.reading import TIME_MAX
from policy.pack.model import DeadlineForm
from policy.program.dues import DuePlan
from policy.time.calendar import Calendar
from policy.time.deadline import Due, Kind
from policy.time.moment import nanos_of, shanghai
from policy.time.period import LegalTimeError, Unit

_HOUR = 3600 * NANO
_SHANGHAI = 8 * _HOUR
_FIRST = start_of(0)
"""2000-01-01T00:00 in Shanghai: no period starts before."""
_LAST = TIME_MAX - _SHANGHAI
"""The end of 2099 in Shanghai: no period ends later."""


class Dues(NamedTuple):
    """The due times of one rule's bindings. ``at`` None: the deadline has none."""

    kind: str
    at: Ints | None
    provisional: Bools | None
    failed: Bools | None
    """Where it cannot be counted, or the fact it is counted from is missing: None: nowhere."""


class DueColumn:
    """Counts one deadline."""

    def __init__(self, plan: DuePlan, calendar: Calendar) -> None:
        self._plan = plan
        self._calendar = calendar
        form, period = plan.source.form, plan.period
        self.needs = "moment" if plan.needs_moment else "start" if plan.needs_start else ""
        self._hours = 0
        within = form in (DeadlineForm.WITHIN, DeadlineForm.WORD)
        if within and period is not None and period.unit is Unit.HOUR:
            self._hours = period.amount
        self._table = DayTable(self._by_day)
        self._fixed = self._constant() if not self.needs else None

    def _constant(self) -> Due | None:
        try:
            return self._plan.count(None, None, self._calendar)
        except LegalTimeError:
            return None

    def _by_day(self, day: int) -> tuple[int, bool] | None:
        try:
            due = self._plan.count(shanghai(start_of(day)), None, self._calendar)
        except LegalTimeError:
            return None
        return (nanos_of(due.at), due.provisional) if due.at is not None else None

    def count(self, size: int, given: Column | None) -> Dues:
        """The due times from the starts (or moments) ``given``, which a deadline of the other forms lacks."""
        if given is None:
            return self._without(size)
        missing = None if given.known is None else ~given.known
        exact = given.data
        outside = (exact < _FIRST) | (exact >= _LAST)
        failed = _or(missing, outside)
        if self.needs == "moment":
            return Dues(Kind.FIXED, exact, None, failed)
        if self._hours:
            first = exact
            if self._plan.source.hours == "next_hour":
                first = exact // _HOUR * _HOUR + _HOUR
            at = first + self._hours * _HOUR
            return Dues(Kind.NUMERIC, at, None, _or(failed, at > _LAST))
        at, provisional, valid = self._table.at(day_of(exact))
        return Dues(_kind(self._plan), at, provisional, _or(failed, ~valid))

    def _without(self, size: int) -> Dues:
        if self._fixed is None:
            return Dues(Kind.FIXED, None, None, np.ones(size, bool))
        at: datetime | None = self._fixed.at
        if at is None:
            return Dues(self._fixed.kind, None, None, None)
        provisional = np.full(size, True) if self._fixed.provisional else None
        return Dues(self._fixed.kind, np.full(size, nanos_of(at), np.int64), provisional, None)


def _or(one: Bools | None, other: Bools) -> Bools | None:
    if not other.any():
        return one
    return other if one is None else one | other


def _kind(plan: DuePlan) -> str:
    if plan.source.form is DeadlineForm.BY:
        return Kind.FIXED
    return Kind.RECURRING if plan.source.form is DeadlineForm.EVERY else Kind.NUMERIC
