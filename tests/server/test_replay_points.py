"""Decisions of the engine before version 3, decided again: what of the new meaning changed them is said."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from policy.decide import decide
from policy.facts.parsing import parse_case
from policy.text.diagnostics import Faults, Words
from policy.text.source import Source
from server.decisions import points
from server.decisions.replay import Replayed, Verdict, replayed
from server.store.record import LoggedDecision
from tests.loading import SHIPPED, loaded

_NEW = ("concerns", "arose_at", "breach")
"""Fields of an obligation that the second version did not tell."""

_CASE = """\
as_of: 2018-05-08T09:00:00+08:00
case:
  id: missing
  district: liwan
  kind: enforcement
  filed_at: 2018-01-05T09:00:00+08:00
  flags:
    may_cause_mass_incident: false
    claim_especially_large: false
    search_urgent: false
    search_otherwise_needed: false
  parties: [{id: d, role: debtor, kind: natural_person}]
  requests:
    - id: r1
      matter: locate_debtor
      to: public_security
      requester: court
      party: d
      at: 2018-05-02T09:00:00+08:00
  events:
    - {id: e1, type: whereabouts_lost, party: d, at: 2018-01-08T00:00:00+08:00}
    - {id: e2, type: whereabouts_confirmed, party: d, actor: residents_committee, at: 2018-05-01T09:00:00Z}
    - {id: e3, type: debtor_found, actor: public_security, party: d, about: r1, at: 2018-05-07T09:00:00Z}
"""


def _replayed(change: Callable[[dict[str, Any]], None]) -> Replayed:
    """The case replayed against what an earlier version would have logged: today's answer, changed."""
    snapshot = loaded(SHIPPED)[0]
    parsed = parse_case(Source("case.yaml", _CASE), Faults(), {})
    assert parsed is not None
    assert parsed.as_of is not None
    district = snapshot.districts["liwan"]
    told = orjson.loads(decide(district, parsed.case, parsed.as_of).canonical_bytes)
    told["engine_version"] = "2"
    for name in ("derived", "warnings"):
        told.pop(name, None)
    for obligation in told["obligations"]:
        for name in _NEW:
            del obligation[name]
    change(told)
    outcome = orjson.dumps(told)
    record = LoggedDecision(
        id="01",
        received_at=0,
        district="liwan",
        case_id="missing",
        as_of=parsed.as_of,
        facts=parsed.case.SerializeToString(),
        outcome=outcome,
        digest=hashlib.sha256(outcome).hexdigest(),
        snapshot=snapshot.digest,
    )
    return replayed(record, snapshot, ())


def _of(told: dict[str, Any], rule: str) -> dict[str, Any]:
    return next(o for o in told["obligations"] if o["rule"] == rule)


def _vanished(told: dict[str, Any]) -> None:
    told["obligations"].remove(_of(told, "liwan.police.locate"))


def _every_ground(told: dict[str, Any]) -> None:
    _of(told, "liwan.police.locate")["basis"] += ["4.7.2.1"]


def _still_pending(told: dict[str, Any]) -> None:
    _of(told, "liwan.police.locate")["state"] = ["pending", None, "", None, []]


def _was_there(told: dict[str, Any]) -> None:
    told["obligations"].append({**told["obligations"][0], "id": "ob-0", "bound": ["events[other]"]})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_vanished, points.ARISING),
        (_every_ground, points.GROUNDS),
        (_still_pending, points.ENDING),
        (_was_there, points.TRIGGER),
    ],
)
def test_the_point_is_said(change: Callable[[dict[str, Any]], None], expected: Words) -> None:
    found = _replayed(change)
    assert found.verdict is Verdict.DIFFERENT
    assert found.points == (expected,)


def test_what_one_version_did_not_tell_yet_is_no_difference() -> None:
    found = _replayed(lambda told: None)
    assert [line for line in found.lines if line.startswith("@@")] == ["@@ engine_version @@"]
    assert found.points == ()


def test_points_that_a_list_tells() -> None:
    one = {"rule": "a.b", "bound": ["events[e]"], "bearers": ["tax"], "trigger": "events[e]"}
    both = {**one, "bearers": ["finance", "tax"]}
    form: dict[str, Any] = {"obligations": [both]}
    assert points.point_of("obligations", None, one, form, {"obligations": [one]}) is points.SEVERAL
    standing = {"obligations": [one], "derived": [["events[e]", []]]}
    assert points.point_of("obligations", None, one, {"obligations": []}, standing) is points.STANDING
    carried = {**one, "triggered_at": 1, "arose_at": 2}
    now = {"obligations": [carried]}
    assert points.point_of("obligations", None, carried, {"obligations": []}, now) is points.FIRST_DAY
    assert points.point_of("errors", {}, None, {}, {}) is points.FIRST_DAY
