"""The helpers that count, over random lists: evaluators agree, and missing facts leave nothing wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from policy.engines.conditions import settled
from policy.engines.unknowns import Failure
from policy.expr.lower import Refused
from tests.expr.facts import case_with, hidden, stated
from tests.expr.grammar import _Writer
from tests.expr.harness import ERROR, compiled, official, three, tree_of

_FORMS = (
    "nth(<Event>, <list(Event)>)",
    'nth_distinct(<Event>, <list(Event)>, "actor")',
    'nth_distinct(<Event>, <list(Event)>, "party")',
    "years_running(<list(timestamp)>, <timestamp>)",
    "size(<list(Event)>)",
)


@st.composite
def counts(draw: Callable[[Any], Any]) -> str:
    """A count compared with a small number: lists hold elements twice, or none, or are put together."""
    text = _Writer(draw).form(draw(st.sampled_from(_FORMS)), draw(st.integers(1, 2)), ())
    sign = draw(st.sampled_from(("==", "!=", "<", "<=", ">", ">=")))
    text = f"({text}) {sign} {draw(st.integers(0, 3))}"
    try:
        tree_of(text)
    except Refused:  # a list of mixed types
        assume(False)
    return text


def _verdict(value: Any) -> Any:
    found = value if value == ERROR else settled(value)
    return ERROR if isinstance(found, Failure) else found


@given(counts(), stated)
def test_every_evaluator_agrees(text: str, values: dict[str, Any]) -> None:
    case = case_with(values)
    expected = official(text, case)
    assert three(text, case) == expected
    assert compiled(text, case) == expected


@given(counts(), stated, hidden, st.lists(stated, min_size=3, max_size=3))
def test_what_is_known_holds_whatever_the_missing_facts_are(
    text: str, values: dict[str, Any], left_out: set[str], others: list[dict[str, Any]]
) -> None:
    partial = case_with(values, left_out)
    verdict = _verdict(three(text, partial))
    assert _verdict(compiled(text, partial)) == verdict
    if isinstance(verdict, tuple):
        assert verdict
        assert set(verdict) <= left_out
        return
    for other in (values, *others):
        completed = values | {path: other[path] for path in left_out}
        assert official(text, case_with(completed)) == verdict
