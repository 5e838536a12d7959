"""Which rule displaces which, on columns: what ``policy.decide.precedence`` says."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from policy.bulk.columns.frames import taken
from policy.bulk.columns.rules import ColumnRule, Matched, known_time
from policy.bulk.columns.texts import Bools


def displaced(found: list[Matched], doubtful: Bools) -> list[Matched]:
    """The bindings without those that a rule which applies displaces.

    What an undetermined rule would displace has to wait for its facts: that is left to the scalar engine.
    """
    winners = [matched for matched in found if matched.rule.plan.rule.overrides]
    if not winners:
        return found
    return [kept for matched in found if (kept := _kept(matched, winners, doubtful)) is not None]


def _kept(matched: Matched, winners: Iterable[Matched], doubtful: Bools) -> Matched | None:
    rule, frame, truth = matched
    lost = np.zeros(frame.size, bool)
    for winner in winners:
        if rule.plan.id not in winner.rule.plan.rule.overrides:
            continue
        meets, waits = _meeting(winner, matched)
        if _shares_more(winner.rule, rule):
            doubtful[frame.case[meets | waits]] = True
        lost |= meets
        doubtful[frame.case[waits & ~meets]] = True
    if not lost.any():
        return matched
    rows = np.flatnonzero(~lost)
    return Matched(rule, frame.at(rows), truth.at(rows)) if len(rows) else None


def _meeting(winner: Matched, loser: Matched) -> tuple[Bools, Bools]:
    """Where the winner applies to the loser's trigger, and where it may."""
    mine = winner.frame.variables[winner.rule.trigger]
    theirs = loser.frame.variables[loser.rule.trigger]
    if mine.table is not theirs.table:
        return np.zeros(loser.frame.size, bool), np.zeros(loser.frame.size, bool)
    rows = taken(mine, np.arange(winner.frame.size)).rows
    sure, maybe = np.zeros(mine.table.size, bool), np.zeros(mine.table.size, bool)
    applies = winner.truth.sure
    known = known_time(winner.rule, winner.frame)
    sure[rows[applies if known is None else applies & known]] = True  # type: ignore[index]
    maybe[rows] = True
    asked = taken(theirs, np.arange(loser.frame.size)).rows
    return sure[asked], maybe[asked] & ~sure[asked]


def _shares_more(winner: ColumnRule, loser: ColumnRule) -> bool:
    """Whether they share the name of a variable that is not the trigger of both."""
    shared = set(winner.plan.variables).intersection(loser.plan.variables)
    if winner.plan.rule.trigger == loser.plan.rule.trigger:
        shared.discard(winner.plan.rule.trigger)
    return bool(shared)
