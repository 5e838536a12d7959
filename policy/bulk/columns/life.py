"""States of a whole column of obligations: what ``policy.decide.lifecycle`` says, for the common shapes.

Left to the scalar engine (doubtful): suspensions, events that name an obligation, undated endings, matchers
that missing facts leave open, and events of one moment whose order needs their paths.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from policy.bulk.columns.dues import Dues
from policy.bulk.columns.expressions import Evaluator
from policy.bulk.columns.frames import Bound, Frame, Selection, Truth, selection, spread, taken
from policy.bulk.columns.pauses import NEVER, NOTHING, Held, pauses_of
from policy.bulk.columns.rules import ColumnMatcher, ColumnRule
from policy.bulk.columns.tables import Tables
from policy.bulk.columns.texts import Base, Bools, Ints
from policy.decide.decision import State
from policy.decide.lifecycle import EventEffects
from policy.pack.model import Lifecycle

STATES = tuple(state.value for state in State)
_PENDING, _OVERDUE = STATES.index(State.PENDING), STATES.index(State.OVERDUE)
_FULFILLED, _LATE = STATES.index(State.FULFILLED), STATES.index(State.FULFILLED_LATE)
_DISCHARGED, _TERMINATED = STATES.index(State.DISCHARGED), STATES.index(State.TERMINATED)

_SUSPENDED = STATES.index(State.SUSPENDED)
_LEFT = frozenset(("suspend_one", "resume_one", "fulfil_one", "withdraw_one"))
_ENDS = {"discharge": _DISCHARGED, "terminate": _TERMINATED}


class Standings(NamedTuple):
    """States of obligations; ``at`` and ``violated`` are NEVER where there is none, ``event`` is NOTHING."""

    state: Ints
    at: Ints
    event: Ints
    violated: Ints


class First(NamedTuple):
    """The earliest event of each obligation: when (NEVER: none) and which."""

    at: Ints
    event: Ints


class Ends(NamedTuple):
    """What ended or violated the obligations of one rule; None: nothing did."""

    fulfilled: First | None
    discharged: First | None
    violation: First | None
    case: First | None
    case_state: Ints
    """The state that the end of the case gives."""


class Endings(NamedTuple):
    """Events that end whole cases: for each the state it gives."""

    events: Selection
    state: Ints


class Lives:
    """Works out states on one batch."""

    def __init__(self, evaluator: Evaluator, as_of: Ints, effects: EventEffects, base: Base) -> None:
        self._evaluator = evaluator
        self._as_of = as_of
        self._events = evaluator.tables.by_key["events"]
        self._endings = _endings(evaluator.tables, effects, base)
        self._pauses = pauses_of(evaluator, effects, base)
        left = [base.codes[name] for name, effect in effects.by_type.items() if effect in _LEFT]
        types = self._events.column("type").data
        evaluator.doubtful[self._events.case[np.isin(types, left)]] = True

    def standings(self, rule: ColumnRule, frame: Frame, since: Ints | None, dues: Dues | None) -> Standings:
        """The states of one rule's obligations, triggered at ``since`` (None: not dated)."""
        doubts = np.zeros(frame.size, bool)
        fulfilled = self._first(rule.fulfilled_by, frame, since, doubts)
        discharged = self._first(rule.discharged_by, frame, since, doubts)
        violation = self._first(rule.violated_by, frame, since, doubts)
        case, case_state = self._case_end(rule, frame, since, doubts)
        ends = Ends(fulfilled, discharged, violation, case, case_state)
        due = None if dues is None else dues.at
        held = None
        if self._pauses is not None and rule.plan.rule.lifecycle is Lifecycle.CASE:
            held = self._pauses.of(frame, since, due)
            due = held.overdue
        open_ = self._open(frame, due)
        if held is not None:
            open_ = _suspended(open_, held)
        if ends[:4] == (None, None, None, None):
            self._evaluator.doubtful[frame.case[doubts]] = True
            return open_
        return self._closed(open_, rule, frame, due, ends, doubts)

    def _open(self, frame: Frame, due: Ints | None) -> Standings:
        state = np.full(frame.size, _PENDING, np.int8)
        at = np.full(frame.size, NEVER, np.int64)
        nothing = np.full(frame.size, NOTHING, np.int32)
        if due is not None:
            late = self._as_of[frame.case] > due
            if late.any():
                state[late] = _OVERDUE
                at[late] = due[late]
        return Standings(state, at, nothing, at)

    def _closed(
        self, open_: Standings, rule: ColumnRule, frame: Frame, due: Ints | None, ends: Ends, doubts: Bools
    ) -> Standings:
        """The states where events ended or violated obligations; ``open_`` those of the others."""
        state, at, event, violated = (column.copy() for column in open_)
        violation = ends.violation
        if violation is not None:
            broken = violation.at < NEVER
            state[broken] = _OVERDUE
            at[broken] = violated[broken] = violation.at[broken]
            event[broken] = violation.event[broken]
        best, final = self._best(frame, ends)
        over = best.at < NEVER
        late = np.zeros(frame.size, bool) if due is None else over & (best.at > due)
        when = np.full(frame.size, NEVER, np.int64)
        if due is not None:
            when[late] = due[late]
        if violation is not None:
            before = violation.at <= best.at
            when[before] = np.minimum(when[before], violation.at[before])
        # An ending hides a doubt, unless the doubt may be of an earlier ending in time or of a violation.
        hidden = over & ~late & (not rule.plan.violated_by)
        self._evaluator.doubtful[frame.case[doubts & ~hidden]] = True
        final = np.where(late & (final == _FULFILLED), np.int8(_LATE), final)
        return Standings(
            np.where(over, final, state),
            np.where(over, best.at, at),
            np.where(over, best.event, event),
            np.where(over, when, violated),
        )

    def _best(self, frame: Frame, ends: Ends) -> tuple[First, Ints]:
        """The first ending of each obligation and the state it gives."""
        best = First(np.full(frame.size, NEVER, np.int64), np.full(frame.size, NOTHING, np.int32))
        final = np.zeros(frame.size, np.int8)
        # In the order of precedence at one moment; what needs the events' paths is left to the scalar engine.
        for found, given in (
            (ends.fulfilled, np.int8(_FULFILLED)),
            (ends.discharged, np.int8(_DISCHARGED)),
            (ends.case, ends.case_state),
        ):
            if found is None:
                continue
            tied = (found.at == best.at) & (found.at < NEVER) & (final != _FULFILLED)
            self._evaluator.doubtful[frame.case[tied & (found.event != best.event)]] = True
            sooner = found.at < best.at
            best = First(np.where(sooner, found.at, best.at), np.where(sooner, found.event, best.event))
            final = np.where(sooner, given, final)
        return best, final

    def _first(
        self, matchers: Sequence[ColumnMatcher], frame: Frame, since: Ints | None, doubts: Bools
    ) -> First | None:
        """The earliest matching event of each obligation; at one moment the first in the matchers' order."""
        found: list[tuple[Ints, Ints, Ints]] = []
        for place, matcher in enumerate(matchers):
            pairs = self._pairs(matcher, frame, since, doubts)
            if pairs is not None:
                found.append((*pairs, self._order(matcher, place, pairs[1])))
        if not found:
            return None
        hits, events, order = (np.concatenate(parts) for parts in zip(*found, strict=True))
        at = self._events.column("at").data[events]
        if len(found) > 1 or (hits[1:] == hits[:-1]).any():
            chosen = np.lexsort((events, order, at, hits))
            best = chosen[_heads(hits[chosen])]
            hits, at, events = hits[best], at[best], events[best]
        return _spread_first(frame.size, hits, at, events)

    def _order(self, matcher: ColumnMatcher, place: int, events: Ints) -> Ints:
        if len(matcher.kinds) == 1:
            return np.full(len(events), place << 8, np.int32)
        types = self._events.column("type").data[events]
        order = np.full(len(events), place << 8, np.int32)
        for code, kind in matcher.kinds.items():
            order[types == code] += kind
        return order

    def _pairs(
        self, matcher: ColumnMatcher, frame: Frame, since: Ints | None, doubts: Bools
    ) -> tuple[Ints, Ints] | None:
        """(obligation, event) of each match; obligations with an event that may match go to ``doubts``."""
        evaluator = self._evaluator
        chosen = evaluator.selected(self._events, matcher.codes, matcher.first)
        hits, positions = spread(chosen, frame.case)
        if not len(hits):
            return None
        events = chosen.rows[positions]
        kept = self._after(events, hits, since) & ~self._bound(frame, hits, events)
        if not kept.all():
            hits, positions, events = hits[kept], positions[kept], events[kept]
        certain = None if chosen.sure is None else chosen.sure[positions]
        maybe = np.ones(len(hits), bool)
        if matcher.rest is not None:
            truth = evaluator.truth(matcher.rest, frame.beside(hits, "done", Bound(self._events, events)))
            maybe = truth.maybe
            if truth.maybe is not truth.sure or certain is not None:
                certain = truth.sure if certain is None else truth.sure & certain
        dated = self._events.column("at").known
        if dated is not None:
            certain = dated[events] if certain is None else certain & dated[events]
        if certain is not None:
            unsure = hits[maybe & ~certain]
            doubts[unsure] = True
            if not matcher.exact:  # it may be a match that columns cannot see
                evaluator.doubtful[frame.case[unsure]] = True
            maybe = maybe & certain
        return (hits[maybe], events[maybe]) if maybe.any() else None

    def _after(self, events: Ints, hits: Ints, since: Ints | None) -> Bools:
        """Whether each event is at or after the trigger, or undated."""
        data, known = self._events.column("at")
        if since is None:
            return np.ones(len(events), bool)
        later = data[events] >= since[hits]
        return later if known is None else later | ~known[events]

    def _bound(self, frame: Frame, hits: Ints, events: Ints) -> Bools:
        """Whether each event is itself one of the bound elements."""
        same = np.zeros(len(hits), bool)
        for bound in frame.variables.values():
            if bound.table is self._events:
                same |= taken(bound, hits).rows == events
        return same

    def _case_end(
        self, rule: ColumnRule, frame: Frame, since: Ints | None, doubts: Bools
    ) -> tuple[First | None, Ints]:
        """The first event that ends the whole case, and the state it gives."""
        states = np.zeros(frame.size, np.int8)
        if self._endings is None or rule.plan.rule.lifecycle is not Lifecycle.CASE:
            return None, states
        hits, positions = spread(self._endings.events, frame.case)
        if not len(hits):
            return None, states
        events = self._endings.events.rows[positions]
        kept = self._after(events, hits, since) & ~self._bound(frame, hits, events)
        dated = self._events.column("at").known
        if dated is not None:
            doubts[hits[kept & ~dated[events]]] = True
            kept &= dated[events]
        hits, events, given = hits[kept], events[kept], self._endings.state[positions[kept]]
        at = self._events.column("at").data[events]
        order = np.lexsort((given, at, hits))
        hits, events, given, at = hits[order], events[order], given[order], at[order]
        self._tied(frame, hits, at, given)
        best = _heads(hits)
        states[hits[best]] = given[best]
        return _spread_first(frame.size, hits[best], at[best], events[best]), states

    def _tied(self, frame: Frame, hits: Ints, at: Ints, given: Ints) -> None:
        same = (hits[1:] == hits[:-1]) & (at[1:] == at[:-1]) & (given[1:] == given[:-1])
        self._evaluator.doubtful[frame.case[hits[1:][same]]] = True


def _heads(hits: Ints) -> Ints:
    """Where each obligation's rows begin, for rows in the order of the obligations."""
    if not len(hits):
        return hits
    return np.flatnonzero(np.r_[True, hits[1:] != hits[:-1]])


def _suspended(open_: Standings, held: Held) -> Standings:
    """The states of obligations that nothing has ended, where a suspension lasts."""
    lasts = held.began < NEVER
    if not lasts.any():
        return open_
    return Standings(
        np.where(lasts, np.int8(_SUSPENDED), open_.state),
        np.where(lasts, held.began, open_.at),
        np.where(lasts, held.event, open_.event),
        np.where(lasts, np.where(held.overdue < held.began, held.overdue, NEVER), open_.violated),
    )


def _spread_first(size: int, hits: Ints, at: Ints, events: Ints) -> First:
    moments = np.full(size, NEVER, np.int64)
    rows = np.full(size, NOTHING, np.int32)
    moments[hits], rows[hits] = at, events
    return First(moments, rows)


def _endings(tables: Tables, effects: EventEffects, base: Base) -> Endings | None:
    """The events that end whole cases; None where the batch has none."""
    events = tables.by_key["events"]
    types = events.column("type").data
    state = np.zeros(len(base.codes), np.int8)
    ends = np.zeros(len(base.codes), bool)
    for name, effect in effects.by_type.items():
        if effect in _ENDS:
            ends[base.codes[name]], state[base.codes[name]] = True, _ENDS[effect]
    marked = ends[types]
    if not marked.any():
        return None
    chosen = selection(events, Truth(marked, marked))
    return Endings(chosen, state[types[chosen.rows]])
