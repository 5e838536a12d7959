"""What rule tests reach of an assessment, and what `linkage coverage` says of the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policy.cli.coverage_report import Report
from policy.pack import check_rules
from policy.review.coverage import PackCoverage, coverage_of
from policy.review.ruletest.assessed import Outcome, assessed_tests_of, run_assessed
from policy.review.ruletest.read import read_tests
from policy.review.ruletest.read_assessed import read_assessed
from policy.review.ruletest.run import run_test
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.loading import SHIPPED, loaded

_SNAPSHOT = loaded(Path(__file__).parents[1] / "assess" / "rules")[0]
_FILE = """\
tests:
  - name: 差的通报
    as_of: 2025-03-01T00:00:00+08:00
    case:
      id: own
      kind: district
      events:
        - id: r
          type: assessment_result
          assessment: hedong.scored
          at: 2025-01-20T09:00:00+08:00
          grade: poor
    expect: [{rule: hedong.scored.circulate, due: 2025-01-27T00:00:00+08:00}]
assessments:
  - name: 税务局一件未履行
    assessment: hedong.scored
    year: 2024
    parameters: {bonus: 5.5}
    confirmed: 2025-01-20T09:00:00+08:00
    appeal_until: 2025-01-27T00:00:00+08:00
    cases:
      - id: a
        kind: enforcement
        requests: [{id: r, matter: query, to: tax, requester: court, at: 2024-03-01T09:00:00+08:00}]
        events: [{id: e, type: interfered, actor: civil_affairs, at: 2024-03-02T12:00:00+08:00}]
    expect:
      - {body: tax, figures: {owed: 1, late: 0}, score: 81.0, grade: fair}
      - {body: civil_affairs, score: 10}
"""


def _covered(text: str) -> PackCoverage:
    district, faults = _SNAPSHOT.districts["hedong"], Faults()
    source = Source("hedong/2023/tests/t.yaml", text)
    results: list[Outcome] = [run_test(_SNAPSHOT, test) for test in read_tests(source, district, faults)]
    years = [run_assessed(_SNAPSHOT, test, faults) for test in read_assessed(source, district, faults)]
    assert not len(faults), list(faults)
    results += [one for one in years if one is not None]
    assert all(one.passed for one in results), results
    return coverage_of(district.programs[-1], results, None)


def _names(covered: PackCoverage, reached: bool) -> set[str]:
    return {
        f"{part.part} {part.name}".strip()
        for part in covered.parts
        if part.assessment == "hedong.scored" and bool(part.tests) == reached
    }


def test_what_expectations_hang_on_is_reached_and_nothing_else() -> None:
    covered = _covered(_FILE)
    assert _names(covered, True) == {
        "figure owed",
        "item each_owed",
        "veto 0",
        "grade fair",
        "consequence circulate",
        "step 0",
        "appeal",
    }
    assert {"figure late", "item all", "grade poor", "consequence speak"} <= _names(covered, False)


def test_a_score_that_is_not_expected_reaches_nothing() -> None:
    covered = _covered(
        _FILE.replace(", score: 81.0, grade: fair", "").replace("score: 10", "figures: {late: 0}")
    )
    assert _names(covered, True) == {"figure owed", "consequence circulate", "step 0", "appeal"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_not_reached_is_said_and_falls_short(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    covered = _covered(_FILE)
    report = Report((covered,), 100.0, 10, True, 0, Faults(), "rules")
    report.show("text", lang)
    said, complaint = capsys.readouterr()
    assert report.failed
    assert "LNK610" in complaint
    gap = "hedong.scored  计分项目 all  全部按期  没有测试到" if lang == "zh" else "hedong.scored  item all"
    assert gap in said
    Report((covered,), 5.0, 10, True, 0, Faults(), "rules").show("json", lang)
    (pack,) = json.loads(capsys.readouterr().out)["packs"]
    found = pack["assessments"]
    assert found["parts"] - found["reached"] == len(found["listed"]) == len(covered.unreached)


def test_the_shipped_packs_reach_all_of_their_assessments() -> None:
    rule_set, faults = check_rules(SHIPPED)
    assert rule_set is not None
    snapshot, tests = loaded(SHIPPED)
    results: list[Outcome] = [
        run_test(snapshot, test)
        for test in tests
        if "assess" in test.span.source.name or _of_a_step(test.rules)
    ]
    years = [run_assessed(snapshot, test, faults) for test in assessed_tests_of(rule_set, snapshot, faults)]
    results += [one for one in years if one is not None]
    for district in snapshot.districts.values():
        for program in district.programs:
            covered = coverage_of(program, results, None)
            assert covered.parts
            assert covered.unreached == ()


_STEPS = ("include", "assess", "report", "score", "decide", "congress", "chongzuo", "submit")


def _of_a_step(rules: tuple[str, ...]) -> bool:
    return any(word in rule for rule in rules for word in _STEPS)
