"""What a decision may cost: counted from the case, the same in every engine, and bounded."""

from __future__ import annotations

from typing import Any

import pytest

from policy.decide import decide
from policy.facts.reading import FactsError
from tests.decide.corners import case_of, district, duty, event, moment, told
from tests.lab import faults_of

_SECOND = "case.events.exists(f, f.about == e.id)"
_RULES = district(
    duty("plain", "e: case.events", 'e.type == "vehicle_seized"'),
    duty("loop", "e: case.events", 'e.type == "other"', _SECOND),
    duty("pairs", "e: case.events, q: case.parties", 'e.type == "other"', "q.id == e.party"),
)
(_PROGRAM,) = _RULES.programs
_COSTS = {plan.id.removeprefix("lab."): _PROGRAM.costs[plan.number] for plan in _PROGRAM.plans}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("plain", 3),  # the events of its type
        ("loop", 3 + 3 * 10),  # for each of them every event
        ("pairs", 3 + 3 * 7),  # each of them with every party
    ],
)
def test_steps_are_counted_by_what_a_rule_looks_at(rule: str, expected: int) -> None:
    def size(one: Any) -> int:
        return {"parties": 7}.get(one.list, 10 if one.codes is None else 3)

    assert _COSTS[rule].at(size) == expected


def _case(others: int) -> Any:
    return case_of(events=[event("v", "vehicle_seized", "2024-01-02"), *_others(others)])


def _others(count: int) -> list[dict[str, Any]]:
    return [event(f"e{n}", "other", "2024-01-03", party="p") for n in range(count)]


def test_a_rule_that_would_take_too_many_steps_is_reported_and_the_others_are_decided() -> None:
    decision = decide(_RULES, _case(600), moment("2024-06-01"))
    assert [(error.code, error.rule) for error in decision.errors] == [("LNK823", "lab.loop")]
    assert set(told(decision)) == {"plain", "pairs"}
    assert len(told(decision)["pairs"]) == 600


def test_of_many_rules_the_dearest_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy.decide.budget.DECISION_STEPS", 1_000)
    monkeypatch.setattr("policy.decide.budget.MANY", 0)
    decision = decide(_RULES, _case(40), moment("2024-06-01"))
    assert [error.rule for error in decision.errors] == ["lab.loop"]
    assert len(told(decision)["pairs"]) == 40


_THREE = "{0}.exists(f, {0}.exists(g, {0}.exists(h, f.id + g.id == h.id)))"


def test_lists_of_lists_are_as_long_as_what_is_in_them() -> None:
    rules = district(duty("listed", "e: case.events", _THREE.format("[case.events][0]")))
    decision = decide(rules, _case(80), moment("2024-06-01"))
    assert [error.code for error in decision.errors] == ["LNK823"]
    mapped = "case.events.map(l, case.events).exists(l, {})"
    for inner in (_THREE.format("l"), f"l.exists(l, {_THREE.format('case.events')})"):
        assert faults_of({"mapped": mapped.format(inner)}) == ["LNK432"]


def test_a_list_of_one_element_may_be_the_longest() -> None:
    """Two hundred documents, one of which has two hundred services: on average one each."""
    rules = district(duty("served", "d: case.documents", _THREE.format("d.services")))
    documents = [{"id": f"d{n}", "type": "notice", "issued_at": "2024-01-02"} for n in range(200)]
    services = [{"id": f"s{n}", "body": "tax", "at": "2024-01-02"} for n in range(200)]
    case = case_of(documents=[*documents, {**documents[0], "id": "long", "services": services}])
    decision = decide(rules, case, moment("2024-06-01"))
    assert [error.code for error in decision.errors] == ["LNK823"]


def test_a_long_condition_costs_more_than_one_step() -> None:
    long = " && ".join(f'e.id + q.id != "{n}"' for n in range(100))
    rules = district(duty("long", "e: case.events, q: case.events", 'e.type == "other"', long))
    decision = decide(rules, _case(400), moment("2024-06-01"))
    assert [error.code for error in decision.errors] == ["LNK823"]


def test_acts_that_may_end_duties_are_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = district(
        duty(
            "answer",
            "e: case.events",
            'e.type == "other"',
            fulfilled_by="{event: answered, where: 'case.events.exists(f, f.id == done.id)'}",
        )
    )
    acts = [event(f"a{n}", "answered", "2024-02-01", actor="tax") for n in range(40)]
    case = case_of(events=[*_others(40), *acts])
    assert len(decide(rules, case, moment("2024-06-01")).obligations) == 40
    monkeypatch.setattr("policy.decide.budget.DECISION_STEPS", 100_000)
    with pytest.raises(FactsError) as refused:
        decide(rules, case, moment("2024-06-01"))
    assert [violation.code for violation in refused.value.violations] == ["LNK826"]
