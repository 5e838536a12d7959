"""The rule tests of the invented districts: they say what conditions, versions and lifecycles mean.

Those of the shipped packs are run by ``linkage test rules``.
"""

from __future__ import annotations

import pytest

from policy.review.ruletest.model import RuleTest
from policy.review.ruletest.run import run_test
from tests.loading import FIXTURES, FORMS, loaded

_SNAPSHOT, _TESTS = loaded(FIXTURES)
_FORMS, _FORM_TESTS = loaded(FORMS)


@pytest.mark.parametrize("test", _TESTS, ids=[f"{t.span.source.name}:{t.span.line}" for t in _TESTS])
def test_decision_is_as_expected(test: RuleTest) -> None:
    assert run_test(_SNAPSHOT, test).mismatches == ()


@pytest.mark.parametrize("test", _FORM_TESTS, ids=[test.name for test in _FORM_TESTS])
def test_every_form_of_the_format_means_what_its_test_says(test: RuleTest) -> None:
    assert run_test(_FORMS, test).mismatches == ()


def test_every_rule_of_the_invented_districts_fires_in_some_test() -> None:
    fired = {o.rule for test in _TESTS for o in run_test(_SNAPSHOT, test).decision.obligations}
    rules = {p.id for d in _SNAPSHOT.districts.values() for program in d.programs for p in program.plans}
    # One rule can only fail, and one waits for a parameter that nobody has fixed.
    assert rules - fired == {"qiaonan.average", "qiaonan.ceiling"}
