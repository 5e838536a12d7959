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
from policy.assess.results import results, told
from policy.assess.scoring import Score, Values
from policy.decide.decision import Obligation
from policy.decide.run import decide, obligation_id
from policy.decide.snapshot import District
from policy.facts.paths import element
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
    by_rule = {one.rule: one for one in assessment.consequences}
    found: list[Follows] = []
    for row, result in zip(
        rows, results(assessment, rows, scored, span, _moment(span, confirmed)), strict=True
    ):
        if by_rule:
            found += _of_row(district, by_rule, row, result, span, confirmed, own)
    order = {rule: place for place, rule in enumerate(by_rule)}
    return iter(sorted(found, key=lambda one: order[one.consequence.rule]))


def _moment(span: Span, confirmed: int | None) -> int:
    return span.end - 1 if confirmed is None else confirmed


def _of_row(
    district: District,
    by_rule: dict[str, Consequence],
    row: Row,
    result: facts_pb2.Event,
    span: Span,
    confirmed: int | None,
    own: facts_pb2.Case,
) -> Iterator[Follows]:
    case = facts_pb2.Case()
    case.CopyFrom(own)
    event = told(case, result)
    if event is None:
        event = result
        case.events.append(result)
    trigger = element("events", event.id)
    decision = decide(district, case, _as_of(case, span))
    for one in decision.obligations:
        if one.rule in by_rule and one.trigger == trigger:
            due = None if confirmed is None else one.due
            yield Follows(one.id, by_rule[one.rule], row.body, row.unit, True, due, one)
    waiting = [(one.plan, one.bound) for one in decision.undetermined]
    waiting += [(one.plan, one.bound) for one in decision.errors if one.plan is not None]
    for plan, bound in waiting:
        if plan.id in by_rule and bound == (trigger,):
            ident = obligation_id(case.id, plan, bound)
            yield Follows(ident, by_rule[plan.id], row.body, row.unit, False, None)


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
