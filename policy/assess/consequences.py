"""What follows from an assessment: duties of those who must act on it, and until when one may object."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from policy.assess.figures import Row
from policy.assess.period import Span
from policy.assess.scoring import Score, Values, holds
from policy.pack.assessment import Assessment, Consequence
from policy.time.calendar import SHANGHAI, Calendar
from policy.time.deadline import due_within
from policy.time.due import Due
from policy.time.period import Period


class Follows(NamedTuple):
    """A duty that follows for one row. ``sure`` False: it waits for a score or a number nobody has fixed.

    ``due`` None: nothing fixes a time, or the results have not been confirmed.
    """

    id: str
    consequence: Consequence
    body: str
    unit: str
    sure: bool
    due: Due | None


def follows(
    assessment: Assessment,
    rows: Sequence[Row],
    scored: Sequence[Score] | None,
    values: Values,
    span: Span,
    confirmed: int | None,
    calendar: Calendar,
) -> Iterator[Follows]:
    """The duties that follow, by consequence and row; counted from the moment of confirmation."""
    for consequence in assessment.consequences:
        for number, row in enumerate(rows):
            score = scored[number] if scored is not None else None
            held = holds(consequence.when, row, score, values)
            if held is False:
                continue
            due = None
            if consequence.within is not None and confirmed is not None:
                due = until(consequence.within, confirmed, calendar)
            key = (assessment.id, str(span.start), str(span.end), consequence.id, row.body, row.unit)
            ident = "as-" + hashlib.sha256("\0".join(key).encode()).hexdigest()[:32]
            yield Follows(ident, consequence, row.body, row.unit, held is True, due)


def appeal_until(
    assessment: Assessment, values: Values, confirmed: int | None, calendar: Calendar
) -> Due | None:
    """Until when one may object; None: nothing fixes a time, or the results have not been confirmed."""
    if assessment.appeal is None or confirmed is None:
        return None
    within = assessment.appeal.within
    if isinstance(within, str):
        text = values.get(within)
        if text is None:
            return None
        within = Period.parse(str(text))
    return until(within, confirmed, calendar)


def until(period: Period, start: int, calendar: Calendar) -> Due:
    """The end of a period from a moment in nanoseconds, as the Civil Procedure Law counts."""
    return due_within(datetime.fromtimestamp(start // 10**9, SHANGHAI), period, calendar)
