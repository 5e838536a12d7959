"""Rule tests that fail: what is reported, in words, as JSON and as JUnit XML; and coverage."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.decide.snapshot import Snapshot, load_snapshot
from policy.pack import check_rules
from policy.review.ruletest.as_json import results_json
from policy.review.ruletest.compare import Kind, _left_over
from policy.review.ruletest.coverage import Coverage
from policy.review.ruletest.coverage_words import coverage_json, listing, summary
from policy.review.ruletest.junit import junit_xml
from policy.review.ruletest.read import read_tests
from policy.review.ruletest.run import Result, run_all, run_test
from policy.review.ruletest.run import tests_of as read_all
from policy.review.ruletest.words import describe
from policy.text.diagnostics import Faults, fault
from policy.text.source import read_source
from tests.golden import check

RUNS = Path(__file__).parent / "runs"


@pytest.fixture(scope="module")
def snapshot(rules: Path) -> Snapshot:
    return load_snapshot(rules)[0]


def results(snapshot: Snapshot, name: str, district: str) -> list[Result]:
    faults = Faults()
    source = read_source(RUNS / name, f"{district}/tests/{name}")
    found = [run_test(snapshot, test) for test in read_tests(source, snapshot.districts[district], faults)]
    assert not len(faults)
    return found


@pytest.fixture(scope="module")
def failing(snapshot: Snapshot) -> list[Result]:
    return [*results(snapshot, "failing.yaml", "qiaonan"), *results(snapshot, "conflict.yaml", "qiaobei")]


def test_every_kind_of_mismatch_is_shown(failing: list[Result]) -> None:
    assert not any(result.passed for result in failing)
    elsewhere = {Kind.ROW_MISSING, Kind.FIGURES}  # shown in tests/assess/test_ruletests.py
    elsewhere |= {Kind.DEEMED_MISSING, Kind.DEEMED_UNEXPECTED}  # in tests/review/test_deemed.py
    shown = {mismatch.kind for result in failing for mismatch in result.mismatches}
    assert shown == set(Kind) - elsewhere


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_failures_in_words(failing: list[Result], snapshot: Snapshot, lang: str, update_golden: bool) -> None:
    shown = "\n\n".join(describe(result, snapshot, lang) for result in failing) + "\n"
    check(RUNS / f"failing.{lang}.golden", shown, update_golden)


def test_failures_as_json(failing: list[Result], snapshot: Snapshot, update_golden: bool) -> None:
    shown = json.dumps(results_json(failing[:4], snapshot, "en"), ensure_ascii=False, indent=2) + "\n"
    check(RUNS / "failing.json.golden", shown, update_golden)


def test_failures_as_junit(failing: list[Result], snapshot: Snapshot) -> None:
    text = junit_xml(failing, [fault("LNK907", None)], snapshot, "zh")
    root = ElementTree.fromstring(text)  # noqa: S314 - we have just written it
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == [
        "qiaonan/tests/failing.yaml",
        "qiaobei/tests/conflict.yaml",
        "linkage check",
    ]
    assert [suite.get("failures") for suite in suites] == ["11", "2", "0"]
    assert len(root.findall(".//failure")) == len(failing)
    assert [error.get("type") for error in root.findall(".//error")] == ["LNK907"]
    first = root.find(".//testcase")
    assert first is not None
    assert (first.get("name"), first.get("line")) == (failing[0].test.name, "18")


def test_coverage(snapshot: Snapshot, update_golden: bool) -> None:
    coverage = Coverage(snapshot, ["qiaobei"])
    faults = Faults()
    source = read_source(RUNS / "conflict.yaml", "qiaobei/tests/conflict.yaml")
    for test in read_tests(source, snapshot.districts["qiaobei"], faults):
        run_test(snapshot, test, coverage.watch)
    ratios = coverage.ratios()
    shown = "\n\n".join(f"{listing(ratios, lang)}\n{summary(ratios, lang)}" for lang in ("zh", "en")) + "\n"
    check(RUNS / "coverage.golden", shown, update_golden)
    for kind, numbers in coverage_json(ratios).items():
        assert numbers["covered"] + len(numbers["gaps"]) == numbers["total"], kind
        assert numbers["percent"] * numbers["total"] <= 100 * numbers["covered"] or not numbers["total"]


def test_tests_of_the_invented_districts_cover_both_values_of_terms(rules: Path, snapshot: Snapshot) -> None:
    rule_set, faults = check_rules(rules)
    assert rule_set is not None
    tests = read_all(rule_set, snapshot, faults)
    coverage = Coverage(snapshot, {test.district for test in tests})
    for test in tests:
        assert run_test(snapshot, test, coverage.watch).passed
    conditions = coverage.ratios()[2]
    assert conditions.kind == "conditions"
    assert "lost_and_confirmed" not in {gap.name for gap in conditions.gaps}
    assert conditions.covered > conditions.total / 2


def test_a_case_too_large_to_decide_is_a_fault(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy.engines.compiled.MAX_HITS", 0)
    faults = Faults()
    source = read_source(RUNS / "conflict.yaml", "x.yaml")
    tests = read_tests(source, snapshot.districts["qiaobei"], faults)
    assert [result.test.name for result in run_all(snapshot, tests, faults)] == ["没有料到的无效时点"]
    assert [(item.code, str(item.span)) for item in faults] == [("LNK822", "x.yaml:5:9")]


def test_without_tests_nothing_is_covered(snapshot: Snapshot) -> None:
    ratios = Coverage(snapshot, ["qiaobei"]).ratios()
    kinds = ["rules", "outcomes", "conditions", "mcdc", "endings", "clauses"]
    assert [ratio.kind for ratio in ratios] == kinds
    assert [ratio.covered for ratio in ratios] == [0] * 6
    assert [ratio.percent for ratio in Coverage(snapshot, []).ratios()] == [100.0] * 6


@given(st.lists(st.sets(st.integers(0, 5)), max_size=6), st.integers(0, 6))
def test_a_largest_matching_leaves_the_fewest_over(slots: list[set[int]], count: int) -> None:
    items = [[number] for number in range(count)]  # lists, as ids and not values tell them apart
    left = _left_over(items, [[items[n] for n in sorted(slot) if n < count] for slot in slots])

    def best(number: int, free: frozenset[int]) -> int:
        if number == count:
            return 0
        fitting = [slot for slot in free if number in slots[slot]]
        placed = max((1 + best(number + 1, free - {slot}) for slot in fitting), default=0)
        return max(placed, best(number + 1, free))

    assert len(left) == count - best(0, frozenset(range(len(slots))))
