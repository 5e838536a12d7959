"""What a department is told beside its duties: what is said of these, and of facts that they rest on."""

from pathlib import Path
from typing import Any

import pytest

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.decision import Decision, Notice
from policy.decide.snapshot import District
from server.convert.concern import Concern
from server.convert.part import OwnPart
from server.decisions.active import load
from tests.server.cases import NOW, SEIZURE, case

SEARCH: dict[str, Any] = {"id": "s1", "type": "search_requested", "party": "p1", "at": "2024-03-01T01:30:00Z"}
EVENTS: list[dict[str, Any]] = [
    SEIZURE["events"][0],
    SEARCH,
    {"id": "n1", "type": "court_notified", "about": "s1", "actor": "tax", "at": "2024-03-02T03:30:00Z"},
    {"id": "a1", "type": "answered", "about": "s1", "actor": "public_security", "at": "2024-02-01T03:30:00Z"},
    {"id": "a2", "type": "answered", "about": "s1", "actor": "tax", "at": "2024-03-03T03:30:00Z"},
    SEARCH | {"id": "s2", "at": "2024-03-05T07:30:00Z"},
    {"id": "r", "type": "case_resumed", "at": "2024-03-01T01:30:00Z"},
]
PARTIES = [
    {"id": "p1", "role": "debtor", "kind": "natural_person"},
    {"id": "p2", "role": "applicant", "kind": "natural_person", "traits": ["party_member"]},
]
EARLY, BY_ANOTHER = ("LNK855", "case.events[3].at"), ("LNK856", "case.events[4].actor")


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    rules = Path(__file__).parents[1] / "rules"
    return load(rules, tmp_path_factory.mktemp("sources")).snapshot.districts["qiaonan"]


@pytest.fixture(scope="module")
def sent() -> facts_pb2.Case:
    return case(parties=PARTIES, events=EVENTS, claim_fen=5)


@pytest.fixture(scope="module")
def decision(district: District, sent: facts_pb2.Case) -> Decision:
    return decide(district, sent, NOW)


def test_the_court_is_told_all(decision: Decision) -> None:
    assert [notice.code for notice in decision.warnings] == ["LNK852", "LNK855", "LNK856", "LNK857", "LNK858"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("public_security", [EARLY, BY_ANOTHER]),  # its search was answered too early, and by the tax office
        ("court", [EARLY, BY_ANOTHER]),  # to whom that is owed
        ("tax", [BY_ANOTHER]),  # whose act it was
        ("traffic_police", []),  # who have to do with the car alone
        ("civil_affairs", []),
    ],
)
def test_a_department_is_told_what_concerns_it(
    body: str, told: list[tuple[str, str]], decision: Decision, district: District, sent: facts_pb2.Case
) -> None:
    own = OwnPart(frozenset((body,)), district.vocabulary).decision(decision, sent)
    assert [(notice.code, notice.path) for notice in own.warnings] == [*told, ("LNK862", "")]


@pytest.mark.parametrize(
    ("path", "others", "police", "traffic_police"),
    [
        ("case.parties[0].role", "", True, False),
        ("case.parties[1].role", "", False, False),
        ("case.parties[1].role", "path:parties[p1].statuses[x]", True, False),
        ("case.properties[0].type", "", False, True),
        ("case.events[0].at", "", False, True),
        ("case.events[2]", "", False, True),
        ("case.claim_fen", "", True, False),
        ("case.flags.may_affect_stability", "", True, False),
        ("case.filed_at", "", False, False),
        ("case.attributes[pilot]", "", False, True),
        ("case.attributes[other]", "", False, False),
        ("", "nobody:", False, False),
        ("as_of", "", False, False),
    ],
)
def test_places_of_the_case(
    path: str, others: str, police: bool, traffic_police: bool, decision: Decision, sent: facts_pb2.Case
) -> None:
    notice = Notice("LNK850", path, (("others", (others,) if others else ()),))
    found = []
    for body in ("public_security", "traffic_police"):
        duties = [o for o in decision.obligations if body in (*o.bearers, *o.counterparties)]
        open_rules = [u for u in decision.undetermined if body in u.plan.rule.counterparty.bodies]
        concern = Concern(sent, frozenset((body,)), duties, open_rules)
        found.append(concern.has(notice))
        # Some of those that are not listed may be about anything.
        assert concern.has(Notice("LNK861", "", (("count", ("3",)),)))
        assert not concern.has(Notice("LNK860", "", (("awaited", ("events:answered",)),)))
    assert found == [police, traffic_police]
