"""A pack whose expressions are trees: conditions, terms, matchers, rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from policy.expr.tree import (
    CelType,
    Node,
)
from policy.pack.model import Condition, Pack, Rule, Term
from policy.pack.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class TypedCondition:
    """A condition line and its tree.

    ``alternatives``: those of the line itself, or of the term that it is nothing but a call of, with the
    arguments in place of the term's parameters. What is cited hangs on them, not whether the line holds.
    """

    source: Condition
    tree: Node
    alternatives: tuple[TypedCondition, ...] = ()


@dataclass(frozen=True, slots=True)
class TypedTerm:
    """A term and the trees of its lines."""

    source: Term
    params: tuple[tuple[str, CelType], ...]
    conditions: tuple[TypedCondition, ...]


@dataclass(frozen=True, slots=True)
class TypedMatcher:
    """A matcher as codes and a predicate over ``done`` and the rule's variables (None: any).

    ``done`` is an element of ``collection``: an Event of these types, a Request of these matters, a Service
    of a document of these types. For the end of a state ("statuses") ``end_of`` names the variable that holds
    it, or ``party`` the party whose states of these kinds end, or begin (``begins``). Whether the act was the
    bearer's own (``by_bearer``) is no matter of the predicate: who bears an obligation is known when there is
    one.
    """

    codes: tuple[str, ...]
    predicate: Node | None
    collection: str = "events"
    by_bearer: bool = False
    end_of: str = ""
    party: str = ""
    begins: bool = False


@dataclass(frozen=True, slots=True)
class TypedRule:
    """A rule and the trees of all its expressions. ``element`` gives each variable's message name."""

    source: Rule
    element: Mapping[str, str]
    when: tuple[TypedCondition, ...]
    unless: tuple[TypedCondition, ...]
    effects: Mapping[str, Node]
    """By the names of ``codegen.EFFECTS``."""
    fulfilled_by: tuple[TypedMatcher, ...]
    discharged_by: tuple[TypedMatcher, ...]
    violated_by: tuple[TypedMatcher, ...]
    clocked: tuple[TypedMatcher, ...] = ()
    """Those of its clock and extension, in the order of ``clock.matchers_of``."""

    @property
    def matchers(self) -> tuple[TypedMatcher, ...]:
        """Every matcher: of acts that end an obligation, and of those that move when it is due."""
        return (*self.fulfilled_by, *self.discharged_by, *self.violated_by, *self.clocked)

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that its duty may rest on: its basis, and those of its conditions' alternatives."""
        return tuple(dict.fromkeys((*self.source.basis, *_of_grounds(self.when))))


@dataclass(frozen=True, slots=True)
class TypedPack:
    """A pack whose expressions are trees. Terms stand in dependency order, rules sorted by id."""

    source: Pack
    vocabulary: Vocabulary
    terms: tuple[TypedTerm, ...]
    rules: tuple[TypedRule, ...]
    counts: Mapping[tuple[str, str], Node]
    """Trees of the assessments' figures by (assessment, name in ``expressions_of``)."""
    units: Mapping[str, Node]
    """Trees of the assessments' units by assessment, over ``obligation``."""


def _of_grounds(lines: Iterable[TypedCondition]) -> Iterator[str]:
    for line in lines:
        for part in line.alternatives:
            yield from part.source.basis
        yield from _of_grounds(line.alternatives)
