"""One case under several districts: aligned duties, and how they differ."""

from __future__ import annotations

import pytest
from google.protobuf import json_format

from linkage.v1 import facts_pb2
from policy.review.compare import Comparison, Difference, compare
from policy.review.report.comparison import comparison_html, comparison_json, sheet_of
from tests.loading import FIXTURES, FORMS, loaded

_SNAPSHOT = loaded(FIXTURES)[0]
_AS_OF = 1_709_600_000_000_000_000  # 2024-03-05T08:53:20+08:00
_SEIZURE = {"id": "e1", "type": "vehicle_seized", "at": "2024-03-05T08:00:00+08:00", "property": "car"}


def _compared(*districts: str, **event: str) -> Comparison:
    case = {
        "id": "c1",
        "district": "nowhere",
        "kind": "enforcement",
        "properties": [{"id": "car", "type": "vehicle"}],
        "attributes": {"pilot": {"bool_value": False}},
        "events": [{**_SEIZURE, "actor": "traffic_police", **event}],
    }
    return compare(_SNAPSHOT, json_format.ParseDict(case, facts_pb2.Case()), districts, _AS_OF)


def _differences(comparison: Comparison, action: str) -> list[tuple[Difference, ...]]:
    (row,) = (row for row in comparison.rows if row.action == action)
    return [cell.differences for cell in row.cells]


def test_a_longer_deadline_is_looser() -> None:
    found = _compared("qiaonan", "qiaobei")
    assert [d.district for d in found.decisions] == ["qiaonan", "qiaobei"]
    assert _differences(found, "notify_court") == [(Difference.MEASURE,), (Difference.LOOSER,)]


def test_the_first_district_is_the_measure() -> None:
    assert _differences(_compared("qiaobei", "qiaonan"), "notify_court") == [
        (Difference.MEASURE,),
        (Difference.STRICTER,),
    ]


def test_a_duty_of_one_district_only() -> None:
    found = _compared("qiaobei", "qiaonan", type="court_notified", actor="court")
    assert _differences(found, "assist") == [(Difference.ABSENT,), (Difference.ADDED,)]


def test_missing_facts_are_not_an_absent_duty() -> None:
    case = facts_pb2.Case(id="c1", district="qiaobei", kind="enforcement")
    event = case.events.add(id="e1", type="vehicle_seized")
    event.at.seconds = _AS_OF // 1_000_000_000 - 60
    found = compare(_SNAPSHOT, case, ("qiaobei", "qiaonan"), _AS_OF)
    assert _differences(found, "notify_court") == [(Difference.ADDED,), (Difference.UNDETERMINED,)]


def test_an_unknown_district_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        _compared("qiaonan", "nowhere")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_escapes_what_the_facts_say(lang: str) -> None:
    found = _compared("qiaonan", "qiaobei", property="car")
    page = comparison_html(found, lang)
    assert page.count("<tr>") == len(found.rows) + 1
    assert len(sheet_of(found, lang).lines) == len(found.rows)
    case = facts_pb2.Case(id="<b>c</b>", district="qiaobei", kind="enforcement")
    escaped = comparison_html(compare(_SNAPSHOT, case, ("qiaobei",), _AS_OF), lang)
    assert "<b>c</b>" not in escaped
    assert "&lt;b&gt;c&lt;/b&gt;" in escaped


def test_the_data_names_each_districts_obligations() -> None:
    found = _compared("qiaonan", "qiaobei")
    data = comparison_json(found, "zh")
    ids = {o["id"] for decision in data["decisions"] for o in decision["obligations"]}
    assert {i for row in data["rows"] for cell in row["cells"] for i in cell["obligations"]} == ids


def _rewards(claim_fen: int) -> Comparison:
    event = {"id": "e1", "type": "clue_reported", "at": "2024-03-05T08:00:00+08:00", "count": 1}
    told = {"id": "c1", "district": "x", "kind": "enforcement", "claim_fen": claim_fen, "events": [event]}
    case = json_format.ParseDict(told, facts_pb2.Case())
    return compare(loaded(FORMS)[0], case, ("hexi", "hedong"), _AS_OF)


def test_another_amount_is_a_difference_and_stands_on_the_page() -> None:
    found = _rewards(12_345_678)
    (row,) = (row for row in found.rows if row.modality == "obligation")
    assert Difference.OTHER_AMOUNT in row.cells[1].differences
    page = comparison_html(found, "zh")
    assert "金额：500元（规定金额 500元）" in page
    assert "123,456.78元的 1% 为 1,234.5678元；四舍五入到元：1,235元" in page
    assert "金额：待定，尚缺：本地参数“奖励最高金额”" in page
