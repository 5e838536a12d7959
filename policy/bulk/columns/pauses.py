"""Suspensions of whole cases: what holds obligations, and until when."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from policy.bulk.columns.expressions import Evaluator
from policy.bulk.columns.frames import Frame, by_owner, spread, taken
from policy.bulk.columns.tables import Table
from policy.bulk.columns.texts import Base, Ints
from policy.decide.lifecycle import EventEffects

NEVER = int(np.iinfo(np.int64).max)
"""No moment."""
NOTHING = -1
"""No event."""


class Held(NamedTuple):
    """What suspensions do to the obligations of a rule. Moments are NEVER where there is none."""

    overdue: Ints
    """When each becomes overdue."""
    began: Ints
    """When the suspension began that lasts at ``as_of``, and the event that began it."""
    event: Ints


class Pauses:
    """The suspensions of the batch's cases, in the order of cases and time."""

    def __init__(
        self, evaluator: Evaluator, events: Table, case: Ints, start: Ints, end: Ints, event: Ints, own: Ints
    ) -> None:
        self._evaluator = evaluator
        self._events = events
        self._start, self._end, self._event = start, end, event
        self._by_case = by_owner(np.arange(len(case)), case, len(evaluator.doubtful), None)
        self._own = np.zeros(events.size, bool)
        self._own[own] = True

    def of(self, frame: Frame, since: Ints | None, due: Ints | None) -> Held:
        """What they do to obligations triggered at ``since`` and due at ``due``."""
        overdue = np.full(frame.size, NEVER, np.int64) if due is None else due
        began = np.full(frame.size, NEVER, np.int64)
        event = np.full(frame.size, NOTHING, np.int32)
        for bound in frame.variables.values():
            if bound.table is self._events:
                # The event that suspends or resumes is the trigger itself, and does not count for it.
                own = self._own[taken(bound, np.arange(frame.size)).rows]
                self._evaluator.doubtful[frame.case[own]] = True
        hits, pauses = spread(self._by_case, frame.case)
        if not len(hits):
            return Held(overdue, began, event)
        start, end = self._start[pauses], self._end[pauses]
        counts = np.ones(len(hits), bool) if since is None else end > since[hits]
        if due is not None:
            holds = counts & (start <= due[hits]) & (due[hits] < end)
            overdue = overdue.copy()
            overdue[hits[holds]] = end[holds]
        lasts = end == NEVER
        began[hits[lasts]], event[hits[lasts]] = start[lasts], self._event[pauses[lasts]]
        return Held(overdue, began, event)


def pauses_of(evaluator: Evaluator, effects: EventEffects, base: Base) -> Pauses | None:
    """The suspensions of a batch; None where nothing suspends a case.

    A case with an undated suspension or resumption, or two of one moment, is doubtful.
    """
    events = evaluator.tables.by_key["events"]
    types = events.column("type").data
    suspends = np.isin(types, [base.codes[n] for n, effect in effects.by_type.items() if effect == "suspend"])
    if not suspends.any():
        return None
    resumes = np.isin(types, [base.codes[n] for n, effect in effects.by_type.items() if effect == "resume"])
    own = np.flatnonzero(suspends | resumes)
    at, known = events.column("at")
    if known is not None:
        evaluator.doubtful[events.case[own[~known[own]]]] = True
    own = own[np.lexsort((at[own], events.case[own]))]
    case = events.case[own]
    same = (case[1:] == case[:-1]) & (at[own[1:]] == at[own[:-1]])
    evaluator.doubtful[case[1:][same]] = True
    begins = suspends[own]
    # A suspension begins where the mark before is of another case or a resumption; the next mark that is a
    # resumption of the same case ends it.
    first = np.r_[True, case[1:] != case[:-1]]
    opens = begins & (first | ~np.r_[False, begins[:-1]])
    closes = ~begins
    next_close = _next(closes)
    heads = np.flatnonzero(opens)
    stop = next_close[heads]
    inside = (stop < len(own)) & (case[np.minimum(stop, len(own) - 1)] == case[heads])
    end = np.where(inside, at[own[np.minimum(stop, len(own) - 1)]], NEVER)
    rows = own[heads]
    return Pauses(evaluator, events, case[heads], at[rows], end, rows, own)


def _next(marks: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Ints:
    """For each place the first marked place from there on; the length where there is none."""
    places = np.where(marks, np.arange(len(marks)), len(marks))
    return np.minimum.accumulate(places[::-1])[::-1]
