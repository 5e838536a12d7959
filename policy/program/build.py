"""The compiled program of a pack: typed rules, their generated functions, and the trigger index.

    Pack --typed_pack--> TypedPack --source_of--> text --compile--> PackProgram

A program is immutable and may be shared by threads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from types import CodeType
from typing import Any, NamedTuple

from policy.expr.ops import HELPERS, Absent, CelError
from policy.expr.tree import Node, free_vars
from policy.facts.views import DISCRIMINATORS, TIME_FIELDS
from policy.pack.clock import Extension, Given, Running
from policy.pack.model import Deadline, Pack, Rule
from policy.pack.vocabulary import Vocabulary
from policy.program.amounts import AmountPlan, QuantityPlan, amount_plan, quantity_plan
from policy.program.codegen import Generated, line_source, parts_source, source_of
from policy.program.cost import LOADED_STEPS, Cost, Costs, on_a_large_case
from policy.program.dues import DuePlan, due_plan
from policy.program.moves import Happened, Moves, moves_of
from policy.program.strata import MAX_STRATA, circle_of, strata_of
from policy.program.trigger import Trigger, one_kind, trigger_of
from policy.program.typed import TypedMatcher, TypedPack, TypedRule, TypedTerm, typed_pack
from policy.text.diagnostics import Faults
from policy.time.period import Period

RuleFunction = Callable[..., None]
LineFunction = Callable[..., bool]

FALLBACK = (AttributeError, KeyError, CelError, Absent)
"""What generated code raises where known facts do not settle a value."""

MAX_REMEMBERED = 4096
"""Most sets of happenings whose rules are kept; beyond it they are picked out again each time."""

_BUILTINS = {"sum": sum, "len": len}


@dataclass(frozen=True, slots=True)
class MatcherPlan:
    """Acts of these codes that satisfy ``predicate`` (of the case, the bound elements, the act).

    ``collection``, ``codes``, ``by_bearer`` and ``end_of`` are those of ``typed``.
    """

    codes: tuple[str, ...]
    predicate: Callable[..., bool] | None
    typed: TypedMatcher
    collection: str
    by_bearer: bool
    end_of: str


class PausePlan(NamedTuple):
    """Acts that stop the clock, and those that let it go on or (``again``) start it again."""

    begins: tuple[MatcherPlan, ...]
    ends: tuple[MatcherPlan, ...]
    again: bool


@dataclass(frozen=True, slots=True)
class ClockPlan:
    """What moves when the obligations of a rule are due. ``grants`` are the acts of its extension."""

    suspended: Running | None
    pauses: tuple[PausePlan, ...]
    restarts: tuple[MatcherPlan, ...]
    grants: tuple[MatcherPlan, ...]
    extension: Extension | None
    length: Period | None
    """How long an extension is, the parameter resolved; None: as the act says, or nobody has fixed it."""
    at_most: Period | None
    matchers: tuple[MatcherPlan, ...]


@dataclass(frozen=True, slots=True)
class RulePlan:
    """One rule, ready to run."""

    number: int
    id: str
    rule: Rule
    typed: TypedRule
    trigger: Trigger
    variables: tuple[str, ...]
    trigger_position: int
    time_field: str
    """Field of the trigger's element that holds its time; empty where it has none."""
    effect: Callable[..., tuple[Any, ...]]
    """Computes ``codegen.EFFECTS`` for the case and the bound elements."""
    fulfilled_by: tuple[MatcherPlan, ...]
    discharged_by: tuple[MatcherPlan, ...]
    violated_by: tuple[MatcherPlan, ...]
    due: DuePlan | None
    """How its deadline is counted; None where it has none."""
    amount: AmountPlan | None
    """How its amount is worked out; None where it has none."""
    quantities: tuple[QuantityPlan, ...]
    waits: int
    """How many duties its deadline waits for, one after another: those of fewer come first."""
    ending_events: frozenset[str]
    """Event types that may fulfil, discharge or violate it."""
    ends_otherwise: bool
    """Whether something other than an event may end it: a request, a service, the end of a state."""
    timed: tuple[int, ...]
    """Positions of the bound elements that happen at a moment."""
    lists: frozenset[str]
    """Lists that hold its dated elements."""
    moves: Moves
    """What its conditions may change with."""
    identity: Any
    """The hash of an obligation's id up to the case: a blake2b to copy, never to update."""
    kinds: tuple[int, ...]
    """Positions of the bound states whose kind the conditions leave open: it tells two of one party apart."""
    clock: ClockPlan | None = None
    """What moves its due time; None where nothing does but what moves every one."""

    @property
    def matchers(self) -> tuple[MatcherPlan, ...]:
        """Every matcher, in the order of ``TypedRule.matchers``."""
        clocked = () if self.clock is None else self.clock.matchers
        return (*self.fulfilled_by, *self.discharged_by, *self.violated_by, *clocked)


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """The rules tried for the elements of one list: by code of the field ``field``, and for every element."""

    collection: str
    field: str
    by_code: Mapping[str, tuple[RuleFunction, ...]]
    always: tuple[RuleFunction, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Rules that are tried together, and the index of what they wait for."""

    plans: tuple[RulePlan, ...]
    index: tuple[IndexEntry, ...]


class Part(NamedTuple):
    """A sub-expression compiled for itself: ``function`` of the case and the variables ``names``."""

    node: Node
    names: tuple[str, ...]
    function: Callable[..., Any]


@dataclass(frozen=True)
class PackProgram:
    """One version of one district's pack, compiled."""

    pack: Pack
    vocabulary: Vocabulary
    terms: Mapping[str, TypedTerm]
    plans: tuple[RulePlan, ...]
    triggered: Selection
    """Rules with one dated element, which they are indexed by: tried for what happened at a moment."""
    gathered: Selection
    """Rules of several dated elements or of none, and those whose conditions come together in any order."""
    clocked: Selection
    """Of these, the ones that may begin to hold because time passes."""
    on_breach: Selection
    """Rules whose one dated element is a breach."""
    gathered_on_breach: Selection
    """Rules of a breach and other dated elements."""
    clocked_on_breach: Selection
    """Of these, the ones that may begin to hold because time passes."""
    counts: Mapping[tuple[str, str], Node]
    """Trees of the assessments' figures by (assessment, name in ``typed.expressions_of``)."""
    units: Mapping[str, Node]
    """Trees of the assessments' units by assessment."""
    generated: Generated
    namespace: dict[str, Any] = field(repr=False, compare=False)
    """The generated module, which line functions made later share."""
    _lines: dict[int, tuple[LineFunction, ...]] = field(default_factory=dict, repr=False, compare=False)
    _gathering: dict[tuple[Happened, frozenset[str]], Selection] = field(
        default_factory=dict, repr=False, compare=False
    )
    _steps: dict[int, tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)
    _bare: dict[int, RulePlan] = field(default_factory=dict, repr=False, compare=False)
    _parts: dict[int, Part] = field(default_factory=dict, repr=False, compare=False)
    """By ``id`` of the node, which the part keeps alive: hashing a tree would take longer than walking it."""

    def lines(self, plan: RulePlan) -> tuple[LineFunction, ...]:
        """Each line of ``when`` and then of ``unless`` as a function; made when a rule first needs them.

        Filling the cache twice, from two threads, gives the same.
        """
        found = self._lines.get(plan.number)
        if found is None:
            found = self._lines[plan.number] = self._made(line_source(plan.typed, self.params))
        return found

    def gathering(self, happened: Happened, timeless: frozenset[str]) -> Selection:
        """The gathered rules that may arise when these elements happen, or as time passes.

        ``timeless`` are lists some elements of which are there at every moment.
        """
        found = self._gathering.get((happened, timeless))
        if found is None:
            lists = timeless.union(name for name, _ in happened)
            plans = [
                plan
                for plan in self.gathered.plans
                if (plan.rule.accrues or not plan.lists or not plan.lists.isdisjoint(lists))
                and (plan.moves.clocked or plan.moves.by(happened))
            ]
            found = _selection(plans, self.namespace)
            if len(self._gathering) < MAX_REMEMBERED:
                self._gathering[happened, timeless] = found
        return found

    def moved(self, selection: Selection, happened: Happened) -> Selection:
        """The rules of a selection that these elements move."""
        return self._picked(selection, [plan for plan in selection.plans if plan.moves.by(happened)])

    def without(self, selection: Selection, numbers: Collection[int]) -> Selection:
        """The other rules of a selection."""
        return self._picked(selection, [plan for plan in selection.plans if plan.number not in numbers])

    def those(self, selection: Selection, numbers: Collection[int]) -> Selection:
        """The rules of these numbers."""
        return self._picked(selection, [plan for plan in selection.plans if plan.number in numbers])

    def _picked(self, selection: Selection, plans: list[RulePlan]) -> Selection:
        return selection if len(plans) == len(selection.plans) else _selection(plans, self.namespace)

    def single(self, plan: RulePlan) -> Selection:
        """One rule, to be tried by itself."""
        return _selection([plan], self.namespace)

    def part(self, node: Node, bound: Collection[str]) -> Part:
        """A sub-expression that reads the variables ``bound`` as a function; made when first needed."""
        found = self._parts.get(id(node))
        if found is None:
            names = tuple(sorted(free_vars(node).intersection(bound)))
            (made,) = self._made(parts_source([node], names, self.params))
            found = self._parts[id(node)] = Part(node, names, made)
        return found

    def _made(self, text: str) -> tuple[Callable[..., Any], ...]:
        """The functions that a text of ``parts_source`` makes, over the generated module."""
        scope: dict[str, Any] = {}
        exec(text, self.namespace, scope)  # noqa: S102 - as in _run
        functions: tuple[Callable[..., Any], ...] = scope["made"]()
        return functions

    @cached_property
    def params(self) -> Mapping[str, str | int | float | bool | None]:
        """Values of the pack's parameters; None where nobody has fixed one."""
        return {name: parameter.value for name, parameter in self.pack.parameters.items()}

    @cached_property
    def costs(self) -> tuple[Cost, ...]:
        """What trying each rule may cost, by its number."""
        return tuple(self._costs.rule(plan.typed, plan.trigger.order) for plan in self.plans)

    @cached_property
    def ending_costs(self) -> tuple[Cost, ...]:
        """What each obligation of a rule may cost, by the rule's number."""
        return tuple(self._costs.endings(plan.typed) for plan in self.plans)

    @cached_property
    def _costs(self) -> Costs:
        return Costs(self.terms)

    def most_steps(self, plan: RulePlan) -> int:
        """What a rule may cost on a large case: its conditions, or one obligation of it."""
        return max(costs[plan.number].at(on_a_large_case) for costs in (self.costs, self.ending_costs))

    def steps(self, size: int) -> tuple[int, int]:
        """What the dearest rule and all rules together may cost where no list is longer than ``size``."""
        found = self._steps.get(size)
        if found is None:
            each = [cost.at(lambda _: size) for cost in (*self.costs, *self.ending_costs)]
            found = self._steps[size] = max(each, default=0), sum(each)
        return found

    @cached_property
    def at_once(self) -> frozenset[int]:
        """Numbers of the rules that are tried for an element once, when it happens."""
        return frozenset(plan.number for plan in (*self.triggered.plans, *self.on_breach.plans))

    @cached_property
    def resting(self) -> Mapping[str, tuple[RulePlan, ...]]:
        """What rests on each rule: its duties let something count as a fact; by the rule's id."""
        found: dict[str, tuple[RulePlan, ...]] = {}
        for plan in self.plans:
            if plan.rule.deemed is not None and plan.rule.deemed.base:
                found[plan.rule.deemed.base] = (*found.get(plan.rule.deemed.base, ()), plan)
        return found

    def bare(self, plan: RulePlan) -> RulePlan:
        """A deemed fact's rule as a duty that only the acts end which keep it from counting."""
        found = self._bare.get(plan.number)
        if found is None:
            found = self._bare[plan.number] = replace(plan, discharged_by=(), violated_by=())
        return found

    @cached_property
    def strata(self) -> Mapping[int, int]:
        """The order of its deemed facts: none hangs on one of the same or of a later stratum (from 1)."""
        return strata_of(self.plans, self.terms, self.vocabulary)

    @cached_property
    def by_rule(self) -> Mapping[str, RulePlan]:
        """Plans by rule id."""
        return {plan.typed.source.id: plan for plan in self.plans}

    @cached_property
    def digest(self) -> str:
        """sha256 of the generated text."""
        return hashlib.sha256(self.generated.text.encode()).hexdigest()

    @cached_property
    def since(self) -> int:
        """Nanoseconds of the first moment in force."""
        return int(self.pack.effective_from.timestamp()) * 1_000_000_000

    @cached_property
    def until(self) -> int | None:
        """Nanoseconds of the first moment no longer in force; None where open."""
        end = self.pack.effective_to
        return None if end is None else int(end.timestamp()) * 1_000_000_000


def program_of(pack: Pack, vocabulary: Vocabulary, faults: Faults) -> PackProgram:
    """Types and compiles ``pack``. Faults of expressions go to ``faults``; such rules are left out.

    A rule that might take too many steps on a large case is a fault.
    """
    program = compiled(typed_pack(pack, vocabulary, faults))
    if circle := circle_of(program.plans, program.terms, vocabulary):
        first = program.by_rule[circle[0]]
        faults.add("LNK559", first.rule.span, circle=" → ".join([*circle, circle[0]]))
    elif (levels := max(program.strata.values(), default=0)) > MAX_STRATA:
        last = max(program.strata, key=lambda number: (program.strata[number], -number))
        span = program.plans[last].rule.span
        faults.add("LNK343", span, name=program.plans[last].id, count=str(levels), limit=str(MAX_STRATA))
    for plan in program.plans:
        if (steps := program.most_steps(plan)) > LOADED_STEPS:
            count, limit = (f"{steps:,}" if steps < 10**15 else f"{steps:.0e}", f"{LOADED_STEPS:,}")
            faults.add("LNK432", plan.rule.span, name=plan.id, count=count, limit=limit)
    return program


def with_pack(program: PackProgram, pack: Pack) -> PackProgram:
    """The program for the same rules with other parameters, of the same types: those of ``pack``."""
    rules = tuple(plan.typed for plan in program.plans)
    terms = tuple(program.terms.values())
    return compiled(TypedPack(pack, program.vocabulary, terms, rules, program.counts, program.units))


def compiled(typed: TypedPack) -> PackProgram:
    """The program of a typed pack."""
    pack = typed.source
    pairs = [(rule, trigger_of(rule)) for rule in typed.rules]
    params = {name: parameter.value for name, parameter in pack.parameters.items()}
    generated = source_of(typed.terms, pairs, params)
    namespace = _run(generated, f"<{pack.district} {pack.version}>")
    terms = {term.source.name: term for term in typed.terms}
    plans = tuple(
        _plan(number, rule, trigger, namespace, typed, terms) for number, (rule, trigger) in enumerate(pairs)
    )
    # What rests on another rule's duty is never tried: that duty's elements are its own.
    tried = [plan for plan in plans if plan.rule.deemed is None or not plan.rule.deemed.base]
    breaching = [plan for plan in tried if plan.trigger.collection == "breaches"]
    others = [plan for plan in tried if plan.trigger.collection != "breaches"]
    return PackProgram(
        pack,
        typed.vocabulary,
        {term.source.name: term for term in typed.terms},
        plans,
        _selection([plan for plan in others if _alone(plan)], namespace),
        _selection([plan for plan in others if not _alone(plan)], namespace),
        _selection([plan for plan in others if not _alone(plan) and _waits(plan)], namespace),
        _selection([plan for plan in breaching if _alone(plan)], namespace),
        _selection([plan for plan in breaching if not _alone(plan)], namespace),
        _selection([plan for plan in breaching if not _alone(plan) and _waits(plan)], namespace),
        typed.counts,
        typed.units,
        generated,
        namespace,
    )


def _run(generated: Generated, name: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {
        "__builtins__": _BUILTINS,
        "FALLBACK": FALLBACK,
        "absent": _absent,
        **HELPERS,
    }
    for piece in generated.pieces():
        code: CodeType = compile(piece, name, "exec", dont_inherit=True)
        exec(code, namespace)  # noqa: S102 - our own text; user text enters it only as repr() of constants
    return namespace


def _absent() -> Any:
    raise Absent


def _plan(
    number: int,
    rule: TypedRule,
    trigger: Trigger,
    namespace: Mapping[str, Any],
    typed: TypedPack,
    terms: Mapping[str, TypedTerm],
) -> RulePlan:
    source, pack, vocabulary = rule.source, typed.source, typed.vocabulary
    variables = tuple(binding.name for binding in source.each)
    return RulePlan(
        number,
        source.id,
        source,
        rule,
        trigger,
        variables,
        variables.index(source.trigger),
        TIME_FIELDS.get(rule.element[source.trigger], ""),
        namespace[f"e{number}"],
        _matchers(f"m{number}_f", rule.fulfilled_by, namespace),
        _matchers(f"m{number}_d", rule.discharged_by, namespace),
        _matchers(f"m{number}_v", rule.violated_by, namespace),
        _due(source, pack),
        amount_plan(source.amount, pack.parameters, source.basis) if source.amount is not None else None,
        tuple(quantity_plan(quantity, pack.parameters, source.basis) for quantity in source.quantities),
        _order(source, {rule.id: rule for rule in pack.rules}),
        frozenset(
            event
            for matcher in (*rule.fulfilled_by, *rule.discharged_by, *rule.violated_by)
            if matcher.collection == "events"
            for event in matcher.codes
        ),
        any(
            matcher.collection != "events"
            for matcher in (*rule.fulfilled_by, *rule.discharged_by, *rule.violated_by)
        ),
        tuple(n for n, name in enumerate(variables) if rule.element[name] in TIME_FIELDS),
        frozenset(b.path.rsplit(".", 1)[-1] for b in source.each if rule.element[b.name] in TIME_FIELDS),
        moves_of(rule, terms, vocabulary),
        hashlib.blake2b(f"{pack.district}\0{source.id}\0".encode(), digest_size=16),
        tuple(
            n
            for n, name in enumerate(variables)
            if rule.element[name] == "Status" and not one_kind(rule.when, name, terms)
        ),
        _clock(source, pack, _matchers(f"m{number}_c", rule.clocked, namespace)),
    )


def _due(rule: Rule, pack: Pack) -> DuePlan | None:
    """How its deadline is counted; it rests on the clauses of what moves it, too."""
    if rule.deadline is None:
        return None
    plan = due_plan(rule.deadline, pack.parameters, rule.basis, pack.office_hours)
    moving = [clause for part in (rule.clock, rule.extension) if part is not None for clause in part.basis]
    return replace(plan, basis=tuple(dict.fromkeys((*plan.basis, *moving)))) if moving else plan


def _clock(rule: Rule, pack: Pack, matchers: tuple[MatcherPlan, ...]) -> ClockPlan | None:
    """What moves the due time; ``matchers`` in the order of ``matchers_of``."""
    clock, extension = rule.clock, rule.extension
    if clock is None and extension is None:
        return None
    waiting = iter(matchers)

    def taken(written: Collection[Any]) -> tuple[MatcherPlan, ...]:
        return tuple(islice(waiting, len(written)))

    pauses: list[PausePlan] = []
    restarts: tuple[MatcherPlan, ...] = ()
    if clock is not None:
        pauses = [PausePlan(taken(p.begins), taken(p.ends), p.again) for p in clock.pauses]
        restarts = taken(clock.restarted_by)
    suspended = None if clock is None else clock.suspended
    plan = ClockPlan(suspended, tuple(pauses), restarts, tuple(waiting), extension, None, None, matchers)
    if extension is None:
        return plan
    original = _period_of(rule.deadline, pack) if rule.deadline is not None else None
    length = extension.length
    if extension.param:
        value = pack.parameters[extension.param].value
        length = None if value is None else Period.parse(str(value))
    elif extension.given is Given.ORIGINAL:
        length = original
    at_most = original if extension.at_most_original else extension.at_most
    return replace(plan, length=length, at_most=at_most)


def _period_of(deadline: Deadline, pack: Pack) -> Period | None:
    """The period of a deadline, or of its parameter."""
    if not deadline.param:
        return deadline.period
    value = pack.parameters[deadline.param].value
    return None if value is None else Period.parse(str(value))


def _order(rule: Rule, rules: Mapping[str, Rule]) -> int:
    """How long the longest chain of duties is that its deadline is counted from; there are no circles."""
    duties = rule.deadline.duties() if rule.deadline is not None else []
    return max((1 + _order(rules[name], rules) for one in duties for name in one.meant), default=0)


def _matchers(
    prefix: str, matchers: tuple[TypedMatcher, ...], namespace: Mapping[str, Any]
) -> tuple[MatcherPlan, ...]:
    return tuple(
        MatcherPlan(
            matcher.codes,
            namespace.get(f"{prefix}_{position}"),
            matcher,
            matcher.collection,
            matcher.by_bearer,
            matcher.end_of,
        )
        for position, matcher in enumerate(matchers)
    )


def _alone(plan: RulePlan) -> bool:
    """Whether its one dated element is what it is indexed by, and it arises when that happens."""
    names = [plan.variables[position] for position in plan.timed]
    return not plan.rule.accrues and names == [plan.trigger.order[0]]


def _waits(plan: RulePlan) -> bool:
    """Whether it may begin to hold because time passes, and nothing else happens."""
    return plan.moves.clocked and (plan.rule.accrues or not plan.timed or "statuses" in plan.lists)


def _selection(plans: list[RulePlan], namespace: Mapping[str, Any]) -> Selection:
    return Selection(tuple(plans), _index([(plan.trigger, namespace[f"r{plan.number}"]) for plan in plans]))


def _index(functions: list[tuple[Trigger, RuleFunction]]) -> tuple[IndexEntry, ...]:
    by_collection: dict[str, tuple[dict[str, list[RuleFunction]], list[RuleFunction]]] = {}
    for trigger, function in functions:
        by_code, always = by_collection.setdefault(trigger.collection, ({}, []))
        if not trigger.codes:
            always.append(function)
        for code in trigger.codes:
            by_code.setdefault(code, []).append(function)
    return tuple(
        IndexEntry(
            name,
            DISCRIMINATORS[name],
            {code: tuple(fs) for code, fs in sorted(by_code.items())},
            tuple(always),
        )
        for name, (by_code, always) in sorted(by_collection.items())
    )
