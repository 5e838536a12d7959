"""Tests of assessments in a pack's test files: what passes, and how a difference or a fault is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.pack import check_rules
from policy.review.coverage import State, coverage_of
from policy.review.ruletest.assessed import assessed_tests_of, run_assessed
from policy.review.ruletest.model import AssessTest
from policy.review.ruletest.read_assessed import read_assessed
from policy.review.ruletest.words import describe
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.loading import SHIPPED, loaded

_SNAPSHOT = loaded(Path(__file__).parent / "rules")[0]
_FILE = """\
defaults: {case: {kind: enforcement}}
cases:
  asked: {requests: [{id: r, matter: query, to: tax, requester: court, at: 2024-03-01T09:00:00+08:00}]}
assessments:
  - name: 税务局一件未履行，一件逾期
    assessment: hedong.scored
    year: 2024
    parameters: {bonus: 5.5}
    cases:
      - {base: asked}
      - base: asked
        id: b
        events: [{id: e, type: answered, actor: tax, about: r, at: 2024-03-02T12:00:00+08:00}]
    expect:
      - body: tax
        figures: {duties: 2, owed: 1, late: 1, share: 0, took: "27.0"}
        score: 79.0
        grade: fair
        rank: 3
        follows: []
"""


def _read(text: str) -> tuple[tuple[AssessTest, ...], Faults]:
    faults = Faults()
    return read_assessed(Source("tests/year.yaml", text), _SNAPSHOT.districts["hedong"], faults), faults


def _said(text: str) -> list[str]:
    """What is wrong with the tests of a file, line by line; nothing where they pass."""
    tests, faults = _read(text)
    assert not faults.errors, list(faults)
    results = [run_assessed(_SNAPSHOT, test, faults) for test in tests]
    assert not faults.errors, list(faults)
    return [line for r in results if r and not r.passed for line in describe(r, _SNAPSHOT, "zh").splitlines()]


def test_what_is_expected_passes() -> None:
    assert _said(_FILE) == []


def test_a_difference_is_said_figure_by_figure_at_its_row() -> None:
    wrong = (
        _FILE.replace("owed: 1", "owed: 2").replace("79.0", "80.0").replace("follows: []", "follows: [speak]")
    )
    assert _said(wrong) == [
        "✗ 税务局一件未履行，一件逾期",
        "  tests/year.yaml:5:11",
        "  15: 考核的结果与期望不同：hedong.scored（tax）",
        "      项目     期望   实际",
        "      owed     2      1",
        "      score    80.0   79",
        "      follows  speak  null",
    ]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("duties: 2", 'duties: "2.5"', "duties"),
        ("share: 0", "share: null", "share"),
        ("score: 79.0", "score: null", "score"),
        ("grade: fair", "grade: good", "grade"),
        ("rank: 3", "rank: 1", "rank"),
        ("bonus: 5.5", "bonus: null", "score"),
    ],
)
def test_every_key_is_compared(old: str, new: str, key: str) -> None:
    assert any(line.split()[0] == key for line in _said(_FILE.replace(old, new))[4:])


def test_a_row_that_is_not_there_is_said() -> None:
    assert (
        _said(_FILE.replace("body: tax\n", "body: tax\n        unit: west\n"))[2]
        == "  15: 考核没有这一行：tax/west"
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("hedong.scored", "hedong.scoured", "LNK712"),
        ("owed: 1", "owd: 1", "LNK532"),
        ("year: 2024", "year: 24", "LNK205"),
        ("bonus: 5.5", "bonos: 5.5", "LNK305"),
        ("body: tax\n", "body: taxes\n", "LNK302"),
        ("base: asked}", "base: asking}", "LNK703"),
        ("late: 1", "late: many", "LNK203"),
        ("    year: 2024\n", "", "LNK202"),
    ],
)
def test_a_fault_leaves_the_test_out_and_is_coded(old: str, new: str, code: str) -> None:
    tests, faults = _read(_FILE.replace(old, new))
    assert tests == ()
    assert [one.code for one in faults] == [code]


def test_a_case_that_cannot_be_counted_is_a_fault_at_its_place() -> None:
    (test,), faults = _read(_FILE.replace("- {base: asked}", "- {base: asked, id: b}"))
    assert run_assessed(_SNAPSHOT, test, faults) is None
    assert [one.code for one in faults] == ["LNK827"]


def test_the_shipped_packs_test_their_assessments_and_the_clauses_of_these_are_covered() -> None:
    rule_set, faults = check_rules(SHIPPED)
    assert rule_set is not None
    snapshot = loaded(SHIPPED)[0]
    tests = assessed_tests_of(rule_set, snapshot, faults)
    results = [run_assessed(snapshot, test, faults) for test in tests]
    assert not faults.errors, list(faults)
    assert all(result is not None and result.passed for result in results)
    for code in ("liwan", "gongan", "xisaishan"):
        (program,) = snapshot.districts[code].programs
        (assessment,) = program.pack.assessments
        assert assessment.id in {test.assessment for test in tests}
        passed = [result for result in results if result is not None]
        clauses = {one.clause.id: one for one in coverage_of(program, passed, None).clauses}
        assert all(clauses[clause].state is State.TESTED for clause in assessment.basis)
