"""Plain data to a case: the message that the service's own reader makes, or every mistake with its place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import yaml

from linkage.v1 import facts_pb2
from linkage_client import Refused, case_of, shanghai, start_of_day
from policy.facts.parsing import parse_case
from policy.text.diagnostics import Faults
from policy.text.source import Source

CASES = sorted((Path(__file__).parents[1] / "bench" / "cases").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_plain_data_becomes_the_message_that_the_service_reads(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ours = parse_case(Source(path.name, text), Faults())
    assert ours is not None
    # PyYAML makes aware datetimes of moments, as a court's own database would give them.
    assert case_of(yaml.safe_load(text)["case"]) == ours.case


def test_names_of_json_and_of_the_schema() -> None:
    assert case_of({"filedAt": "2024-03-02T09:30:00+08:00", "claimFen": "12"}) == case_of(
        {"filed_at": shanghai(2024, 3, 2, 9, 30), "claim_fen": 12}
    )


def test_a_message_is_taken_as_it_is() -> None:
    case = facts_pb2.Case(id="c")
    assert case_of(case) is case


def test_none_leaves_a_fact_unknown() -> None:
    case = case_of({"id": "c", "stage": None, "flags": {"hardship": None}, "attributes": {"a": None}})
    assert not case.HasField("stage")
    assert not case.flags.HasField("hardship")
    assert dict(case.attributes) == {}


def test_moments_keep_their_instant_and_their_nanoseconds() -> None:
    utc = datetime(2024, 3, 2, 1, 30, tzinfo=UTC)
    assert case_of({"filed_at": utc}) == case_of({"filed_at": shanghai(2024, 3, 2, 9, 30)})
    assert case_of({"filed_at": "2024-03-02T09:30:00.123456789+08:00"}).filed_at.nanos == 123_456_789
    day = case_of({"filed_at": start_of_day(date(2024, 3, 2))})
    assert day == case_of({"filed_at": "2024-03-01T16:00:00Z"})


def test_attributes_have_the_type_of_their_value() -> None:
    class Code(StrEnum):
        NORTH = "north"

    moment = shanghai(2024, 3, 2)
    case = case_of(
        {
            "attributes": {
                "pilot": True,
                "floors": 3,
                "share": 0.5,
                "side": Code.NORTH,
                "since": moment,
                "told": {"timeValue": "2024-03-01T16:00:00Z"},
            }
        }
    )
    kinds = {name: value.WhichOneof("value") for name, value in case.attributes.items()}
    assert kinds == {
        "pilot": "bool_value",
        "floors": "int_value",
        "share": "double_value",
        "side": "string_value",
        "since": "time_value",
        "told": "time_value",
    }
    assert case.attributes["since"] == case.attributes["told"]


BAD: list[tuple[Any, list[tuple[str, str, str]]]] = [
    ({"evnts": []}, [("case.evnts", "LNK811", "events")]),
    ({"event": [], "x": 1}, [("case.event", "LNK811", "events"), ("case.x", "LNK811", "")]),
    ({"asOf": "2024-03-02T00:00:00Z"}, [("case.asOf", "LNK811", "")]),
    ({"filedAt": None, "filed_at": None}, [("case.filed_at", "LNK818", "")]),
    ({"id": 5}, [("case.id", "LNK815", "")]),
    ({"events": {"id": "e"}}, [("case.events", "LNK815", "")]),
    ({"events": "e"}, [("case.events", "LNK815", "")]),
    ({"events": [None]}, [("case.events[0]", "LNK815", "")]),
    ({"events": [{"count": 1.0}]}, [("case.events[0].count", "LNK815", "")]),
    ({"events": [{"score": "9"}]}, [("case.events[0].score", "LNK815", "")]),
    ({"events": [{"score": 10**400}]}, [("case.events[0].score", "LNK840", "")]),
    ({"events": [{"score": float("nan")}]}, [("case.events[0].score", "LNK840", "")]),
    ({"claim_fen": True}, [("case.claim_fen", "LNK815", "")]),
    ({"claim_fen": 2**63}, [("case.claim_fen", "LNK817", "")]),
    ({"claim_fen": "9" * 5000}, [("case.claim_fen", "LNK817", "")]),
    ({"claim_fen": "-"}, [("case.claim_fen", "LNK815", "")]),
    ({"flags": {"hardship": "yes"}}, [("case.flags.hardship", "LNK815", "")]),
    ({"filed_at": datetime(2024, 3, 2, 9, 30)}, [("case.filed_at", "LNK816", "")]),
    ({"filed_at": date(2024, 3, 2)}, [("case.filed_at", "LNK816", "")]),
    ({"filed_at": "2024-03-02"}, [("case.filed_at", "LNK816", "")]),
    ({"filed_at": "2024-03-02T09:30:00"}, [("case.filed_at", "LNK816", "")]),
    ({"filed_at": "2024-03-02 09:30:00Z"}, [("case.filed_at", "LNK816", "")]),
    ({"filed_at": "2024-02-30T09:30:00Z"}, [("case.filed_at", "LNK816", "")]),
    ({"filed_at": "2024-03-02T09:30:00+25:00"}, [("case.filed_at", "LNK816", "")]),
    ({"filed_at": "2024-03-02T09:30:00.1234567891Z"}, [("case.filed_at", "LNK816", "")]),
    ({"filed_at": 1_709_342_400}, [("case.filed_at", "LNK815", "")]),
    ({"attributes": []}, [("case.attributes", "LNK815", "")]),
    ({"attributes": {5: True}}, [("case.attributes[5]", "LNK815", "")]),
    ({"attributes": {"a": ["b"]}}, [("case.attributes[a]", "LNK815", "")]),
    ({"attributes": {"a": {"boolvalue": True}}}, [("case.attributes[a].boolvalue", "LNK811", "bool_value")]),
    ({5: 1}, [("case.5", "LNK811", "")]),
    ([], [("case", "LNK815", "")]),
    ("{}", [("case", "LNK815", "")]),
]


@pytest.mark.parametrize(("data", "wrong"), BAD)
def test_mistakes_are_refused_with_their_places(data: Any, wrong: list[tuple[str, str, str]]) -> None:
    with pytest.raises(Refused) as caught:
        case_of(data)
    assert [(v.field, v.code, v.suggestion) for v in caught.value.violations] == wrong


def test_every_mistake_is_told_in_the_language_asked_for_and_without_the_facts() -> None:
    wrong = {"id": 17, "evnts": [], "filed_at": datetime(2024, 3, 2, 9, 30)}
    with pytest.raises(Refused) as caught:
        case_of(wrong, "en")
    assert str(caught.value) == (
        "case.id: text is expected here (and 2 more) (INVALID_REQUEST, LNK815)\n"
        "  case.evnts: Case has no field “evnts” [LNK811, events?]\n"
        "  case.filed_at: not a moment: no time zone: linkage_client.shanghai(…) makes one [LNK816]"
    )
    with pytest.raises(Refused, match=r"case.evnts: Case没有字段“evnts”（是不是“events”？）") as caught:
        case_of({"evnts": []})
    assert "17" not in str(caught.value)
