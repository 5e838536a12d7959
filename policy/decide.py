"""Facts to decision: the pure core.

    Case --CaseReader--> view --matching--> hits --in force, overrides--> obligations --lifecycle--> states
                                   ^                                                          |
                                   +------------------ breaches (reparation rules) <----------+

``decide`` is a pure function: the same snapshot, facts and moment give byte-equal decisions. Obligations
that are violated become breaches, which reparation rules are tried on in further rounds; a breach is dated,
so a chain ends.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from linkage.v1 import facts_pb2
from policy.deadline import DeadlineError, Due
from policy.decision import (
    ENGINE_VERSION,
    Conflict,
    Decision,
    Obligation,
    Receipt,
    RuleError,
    Standing,
    State,
    Undetermined,
    moment_of,
    nanos_of,
)
from policy.engines.unknowns import Failure, Unknown, settling_facts
from policy.facts.views import VIEWS, CaseView
from policy.lifecycle import Life, breachable
from policy.matching import Binding, Hit, Matches, evaluator, failed, matches, undetermined
from policy.pack.model import Modality
from policy.program.build import FALLBACK, MatcherPlan, PackProgram, RulePlan
from policy.snapshot import District

MAX_ROUNDS = 16
"""Longest chain of breaches of breaches that is followed."""

_BREACH = VIEWS["Breach"]


def decide(district: District, case: facts_pb2.Case, as_of: int, engine: str = "compiled") -> Decision:
    """Decides ``case`` for the moment ``as_of`` (nanoseconds since 1970 UTC).

    Raises ``FactsError`` for a case that cannot be read. Everything else, evaluation errors included, is an
    entry of the decision.
    """
    return run(district, case, as_of, engine)[0]


def run(
    district: District, case: facts_pb2.Case, as_of: int, engine: str = "compiled"
) -> tuple[Decision, CaseView]:
    """The decision and the view it was made on, with the breaches that it found."""
    view = district.reader.read(case, as_of)
    return _Run(district, view).decision(_receipt(district, case, as_of, engine)), view


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


class _Effects(NamedTuple):
    """The values a rule computes from its binding; ``missing`` by effect name where facts are absent."""

    values: dict[str, Any]
    missing: dict[str, tuple[str, ...]]


class _Run:
    """One decision being made."""

    def __init__(self, district: District, view: CaseView) -> None:
        self._district = district
        self._case = view
        self._life = Life(view, district.effects, self._resolve)
        self._programs: dict[int, PackProgram] = {}
        self._obligations: list[Obligation] = []
        self._undetermined: list[Undetermined] = []
        self._errors: list[RuleError] = []
        self._outside: dict[str, None] = {}

    def decision(self, receipt: Receipt) -> Decision:
        """Runs all rounds and puts the results in canonical order."""
        self._check_in_force()
        fresh = self._round([(p, matches(p, self._case, p.index)) for p in self._district.programs])
        for _ in range(MAX_ROUNDS):
            breaches = _breaches(fresh)
            if not breaches or not any(p.breach_index for p in self._district.programs):
                break
            self._case.breaches = (*self._case.breaches, *breaches)
            fresh = self._round(
                [
                    (p, matches(p, self._case, p.breach_index, breaches))
                    for p in self._district.programs
                    if p.breach_index
                ]
            )
        self._errors += [RuleError("LNK820", "no_version_in_force", None, (path,)) for path in self._outside]
        obligations = tuple(sorted(self._obligations, key=lambda o: (o.rule, o.bound)))
        return Decision(
            self._case.id,  # type: ignore[attr-defined]
            self._district.code,
            receipt,
            obligations,
            tuple(sorted(self._undetermined, key=lambda u: (u.rule, u.bound))),
            tuple(sorted(self._errors, key=lambda e: (e.code, e.rule, e.bound, e.reason))),
            _conflicts(obligations),
        )

    def _check_in_force(self) -> None:
        """A moment that no version governs is reported, never decided under the nearest version."""
        if self._district.in_force(self._case.as_of) is None:
            self._outside["as_of"] = None

    def _round(self, found: list[tuple[PackProgram, Matches]]) -> list[Obligation]:
        hits: list[Hit] = []
        unsettled: list[tuple[Hit, tuple[str, ...]]] = []
        for _, result in found:
            for hit in result.hits:
                self._admit(hit, hits, unsettled)
            for hit, missing in result.undetermined:
                if self._may_govern(hit):
                    unsettled.append((hit, missing))
            self._errors += [failed(hit, reason) for hit, reason in result.errors if self._may_govern(hit)]
        hits, unsettled = _overridden(hits, unsettled)
        self._undetermined += [undetermined(hit, missing) for hit, missing in unsettled]
        fresh = [obligation for hit in hits if (obligation := self._obligation(hit)) is not None]
        self._obligations += fresh
        return fresh

    def _admit(self, hit: Hit, hits: list[Hit], unsettled: list[tuple[Hit, tuple[str, ...]]]) -> None:
        """Keeps a hit whose trigger the version governs; an undated trigger leaves it undetermined."""
        at = self._triggered_at(hit.plan, hit.binding)
        if at is None:
            path = f"{hit.binding[hit.plan.trigger_position].path}.{hit.plan.time_field}"
            unsettled.append((hit, (path,)))
        elif hit.program.since <= at and (hit.program.until is None or at < hit.program.until):
            hits.append(hit)
        elif self._district.in_force(at) is None:
            self._outside[hit.binding[hit.plan.trigger_position].path if hit.plan.time_field else "as_of"] = (
                None
            )

    def _may_govern(self, hit: Hit) -> bool:
        at = self._triggered_at(hit.plan, hit.binding)
        return at is None or (
            hit.program.since <= at and (hit.program.until is None or at < hit.program.until)
        )

    def _triggered_at(self, plan: RulePlan, binding: Binding) -> int | None:
        """When the trigger happened; ``as_of`` where its element has none; None where it is missing."""
        if not plan.time_field:
            return self._case.as_of
        return getattr(binding[plan.trigger_position], plan.time_field, None)

    def _obligation(self, hit: Hit) -> Obligation | None:
        plan, binding = hit.plan, hit.binding
        rule = plan.typed.source
        at = self._triggered_at(plan, binding) if plan.time_field else None
        effects = self._effects(hit)
        if effects is None:
            return None
        values = effects.values
        try:
            due, due_missing = self._due(hit, effects)
        except DeadlineError as error:
            self._errors.append(failed(hit, error.reason))
            return None
        bound = tuple([element.path for element in binding])
        identity = _identity(self._district.code, rule.id, self._case.id, bound)  # type: ignore[attr-defined]
        due_at = None if due is None or due.at is None else nanos_of(due.at)
        standing = self._life.standing(plan, identity, binding, at, due_at, due_missing)
        missing = [
            path
            for name, paths in effects.missing.items()
            if name not in ("start", "moment")
            for path in paths
        ]
        return Obligation(
            identity,
            hit.program,
            plan,
            rule.bearer.bodies if "bearer" not in values else (values["bearer"],),
            values.get("bearer_party", ""),
            values.get("bearer_unit", ""),
            rule.counterparty.bodies if "counterparty" not in values else (values["counterparty"],),
            values.get("counterparty_party", ""),
            values.get("about", ""),
            bound,
            bound[plan.trigger_position],
            at,
            due,
            due_missing,
            tuple(sorted(set(missing))),
            standing,
        )

    def _effects(self, hit: Hit) -> _Effects | None:
        """The rule's computed values; None after noting an evaluation error."""
        plan = hit.plan
        if plan.effect is None:
            return _NO_EFFECTS
        try:
            values = plan.effect(self._case, *hit.binding)
            return _Effects(dict(zip(plan.effect_names, values, strict=True)), {})
        except FALLBACK:
            return self._effects_slowly(hit)

    def _effects_slowly(self, hit: Hit) -> _Effects | None:
        three = evaluator(hit.program, self._case)
        bound = {name: three.ref(e) for name, e in zip(hit.plan.variables, hit.binding, strict=True)}
        effects = _Effects({}, {})
        for name, tree in sorted(hit.plan.typed.effects.items()):
            value = three.value(tree, bound)
            if isinstance(value, Failure):
                self._errors.append(failed(hit, value.reason))
                return None
            if isinstance(value, Unknown):
                effects.missing[name] = tuple(sorted(value.missing))
            else:
                effects.values[name] = value
        return effects

    def _due(self, hit: Hit, effects: _Effects) -> tuple[Due | None, tuple[str, ...]]:
        plan = hit.plan.due
        if plan is None:
            return None, ()
        needed = "moment" if plan.needs_moment else "start" if plan.needs_start else ""
        if needed and needed not in effects.values:
            return None, effects.missing.get(needed, ())
        start = effects.values.get("start") if plan.needs_start else None
        moment = effects.values.get("moment") if plan.needs_moment else None
        due = plan.count(
            None if start is None else moment_of(start),
            None if moment is None else moment_of(moment),
            self._district.calendar,
        )
        return due, ()

    def _resolve(
        self, matcher: MatcherPlan, plan: RulePlan, binding: Binding, event: Any
    ) -> bool | tuple[str, ...]:
        """A matcher that known facts do not settle: True, False, or the facts it waits for."""
        if matcher.typed.predicate is None:
            return True
        program = next(
            p for p in self._district.programs if p.plans[plan.number : plan.number + 1] == (plan,)
        )
        three = evaluator(program, self._case)
        bound = {name: three.ref(e) for name, e in zip(plan.variables, binding, strict=True)}
        value = three.value(matcher.typed.predicate, {**bound, "done": three.ref(event)})
        if isinstance(value, Unknown):
            settled, missing = settling_facts(value)
            return missing if settled is None else settled
        return value is True


_NO_EFFECTS = _Effects({}, {})


def _identity(district: str, rule: str, case: str, bound: tuple[str, ...]) -> str:
    text = "\0".join((district, rule, case, *bound))
    return "ob-" + hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _overridden(
    hits: list[Hit], unsettled: list[tuple[Hit, tuple[str, ...]]]
) -> tuple[list[Hit], list[tuple[Hit, tuple[str, ...]]]]:
    """Takes away what a rule that applies displaces; what an undetermined rule would displace waits."""
    if not any(hit.plan.typed.source.overrides for hit in hits) and not any(
        hit.plan.typed.source.overrides for hit, _ in unsettled
    ):
        return hits, unsettled
    displaced = {id(b) for a in hits for b in hits if _displaces(a, b)}
    displaced |= {id(b) for a in hits for b, _ in unsettled if _displaces(a, b)}
    kept = [hit for hit in hits if id(hit) not in displaced]
    still = [(hit, missing) for hit, missing in unsettled if id(hit) not in displaced]
    waiting = {id(b): missing for a, missing in still for b in kept if _displaces(a, b)}
    still += [(hit, waiting[id(hit)]) for hit in kept if id(hit) in waiting]
    return [hit for hit in kept if id(hit) not in waiting], still


def _displaces(winner: Hit, loser: Hit) -> bool:
    """Whether ``winner`` overrides ``loser`` for the same trigger (and equal elements under shared names)."""
    if loser.plan.typed.source.id not in winner.plan.typed.source.overrides:
        return False
    if winner.binding[winner.plan.trigger_position] is not loser.binding[loser.plan.trigger_position]:
        return False
    mine = dict(zip(winner.plan.variables, winner.binding, strict=True))
    theirs = zip(loser.plan.variables, loser.binding, strict=True)
    return all(mine.get(name, element) is element for name, element in theirs)


def _breaches(obligations: list[Obligation]) -> list[Any]:
    """A breach for each bearer of each violated obligation."""
    result = []
    for obligation in obligations:
        standing = obligation.standing
        if standing.violated_at is None or not breachable(obligation.plan):
            continue
        for bearer in obligation.bearers or ("",):
            result.append(_breach(obligation, standing, bearer))
    return result


def _breach(obligation: Obligation, standing: Standing, bearer: str) -> Any:
    breach = _BREACH()
    values = {
        "id": f"{obligation.id}:{bearer}" if bearer else obligation.id,
        "obligation": obligation.id,
        "rule": obligation.rule,
        "action": obligation.plan.typed.source.action,
        "at": standing.violated_at,
        "owed": standing.state is State.OVERDUE,
    }
    if bearer:
        values["bearer"] = bearer
    for name, value in values.items():
        setattr(breach, name, value)
    return breach


def _conflicts(obligations: tuple[Obligation, ...]) -> tuple[Conflict, ...]:
    """Pairs that say opposite things of one bearer and action for one trigger."""
    if all(o.plan.typed.source.modality is not Modality.PROHIBITION for o in obligations):
        return ()
    groups: dict[tuple[str, str, str, str], list[Obligation]] = {}
    for o in obligations:
        for bearer in (*o.bearers, *((o.bearer_party,) if o.bearer_party else ())):
            groups.setdefault((bearer, o.plan.typed.source.action, o.trigger, o.about), []).append(o)
    found: dict[tuple[str, str], Conflict] = {}
    for group in groups.values():
        forbidding = [o for o in group if o.plan.typed.source.modality is Modality.PROHIBITION]
        for prohibition in forbidding:
            for other in group:
                if other.plan.typed.source.modality is not Modality.PROHIBITION:
                    first, second = sorted((prohibition, other), key=lambda o: (o.rule, o.bound))
                    found[first.id, second.id] = Conflict(first, second)
    return tuple(found[key] for key in sorted(found))
