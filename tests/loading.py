"""Rule folders for tests, loaded and decided once: the invented districts, and those the repository ships."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path

from policy.decide import decide
from policy.decide.decision import Decision
from policy.decide.run import Runs, run
from policy.decide.snapshot import Snapshot, snapshot_of
from policy.engines import Engine
from policy.pack import check_rules
from policy.review.ruletest.model import RuleTest
from policy.review.ruletest.run import run_test, tests_of

TESTS = Path(__file__).resolve().parent
FIXTURES = TESTS / "fixtures" / "rules"
FORMS = TESTS / "fixtures" / "forms"
"""A district that uses every form of the pack format."""
SHIPPED = TESTS.parent / "rules"


@lru_cache(maxsize=8)
def loaded(root: Path) -> tuple[Snapshot, tuple[RuleTest, ...]]:
    """The snapshot of a faultless rules folder, and its rule tests."""
    rule_set, faults = check_rules(root)
    assert rule_set is not None, list(faults)
    snapshot = snapshot_of(rule_set, faults)
    tests = tests_of(rule_set, snapshot, faults)
    assert not faults.errors, list(faults)
    return snapshot, tests


@lru_cache(maxsize=8)
def decided(root: Path) -> tuple[Decision, ...]:
    """What the default engine decides of each rule test of a rules folder, in their order."""
    snapshot, tests = loaded(root)
    return tuple(decide(snapshot.districts[t.district], t.case.case, t.as_of) for t in tests)


def some_test() -> tuple[Snapshot, RuleTest]:
    """A rule test of the invented districts that expects an obligation."""
    snapshot, tests = loaded(FIXTURES)
    return snapshot, next(t for t in tests if run_test(snapshot, t).decision.obligations)


def by(engine: Engine) -> Runs:
    """What decides rule tests with an engine."""
    return partial(run, engine=engine)
