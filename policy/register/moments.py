"""When the state of a case may change although nobody sends anything.

The case is decided for a later moment, too: everything that time brings by then stands in that decision with
its moment, for a duty that has arisen never vanishes. The earliest of these moments is the next one to look
at; where there is none before ``HORIZON``, the horizon is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linkage.v1 import facts_pb2
from policy.decide.decision import NANO, Obligation
from policy.decide.run import run
from policy.decide.snapshot import District
from policy.facts.findings import Derivation
from policy.facts.reading import TIME_MAX

HORIZON = 400 * 86_400 * NANO
"""A year and a month: what recurs comes about within it."""


def next_moment(district: District, case: facts_pb2.Case, as_of: int, lead: int) -> int | None:
    """The first moment after ``as_of`` at which the state may be another; None: there is none.

    ``lead``: so long before it is due, a duty is due soon. Moments are nanoseconds since 1970 UTC.
    """
    horizon = min(as_of + HORIZON, TIME_MAX - 1)
    if horizon <= as_of:
        return None
    decision, timeline = run(district, case, horizon, past=True, warned=False)
    found = [horizon, *timeline.elements, *_bounds(district)]
    for obligation in decision.obligations:
        found += _of(obligation, lead)
    for derivation in decision.derived:
        found += _of_deemed(derivation)
    return min((moment for moment in found if moment > as_of), default=None)


def _of(obligation: Obligation, lead: int) -> Iterator[int]:
    """The moments of one obligation. At its due moment it is not overdue yet: the next nanosecond, it is."""
    standing = obligation.standing
    for moment in (obligation.arose_at, standing.at):
        if moment is not None:
            yield moment
    due = None if obligation.due is None else obligation.due.nanos
    for moment in (due, standing.violated_at):
        if moment is not None:
            yield moment
            yield moment + 1
    if due is not None:
        yield due - lead


def _of_deemed(derivation: Derivation) -> Iterator[int]:
    """When something comes to count as a fact (视为): as a duty is overdue, once its time is over."""
    deemed = derivation.deemed
    if deemed is None:
        return
    over = None if deemed.due is None else deemed.due.nanos
    for moment in (deemed.at, over):
        if moment is not None:
            yield moment
            yield moment + 1


def _bounds(district: District) -> Iterable[int]:
    """The first moments of the versions of the rules, and those after their last."""
    for program in district.programs:
        yield program.since
        if program.until is not None:
            yield program.until
