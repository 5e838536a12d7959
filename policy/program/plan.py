"""What a compiled program holds of each rule: its plan, and how rules are picked that are tried together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from policy.facts.views import DISCRIMINATORS
from policy.pack.clock import Extension, Running
from policy.pack.model import Rule
from policy.program.amounts import AmountPlan, QuantityPlan
from policy.program.dues import DuePlan
from policy.program.moves import Moves
from policy.program.trigger import Trigger
from policy.program.typed import TypedMatcher, TypedRule
from policy.time.period import Period

RuleFunction = Callable[..., None]


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


def selection_of(plans: list[RulePlan], namespace: Mapping[str, Any]) -> Selection:
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
