"""What would make a rule apply: the fewest facts that would have to be otherwise, or be known.

    conditions, as trees --what each part lacks--> the cheapest way to make them hold, exceptions not

A way is found on the tree: of alternatives the cheapest, of what must hold together all. A fact that is not
known is cheaper than one that would have to be another: it need only be asked. What a part says of a list
(there is an event …) is one step, whatever it takes; steps that contradict each other make no way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from policy.engines.protocol import Binding
from policy.engines.three import Evaluator, Read
from policy.engines.unknowns import Failure, Unknown
from policy.expr.tree import Call, Const, Field, ListOf, Node, TermCall, Var, substituted
from policy.facts.views import DISCRIMINATORS
from policy.pack.model import Condition
from policy.program.plan import RulePlan
from policy.program.typed import TypedCondition

MAX_PARTS = 2_000
"""Most parts of conditions that are looked at for one combination of elements."""


class Step(NamedTuple):
    """A part of a condition that would have to hold, or (``wanted`` False) not to.

    ``section`` is when or unless. ``reads``: the facts that it reads now, ``unknown`` where one of them is
    missing, so that it need only be asked.
    """

    section: str
    line: Condition
    tree: Node
    wanted: bool
    unknown: bool
    reads: tuple[Read, ...]

    @property
    def asked(self) -> tuple[str, ...]:
        """The facts to ask for."""
        return tuple(dict.fromkeys(read.path for read in self.reads if isinstance(read.value, Unknown)))


Way = tuple[Step, ...]


class _TooLarge(Exception):
    """More parts than are looked at."""


def cost(way: Way) -> tuple[int, int]:
    """How many facts would have to be otherwise, and how many parts hang on what is not known."""
    return sum(not step.unknown for step in way), sum(step.unknown for step in way)


def another(step: Step) -> bool:
    """Whether an element would have to be one of another kind: what is needed is another element."""
    named = compared(step)
    if named is None or not step.wanted:
        return False
    path, _, field = named[0].rpartition(".")
    collection = path.rpartition(".")[2].partition("[")[0]
    return DISCRIMINATORS.get(collection) == field


def nearest(three: Evaluator, plan: RulePlan, binding: Binding) -> Way | None:
    """The cheapest way to make the rule apply to these elements; None where no fact would."""
    bound = {name: three.ref(element) for name, element in zip(plan.variables, binding, strict=True)}
    search = _Search(three)
    try:
        ways = [search.line("when", line, True, bound) for line in plan.typed.when]
        ways += [search.line("unless", line, False, bound) for line in plan.typed.unless]
    except _TooLarge:
        return None
    return _all(ways)


class _Search:
    def __init__(self, three: Evaluator) -> None:
        self._three = three
        self._left = MAX_PARTS
        self._section = ""

    def line(self, section: str, line: TypedCondition, want: bool, bound: Mapping[str, Any]) -> Way | None:
        """A line; of its alternatives one must hold, or none."""
        self._section = section
        if not line.source.alternatives or len(line.alternatives) != len(line.source.alternatives):
            return self._part(line.source, line.tree, want, bound)
        parts = [self.line(section, part, want, bound) for part in line.alternatives]
        return _any(parts) if want else _all(parts)

    def _part(self, line: Condition, node: Node, want: bool, bound: Mapping[str, Any]) -> Way | None:
        self._left -= 1
        if not self._left:
            raise _TooLarge
        if isinstance(node, Const):
            return () if node.value is want else None
        if isinstance(node, Call) and node.op in ("and", "or"):
            parts = [self._part(line, arg, want, bound) for arg in node.args]
            return _all(parts) if (node.op == "and") is want else _any(parts)
        if isinstance(node, Call) and node.op == "not":
            return self._part(line, node.args[0], not want, bound)
        if isinstance(node, Call) and node.op == "if":
            test, then, other = node.args
            yes = _all([self._part(line, test, True, bound), self._part(line, then, want, bound)])
            no = _all([self._part(line, test, False, bound), self._part(line, other, want, bound)])
            return _any([yes, no])
        if isinstance(node, TermCall):
            return self._term(node, want, bound)
        return self._atom(line, node, want, bound)

    def _term(self, node: TermCall, want: bool, bound: Mapping[str, Any]) -> Way | None:
        """A term, line by line, with its arguments in their places."""
        term = self._three.terms[node.term]
        given = dict(zip((name for name, _ in term.params), node.args, strict=True))
        parts = [
            self._part(line.source, substituted(line.tree, given), want, bound) for line in term.conditions
        ]
        return _all(parts) if want else _any(parts)

    def _atom(self, line: Condition, node: Node, want: bool, bound: Mapping[str, Any]) -> Way | None:
        self._three.reads.clear()
        value = self._three.value(node, bound)
        reads = tuple(dict.fromkeys(self._three.reads))
        if value is want:
            return ()
        if isinstance(value, Failure):
            return None
        return (Step(self._section, line, node, want, isinstance(value, Unknown), reads),)


def _all(ways: Iterable[Way | None]) -> Way | None:
    steps: dict[Step, None] = {}
    for way in ways:
        if way is None:
            return None
        steps.update(dict.fromkeys(way))
    return None if _contradictory(tuple(steps)) else tuple(steps)


def _any(ways: Iterable[Way | None]) -> Way | None:
    found = [way for way in ways if way is not None]
    return min(found, key=cost) if found else None


def _contradictory(steps: Sequence[Step]) -> bool:
    """Whether one fact would have to be two things at once, as far as plain comparisons say."""
    wanted: dict[str, set[object]] = {}
    for step in steps:
        named = compared(step)
        if named is None or not step.wanted:
            continue
        path, values = named
        now = wanted.setdefault(path, set(values))
        now &= set(values)
        if not now:
            return True
    return False


def compared(step: Step) -> tuple[str, tuple[object, ...]] | None:
    """The fact that a step compares with known values, and these: it is one of them where the part holds."""
    node = step.tree
    paths = {read.path for read in step.reads}
    if isinstance(node, (Field, Var)) and len(paths) == 1:
        return paths.pop(), (True,)
    if not isinstance(node, Call) or node.op not in ("equals", "in_list") or len(paths) != 1:
        return None
    values = [arg for arg in node.args if isinstance(arg, (Const, ListOf))]
    if len(values) != 1:
        return None
    items = values[0].items if isinstance(values[0], ListOf) else (values[0],)
    if not all(isinstance(item, Const) for item in items):
        return None
    return paths.pop(), tuple(item.value for item in items if isinstance(item, Const))
