"""Where codes, fields and districts' own facts are used: the rules that read them, wait for them, name them.

    typed trees of every version --usage_of--> Usage

A rule uses what its conditions read, also through terms, whom it obliges and to whom, what it asks for, and
the acts that end it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from policy.expr.codes import compared_codes
from policy.expr.tree import Field, Node, TermCall, Var, walk
from policy.pack.model import Matcher, Rule
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.program.typed import TypedTerm

_OF_ACTS: Mapping[str, str] = MappingProxyType(
    {"events": "events", "requests": "matters", "services": "documents", "statuses": "traits"}
)
"""The section of the codes of a matcher, by what it waits for."""

Rules = Mapping[tuple[str, str], tuple[str, ...]]
"""Ids of rules, sorted."""


@dataclass(frozen=True, slots=True)
class Usage:
    """By (section, code), (message, field) and ("", attribute): the rules that use it."""

    codes: Rules
    fields: Rules
    attributes: Mapping[str, tuple[str, ...]]


def usage_of(programs: Iterable[PackProgram]) -> Usage:
    """What the rules of these versions use."""
    codes: dict[tuple[str, str], set[str]] = {}
    fields: dict[tuple[str, str], set[str]] = {}
    attributes: dict[str, set[str]] = {}
    for program in programs:
        for plan in program.plans:
            rule = plan.rule
            for key in _named(rule):
                codes.setdefault(key, set()).add(rule.id)
            for tree in _trees(plan, program.terms):
                for section, const in compared_codes(tree):
                    codes.setdefault((section, str(const.value)), set()).add(rule.id)
                for node in walk(tree):
                    if isinstance(node, Field) and node.operand.type.kind == "message":
                        fields.setdefault((node.operand.type.name, node.name), set()).add(rule.id)
                    elif isinstance(node, Var) and node.name.startswith("attr."):
                        attributes.setdefault(node.name.removeprefix("attr."), set()).add(rule.id)
    return Usage(
        _sorted(codes), _sorted(fields), {name: tuple(sorted(attributes[name])) for name in attributes}
    )


def _sorted(found: Mapping[tuple[str, str], set[str]]) -> Rules:
    return {key: tuple(sorted(rules)) for key, rules in found.items()}


def _named(rule: Rule) -> Iterator[tuple[str, str]]:
    """The codes that a rule names outside its expressions."""
    yield "actions", rule.action
    for body in (*rule.bearer.bodies, *rule.counterparty.bodies):
        yield "bodies", body
    if rule.deadline is not None and rule.deadline.word:
        yield "deadline_words", rule.deadline.word
    for matcher in (*rule.fulfilled_by, *rule.discharged_by, *rule.violated_by):
        yield from _of_matcher(matcher)


def _of_matcher(matcher: Matcher) -> Iterator[tuple[str, str]]:
    for code in matcher.codes:
        yield _OF_ACTS[matcher.collection], code
    for body in (*matcher.by, *matcher.to, *matcher.concerning):
        yield "bodies", body


def _trees(plan: RulePlan, terms: Mapping[str, TypedTerm]) -> Iterator[Node]:
    """Every expression of a rule, and those of the terms that it calls."""
    typed = plan.typed
    waiting = [line.tree for line in (*typed.when, *typed.unless)]
    waiting += typed.effects.values()
    for matcher in (*typed.fulfilled_by, *typed.discharged_by, *typed.violated_by):
        if matcher.predicate is not None:
            waiting.append(matcher.predicate)
    called: set[str] = set()
    while waiting:
        tree = waiting.pop()
        yield tree
        for node in walk(tree):
            if isinstance(node, TermCall) and node.term not in called:
                called.add(node.term)
                waiting += [line.tree for line in terms[node.term].conditions]
