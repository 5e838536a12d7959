"""Python source from typed rules.

    rules --source_of--> one module of text --compile--> r0, r1 … (rules), e0 … (effects),
                                                         m0_f_0 … (matchers), t_… (terms)

The text is deterministic, holds user text only through ``repr()``, and each of its lines maps home to the
YAML (``lines``). A rule's function is called for one element of the list that triggers it; it appends to
``hit`` the bindings that satisfy it and to ``odd`` those that known facts do not settle (an absent fact or an
evaluation error raised): the three-valued engine decides these.

``exists`` and ``all`` become functions of their own (q_1, q_2 …): a loop is faster than a generator, looks
only at the events of the types that the predicate asks for, and an element that decides wins over open ones,
as in Kleene's logic. A term with such a loop is worked out once a case for the same arguments (``c.memo``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policy.expr.tree import Field, Node, Quant, TermCall, conjuncts, free_vars, walk
from policy.program.scope import DECIDING, Loop, Scope
from policy.program.trigger import Trigger, literal_codes
from policy.program.typed import TypedCondition, TypedMatcher, TypedRule, TypedTerm
from policy.text.source import Span

MOMENTS = (
    *("start", "moment", "latest_start", "latest_moment", "earliest_start", "earliest_moment"),
    "fact_at",
)
"""Effects that are moments: what a deadline and its bounds are counted from, or end at; from when a deemed
fact counts."""

NUMBERS = ("amount_of", "amount_times", "quantity")
"""Effects that are whole numbers: what an amount is worked out from, and how many of a thing."""

EFFECTS = (
    "bearer",
    "bearer_party",
    "bearer_unit",
    "counterparty",
    "counterparty_party",
    "about",
    "concerns",
    "concerns_unit",
    *MOMENTS,
    *("fact_party", "fact_property", "fact_document", "fact_to_unit"),
    *NUMBERS,
)
"""What a rule computes for a binding, in the order of its effect function's result, which ends with ``()``:
computed effects miss no facts."""

_PIECE = 250
"""Functions that are compiled together."""


@dataclass(frozen=True, slots=True)
class Generated:
    """The module's text and, for each of its lines (from 1), where it comes from in the YAML."""

    text: str
    lines: Mapping[int, Span]

    def pieces(self) -> Iterator[str]:
        """The text in pieces of whole functions, each below as many empty lines as keep its line numbers.

        To compile a large pack in one go takes hundreds of megabytes, most of which never come back.
        """
        lines = self.text.splitlines(keepends=True)
        starts = [number for number, line in enumerate(lines) if line.startswith("def ")]
        bounds = [*starts[::_PIECE], len(lines)]
        for start, end in pairwise(bounds):
            yield "\n" * start + "".join(lines[start:end])


class _Writer:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._lines: list[str] = []
        self._spans: dict[int, Span] = {}

    def line(self, indent: int, text: str, span: Span | None = None) -> None:
        self._lines.append("    " * indent + text)
        if span is not None:
            self._spans[len(self._lines)] = span

    def loops(self, indent: int, span: Span | None) -> None:
        """Writes the functions that the expressions written so far call."""
        while loops := self.scope.loops():
            for loop in loops:
                _write_loop(self, indent, loop, span)

    def generated(self) -> Generated:
        return Generated("\n".join(self._lines) + "\n", self._spans)


def local(name: str) -> str:
    """The Python name of a rule's variable."""
    return "v_" + name


def parts_source(
    trees: Sequence[Node], names: Sequence[str], params: Mapping[str, str | int | float | bool | None]
) -> str:
    """A function ``made`` that gives a function of the case and the variables ``names`` for each tree."""
    bound = {name: local(name) for name in names}
    writer = _Writer(Scope(params))
    writer.line(0, "def made():")
    for number, tree in enumerate(trees):
        writer.line(1, f"def p{number}({', '.join(['c', *bound.values()])}):")
        writer.line(2, f"return {writer.scope.write(tree, bound)}")
        writer.loops(1, None)
    writer.line(1, f"return ({''.join(f'p{number}, ' for number in range(len(trees)))})")
    return writer.generated().text


def line_source(rule: TypedRule, params: Mapping[str, str | int | float | bool | None]) -> str:
    """``parts_source`` of every line of ``when``, then of ``unless``."""
    names = [binding.name for binding in rule.source.each]
    return parts_source([line.tree for line in (*rule.when, *rule.unless)], names, params)


def source_of(
    terms: Sequence[TypedTerm],
    rules: Sequence[tuple[TypedRule, Trigger]],
    params: Mapping[str, str | int | float | bool | None],
) -> Generated:
    """The module for the rules, in their order."""
    writer = _Writer(Scope(params))
    looping: set[str] = set()
    for term in terms:
        if _worth_remembering(term, looping):
            looping.add(term.source.name)
        _write_term(writer, term, term.source.name in looping)
    for number, (rule, trigger) in enumerate(rules):
        _write_rule(writer, number, rule, trigger)
        _write_effects(writer, number, rule)
        for group, matchers in _groups(rule):
            for position, matcher in enumerate(matchers):
                _write_matcher(writer, f"m{number}_{group}_{position}", rule, matcher)
    return writer.generated()


def _groups(rule: TypedRule) -> tuple[tuple[str, tuple[TypedMatcher, ...]], ...]:
    groups = (("f", rule.fulfilled_by), ("d", rule.discharged_by), ("v", rule.violated_by))
    return (*groups, ("c", rule.clocked)) if rule.clocked else groups


def _write_term(writer: _Writer, term: TypedTerm, looping: bool) -> None:
    """A term's function; where it is ``looping``, it remembers what another function works out."""
    name = term.source.name
    bound = {name: local(name) for name, _ in term.params}
    arguments = ", ".join(["c", *bound.values()])
    if looping:
        key = "(" + ", ".join([repr(name), *bound.values()]) + ")"
        writer.line(0, f"def t_{name}({arguments}):", term.source.span)
        writer.line(1, f"key = {key}")
        writer.line(1, "known = c.memo.get(key)")
        writer.line(1, "if known is None:", term.source.span)
        writer.line(2, f"known = c.memo[key] = w_{name}({arguments})")
        writer.line(1, "return known")
    writer.line(0, f"def {'w' if looping else 't'}_{name}({arguments}):", term.source.span)
    for condition in term.conditions:
        writer.line(1, f"if not {writer.scope.write(condition.tree, bound)}:", condition.source.expr.span)
        writer.line(2, "return False")
    writer.line(1, "return True")
    for condition in term.conditions:
        writer.loops(0, condition.source.expr.span)


def _worth_remembering(term: TypedTerm, looping: set[str]) -> bool:
    """Whether the term runs over a list, itself or in another term that does.

    Not with a double among its arguments: 0.0 and -0.0 are one key, and not one value.
    """
    nodes = [node for condition in term.conditions for node in walk(condition.tree)]
    return all(type_.kind != "double" for _, type_ in term.params) and any(
        isinstance(node, Quant) or (isinstance(node, TermCall) and node.term in looping) for node in nodes
    )


def _write_loop(writer: _Writer, indent: int, loop: Loop, span: Span | None) -> None:
    """A quantifier's function. The element that decides ends it; open ones count when none decides."""
    node, deciding = loop.node, DECIDING[loop.node.quantifier]
    types, parts = _event_types(node) if deciding else ((), _parts(node))
    tests = [writer.scope.write(part, {**loop.names, node.var: loop.var}) for part in parts]
    arguments = ", ".join(["c", *loop.names.values()])
    writer.line(indent, f"def {loop.function}({arguments}):", span)
    writer.line(indent + 1, "left = False")
    source = writer.scope.write(node.range, loop.names)
    inside = indent + 1
    if types:
        writer.line(inside, f"for kind in {types!r}:")
        inside, source = inside + 1, "c.by_type.get(kind, ())"
    writer.line(inside, f"for {loop.var} in {source}:")
    writer.line(inside + 1, "try:")
    writer.line(inside + 2, f"if {'' if deciding else 'not '}({' and '.join(tests) or 'True'}):", span)
    writer.line(inside + 3, f"return {deciding}")
    writer.line(inside + 1, "except FALLBACK:")
    if len(tests) > 1:
        writer.line(inside + 2, f"if not {loop.function}_open({arguments}, {loop.var}):", span)
        writer.line(inside + 3, "continue" if deciding else "return False")
    writer.line(inside + 2, "left = True")
    writer.line(indent + 1, "if left:", span)
    writer.line(indent + 2, "absent()")
    writer.line(indent + 1, f"return {not deciding}")
    if len(tests) > 1:
        _write_open(writer, indent, f"{loop.function}_open({arguments}, {loop.var})", tests, span)


def _write_open(
    writer: _Writer, indent: int, signature: str, tests: Sequence[str], span: Span | None
) -> None:
    """Whether a conjunction that raised stays open: it does not where one of its parts is false."""
    writer.line(indent, f"def {signature}:", span)
    for test in tests:
        writer.line(indent + 1, "try:")
        writer.line(indent + 2, f"if not {test}:", span)
        writer.line(indent + 3, "return False")
        writer.line(indent + 1, "except FALLBACK:")
        writer.line(indent + 2, "pass")
    writer.line(indent + 1, "return True")


def _parts(node: Quant) -> tuple[Node, ...]:
    return conjuncts(node.body) if node.body is not None else ()


def _event_types(node: Quant) -> tuple[tuple[str, ...], tuple[Node, ...]]:
    """The types that ``case.events.exists(e, …)`` looks for and the rest of its predicate; else no types."""
    parts = _parts(node)
    if node.range.__class__ is Field and node.range.name == "events":
        for part in parts:
            codes = literal_codes(part, node.var, "type")
            if codes:
                return tuple(sorted(codes)), tuple(other for other in parts if other is not part)
    return (), parts


def _write_rule(writer: _Writer, number: int, rule: TypedRule, trigger: Trigger) -> None:
    first = trigger.order[0]
    binding = "(" + ", ".join(local(b.name) for b in rule.source.each) + ",)"
    waiting: list[tuple[TypedCondition, bool]] = [(c, False) for c in rule.when if c not in trigger.implied]
    waiting += [(c, True) for c in rule.unless]
    writer.line(0, f"def r{number}(c, {local(first)}, hit, odd):", rule.source.span)
    paths = {b.name: b.path for b in rule.source.each}
    bound: dict[str, str] = {}
    leave = "return"
    for level, name in enumerate(trigger.order):
        indent = 1 + level
        if level:
            owner, _, attribute = paths[name].rpartition(".")
            owner_text = {"case": "c", "": "c"}.get(owner, local(owner))
            writer.line(indent - 1, f"for {local(name)} in {owner_text}.{attribute}:")
            leave = "continue"
        bound[name] = local(name)
        known = set(bound) if level + 1 < len(trigger.order) else None
        ready = [item for item in waiting if known is None or _ready(item[0], known, set(trigger.order))]
        waiting = [item for item in waiting if item not in ready]
        if ready:
            _write_tests(writer, number, indent, ready, bound, leave, trigger.order[: level + 1])
    writer.line(len(trigger.order), f"hit(({number}, {binding}))")
    writer.loops(0, rule.source.span)


def _ready(condition: TypedCondition, known: set[str], variables: set[str]) -> bool:
    return (free_vars(condition.tree) & variables) <= known


def _write_tests(
    writer: _Writer,
    number: int,
    indent: int,
    conditions: Sequence[tuple[TypedCondition, bool]],
    bound: Mapping[str, str],
    leave: str,
    prefix: Sequence[str],
) -> None:
    """The tests of one loop level. Those that fail leave it; those that stay open note the binding."""
    writer.line(indent, "try:")
    for condition, exception in conditions:
        text = writer.scope.write(condition.tree, bound)
        writer.line(indent + 1, f"if {'' if exception else 'not '}{text}:", condition.source.expr.span)
        writer.line(indent + 2, leave)
    writer.line(indent, "except FALLBACK:")
    writer.line(indent + 1, f"odd(({number}, ({', '.join(local(n) for n in prefix)},)))")
    writer.line(indent + 1, leave)


def _write_effects(writer: _Writer, number: int, rule: TypedRule) -> None:
    source = rule.source
    bound = {b.name: local(b.name) for b in source.each}
    fixed = {"bearer": repr(source.bearer.bodies), "counterparty": repr(source.counterparty.bodies)}
    fixed |= dict.fromkeys((*MOMENTS, *NUMBERS), "None")
    values = []
    for name in EFFECTS:
        if name not in rule.effects:
            values.append(fixed.get(name, "''"))
            continue
        text = writer.scope.write(rule.effects[name], bound)
        values.append(f"({text},)" if name in ("bearer", "counterparty") else text)
    writer.line(0, f"def e{number}({', '.join(['c', *bound.values()])}):", source.span)
    writer.line(1, f"return ({', '.join(values)}, ())")
    writer.loops(0, source.span)


def _write_matcher(writer: _Writer, name: str, rule: TypedRule, matcher: TypedMatcher) -> None:
    if matcher.predicate is None:
        return
    bound = {b.name: local(b.name) for b in rule.source.each} | {"done": "done"}
    writer.line(0, f"def {name}({', '.join(['c', *bound.values()])}):", rule.source.span)
    writer.line(1, f"return {writer.scope.write(matcher.predicate, bound)}")
    writer.loops(0, rule.source.span)
