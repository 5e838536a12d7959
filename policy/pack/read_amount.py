"""Amounts and numbers of things of a rule."""

from __future__ import annotations

import re
from collections.abc import Callable

from policy.money import MoneyError, Share, fen_of
from policy.money.amount import HOW
from policy.pack.amount import AmountRule, Figure, Quantity, TierFigures
from policy.pack.draft import PackReader
from policy.pack.model import Expression, Text
from policy.pack.reader import Reader, Schema
from policy.text import nodes
from policy.text.diagnostics import Words
from policy.text.nodes import Node
from policy.text.source import Span

_WHAT = Words("金额", "an amount")
_FORMS = ("fixed", "share", "tiers")
_REST = ("floor", "cap", "basis", "provenance")
_SCHEMAS = {
    "fixed": Schema(_WHAT, ("fixed",), ("times", *_REST)),
    "share": Schema(_WHAT, ("share", "of", "round"), _REST),
    "tiers": Schema(_WHAT, ("tiers", "by", "of", "round"), _REST),
    "": Schema(_WHAT, (), _REST),
}
_TIER = Schema(Words("一档", "a tier"), (), ("up_to", "share", "fixed"))
_ROUND = Schema(Words("舍入", "a rounding"), ("to", "how"), ("basis", "provenance"))
_BASE = Schema(Words("计算基数", "a base"), ("expr",), ("means",))
_FIGURE = Schema(Words("数额", "a number"), ("value",), ("basis", "provenance"))
_PARAM = Schema(Words("参数", "a parameter"), ("param",))
_QUANTITY = Schema(
    Words("数量", "a number of things"),
    ("of",),
    ("unit", "count", "at_least", "at_most", "basis", "provenance"),
)
_COMPUTED = Schema(Words("数量", "a number of things"), ("expr",))
_HOW = {"half_up": "四舍五入", "half_even": "四舍六入五成双", "down": "舍去", "up": "进位"}
_COUNT = re.compile(r"[1-9][0-9]{0,8}")
_A_COUNT = Words("正整数", "a positive integer")

Value = Callable[[PackReader, Node], int | Share | None]


def read_money(reader: Reader, node: Node | None) -> int | None:
    """A sum in fen, such as ``5000元``."""
    found = reader.scalar(node)
    if found is None:
        return None
    try:
        return fen_of(found.text)
    except MoneyError as error:
        reader.faults.add("LNK230", found.span, reason=Words(error.text("zh"), error.text("en")))
        return None


def read_share(reader: Reader, node: Node | None) -> Share | None:
    """A share, such as ``1%`` or ``百分之一``."""
    found = reader.scalar(node)
    if found is None:
        return None
    try:
        return Share.parse(found.text)
    except MoneyError as error:
        reader.faults.add("LNK230", found.span, reason=Words(error.text("zh"), error.text("en")))
        return None


def _count(reader: Reader, node: Node | None) -> int | None:
    found = reader.scalar(node)
    if found is None:
        return None
    if found.style != "plain" or not _COUNT.fullmatch(found.text):
        reader.mistyped(found, _A_COUNT)
        return None
    return int(found.text)


def read_amount(reader: PackReader, node: Node | None, rule_basis: tuple[str, ...]) -> AmountRule | None:
    """The key ``amount`` of a rule; without a basis of its own that of the rule counts."""
    if node is None or isinstance(node, nodes.Refused):
        return None
    if not isinstance(node, nodes.Mapping):
        reader.fields(node, _SCHEMAS["fixed"])  # says that it is no map, and what to write
        return None
    keys = [key.text for key, _ in node.entries]
    forms = [key for key in keys if key in _FORMS]
    if len(forms) > 1 or not (forms or "floor" in keys or "cap" in keys):
        reader.faults.add("LNK231", node.span, found=", ".join(forms) or Words("都没有", "none of them"))
        return None
    found = reader.fields(node, _SCHEMAS[forms[0] if forms else ""])
    if found is None:
        return None
    basis, provenance = reader.origin(found, _WHAT, node.span, needed="basis" in found)
    of, means = _base(reader, found.get("of"))
    round_to, round_how = _rounding(reader, found.get("round"))
    amount = AmountRule(
        span=node.span,
        basis=basis,
        provenance=provenance,
        fixed=_money(reader, found.get("fixed")),
        share=_figure(reader, found.get("share"), read_share, "share"),
        tiers=_tiers(reader, found.get("tiers")),
        whole=reader.choice(found.get("by"), ("part", "whole")) == "whole",
        of=of,
        of_means=means,
        times=reader.expression(found.get("times")),
        round_to=round_to,
        round_how=round_how,
        floor=_money(reader, found.get("floor")),
        cap=_money(reader, found.get("cap")),
    )
    _check_bounds(reader, amount, found)
    _check_origin(reader, (*amount.figures(),), provenance, rule_basis, node.span, _WHAT)
    complete = all(getattr(amount, form) for form in forms) and (of is not None) == ("of" in found)
    return amount if complete else None


def read_quantities(
    reader: PackReader, node: Node | None, rule_basis: tuple[str, ...]
) -> tuple[Quantity, ...]:
    """The key ``quantities`` of a rule."""
    found = reader.each(reader.one_or_more(node), lambda item: _quantity(reader, item, rule_basis))
    computed = [quantity for quantity in found if quantity.expr is not None]
    if len(computed) > 1:
        reader.faults.add("LNK562", computed[1].span)
    return found


def _quantity(reader: PackReader, node: Node, rule_basis: tuple[str, ...]) -> Quantity | None:
    found = reader.fields(node, _QUANTITY)
    if found is None:
        return None
    bounded = "at_least" in found or "at_most" in found
    if bounded == ("count" in found):
        reader.faults.add("LNK563", node.span)
        return None
    basis, provenance = reader.origin(found, _QUANTITY.what, node.span, needed="basis" in found)
    of, unit = reader.text(found.get("of")), reader.string(found.get("unit")) or ""
    expr = _computed(reader, found.get("count"))
    count = None if expr else _figure(reader, found.get("count"), _count, "int")
    at_least, at_most = (_figure(reader, found.get(key), _count, "int") for key in ("at_least", "at_most"))
    figures = [figure for figure in (count, at_least, at_most) if figure is not None]
    if of is None or not (figures or expr):
        return None
    values = [figure.value for figure in (at_least, at_most) if figure is not None]
    if (
        len(values) == 2
        and isinstance(values[0], int)
        and isinstance(values[1], int)
        and values[0] > values[1]
    ):
        reader.faults.add("LNK561", found["at_most"].span)
    _check_origin(reader, tuple(figures), provenance, rule_basis, node.span, _QUANTITY.what)
    return Quantity(node.span, of, unit, basis, provenance, count, expr, at_least, at_most)


def _computed(reader: PackReader, node: Node | None) -> Expression | None:
    """``{expr: …}``: how many the facts say."""
    if not isinstance(node, nodes.Mapping) or not any(key.text == "expr" for key, _ in node.entries):
        return None
    return reader.expression((reader.fields(node, _COMPUTED) or {}).get("expr"))


def _base(reader: PackReader, node: Node | None) -> tuple[Expression | None, Text | None]:
    """An expression, alone or with what it means."""
    if isinstance(node, nodes.Mapping):
        found = reader.fields(node, _BASE) or {}
        return reader.expression(found.get("expr")), reader.text(found.get("means"))
    return reader.expression(node), None


def _rounding(reader: PackReader, node: Node | None) -> tuple[Figure | None, str]:
    if node is None:
        return None, ""
    found = reader.fields(node, _ROUND) or {}
    basis, provenance = reader.origin(found, _ROUND.what, node.span, needed="basis" in found)
    to, how = read_money(reader, found.get("to")), reader.choice(found.get("how"), HOW, _HOW)
    if not to or not how:
        if to == 0:
            reader.mistyped(found["to"], Words("大于 0 的金额", "a sum above 0"))
        return None, ""
    return Figure(to, "", basis, provenance), how


def _tiers(reader: PackReader, node: Node | None) -> tuple[TierFigures, ...]:
    items = reader.items(node)
    tiers = reader.each(items, lambda item: _tier(reader, item))
    bounds = [tier.up_to for tier in tiers]
    known = [bound.value for bound in bounds if bound is not None and isinstance(bound.value, int)]
    if None in bounds[:-1] or known != sorted(set(known)) or 0 in known:
        reader.faults.add("LNK560", items[0].span)
        return ()
    return tiers if len(tiers) == len(items) else ()


def _tier(reader: PackReader, node: Node) -> TierFigures | None:
    found = reader.fields(node, _TIER)
    if found is None:
        return None
    if ("share" in found) == ("fixed" in found):
        reader.faults.add("LNK231", node.span, found=_list(found) or Words("都没有", "none of them"))
        return None
    up_to, fixed = _money(reader, found.get("up_to")), _money(reader, found.get("fixed"))
    share = _figure(reader, found.get("share"), read_share, "share")
    if ("up_to" in found and up_to is None) or (share is None and fixed is None):
        return None
    return TierFigures(up_to, share, fixed)


def _list(found: dict[str, Node]) -> str:
    return ", ".join(key for key in ("fixed", "share") if key in found)


def _money(reader: PackReader, node: Node | None) -> Figure | None:
    return _figure(reader, node, read_money, "money")


def _figure(reader: PackReader, node: Node | None, read: Value, type_: str) -> Figure | None:
    """A number as it stands, ``{value, basis}``, ``{value, provenance: local}`` or ``{param: NAME}``."""
    if not isinstance(node, nodes.Mapping):
        value = None if node is None else read(reader, node)
        return None if value is None else Figure(value)
    if any(key.text == "param" for key, _ in node.entries):
        return _parameter(reader, node, type_)
    found = reader.fields(node, _FIGURE) or {}
    basis, provenance = reader.origin(found, _FIGURE.what, node.span)
    value = read(reader, found["value"]) if "value" in found else None
    return None if value is None else Figure(value, "", basis, provenance)


def _parameter(reader: PackReader, node: nodes.Mapping, type_: str) -> Figure | None:
    given = (reader.fields(node, _PARAM) or {}).get("param")
    name = reader.refer("parameter", "LNK305", given)
    parameter = reader.draft.parameters.get(name or "")
    if name and given and parameter and parameter.type != type_:
        reader.faults.add("LNK564", given.span, name=name, type=parameter.type, expected=type_)
        return None
    return Figure(None, name) if name else None


def _check_bounds(reader: PackReader, amount: AmountRule, found: dict[str, Node]) -> None:
    floor, cap = (figure.value if figure else None for figure in (amount.floor, amount.cap))
    if isinstance(floor, int) and isinstance(cap, int) and floor > cap:
        reader.faults.add("LNK561", found["cap"].span)


def _check_origin(
    reader: PackReader,
    figures: tuple[Figure, ...],
    provenance: str,
    rule_basis: tuple[str, ...],
    span: Span,
    what: Words,
) -> None:
    """Every number comes from somewhere: itself, the amount, or the rule (LNK503)."""
    bare = any(not figure.param and not figure.provenance for figure in figures)
    if bare and not provenance and not rule_basis:
        reader.faults.add("LNK503", span, what=what)
