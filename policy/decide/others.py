"""The moment of another duty: its due time, its fulfilment, its breach.

The duty meant is that of the named rule, or of one of a group, for the same trigger or for an element that
both are bound to. Where each bearer or unit has a duty of its own, that of a unit is counted from its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from policy.decide.decision import Obligation, State, Undetermined
from policy.decide.dues import Start
from policy.decide.shares import Share
from policy.engines import Hit
from policy.pack.deadline import DutyMoment, FromDuty
from policy.pack.model import Bearing
from policy.time.deadline import DeadlineError

_DONE = (State.FULFILLED, State.FULFILLED_LATE)


_WAITING = (State.PENDING, State.OVERDUE, State.SUSPENDED)
_OWN = (Bearing.EACH_UNIT, Bearing.SEVERAL)


def moment_of(
    asked: FromDuty,
    obligations: Iterable[Obligation],
    undetermined: Iterable[Undetermined],
    hit: Hit,
    share: Share | None = None,
) -> Start:
    """The moment asked for, of the duty that goes with ``hit``; none where there is no such duty, or not yet.

    Where facts leave open whether there is one, they are missing. ``share``: for whom of several it is asked.
    Raises ``DeadlineError`` (``whose_duty``) where duties of different moments go with it.
    """
    bound = {element.path for element in hit.binding}
    trigger = hit.binding[hit.plan.trigger_position].path
    of_rule = [o for o in obligations if o.plan.id in asked.meant]
    meant = [o for o in of_rule if o.trigger == trigger] or [o for o in of_rule if o.trigger in bound]
    if share is not None:
        meant = [o for o in meant if _borne_by(o, share)] or meant
    found = {_moment(o, asked.at): o.plan.id for o in meant}
    if len(found) > 1:
        raise DeadlineError("whose_duty")
    if not found:
        return Start(None, _open(asked, undetermined, bound))
    return next(start._replace(rule=rule) for start, rule in found.items())


def _borne_by(duty: Obligation, share: Share) -> bool:
    own = duty.plan.rule.bearing in _OWN
    return own and (duty.bearers, duty.bearer_unit) == (share.bearers, share.unit)


def _open(asked: FromDuty, undetermined: Iterable[Undetermined], bound: set[str]) -> tuple[str, ...]:
    """The facts without which nobody knows whether there is such a duty."""
    entries = [u for u in undetermined if u.rule in asked.meant]
    found = {path for u in entries if u.bound[u.plan.trigger_position] in bound for path in u.missing}
    return tuple(sorted(found))


def _moment(duty: Obligation, at: DutyMoment) -> Start:
    standing = duty.standing
    waits = standing.state in _WAITING
    if at is DutyMoment.DUE:
        return Start(_due(duty), duty.due_missing, ends_a_day(duty), waits=waits)
    if standing.state is State.UNDETERMINED:
        return Start(None, standing.missing)
    if at is DutyMoment.FULFILLED:
        return Start(standing.at if standing.state in _DONE else None, waits=waits)
    violated = standing.violated_at
    return Start(violated, (), ends_a_day(duty) and violated == _due(duty), waits=waits)


def _due(duty: Obligation) -> int | None:
    return None if duty.due is None else duty.due.nanos


def ends_a_day(duty: Obligation) -> bool:
    """Whether it is due at 24:00: then the day that ends is the one that its due time lies in."""
    return duty.due is not None and duty.due.marks[-1][0] == "ends"
