"""Rules that no shipped district writes, but that one may: columns say what ``decide`` says of them too."""

from __future__ import annotations

import shutil

import pytest

from linkage.v1 import facts_pb2
from policy.bulk.columns import Columns
from policy.decide import decide
from policy.decide.snapshot import District, load_snapshot
from policy.facts.reading import FactsError
from tests.bulk.columns.harness import Asked, check, decided
from tests.decide.cases import AS_OF
from tests.loading import FIXTURES

_SECONDS = AS_OF // 10**9
_RULE = """
  - id: qiaonan.{name}
    title: {name}
    basis: ["1"]
    each: {{{each}}}
    when: [{{expr: '{when}', means: {name}}}]
    modality: obligation
    bearer: {bearer}
    action: {action}
    {rest}
"""


def _rule(
    name: str, each: str, when: str, bearer: str = "tax", action: str = "assist", rest: str = ""
) -> str:
    return _RULE.format(name=name, each=each, when=when, bearer=bearer, action=action, rest=rest)


_RULES = {
    "always": _rule("always", "e: case.events", "true"),
    "constant": _rule(
        "constant", "e: case.events", 'param.on && e.type == "answered" || attr.pilot && !param.on'
    ),
    "named": _rule("named", "b: breaches, e: case.events", "e.obligation == b.obligation"),
    "served": _rule(
        "served", "d: case.documents, s: d.services", 's.party == "" && s.party != "p"', rest="trigger: s"
    ),
    "by party": _rule(
        "by", "d: case.documents, s: d.services", "s.at < as_of", "{party: s.party}", rest="trigger: s"
    ),
    "any bearer": _rule(
        "bearer",
        "p: case.parties",
        'p.role == "debtor"',
        "{expr: p.household.community}",
        rest="deadline: {on: 2024-01-01}",
    ),
    "chain": _rule(
        "chain",
        "b: breaches, e: case.events",
        'e.at <= as_of && b.action == "report"',
        "court",
        "report",
        "deadline: {within: 1 day, from: b.at}",
    ),
}


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    root = tmp_path_factory.mktemp("odd") / "rules"
    shutil.copytree(FIXTURES, root, ignore=shutil.ignore_patterns("tests", "qiaobei"))
    duties = root / "qiaonan" / "duties.yaml"
    head, tail = duties.read_text(encoding="utf-8").split("assessments:")
    duties.write_text(head + "".join(_RULES.values()) + "assessments:" + tail, encoding="utf-8")
    pack = root / "qiaonan" / "pack.yaml"
    declared = "parameters:\n  on: {type: bool, value: true, means: x, provenance: local}\n"
    pack.write_text(pack.read_text(encoding="utf-8").replace("parameters:\n", declared), encoding="utf-8")
    return load_snapshot(root)[0].districts["qiaonan"]


def _case(name: str = "c") -> facts_pb2.Case:
    return facts_pb2.Case(id=name, district="qiaonan", kind="enforcement")


def _event(case: facts_pb2.Case, type_: str, days_ago: int, **fields: str) -> facts_pb2.Event:
    event = case.events.add(id=f"e{len(case.events)}", type=type_, **fields)
    event.at.seconds = _SECONDS - days_ago * 86_400
    return event


def _rules_of(district: District, case: facts_pb2.Case) -> set[str]:
    return {o.rule.removeprefix("qiaonan.") for o in decide(district, case, AS_OF).obligations}


def test_conditions_that_are_constants(district: District) -> None:
    case = _case()
    case.attributes["pilot"].bool_value = True
    _event(case, "answered", 3)
    _event(case, "court_notified", 3)
    assert {"always", "constant"} <= _rules_of(district, case)
    assert check(district, [Asked(case, AS_OF)]) == 0


def test_a_service_on_a_unit_beside_one_on_a_party(district: District) -> None:
    """The party of the one reads as the empty text, whatever other texts the batch holds."""
    on_unit, on_party = _case("p"), _case("q")
    for case in (on_unit, on_party):
        case.attributes["pilot"].bool_value = True
        case.parties.add(id="p", role="debtor").household.community = "x"
    service = on_unit.documents.add(id="d", type="assistance_notice").services.add(id="s", body="court")
    service.at.seconds = _SECONDS + 60
    other = on_party.documents.add(id="d", type="assistance_notice").services.add(id="s", party="p")
    other.at.seconds = _SECONDS - 60
    later = AS_OF + 3600 * 10**9
    assert "no_bearer" in {error.reason for error in decide(district, on_unit, later).errors}
    assert "by" in _rules_of(district, on_party)
    assert check(district, [Asked(on_party, AS_OF), Asked(on_unit, AS_OF)]) == 0  # not served yet
    assert check(district, [Asked(on_party, AS_OF), Asked(on_unit, later)]) == 1


def test_an_event_that_names_a_breached_obligation(district: District) -> None:
    case = _case()
    case.attributes["pilot"].bool_value = False
    _event(case, "vehicle_seized", 9, actor="traffic_police", property="w")
    case.properties.add(id="w", type="vehicle")
    breached = next(o for o in decide(district, case, AS_OF).obligations if o.standing.violated_at)
    _event(case, "answered", 8, obligation=breached.id)
    assert "named" in _rules_of(district, case)
    assert check(district, [Asked(case, AS_OF)]) == 0


def test_a_bearer_that_is_one_of_very_many_texts(district: District) -> None:
    """More than the numbers of the vocabulary's codes can tell apart."""
    asked = []
    for number in range(34):
        case = _case(f"c{number}")
        for place in range(990):
            case.parties.add(id=f"p{number}-{place}", role="applicant")
        case.parties.add(id="p", role="debtor").household.community = f"甲{number}"
        case.attributes["pilot"].bool_value = False
        asked.append(Asked(case, AS_OF))
    assert "breach.circulate" in _rules_of(district, asked[0].case)
    assert check(district, asked) == 0


def test_breaches_that_multiply(district: District) -> None:
    """Each of seven events makes a breach of every breach: the other case is decided all the same."""
    many, none = _case("many"), _case("none")
    for case in (many, none):
        case.attributes["pilot"].bool_value = False
        _event(case, "year_started", 900)
        for _ in range(6):
            _event(case, "court_notified", 800)
    many.kind = "district"
    with pytest.raises(FactsError):
        decide(district, many, AS_OF)
    _, doubtful = decided(Columns(district), [Asked(many, AS_OF), Asked(none, AS_OF)])
    assert doubtful.tolist() == [True, False]


def test_a_chain_of_breaches_without_end(district: District) -> None:
    chain, none = _case("chain"), _case("none")
    for case in (chain, none):
        case.attributes["pilot"].bool_value = False
        _event(case, "year_started", 900)
    chain.kind = "district"
    assert "chain_too_long" in {error.reason for error in decide(district, chain, AS_OF).errors}
    _, doubtful = decided(Columns(district), [Asked(chain, AS_OF), Asked(none, AS_OF)])
    assert doubtful.tolist() == [True, False]
