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
from typing import Any

from linkage.v1 import facts_pb2
from policy.decide.breaches import breaches_of
from policy.decide.decision import (
    ENGINE_VERSION,
    Decision,
    Obligation,
    Receipt,
    RuleError,
    Undetermined,
)
from policy.decide.dues import due_of
from policy.decide.lifecycle import Life
from policy.decide.precedence import Unsettled, conflicts, settled
from policy.decide.snapshot import District
from policy.engines import COMPILED, Engine, Hit, Matches
from policy.engines.protocol import Binding
from policy.engines.unknowns import Failure
from policy.facts.views import CaseView
from policy.program.build import RulePlan
from policy.time.deadline import DeadlineError

MAX_ROUNDS = 16
"""Longest chain of breaches of breaches that is followed; rules beyond report LNK824."""


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
        self._places: dict[Binding, tuple[tuple[str, ...], bytes]] = {}
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
            self._case.memo.clear()  # a term may read the breaches
            fresh = self._round(self._after(breaches))
        else:
            self._note_beyond(self._after(breaches_of(fresh)))
        self._errors += [_failed(hit, reason) for hit, reason in self._life.errors]
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

    def _after(self, breaches: list[Any]) -> list[Matches]:
        """The rules of all versions tried on these breaches."""
        programs = self._district.programs
        return [self._engine.matches(p, self._case, p.breach_index, breaches) for p in programs]

    def _note_beyond(self, found: list[Matches]) -> None:
        """Reports the rules that a chain of breaches would reach beyond the last round."""
        for result in found:
            reached = (*result.hits, *(hit for hit, _ in (*result.undetermined, *result.errors)))
            self._errors += [_failed(hit, "chain_too_long") for hit in reached if self._governs(hit)]

    def _round(self, found: list[Matches]) -> list[Obligation]:
        """Turns one round of matches into obligations and entries; gives the new obligations."""
        hits: list[Hit] = []
        unsettled: list[Unsettled] = []
        for result in found:
            self._admit(result.hits, hits, unsettled)
            unsettled += [(hit, missing) for hit, missing in result.undetermined if self._governs(hit)]
            self._errors += [_failed(hit, reason) for hit, reason in result.errors if self._governs(hit)]
        hits, unsettled = settled(hits, unsettled)
        self._undetermined += [_undetermined(hit, missing) for hit, missing in unsettled]
        fresh = [obligation for hit in hits if (obligation := self._obligation(hit)) is not None]
        self._obligations += fresh
        return fresh

    def _admit(self, found: list[Hit], hits: list[Hit], unsettled: list[Unsettled]) -> None:
        """Keeps hits whose trigger the version governs; an undated trigger leaves a hit undetermined."""
        as_of = self._case.as_of
        for hit in found:
            program, plan, binding = hit
            field = plan.time_field
            at = getattr(binding[plan.trigger_position], field, None) if field else as_of
            if at is None:
                unsettled.append((hit, (f"{binding[plan.trigger_position].path}.{field}",)))
            elif program.since <= at and (program.until is None or at < program.until):
                hits.append(hit)
            else:
                self._note_outside(at, plan, binding)

    def _governs(self, hit: Hit) -> bool:
        """Whether the version may govern the trigger; a moment that none governs is noted."""
        program, plan, binding = hit
        at = self._triggered_at(plan, binding)
        if at is None or (program.since <= at and (program.until is None or at < program.until)):
            return True
        self._note_outside(at, plan, binding)
        return False

    def _note_outside(self, at: int, plan: RulePlan, binding: Binding) -> None:
        """Notes a moment that no version governs."""
        if self._district.in_force(at) is None:
            self._outside[binding[plan.trigger_position].path if plan.time_field else "as_of"] = None

    def _triggered_at(self, plan: RulePlan, binding: Binding) -> int | None:
        """When the trigger happened; ``as_of`` where its element has none; None where it is missing."""
        if not plan.time_field:
            return self._case.as_of
        return getattr(binding[plan.trigger_position], plan.time_field, None)

    def _obligation(self, hit: Hit) -> Obligation | None:
        """The obligation of a hit; None after noting an evaluation error."""
        program, plan, binding = hit
        effects = self._engine.effects(hit, self._case)
        if isinstance(effects, Failure):
            self._errors.append(_failed(hit, effects.reason))
            return None
        bearers, bearer_party, bearer_unit, counterparties, counterparty_party, about, _, _, missing = effects
        if "" in bearers or not (bearers or bearer_party or effects.missing_for("bearer", "bearer_party")):
            self._errors.append(_failed(hit, "no_bearer"))
            return None
        due, due_at = None, None
        due_missing: tuple[str, ...] = ()
        if plan.due is not None:
            try:
                due, due_missing = due_of(plan.due, effects, self._district.calendar)
            except DeadlineError as error:
                self._errors.append(_failed(hit, error.reason))
                return None
            if due is not None:
                due_at = due.nanos
        bound, tail = self._places.get(binding) or self._place(binding)
        state = plan.identity.copy()
        state.update(tail)
        identity = "ob-" + state.hexdigest()
        field = plan.time_field
        at = getattr(binding[plan.trigger_position], field, None) if field else None
        standing = self._life.standing(hit, identity, at, due_at, due_missing)
        return _new(
            Obligation,
            (
                identity,
                program,
                plan,
                bearers,
                bearer_party,
                bearer_unit,
                counterparties,
                counterparty_party,
                about,
                bound,
                bound[plan.trigger_position],
                at,
                due,
                due_missing,
                effects.missing_for(*_WHO) if missing else (),
                standing,
            ),
        )

    def _place(self, binding: Binding) -> tuple[tuple[str, ...], bytes]:
        """The paths of the bound elements, and what they and the case add to an obligation's id."""
        bound = tuple([element.path for element in binding])
        place = self._places[binding] = bound, "\0".join((self._case.id, *bound)).encode()
        return place


def _undetermined(found: Hit, missing: tuple[str, ...]) -> Undetermined:
    """The entry of a rule that missing facts keep undecided."""
    return Undetermined(found.program, found.plan, tuple(e.path for e in found.binding), missing)


def _failed(found: Hit, reason: str) -> RuleError:
    """The entry of a rule whose evaluation failed."""
    return RuleError(_LIMITS.get(reason, "LNK418"), reason, found.plan, tuple(e.path for e in found.binding))


_LIMITS = {"too_many_combinations": "LNK823", "chain_too_long": "LNK824"}
"""Codes of rules that a limit left unfinished; any other reason is an evaluation error."""

_WHO = ("bearer", "bearer_party", "bearer_unit", "counterparty", "counterparty_party", "about")

_new = tuple.__new__
"""A named tuple's own constructor takes three times as long."""
