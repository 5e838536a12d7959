"""Mutation of a pack: it is changed in one place at a time, and what no rule test notices is listed.

In: a rules folder that has no errors, and its rule tests.
Out: for each change whether ``check`` refuses it, which test notices it, or that none does; of these whether
     a decision of any test's case changes by it, and what to write in a test that would notice it.

    changes     the places of a file of YAML that may be changed, and how
    formulas    how a condition may be changed
    reach       the tests that a change can alter
    trial       a change made, checked, and the tests run
    tally       how many changes of each kind are noticed
    words       what is told of it
    proposal    the test that would notice a change

A change that changes no decision of any case that was tried may change none at all: it is told apart, and
does not count against the tests.
"""

__all__ = ["changes", "formulas", "proposal", "reach", "tally", "trial", "words"]
