"""The period of an assessment: in which one a duty counts, and when its state is looked at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from policy.assess.outcome import counts_at
from policy.decide.decision import Obligation
from policy.pack.assessment import Assessment
from policy.time.calendar import SHANGHAI
from policy.time.moment import nanos_of


class Span(NamedTuple):
    """From ``start`` until before ``end``; states are those of ``cut_off``. Nanoseconds since 1970 UTC."""

    start: int
    end: int
    cut_off: int

    @property
    def as_of(self) -> int:
        """The moment to decide for: what is due at the cut-off itself has not been done by then."""
        return self.cut_off + 1

    def holds(self, moment: int) -> bool:
        """Whether a moment lies in it."""
        return self.start <= moment < self.end


def span_of(assessment: Assessment, start: int, end: int) -> Span:
    """The period with the cut-off that the assessment states: the end of its day on or after ``end``."""
    if assessment.cut_off is None:
        return Span(start, end, end)
    month, day = assessment.cut_off
    local = datetime.fromtimestamp(end // 10**9, SHANGHAI)
    for year in (local.year, local.year + 1):
        # 29 February ends on the month's last day where there is none.
        first = datetime(year, month, 1, tzinfo=SHANGHAI)
        following = (first + timedelta(days=32)).replace(day=1)
        moment = min(first + timedelta(days=day), following)
        if nanos_of(moment) > end:
            return Span(start, end, nanos_of(moment))
    raise AssertionError("a day of every year comes within a year")


def year_of(year: int) -> tuple[int, int]:
    """The first moment of a calendar year in China, and of the next."""
    first, last = (datetime(each, 1, 1, tzinfo=SHANGHAI) for each in (year, year + 1))
    return nanos_of(first), nanos_of(last)


def moment_of(obligation: Obligation) -> int | None:
    """The moment whose period a duty counts in (``outcome.counts_at``); None: nobody can say."""
    due = obligation.due.nanos if obligation.due is not None else None
    violated = obligation.standing.violated_at
    return counts_at(obligation.plan.rule.modality, obligation.arose_at, due, violated)
