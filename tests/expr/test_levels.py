"""How deep an expression may nest: the page's number holds for every shape, and the message names it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.expr.cel import MAX_LEVELS
from tests.expr.harness import ENVIRONMENT, case_of, compiled, official, three, tree_of
from tests.lab import faults_of

_CASE = case_of(
    events=[{"id": "e1", "type": "x", "at": "2024-03-02T09:30:00Z"}],
    parties=[{"id": "p1", "role": "debtor", "traits": ["member"]}],
    attributes={"n": {"intValue": "3"}, "pilot": {"boolValue": True}},
)


@st.composite
def _conditions(draw: st.DrawFn, levels: int) -> str:
    """A condition that has as many levels, as the page counts them."""
    if levels <= 3:
        return draw(st.sampled_from(["true", "attr.pilot", "attr.n > 2"][:levels]))
    forms = [
        (1, "({0})"),
        (2, "!({0})"),
        (2, "({0} && attr.pilot)"),
        (2, "attr.pilot || ({0})"),
        (1, "attr.pilot ? attr.pilot : {0}"),
        (2, "({0}) == attr.pilot"),
        (2, "({0}) in [attr.pilot]"),
    ]
    if levels > 8:
        forms += [(3, "case.events.exists({1}, {0})"), (3, "case.events.all({1}, {0})")]
        forms += [(5, "case.events.filter({1}, {0}).size() > 0")]
    deeper, form = draw(st.sampled_from(forms))
    return form.format(draw(_conditions(levels - deeper)), f"q{levels}")


@given(_conditions(MAX_LEVELS))
def test_what_has_no_more_levels_loads_and_is_decided_alike(text: str) -> None:
    tree_of(text)
    assert compiled(text, _CASE) == three(text, _CASE) == official(text, _CASE)


def _ladder(rungs: int) -> str:
    return "".join(f"attr.n == {n} ? {n} : " for n in range(rungs)) + "0"


_MOST = {
    "brackets": "(" * 30 + "attr.pilot" + ")" * 30,
    "sum": "attr.n" + " + 1" * 29 + " > 0",
    "ladder": f"({_ladder(27)}) > 2",
    "not": "!(" * 15 + "attr.pilot" + ")" * 15,
    "conjunction": " && ".join(["attr.pilot"] * 200),
    "quantifiers": "".join(f"[0].exists(q{n}, " for n in range(10)) + "attr.pilot" + ")" * 10,
}


@pytest.mark.parametrize("shape", _MOST)
def test_the_most_that_the_page_allows(shape: str) -> None:
    assert faults_of({"r": _MOST[shape].replace("attr.pilot", "attr.b")}) == []
    assert compiled(_MOST[shape], _CASE) == three(_MOST[shape], _CASE) == official(_MOST[shape], _CASE)


_TOO_MUCH = {
    "brackets": "(" * 33 + "attr.pilot" + ")" * 33,
    "sum": "attr.n" + " + 1" * 31 + " > 0",
    "ladder": f"({_ladder(31)}) > 5",
    "quantifiers": "".join(f"case.events.exists(q{n}, " for n in range(30)) + "attr.pilot" + ")" * 30,
}


@pytest.mark.parametrize("shape", _TOO_MUCH)
def test_what_is_beyond_is_refused_with_the_number(shape: str) -> None:
    checked, faults = ENVIRONMENT.check(_TOO_MUCH[shape])
    assert checked is None
    assert {(fault.code, fault.args) for fault in faults} == {("LNK417", (("limit", "32"),))}
