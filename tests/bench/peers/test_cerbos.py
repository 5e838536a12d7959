"""Cerbos' policies, requests and answers, without its server: those are checked against ours in each run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from google.protobuf import struct_pb2

from tests.bench.cases import bench_cases
from tests.bench.peers import cerbos_server
from tests.bench.peers.cel_rules import RULES
from tests.bench.peers.cerbos_policies import ANY, ROLE, actions_by_code, duties, policies
from tests.bench.peers.cerbos_requests import Calls, findings
from tests.bench.peers.cerbos_server import LIMITS, Missing, installed
from tests.bench.peers.cerbos_wire import ALLOW, Request, Response

DENY = 2


def test_every_rule_is_a_duty_of_one_kind_with_its_own_conditions() -> None:
    every = duties()
    assert [duty.action for duty in every] == [rule.id for rule in RULES]
    assert {duty.kind for duty in every} == {"event", "filing", "party", "request", "service"}
    for duty in every:
        assert "R.attr." in duty.condition
        assert "event." not in duty.condition.replace("case.events.", "")


def test_a_policy_holds_each_action_of_its_kind_once() -> None:
    for name, text in policies().items():
        policy = json.loads(text)["resourcePolicy"]
        assert name == f"{policy['resource']}.json"
        allowed = [action for rule in policy["rules"] for action in rule["actions"]]
        assert sorted(allowed) == sorted(d.action for d in duties() if d.kind == policy["resource"])
        assert all(rule["roles"] == [ROLE] for rule in policy["rules"])


def test_duties_are_found_by_the_codes_that_trigger_them() -> None:
    table = actions_by_code(duties())
    assert table["event"]["vehicle_seized"] == ["liwan.police.vehicle.notify"]
    assert table["request"][ANY] == ["liwan.court.serve_notice"]
    assert set(table["party"]) == {ANY}


def test_a_request_asks_for_the_duties_of_each_element_once() -> None:
    case = bench_cases()[-1]
    request = Request.FromString(Calls(duties()).request([case]))
    assert list(request.principal.attr["cases"].struct_value.fields) == [case.message.id]
    assert len(request.resources) < LIMITS["maxResourcesPerRequest"]
    asked = {entry.resource.id: list(entry.actions) for entry in request.resources}
    assert asked[f"{case.message.id}/e11"] == ["liwan.police.vehicle.notify"]
    assert all(len(actions) == len(set(actions)) > 0 for actions in asked.values())


def test_unset_facts_are_empty_and_unset_moments_absent() -> None:
    request = Request.FromString(Calls(duties()).request([bench_cases()[-1]]))
    seized = next(e.resource for e in request.resources if e.resource.id.endswith("/e11"))
    assert seized.attr["matter"].WhichOneof("kind") == "string_value"
    assert seized.attr["matter"].string_value == ""
    assert "limit_at" not in seized.attr


def test_allowed_actions_are_findings_with_the_due_time_of_their_output() -> None:
    answer = Response()
    result = answer.results.add()
    result.resource.id = "c1/e1"
    result.actions.update({"b": ALLOW, "a": ALLOW, "c": DENY})
    output = result.outputs.add(action="a")
    output.val.number_value = 86_400
    result.outputs.add(action="b").val.null_value = struct_pb2.NULL_VALUE
    assert findings(answer.SerializeToString()) == {"c1": [("a", "e1", 86_400), ("b", "e1", None)]}


def test_it_is_said_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cerbos_server, "_FOLDER", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(Missing, match="npm to install it"):
        installed()
    monkeypatch.setattr(shutil, "which", lambda _: "/bin/false")
    with pytest.raises(Missing, match="npm could not install"):
        installed()
