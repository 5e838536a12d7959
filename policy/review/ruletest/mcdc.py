"""MC/DC: whether the tests show of each part of a condition that it settles by itself what it is a part of.

Modified condition/decision coverage (RTCA DO-178C, 6.4.4.2), in its masking form (FAA, CAST-6): a part is
shown where in some test it held and in another it did not, and each time what it is a part of hung on it
alone, because the other parts of a conjunction held, and those of a disjunction did not. The other parts need
not be the same in both tests, as unique-cause MC/DC asks: facts of a case hang together, so that often they
cannot be.

The logic has three values. A part that is unknown shows nothing, and nothing hangs on a part alone beside one
that is unknown.

    a rule              all of ``when``, and none of ``unless``, for each combination that triggers it
    a term              all of its lines, for each of its calls
    a comprehension     what it asks of each element, where that has several parts

A part is what stands between ``&&``, ``||``, ``!`` and ``? :``. That the trigger is of its kind, which the
index by types sees to, is no part: a rule is tried on nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from policy.engines.three import Evaluator
from policy.expr.tree import Call, Field, Node, Quant, TermCall, Var, children, walk
from policy.facts.views import DISCRIMINATORS
from policy.pack.model import Condition
from policy.program.plan import RulePlan
from policy.program.program import PackProgram
from policy.program.typed import TypedCondition
from policy.text.source import Span

_JUNCTIONS = frozenset(("and", "or", "not", "if"))
_NAME = re.compile(r"[\w.]+$")
_AFTER = ("&&", "||", " ? ", " : ")
"""What may follow a part."""

Bound = Mapping[str, Any]


class Shape(NamedTuple):
    """A formula over its parts: a junction of shapes, or (``op`` empty) the part of that number."""

    op: str
    shapes: tuple[Shape, ...] = ()
    part: int = 0


@dataclass(slots=True)
class Part:
    """A part of a formula, the line that it stands in, and what the tests have shown of it.

    ``given``: nothing is to be shown of it.
    """

    node: Node
    line: Condition
    given: bool
    shown: set[bool] = field(default_factory=set)
    inner: tuple[Node, ...] = ()
    """Calls of terms and comprehensions within it."""

    @property
    def done(self) -> bool:
        """Whether nothing is left to be shown."""
        return self.given or len(self.shown) == 2

    @property
    def span(self) -> Span:
        """Where it begins."""
        offsets, start = self.line.expr.offsets, _begin(self)
        at = offsets[start] if start < len(offsets) else self.line.expr.span.start
        return Span(self.line.expr.span.source, at, self.line.expr.span.end)


@dataclass(slots=True)
class Formula:
    """What is shown part by part: a rule, a term, or what a comprehension asks; ``owner``: of which."""

    owner: str
    shape: Shape
    parts: list[Part]
    inner: list[Formula] = field(default_factory=list)
    _done: bool = False

    @property
    def done(self) -> bool:
        """Whether there is nothing left to be shown of it, or of what stands in it."""
        if not self._done:
            self._done = all(part.done for part in self.parts) and all(one.done for one in self.inner)
        return self._done


class Formulas:
    """Every formula of one version of a pack, and what the tests have shown of them."""

    def __init__(self, program: PackProgram) -> None:
        self._terms: dict[str, Formula] = {}
        self._bodies: dict[int, Formula] = {}
        self._rules: dict[str, Formula] = {}
        for name, term in program.terms.items():  # in the order in which they stand on one another
            self._terms[name] = self._formula(name, "and", term.conditions, (), None)
        for plan in program.plans:
            self._rules[plan.id] = self._formula(plan.id, "and", plan.typed.when, plan.typed.unless, plan)

    def parts(self) -> Iterator[tuple[str, Part]]:
        """Every part that has to be shown, with its owner: rules in order, terms, and what stands in them."""
        found = (*self._rules.values(), *self._terms.values(), *self._bodies.values())
        for formula in found:
            yield from ((formula.owner, part) for part in formula.parts if not part.given)

    def watch(self, plan: RulePlan, three: Evaluator, bound: Bound) -> None:
        """Notes what one combination of elements shows of a rule, and of what stands in it."""
        self._watch(self._rules[plan.id], three, bound)

    def _watch(self, formula: Formula, three: Evaluator, bound: Bound) -> None:
        if formula.done:
            return
        values = [_truth(three.value(part.node, bound)) for part in formula.parts]
        for number in _settling(formula.shape, values):
            value = values[number]
            if value is not None:
                formula.parts[number].shown.add(value)
        for part in formula.parts:
            for node in part.inner:
                self._within(node, three, bound)

    def _within(self, node: Node, three: Evaluator, bound: Bound) -> None:
        if isinstance(node, TermCall):
            names = [name for name, _ in three.terms[node.term].params]
            inner = {name: three.value(arg, bound) for name, arg in zip(names, node.args, strict=True)}
            self._watch(self._terms[node.term], three, inner)
        elif isinstance(node, Quant) and (body := self._bodies.get(id(node.body))) is not None:
            items = three.value(node.range, bound) if not body.done else ()
            for item in items if isinstance(items, list) else ():
                self._watch(body, three, {**bound, node.var: item})

    # -- how they are made

    def _formula(
        self,
        owner: str,
        op: str,
        lines: Sequence[TypedCondition],
        exceptions: Sequence[TypedCondition],
        plan: RulePlan | None,
    ) -> Formula:
        made = Formula(owner, Shape(op), [])
        shapes = [self._shape(made, line.tree, line, plan) for line in lines]
        shapes += [Shape("not", (self._shape(made, line.tree, line, None),)) for line in exceptions]
        made.shape = Shape(op, tuple(shapes))
        return made

    def _shape(self, made: Formula, node: Node, line: TypedCondition, plan: RulePlan | None) -> Shape:
        line = next((part for part in line.alternatives if part.tree is node and part.source.expr.text), line)
        if isinstance(node, Call) and node.op in _JUNCTIONS:
            return Shape(node.op, tuple(self._shape(made, part, line, plan) for part in node.args))
        inner = tuple(_calls(node))
        given = plan is not None and _is_trigger(node, plan)
        made.parts.append(Part(node, line.source, given, inner=inner))
        made.inner += [found for each in inner if (found := self._inner(made.owner, each, line)) is not None]
        return Shape("", part=len(made.parts) - 1)

    def _inner(self, owner: str, node: Node, line: TypedCondition) -> Formula | None:
        """The formula of a term that is called, or of what a comprehension asks."""
        if isinstance(node, TermCall):
            return self._terms[node.term]
        if not isinstance(node, Quant) or node.body is None:
            return None
        known = self._bodies.get(id(node.body))
        if known is not None:
            return known
        made = Formula(owner, Shape(""), [])
        made.shape = self._shape(made, node.body, line, None)
        if len(made.parts) == 1 and not made.inner:
            return None
        if len(made.parts) == 1:  # of one part the comprehension shows as much
            made.parts[0].given = True
        self._bodies[id(node.body)] = made
        return made


def _calls(node: Node) -> Iterator[Node]:
    """Calls of terms and comprehensions in an expression, but not those in what a comprehension asks."""
    if isinstance(node, TermCall | Quant):
        yield node
    within = (node.range,) if isinstance(node, Quant) else children(node)
    for part in within:
        yield from _calls(part)


def _is_trigger(node: Node, plan: RulePlan) -> bool:
    """Whether a part asks nothing but the kind of the trigger's element, by which the rule is indexed."""
    if not plan.trigger.codes:
        return False
    variable, kind = plan.trigger.order[0], DISCRIMINATORS[plan.trigger.collection]
    reads = [each for each in walk(node) if isinstance(each, Field | Var | TermCall | Quant)]
    return bool(reads) and all(
        (isinstance(each, Field) and each.name == kind and isinstance(each.operand, Var))
        or (isinstance(each, Var) and each.name == variable)
        for each in reads
    )


# -- what settles a formula by itself


def _truth(value: Any) -> bool | None:
    """True, false, or None: unknown, or a failure."""
    return value if isinstance(value, bool) else None


def _value(shape: Shape, values: Sequence[bool | None]) -> bool | None:
    """Kleene's value of a shape."""
    if not shape.op:
        return values[shape.part]
    found = [_value(each, values) for each in shape.shapes]
    if shape.op == "not":
        return None if found[0] is None else not found[0]
    if shape.op == "if":
        chosen = found[1:] if found[0] is None else [found[1] if found[0] else found[2]]
        return chosen[0] if len(set(chosen)) == 1 else None
    deciding = shape.op == "or"
    if deciding in found:
        return deciding
    return None if None in found else not deciding


def _settling(shape: Shape, values: Sequence[bool | None]) -> Iterator[int]:
    """The parts on each of which alone the value of the shape hangs."""
    if not shape.op:
        yield shape.part
        return
    if shape.op == "not":
        yield from _settling(shape.shapes[0], values)
        return
    found = [_value(each, values) for each in shape.shapes]
    if shape.op == "if":
        if None not in found[1:] and found[1] != found[2]:
            yield from _settling(shape.shapes[0], values)
        if found[0] is not None:
            yield from _settling(shape.shapes[1 if found[0] else 2], values)
        return
    neutral = shape.op == "and"
    against = [number for number, value in enumerate(found) if value is not neutral]
    for number, each in enumerate(shape.shapes):
        if not against or against == [number]:
            yield from _settling(each, values)


def _begin(part: Part) -> int:
    """Where it begins in the line's text: a call stands at its bracket, a selection at its dot."""
    text = part.line.expr.text
    start = min(node.pos for node in walk(part.node))
    name = _NAME.search(text, 0, start) if text[start : start + 1] in ("(", ".") else None
    return start if name is None else name.start()


def text_of(part: Part) -> str:
    """What the part says, as it is written: nodes know where they begin, and not where they end."""
    begin = _begin(part)
    written = part.line.expr.text[begin:]
    last, depth = max(node.pos for node in walk(part.node)) - begin, 0
    for place, character in enumerate(written):
        depth += (character in "([{") - (character in ")]}")
        closed = depth < 0 or (depth == 0 and written.startswith(_AFTER, place))
        if closed and place > last:
            written = written[:place]
            break
    return " ".join(written.rstrip(" ,").split())
