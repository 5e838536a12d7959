"""Facts to decision: the pure core.

    Case --CaseReader--> view --Canon--> canonical view --Timeline--> the case of each moment
                                                                        |
        obligations <--lifecycle-- effects <--precedence-- hits <--Arising, engine
             |                                               ^
             +---------- breaches (reparation rules) --------+

``decide`` is a pure function: the same snapshot, facts and moment give byte-equal decisions. Obligations
that are violated become breaches, which reparation rules are tried on in further rounds; a breach is dated,
so a chain ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from linkage.v1 import facts_pb2
from policy.decide.acts import Acts
from policy.decide.amounts import amount_for, numbers_for
from policy.decide.arisen import Arisen, Round
from policy.decide.arising import Arising
from policy.decide.breaches import breach_id, breaches_of
from policy.decide.clocks import UNTIMED, Clocks, Reckoned, late_but_posted, with_step
from policy.decide.decision import (
    ENDED,
    ENGINE_VERSION,
    Decision,
    Notice,
    Obligation,
    Receipt,
    RuleError,
    Undetermined,
)
from policy.decide.dues import Counting, counting_of, moment_of_nanos
from policy.decide.entries import Sums, error_of, identity_of, obligation_of, undetermined_of
from policy.decide.lasting import Lasting
from policy.decide.lifecycle import Life, Owed
from policy.decide.others import moment_of
from policy.decide.precedence import conflicts, settled
from policy.decide.presumed import Base, Presumed, Presumptions, mark_states, put_in
from policy.decide.presuming import merged, settled_facts
from policy.decide.shares import Share, shares_of
from policy.decide.snapshot import District
from policy.decide.suspensions import Suspensions
from policy.decide.warnings import warnings_of
from policy.engines import COMPILED, Effects, Engine, Hit
from policy.engines.protocol import Binding
from policy.engines.unknowns import Failure
from policy.facts.findings import Findings
from policy.facts.reading import FactsError, Violation
from policy.facts.timeline import Timeline, time_of
from policy.facts.views import CaseView
from policy.money import AmountError
from policy.time.deadline import DeadlineError

MAX_ROUNDS = 16
"""Longest chain of breaches of breaches that is followed; rules beyond report LNK824."""
MAX_OBLIGATIONS = 10_000
"""Most obligations of one decision."""

Runs = Callable[[District, facts_pb2.Case, int], tuple[Decision, Timeline]]
"""``run``, or what decides in its place: by another engine."""


def decide(district: District, case: facts_pb2.Case, as_of: int, engine: Engine = COMPILED) -> Decision:
    """Decides ``case`` for the moment ``as_of`` (nanoseconds since 1970 UTC).

    Raises ``FactsError`` for a case that cannot be read. Everything else, evaluation errors included, is an
    entry of the decision.
    """
    return run(district, case, as_of, engine)[0]


def run(
    district: District,
    case: facts_pb2.Case,
    as_of: int,
    engine: Engine = COMPILED,
    *,
    past: bool = False,
    warned: bool = True,
) -> tuple[Decision, Timeline]:
    """The decision and the case that it was made on, with the breaches that it found.

    ``past``: with the duties of earlier periods of which nothing is owed any more, too. Not ``warned``:
    without warnings, which take a tenth of the time, for whoever reads none.
    Where the pack deems facts, it is decided again with each stratum of them: what rests on a duty is put in
    before any rule sees the case. What may or may not count leaves open what hangs on it.
    """
    receipt = _receipt(district, case, as_of, engine.name)

    def attempt(facts: Sequence[Presumed]) -> _Run:
        view = district.reader.read(case, as_of)
        deemed = put_in(view, facts)
        findings = district.canon.bring(view)
        findings.derived += deemed
        mark_states(view, facts)
        return _Run(district, view, findings, engine, receipt, past)

    made = attempt(())
    decision = made.decision
    if district.strata:
        made, other, open_ = settled_facts(made, attempt, district.strata)
        decision = merged(made.decision, other.decision, open_) if open_ else made.decision
        errors = {_order_of_errors(error): error for error in (*decision.errors, *made.failed)}
        decision = replace(decision, errors=tuple(errors[key] for key in sorted(errors)))
    if not warned:
        return decision, made.timeline
    silent = not (decision.obligations or decision.undetermined or decision.errors)
    warnings = warnings_of(
        district, case, made.case, made.findings, made.obligations, made.contradicted, made.used, silent
    )
    return replace(decision, warnings=warnings), made.timeline


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

    def __init__(
        self,
        district: District,
        view: CaseView,
        findings: Findings,
        engine: Engine,
        receipt: Receipt,
        past: bool,
    ) -> None:
        self._district = district
        self.case = self._case = view
        self._engine = engine
        self.findings = self._findings = findings
        table = district.vocabulary.equivalences
        self.timeline = Timeline(view, district.vocabulary)
        self._arising = Arising(district.programs, self.timeline, Lasting(view, table), engine)
        effects = district.effects.events(view)
        self._acts = Acts(view, district.vocabulary, engine)
        suspensions = Suspensions(effects)
        self._life = Life(view, effects, self._acts, suspensions)
        self._clocks = Clocks(effects, district.effects, self._acts, suspensions, district.vocabulary)
        self._obligations: dict[str, Obligation] = {}
        self._known: set[str] = set()
        """Ids of the duties, and of the periods by which something counts as a fact, found so far."""
        self._undetermined: list[Undetermined] = []
        self._errors: list[RuleError] = []
        self._bases: list[Base] = []
        """What deemed facts may rest on."""
        self._presumptions = Presumptions(view, self._acts, engine, table.same_events, self._due_at)
        self.decision = self._decided(receipt, past)

    def presumed(self, stratum: int) -> list[Presumed]:
        """The deemed facts of the case, up to a stratum."""
        return self._presumptions.of(self._bases, stratum)

    @property
    def failed(self) -> list[RuleError]:
        """Deemed facts that could not be worked out."""
        return [error_of(hit, reason) for hit, reason in self._presumptions.errors]

    @property
    def used(self) -> set[str]:
        """Paths of the acts that kept something from counting as a fact, or speak against it."""
        return self._presumptions.used

    @property
    def contradicted(self) -> list[Notice]:
        """Told facts that say otherwise than deemed ones."""
        return list(dict.fromkeys(self._presumptions.contradicted))

    def _decided(self, receipt: Receipt, past: bool) -> Decision:
        """Runs all rounds and puts the results in canonical order; ``past`` as ``run`` has it."""
        fresh = self._round(self._arising.first())
        breaches: list[Any] = []
        for _ in range(MAX_ROUNDS):
            new = breaches_of(fresh)
            if not new:
                break
            breaches += new
            self.timeline.refresh(breaches)
            fresh = self._round(self._arising.after(new))
        else:
            self._note_beyond(self._arising.after(breaches_of(fresh)))
        outside = dict.fromkeys(self._arising.outside)
        if self._district.in_force(self._case.as_of) is None:
            # A moment that no version governs is reported, never decided under the nearest version.
            outside["as_of"] = None
        self._errors += [error_of(hit, reason) for hit, reason in self._acts.errors]
        self._errors += [RuleError("LNK820", "no_version_in_force", None, (path,)) for path in outside]
        obligations = tuple(sorted(self._obligations.values(), key=_place_of))
        return Decision(
            self._case.id,
            self._district.code,
            receipt,
            tuple(o for o in obligations if past or not self._past(o)),
            tuple(sorted(self._undetermined, key=lambda u: (u.rule, u.bound))),
            tuple(sorted(self._errors, key=_order_of_errors)),
            conflicts(obligations),
            tuple(self._findings.derived),
            (),
        )

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        """All that were found, those of earlier periods among them that the answer leaves out."""
        return tuple(self._obligations.values())

    def _past(self, obligation: Obligation) -> bool:
        """Whether it belongs to an earlier period that nobody sent, and nothing is owed of it any more."""
        period = self._district.standing.past(obligation.trigger, self._case)
        return period and obligation.standing.state in ENDED

    def _note_beyond(self, found: Round) -> None:
        """Reports the rules that a chain of breaches would reach beyond the last round."""
        reached = (*found.hits, *(arisen for arisen, _ in (*found.undetermined, *found.errors)))
        self._errors += [error_of(arisen.hit, "chain_too_long") for arisen in reached]

    def _round(self, found: Round) -> list[Obligation]:
        """Turns one round of matches into obligations and entries; gives the new obligations."""
        self._errors += [error_of(arisen.hit, reason) for arisen, reason in found.errors]
        arisen = {id(one.hit): one for one in (*found.hits, *(one for one, _ in found.undetermined))}
        hits = [one.hit for one in found.hits]
        unsettled = [(one.hit, missing) for one, missing in found.undetermined]
        hits, unsettled = settled(hits, unsettled)
        self._undetermined += [undetermined_of(hit, missing) for hit, missing in unsettled]
        if self._district.strata:
            self._bases += [Base(arisen[id(h)], None, m) for h, m in unsettled if _carries(h)]
        self._arising.budget.endings(hits)
        fresh: list[Obligation] = []
        for hit in sorted(hits, key=lambda h: (h.plan.waits, *_first_of_a_period(arisen[id(h)]))):
            # The same duty under a later version, which its first day would carry over, is no second one.
            made = [o for o in self._made(arisen[id(hit)]) if o.id not in self._known]
            self._known.update(o.id for o in made)
            if self._district.strata and _carries(hit):
                self._bases += [Base(arisen[id(hit)], duty) for duty in made]
            if hit.plan.rule.deemed is not None:
                continue  # nobody owes it
            fresh += made
            self._obligations.update((o.id, o) for o in made)
            if len(self._obligations) > MAX_OBLIGATIONS:
                args = (("count", str(len(self._obligations))), ("limit", str(MAX_OBLIGATIONS)))
                raise FactsError((Violation("case", "LNK822", args),))
        return fresh

    def _due_at(self, arisen: Arisen) -> int | None:
        """When a duty of a rule that is undecided would be due; None where nobody can say."""
        effects = self._engine.effects(arisen.hit, self._seen(arisen))
        if isinstance(effects, Failure):
            return None
        try:
            counting = self._counting(arisen, effects)
            due = None if counting is None or counting.missing else counting.due()
        except DeadlineError:
            return None
        return None if due is None else due.nanos

    def _seen(self, arisen: Arisen) -> CaseView:
        """The case that the effects are computed on: what nobody can date counts from today."""
        then: Any = arisen.view
        if arisen.at is not None or then.as_of == self._case.as_of:
            return arisen.view
        today = then.copy()
        today.as_of, today.memo, today.attrs, today.breaches = self._case.as_of, {}, then.attrs, then.breaches
        seen: CaseView = today
        return seen

    def _made(self, arisen: Arisen) -> list[Obligation]:
        """The obligations of a hit: one, or one for each of several bearers; none after an error."""
        _, plan, binding = hit = arisen.hit
        effects = self._engine.effects(hit, self._seen(arisen))
        if isinstance(effects, Failure):
            self._errors.append(error_of(hit, effects.reason))
            return []
        who = effects.missing_for("bearer", "bearer_party")
        deemed = plan.rule.deemed is not None
        if not deemed and ("" in effects.bearers or not (effects.bearers or effects.bearer_party or who)):
            self._errors.append(error_of(hit, "no_bearer"))
            return []
        made = []
        try:
            counting = None if plan.waits else self._counting(arisen, effects)
            sums = amount_for(plan.amount, effects), numbers_for(plan.quantities, effects)
            for share in shares_of(hit, effects):
                owed = Owed(
                    Hit(hit.program, hit.program.bare(plan), binding) if deemed else hit,
                    identity_of(self._case.id, plan, binding, share.own),
                    share.bearers,
                    effects.bearer_party,
                    share.unit,
                    arisen.at,
                    arisen.carried,
                )
                own = self._counting(arisen, effects, share) if plan.waits else counting
                obligation = self._settled(arisen, effects, owed, own, sums)
                if obligation is not None:
                    made.append(obligation)
        except (DeadlineError, AmountError) as error:
            self._errors.append(error_of(hit, error.reason))
            return []
        return made

    def _counting(self, arisen: Arisen, effects: Effects, share: Share | None = None) -> Counting | None:
        """The deadline with what it is counted from; None where there is none. Raises ``DeadlineError``."""
        hit = arisen.hit
        if hit.plan.due is None:
            return None
        first = arisen.at if arisen.carried is not None else None
        duties, open_ = self._obligations.values(), self._undetermined
        others = partial(moment_of, obligations=duties, undetermined=open_, hit=hit, share=share)
        return counting_of(
            hit.plan.due, effects, self._district.calendar, others, first, _closing(hit.binding)
        )

    def _settled(
        self, arisen: Arisen, effects: Effects, owed: Owed, counting: Counting | None, sums: Sums
    ) -> Obligation | None:
        """One obligation with its due time and state; None where it was over before it could arise.

        Raises ``DeadlineError``.
        """
        if counting is None:
            reckoned = UNTIMED
        elif self._clocks.moves(owed.hit.plan):
            reckoned = self._clocks.reckoned(owed, counting)
            owed = owed._replace(clock=reckoned)
        else:
            missing = counting.missing
            reckoned = Reckoned(None, missing) if missing else Reckoned(counting.due())
        owed = owed._replace(due=reckoned.nanos)
        standing = self._life.standing(owed, reckoned.missing)
        if standing is None:
            return None
        due = reckoned.due
        posted = self._acts.posted.get(standing.event)
        if due is not None and posted is not None and late_but_posted(due, standing, posted):
            due = with_step(due, ("posted", (moment_of_nanos(posted[0]),)))
        made = obligation_of(arisen, effects, owed, due, sums, reckoned, standing)
        if standing.violated_at is not None:
            return made._replace(held=self._life.held(owed), unclear=self._life.unclear.get(owed.identity))
        if reckoned.restored is None:
            return made
        lapsed, act = reckoned.restored
        before = self._life.standing(owed._replace(due=lapsed, clock=None), ())
        if before is None or before.violated_at is None or before.violated_at >= act.at:
            return made
        for bearer in owed.bearers or ("",):
            self._life.excused[breach_id(owed.identity, bearer)] = act
        excused = before.violated_at, act.at, act.path
        return made._replace(excused=excused, held=self._life.held(owed))


def _closing(binding: Binding) -> list[int]:
    """The moments of bound elements that are the end of a day, at 24:00."""
    times = [time_of(element) for element in binding if hasattr(element, "closing")]
    return [at for at in times if at is not None]


def _carries(hit: Hit) -> bool:
    """Whether something counts as a fact by it, or by what becomes of its duty."""
    return hit.plan.rule.deemed is not None or hit.plan.id in hit.program.resting


def _order_of_errors(error: RuleError) -> tuple[str, str, tuple[str, ...], str]:
    return error.code, error.rule, error.bound, error.reason


def _place_of(obligation: Obligation) -> tuple[str, tuple[str, ...], tuple[str, ...], str]:
    return obligation.plan.id, obligation.bound, obligation.bearers, obligation.bearer_unit


def _first_of_a_period(arisen: Arisen) -> tuple[str, int]:
    """Rules by id, and of one rule the oldest first: an act that names no period ends the oldest one open."""
    return arisen.hit.plan.id, arisen.at if arisen.at is not None else -1
