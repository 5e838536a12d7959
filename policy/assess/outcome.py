"""What a duty counts as, and when: the one place that says so, for assessments and for boards alike.

    state, whether it was violated --outcome--> Outcome      the words that figures are counted by
    moments of a duty --counts_at--> the moment whose period it counts in

An assessment reads them as the fields of a ``Performance`` (``performance``); a board counts them in the rows
of the register. A figure that both have can therefore be one number only.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from policy.decide.decision import State
from policy.pack.model import Force, Modality

RELEASING = frozenset((State.DISCHARGED, State.SUSPENDED, State.TERMINATED))
"""States in which nothing is owed, and nothing was done."""
DONE = frozenset((State.FULFILLED, State.FULFILLED_LATE))
"""States in which it was done."""


class Outcome(NamedTuple):
    """How a duty was performed. ``refused``: violated by an act, before it was due; ``owed``: overdue."""

    violated: bool
    owed: bool
    fulfilled: bool
    late: bool
    in_time: bool
    refused: bool
    released: bool

    @property
    def settled(self) -> bool:
        """Whether it says something of whoever bore it: it was done, or it was violated."""
        return self.fulfilled or self.violated

    @property
    def counts(self) -> bool:
        """Whether it is in the base: what was released before anyone was at fault is not."""
        return self.violated or not self.released


@cache
def outcome(state: State, violated: bool, early: bool) -> Outcome | None:
    """The outcome of a duty in a state; None: facts leave its state open.

    ``violated``: it has been; ``early``: and before it was due, or though nothing fixes a due time.
    """
    if state is State.UNDETERMINED:
        return None
    return Outcome(
        violated=violated,
        owed=state is State.OVERDUE,
        fulfilled=state in DONE,
        late=state is State.FULFILLED_LATE,
        in_time=state is State.FULFILLED,
        refused=violated and early,
        released=state in RELEASING,
    )


def is_early(violated_at: int | None, due: int | None) -> bool:
    """Whether it was violated before it was due: by what somebody did, and not by time."""
    return violated_at is not None and (due is None or violated_at < due)


def counts_at(
    modality: Modality, arose_at: int | None, due: int | None, violated_at: int | None
) -> int | None:
    """The moment whose period a duty counts in; None: nobody can say. Nanoseconds since 1970 UTC.

    That is its due time, where it has one: 24:00 of the last day belongs to the period that ends then. Else
    it is when it arose, and of a prohibition when it was violated. So each counts in one period exactly.
    """
    if modality is Modality.PROHIBITION:
        return violated_at
    if due is None or arose_at is None:
        return arose_at
    return max(due - 1, arose_at)


def may_count(modality: Modality, force: Force, reported: bool) -> bool:
    """Whether what a rule gives is a duty that is counted.

    Permissions are none. Reported practice is counted where the document itself is a report (``reported``).
    """
    return modality is not Modality.PERMISSION and (force is not Force.REPORTED or reported)
