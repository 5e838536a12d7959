"""Cases for generated expressions: every fact by its path, stated or left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from tests.expr.harness import case_of

_CODES = ("a", "court", "x", "y")
_MOMENTS = ("2024-01-31T09:30:00+08:00", "2024-02-29T23:59:59.000001+08:00", "2001-01-01T00:00:00Z")
_INTS = (0, 1, 2, -7, 500, 9223372036854775807, -9223372036854775808)

VALUES: Mapping[str, tuple[Any, ...]] = {
    "flags.major_complex": (False, True),
    "flags.evasion": (False, True),
    "attributes[pilot]": (False, True),
    "parties[p1].household.within_district": (False, True),
    "claim_fen": _INTS,
    "claimants": (0, 1, 2, 3),
    "attributes[n]": _INTS,
    "attributes[score]": (0.0, 1.5, -2.5, 1e308, -1e308),
    "stage": _CODES,
    "filed_at": _MOMENTS,
    "events[e1].actor": _CODES,
    "events[e1].party": ("p1", "p2"),
    "events[e1].at": _MOMENTS,
    "events[e2].actor": _CODES,
    "events[e2].at": _MOMENTS,
    "parties[p1].household.subdistrict": _CODES,
    "parties[p1].kind": _CODES,
    "parties[p2].kind": _CODES,
}
"""Every fact that a case may leave out, and values to state for it."""

stated = st.fixed_dictionaries({path: st.sampled_from(values) for path, values in VALUES.items()})
hidden = st.sets(st.sampled_from(sorted(VALUES)), max_size=6)

_FIELDS = {"major_complex": "majorComplex", "within_district": "withinDistrict"}


def case_with(values: Mapping[str, Any], left_out: Collection[str] = ()) -> facts_pb2.Case:
    """The case that states these facts, but for those left out."""
    parts: dict[str, dict[str, Any]] = {
        "": {"categories": ["x", "y"]},
        "flags": {},
        "attributes": {},
        "events[e1]": {"id": "e1", "type": "x"},
        "events[e2]": {"id": "e2", "type": "y", "party": "p2"},
        "parties[p1]": {"id": "p1", "role": "debtor", "traits": ["member"]},
        "parties[p2]": {"id": "p2", "role": "court"},
        "parties[p1].household": {},
    }
    for path, value in values.items():
        if path in left_out:
            continue
        if path.startswith("attributes"):
            name = path.removeprefix("attributes[").removesuffix("]")
            kind = {"pilot": "boolValue", "score": "doubleValue", "n": "intValue"}[name]
            parts["attributes"][name] = {kind: value}
        else:
            owner, _, field = path.rpartition(".")
            parts[owner][_FIELDS.get(field, field)] = value
    events = [parts["events[e1]"], parts["events[e2]"]]
    parties = [parts["parties[p1]"] | {"household": parts["parties[p1].household"]}, parts["parties[p2]"]]
    whole = {name: parts[name] for name in ("flags", "attributes")}
    return case_of(**_camel(parts[""]), **whole, events=events, parties=parties)


def _camel(fields: Mapping[str, Any]) -> dict[str, Any]:
    names = {"claim_fen": "claimFen", "filed_at": "filedAt"}
    return {names.get(name, name): value for name, value in fields.items()}
