"""What a decision is: obligations with their states, and what could not be decided.

Everything is immutable and free of language: codes, ids, paths and moments. ``canonical`` gives the plain
form whose bytes are the same on every machine; the receipt's digests are taken from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

import orjson

from policy.decide.amounts import Number
from policy.facts.findings import Deeming, Derivation
from policy.money import CURRENCY, Amount
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.time.deadline import Due
from policy.time.moment import Instant

ENGINE_VERSION = "5"
"""Changes whenever the same pack, facts and moment may give another decision."""

NANO = 1_000_000_000


class State(StrEnum):
    """Where an obligation stands at ``as_of``. A standing prohibition or permission is pending."""

    PENDING = "pending"
    OVERDUE = "overdue"
    FULFILLED = "fulfilled"
    FULFILLED_LATE = "fulfilled_late"
    DISCHARGED = "discharged"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    UNDETERMINED = "undetermined"


ENDED = frozenset((State.FULFILLED, State.FULFILLED_LATE, State.DISCHARGED, State.TERMINATED))
"""States in which nothing is owed any more."""


class Standing(NamedTuple):
    """A state, since when and by which event; the violation, if there was one; the facts it waits for."""

    state: State
    at: int | None = None
    event: str = ""
    violated_at: int | None = None
    missing: tuple[str, ...] = ()


class Obligation(NamedTuple):
    """One duty, prohibition or permission of specific bodies. Moments are nanoseconds since 1970 UTC."""

    id: str
    program: PackProgram
    plan: RulePlan
    bearers: tuple[str, ...]
    bearer_party: str
    bearer_unit: str
    counterparties: tuple[str, ...]
    counterparty_party: str
    about: str
    concerns: str
    concerns_unit: str
    bound: tuple[str, ...]
    """Paths of the bound elements, in the order of ``each``."""
    trigger: str
    triggered_at: int | None
    arose_at: int | None
    """When its trigger happened, its conditions came together, or the version began; None: nobody can say."""
    due: Due | None
    due_missing: tuple[str, ...]
    amount: Amount | None
    """What is to be paid, in fen, and how it was worked out; None where the rule has no amount."""
    numbers: tuple[Number, ...]
    """How many of each thing, in the order of the rule's ``quantities``."""
    missing: tuple[str, ...]
    """Facts missing to say who bears it, to whom, or what it is about."""
    standing: Standing
    basis: tuple[str, ...]
    """Clauses of the rule and of the grounds that held."""
    breach: tuple[str, str, str] | None
    """Of a duty that a breach triggers: the obligation that was breached, its rule and who bore it."""
    excused: tuple[int, int, str] | None = None
    """Of a lapse that the court excused: when it was breached, when that was excused, and by which act."""
    uncounted: tuple[tuple[str, str], ...] = ()
    """Acts that were to extend its time and did not, by path, and why (``policy.decide.clocks``)."""
    moved_by: tuple[str, ...] = ()
    """Acts that moved its due time, by path."""
    held: tuple[tuple[int, int | None], ...] = ()
    """Of a violated duty: from when to when (None: it lasts) it was suspended."""
    unclear: int | None = None
    """Of a violated duty: from when on nobody knows whether it is still owed."""

    @property
    def rule(self) -> str:
        """Id of the rule."""
        return self.plan.id


class Undetermined(NamedTuple):
    """A rule that missing facts keep undecided, with the smallest set of facts that settles it."""

    program: PackProgram
    plan: RulePlan
    bound: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def rule(self) -> str:
        """Id of the rule."""
        return self.plan.id


class RuleError(NamedTuple):
    """A rule whose evaluation failed, or (``plan`` None) a trigger that no version governs; and why."""

    code: str
    reason: str
    plan: RulePlan | None
    bound: tuple[str, ...]

    @property
    def rule(self) -> str:
        """Id of the rule, or empty."""
        return self.plan.id if self.plan is not None else ""


class Conflict(NamedTuple):
    """Two obligations that say opposite things of one bearer and action for one trigger, by index."""

    first: Obligation
    second: Obligation


class Notice(NamedTuple):
    """Something that the sender should know: a code of docs/faults.md, where in the case, and of what.

    ``path`` is written as violations name fields; empty for the whole case. Arguments are free of language,
    each one or several: codes as ``section:code``, fields as ``field:Event.score``, elements as
    ``path:events[e1]``, rules as ``rule:VERSION:ID``; counts, and moments in nanoseconds, as they are.
    """

    code: str
    path: str
    args: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Receipt(NamedTuple):
    """What a decision was made from."""

    engine: str
    engine_version: str
    packs: tuple[PackProgram, ...]
    vocabulary_digest: str
    calendar_digest: str
    as_of: int
    facts_digest: str


@dataclass(frozen=True)
class Decision:
    """The answer for one case. Lists are in canonical order (rule id, then bound elements)."""

    case: str
    district: str
    receipt: Receipt
    obligations: tuple[Obligation, ...]
    undetermined: tuple[Undetermined, ...]
    errors: tuple[RuleError, ...]
    conflicts: tuple[Conflict, ...]
    derived: tuple[Derivation, ...]
    warnings: tuple[Notice, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Obligation]:
        """The obligations by their ids."""
        return {o.id: o for o in self.obligations}

    @cached_property
    def standing(self) -> frozenset[str]:
        """Paths of what happens by itself on the district's own file."""
        found: set[str] = set()
        for one in self.derived:  # what is deemed rests on what was found before it
            if not one.sources or (one.deemed is not None and found.issuperset(one.sources)):
                found.add(one.path)
        return frozenset(found)

    def hanging_on_facts(self) -> tuple[Obligation, ...]:
        """The obligations that facts of the case brought about: not the standing ones, nor their breaches."""
        by_itself = {o.id for o in self.obligations if o.trigger in self.standing}
        waiting = [o for o in self.obligations if o.breach is not None]
        while found := [o for o in waiting if o.breach is not None and o.breach[0] in by_itself]:
            by_itself |= {o.id for o in found}
            waiting = [o for o in waiting if o.id not in by_itself]
        return tuple(o for o in self.obligations if o.id not in by_itself)

    @cached_property
    def canonical_bytes(self) -> bytes:
        """The canonical form as UTF-8 JSON, keys in the order of ``canonical``."""
        return orjson.dumps(canonical(self), default=str)

    @cached_property
    def digest(self) -> str:
        """sha256 of ``canonical_bytes``."""
        return hashlib.sha256(self.canonical_bytes).hexdigest()


def canonical(decision: Decision) -> dict[str, Any]:
    """The decision as plain data: only codes, ids, paths and integers."""
    receipt = decision.receipt
    return {
        "case": decision.case,
        "district": decision.district,
        "engine_version": receipt.engine_version,
        "packs": [[p.pack.district, p.pack.version, p.pack.digest] for p in receipt.packs],
        "vocabulary": receipt.vocabulary_digest,
        "calendar": receipt.calendar_digest,
        "as_of": receipt.as_of,
        "facts": receipt.facts_digest,
        "obligations": [canonical_obligation(o) for o in decision.obligations],
        "undetermined": [[u.rule, u.bound, u.missing] for u in decision.undetermined],
        "errors": [[e.code, e.reason, e.rule, e.bound] for e in decision.errors],
        "derived": [[d.path, d.sources, *_deeming(d.deemed)] for d in decision.derived],
        "warnings": [[w.code, w.path, w.args] for w in decision.warnings],
        "conflicts": [[c.first.id, c.second.id] for c in decision.conflicts],
    }


def _deeming(deemed: Deeming | None) -> list[Any]:
    """Of what counts as a fact: by what, from when, and the time that passed."""
    if deemed is None:
        return []
    due = None if deemed.due is None else _due(deemed.due)
    return [deemed.version, deemed.rule, deemed.basis, deemed.at, due]


def canonical_obligation(o: Obligation) -> dict[str, Any]:
    """One obligation as plain data."""
    rule = o.plan.rule
    more = {} if o.excused is None else {"excused": o.excused}
    return more | {
        "id": o.id,
        "rule": rule.id,
        "version": o.program.pack.version,
        "modality": rule.modality,
        "force": rule.force,
        "bearers": o.bearers,
        "bearer_party": o.bearer_party,
        "bearer_unit": o.bearer_unit,
        "counterparties": o.counterparties,
        "counterparty_party": o.counterparty_party,
        "action": rule.action,
        "about": o.about,
        "concerns": [o.concerns, o.concerns_unit],
        "bound": o.bound,
        "trigger": o.trigger,
        "triggered_at": o.triggered_at,
        "arose_at": o.arose_at,
        "due": None if o.due is None else _due(o.due),
        "due_missing": o.due_missing,
        "amount": None if o.amount is None else _amount(o.amount),
        "numbers": [tuple(number) for number in o.numbers],
        "missing": o.missing,
        "state": tuple(o.standing),
        "basis": o.basis,
        "breach": o.breach,
    }


def _amount(amount: Amount) -> dict[str, Any]:
    """Sums are in fen; steps as codes and values."""
    return {
        "currency": CURRENCY,
        "fen": amount.fen,
        "at_least": amount.at_least,
        "at_most": amount.at_most,
        "steps": [step.plain() for step in amount.steps],
        "missing": amount.missing,
    }


def _due(due: Due) -> dict[str, Any]:
    """Marks stand for the steps: a code and dates, periods (as text) or numbers."""
    at = Instant(due.at, due.below) if due.at is not None and due.below else due.at
    more = {} if due.original is None else {"original": due.original}
    return more | {"kind": due.kind, "at": at, "provisional": due.provisional, "steps": due.marks}
