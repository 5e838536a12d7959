"""Evaluation errors and limits that a decision must report: in matchers, and in chains of breaches."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide import run as deciding
from policy.decide.decision import Decision, State
from policy.decide.snapshot import District, check_snapshot
from policy.engines import engine_named
from tests.loading import FIXTURES
from tests.pack.trees import edited

_AS_OF = 1_710_043_200_000_000_000  # 2024-03-10T12:00:00+08:00
_RULES = """\
duties:
  - id: qiaonan.failing
    title: 条件会算不出结果
    basis: ["1"]
    each: {seizure: case.events}
    when: [{expr: 'seizure.type == "vehicle_seized"', means: 查扣了车辆}]
    modality: prohibition
    bearer: traffic_police
    counterparty: [court]
    action: interfere
    fulfilled_by:
      - {event: answered, about: seizure}
      - {event: court_notified, where: 'case.claim_fen / case.claimants > 1'}
    violated_by: {event: interference, where: 'done.actor == "tax" && case.claim_fen / case.claimants > 1'}
  - id: qiaonan.again
    title: 违反之后再次通报
    basis: ["6"]
    each: {breach: breaches}
    when: [{expr: 'breach.action in ["search", "circulate"]', means: 再次违反}]
    modality: obligation
    bearer: party_committee
    counterparty: [court]
    action: circulate
    deadline: {within: 1 days, from: breach.at}
"""
ENGINES = ["compiled", "explain", "cel"]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    """The invented district with a rule whose matchers can fail, and one that follows from itself."""
    folder = tmp_path_factory.mktemp("errors")
    root = edited(FIXTURES, folder, [{"file": "qiaonan/failing.yaml", "create": _RULES}])
    snapshot, faults = check_snapshot(root)
    assert snapshot is not None, list(faults)
    return snapshot.districts["qiaonan"]


def _decide(district: District, engine: str, events: list[dict[str, str]], **fields: Any) -> Decision:
    seizure = {"id": "e1", "type": "vehicle_seized", "at": "2024-03-01T00:00:00Z", "actor": "court"}
    case = json_format.ParseDict(
        {"id": "c", "district": "qiaonan", "kind": "enforcement", "events": [seizure, *events]} | fields,
        facts_pb2.Case(),
    )
    return decide(district, case, _AS_OF, engine_named(engine))


def _errors(decision: Decision) -> list[tuple[str, str, str]]:
    return [(error.code, error.reason, error.rule) for error in decision.errors]


def _event(number: int, kind: str, day: int = 2, **fields: str) -> dict[str, str]:
    return {"id": f"e{number}", "type": kind, "at": f"2024-03-{day:02}T00:00:00Z"} | fields


_FAILED = ("LNK418", "division_by_zero", "qiaonan.failing")


@pytest.mark.parametrize("engine", ENGINES)
def test_an_error_in_a_matcher_is_reported_once_and_leaves_the_state_open(
    engine: str, district: District
) -> None:
    notices = [_event(2, "court_notified"), _event(3, "court_notified")]
    decision = _decide(district, engine, notices, claimFen=5, claimants=0)
    assert _errors(decision) == [_FAILED]
    (obligation,) = [o for o in decision.obligations if o.rule == "qiaonan.failing"]
    assert (obligation.standing.state, obligation.standing.missing) == (State.UNDETERMINED, ())


@pytest.mark.parametrize("engine", ENGINES)
def test_an_error_of_violated_by_is_reported_although_the_duty_ended(engine: str, district: District) -> None:
    events = [_event(2, "interference", actor="tax"), _event(3, "answered", day=3, about="e1")]
    decision = _decide(district, engine, events, claimFen=5, claimants=0)
    assert _errors(decision) == [_FAILED]
    (obligation,) = [o for o in decision.obligations if o.rule == "qiaonan.failing"]
    assert obligation.standing.state is State.UNDETERMINED


@pytest.mark.parametrize("engine", ENGINES)
def test_a_matcher_that_other_conditions_decide_has_no_error(engine: str, district: District) -> None:
    decision = _decide(district, engine, [_event(2, "interference", actor="court")], claimFen=5, claimants=0)
    assert _errors(decision) == []
    (obligation,) = [o for o in decision.obligations if o.rule == "qiaonan.failing"]
    assert obligation.standing.state is State.PENDING


@pytest.mark.parametrize("engine", ENGINES)
def test_errors_and_missing_facts_of_one_obligation_stand_side_by_side(
    engine: str, district: District
) -> None:
    events = [_event(2, "court_notified"), _event(3, "interference"), _event(4, "answered")]
    decision = _decide(district, engine, events, claimFen=5, claimants=0)
    assert _errors(decision) == [_FAILED]
    (obligation,) = [o for o in decision.obligations if o.rule == "qiaonan.failing"]
    assert obligation.standing.missing == ("events[e3].actor", "events[e4].about")


def _long_chain(district: District, engine: str) -> Decision:
    search = [{"id": "e2", "type": "search_requested", "at": "2022-01-01T00:00:00Z", "party": "p1"}]
    party = [{"id": "p1", "role": "debtor", "kind": "natural_person"}]
    return _decide(district, engine, search, parties=party)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_chain_of_breaches_beyond_the_limit_is_reported(engine: str, district: District) -> None:
    decision = _long_chain(district, engine)
    followed = [o for o in decision.obligations if o.rule == "qiaonan.again"]
    assert len(followed) == deciding.MAX_ROUNDS
    rules = ("again", "breach.circulate", "breach.unreported")
    assert _errors(decision) == [("LNK824", "chain_too_long", f"qiaonan.{rule}") for rule in rules]


def test_a_chain_that_ends_at_the_limit_is_complete(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A duty that is not overdue yet ends the chain in the very last round."""
    case = {"id": "e2", "type": "search_requested", "at": "2023-11-30T00:00:00Z", "party": "p1"}
    party = [{"id": "p1", "role": "debtor", "kind": "natural_person"}]
    whole = _decide(district, "compiled", [case], parties=party)
    rounds = len([o for o in whole.obligations if o.rule == "qiaonan.again"])
    assert 1 < rounds < deciding.MAX_ROUNDS
    assert whole.errors == ()
    monkeypatch.setattr(deciding, "MAX_ROUNDS", rounds)
    assert _decide(district, "compiled", [case], parties=party).canonical_bytes == whole.canonical_bytes
    monkeypatch.setattr(deciding, "MAX_ROUNDS", rounds - 1)
    assert {e.code for e in _decide(district, "compiled", [case], parties=party).errors} == {"LNK824"}
