"""The compiled program of a pack: its rules as plans, their generated functions, and the trigger index.

A program is immutable and may be shared by threads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from policy.expr.ops import Absent, CelError
from policy.expr.tree import Node, free_vars
from policy.pack.model import Pack
from policy.pack.vocabulary import Vocabulary
from policy.program.codegen import Generated, line_source, parts_source
from policy.program.cost import Cost, Costs, on_a_large_case
from policy.program.moves import Happened
from policy.program.plan import (
    RulePlan,
    Selection,
    selection_of,
)
from policy.program.strata import strata_of
from policy.program.typed import TypedTerm

LineFunction = Callable[..., bool]


FALLBACK = (AttributeError, KeyError, CelError, Absent)
"""What generated code raises where known facts do not settle a value."""


MAX_REMEMBERED = 4096
"""Most sets of happenings whose rules are kept; beyond it they are picked out again each time."""


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
            found = selection_of(plans, self.namespace)
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
        return selection if len(plans) == len(selection.plans) else selection_of(plans, self.namespace)

    def single(self, plan: RulePlan) -> Selection:
        """One rule, to be tried by itself."""
        return selection_of([plan], self.namespace)

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
