"""Which notices of a decision are about some of its duties, or about facts that these rest on.

A notice says something of a fact of the case. Whoever is given a part of the duties is given what is said of
the elements that bring these about, concern or end them; of fields of the case that their conditions read; of
acts that may end them, or that their own bodies did. The rest is the business of others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from linkage.v1 import facts_pb2
from policy.decide.decision import Notice, Obligation, Undetermined
from policy.expr.tree import Field, Node, Var, walk
from policy.facts.paths import element, parts
from policy.program.moves import reached
from policy.program.plan import RulePlan
from policy.program.program import PackProgram

UNLISTED = "LNK861"
"""That there are more notices than are listed: some of them may be about any duty."""

_ATTR = "attr."
_FIRST = re.compile(r"case\.([a-z_]+)(?:\[(\d+)\])?(?:\.([a-z_]+))?")
_ATTRIBUTE = re.compile(r"case\.attributes\[(.+)\]", re.DOTALL)


class Concern:
    """What some duties of a case, and some undecided rules, are about. ``bodies``: whose duties they are."""

    def __init__(
        self,
        case: facts_pb2.Case,
        bodies: frozenset[str],
        obligations: Iterable[Obligation],
        undetermined: Iterable[Undetermined],
    ) -> None:
        self._case = case
        self._bodies = bodies
        self._elements: set[str] = set()
        self._ids: set[str] = set()
        self._rules: set[str] = set()
        self._ending: set[str] = set()
        self._plans: dict[tuple[str, str], tuple[PackProgram, RulePlan]] = {}
        self._fields: frozenset[str] | None = None
        for duty in obligations:
            self._rest_on(duty, (duty.trigger, duty.standing.event))
            self._ids |= {duty.about, duty.concerns} - {""}
            self._ending |= duty.plan.ending_events
        for rule in undetermined:
            self._rest_on(rule)

    def _rest_on(self, item: Obligation | Undetermined, paths: tuple[str, ...] = ()) -> None:
        version = item.program.pack.version
        self._rules.add(f"rule:{version}:{item.rule}")
        self._plans[version, item.rule] = item.program, item.plan
        self._elements.update(_first(path) for path in (*item.bound, *paths))

    def has(self, notice: Notice) -> bool:
        """Whether the notice is about any of it."""
        if notice.code == UNLISTED:
            return True
        values = [value for _, several in notice.args for value in several]
        if not self._rules.isdisjoint(values):
            return True
        if any(f"bodies:{body}" in dict(notice.args).get("wanted", ()) for body in self._bodies):
            return True
        named = {_first(value.removeprefix("path:")) for value in values if value.startswith("path:")}
        return not self._elements.isdisjoint(named) or self._about(notice.path)

    def _about(self, path: str) -> bool:
        """Whether the place, as violations name it, holds one of the facts."""
        if attribute := _ATTRIBUTE.fullmatch(path):
            return attribute[1] in self._read()
        place = _FIRST.match(path)
        if place is None:
            return False
        name, index, below = place.groups()
        if index is None:
            return (below or name) in self._read()
        found: Any = getattr(self._case, name)[int(index)]
        if element(name, found.id) in self._elements or found.id in self._ids:
            return True
        return name == "events" and (found.type in self._ending or found.actor in self._bodies)

    def _read(self) -> frozenset[str]:
        """The case's own fields and attributes that the conditions read, terms that they call included."""
        if self._fields is None:
            self._fields = frozenset(name for each in self._plans.values() for name in _read_by(*each))
        return self._fields


def _read_by(program: PackProgram, plan: RulePlan) -> Iterator[str]:
    lines = (*plan.typed.when, *plan.typed.unless)
    for tree in reached([line.tree for line in lines], program.terms):
        for node in walk(tree):
            if isinstance(node, Var) and node.name.startswith(_ATTR):
                yield node.name.removeprefix(_ATTR)
            elif isinstance(node, Field) and _of_case(node):
                yield node.name


def _of_case(field: Field) -> bool:
    """Whether it is a field of the case itself, or of a part of it such as the flags."""
    root: Node = field
    while isinstance(root, Field):
        root = root.operand
    return isinstance(root, Var) and root.name == "case"


def _first(path: str) -> str:
    """The element of the case that a path begins with: of ``parties[d].statuses[x]`` parties[d]."""
    found = next(parts(path), None)
    return element(*found) if found is not None and found[1] else ""
