"""From the checked expression to our typed tree; whatever is not supported is refused here, with a code."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from linkage.expr.v1 import checked_pb2
from policy.expr.cel import MAX_LEVELS, ExprFault
from policy.expr.counting import PLACES, SAME_YEAR, WITHIN
from policy.expr.ops import (
    FAMILIES,
    LOOKUPS,
    OPS,
    ZONED_OVERLOADS,
    ZONES,
    CelError,
    add_period,
)
from policy.expr.tree import (
    BOOL,
    DURATION,
    INT,
    SCALARS,
    STRING,
    TIMESTAMP,
    Call,
    CelType,
    Const,
    Field,
    ListOf,
    Node,
    Quant,
    Quantifier,
    TermCall,
    Var,
    list_of,
    message,
)
from policy.facts.views import is_list
from policy.pack.paths import MESSAGES
from policy.pack.vocabulary import Vocabulary
from policy.time.moment import (
    LONGEST,
    NANO,
    DurationError,
    MomentError,
    parse_duration,
    parse_moment,
)

_PRIMITIVES = {1: "bool", 2: "int", 4: "double", 5: "string"}
_CONNECTIVES = {"logical_and": "and", "logical_or": "or", "logical_not": "not", "conditional": "if"}
_LITERAL_PARSERS: dict[str, tuple[Callable[[str], int], CelType]] = {
    "string_to_timestamp": (parse_moment, TIMESTAMP),
    "string_to_duration": (parse_duration, DURATION),
}
_EXAMPLES = {TIMESTAMP: "2024-03-02T09:30:00+08:00", DURATION: "24h, 30m, 10s"}
_RANGES = {
    TIMESTAMP: "0001-01-01T00:00:00Z … 9999-12-31T23:59:59.999999999Z",
    DURATION: f"-{LONGEST // 3600 // NANO}h … {LONGEST // 3600 // NANO}h",
}
_COMPARABLE = frozenset(SCALARS)


class Refused(Exception):
    """The expression uses something that is not supported; carries the fault."""

    def __init__(self, fault: ExprFault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def lower(checked: checked_pb2.CheckedExpr, vocabulary: Vocabulary) -> Node:
    """The typed tree. Raises ``Refused`` with the first unsupported construct.

    Families of codes become lists of the codes that ``vocabulary`` has in them.
    """
    return _Lowering(checked, vocabulary).node(checked.expr, 0)


def one_of(value: Node, codes: Iterable[str], pos: int = 0) -> Node:
    """``value in [codes]``."""
    items = tuple(Const(STRING, pos, code) for code in sorted(codes))
    return Call(BOOL, pos, "in_list", (value, ListOf(list_of(STRING), pos, items)))


class _Lowering:
    def __init__(self, checked: checked_pb2.CheckedExpr, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._references = checked.reference_map
        self._types = checked.type_map
        self._positions = checked.source_info.positions

    def node(self, expr: checked_pb2.Expr, depth: int) -> Node:
        if depth > MAX_LEVELS:
            raise Refused(ExprFault("LNK417", self._pos(expr), (("limit", str(MAX_LEVELS)),)))
        match expr.WhichOneof("expr_kind"):
            case "const_expr":
                return self._const(expr)
            case "ident_expr":
                return Var(
                    self._type(expr), self._pos(expr), self._references[expr.id].name or expr.ident_expr.name
                )
            case "select_expr":
                return self._select(expr, depth)
            case "call_expr":
                return self._call(expr, depth)
            case "list_expr":
                items = tuple(self.node(e, depth + 1) for e in expr.list_expr.elements)
                return ListOf(self._type(expr), self._pos(expr), items)
            case "comprehension_expr":
                return self._comprehension(expr, depth)
            case _:
                raise self._refusal(expr, "{…}")

    def _pos(self, expr: checked_pb2.Expr) -> int:
        return int(self._positions.get(expr.id, 0))

    def _refusal(self, expr: checked_pb2.Expr, what: str) -> Refused:
        return Refused(ExprFault("LNK410", self._pos(expr), (("what", what),)))

    def _type(self, expr: checked_pb2.Expr) -> CelType:
        result = _cel_type(self._types[expr.id]) if expr.id in self._types else None
        if result is None:
            raise self._refusal(expr, "dyn")
        return result

    def _const(self, expr: checked_pb2.Expr) -> Node:
        const = expr.const_expr
        kind = const.WhichOneof("constant_kind")
        if kind not in ("bool_value", "int64_value", "double_value", "string_value"):
            raise self._refusal(expr, (kind or "null").removesuffix("_value"))
        value = getattr(const, kind)
        if isinstance(value, float) and not math.isfinite(value):
            allowed = (("what", "double"), ("allowed", "-1.7e308 … 1.7e308"))
            raise Refused(ExprFault("LNK414", self._pos(expr), allowed))
        return Const(self._type(expr), self._pos(expr), value)

    def _select(self, expr: checked_pb2.Expr, depth: int) -> Node:
        select = expr.select_expr
        if select.test_only:
            raise Refused(ExprFault("LNK411", self._pos(expr), (("name", select.field),)))
        reference = self._references.get(expr.id) if expr.id in self._references else None
        if reference is not None and reference.name:
            return Var(self._type(expr), self._pos(expr), reference.name)
        operand = self.node(select.operand, depth + 1)
        if operand.type.kind != "message":
            raise self._refusal(expr, "." + select.field)
        return Field(self._type(expr), self._pos(expr), operand, select.field)

    def _call(self, expr: checked_pb2.Expr, depth: int) -> Node:
        call = expr.call_expr
        overloads = self._references[expr.id].overload_id
        overload = overloads[0] if len(overloads) == 1 else ""
        parts = ([call.target] if call.HasField("target") else []) + list(call.args)
        pos = self._pos(expr)
        if overload in _LITERAL_PARSERS:
            return self._literal(expr, overload, parts)
        args = tuple(self.node(part, depth + 1) for part in parts)
        if overload in _CONNECTIVES:
            return _flattened(_CONNECTIVES[overload], self._type(expr), pos, args)
        if overload.startswith("lookup_") and call.function in LOOKUPS:
            return Call(self._type(expr), pos, overload, args)
        if overload.startswith("term_"):
            return TermCall(BOOL, pos, call.function, args)
        if overload in FAMILIES:
            return self._family(overload, pos, *args)
        if overload == SAME_YEAR:
            return Call(BOOL, pos, "equals", tuple(_year(moment) for moment in args))
        if overload == WITHIN:
            self._check_arguments(expr, "add_period", (args[0], args[2]))
            return _within(pos, *args)
        if overload not in OPS:
            raise self._refusal(expr, call.function.strip("_@"))
        self._check_arguments(expr, overload, args)
        return Call(self._type(expr), pos, overload, args)

    def _family(self, function: str, pos: int, value: Node, name: Node) -> Node:
        """Membership in a family, which is named by a literal: it could not be checked otherwise."""
        section = FAMILIES[function][0]
        allowed = tuple(self._vocabulary.codes(section))
        if not isinstance(name, Const):
            said = (
                ("what", f"{function}(…, ?)"),
                ("allowed", ", ".join(f'"{code}"' for code in allowed[:3])),
            )
            raise Refused(ExprFault("LNK414", name.pos, said))
        family = str(name.value)
        if family not in allowed:
            args = (("name", family), ("section", section))
            raise Refused(ExprFault("LNK412", name.pos, args, allowed))
        organs = function == "of_body"
        return one_of(
            value, self._vocabulary.organs(family) if organs else self._vocabulary.members(family), pos
        )

    def _check_arguments(self, expr: checked_pb2.Expr, overload: str, args: tuple[Node, ...]) -> None:
        if overload in ("equals", "not_equals") and any(a.type.kind not in _COMPARABLE for a in args):
            raise self._refusal(expr, f"{args[0].type} == {args[1].type}")
        if overload in ("equals", "not_equals") and args[0].type != args[1].type:
            raise self._refusal(expr, f"{args[0].type} == {args[1].type}")
        if overload == "in_list" and args[0].type.kind not in _COMPARABLE:
            raise self._refusal(expr, f"{args[0].type} in list")
        if overload in ZONED_OVERLOADS and not (isinstance(args[1], Const) and args[1].value in ZONES):
            raise Refused(
                ExprFault("LNK414", args[1].pos, (("what", "time zone"), ("allowed", ", ".join(ZONES))))
            )
        if overload in PLACES and len(args) > 2:
            self._check_field(args[0].type.name, args[2])
        if overload == "add_period" and isinstance(args[1], Const):
            try:
                add_period(0, str(args[1].value))
            except CelError as error:
                allowed = (("what", "period"), ("allowed", "24 hours, 10 days, 3 months, 1 years"))
                raise Refused(ExprFault("LNK414", args[1].pos, allowed)) from error

    @staticmethod
    def _check_field(name: str, field: Node) -> None:
        """The field whose values are told apart is a literal, the name of a text of the message."""
        texts = [one.name for one in MESSAGES[name].fields if one.cpp_type == one.CPPTYPE_STRING]
        allowed = [one for one in texts if not is_list(MESSAGES[name].fields_by_name[one])]
        if not isinstance(field, Const) or field.value not in allowed:
            said = (("what", "nth_distinct(…, …, ?)"), ("allowed", ", ".join(allowed)))
            raise Refused(ExprFault("LNK414", field.pos, said))

    def _literal(self, expr: checked_pb2.Expr, overload: str, parts: list[checked_pb2.Expr]) -> Node:
        parse, type_ = _LITERAL_PARSERS[overload]
        argument = parts[0]
        if argument.WhichOneof("expr_kind") != "const_expr":
            raise self._refusal(expr, f"{type_}(…)")
        try:
            return Const(type_, self._pos(expr), parse(argument.const_expr.string_value))
        except (MomentError, DurationError) as error:
            code, allowed = "LNK414", _EXAMPLES[type_]
            if error.reason == "out_of_range":
                code, allowed = "LNK431", _RANGES[type_]
            args = (("what", str(type_)), ("allowed", allowed))
            raise Refused(ExprFault(code, self._pos(argument), args)) from error

    def _comprehension(self, expr: checked_pb2.Expr, depth: int) -> Node:
        comp = expr.comprehension_expr
        range_ = self.node(comp.iter_range, depth + 1)
        if range_.type.kind != "list" or comp.iter_var2:
            raise self._refusal(expr, "comprehension over " + str(range_.type))
        quantifier, body, mapped = self._macro(comp, expr)
        return Quant(
            self._type(expr),
            self._pos(expr),
            quantifier,
            comp.iter_var,
            range_,
            self.node(body, depth + 1) if body is not None else None,
            self.node(mapped, depth + 1) if mapped is not None else None,
        )

    def _macro(
        self, comp: checked_pb2.Expr.Comprehension, expr: checked_pb2.Expr
    ) -> tuple[Quantifier, checked_pb2.Expr | None, checked_pb2.Expr | None]:
        """Which macro the comprehension was, told from its loop step (the specification's expansions)."""
        step = comp.loop_step.call_expr
        match step.function:
            case "_||_":
                return Quantifier.EXISTS, step.args[1], None
            case "_&&_":
                return Quantifier.ALL, step.args[1], None
            case "_+_":
                return Quantifier.MAP, None, _appended(step)
            case "_?_:_":
                grown = step.args[1].call_expr
                if comp.accu_init.WhichOneof("expr_kind") == "const_expr":
                    return Quantifier.EXISTS_ONE, step.args[0], None
                appended = _appended(grown)
                if appended.ident_expr.name == comp.iter_var:
                    return Quantifier.FILTER, step.args[0], None
                return Quantifier.MAP, step.args[0], appended
        raise self._refusal(expr, "comprehension")


def _year(moment: Node) -> Node:
    zone = Const(STRING, moment.pos, ZONES[0])
    return Call(INT, moment.pos, "timestamp_to_year_with_tz", (moment, zone))


def _within(pos: int, start: Node, moment: Node, period: Node) -> Node:
    """``moment`` lies in the period that runs from ``start``."""
    over = Call(TIMESTAMP, pos, "add_period", (start, period))
    begun = Call(BOOL, pos, "less_equals_timestamp", (start, moment))
    return Call(BOOL, pos, "and", (begun, Call(BOOL, pos, "less_equals_timestamp", (moment, over))))


def _appended(call: checked_pb2.Expr.Call) -> checked_pb2.Expr:
    return call.args[1].list_expr.elements[0]


def _flattened(op: str, type_: CelType, pos: int, args: tuple[Node, ...]) -> Node:
    """``a && b && c`` as one node, so that chains do not nest."""
    if op not in ("and", "or"):
        return Call(type_, pos, op, args)
    flat: list[Node] = []
    for arg in args:
        if isinstance(arg, Call) and arg.op == op:
            flat.extend(arg.args)
        else:
            flat.append(arg)
    return Call(type_, pos, op, tuple(flat))


def _cel_type(type_: checked_pb2.Type) -> CelType | None:
    match type_.WhichOneof("type_kind"):
        case "primitive":
            return SCALARS.get(_PRIMITIVES.get(type_.primitive, ""))
        case "well_known":
            return {2: TIMESTAMP, 3: DURATION}.get(type_.well_known)
        case "message_type":
            return message(type_.message_type.rsplit(".", 1)[-1])
        case "list_type":
            elem = _cel_type(type_.list_type.elem_type)
            return list_of(elem) if elem is not None else None
        case _:
            return None
