"""What counts as a fact, and the units of a body, as an integrator is told of them."""

from __future__ import annotations

from linkage.v1 import decision_pb2
from policy.review.ruletest.run import run_test
from policy.review.wording import Wording
from server.convert.packs import pack_message
from server.convert.told import derivation
from tests.loading import FORMS, loaded

_SNAPSHOT, _TESTS = loaded(FORMS)
_DISTRICT = _SNAPSHOT.districts["hezhong"]


def test_a_deemed_fact_names_its_rule_clauses_moment_and_steps() -> None:
    test = next(test for test in _TESTS if test.name.startswith("逾期不告知，自届满起"))
    decision = run_test(_SNAPSHOT, test).decision
    (one,) = [one for one in decision.derived if one.deemed is not None]
    made = derivation(Wording(_DISTRICT, "en").within(decision), one)
    assert (made.path, list(made.sources), made.rule) == (
        "events[hezhong.complete:e1]",
        ["events[e1]"],
        "hezhong.complete",
    )
    assert [clause.id for clause in made.basis] == ["5"]
    assert made.at.ToJsonString() == "2024-03-06T16:00:00Z"
    assert "2024-03-06" in made.steps[-1]


def test_a_pack_tells_its_units_and_what_it_deems() -> None:
    (program,) = _DISTRICT.programs
    made = pack_message(Wording(_DISTRICT, "zh"), program)
    (units,) = made.units
    assert (units.body, list(units.names)) == ("subdistrict", ["东街街道", "西街街道", "南关镇"])
    assert [clause.id for clause in units.basis] == ["3"]
    modality = {rule.id: rule.modality for rule in made.rules}
    assert modality["hezhong.complete"] == decision_pb2.MODALITY_DEEMED
