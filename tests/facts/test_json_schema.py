"""The JSON Schema of a case takes every case of the rule tests, and refuses what no single field may hold."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from google.protobuf import json_format

from policy.facts.json_schema import case_schema, fields_of_case, paths_of_codes
from policy.pack.vocabulary import SECTIONS
from tests.loading import FIXTURES, SHIPPED, loaded

CASE: dict[str, Any] = {
    "id": "c1",
    "district": "liwan",
    "kind": "enforcement",
    "filed_at": "2024-03-01T09:00:00+08:00",
    "claim_fen": 100,
    "flags": {"major_complex": True},
    "parties": [
        {
            "id": "d",
            "role": "debtor",
            "traits": ["dishonest_debtor"],
            "statuses": [{"kind": "whereabouts_unclear", "since": "2024-01-02T00:00:00+08:00"}],
        }
    ],
    "documents": [{"id": "r", "type": "enforcement_ruling", "services": [{"id": "s", "party": "d"}]}],
    "events": [{"id": "e", "type": "vehicle_seized", "at": "2024-03-02T01:30:00.5Z", "score": 1.5}],
    "attributes": {"within_remit": {"bool_value": True}},
}


@cache
def schema(district: str, lang: str = "zh", camel: bool = False) -> dict[str, Any]:
    snapshot = loaded(FIXTURES if district.startswith("qiao") else SHIPPED)[0]
    found = snapshot.districts[district]
    declared = {name: own for program in found.programs for name, own in program.pack.attributes.items()}
    return case_schema(district, found.vocabulary, declared, lang, camel=camel)


@cache
def validator(district: str, camel: bool = False) -> Any:
    return jsonschema_rs.validator_for(schema(district, "zh", camel), validate_formats=True)


@pytest.mark.parametrize("district", [*loaded(SHIPPED)[0].districts, "qiaonan"])
@pytest.mark.parametrize("camel", [False, True])
def test_it_is_a_schema(district: str, camel: bool) -> None:
    assert jsonschema_rs.meta.is_valid(schema(district, "zh", camel))
    assert jsonschema_rs.meta.is_valid(schema(district, "en", camel))


@pytest.mark.parametrize(("root", "camel"), [(SHIPPED, False), (SHIPPED, True), (FIXTURES, False)])
def test_the_cases_of_the_rule_tests_fit(root: Any, camel: bool) -> None:
    _, tests = loaded(root)
    wrong = []
    for test in tests:
        plain = json_format.MessageToDict(test.case.case, preserving_proto_field_name=not camel)
        wrong += [str(error) for error in validator(test.district, camel).iter_errors(plain)]
    assert wrong == []


def test_the_case_of_this_test_fits() -> None:
    assert list(validator("liwan").iter_errors(CASE)) == []
    assert validator("liwan").is_valid(CASE | {"claim_fen": "100"})  # as protobuf's own JSON has it


def changed(*path: Any, to: Any) -> dict[str, Any]:
    case = copy.deepcopy(CASE)
    at: Any = case
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    return case


def wrong_cases() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "an unknown key", changed("asof", to="2024-03-01T09:00:00+08:00")
    yield "an unknown key within", changed("events", 0, "typ", to="answered")
    yield "an unknown code", changed("events", 0, "type", to="vehicle_siezed")
    yield "a label for a code", changed("kind", to="执行案件")
    yield "another district", changed("district", to="gongan")
    yield "no id", {key: value for key, value in CASE.items() if key != "id"}
    yield "an element without its type", changed("documents", 0, to={"id": "r"})
    yield "an empty text", changed("id", to="")
    yield "a text that is too long", changed("id", to="x" * 257)
    yield "a moment without a zone", changed("filed_at", to="2024-03-01T09:00:00")
    yield "a day", changed("filed_at", to="2024-03-01")
    yield "a day that there is not", changed("filed_at", to="2024-02-30T00:00:00+08:00")
    yield "another century", changed("filed_at", to="1924-03-01T09:00:00+08:00")
    yield "seconds", changed("filed_at", to=1709254800)
    yield "a text for a flag", changed("flags", "major_complex", to="yes")
    yield "half a fen", changed("claim_fen", to=0.5)
    yield "words for a number", changed("claim_fen", to="a lot")
    yield "a list for an object", changed("flags", to=[])
    yield "an object for a list", changed("events", to={})
    yield "an attribute that no pack declares", changed("attributes", to={"height": {"int_value": 1}})
    yield "an attribute of another type", changed("attributes", "within_remit", to={"int_value": 1})
    yield "an attribute without its type", changed("attributes", "within_remit", to=True)
    yield "what the service derives", changed("events", 0, "answers", to=["x"])
    yield "too many elements", changed("events", to=[CASE["events"][0]] * 1001)
    yield "null", changed("stage", to=None)


@pytest.mark.parametrize("case", [case for _, case in wrong_cases()], ids=[name for name, _ in wrong_cases()])
def test_what_does_not_fit(case: dict[str, Any]) -> None:
    assert not validator("liwan").is_valid(case)


def test_codes_have_titles_and_tell_what_they_are_replaced_by() -> None:
    events = {one["const"]: one for one in schema("liwan")["$defs"]["events"]["oneOf"]}
    assert events["vehicle_seized"] == {"const": "vehicle_seized", "title": "查扣到被执行车辆"}
    assert events["restriction_violated"]["deprecated"] is True
    english = {one["const"]: one["title"] for one in schema("liwan", "en")["$defs"]["events"]["oneOf"]}
    assert english["vehicle_seized"] == "debtor's vehicle seized"


def test_every_field_has_a_title_or_is_a_list_of_what_has() -> None:
    bare = []
    for name, part in (("case", schema("liwan")), *schema("liwan")["$defs"].items()):
        for field, found in part.get("properties", {}).items():
            if "title" not in found and "$ref" not in found and field != "id":
                bare.append(f"{name}.{field}")
    assert bare == ["Relation.party"]


def test_the_paths_of_codes_are_fields() -> None:
    paths = {path for path, _, _ in fields_of_case()}
    assert paths_of_codes().keys() == SECTIONS.keys()
    for found in paths_of_codes().values():
        assert set(found) <= paths
    assert paths_of_codes()["service_results"] == ("documents[].services[].result",)
