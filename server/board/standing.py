"""How a duty stood at a moment, and which duties a period is of: conditions on the rows of the register.

What is kept are its dates as they are known now. A past moment is told from them: a duty that has been done
since was open then, or past due. What they do not have is what was taken back: a duty that was suspended
then and goes on now counts as open, and one whose due time was moved since as due when it is due now.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_

from policy.assess.outcome import Outcome, may_count, outcome
from policy.decide.decision import State
from policy.pack.model import Force, Modality
from server.board.asked import Asked, day_of, midnight
from server.board.figures import Counts
from server.store.register import FIGURES

F = FIGURES.c
Condition = ColumnElement[bool]

_DAY = 86_400 * 10**9


def state_at(at: int) -> ColumnElement[str]:
    """The state at a moment."""
    return case(
        (F.ended_at <= at, F.state),
        (F.state == State.UNDETERMINED.value, F.state),
        (F.suspended_at <= at, literal(State.SUSPENDED.value)),
        (violated_by(at), literal(State.OVERDUE.value)),
        else_=literal(State.PENDING.value),
    )


def violated_by(at: int) -> Condition:
    """Whether it had been violated: at its due moment it is not yet, by an act it is at once."""
    return or_(F.violated_at < at, and_(F.violated_at == at, F.violated_at < F.due))


def early_by(at: int) -> Condition:
    """Whether it had been violated before it was due."""
    return and_(violated_by(at), F.violated_at < F.due)


def outcome_of(state: str, violated: int, early: int) -> Outcome | None:
    """What a duty counts as that stood so."""
    return outcome(State(state), bool(violated), bool(early))


def with_outcome(at: int, counts: Counts) -> Condition:
    """Whether a duty counts, as ``figures`` says it of outcomes; states that fit alike together."""
    alike: dict[tuple[bool, ...], list[str]] = {}
    for state in State:
        fits = tuple(counts(outcome(state, violated, early)) for violated, early in _VIOLATED)
        alike.setdefault(fits, []).append(state.value)
    found = []
    for fits, states in alike.items():
        if any(fits):
            pairs = [pair for pair, fit in zip(_VIOLATED, fits, strict=True) if fit]
            found.append(and_(state_at(at).in_(states), *([] if all(fits) else [_one_of(at, pairs)])))
    return or_(*found) if found else false()


_VIOLATED = ((False, False), (True, False), (True, True))
"""Whether it was violated, and early: what there can be."""


def _one_of(at: int, pairs: Iterable[tuple[bool, bool]]) -> Condition:
    violated, early = _flag(violated_by(at)), _flag(early_by(at))
    return or_(*(and_(violated == int(v), early == int(e)) for v, e in pairs))


def columns_of_outcome(at: int) -> tuple[ColumnElement[str], ColumnElement[int], ColumnElement[int]]:
    """What ``outcome_of`` takes."""
    return state_at(at), _flag(violated_by(at)), _flag(early_by(at))


def of_period(asked: Asked, reported: bool) -> Condition:
    """The duties of the period, as an assessment takes them. ``reported``: the document is a report."""
    return and_(
        F.district == asked.district,
        F.counts_at >= asked.since,
        F.counts_at < asked.until,
        func.coalesce(F.arose_at, F.counts_at) <= asked.at,
        or_(F.modality != Modality.PROHIBITION.value, violated_by(asked.at)),
        _duties(reported),
        *_narrowed(asked),
    )


def owed_at(asked: Asked, reported: bool) -> Condition:
    """The duties that had arisen and not ended at the moment, the suspended ones too."""
    return and_(
        F.district == asked.district,
        F.ended_at > asked.at,
        or_(F.arose_at.is_(None), F.arose_at <= asked.at),
        F.modality == Modality.OBLIGATION.value,
        _duties(reported),
        *_narrowed(asked),
    )


def arising(asked: Asked, reported: bool) -> Condition:
    """Obligations whenever they arose: what a trend is of."""
    return and_(
        F.district == asked.district,
        F.modality == Modality.OBLIGATION.value,
        _duties(reported),
        *_narrowed(asked),
    )


def flags_at(asked: Asked) -> dict[str, Condition]:
    """The figures of the moment, as conditions on what is owed then."""
    at, state = asked.at, state_at(asked.at)
    today = midnight(day_of(at)) + _DAY
    pending = state == State.PENDING.value
    owed = state != State.SUSPENDED.value
    return {
        "open": owed,
        "due_today": and_(pending, F.due >= at, F.due <= today),
        "due_soon": and_(pending, F.due >= at, F.due <= at + asked.lead),
        "past_due": state == State.OVERDUE.value,
        "unaccepted": and_(owed, or_(F.accepted_at.is_(None), F.accepted_at > at)),
        "suspended": state == State.SUSPENDED.value,
    }


def marked_by(at: int, figure: str) -> Condition:
    """Whether it had been returned, objected to or rejected at least once."""
    return FIGURES.c[f"{figure}_at"] <= at


def flag(condition: Condition) -> ColumnElement[int]:
    """1 where it holds, else 0."""
    return _flag(condition)


def _flag(condition: Condition) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _duties(reported: bool) -> Condition:
    """What is a duty, of a body: what a party bears is in nobody's row."""
    counted = [
        and_(F.modality == modality.value, F.force == force.value)
        for modality, force in product(Modality, Force)
        if may_count(modality, force, reported)
    ]
    return and_(F.bearers != "", or_(*counted))


def _narrowed(asked: Asked) -> list[Condition]:
    return [F.unit == asked.unit] if asked.unit else []
