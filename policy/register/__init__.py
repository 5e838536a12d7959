"""What a recorded case owes, and what changed: the pure part of the register.

In: the entries of a case in the order in which they were recorded, a ``District`` of the active rules, a
     moment.
Out: the state of the case (its duties, how they are handled, when it must be looked at next), and the steps
     from the state before: which duties are new, ended, moved or changed, when, and why.

    entries     what was recorded -> the case as it stands, and what is wrong with what was sent
    duty        what is kept of an obligation, as plain data
    handling    who has a duty in hand: accepted, returned, reported, confirmed, objected to
    outputs     what is to be handed over when a duty is done, and what of it is missing
    moments     when a state may change although nobody sends anything
    state       facts and moment -> the state of a case
    changes     two states -> what changed
    advance     from a stored state to now: rules, then time, then what was recorded, step by step
    comparing   what other rules would change of a case

Replaying the entries always gives the stored state: nothing is kept here, and the clock is an argument.
"""

from policy.register.advance import Advanced, Step, advanced
from policy.register.changes import Change, Kind, Why, difference
from policy.register.comparing import Effect, Shift, shift_of, under
from policy.register.duty import Duty, Handling
from policy.register.entries import Folded, folded
from policy.register.state import CaseState, derived

__all__ = [
    "Advanced",
    "CaseState",
    "Change",
    "Duty",
    "Effect",
    "Folded",
    "Handling",
    "Kind",
    "Shift",
    "Step",
    "Why",
    "advanced",
    "derived",
    "difference",
    "folded",
    "shift_of",
    "under",
]
