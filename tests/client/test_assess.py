"""Both clients assess: of one message and of a stream the same, and wrong cases are told where they stand."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from linkage.v1 import assessment_service_pb2 as api
from linkage_client import Client, Refused, TooLarge, plans, shanghai
from linkage_client.requests import BATCH_ITEMS
from tests.client.conftest import Server, environment
from tests.client.samples import seizure
from tests.golden import check

MARKS = {
    "assess_full_marks": 100,
    "assess_points_late": -2.5,
    "assess_points_overdue": -5,
    "assess_points_circulated": -5,
}


def some(count: int) -> list[dict[str, Any]]:
    return [seizure(f"c-{number}") for number in range(count)]


def test_an_assessment_is_read_as_python_reads(client: Client) -> None:
    (found,) = client.assess(
        *("liwan", some(3), 2024), compared_with=2023, parameters=MARKS, confirmed=shanghai(2025, 1, 10)
    ).assessments
    assert (found.id, found.start, found.end) == ("liwan.assess", shanghai(2024, 1, 1), shanghai(2025, 1, 1))
    last = found.scorecards[-1]
    assert (last.body.code, last.unit, last.score, last.rank) == ("public_security", "", Decimal("85.0"), 24)
    assert [last.value(name) for name in ("duties", "overdue", "response")] == [3, 3, None]
    assert [found.obligations[one.obligation].case for one in last.figures["overdue"].behind] == [
        "c-0",
        "c-1",
        "c-2",
    ]
    assert (last.grade, last.message.change) == (None, "-15.0")
    assert {duty.consequence for duty in found.consequences} >= {"report"}


def test_without_its_parameters_there_is_no_score(client: Client) -> None:
    (found,) = client.assess("liwan", some(1), 2024).assessments
    assert "assess_full_marks" in found.missing_parameters
    assert {row.score for row in found.scorecards} == {row.rank for row in found.scorecards} == {None}
    assert found.appeal_until is None


def test_few_cases_and_many_come_to_the_same(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    year = (shanghai(2024, 1, 1), shanghai(2025, 1, 1))
    few = client.assess("liwan", iter(some(BATCH_ITEMS)), year)
    monkeypatch.setattr("linkage_client.assessing.BATCH_ITEMS", 1)
    assert client.assess("liwan", some(BATCH_ITEMS), year).message == few.message
    assert few.message.receipt.assessment_digest


def test_the_answers_to_one_message_and_to_a_stream_have_the_same_fields() -> None:
    one, stream = api.AssessResponse.DESCRIPTOR, api.AssessStreamResponse.DESCRIPTOR
    assert [(f.number, f.name, f.message_type) for f in one.fields] == [
        (f.number, f.name, f.message_type) for f in stream.fields
    ]
    assert plans.ASSESS.response is plans.ASSESS_STREAM.response


def test_wrong_cases_are_told_where_they_stand(client: Client) -> None:
    wrong = [seizure("a"), seizure("b", evnts=[]), seizure("c", events=[{"at": datetime(2024, 1, 1)}])]
    with pytest.raises(Refused) as caught:
        client.assess("liwan", wrong, 2024)
    assert [(one.field, one.code) for one in caught.value.violations] == [
        ("cases[1].evnts", "LNK811"),
        ("cases[2].events[0].at", "LNK816"),
    ]
    with pytest.raises(Refused) as caught:
        client.assess("liwan", [seizure("a"), seizure("b", district="gongan")], 2024)
    assert [(one.field, one.code) for one in caught.value.violations] == [("cases[1].district", "LNK828")]


def test_moments_without_a_zone_are_refused(client: Client) -> None:
    naive = datetime(2024, 1, 1)
    with pytest.raises(Refused) as caught:
        client.assess("liwan", [], (naive, shanghai(2025, 1, 1)), confirmed=naive)
    assert [one.field for one in caught.value.violations] == ["period", "confirmed_at"]


def test_one_case_is_not_several(client: Client) -> None:
    with pytest.raises(TypeError):
        client.assess("liwan", seizure("a"), 2024)  # type: ignore[arg-type]


def test_the_example(server: Server, repo_root: Path, tmp_path: Path, update_golden: bool) -> None:
    """docs/examples/python/assess.py, over two cars of which one was told of too late."""
    notice = {"id": "e2", "type": "court_notified", "at": "2024-03-05T09:30:00+08:00"}
    notice |= {"actor": "traffic_police", "to": "court", "about": "e1"}
    car = seizure("c-1")
    car["events"][0]["at"] = "2024-03-02T09:30:00+08:00"
    told = {**car, "id": "c-2", "events": [*car["events"], notice]}
    rows = tmp_path / "cases.jsonl"
    rows.write_bytes(b"\n".join(orjson.dumps(one) for one in (car, told)))
    program = repo_root / "docs/examples/python/assess.py"
    ran = subprocess.run(
        [sys.executable, program, server.address, "liwan", "2024", rows],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    check(repo_root / "docs/examples/assessed.txt", ran.stdout, update_golden)


def test_an_answer_that_is_too_large_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkage_client.assessing.RECEIVED_BYTES", 1000)
    with pytest.raises(TooLarge):
        client.assess("liwan", some(1), 2024)
