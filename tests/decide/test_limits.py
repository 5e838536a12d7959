"""Nothing hangs: large cases are refused, and missing facts cannot multiply without bound."""

from __future__ import annotations

import pytest

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.facts.reading import MAX_ELEMENTS, FactsError
from tests.loading import FIXTURES, loaded

_DISTRICT = loaded(FIXTURES)[0].districts["qiaonan"]
_AS_OF = 1_710_043_200_000_000_000


def _case(parties: int, events: int, **fields: str) -> facts_pb2.Case:
    case = facts_pb2.Case(id="c", district="qiaonan", kind="enforcement")
    for number in range(parties):
        case.parties.add(id=f"p{number}", role="debtor")
    for number in range(events):
        event = case.events.add(id=f"e{number}", type="search_requested", **fields)
        event.at.seconds = _AS_OF // 1_000_000_000 - 100
    return case


def test_a_case_with_ten_thousand_events_is_refused() -> None:
    with pytest.raises(FactsError) as refused:
        decide(_DISTRICT, _case(0, 10_000), _AS_OF)
    (violation,) = refused.value.violations
    assert (violation.field, violation.code) == ("case.events", "LNK807")


def test_the_limit_counts_all_lists_together() -> None:
    half = MAX_ELEMENTS // 2
    assert decide(_DISTRICT, _case(half, half), _AS_OF).errors
    with pytest.raises(FactsError):
        decide(_DISTRICT, _case(half + 1, half), _AS_OF)


def test_missing_facts_cannot_multiply_without_bound() -> None:
    """Half a thousand events, none of which names its party, times half a thousand parties."""
    errors = decide(_DISTRICT, _case(MAX_ELEMENTS // 2, MAX_ELEMENTS // 2), _AS_OF).errors
    assert ("LNK823", "qiaonan.search.do") in [(error.code, error.rule) for error in errors]
    assert len({error.rule for error in errors}) == len(errors)


def test_too_many_obligations_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer would be larger than anyone can read."""
    case = _case(1, 11, party="p0")
    case.parties[0].kind = "natural_person"
    assert len(decide(_DISTRICT, case, _AS_OF).obligations) == 11
    monkeypatch.setattr("policy.engines.compiled.MAX_HITS", 10)
    with pytest.raises(FactsError) as refused:
        decide(_DISTRICT, case, _AS_OF)
    assert [v.code for v in refused.value.violations] == ["LNK822"]
