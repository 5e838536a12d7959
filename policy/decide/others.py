"""The moment of another duty: its due time, its fulfilment, its breach.

The duty meant is that of the named rule, or of one of a group, for the same trigger or for an element that
both are bound to.
"""

from __future__ import annotations

from collections.abc import Iterable

from policy.decide.decision import Obligation, State
from policy.decide.dues import Start
from policy.engines import Hit
from policy.pack.model import DutyMoment, FromDuty
from policy.time.deadline import DeadlineError

_DONE = (State.FULFILLED, State.FULFILLED_LATE)


def moment_of(asked: FromDuty, obligations: Iterable[Obligation], hit: Hit) -> Start:
    """The moment asked for, of the duty that goes with ``hit``; none where there is no such duty, or not yet.

    Raises ``DeadlineError`` (``whose_duty``) where duties of different moments go with it.
    """
    bound = {element.path for element in hit.binding}
    trigger = hit.binding[hit.plan.trigger_position].path
    of_rule = [o for o in obligations if o.plan.id in asked.meant]
    meant = [o for o in of_rule if o.trigger == trigger] or [o for o in of_rule if o.trigger in bound]
    found = {_moment(o, asked.at): o.plan.id for o in meant}
    if len(found) > 1:
        raise DeadlineError("whose_duty")
    return next((start._replace(rule=rule) for start, rule in found.items()), Start(None))


def _moment(duty: Obligation, at: DutyMoment) -> Start:
    if at is DutyMoment.DUE:
        return Start(_due(duty), duty.due_missing, ends_a_day(duty))
    standing = duty.standing
    if standing.state is State.UNDETERMINED:
        return Start(None, standing.missing)
    if at is DutyMoment.FULFILLED:
        return Start(standing.at if standing.state in _DONE else None)
    violated = standing.violated_at
    return Start(violated, (), ends_a_day(duty) and violated == _due(duty))


def _due(duty: Obligation) -> int | None:
    return None if duty.due is None else duty.due.nanos


def ends_a_day(duty: Obligation) -> bool:
    """Whether it is due at 24:00: then the day that ends is the one that its due time lies in."""
    return duty.due is not None and duty.due.marks[-1][0] == "ends"
