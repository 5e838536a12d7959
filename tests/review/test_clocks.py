"""Clocks and extensions as people read them: the due time, what moves it, and what did not."""

from __future__ import annotations

import pytest

from policy.decide import decide
from policy.decide.decision import Decision, Obligation
from policy.review.clocks import clock_text
from policy.review.notices import notice_text
from policy.review.report.as_json import decision_json
from policy.review.wording import Wording
from tests.loading import FORMS, loaded

SNAPSHOT, TESTS = loaded(FORMS)
HEDONG = SNAPSHOT.districts["hedong"]
LANGUAGES = ("zh", "en")


def _decision(name: str) -> Decision:
    (test,) = [test for test in TESTS if test.name.startswith(name)]
    return decide(HEDONG, test.case.case, test.as_of)


def _obligation(name: str, rule: str) -> Obligation:
    (found,) = [o for o in _decision(name).obligations if o.rule == rule]
    return found


@pytest.mark.parametrize(
    ("name", "rule", "zh", "en"),
    [
        (
            "届满以前准许延长",
            "hedong.extended.once",
            "2024-03-18 24:00（已延长，原定 2024-03-11 24:00）",
            "2024-03-18 24:00 (extended from 2024-03-11 24:00)",
        ),
        (
            "义务单位自行延长两次",
            "hedong.extended.given",
            "2024-03-15 12:00（已延长，原定 2024-03-11 24:00）",
            "2024-03-15 12:00 (extended from 2024-03-11 24:00)",
        ),
        (
            "法院准许顺延",
            "hedong.clock.days",
            "2024-03-30 00:00（已延长，原定 2024-03-11 24:00）",
            "2024-03-30 00:00 (extended from 2024-03-11 24:00)",
        ),
        (
            "还没有补正的",
            "hedong.clock.days",
            "停止计算，恢复后再定",
            "the clock stands still",
        ),
    ],
)
def test_a_due_time_that_moved(name: str, rule: str, zh: str, en: str) -> None:
    found = _obligation(name, rule)
    assert [Wording(HEDONG, lang).due(found) for lang in LANGUAGES] == [zh, en]


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        (
            "hedong.clock.days",
            "“要求补正材料”至“材料已补正”期间不计入",
            "time from papers asked for to papers supplied is not counted",
        ),
        (
            "hedong.clock.again",
            "“要求补正材料”后停止计算，“材料已补正”后重新计算",
            "it stops at papers asked for and starts again at papers supplied",
        ),
        ("hedong.clock.restarted", "“变更请求”后重新计算", "it starts again at request changed"),
        ("hedong.held.default", "", ""),
        ("hedong.held.goes_on", "中止期间不计入", "time while it is suspended is not counted"),
        ("hedong.held.again", "恢复后重新计算", "it starts again when it is resumed"),
        ("hedong.held.runs_on", "中止期间不停止计算", "the clock runs on while the case is suspended"),
        ("hedong.extended.once", "经区法院准许可以延长5日，一次", "court may extend it by 5 days, once"),
        (
            "hedong.extended.given",
            "经区法院准许可以延长至准许的时间，延长不超过10日，一次",
            "court may extend it until the time granted, by 10 days at most, once",
        ),
        (
            "hedong.extended.local",
            "经区法院准许可以延长（时间待本地规定），一次",
            "court may extend it by a time that the district has to fix, once",
        ),
        (
            "hedong.extended.twice",
            "经义务单位准许可以延长5日，至多 2 次",
            "the bearer may extend it by 5 days, 2 times at most",
        ),
    ],
)
def test_what_moves_it(rule: str, zh: str, en: str) -> None:
    (program,) = HEDONG.programs
    plan = program.by_rule[rule]
    assert [clock_text(plan, Wording(HEDONG, lang)) for lang in LANGUAGES] == [zh, en]


def test_what_extended_nothing() -> None:
    words = Wording(HEDONG, "zh")
    found = sorted(notice_text(notice, words) for notice in _decision("届满以后才准许的").warnings)
    assert [text.rpartition("：")[2] for text in found] == [
        "准许时期限已经届满",
        "不是由有权准许的单位准许的",
    ]
    assert all(text.startswith("这一行为没有延长义务“十日内") for text in found)


def test_json_has_both_due_times() -> None:
    decision = _decision("届满以前准许延长")
    told = decision_json(decision, Wording(HEDONG, "zh"))
    (due,) = [o["due"] for o in told["obligations"] if o["rule"] == "hedong.extended.once"]
    assert (due["at"], due["original_due"]) == ("2024-03-19T00:00:00+08:00", "2024-03-12T00:00:00+08:00")
    (plain,) = [o["due"] for o in told["obligations"] if o["rule"] == "hedong.extended.twice"]
    assert plain["original_due"] is None
    codes = [step["code"] for step in due["steps"]]
    assert codes.index("extended") > codes.index("ends")
    assert codes[-1] == "ends"
