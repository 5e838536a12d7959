"""Properties of generated expressions: the engines agree; unknown is sound, sufficient and never a guess."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.engines.settling import settling_facts
from policy.engines.unknowns import Unknown
from tests.expr.harness import ERROR, case_of, compiled, is_unknown, official, three

# path of the fact -> (expression, how to state it in the case, its values)
BOOLS = {
    "flags.major_complex": "case.flags.major_complex",
    "flags.evasion": "case.flags.evasion",
    "attributes[pilot]": "attr.pilot",
}
INTS = {"claim_fen": "case.claim_fen", "claimants": "case.claimants", "attributes[n]": "attr.n"}
STRINGS = {"events[e1].actor": "e.actor", "parties[p1].household.subdistrict": "p.household.subdistrict"}

_ints = st.one_of(st.sampled_from(sorted(INTS.values())), st.integers(-3, 3).map(str))
_arithmetic = st.recursive(
    _ints, lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*/%"), inner), max_leaves=4
)
_comparisons = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
_strings = st.one_of(st.sampled_from(sorted(STRINGS.values())), st.sampled_from(['"court"', '"x"']))
_atoms = st.one_of(
    st.sampled_from(sorted(BOOLS.values())),
    st.sampled_from(
        ["true", "false", 'case.events.exists(q, q.actor == "court")', 'case.events.all(q, q.actor == "x")']
    ),
    st.builds(
        "{} {} {}".format, _arithmetic, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), _arithmetic
    ),
    st.builds("{} {} {}".format, _strings, st.sampled_from(["==", "!=", "<"]), _strings),
    st.builds("{} in [{}, {}]".format, _strings, _strings, _strings),
)
booleans = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.builds("({} && {})".format, inner, inner),
        st.builds("({} || {})".format, inner, inner),
        st.builds("!({})".format, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
    ),
    max_leaves=6,
)
_values = st.fixed_dictionaries(
    {path: st.booleans() for path in BOOLS}
    | {path: st.integers(-3, 3) for path in INTS}
    | {path: st.sampled_from(["court", "x"]) for path in STRINGS}
)
_hidden = st.sets(st.sampled_from(sorted([*BOOLS, *INTS, *STRINGS])))


def stated(values: dict[str, Any], hidden: set[str] = frozenset()) -> facts_pb2.Case:  # type: ignore[assignment]
    """The case that states every fact but the hidden ones."""
    case = case_of(parties=[{"id": "p1", "role": "debtor"}], events=[{"id": "e1", "type": "x"}])
    for path, value in values.items():
        if path in hidden:
            continue
        match path:
            case "flags.major_complex":
                case.flags.major_complex = value
            case "flags.evasion":
                case.flags.evasion = value
            case "attributes[pilot]":
                case.attributes["pilot"].bool_value = value
            case "attributes[n]":
                case.attributes["n"].int_value = value
            case "claim_fen" | "claimants":
                setattr(case, path, value)
            case "events[e1].actor":
                case.events[0].actor = value
            case _:
                case.parties[0].household.subdistrict = value
    return case


@given(booleans, _values)
def test_every_engine_agrees_on_known_facts(text: str, values: dict[str, Any]) -> None:
    case = stated(values)
    expected = official(text, case)
    assert three(text, case) == expected
    assert compiled(text, case) == expected


@given(booleans, _values, _hidden)
def test_a_known_answer_holds_under_every_completion(
    text: str, values: dict[str, Any], hidden: set[str]
) -> None:
    partial = three(text, stated(values, hidden))
    if not is_unknown(partial):
        assert partial == official(text, stated(values))


@given(booleans, _values, _values, _hidden)
def test_the_facts_named_as_missing_settle_the_answer(
    text: str, values: dict[str, Any], other: dict[str, Any], hidden: set[str]
) -> None:
    partial = three(text, stated(values, hidden))
    if not isinstance(partial, Unknown):
        return
    value, missing = settling_facts(partial)
    assert set(missing) <= hidden
    completed = three(
        text, stated({**values, **{path: other[path] for path in missing}}, hidden - set(missing))
    )
    if isinstance(completed, Unknown):
        settled, still = settling_facts(completed)
        assert settled is not None, still
        assert official(text, stated({**values, **{path: other[path] for path in missing}})) in (
            settled,
            ERROR,
        )
    if value is not None:
        assert official(text, stated(values)) in (value, ERROR)


@given(st.sampled_from([*sorted(BOOLS)]), st.booleans(), st.sampled_from(["&&", "||"]))
def test_each_named_fact_can_change_the_answer(path: str, known: bool, sign: str) -> None:
    """``a && known``: the missing fact is named exactly where it still matters."""
    text = f"{BOOLS[path]} {sign} {'true' if known else 'false'}"
    partial = three(text, stated({}))
    matters = known is (sign == "&&")
    if matters:
        assert isinstance(partial, Unknown)
        assert settling_facts(partial) == (None, (path,))
    else:
        assert partial is known


def test_a_condition_that_no_fact_can_change_is_settled() -> None:
    partial = three("case.flags.evasion || !case.flags.evasion", stated({}))
    assert isinstance(partial, Unknown)
    assert settling_facts(partial) == (True, ())


def test_only_the_facts_that_matter_are_named() -> None:
    text = "(case.flags.evasion || !case.flags.evasion) && attr.pilot && (case.claim_fen > 5 || true)"
    partial = three(text, stated({}))
    assert isinstance(partial, Unknown)
    assert settling_facts(partial) == (None, ("attributes[pilot]",))


def test_conditions_that_differ_only_in_their_branches_are_told_apart() -> None:
    same = 'attr.pilot ? "x" : "y"'
    swapped = 'attr.pilot ? "y" : "x"'
    partial = three(f'({same}) == "x" && !(({swapped}) == "x")', stated({}))
    assert isinstance(partial, Unknown)
    assert settling_facts(partial)[0] is None


def test_lists_that_differ_only_in_known_elements_are_told_apart() -> None:
    one, more = "[1, 2].filter(i, i > 1 || attr.pilot)", "[2, 3, 1].filter(i, i > 1 || attr.pilot)"
    partial = three(f"{one}.size() == 2 && !({more}.size() == 2)", stated({}))
    assert isinstance(partial, Unknown)
    assert settling_facts(partial) == (None, ("attributes[pilot]",))
