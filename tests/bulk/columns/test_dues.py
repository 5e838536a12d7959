"""Due times of columns are those that the deadline's own plan counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.bulk.columns.dues import DueColumn
from policy.bulk.columns.tables import Column
from policy.facts.reading import TIME_MAX, TIME_MIN
from policy.pack.model import Deadline, DeadlineForm
from policy.program.dues import DuePlan
from policy.text.source import whole
from policy.time.calendar import Calendar
from policy.time.moment import nanos_of, shanghai
from policy.time.period import LegalTimeError, Period

_SPAN = whole("test.yaml")
_CALENDAR = Calendar.published(through=2024)


def _plan(form: DeadlineForm, period: str = "", **rest: Any) -> DuePlan:
    counted = Period.parse(period) if period else None
    return DuePlan(Deadline(form=form, span=_SPAN, period=counted, **rest), counted, (), False)


_PLANS = {
    "hours": _plan(DeadlineForm.WITHIN, "24 hours"),
    "full hours": _plan(DeadlineForm.WITHIN, "5 hours", hours="next_hour"),
    "days": _plan(DeadlineForm.WITHIN, "10 days"),
    "days that do not move": _plan(DeadlineForm.WITHIN, "10 days", roll=False),
    "working days": _plan(DeadlineForm.WITHIN, "7 working_days"),
    "months": _plan(DeadlineForm.WITHIN, "3 months"),
    "years": _plan(DeadlineForm.WITHIN, "2 years"),
    "a word with a period": _plan(DeadlineForm.WORD, "2 days"),
    "a day of the year": _plan(DeadlineForm.BY, month=3, day=31, roll=True),
    "every year": _plan(DeadlineForm.EVERY, every="FREQ=YEARLY"),
    "every quarter": _plan(DeadlineForm.EVERY, every="FREQ=MONTHLY;INTERVAL=3", roll=True),
    "given": _plan(DeadlineForm.AT),
}
_MOMENTS = st.one_of(
    st.integers(TIME_MIN, TIME_MAX - 1),
    st.sampled_from((TIME_MIN, TIME_MIN + 1, TIME_MAX - 1, 1_710_043_199_999_999_999, 1_710_000_000 * 10**9)),
    st.integers(0, 36_524).map(lambda day: TIME_MIN + day * 86_400 * 10**9 + 16 * 3600 * 10**9),
)


@pytest.mark.parametrize("name", _PLANS)
def test_same_as_the_plan(name: str) -> None:
    plan = _PLANS[name]
    column = DueColumn(plan, _CALENDAR)

    @given(st.lists(_MOMENTS, min_size=1, max_size=30))
    def same(starts: list[int]) -> None:
        given_ = Column(np.array(starts, np.int64), None)
        kind, at, provisional, failed = column.count(len(starts), given_)
        assert at is not None
        for place, start in enumerate(starts):
            try:
                moment = shanghai(start)
                counted_from = None if plan.needs_moment else moment
                due = plan.count(counted_from, moment if plan.needs_moment else None, _CALENDAR)
            except LegalTimeError:
                assert failed is not None
                assert failed[place]
                continue
            assert due.at is not None
            assert failed is None or not failed[place]
            assert (due.kind, nanos_of(due.at)) == (kind, at[place])
            assert due.provisional == (provisional is not None and provisional[place])

    same()


def test_a_start_that_is_missing_fails() -> None:
    start = Column(np.array([1_710_000_000 * 10**9, 0], np.int64), np.array([True, False]))
    failed = DueColumn(_PLANS["days"], _CALENDAR).count(2, start).failed
    assert failed is not None
    assert failed.tolist() == [False, True]


def test_a_word_without_a_period_has_no_due_time() -> None:
    found = DueColumn(_plan(DeadlineForm.WORD, word="promptly"), _CALENDAR).count(3, None)
    assert found.at is None
    assert (found.kind, found.failed) == ("qualitative", None)


def test_a_fixed_day() -> None:
    plan = _plan(DeadlineForm.ON)
    plan = replace(plan, source=replace(plan.source, on=date(2026, 5, 1)))
    found = DueColumn(plan, _CALENDAR).count(2, None)
    due = plan.count(None, None, _CALENDAR)
    assert due.at is not None
    assert found.at is not None
    assert found.at.tolist() == [nanos_of(due.at)] * 2
    assert found.kind == due.kind
