"""Examples of calls that work as they stand, under whatever rules serve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policy.decide.snapshot import Snapshot

DISTRICT = "liwan"
"""The district that examples are of where no rules are at hand, or it is among them."""
SEIZED = "vehicle_seized"
AS_OF = "2024-03-05T12:00:00+08:00"


def examples_under(snapshot: Snapshot) -> Mapping[str, Any]:
    """Those under the rules that serve."""
    districts = sorted(snapshot.districts)
    district = DISTRICT if DISTRICT in districts or not districts else districts[0]
    return examples_of(district, SEIZED in snapshot.vocabulary.codes("events"))


def examples_of(district: str = DISTRICT, seized: bool = True) -> Mapping[str, Any]:
    """Bodies and parameters by call; ``seized``: whether a car may have been seized."""
    event = {"id": "e1", "type": SEIZED, "at": "2024-03-02T09:30:00+08:00", "actor": "traffic_police"}
    case: dict[str, Any] = {"id": "c-1", "district": district, "kind": "enforcement"}
    if seized:
        case["events"] = [event]
    asked = {"case": case, "asOf": AS_OF, "language": "en"}
    policy: dict[str, Any] = {
        "Evaluate": asked,
        "BatchEvaluate": {"requests": [asked]},
        "EvaluateStream": {"key": "1", "request": asked},
        "Explain": asked,
        "Compare": asked | {"districts": [district]},
        "ListPacks": {"language": "en", "pageSize": 10},
        "GetPack": {"district": district, "language": "en"},
        "GetPackFacts": {"district": district, "language": "en"},
        "GetCaseSchema": {"district": district, "language": "en"},
    }
    kind, code = ("events", SEIZED) if seized else ("districts", district)
    codes: dict[str, Any] = {
        "ListCodeKinds": {"language": "en"},
        "ListCodes": {"kind": kind, "pageSize": 10},
        "SearchCodes": {"query": code},
        "GetCode": {"kind": kind, "code": code},
    }
    assessed = {"district": district, "period": {"year": 2024}, "language": "en"}
    assessments: dict[str, Any] = {
        "Assess": assessed | {"cases": [case]},
        "AssessStream": {"request": assessed | {"cases": [case]}},
    }
    services = {
        "PolicyService": policy,
        "AssessmentService": assessments,
        "VocabularyService": codes,
    }
    return {
        f"linkage.v1.{service}/{name}": example
        for service, calls in services.items()
        for name, example in calls.items()
    }
