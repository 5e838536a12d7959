"""Rule tests as read: faults as their author sees them, and what a faulty file leaves."""

import re
from pathlib import Path

import pytest

from policy.decide.snapshot import Snapshot, load_snapshot
from policy.pack import check_rules
from policy.review.ruletest.assessed import assessed_tests_of
from policy.review.ruletest.model import RuleTest
from policy.review.ruletest.read import read_tests
from policy.review.ruletest.run import selected
from policy.review.ruletest.run import tests_of as read_all
from policy.text.diagnostics import Faults
from policy.text.messages import rule_tests as messages
from policy.text.source import Source, read_source
from tests.golden import check
from tests.pack.trees import edited, rendered

BAD = Path(__file__).parent / "bad"
CASES = sorted(path.stem for path in BAD.glob("*.yaml"))


@pytest.fixture(scope="module")
def snapshot(rules: Path) -> Snapshot:
    return load_snapshot(rules)[0]


def read(snapshot: Snapshot, text: str) -> tuple[RuleTest, ...]:
    faults = Faults()
    tests = read_tests(Source("qiaonan/tests/x.yaml", text), snapshot.districts["qiaonan"], faults)
    assert not len(faults), rendered(faults)
    return tests


@pytest.mark.parametrize("name", CASES)
def test_whole_message(name: str, rules: Path, tmp_path: Path, update_golden: bool) -> None:
    text = (BAD / f"{name}.yaml").read_text(encoding="utf-8")
    root = edited(
        rules,
        tmp_path,
        [{"file": "qiaonan/tests", "delete": True}, {"file": "qiaonan/tests/bad.yaml", "create": text}],
    )
    rule_set, faults = check_rules(root)
    assert rule_set is not None
    snapshot = load_snapshot(root)[0]
    read_all(rule_set, snapshot, faults)
    assessed_tests_of(rule_set, snapshot, faults)
    assert name.split("-")[0] in {item.code for item in faults}
    check(BAD / f"{name}.golden", rendered(faults), update_golden)


def test_every_code_has_a_bad_case(repo_root: Path) -> None:
    shown = {
        found[0]
        for path in (repo_root / "tests").glob("*/bad/*")
        if (found := re.match(r"LNK\d{3}(?=-)", path.name))
    }
    assert {entry.code for entry in messages.ENTRIES} - shown == set()


def test_a_faulty_test_does_not_stop_the_others(snapshot: Snapshot) -> None:
    faults = Faults()
    source = read_source(BAD / "LNK706-nothing.yaml", "x.yaml")
    more = Source("x.yaml", source.text + "- {name: 好的, exact: true}\n")
    assert [t.name for t in read_tests(more, snapshot.districts["qiaonan"], faults)] == ["好的"]
    assert [item.code for item in faults] == ["LNK706", "LNK706"]


def test_a_case_is_laid_over_its_base_and_the_defaults(snapshot: Snapshot) -> None:
    (test,) = read(
        snapshot,
        """\
defaults: {as_of: 2024-03-09T12:00:00+08:00, case: {kind: enforcement, claim_fen: 5, flags: {evasion: true}}}
cases: {two: {flags: {hardship: true, evasion: false}, parties: [{id: p1, role: debtor}]}}
tests:
- {name: x, base: two, case: {flags: {hardship: null}, parties: [{id: p3, role: debtor}]}, exact: true}
""",
    )
    case = test.case.case
    assert (case.id, case.district, case.kind, case.claim_fen) == ("case", "qiaonan", "enforcement", 5)
    assert [party.id for party in case.parties] == ["p3"]
    assert case.flags.HasField("evasion")
    assert not case.flags.evasion
    assert not case.flags.HasField("hardship")
    assert test.as_of == 1_709_956_800_000_000_000


def test_selection(rules: Path, snapshot: Snapshot) -> None:
    rule_set, faults = check_rules(rules)
    assert rule_set is not None
    tests = read_all(rule_set, snapshot, faults)
    assert selected(tests) == tests
    own = selected(tests, ("qiaonan/",))
    assert {test.district for test in own} == {"qiaonan"}
    assert selected(tests, ("qiaonan/tests/lifecycle.yaml", "qiaonan/tests/conditions.yaml")) == own
    assert selected(tests, ("qiaonan/tests",)) == ()
    assert selected(own, (), "QIAONAN.YEAR") == tuple(
        test for test in own if "qiaonan.year.report" in test.rules
    )
    assert all("例外" in test.name for test in selected(tests, (), "例外"))


def test_an_entry_on_a_table_is_one_of_each_row_that_is_named_nowhere_else(snapshot: Snapshot) -> None:
    whole, parted, refused = read(
        snapshot,
        """\
defaults: {as_of: 2024-03-09T12:00:00+08:00, case: {kind: enforcement}}
tests:
- {name: x, expect: [{table: qiaonan.query, state: pending}]}
- {name: y, expect: [{table: qiaonan.query, state: pending}, {rule: qiaonan.query.tax, state: fulfilled}]}
- name: z
  expect: [{table: qiaonan.query, state: pending}]
  expect_not: [{rule: qiaonan.query.marriage, because: 没有请求}]
""",
    )
    assert [
        [(one.rule, one.values["state"]) for one in test.expect or ()] for test in (whole, parted, refused)
    ] == [
        [("qiaonan.query.marriage", "pending"), ("qiaonan.query.tax", "pending")],
        [("qiaonan.query.marriage", "pending"), ("qiaonan.query.tax", "fulfilled")],
        [("qiaonan.query.tax", "pending")],
    ]
