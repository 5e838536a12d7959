"""Conditions that contradict each other, so that the rule could never apply.

Only what can be seen in the conditions themselves: one fact that must be equal to two different values. What
hangs on terms, or on facts that exclude each other, is for the rule tests to find.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from policy.expr.tree import Call, Const, Field, ListOf, Node, Var

Value = str | int | float | bool


class Contradiction(NamedTuple):
    """A fact, and two sets of values that it would have to be in at once; where the second is asked for.

    ``line`` is the number of the condition, ``pos`` the offset in its expression.
    """

    fact: str
    one: tuple[Value, ...]
    other: tuple[Value, ...]
    line: int
    pos: int


def contradictions(lines: Iterable[Node]) -> Iterator[Contradiction]:
    """Each fact that conditions which must all hold want to be two things, once."""
    wanted: dict[str, tuple[Value, ...]] = {}
    told: set[str] = set()
    for number, line in enumerate(lines):
        for fact, values, pos in _required(line):
            before = wanted.get(fact)
            both = values if before is None else tuple(value for value in before if value in values)
            if before is not None and not both and fact not in told:
                told.add(fact)
                yield Contradiction(fact, before, values, number, pos)
            wanted[fact] = both


def _required(tree: Node) -> Iterator[tuple[str, tuple[Value, ...], int]]:
    """Facts and the values that they must be one of for the expression to hold."""
    if not isinstance(tree, Call):
        return
    if tree.op == "and":
        for part in tree.args:
            yield from _required(part)
    elif tree.op == "equals":
        for one, other in (tree.args, tree.args[::-1]):
            if (fact := _fact(one)) and isinstance(other, Const):
                yield fact, (other.value,), other.pos
    elif tree.op == "in_list" and (fact := _fact(tree.args[0])) and isinstance(tree.args[1], ListOf):
        items = tree.args[1].items
        values = tuple(item.value for item in items if isinstance(item, Const))
        if len(values) == len(items):
            yield fact, values, tree.args[1].pos


def _fact(node: Node) -> str:
    """``seizure.type`` for a field of a variable; "" for anything else."""
    if isinstance(node, Var):
        return node.name
    if isinstance(node, Field) and (owner := _fact(node.operand)):
        return f"{owner}.{node.name}"
    return ""
