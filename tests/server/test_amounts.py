"""Amounts and numbers of things as clients receive them: fen as whole numbers, every step in words."""

from __future__ import annotations

from google.protobuf import json_format

from linkage.v1 import decision_pb2, facts_pb2
from policy.decide import decide
from policy.review.rule_amounts import amount_of_rule, number_of_rule
from policy.review.wording import Wording
from policy.time.moment import parse_moment
from server.convert.answers import Answers
from server.convert.extent import BASIC, FULL, Extent
from server.convert.masked import masked
from tests.loading import FORMS, loaded

DISTRICT = loaded(FORMS)[0].districts["hedong"]
AS_OF = parse_moment("2024-03-08T09:00:00+08:00")


def _case(**more: object) -> facts_pb2.Case:
    event = {"id": "甲", "type": "clue_reported", "at": "2024-03-01T09:00:00+08:00"}
    told = {"id": "c1", "district": "hedong", "kind": "enforcement", "events": [event], **more}
    return json_format.ParseDict(told, facts_pb2.Case())


def _owed(
    case: facts_pb2.Case, rule: str, extent: Extent = FULL, lang: str = "zh"
) -> decision_pb2.Obligation:
    message = Answers(DISTRICT, lang).message(decide(DISTRICT, case, AS_OF), extent=extent)
    (found,) = (o for o in message.obligations if o.rule == rule)
    return found


def test_an_amount_with_its_steps_and_sources() -> None:
    amount = _owed(_case(claim_fen=12_345_678), "hedong.reward", lang="en").amount
    assert (amount.currency, amount.fen, amount.text) == ("CNY", 123_500, "1,235 yuan (local parameter)")
    assert (list(amount.basis), amount.local, list(amount.missing)) == (["4", "5"], True, [])
    assert [(step.code, step.text) for step in amount.steps] == [
        ("base", "it is worked out from 123,456.78 yuan (the claim)"),
        ("share", "1% of 123,456.78 yuan is 1,234.5678 yuan"),
        ("rounded", "rounded half up to whole yuan: 1,235 yuan"),
        ("above_floor", "not below the least, 100 yuan"),
        ("within_cap", "not above the most, 5,000 yuan"),
        ("amount", "the amount is 1,235 yuan"),
    ]


def test_no_amount_is_not_an_amount_of_nothing() -> None:
    missing = _owed(_case(), "hedong.reward").amount
    assert not missing.HasField("fen")
    assert [one.path for one in missing.missing] == ["claim_fen"]
    assert _owed(_case(claim_fen=0), "hedong.fee").amount.HasField("fen")
    fine = _owed(_case(), "hedong.fine").amount
    assert (fine.HasField("fen"), fine.at_least_fen, fine.at_most_fen) == (False, 5_000_000, 100_000_000)


def test_numbers_of_things() -> None:
    told = [
        (q.of, q.unit, q.count, q.at_least, q.at_most, q.text)
        for q in _owed(_case(), "hedong.each").quantities
    ]
    assert told == [
        ("联络员", "名", 3, 0, 0, "联络员 3 名"),
        ("材料", "份", 0, 2, 5, "材料不少于 2、不超过 5 份"),
        ("副本", "份", 0, 0, 0, "副本 0 份"),
    ]


def test_in_brief_the_sum_alone() -> None:
    brief = _owed(_case(claim_fen=100), "hedong.reward", BASIC).amount
    assert brief == decision_pb2.Amount(currency="CNY", fen=10_000)


def test_ids_are_masked_in_what_is_missing_and_sums_are_not() -> None:
    case = _case(claim_fen=12_345_678)
    answer = Answers(DISTRICT, "zh").message(decide(DISTRICT, case, AS_OF))
    found = {o.rule: o.amount for o in masked(answer, case, DISTRICT.vocabulary).obligations}
    assert "甲" not in found["hedong.each"].text
    assert found["hedong.each"].text.startswith("待定，尚缺：")
    assert (found["hedong.reward"].fen, found["hedong.reward"].currency) == (123_500, "CNY")


def test_amounts_of_rules_before_any_case() -> None:
    told = {}
    for lang in ("zh", "en"):
        words = Wording(DISTRICT, lang)
        (program,) = DISTRICT.programs
        for plan in program.plans:
            if plan.amount is not None:
                told[plan.id.removeprefix("hedong."), lang] = amount_of_rule(plan.amount, words)
    assert told == {
        ("reward", "zh"): "执行标的额的 1%，不低于 100元，不超过 5,000元",
        ("reward", "en"): "1% of the claim, at least 100 yuan, at most 5,000 yuan",
        ("fee", "zh"): "按基数（分段累计）：至 10,000元 50元；至 100,000元 2.5%；其余 2%",
        ("fee", "en"): "by the base (part by part): up to 10,000 yuan: 50 yuan; up to 100,000 yuan: 2.5%; "
        "beyond: 2%",
        ("grade", "zh"): "按基数（按全额适用）：至 10,000元 50元；至 1,000,000元 0.1%",
        ("grade", "en"): "by the base (the tier of all of it): up to 10,000 yuan: 50 yuan; "
        "up to 1,000,000 yuan: 0.1%",
        ("each", "zh"): "每项 200元",
        ("each", "en"): "200 yuan each",
        ("fine", "zh"): "不低于 50,000元，不超过 1,000,000元",
        ("fine", "en"): "at least 50,000 yuan, at most 1,000,000 yuan",
        ("local", "zh"): "待定，尚缺：本地参数“奖励最高金额”",
        ("local", "en"): "open, missing: local parameter “奖励最高金额”",
    }


def test_numbers_of_rules_before_any_case() -> None:
    plan = DISTRICT.programs[0].by_rule["hedong.each"]
    assert [number_of_rule(one, Wording(DISTRICT, "zh")) for one in plan.quantities] == [
        "联络员 3 名",
        "材料不少于 2、不超过 5 份",
        "副本，数量依案件",
    ]
    assert [number_of_rule(one, Wording(DISTRICT, "en")) for one in plan.quantities] == [
        "3 contacts",
        "at least 2, at most 5 papers",
        "copies, as many as the case says",
    ]
