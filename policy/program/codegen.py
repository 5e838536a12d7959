"""Python source from typed rules.

    rules --source_of--> one module of text --compile--> r0, r1 … (rules), e0 … (effects),
                                                         m0_f_0 … (matchers), t_… (terms)

The text is deterministic, holds user text only through ``repr()``, and each of its lines maps home to the
YAML (``lines``). A rule's function is called for one element of the list that triggers it; it appends to
``hit`` the bindings that satisfy it and to ``odd`` those that known facts do not settle (an absent fact or an
evaluation error raised): the three-valued engine decides these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policy.expr.ops import LOOKUPS, OPS
from policy.expr.tree import Call, Const, Field, ListOf, Node, Quant, Quantifier, TermCall, Var, free_vars
from policy.program.trigger import Trigger
from policy.program.typed import TypedCondition, TypedMatcher, TypedRule, TypedTerm
from policy.source import Span

EFFECTS = (
    "bearer",
    "bearer_party",
    "bearer_unit",
    "counterparty",
    "counterparty_party",
    "about",
    "start",
    "moment",
)
"""What a rule computes for a binding, in the order of its effect function's result."""

_QUANTIFIERS = {
    Quantifier.EXISTS: "any({body} for {var} in {range})",
    Quantifier.ALL: "all({body} for {var} in {range})",
    Quantifier.EXISTS_ONE: "(sum(1 for {var} in {range} if {body}) == 1)",
    Quantifier.FILTER: "[{var} for {var} in {range} if {body}]",
    Quantifier.MAP: "[{mapped} for {var} in {range}]",
}


@dataclass(frozen=True, slots=True)
class Generated:
    """The module's text and, for each of its lines (from 1), where it comes from in the YAML."""

    text: str
    lines: Mapping[int, Span]


class Scope:
    """Python text for the variables of an expression."""

    def __init__(self, params: Mapping[str, str | int | float | bool | None]) -> None:
        self._params = params
        self._counter = 0

    def write(self, node: Node, bound: Mapping[str, str]) -> str:
        """The Python expression; ``bound`` gives the Python names of local variables."""
        match node:
            case Const(value=value):
                return repr(value)
            case Var(name=name):
                return self._variable(name, bound)
            case Field(operand=operand, name=name):
                return f"{self.write(operand, bound)}.{name}"
            case Call(op=op, args=args):
                return self._call(op, args, bound)
            case TermCall(term=term, args=args):
                return f"t_{term}({', '.join(['c', *(self.write(a, bound) for a in args)])})"
            case ListOf(items=items):
                inner = ", ".join(self.write(item, bound) for item in items)
                return f"({inner},)" if items else "()"
            case Quant():
                return self._quant(node, bound)
            case _:
                raise AssertionError(node)

    def _variable(self, name: str, bound: Mapping[str, str]) -> str:
        if name in bound:
            return bound[name]
        if name.startswith("attr."):
            return f"c.attrs[{name.removeprefix('attr.')!r}]"
        if name.startswith("param."):
            value = self._params[name.removeprefix("param.")]
            return "absent()" if value is None else repr(value)
        return "c" if name == "case" else f"c.{name}"

    def _call(self, op: str, args: tuple[Node, ...], bound: Mapping[str, str]) -> str:
        texts = [self.write(arg, bound) for arg in args]
        if op in ("and", "or"):
            return "(" + f" {op} ".join(texts) + ")"
        if op == "not":
            return f"(not {texts[0]})"
        if op == "if":
            return f"({texts[1]} if {texts[0]} else {texts[2]})"
        if op == "in_list" and args[0].type.kind == "double":
            return f"in_list({texts[0]}, {texts[1]})"  # Python's ``in`` would find NaN
        if op.startswith("lookup_"):
            return f"c.index[{LOOKUPS[op.removeprefix('lookup_')][1]!r}][{texts[0]}]"
        return OPS[op].source.format(*texts)

    def _quant(self, node: Quant, bound: Mapping[str, str]) -> str:
        self._counter += 1
        var = f"q{self._counter}"
        inner = {**bound, node.var: var}
        template = _QUANTIFIERS[node.quantifier]
        if node.quantifier is Quantifier.MAP and node.body is not None:
            template = template.removesuffix("]") + " if {body}]"
        return template.format(
            var=var,
            range=self.write(node.range, bound),
            body=self.write(node.body, inner) if node.body is not None else "",
            mapped=self.write(node.mapped, inner) if node.mapped is not None else "",
        )


class _Writer:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._lines: list[str] = []
        self._spans: dict[int, Span] = {}

    def line(self, indent: int, text: str, span: Span | None = None) -> None:
        self._lines.append("    " * indent + text)
        if span is not None:
            self._spans[len(self._lines)] = span

    def generated(self) -> Generated:
        return Generated("\n".join(self._lines) + "\n", self._spans)


def local(name: str) -> str:
    """The Python name of a rule's variable."""
    return "v_" + name


def part_source(
    tree: Node, names: Sequence[str], params: Mapping[str, str | int | float | bool | None]
) -> str:
    """A function of the case and the variables ``names``: the value of one sub-expression."""
    bound = {name: local(name) for name in names}
    return f"lambda {', '.join(['c', *bound.values()])}: {Scope(params).write(tree, bound)}"


def line_source(rule: TypedRule, params: Mapping[str, str | int | float | bool | None]) -> str:
    """A tuple of functions of the case and the elements: one a line of ``when``, then of ``unless``."""
    names = [binding.name for binding in rule.source.each]
    lines = (*rule.when, *rule.unless)
    return "(" + "".join(f"{part_source(line.tree, names, params)}, " for line in lines) + ")"


def source_of(
    terms: Sequence[TypedTerm],
    rules: Sequence[tuple[TypedRule, Trigger]],
    params: Mapping[str, str | int | float | bool | None],
) -> Generated:
    """The module for the rules, in their order."""
    writer = _Writer(Scope(params))
    for term in terms:
        _write_term(writer, term)
    for number, (rule, trigger) in enumerate(rules):
        _write_rule(writer, number, rule, trigger)
        _write_effects(writer, number, rule)
        for group, matchers in _groups(rule):
            for position, matcher in enumerate(matchers):
                _write_matcher(writer, f"m{number}_{group}_{position}", rule, matcher)
    return writer.generated()


def _groups(rule: TypedRule) -> tuple[tuple[str, tuple[TypedMatcher, ...]], ...]:
    return (("f", rule.fulfilled_by), ("d", rule.discharged_by), ("v", rule.violated_by))


def _write_term(writer: _Writer, term: TypedTerm) -> None:
    bound = {name: local(name) for name, _ in term.params}
    writer.line(0, f"def t_{term.source.name}({', '.join(['c', *bound.values()])}):", term.source.span)
    for condition in term.conditions:
        writer.line(1, f"if not {writer.scope.write(condition.tree, bound)}:", condition.source.expr.span)
        writer.line(2, "return False")
    writer.line(1, "return True")


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
    fixed |= {"start": "None", "moment": "None"}
    values = []
    for name in EFFECTS:
        if name not in rule.effects:
            values.append(fixed.get(name, "''"))
            continue
        text = writer.scope.write(rule.effects[name], bound)
        values.append(f"({text},)" if name in ("bearer", "counterparty") else text)
    writer.line(0, f"def e{number}({', '.join(['c', *bound.values()])}):", source.span)
    writer.line(1, f"return ({', '.join(values)})")


def _write_matcher(writer: _Writer, name: str, rule: TypedRule, matcher: TypedMatcher) -> None:
    if matcher.predicate is None:
        return
    bound = {b.name: local(b.name) for b in rule.source.each} | {"done": "done"}
    writer.line(0, f"def {name}({', '.join(['c', *bound.values()])}):", rule.source.span)
    writer.line(1, f"return {writer.scope.write(matcher.predicate, bound)}")
