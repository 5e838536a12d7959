"""Who bears what one rule lays on several: all of them one duty, or each, and each unit, its own."""

from __future__ import annotations

from typing import NamedTuple

from policy.engines import Effects, Hit
from policy.pack.model import Bearing
from policy.program import PackProgram
from policy.program.plan import RulePlan


class Share(NamedTuple):
    """The bearers of one duty, and the concrete unit; ``own``: what tells its id from those beside it."""

    bearers: tuple[str, ...]
    unit: str
    own: tuple[str, ...] = ()


def shares_of(hit: Hit, effects: Effects) -> list[Share]:
    """The duties of a hit: one; one for each of several bearers; or one for each unit that the pack lists.

    Of a bearer without listed units, the body itself bears it.
    """
    bearing, bearers = hit.plan.rule.bearing, effects.bearers
    if bearing is Bearing.EACH_UNIT:
        units = hit.program.pack.units
        return [
            Share((body,), unit, (body, unit))
            for body in bearers
            for unit in (units[body].names if body in units else ("",))
        ]
    if bearing is Bearing.SEVERAL and len(bearers) > 1:
        return [Share((body,), effects.bearer_unit, (body,)) for body in bearers]
    return [Share(bearers, effects.bearer_unit)]


def most_shares(program: PackProgram, plan: RulePlan) -> int:
    """How many duties one hit of a rule may give."""
    if plan.rule.bearing is not Bearing.EACH_UNIT:
        return 1
    units = program.pack.units
    return sum(len(units[body].names) if body in units else 1 for body in plan.rule.bearer.bodies)
