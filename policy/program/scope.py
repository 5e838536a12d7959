"""Python text for expressions: a tree becomes one expression, its quantifiers loops to be written beside it.

    Node --Scope.write--> text, Loop …

Case, parameters and the district's own facts are read from ``c``, the case view. What facts do not state
raises (``build.FALLBACK``) when the text is run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policy.expr.ops import LOOKUPS, OPS
from policy.expr.tree import Call, Const, Field, ListOf, Node, Quant, Quantifier, TermCall, Var, free_vars

DECIDING = {Quantifier.EXISTS: True, Quantifier.ALL: False}
"""The quantifiers that one element can decide, and how."""

_QUANTIFIERS = {
    Quantifier.EXISTS_ONE: "(sum(1 for {var} in {range} if {body}) == 1)",
    Quantifier.FILTER: "[{var} for {var} in {range} if {body}]",
    Quantifier.MAP: "[{mapped} for {var} in {range}]",
}


@dataclass(frozen=True, slots=True)
class Loop:
    """A function still to be written: a quantifier over ``names`` (and their Python names)."""

    function: str
    node: Quant
    names: Mapping[str, str]
    var: str


class Scope:
    """Python text for the variables of an expression."""

    def __init__(self, params: Mapping[str, str | int | float | bool | None]) -> None:
        self._params = params
        self._counter = 0
        self._loops: list[Loop] = []

    def loops(self) -> list[Loop]:
        """The loops that what was written since the last call needs."""
        loops, self._loops = self._loops, []
        return loops

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
        if node.quantifier in DECIDING:
            names = {name: bound[name] for name in sorted(free_vars(node)) if name in bound}
            self._loops.append(Loop(f"q_{self._counter}", node, names, var))
            return f"q_{self._counter}({', '.join(['c', *names.values()])})"
        template = _QUANTIFIERS[node.quantifier]
        if node.quantifier is Quantifier.MAP and node.body is not None:
            template = template.removesuffix("]") + " if {body}]"
        return template.format(
            var=var,
            range=self.write(node.range, bound),
            body=self.write(node.body, inner) if node.body is not None else "",
            mapped=self.write(node.mapped, inner) if node.mapped is not None else "",
        )
