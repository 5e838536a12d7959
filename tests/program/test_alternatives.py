"""Alternatives of conditions as typed trees: their own, and those of the terms that a line calls."""

from __future__ import annotations

from policy.expr.tree import (
    BOOL,
    STRING,
    Call,
    Const,
    Field,
    Node,
    Quant,
    Quantifier,
    Var,
    free_vars,
    list_of,
    message,
    substituted,
)
from policy.program import PackProgram
from tests.loading import FORMS, loaded

_EVENT = message("Event")


def _program() -> PackProgram:
    (program,) = loaded(FORMS)[0].districts["hexi"].programs
    return program


def test_a_line_is_the_disjunction_of_its_alternatives() -> None:
    line = _program().by_rule["hexi.list.post"].typed.when[1]
    assert isinstance(line.tree, Call)
    assert line.tree.op == "or"
    assert [part.source.means.zh for part in line.alternatives] == ["是被执行人", "是银行"]
    assert line.source.means.zh == "是被执行人；或是银行"


def test_a_line_that_calls_a_term_offers_the_terms_alternatives_with_its_arguments() -> None:
    (line,) = _program().by_rule["hexi.police.notify"].typed.when
    assert [part.source.basis for part in line.alternatives] == [("1",), ("2",)]
    assert [free_vars(part.tree) for part in line.alternatives] == [{"act"}, {"act"}]


def test_a_rule_may_leave_its_basis_to_its_alternatives() -> None:
    assert _program().by_rule["hexi.police.notify"].rule.basis == ()


def _id(node: Node) -> Node:
    return Field(STRING, 0, node, "id")


def _equal(one: Node, other: Node) -> Node:
    return Call(BOOL, 0, "equals", (one, other))


def test_an_argument_is_not_caught_by_a_variable_of_a_comprehension() -> None:
    e, x = Var(_EVENT, 0, "e"), Var(_EVENT, 0, "x")
    events = Field(list_of(_EVENT), 0, Var(message("Case"), 0, "case"), "events")
    inner = Quant(BOOL, 0, Quantifier.EXISTS, "e", events, _equal(_id(e), _id(x)), None)
    found = substituted(inner, {"x": e})
    assert isinstance(found, Quant)
    assert found.var == "e_"
    assert found.body == _equal(_id(Var(_EVENT, 0, "e_")), _id(e))
    assert free_vars(found) == {"case", "e"}


def test_what_a_comprehension_binds_is_not_replaced() -> None:
    e = Var(_EVENT, 0, "e")
    events = Field(list_of(_EVENT), 0, Var(message("Case"), 0, "case"), "events")
    inner = Quant(BOOL, 0, Quantifier.EXISTS, "e", events, _equal(_id(e), Const(STRING, 0, "a")), None)
    assert substituted(inner, {"e": Var(_EVENT, 0, "y")}) == inner
