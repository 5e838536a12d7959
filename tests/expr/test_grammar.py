"""Random well-typed expressions: generated code, the three-valued engine and official CEL say the same.

``pytest --hypothesis-profile=ci`` looks at ten times as many; HUNT in the environment gives any number.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from itertools import product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policy.engines.conditions import settled
from policy.engines.unknowns import Failure
from policy.expr.lower import Refused
from policy.expr.ops import OPS
from policy.expr.tree import Call, Quant, Quantifier, walk
from tests.expr.facts import VALUES, case_with, hidden, stated
from tests.expr.grammar import expressions, one_of_each
from tests.expr.harness import ERROR, compiled, official, three, tree_of

_EXAMPLES = {"max_examples": int(os.environ["HUNT"])} if "HUNT" in os.environ else {}
hunted = settings(**_EXAMPLES)  # type: ignore[arg-type]


def _same(one: Any, other: Any) -> bool:
    both = isinstance(one, float) and isinstance(other, float)
    return bool(one == other) or (both and math.isnan(one) and math.isnan(other))


def _verdict(value: Any) -> Any:
    """True, false, an error, or the facts that settle it."""
    found = value if value == ERROR else settled(value)
    return ERROR if isinstance(found, Failure) else found


def _supported(text: str) -> bool:
    """Whether the lowering takes it: a list of mixed types is ``dyn``, which is refused."""
    try:
        tree_of(text)
    except Refused:
        return False
    return True


@settings(max_examples=5)
@given(one_of_each())
def test_the_grammar_has_every_operator_and_only_what_is_supported(texts: list[str]) -> None:
    nodes = [node for text in texts for node in walk(tree_of(text))]
    assert {node.op for node in nodes if isinstance(node, Call)} >= set(OPS)
    assert {node.quantifier for node in nodes if isinstance(node, Quant)} == set(Quantifier)


@hunted
@given(expressions(), stated)
def test_every_evaluator_agrees_on_known_facts(text: str, values: dict[str, Any]) -> None:
    assume(_supported(text))
    case = case_with(values)
    expected = official(text, case)
    assert _same(three(text, case), expected)
    assert _same(compiled(text, case), expected)


@hunted
@given(expressions(("bool",)), stated, hidden, st.lists(stated, min_size=3, max_size=3))
def test_a_settled_answer_is_that_of_every_completion(
    text: str, values: dict[str, Any], left_out: set[str], others: list[dict[str, Any]]
) -> None:
    assume(_supported(text))
    partial = case_with(values, left_out)
    verdict = _verdict(three(text, partial))
    assert _verdict(compiled(text, partial)) == verdict
    if isinstance(verdict, tuple):
        assert set(verdict) <= left_out
        assert verdict
        return
    for other in (values, *others):
        completed = values | {path: other[path] for path in left_out}
        assert official(text, case_with(completed)) == verdict


# Conditions whose atoms compare one fact with constants: for these the named facts are exact.
_COMPARED = {
    "claim_fen": "case.claim_fen",
    "claimants": "case.claimants",
    "events[e1].actor": "e.actor",
    "parties[p1].household.subdistrict": "p.household.subdistrict",
    "attributes[score]": "attr.score",
}
_COMPLETIONS: Mapping[str, tuple[Any, ...]] = {
    "claim_fen": (-1, 0, 1, 2, 3, 4),
    "claimants": (-1, 0, 1, 2, 3, 4),
    "events[e1].actor": ("a", "court", "debtor", "x", "y"),
    "parties[p1].household.subdistrict": ("a", "court", "debtor", "x", "y"),
    "attributes[score]": (-1.0, 0.5, 1.0, 1.5, 2.0),
    **{path: values for path, values in VALUES.items() if values == (False, True)},
}
_BOOLS = ("case.flags.major_complex", "case.flags.evasion", "attr.pilot", "p.household.within_district")


def _comparison(path: str) -> st.SearchStrategy[str]:
    constants = {"c": ("0", "1", "3"), "e": ('"court"', '"x"'), "p": ('"court"', '"x"'), "a": ("0.5", "1.5")}
    constant = st.sampled_from(constants[path[0]])
    sign = st.sampled_from(("==", "!=", "<", "<=", ">", ">="))
    fact = _COMPARED[path]
    return st.one_of(
        st.builds("{1} {0} {2}".format, sign, st.just(fact), constant),
        st.builds("{1} {0} {2}".format, sign, constant, st.just(fact)),
        st.builds("{} in [{}, {}]".format, st.just(fact), constant, constant),
    )


_exact = st.recursive(
    st.one_of(
        *map(_comparison, sorted(_COMPARED)), st.sampled_from(_BOOLS), st.sampled_from(("true", "1 / 0 > 0"))
    ),
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("(({}) == ({}))".format, inner, inner),
        st.builds("!({})".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
    ),
    max_leaves=7,
)
_three_hidden = st.sets(st.sampled_from(sorted(_COMPLETIONS)), min_size=1, max_size=3)


@hunted
@given(_exact, stated, _three_hidden)
def test_exactly_the_facts_that_can_change_the_outcome_are_named(
    text: str, values: dict[str, Any], left_out: set[str]
) -> None:
    """All completions, one by one: a fact is named just where two that differ in it alone differ."""
    values = {path: _COMPLETIONS.get(path, VALUES[path])[0] for path in values} | values
    names = sorted(left_out)
    outcomes = {
        chosen: official(text, case_with(values | dict(zip(names, chosen, strict=True))))
        for chosen in product(*[_COMPLETIONS[name] for name in names])
    }
    verdict = _verdict(three(text, case_with(values, left_out)))
    found = set(outcomes.values())
    if len(found) == 1:
        assert verdict == found.pop()
        return
    changing = set()
    for position, name in enumerate(names):
        rows: dict[tuple[Any, ...], set[Any]] = {}
        for chosen, outcome in outcomes.items():
            rows.setdefault(chosen[:position] + chosen[position + 1 :], set()).add(outcome)
        if any(len(row) > 1 for row in rows.values()):
            changing.add(name)
    assert verdict == tuple(sorted(changing))
