"""Cases from YAML and JSON: every field of the facts, faults as their author sees them."""

import re
from pathlib import Path

import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.decide.snapshot import District, load_snapshot
from policy.facts.parsing import ParsedCase, parse_case
from policy.facts.reading import FactsError
from policy.text.diagnostics import Faults, render
from policy.text.messages import requests
from policy.text.source import Source, decode, read_source
from tests.golden import check

BAD = Path(__file__).parent / "bad"
CASES = sorted(path.stem for path in BAD.glob("*.case"))
AS_OF = 1_709_956_800_000_000_000  # 2024-03-09T12:00:00+08:00

FULL = """\
id: 7
kind: enforcement
stage: ~
categories: wages
filed_at: 2024-01-05T09:00:00+08:00
claim_fen: 1200000
flags: {major_complex: true, evasion: null}
parties:
- id: p1
  role: debtor
  traits: [dishonest_debtor, lawyer]
  household: {subdistrict: 甲街道, within_district: false}
- {id: p2, role: debtor, relations: [{kind: spouse_of, party: p1}]}
documents:
- {id: d1, type: notice, services: [{id: s1, body: court, at: 2024-01-05T01:00:00.25Z}]}
attributes: {pilot: true, floors: 3, share: 2.5, label: "3", seen: 2024-01-05T01:00:00Z, ratio: 1}
"""


@pytest.fixture(scope="module")
def district(rules: Path) -> District:
    return load_snapshot(rules)[0].districts["qiaonan"]


def parsed(text: str, attributes: dict[str, str] | None = None) -> ParsedCase:
    faults = Faults()
    found = parse_case(Source("case.yaml", text), faults, attributes)
    assert found is not None, "\n".join(render(item, "en") for item in faults)
    return found


def test_every_kind_of_value() -> None:
    case = parsed(FULL, {"ratio": "double"}).case
    expected = facts_pb2.Case(id="7", kind="enforcement", categories=["wages"], claim_fen=1_200_000)
    expected.filed_at.FromJsonString("2024-01-05T01:00:00Z")
    expected.flags.major_complex = True
    first = expected.parties.add(id="p1", role="debtor", traits=["dishonest_debtor", "lawyer"])
    first.household.subdistrict, first.household.within_district = "甲街道", False
    expected.parties.add(id="p2", role="debtor").relations.add(kind="spouse_of", party="p1")
    service = expected.documents.add(id="d1", type="notice").services.add(id="s1", body="court")
    service.at.FromJsonString("2024-01-05T01:00:00.25Z")
    expected.attributes["pilot"].bool_value = True
    expected.attributes["floors"].int_value = 3
    expected.attributes["share"].double_value = 2.5
    expected.attributes["label"].string_value = "3"
    expected.attributes["seen"].time_value.FromJsonString("2024-01-05T01:00:00Z")
    expected.attributes["ratio"].double_value = 1
    assert case == expected


def test_what_is_not_written_stays_unknown() -> None:
    case = parsed("id: c1\nflags: {}\nparties: [{id: p1, household: {}}]").case
    assert case.HasField("flags")
    assert not case.flags.HasField("major_complex")
    assert case.parties[0].HasField("household")
    assert not case.HasField("claim_fen")


def test_a_request_gives_its_moment() -> None:
    found = parsed(
        '{"case": {"id": "c1", "filedAt": "2024-01-05T01:00:00Z"}, "asOf": "1970-01-01T00:00:01Z"}'
    )
    assert found.as_of == 1_000_000_000
    assert found.case.filed_at.seconds == 1_704_416_400
    assert found.place("case.filed_at").snippet == '"2024-01-05T01:00:00Z"'


def test_a_missing_field_is_placed_at_what_should_hold_it() -> None:
    found = parsed("id: c1\nevents:\n- {id: e1}\n- {type: x}\n")
    assert str(found.place("case.events[1].id")) == "case.yaml:4:3"
    assert str(found.place("case.attributes[x]")) == "case.yaml:1:1"


codes = st.text("abc_", min_size=1, max_size=5)
stamps = st.integers(-62_135_596_800, 253_402_300_799)


@st.composite
def cases(draw: st.DrawFn) -> facts_pb2.Case:
    case = facts_pb2.Case(id=draw(st.text(max_size=4)), categories=draw(st.lists(codes, max_size=2)))
    if draw(st.booleans()):
        case.claim_fen = draw(st.integers(-(2**63), 2**63 - 1))
        case.filed_at.seconds, case.filed_at.nanos = draw(stamps), draw(st.integers(0, 999_999_999))
    if draw(st.booleans()):
        case.flags.major_complex = draw(st.booleans())
    for _ in range(draw(st.integers(0, 2))):
        party = case.parties.add(id=draw(codes), traits=draw(st.lists(codes, max_size=2)))
        party.household.subdistrict = draw(st.text(max_size=3))
        case.documents.add(id=draw(codes)).services.add(body=draw(codes)).at.seconds = draw(stamps)
    case.attributes["flag"].bool_value = draw(st.booleans())
    case.attributes["count"].int_value = draw(st.integers(-(2**63), 2**63 - 1))
    case.attributes["ratio"].double_value = draw(st.floats(allow_nan=False, allow_infinity=False))
    case.attributes["text"].string_value = draw(codes)
    return case


@given(cases(), st.booleans())
def test_what_grpc_clients_write_as_json_is_the_same_case(case: facts_pb2.Case, snake: bool) -> None:
    text = json_format.MessageToJson(case, preserving_proto_field_name=snake)
    faults = Faults()
    found = parse_case(Source("case.json", text), faults)
    if found is None:  # control characters and the like, which no file of ours may hold
        assert {item.code for item in faults} <= {"LNK103", "LNK110", "LNK119"}
    else:
        assert found.case == case


keys = st.sampled_from(["id", "kind", "events", "at", "flags", "attributes", "case", "as_of", "traits", "x"])
plain = st.sampled_from(
    ["~", "true", "3", "9" * 30, "-1.5e9", "2024-03-02", "'x'", "", "[]", "{}", "*a", "交警"]
)
nested = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(keys, inner, max_size=3).map(
            lambda entries: "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"
        ),
    ),
    max_leaves=12,
)


@given(nested)
def test_any_text_is_a_case_or_faults(district: District, text: str) -> None:
    faults = Faults()
    found = parse_case(Source("case.yaml", text), faults, {"x": "bool"})
    assert (found is None) == faults.errors
    if found is not None:
        try:
            district.reader.read(found.case, AS_OF)
        except FactsError as error:
            for violation in error.violations:
                assert render(found.fault(violation, district.vocabulary), "zh")


@pytest.mark.parametrize("name", CASES)
def test_whole_message(name: str, district: District, update_golden: bool) -> None:
    faults = Faults()
    found = parse_case(read_source(BAD / f"{name}.case", "case.yaml"), faults, {"pilot": "bool"})
    if found is not None:
        with pytest.raises(FactsError) as caught:
            district.reader.read(found.case, found.as_of if found.as_of is not None else AS_OF)
        faults.extend(found.fault(violation, district.vocabulary) for violation in caught.value.violations)
    assert name.split("-")[0] in {item.code for item in faults}
    shown = "\n\n".join(render(item, lang) for lang in ("zh", "en") for item in faults) + "\n"
    check(BAD / f"{name}.golden", shown, update_golden)


def test_every_code_has_a_bad_case(repo_root: Path) -> None:
    shown = {
        found[0]
        for path in (repo_root / "tests").glob("*/bad/*")
        if (found := re.match(r"LNK\d{3}(?=-)", path.name))
    }
    # Only the server has a language to refuse; tests/decide has cases too large for here, and tests/assess
    # those of other districts.
    assert {entry.code for entry in requests.ENTRIES} - shown == {
        "LNK819",
        "LNK822",
        "LNK823",
        "LNK824",
        "LNK826",
        "LNK827",
        "LNK828",
    }


_ANY_SPACE = '{"id"\n:\t"c1"\r\n,"kind" :"\\ud83d\\ude00", "claim_fen": 3}'


@pytest.mark.parametrize("name", ["case.json", "-", "", "case.JSON", "case.txt"])
def test_json_is_read_as_json(name: str) -> None:
    """White space stands between any two tokens; what is escaped as two halves is one character."""
    faults = Faults()
    found = parse_case(decode(name, _ANY_SPACE.encode()), faults)
    assert not len(faults), "\n".join(render(item, "en") for item in faults)
    assert found is not None
    assert found.case == facts_pb2.Case(id="c1", kind="😀", claim_fen=3)
    assert found.place("case.kind").snippet == r'"\ud83d\ude00"'


@pytest.mark.parametrize("name", ["case.yaml", "-", "case.txt"])
def test_what_is_no_json_is_yaml(name: str) -> None:
    found = parse_case(Source(name, "{id: c1, kind: k}"), Faults())
    assert found is not None
    assert found.case == facts_pb2.Case(id="c1", kind="k")


@pytest.mark.parametrize("name", ["case.json", ""])
def test_what_must_be_json_and_is_not_is_refused(name: str) -> None:
    faults = Faults()
    assert parse_case(Source(name, "{id: c1}"), faults) is None
    assert [item.code for item in faults] == ["LNK110"]
