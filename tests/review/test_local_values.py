"""A district fixes what its document leaves open: the tests that were written without a value still pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from policy.decide.snapshot import District, Snapshot
from policy.pack import RuleSet, check_rules
from policy.program import with_pack
from policy.review.ruletest.assessed import Outcome, run_assessed
from policy.review.ruletest.read import read_tests
from policy.review.ruletest.read_assessed import read_assessed
from policy.review.ruletest.run import run_test
from policy.review.ruletest.words import describe
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.loading import SHIPPED, loaded

Value = str | float | int | bool
_PLAUSIBLE: dict[str, Value] = {
    "period": "5 working days",
    "double": 60.0,
    "int": 3,
    "string": "tax/vehicle_query",
    "bool": True,
}
_OTHERS: dict[str, Value] = {
    "assess_points_late": -1.5,
    "assess_points_overdue": -3.0,
    "circular_interval": "3 months",
    "list_interval": "1 months",
}


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    rule_set, _ = check_rules(SHIPPED)
    assert rule_set is not None
    return rule_set


def _fixing_all(district: District) -> District:
    """The district with a plausible value of every parameter that its documents leave open."""
    programs = []
    for program in district.programs:
        own = dict(program.pack.parameters)
        for name, one in own.items():
            if one.value is None:
                value = _OTHERS.get(name, _PLAUSIBLE[one.type])
                own[name] = replace(one, value=value, provenance="local")
        programs.append(with_pack(program, replace(program.pack, parameters=own)))
    return replace(district, programs=tuple(programs))


@pytest.mark.parametrize("code", ["liwan", "gongan", "xisaishan", "qijiang", "guangxi"])
def test_the_tests_of_a_shipped_pack_pass_whatever_the_district_fixes(code: str, shipped: RuleSet) -> None:
    before = loaded(SHIPPED)[0]
    district = _fixing_all(before.districts[code])
    assert all(p.value is not None for program in district.programs for p in program.pack.parameters.values())
    snapshot = replace(before, districts={**before.districts, code: district})
    failed, run, faults = [], 0, Faults()
    for (of, _), sources in shipped.tests.items():
        for source in sources if of == code else ():
            found = [run_test(snapshot, test) for test in read_tests(source, district, faults)]
            years = [run_assessed(snapshot, test, faults) for test in read_assessed(source, district, faults)]
            outcomes: list[Outcome] = [*found, *(one for one in years if one is not None)]
            failed += [describe(one, snapshot, "zh") for one in outcomes if not one.passed]
            run += len(outcomes)
    assert failed == []
    assert not len(faults)
    assert run > 10


_TEST = """\
defaults: {PINS as_of: 2024-03-10T12:00:00+08:00}
tests:
  - name: 民政部门反馈，没有时限
    case:
      id: c
      kind: enforcement
      attributes: {pilot: false}
      parties: [{id: p1, role: debtor, traits: [dishonest_debtor], household: {subdistrict: 甲街道}}]
      requests: [{id: r1, matter: marriage_query, to: civil_affairs, at: "2024-02-08T09:00:00+08:00"}]
    expect: [{rule: qiaonan.query.marriage, due: DUE}]
"""


def _said(snapshot: Snapshot, pins: str = "", due: str = "null") -> list[str]:
    """What is said of the test where it fails, line by line."""
    faults = Faults()
    text = _TEST.replace("PINS", pins).replace("DUE", due)
    (test,) = read_tests(Source("tests/local.yaml", text), snapshot.districts["qiaonan"], faults)
    assert not len(faults), list(faults)
    result = run_test(snapshot, test)
    return [] if result.passed else describe(result, snapshot, "zh").splitlines()


def test_a_test_that_stumbles_over_a_local_value_says_over_which(rules: Path) -> None:
    snapshot = loaded(rules)[0]
    assert _said(snapshot)[-1] == (
        "  不填answer_limit时通过：测试是按没有这些本地值写的。在这个测试或本文件的 defaults 里写 "
        "parameters: {answer_limit: null} 固定下来，或者按新的值改测试"
    )


def test_pinned_in_the_file_it_passes(rules: Path) -> None:
    assert _said(loaded(rules)[0], "parameters: {answer_limit: null},") == []


def test_what_fails_without_local_values_too_is_not_blamed_on_them(rules: Path) -> None:
    said = _said(loaded(rules)[0], due="2024-02-01T00:00:00+08:00")
    assert said
    assert not any("answer_limit" in line for line in said)


def test_a_pin_that_is_the_packs_own_value_changes_nothing(rules: Path) -> None:
    faults = Faults()
    snapshot = loaded(rules)[0]
    pins = "parameters: {answer_limit: 5 working days, ceiling: null},"
    text = _TEST.replace("PINS", pins).replace("DUE", "null")
    (test,) = read_tests(Source("tests/local.yaml", text), snapshot.districts["qiaonan"], faults)
    assert test.parameters == {}
