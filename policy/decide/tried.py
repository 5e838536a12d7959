"""What rules are tried for, and on the case of which moment: for whoever explains or watches decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy.engines.protocol import Binding, bindings
from policy.facts.timeline import Timeline, latest_of
from policy.facts.views import DISCRIMINATORS, CaseView
from policy.program import RulePlan


def combinations(plan: RulePlan, timeline: Timeline) -> Iterator[Binding]:
    """The combinations of elements that trigger the rule, of the whole case."""
    trigger = plan.trigger
    field = DISCRIMINATORS[trigger.collection]
    for element in getattr(timeline.now, trigger.collection):
        if not trigger.codes or getattr(element, field) in trigger.codes:
            yield from bindings(plan, timeline.now, (element,))


def judged(
    plan: RulePlan, binding: Binding, timeline: Timeline, arose: Mapping[tuple[str, ...], int | None]
) -> tuple[Binding, CaseView]:
    """The combination and the case of the moment that the rule is judged for.

    ``arose`` says by the paths of the elements when a combination arose. One that may still come together is
    judged on the case of today.
    """
    moment = arose.get(tuple(element.path for element in binding))
    if moment is None:
        moment = latest_of(binding)
        if moment is None or plan.rule.accrues:
            moment = timeline.now.as_of
    return timeline.bound_at(binding, moment), timeline.at(moment)


def every_moment(plan: RulePlan, binding: Binding, timeline: Timeline) -> Iterator[tuple[Binding, CaseView]]:
    """The combination at each moment at which the rule is tried for it."""
    latest = latest_of(binding)
    moments = [m for m in timeline.moments() if latest is None or m >= latest]
    if latest is not None and not plan.rule.accrues:
        moments = [latest]
    for moment in moments:
        yield timeline.bound_at(binding, moment), timeline.at(moment)
