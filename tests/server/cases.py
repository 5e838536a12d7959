"""Cases of the fixture district, and requests about them."""

from typing import Any

from google.protobuf import json_format

from linkage.v1 import facts_pb2
from linkage.v1 import policy_service_pb2 as api

NOW = 1_709_618_400_000_000_000
"""2024-03-05 14:00 in Shanghai: what the server's clock shows."""

SEIZURE: dict[str, Any] = {
    "id": "c1",
    "district": "qiaonan",
    "kind": "enforcement",
    "properties": [{"id": "car", "type": "vehicle"}],
    "events": [
        {
            "id": "e1",
            "type": "vehicle_seized",
            "at": "2024-03-02T01:30:00Z",
            "actor": "traffic_police",
            "property": "car",
        }
    ],
    "attributes": {"pilot": {"boolValue": False}},
}
"""A car seized on 2024-03-02 at 09:30: the police owe the court a notice within 24 hours."""


def case(**changes: Any) -> facts_pb2.Case:
    """The case SEIZURE with some of its fields replaced."""
    return json_format.ParseDict({**SEIZURE, **changes}, facts_pb2.Case())


def request(language: str = "", as_of: int | None = None, **changes: Any) -> api.EvaluateRequest:
    """An EvaluateRequest about ``case(**changes)``; ``as_of`` in seconds."""
    message = api.EvaluateRequest(case=case(**changes), language=language)
    if as_of is not None:
        message.as_of.seconds = as_of
    return message


def large_case(parties: int) -> facts_pb2.Case:
    """A case of many debtors, all of whom somebody searches for."""
    people = [{"id": f"p{i}", "role": "debtor", "kind": "natural_person"} for i in range(parties)]
    events = [
        {"id": f"s{i}", "type": "search_requested", "party": f"p{i}", "at": "2024-03-01T01:30:00Z"}
        for i in range(parties)
    ]
    return case(parties=people, events=events)
