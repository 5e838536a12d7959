"""A case with its deemed facts: found stratum by stratum, certain ones and those that facts keep open.

    attempt (a decision with given deemed facts), strata --settled_facts--> with the certain, and with all
    two decisions, what is open --merged--> the decision: what differs between them is undetermined

Strata are such that what a fact rests on does not change with facts of its own or of a later stratum; so each
stratum is final when it has been decided with those before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from policy.decide.decision import Decision, Obligation, Standing, State, Undetermined, canonical_obligation
from policy.decide.precedence import conflicts
from policy.decide.presumed import Presumed, element_of


class Attempt(Protocol):
    """A case decided with given deemed facts."""

    def presumed(self, stratum: int) -> list[Presumed]:
        """What then counts as a fact, up to a stratum."""


A = TypeVar("A", bound=Attempt)


def settled_facts(
    first: A, attempt: Callable[[Sequence[Presumed]], A], strata: int
) -> tuple[A, A, Sequence[Presumed]]:
    """The case with what certainly counts, with what may too, and what that is; ``first``: with nothing."""
    low = high = first
    looked = True
    sure: list[Presumed] = []
    open_: list[Presumed] = []
    for stratum in range(1, strata + 1):
        below, looked = low.presumed(stratum), True
        above = below if high is low else high.presumed(stratum)
        certain, doubtful = _parted(below, above)
        if _alike(certain, sure) and _alike(doubtful, open_):
            continue
        if not _alike(certain, sure):
            low, looked = attempt(certain), False
        sure, open_ = certain, doubtful
        high = attempt((*sure, *open_)) if open_ else low
    if not looked:  # what speaks against what counts, and what could not be worked out, is found by looking
        low.presumed(strata)
    return low, high, open_


def _parted(below: Iterable[Presumed], above: Iterable[Presumed]) -> tuple[list[Presumed], list[Presumed]]:
    """What is certain with fewer and with more facts alike, and everything else, with what it waits for."""
    everywhere = {fact.same for fact in below if not fact.missing}
    more = {fact.same: fact for fact in above}
    missing = sorted({path for fact in (*below, *above) for path in fact.missing})
    certain = [f for f in more.values() if f.same in everywhere and not f.missing]
    held = {fact.same for fact in certain}
    rest = {fact.same: fact for fact in (*below, *above) if fact.same not in held}
    return certain, [f if f.missing else f._replace(missing=tuple(missing)) for f in rest.values()]


def _alike(one: Iterable[Presumed], other: Iterable[Presumed]) -> bool:
    return [fact.same for fact in one] == [fact.same for fact in other]


def merged(low: Decision, high: Decision, open_: Sequence[Presumed]) -> Decision:
    """What both say; where they differ, undetermined, waiting for the facts that leave open what counts."""
    named = {element_of(fact): fact.missing for fact in open_ if element_of(fact)}

    def known(missing: Iterable[str]) -> tuple[str, ...]:
        """The facts that people can tell in place of those of an element that only may be there."""
        found: set[str] = set()
        for path in missing:
            owner = next((one for one in named if path.startswith(f"{one}.")), "")
            found.update(named[owner] if owner else (path,))
        return tuple(sorted(found))

    waiting = known(path for fact in open_ for path in fact.missing)
    obligations, undecided = [], {(u.rule, u.program.pack.version, u.bound): u for u in low.undetermined}
    for open_fact in open_:
        entry = Undetermined(open_fact.program, open_fact.plan, open_fact.bound, known(open_fact.missing))
        undecided.setdefault((entry.rule, entry.program.pack.version, entry.bound), entry)
    for u in high.undetermined:
        undecided.setdefault((u.rule, u.program.pack.version, u.bound), u._replace(missing=known(u.missing)))
    for duty in _both(low, high):
        mine, theirs = low.by_id.get(duty.id), high.by_id.get(duty.id)
        if mine is not None and theirs is not None:
            obligations.append(_agreed(mine, theirs, waiting))
        else:
            entry = Undetermined(duty.program, duty.plan, duty.bound, waiting)
            undecided.setdefault((entry.rule, entry.program.pack.version, entry.bound), entry)
    return replace(
        low,
        obligations=tuple(obligations),
        undetermined=tuple(sorted(undecided.values(), key=lambda u: (u.rule, u.bound))),
        conflicts=conflicts(tuple(obligations)),
    )


def _both(low: Decision, high: Decision) -> list[Obligation]:
    """The duties of either, each once, in their order."""
    duties = {duty.id: duty for duty in (*high.obligations, *low.obligations)}
    return sorted(duties.values(), key=lambda o: (o.plan.id, o.bound, o.bearers, o.bearer_unit))


def _agreed(mine: Obligation, theirs: Obligation, missing: tuple[str, ...]) -> Obligation:
    """The duty where both have it alike; else open in what differs."""
    if canonical_obligation(mine) == canonical_obligation(theirs):
        return mine
    open_ = mine._replace(standing=Standing(State.UNDETERMINED, missing=missing))
    return open_ if mine.due == theirs.due else open_._replace(due=None, due_missing=missing)
