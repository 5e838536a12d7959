"""Cases as a court's system would hold them."""

from __future__ import annotations

from typing import Any

from linkage_client import shanghai

NOON = shanghai(2024, 3, 2, 12)


def seizure(identity: str = "c-1", **changes: Any) -> dict[str, Any]:
    """A car seized on 2024-03-02 at 09:30: the traffic police owe the court a notice within 24 hours."""
    at = shanghai(2024, 3, 2, 9, 30)
    event = {"id": "e1", "type": "vehicle_seized", "at": at, "actor": "traffic_police"}
    return {"id": identity, "district": "liwan", "kind": "enforcement", "events": [event]} | changes
