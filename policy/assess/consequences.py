"""What follows from an assessment: the duties that its results put on those who must act on them.

    rows, scores --results--> events of the district's own file --decide--> duties

A consequence is a rule of the pack (``policy.pack.read_consequence``) and is decided here by the one core
that decides the district's own file everywhere: id, due time and state are those that every door gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from linkage.v1 import facts_pb2
from policy.assess.figures import Row
from policy.assess.period import Span
from policy.assess.results import elements, results, told
from policy.assess.scoring import Score, Values
from policy.decide.decision import Obligation
from policy.decide.entries import obligation_id
from policy.decide.run import decide
from policy.decide.snapshot import District
from policy.facts.paths import element
from policy.facts.reading import MAX_ELEMENTS
from policy.pack.assessment import Assessment, Consequence
from policy.time.calendar import SHANGHAI, Calendar
from policy.time.deadline import due_within
from policy.time.due import Due
from policy.time.moment import NANO
from policy.time.period import Period


class Follows(NamedTuple):
    """A duty that follows for one row. ``sure`` False: it waits for a score or a number nobody has fixed.

    ``due`` None: nothing fixes a time, or the results have not been confirmed. ``obligation`` None: it waits.
    """

    id: str
    consequence: Consequence
    body: str
    unit: str
    sure: bool
    due: Due | None
    obligation: Obligation | None = None


def follows(
    district: District,
    assessment: Assessment,
    rows: Sequence[Row],
    scored: Sequence[Score] | None,
    span: Span,
    confirmed: int | None,
    own: facts_pb2.Case,
) -> Iterator[Follows]:
    """The duties that follow, by consequence and row; counted from the moment of confirmation.

    They are decided on ``own``, the district's own file, with the result of the row added where it has none.
    Until the results are confirmed they are looked at as if they had been when the period ended.
    """
    if not assessment.consequences:
        return
    at = span.end - 1 if confirmed is None else confirmed
    pairs = list(zip(rows, results(assessment, rows, scored, span, at), strict=True))
    found: list[Follows] = []
    for together in _fitting(pairs, own):
        found += _of_rows(district, assessment, together, span, confirmed, own)
    places = {(row.body, row.unit): place for place, row in enumerate(rows)}
    order = {one.rule: place for place, one in enumerate(assessment.consequences)}
    yield from sorted(found, key=lambda one: (order[one.consequence.rule], places[one.body, one.unit]))


Pair = tuple[Row, facts_pb2.Event]
"""A row and its result."""


def _fitting(pairs: list[Pair], own: facts_pb2.Case) -> Iterator[list[Pair]]:
    """The results in parts, each of which the file has room for beside what it tells of already."""
    size = max(1 + elements(event) for _, event in pairs)
    step = max(1, (MAX_ELEMENTS - elements(own)) // size)
    for first in range(0, len(pairs), step):
        yield pairs[first : first + step]


def _of_rows(
    district: District,
    assessment: Assessment,
    pairs: list[Pair],
    span: Span,
    confirmed: int | None,
    own: facts_pb2.Case,
) -> Iterator[Follows]:
    case = facts_pb2.Case()
    case.CopyFrom(own)
    by_trigger: dict[str, Row] = {}
    for row, result in pairs:
        event = told(own, result)
        if event is None:
            event = result
            case.events.append(result)
        by_trigger[element("events", event.id)] = row
    by_rule = {one.rule: one for one in assessment.consequences}
    decision = decide(district, case, _as_of(case, span))
    for one in decision.obligations:
        if one.rule in by_rule and (row_of := by_trigger.get(one.trigger)) is not None:
            fixed = confirmed is not None and one.due is not None and one.due.nanos is not None
            due = one.due if fixed else None
            yield Follows(one.id, by_rule[one.rule], row_of.body, row_of.unit, True, due, one)
    waiting = [(one.plan, one.bound) for one in decision.undetermined]
    waiting += [(one.plan, one.bound) for one in decision.errors if one.plan is not None]
    for plan, bound in waiting:
        if plan.id in by_rule and (row_of := by_trigger.get(bound[0])) is not None:
            ident = obligation_id(case.id, plan, bound)
            yield Follows(ident, by_rule[plan.id], row_of.body, row_of.unit, False, None)


def _as_of(case: facts_pb2.Case, span: Span) -> int:
    """After all that the file tells of, and after the cut-off."""
    told_of = (event.at.seconds * NANO + event.at.nanos for event in case.events if event.HasField("at"))
    return max(span.cut_off, *told_of) + 1


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
    return due_within(datetime.fromtimestamp(confirmed // NANO, SHANGHAI), within, calendar)
