"""What can move a rule's conditions: happenings after which they may have come to hold, or hold no longer.

    typed conditions and the terms that they call --moves_of--> Moves
    what happened at a moment, as (list, code) --Moves.by--> whether the rule has to be tried again

Between two moments a rule gives what it gave before, unless something that its conditions read has happened
or they read the clock. Where a condition leaves open which codes it takes, any element of that list moves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from policy.expr.ops import LOOKUPS
from policy.expr.tree import Call, Field, Node, TermCall, Var, walk
from policy.pack.vocabulary import Vocabulary
from policy.program.reads import Codes, conditions_read
from policy.program.typed import TypedRule, TypedTerm

Happened = frozenset[tuple[str, str]]
"""(list, code) of each element that happened; services and the filing have no code."""

_SECTIONS = {"events": "events", "requests": "matters", "documents": "documents", "statuses": "traits"}
FILING = ("filed_at", "")
SERVICE = ("services", "")


class Moves(NamedTuple):
    """The elements that move a rule, by list; ``whole`` are lists of which any element does."""

    codes: Happened
    whole: frozenset[str]
    clocked: bool
    """Whether the conditions read ``as_of``: then the mere passing of time moves them."""

    def by(self, happened: Happened) -> bool:
        """Whether any of these moves the rule."""
        if self.whole and any(name in self.whole for name, _ in happened):
            return True
        return not self.codes.isdisjoint(happened)


def moves_of(
    rule: TypedRule, terms: Mapping[str, TypedTerm], vocabulary: Vocabulary, beside: Iterable[Node] = ()
) -> Moves:
    """What moves the conditions of a rule, and other expressions of it that are named."""
    trees = list(reached([*(line.tree for line in (*rule.when, *rule.unless)), *beside], terms))
    read = conditions_read(rule, trees, terms)
    codes: set[tuple[str, str]] = set()
    whole: set[str] = set()
    clocked = False
    for name, section in _SECTIONS.items():
        found: Codes = read[section]
        if found is None:
            whole.add(name)
        else:
            codes.update((name, code) for code in found)
    fields = {state.field: state.kind for state in vocabulary.equivalences.states if state.field}
    for tree in trees:
        for node in walk(tree):
            if isinstance(node, Var) and node.name == "as_of":
                clocked = True
            elif isinstance(node, Call) and node.op.startswith("lookup_"):
                whole.add(LOOKUPS[node.op.removeprefix("lookup_")][1])
            elif isinstance(node, Field) and node.name == "services":
                codes.add(SERVICE)
            elif isinstance(node, Field) and node.name == "filed_at":
                codes.add(FILING)
            elif isinstance(node, Field) and node.name in fields:
                codes.add(("statuses", fields[node.name]))
    if any(binding.path.endswith(".services") for binding in rule.source.each):
        codes.add(SERVICE)
    return Moves(frozenset(codes), frozenset(whole), clocked)


def reached(trees: Iterable[Node], terms: Mapping[str, TypedTerm]) -> Iterable[Node]:
    """The trees and those of every term that they call, each term once."""
    waiting, seen = list(trees), set[str]()
    while waiting:
        tree = waiting.pop()
        yield tree
        for node in walk(tree):
            if isinstance(node, TermCall) and node.term in terms and node.term not in seen:
                seen.add(node.term)
                waiting += [line.tree for line in terms[node.term].conditions]
