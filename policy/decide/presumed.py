"""Deemed facts of a case: what counts as told because a duty was breached, or a time passed without the act.

    duties and what undecided rules would give --Presumptions.of--> Presumed facts, contradictions
    view as read, Presumed facts --put_in--> the view with them, before it is brought into canonical form

They are never mixed up with told ones: each is marked (``View.deemed``) and stands among what was derived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from policy.decide.acts import Acts, Doubts
from policy.decide.arisen import Arisen
from policy.decide.decision import Notice, Obligation, State
from policy.decide.lifecycle import Owed
from policy.engines import Effects, Engine, Hit
from policy.engines.protocol import Doubt
from policy.engines.unknowns import Failure
from policy.facts.findings import Deeming, Derivation
from policy.facts.paths import element, key_of
from policy.facts.views import VIEWS, CaseView
from policy.pack.deemed import Deemed, FactKind
from policy.pack.model import Bearing, Force, Modality
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.time.due import Due

CONTRADICTED = "LNK012"
"""A told fact says otherwise than a deemed one, which stands."""

_VALUES = (
    *("bearer", "bearer_unit", "counterparty", "about", "concerns", "concerns_unit"),
    *("fact_at", "fact_party", "fact_property", "fact_document", "fact_to_unit"),
)

_SUBJECT = ("about", "party", "property", "document", "matter", "result")
"""Fields of an event that say what happened, whoever did it."""


class Presumed(NamedTuple):
    """Something that counts as a fact, or would if ``missing`` facts were known; ``at`` None: unknown when.

    ``values`` are the fields of the element; ``owner``: the document or the party that holds it.
    """

    program: PackProgram
    plan: RulePlan
    bound: tuple[str, ...]
    key: str
    at: int | None
    owner: str
    values: tuple[tuple[str, str], ...]
    due: Due | None
    closing: bool
    """Whether ``at`` is the end of a day, at 24:00: periods from it do not count that day (art. 85)."""
    missing: Doubt

    @property
    def same(self) -> tuple[Any, ...]:
        """What two of them have alike that are the same fact."""
        return self.program.pack.version, self.key, self.at, self.owner, self.values


class Base(NamedTuple):
    """A duty that something may rest on, and how it arose; without a duty, what keeps its rule undecided."""

    arisen: Arisen
    duty: Obligation | None
    missing: Doubt = ()


class Presumptions:
    """Finds the deemed facts of one case.

    ``same_events``: the canonical types of events; ``due`` is when a duty of an undecided rule would be due.
    """

    def __init__(
        self,
        case: CaseView,
        acts: Acts,
        engine: Engine,
        same_events: Mapping[str, str],
        due: Callable[[Arisen], int | None],
    ) -> None:
        self._same_events = same_events
        self._case = case
        self._acts = acts
        self._engine = engine
        self._due = due
        self.errors: list[tuple[Hit, str]] = []
        self.used: set[str] = set()
        """Paths of the acts that kept something from counting, or speak against what counts."""
        self.contradicted: list[Notice] = []

    def of(self, bases: Iterable[Base], stratum: int) -> list[Presumed]:
        """What rests on these duties, up to a stratum, in the order of its keys."""
        found = []
        for base in bases:
            program, plan, _ = base.arisen.hit
            resting = (plan,) if plan.rule.deemed is not None else program.resting.get(plan.id, ())
            for own in resting:
                if program.strata[own.number] <= stratum and (fact := self._fact(base, own)) is not None:
                    found.append(fact)
        return sorted(found, key=lambda fact: (fact.key, fact.program.pack.version, fact.bound))

    def _fact(self, base: Base, plan: RulePlan) -> Presumed | None:
        """What counts as a fact by this rule; None where nothing does."""
        deemed = plan.rule.deemed
        passed, missing = self._passing(base, deemed)
        if deemed is None or (passed is None and not missing):
            return None
        hit = Hit(base.arisen.hit.program, plan, base.arisen.hit.binding)
        doubts = Doubts(missing)
        if base.duty is not None:
            owed = _owed(hit, base)
            if (told := self._acts.first(plan.discharged_by, owed, State.DISCHARGED, doubts)) is not None:
                self.used.add(told.event)
                return None
        effects = self._engine.effects(hit, self._case)
        if isinstance(effects, Failure):
            self.errors.append((hit, effects.reason))
            return None
        doubts += effects.missing_for(*_VALUES)
        own = "fact_at" in plan.typed.effects
        at = effects.fact_at if own else passed
        if at is not None and at > self._case.as_of:
            return None
        owner, values = _values(deemed, effects, hit, base.duty)
        if deemed.kind is FactKind.EVENT and self._told(dict(values), at, doubts):
            return None
        if base.duty is not None and not doubts:
            self._contradict(plan, _owed(hit, base))
        bound = tuple(e.path for e in hit.binding)
        return Presumed(
            hit.program,
            plan,
            bound,
            _key(plan, bound, base.duty),
            at,
            owner,
            values,
            None if base.duty is None else base.duty.due,
            not own and base.duty is not None and _ends_day(base.duty, at),
            tuple(sorted(set(doubts) - {""})),
        )

    def _passing(self, base: Base, deemed: Deemed | None) -> tuple[int | None, Doubt]:
        """When it was breached, or its time had passed; and the facts without which nobody knows."""
        duty, missing = base.duty, base.missing
        if duty is not None and duty.standing.event:
            self.used.add(duty.standing.event)
        if duty is None:
            due = self._due(base.arisen)
            return (due, missing) if due is None or due < self._case.as_of else (None, ())
        due = None if duty.due is None else duty.due.nanos
        standing = duty.standing
        if standing.state is State.UNDETERMINED:
            if due is not None and due >= self._case.as_of and not duty.plan.violated_by:
                return None, ()  # whatever is missing, its time has not passed
            return (due if due is not None and due <= self._case.as_of else None), standing.missing
        at = standing.violated_at
        if deemed is not None and deemed.base and not deemed.passing:
            return (at if _breachable(duty.plan) else None), ()
        if at is None or due is None or at >= due:
            return at, ()
        done = standing.at is not None and standing.at <= due and standing.state is not State.OVERDUE
        return (due if not done and due < self._case.as_of else None), ()

    def _told(self, values: Mapping[str, str], at: int | None, doubts: list[str]) -> bool:
        """Whether the same was told to have happened by then; times that leave it open go to ``doubts``."""
        kind = self._same_events.get(values["type"], values["type"])
        said = [(name, values[name]) for name in _SUBJECT if name in values]
        for event in self._case.by_type.get(kind, ()):
            if hasattr(event, "deemed") or any(not _says(event, name, value) for name, value in said):
                continue
            told = getattr(event, "at", None)
            if told is None:
                doubts.append(f"{event.path}.at")
            elif at is None or told <= at:
                return True
        return False

    def _contradict(self, plan: RulePlan, owed: Owed) -> None:
        """Notes a told fact that says otherwise."""
        act = self._acts.first(plan.violated_by, owed, State.DISCHARGED, Doubts())
        if act is not None:
            self.used.add(act.event)
            rule = f"rule:{owed.hit.program.pack.version}:{plan.id}"
            self.contradicted.append(Notice(CONTRADICTED, act.event, (("rule", (rule,)),)))


def _says(event: Any, name: str, value: str) -> bool:
    """Whether a told event has this in a field; of what it is about, whatever it answers counts."""
    return getattr(event, name, None) == value or (name == "about" and value in event.answers)


def _ends_day(duty: Obligation, at: int | None) -> bool:
    due = duty.due
    return due is not None and due.nanos == at and due.marks[-1][0] == "ends"


def _breachable(plan: RulePlan) -> bool:
    return plan.rule.modality is not Modality.PERMISSION and plan.rule.force is not Force.REPORTED


def _owed(hit: Hit, base: Base) -> Owed:
    duty, arisen = base.duty, base.arisen
    if duty is None:
        raise AssertionError(base)
    due = None if duty.due is None else duty.due.nanos
    party, unit = duty.bearer_party, duty.bearer_unit
    return Owed(hit, duty.id, duty.bearers, party, unit, arisen.at, arisen.carried, due)


def _key(plan: RulePlan, bound: tuple[str, ...], duty: Obligation | None) -> str:
    """The id of the fact: its rule, and what tells it from others of that rule."""
    parts = [key_of(path) for path in bound]
    if duty is not None and duty.plan.rule.bearing in (Bearing.SEVERAL, Bearing.EACH_UNIT):
        parts += [part for part in (*duty.bearers, duty.bearer_unit) if part]
    return ":".join((plan.id, *parts))


def _values(
    deemed: Deemed, effects: Effects, hit: Hit, duty: Obligation | None
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What holds the element ("" for the case), and the element's fields."""
    if deemed.kind is FactKind.STATE:
        return effects.fact_party, (("kind", deemed.code),)
    to = effects.counterparties[0] if effects.counterparties else ""
    said = {"party": effects.fact_party, "result": deemed.result}
    if deemed.kind is FactKind.SERVICE:
        bound: dict[str, Any] = dict(zip(hit.plan.variables, hit.binding, strict=True))
        said["body"] = to
        owner = bound[deemed.code].id
    else:
        owner = ""
        said |= {"type": deemed.code, "matter": deemed.matter, "to": to, "to_unit": effects.fact_to_unit}
        said |= {"actor": effects.bearers[0] if effects.bearers else "", "actor_unit": effects.bearer_unit}
        said |= {"concerning": effects.concerns, "concerning_unit": effects.concerns_unit}
        said |= {"about": effects.about, "property": effects.fact_property}
        said |= {"document": effects.fact_document}
    if duty is not None and len(duty.bearers) == 1:
        for name in deemed.of_bearer:
            into = "body" if deemed.kind is FactKind.SERVICE else name
            said |= {into: duty.bearers[0]}
            said |= {f"{name}_unit": duty.bearer_unit} if into == name else {}
    return owner, tuple(sorted((name, value) for name, value in said.items() if value))


def put_in(view: CaseView, facts: Iterable[Presumed]) -> list[Derivation]:
    """Adds the facts to a view fresh from the reader; gives what is to be told of them."""
    return [derivation for fact in facts for derivation in _put(view, fact)]


def _put(view: Any, fact: Presumed) -> Iterator[Derivation]:
    deemed = fact.plan.rule.deemed
    if deemed is None:
        return
    if deemed.kind is FactKind.STATE:
        made: Any = VIEWS["Status"].blank()
        holder = next((party for party in view.parties if party.id == fact.owner), None)
        if fact.at is None or holder is None:
            return  # since when, or of whom, nobody knows: its rule is undetermined
        made.parent, made.since = holder, fact.at
        holder.statuses = (*holder.statuses, made)
    elif deemed.kind is FactKind.SERVICE:
        made = VIEWS["Service"].blank()
        holder = next((document for document in view.documents if document.id == fact.owner), None)
        if holder is None:
            return
        made.id = _free(fact.key, holder.services)
        made.parent = holder
        holder.services = (*holder.services, made)
    else:
        made = VIEWS["Event"].blank()
        made.id = _free(fact.key, view.events)
        view.events = (*view.events, made)
    for name, value in fact.values:
        setattr(made, name, value)
    if deemed.kind is not FactKind.STATE and fact.at is not None:
        made.at = fact.at
    if fact.closing:
        made.closing = True
    made.deemed = (fact.plan.id, *([deemed.base] if deemed.base else []))
    if fact.at is not None and not fact.missing:
        basis = fact.plan.typed.clauses
        deeming = Deeming(fact.program.pack.version, fact.plan.id, basis, fact.at, fact.due)
        yield Derivation(made.path, fact.bound, deeming)


def mark_states(view: CaseView, facts: Iterable[Presumed]) -> None:
    """Marks states that begin with a deemed fact at the end of a day; canonical form has made them anew."""
    closing = [fact for fact in facts if fact.closing]
    begun = {fact.key for fact in closing}
    told = {(fact.owner, dict(fact.values).get("kind"), fact.at) for fact in closing}
    for party in view.parties if closing else ():
        for status in party.statuses:
            own = (party.id, status.kind, getattr(status, "since", None))
            if own in told or getattr(status, "begun_by", None) in begun:
                status.closing = True


def _free(key: str, elements: Iterable[Any]) -> str:
    taken = {one.id for one in elements}
    while key in taken:
        key += "~"
    return key


def element_of(fact: Presumed) -> str:
    """The path of an act that only may be there; empty for a state, which is left out until it is certain."""
    deemed = fact.plan.rule.deemed
    if deemed is None or deemed.kind is FactKind.STATE:
        return ""
    if deemed.kind is FactKind.SERVICE:
        return f"{element('documents', fact.owner)}.{element('services', fact.key)}"
    return element("events", fact.key)
