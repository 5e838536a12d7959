"""Facts to decision: the pure core.

    Case --CaseReader--> view --engine--> hits --in force, precedence--> effects --lifecycle--> obligations
                                   ^                                                                  |
                                   +------------------- breaches (reparation rules) <-----------------+

``decide`` is a pure function: the same snapshot, facts and moment give byte-equal decisions. Obligations
that are violated become breaches, which reparation rules are tried on in further rounds; a breach is dated,
so a chain ends.
"""

from __future__ import annotations

import hashlib

from linkage.v1 import facts_pb2
from policy.breaches import breaches_of
from policy.deadline import DeadlineError
from policy.decision import (
    ENGINE_VERSION,
    Decision,
    Obligation,
    Receipt,
    RuleError,
    Undetermined,
    nanos_of,
)
from policy.dues import due_of
from policy.engines import COMPILED, Effects, Engine, Hit, Matches
from policy.engines.protocol import Binding
from policy.engines.unknowns import Failure
from policy.facts.views import CaseView
from policy.lifecycle import Life
from policy.precedence import Unsettled, conflicts, settled
from policy.program.build import RulePlan
from policy.snapshot import District

MAX_ROUNDS = 16
"""Longest chain of breaches of breaches that is followed."""


def decide(district: District, case: facts_pb2.Case, as_of: int, engine: Engine = COMPILED) -> Decision:
    """Decides ``case`` for the moment ``as_of`` (nanoseconds since 1970 UTC).

    Raises ``FactsError`` for a case that cannot be read. Everything else, evaluation errors included, is an
    entry of the decision.
    """
    return run(district, case, as_of, engine)[0]


def run(
    district: District, case: facts_pb2.Case, as_of: int, engine: Engine = COMPILED
) -> tuple[Decision, CaseView]:
    """The decision and the view it was made on, with the breaches that it found."""
    view = district.reader.read(case, as_of)
    return _Run(district, view, engine).decision(_receipt(district, case, as_of, engine.name)), view


def _receipt(district: District, case: facts_pb2.Case, as_of: int, engine: str) -> Receipt:
    facts = hashlib.sha256(case.SerializeToString(deterministic=True)).hexdigest()
    return Receipt(
        engine,
        ENGINE_VERSION,
        district.programs,
        district.vocabulary.digest,
        district.calendar.digest,
        as_of,
        facts,
    )


class _Run:
    """One decision being made."""

    def __init__(self, district: District, view: CaseView, engine: Engine) -> None:
        self._district = district
        self._case = view
        self._engine = engine
        self._life = Life(view, district.effects, engine)
        self._obligations: list[Obligation] = []
        self._undetermined: list[Undetermined] = []
        self._errors: list[RuleError] = []
        self._outside: dict[str, None] = {}

    def decision(self, receipt: Receipt) -> Decision:
        """Runs all rounds and puts the results in canonical order."""
        programs = self._district.programs
        if self._district.in_force(self._case.as_of) is None:
            # A moment that no version governs is reported, never decided under the nearest version.
            self._outside["as_of"] = None
        fresh = self._round([self._engine.matches(p, self._case, p.index) for p in programs])
        for _ in range(MAX_ROUNDS):
            breaches = breaches_of(fresh)
            if not breaches:
                break
            self._case.breaches = (*self._case.breaches, *breaches)
            fresh = self._round(
                [self._engine.matches(p, self._case, p.breach_index, breaches) for p in programs]
            )
        self._errors += [RuleError("LNK820", "no_version_in_force", None, (path,)) for path in self._outside]
        obligations = tuple(sorted(self._obligations, key=lambda o: (o.plan.id, o.bound)))
        return Decision(
            self._case.id,
            self._district.code,
            receipt,
            obligations,
            tuple(sorted(self._undetermined, key=lambda u: (u.rule, u.bound))),
            tuple(sorted(self._errors, key=lambda e: (e.code, e.rule, e.bound, e.reason))),
            conflicts(obligations),
        )

    def _round(self, found: list[Matches]) -> list[Obligation]:
        """Turns one round of matches into obligations and entries; gives the new obligations."""
        hits: list[Hit] = []
        unsettled: list[Unsettled] = []
        for result in found:
            for hit in result.hits:
                self._admit(hit, hits, unsettled)
            unsettled += [(hit, missing) for hit, missing in result.undetermined if self._governs(hit)]
            self._errors += [_failed(hit, reason) for hit, reason in result.errors if self._governs(hit)]
        hits, unsettled = settled(hits, unsettled)
        self._undetermined += [_undetermined(hit, missing) for hit, missing in unsettled]
        fresh = [obligation for hit in hits if (obligation := self._obligation(hit)) is not None]
        self._obligations += fresh
        return fresh

    def _admit(self, hit: Hit, hits: list[Hit], unsettled: list[Unsettled]) -> None:
        """Keeps a hit whose trigger the version governs; an undated trigger leaves it undetermined."""
        _, plan, binding = hit
        if self._triggered_at(plan, binding) is None:
            unsettled.append((hit, (f"{binding[plan.trigger_position].path}.{plan.time_field}",)))
        elif self._governs(hit):
            hits.append(hit)

    def _governs(self, hit: Hit) -> bool:
        """Whether the version may govern the trigger; a moment that none governs is noted."""
        program, plan, binding = hit
        at = self._triggered_at(plan, binding)
        if at is None or (program.since <= at and (program.until is None or at < program.until)):
            return True
        if self._district.in_force(at) is None:
            self._outside[binding[plan.trigger_position].path if plan.time_field else "as_of"] = None
        return False

    def _triggered_at(self, plan: RulePlan, binding: Binding) -> int | None:
        """When the trigger happened; ``as_of`` where its element has none; None where it is missing."""
        if not plan.time_field:
            return self._case.as_of
        return getattr(binding[plan.trigger_position], plan.time_field, None)

    def _obligation(self, hit: Hit) -> Obligation | None:
        """The obligation of a hit; None after noting an evaluation error."""
        program, plan, binding = hit
        at = self._triggered_at(plan, binding) if plan.time_field else None
        effects = self._engine.effects(hit, self._case)
        if isinstance(effects, Failure):
            self._errors.append(_failed(hit, effects.reason))
            return None
        if _nobody(effects):
            self._errors.append(_failed(hit, "no_bearer"))
            return None
        try:
            due, due_missing = due_of(plan.due, effects, self._district.calendar)
        except DeadlineError as error:
            self._errors.append(_failed(hit, error.reason))
            return None
        bound = tuple([element.path for element in binding])
        identity = _identity(self._district.code, plan.id, self._case.id, bound)
        due_at = None if due is None or due.at is None else nanos_of(due.at)
        return Obligation(
            identity,
            program,
            plan,
            effects.bearers,
            effects.bearer_party,
            effects.bearer_unit,
            effects.counterparties,
            effects.counterparty_party,
            effects.about,
            bound,
            bound[plan.trigger_position],
            at,
            due,
            due_missing,
            effects.missing_for(*_WHO) if effects.missing else (),
            self._life.standing(hit, identity, at, due_at, due_missing),
        )


def _nobody(effects: Effects) -> bool:
    """Whether no body and no party would bear it, and no fact is missing that could tell."""
    if effects.bearers:
        return "" in effects.bearers
    return not (effects.bearer_party or effects.missing_for("bearer", "bearer_party"))


def _undetermined(found: Hit, missing: tuple[str, ...]) -> Undetermined:
    """The entry of a rule that missing facts keep undecided."""
    return Undetermined(found.program, found.plan, tuple(e.path for e in found.binding), missing)


def _failed(found: Hit, reason: str) -> RuleError:
    """The entry of a rule whose evaluation failed."""
    code = "LNK823" if reason == "too_many_combinations" else "LNK418"
    return RuleError(code, reason, found.plan, tuple(e.path for e in found.binding))


_WHO = ("bearer", "bearer_party", "bearer_unit", "counterparty", "counterparty_party", "about")


def _identity(district: str, rule: str, case: str, bound: tuple[str, ...]) -> str:
    text = "\0".join((district, rule, case, *bound))
    return "ob-" + hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
