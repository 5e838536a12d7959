"""Rule tests of what counts as a fact: what is missing, what is too much, and why it does not count."""

from __future__ import annotations

from dataclasses import replace

from policy.review.explain import Outcome, explain
from policy.review.notices import derivation_text
from policy.review.reasons import reason
from policy.review.ruletest.model import ExpectedDeemed, ExpectedNot, RuleTest
from policy.review.ruletest.run import run_test
from policy.review.ruletest.words import describe
from policy.review.wording import Wording
from tests.loading import FORMS, loaded

_SNAPSHOT, _TESTS = loaded(FORMS)


def _test(name: str) -> RuleTest:
    return next(test for test in _TESTS if test.name.startswith(name))


def _said(test: RuleTest, lang: str) -> list[str]:
    shown = describe(run_test(_SNAPSHOT, test), _SNAPSHOT, lang)
    return [line.partition(": ")[2] for line in shown.splitlines()[2:] if ": " in line[:8]]


def test_one_that_is_not_listed() -> None:
    test = replace(_test("逾期不告知，自届满起"), expect_deemed=())
    assert _said(test, "zh") == ["没有列出的视为的事实：hezhong.complete（events[e1]）"]
    assert _said(test, "en") == ["a deemed fact that is not listed: hezhong.complete (events[e1])"]


def test_one_that_counts_from_another_moment() -> None:
    test = _test("逾期不告知，自届满起")
    (entry,) = test.expect_deemed or ()
    assert _said(replace(test, expect_deemed=(replace(entry, at=0),)), "zh") == [
        "没有期望的视为的事实：hezhong.complete"
    ]


def test_one_that_must_not_be() -> None:
    test = _test("逾期不告知，自届满起")
    refused = ExpectedNot("hezhong.complete", test.span, "按时告知了", "e1")
    assert _said(replace(test, expect_not=(refused,)), "zh") == [
        "不应产生（按时告知了），却产生了：hezhong.complete（events[e1]）"
    ]


def test_why_it_does_not_count() -> None:
    test = _test("届满以前还不知道")
    wanted = ExpectedDeemed("hezhong.complete", test.span, "", None)
    shown = describe(run_test(_SNAPSHOT, replace(test, expect_deemed=(wanted,))), _SNAPSHOT, "zh")
    assert "没有视为：期间还没有届满" in shown


def test_it_is_explained_and_told_apart_from_what_was_sent() -> None:
    test = _test("逾期不告知，自届满起")
    district = _SNAPSHOT.districts["hezhong"]
    decision = run_test(_SNAPSHOT, test).decision
    (one,) = [one for one in decision.derived if one.deemed is not None]
    words = Wording(district, "zh")
    assert words.path(one.path) == "视为的事件“逾期不告知视为齐全”"
    assert derivation_text(one, words) == (
        "逾期不告知视为齐全（依据：五；自 2024-03-06 24:00 起；由事件 e1而来，不是送来的事实）"
    )
    (found,) = explain(district, test.case.case, test.as_of, ("hezhong.complete",))
    assert (found.outcome, reason(found, words)) == (Outcome.APPLIES, "视为已经发生")
