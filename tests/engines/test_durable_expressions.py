"""Generated conditions on durable-rules: it says true and false exactly where three-valued logic does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.engines.durable import Durable
from policy.engines.durable.book import Book
from policy.engines.durable.inquiry import Ask, Inquiry
from policy.engines.three import Evaluator, Ref
from tests.expr.harness import tree_of, view_of
from tests.expr.test_properties import BOOLS, INTS, STRINGS, booleans, stated

pytest.importorskip("durable_rules_engine", reason="durable-rules is not installed")

_FACTS = st.fixed_dictionaries(
    {path: st.booleans() for path in BOOLS}
    | {path: st.integers(-3, 3) for path in INTS}
    | {path: st.sampled_from(["court", "x"]) for path in STRINGS}
)
_HIDDEN = st.sets(st.sampled_from(sorted([*BOOLS, *INTS, *STRINGS])))


@given(texts=st.lists(booleans, min_size=1, max_size=12), values=_FACTS, hidden=_HIDDEN)
def test_it_says_what_three_valued_logic_says(
    engine: Durable, texts: list[str], values: dict[str, Any], hidden: set[str]
) -> None:
    view = view_of(stated(values, hidden))
    three = Evaluator(view, {}, {})
    elements = (Ref(view.events[0]), Ref(view.parties[0]))
    program: Any = SimpleNamespace(plans=(), terms={})
    book = Book(program, engine._numbers)
    lines = [((tree_of(text), False),) for text in texts] + [((tree_of(text), True),) for text in texts]
    asks = [Ask(book.question(("generated",), ("e", "p"), line), elements) for line in lines]
    walked = [three.value(tree_of(text), dict(zip(("e", "p"), elements, strict=True))) for text in texts]
    expected = [value if isinstance(value, bool) else None for value in walked]
    expected += [not value if value is not None else None for value in expected]
    answers = Inquiry(three, engine.worker).answers(asks)
    # ``c ? a : b`` without c is left open, though both may be the same: c may be an error instead.
    undecided = [answer is None and "?" in text for answer, text in zip(answers, texts * 2, strict=True)]
    assert [None if skip else value for skip, value in zip(undecided, expected, strict=True)] == answers
