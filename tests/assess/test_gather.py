"""Events of ordinary cases on the district's own file: each once, and nothing of its case with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.assess import CaseRefused
from policy.assess.gather import counted_types, gathered
from policy.decide import decide
from policy.facts.parsing import parse_case
from policy.facts.writing import case_json
from policy.text.diagnostics import Faults
from policy.text.source import Source
from policy.time.moment import parse_moment
from tests.loading import FORMS, loaded

DISTRICT = loaded(FORMS)[0].districts["hedong"]
TYPES = frozenset(("supervised",))
AS_OF = parse_moment("2024-12-31T00:00:00+08:00")


def case(ident: str, *events: dict[str, Any], kind: str = "enforcement") -> facts_pb2.Case:
    told = {"id": ident, "district": "hedong", "kind": kind, "events": list(events)}
    return json_format.ParseDict(told, facts_pb2.Case())


def supervised(ident: str, day: int, **more: Any) -> dict[str, Any]:
    at = f"2024-03-{day:02}T09:00:00+08:00"
    return {"id": ident, "type": "supervised", "at": at, "concerning": "tax", **more}


def test_what_the_rules_count() -> None:
    assert counted_types(DISTRICT) == {"supervised", "found_failing"}


def test_three_cases_reach_the_threshold_once() -> None:
    cases = [case(name, supervised("e1", day)) for day, name in enumerate("abc", start=1)]
    decision = decide(DISTRICT, gathered([*cases, cases[0]], "hedong", TYPES), AS_OF)
    found = [o.trigger for o in decision.obligations if o.rule == "hedong.thrice"]
    assert found == ["events[c/e1]"]


def test_nothing_of_the_case_comes_with_the_event() -> None:
    told = case(
        "a",
        {"id": "e0", "type": "answered", "at": "2024-03-01T00:00:00Z"},
        supervised("e1", 2, about="e0", party="p", person="x", actor="court", count=2),
    )
    (event,) = gathered([told], "hedong", TYPES).events
    stated = {field.name for field, _ in event.ListFields()}
    assert stated == {"id", "type", "at", "concerning", "actor", "count"}


def test_the_file_keeps_what_it_has() -> None:
    file = case(
        "file",
        supervised("own", 9),
        {"id": "y", "type": "year_started", "at": "2024-01-01T00:00:00Z"},
        kind="district",
    )
    made = gathered([case("a", supervised("e1", 2)), file], "hedong", TYPES)
    assert (made.id, made.kind) == ("file", "district")
    assert [event.id for event in made.events] == ["y", "a/e1", "own"]


@pytest.mark.parametrize(
    ("cases", "code", "position"),
    [
        ([case("a", supervised("e1", 1)), case("a", supervised("e1", 2))], "LNK827", 1),
        ([case("f", kind="district"), case("g", kind="district")], "LNK800", 1),
        ([case("f", supervised("a/e1", 3), kind="district"), case("a", supervised("e1", 1))], "LNK827", 1),
    ],
)
def test_what_is_refused(cases: list[facts_pb2.Case], code: str, position: int) -> None:
    with pytest.raises(CaseRefused) as refused:
        gathered(cases, "hedong", TYPES)
    assert (refused.value.code, refused.value.position) == (code, position)


def test_a_case_of_another_district_is_refused() -> None:
    other = case("a")
    other.district = "hexi"
    with pytest.raises(CaseRefused) as refused:
        gathered([other], "hedong", TYPES)
    assert refused.value.code == "LNK828"


named = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 28)), max_size=6, unique=True)


@given(named, st.randoms())
def test_order_and_repetition_do_not_matter(told: list[tuple[str, int]], random: Any) -> None:
    cases = [case(f"{name}{day}", supervised("e1", day)) for name, day in told]
    once = gathered(cases, "hedong", TYPES)
    mixed = [*cases, *cases]
    random.shuffle(mixed)
    assert gathered(mixed, "hedong", TYPES) == once
    assert gathered([once, *mixed], "hedong", TYPES) == once


@given(named)
def test_the_written_file_is_read_back(told: list[tuple[str, int]]) -> None:
    made = gathered(
        [case(f"{name}{day}", supervised("e1", day, score=1.5)) for name, day in told], "hedong", TYPES
    )
    faults = Faults()
    parsed = parse_case(Source("file.json", json.dumps(case_json(made))), faults)
    assert list(faults) == []
    assert parsed is not None
    assert parsed.case == made
