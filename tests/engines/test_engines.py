"""Every rule test on every engine: all say what ``compiled`` says, byte for byte."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from linkage.v1 import facts_pb2
from policy import engines
from policy.decide import decide
from policy.engines import COMPILED, ENGINES, Engine, UnknownEngineError, engine_named, running
from policy.engines import compiled as compiled_engine
from policy.engines import explain as walking
from policy.expr.ops import OPS
from policy.facts.reading import FactsError
from tests.decide.corners import case_of, district, duty, moment
from tests.loading import FIXTURES, FORMS, SHIPPED, decided, loaded

_DISTRICTS = [
    (root, code) for root in (FIXTURES, FORMS, SHIPPED) for code in sorted(loaded(root)[0].districts)
]
_AS_OF = 1_710_043_200_000_000_000
EVERY = int(os.environ.get("LINKAGE_TEST_EVERY", "3"))
"""``cel`` and ``durable`` take fifty times as long: of the shipped tests they decide each of so many."""


@pytest.mark.parametrize(("root", "code"), _DISTRICTS, ids=[code for _, code in _DISTRICTS])
def test_every_rule_test_has_the_decision_of_compiled(root: Path, code: str, other_engine: Engine) -> None:
    snapshot, tests = loaded(root)
    district = snapshot.districts[code]
    own = [(test, said) for test, said in zip(tests, decided(root), strict=True) if test.district == code]
    if root == SHIPPED and other_engine.name in ("cel", "durable"):
        own = own[::EVERY]
    assert own
    differing = [
        f"{test.span.source.name}:{test.span.line}"
        for test, said in own
        if decide(district, test.case.case, test.as_of, other_engine).canonical_bytes != said.canonical_bytes
    ]
    assert differing == []


def test_the_receipt_names_the_engine(other_engine: Engine) -> None:
    district = loaded(FIXTURES)[0].districts["qiaonan"]
    case = facts_pb2.Case(id="c", district="qiaonan", kind="enforcement")
    assert decide(district, case, _AS_OF, other_engine).receipt.engine == other_engine.name
    assert decide(district, case, _AS_OF).receipt.engine == COMPILED.name == "compiled"


@pytest.mark.parametrize("name", ["compiled", "explain", "cel"])
def test_an_engine_is_found_by_its_name(name: str) -> None:
    assert engine_named(name).name == name


def test_an_unknown_engine_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnknownEngineError, match="'drools': compiled, explain, cel, durable") as refused:
        engine_named("drools")
    assert (refused.value.name, refused.value.names) == ("drools", tuple(ENGINES))


class _Closed:
    """An engine that notes that it was closed."""

    name = "closed"
    closed = False

    def __enter__(self) -> _Closed:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True


def test_an_engine_that_needs_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _Closed()
    monkeypatch.setattr(engines, "ENGINES", {"closed": ("tests.engines.test_engines", "made")})
    monkeypatch.setattr(engines, "import_module", lambda _: SimpleNamespace(made=lambda: made))
    with running("closed") as engine:
        assert engine.name == "closed"
        assert not made.closed
    assert made.closed


def test_the_official_evaluator_notices_a_wrong_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says does not come from our operators: turned round, they no longer agree with it."""
    district = loaded(FIXTURES)[0].districts["qiaonan"]
    case = facts_pb2.Case(id="c", district="qiaonan", kind="enforcement", claim_fen=200_000_000)
    case.parties.add(id="p", role="debtor")
    case.flags.may_affect_stability = False

    def rules(name: str) -> set[str]:
        return {o.rule for o in decide(district, case, _AS_OF, engine_named(name)).obligations}

    assert rules("explain") == rules("cel") == {"qiaonan.search.request"}
    monkeypatch.setitem(OPS, "greater_int64", OPS["less_int64"])
    assert rules("explain") == set()
    assert rules("cel") == {"qiaonan.search.request"}


def _search_case(parties: int, events: int, party: str = "") -> facts_pb2.Case:
    case = facts_pb2.Case(id="c", district="qiaonan", kind="enforcement")
    for number in range(parties):
        case.parties.add(id=f"p{number}", role="debtor", kind="natural_person")
    for number in range(events):
        event = case.events.add(id=f"e{number}", type="search_requested")
        event.at.seconds = _AS_OF // 1_000_000_000 - 100
        if party:
            event.party = party
    return case


@pytest.mark.parametrize("name", ["explain", "cel"])
def test_too_many_obligations_are_refused_by_every_engine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    district = loaded(FIXTURES)[0].districts["qiaonan"]
    case = _search_case(1, 11, "p0")
    for module in (compiled_engine, walking):
        monkeypatch.setattr(module, "MAX_HITS", 10)
    for engine in (COMPILED, engine_named(name)):
        with pytest.raises(FactsError) as refused:
            decide(district, case, _AS_OF, engine)
        assert [violation.code for violation in refused.value.violations] == ["LNK822"]


def test_every_engine_leaves_the_same_rules_untried(other_engine: Engine) -> None:
    """What a rule may cost is counted from the case alone."""
    rules = loaded(FIXTURES)[0].districts["qiaonan"]
    case = _search_case(500, 500, "")
    expected = decide(rules, case, _AS_OF)
    assert "LNK823" in {error.code for error in expected.errors}
    assert decide(rules, case, _AS_OF, other_engine).canonical_bytes == expected.canonical_bytes


def test_a_document_that_names_its_request_answers_that_one(other_engine: Engine) -> None:
    rules = district(
        duty(
            "answer",
            "r: case.requests",
            'r.matter == "query"',
            fulfilled_by="{service: notice, about: r, by: tax}",
        )
    )
    requests = [{"id": name, "matter": "query", "at": "2024-01-02"} for name in ("r1", "r2")]
    served = [{"id": "s", "body": "court", "at": "2024-02-01"}]
    documents = [{"id": "d", "type": "notice", "issuer": "tax", "requests": ["r1"], "services": served}]
    for engine in (COMPILED, other_engine):
        decision = decide(
            rules, case_of(requests=requests, documents=documents), moment("2024-06-01"), engine
        )
        assert {o.bound: o.standing.state.value for o in decision.obligations} == {
            ("requests[r1]",): "fulfilled",
            ("requests[r2]",): "pending",
        }
