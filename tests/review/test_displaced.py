"""A rule that another one displaces says which, and over which group that one prevails."""

from __future__ import annotations

from policy.review.explain import Outcome, explain
from policy.review.reasons import reason
from policy.review.wording import Wording
from tests.loading import FORMS, loaded


def test_a_rule_of_a_group_says_what_prevails_over_all_of_it() -> None:
    snapshot, tests = loaded(FORMS)
    district = snapshot.districts["hezhong"]
    test = next(test for test in tests if test.name == "专案期间整组都被取代，不算矛盾")
    rules = ("hezhong.publicity.civil", "hezhong.publicity.court", "hezhong.publicity.tax")
    found = explain(district, test.case.case, test.as_of, rules)
    assert [one.outcome for one in found] == [Outcome.OVERRIDDEN] * 3
    assert {reason(one, Wording(district, "zh")) for one in found} == {
        "被“专案期间税务部门不得张贴”（hezhong.special）排除，它优先于整组“publicity”"
    }
    assert reason(found[0], Wording(district, "en")).endswith("prevails over the whole group “publicity”")
