"""The rules of a pack ready for columns: shapes by loop level, and the bindings that satisfy them.

RulePlan --column_rule--> ColumnRule --match--> Matched (frame of bindings that hold, or may hold)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from policy.bulk.columns.expressions import Evaluator
from policy.bulk.columns.frames import Bound, Frame, Truth, spread
from policy.bulk.columns.shapes import ELEMENT, Not, Shape, is_exact
from policy.bulk.columns.shaping import Env, Shaper, Slot
from policy.bulk.columns.tables import CASE, Table, child_key
from policy.bulk.columns.texts import Bools, Ints
from policy.expr.tree import Node, conjuncts
from policy.program.build import MatcherPlan, PackProgram, RulePlan

BREACHES = "breaches"


class Join(NamedTuple):
    """One more variable: over which list of whom; what it alone must satisfy, and with the others."""

    var: str
    table: str
    owner: str
    codes: tuple[int, ...]
    first: Shape | None
    rest: tuple[Shape, ...]


class ColumnMatcher(NamedTuple):
    """Events that end or violate: ``first`` reads the event alone, ``rest`` the bound elements too."""

    codes: tuple[int, ...]
    first: Shape | None
    rest: Shape | None
    kinds: Mapping[int, int]
    """Place of each event type in the matcher, by its code."""
    exact: bool
    """Whether it is unknown only where facts are missing."""


class ColumnRule(NamedTuple):
    """One rule. Variables are ``v0``, ``v1`` … in the order of its loops; ``order`` are those of ``each``."""

    program: PackProgram
    plan: RulePlan
    table: str
    codes: tuple[int, ...]
    first: tuple[Shape, ...]
    joins: tuple[Join, ...]
    order: tuple[str, ...]
    trigger: str
    effects: Mapping[str, Shape]
    fulfilled_by: tuple[ColumnMatcher, ...]
    discharged_by: tuple[ColumnMatcher, ...]
    violated_by: tuple[ColumnMatcher, ...]


def column_rule(program: PackProgram, plan: RulePlan, shaper: Shaper) -> ColumnRule:
    """The shapes of one rule."""
    order = plan.trigger.order
    paths = {binding.name: binding.path for binding in plan.rule.each}
    env: dict[str, Slot] = {}
    owners = {}
    for place, name in enumerate(order):
        holder, _, field = paths[name].rpartition(".")
        owner = Slot(CASE, CASE) if holder in ("", "case") else env[holder]
        env[name] = Slot(f"v{place}", child_key(owner.table, field))
        owners[name] = owner.var
    waiting = [
        (part, False)
        for line in plan.typed.when
        if line not in plan.trigger.implied
        for part in conjuncts(line.tree)
    ]
    waiting += [(line.tree, True) for line in plan.typed.unless]
    levels = _by_level(waiting, order, env, shaper)
    joins = [
        _join(env[name], owners[name], lines, env, shaper)
        for name, lines in zip(order[1:], levels[1:], strict=True)
    ]
    alone: Env = {**env, order[0]: Slot(ELEMENT, env[order[0]].table)}
    return ColumnRule(
        program,
        plan,
        env[order[0]].table,
        tuple(shaper.base.code(code) for code in plan.trigger.codes),
        tuple(_signed(line, alone, env[order[0]].table, shaper) for line in levels[0]),
        tuple(joins),
        tuple(env[name].var for name in plan.variables),
        env[plan.rule.trigger].var,
        {name: shaper.shape(tree, env) for name, tree in sorted(plan.typed.effects.items())},
        _matchers(plan.fulfilled_by, env, shaper),
        _matchers(plan.discharged_by, env, shaper),
        _matchers(plan.violated_by, env, shaper),
    )


def _by_level(
    waiting: list[tuple[Node, bool]], order: tuple[str, ...], env: Mapping[str, Slot], shaper: Shaper
) -> list[list[tuple[Node, bool]]]:
    """Each condition at the first level where its variables are bound."""
    levels: list[list[tuple[Node, bool]]] = [[] for _ in order]
    for line in waiting:
        read = shaper.free(line[0], env)
        places = [place for place, name in enumerate(order) if env[name].var in read]
        levels[max(places, default=0)].append(line)
    return levels


def _join(slot: Slot, owner: str, lines: list[tuple[Node, bool]], env: Env, shaper: Shaper) -> Join:
    mine = [line for line in lines if shaper.free(line[0], env) == {slot.var}]
    alone = {name: Slot(ELEMENT, slot.table) if meant == slot else meant for name, meant in env.items()}
    first = [_signed(line, alone, slot.table, shaper) for line in mine]
    rest = [_signed(line, env, "", shaper) for line in lines if line not in mine]
    return Join(slot.var, slot.table, owner, *shaper.by_code(slot.table, first), tuple(rest))


def _signed(line: tuple[Node, bool], env: Env, frame: str, shaper: Shaper) -> Shape:
    shape = shaper.shape(line[0], env, frame)
    return shaper.intern(Not(shape)) if line[1] else shape


def _matchers(plans: Iterable[MatcherPlan], env: Env, shaper: Shaper) -> tuple[ColumnMatcher, ...]:
    return tuple(_matcher(plan, env, shaper) for plan in plans)


def _matcher(plan: MatcherPlan, env: Env, shaper: Shaper) -> ColumnMatcher:
    codes = [shaper.base.code(code) for code in plan.events]
    with_event: Env = {**env, "done": Slot("done", "events")}
    tree = plan.typed.predicate
    lines = [] if tree is None else [(part, False) for part in conjuncts(tree)]
    mine = [line for line in lines if shaper.free(line[0], with_event) == {"done"}]
    alone: Env = {**env, "done": Slot(ELEMENT, "events")}
    first = shaper.joined([_signed(line, alone, "events", shaper) for line in mine])
    rest = [_signed(line, with_event, "", shaper) for line in lines if line not in mine]
    last = shaper.joined(rest)
    kinds = {code: place for place, code in reversed(list(enumerate(codes)))}
    return ColumnMatcher(tuple(sorted(set(codes))), first, last, kinds, is_exact(first) and is_exact(last))


class Matched(NamedTuple):
    """Bindings of a rule and what its conditions came to for each: surely true, or perhaps."""

    rule: ColumnRule
    frame: Frame
    truth: Truth


def since_of(rule: ColumnRule, frame: Frame) -> Ints | None:
    """When each binding was triggered; None where its element has no time."""
    if not rule.plan.time_field:
        return None
    table, rows = frame.variables[rule.trigger]
    data = table.column(rule.plan.time_field).data
    return data if rows is None else data[rows]


def known_time(rule: ColumnRule, frame: Frame) -> Bools | None:
    """Whether the time of each trigger is known; None: all are."""
    if not rule.plan.time_field:
        return None
    table, rows = frame.variables[rule.trigger]
    known = table.column(rule.plan.time_field).known
    return known if known is None or rows is None else known[rows]


class Matcher:
    """Finds the bindings of rules on the tables of one batch."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

    def match(self, rule: ColumnRule, table: Table) -> Matched | None:
        """The bindings whose conditions hold or may hold; None where there is none."""
        frame = self._evaluator.of_kind(table, rule.codes)
        truth: Truth | None = None
        evaluator = self._evaluator
        for shape in rule.first:
            found = evaluator.on_table(shape, frame)
            truth = found if truth is None else _and(truth, found)
            if not truth.maybe.any():
                return None
        rows = None if truth is None else np.flatnonzero(truth.maybe)
        bound = frame.variables[ELEMENT]
        first = bound.rows if rows is None else rows if bound.rows is None else bound.rows[rows]
        case = frame.case if rows is None else frame.case[rows]
        if not len(case):
            return None
        current = Frame(case, {"v0": Bound(table, first)})
        sure = None if truth is None or truth.maybe is truth.sure else truth.sure[rows]
        for join in rule.joins:
            step = self._step(current, sure, join)
            if step is None:
                return None
            current, sure = step
        certain = np.ones(current.size, bool) if sure is None else sure
        return Matched(
            rule, current, Truth(certain, certain if sure is None else np.ones(current.size, bool))
        )

    def _step(self, frame: Frame, sure: Bools | None, join: Join) -> tuple[Frame, Bools | None] | None:
        evaluator = self._evaluator
        table = evaluator.tables.by_key[join.table]
        chosen = evaluator.selected(table, join.codes, join.first)
        owners = frame.rows_of(join.owner)
        places, positions = spread(chosen, np.arange(frame.size) if owners is None else owners)
        if not len(places):
            return None
        inner = frame.beside(places, join.var, Bound(table, chosen.rows[positions]))
        if sure is not None:
            sure = sure[places]
        if chosen.sure is not None:
            sure = chosen.sure[positions] if sure is None else sure & chosen.sure[positions]
        if not join.rest:
            return inner, sure
        truth = evaluator.truth(join.rest[0], inner)
        for shape in join.rest[1:]:
            truth = _and(truth, evaluator.truth(shape, inner))
        kept = np.flatnonzero(truth.maybe)
        if not len(kept):
            return None
        if truth.maybe is not truth.sure or sure is not None:
            sure = truth.sure[kept] if sure is None else truth.sure[kept] & sure[kept]
        return inner.at(kept), sure


def _and(one: Truth, other: Truth) -> Truth:
    sure = one.sure & other.sure
    if one.maybe is one.sure and other.maybe is other.sure:
        return Truth(sure, sure)
    return Truth(sure, one.maybe & other.maybe)


def shared_shapes(rules: Iterable[ColumnRule], least: int) -> frozenset[int]:
    """Shapes on the triggering element that at least ``least`` kinds of triggers ask for."""
    asked: dict[int, set[tuple[str, tuple[int, ...]]]] = defaultdict(set)
    for rule in rules:
        for shape in rule.first:
            asked[id(shape)].add((rule.table, rule.codes))
    return frozenset(key for key, triggers in asked.items() if len(triggers) >= least)
