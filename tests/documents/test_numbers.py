"""What a pack says in numbers is held against the words of its clauses."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.documents.cut import cut
from policy.documents.sources import attach, check_numbers, read_sources
from policy.documents.sources.numbers import numbers_of
from policy.pack import check_rules
from policy.text.diagnostics import Faults, render
from tests.pack.trees import edited


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("应当在２４ 小时内告知", ["24 hours"]),
        ("二十四小时内", ["24 hours"]),
        ("三个工作日内答复，最迟不超过十五日", ["3 working days", "15 days"]),
        ("下落不明三个月以上", ["3 months"]),
        ("半年内、半个月内、一年以上、半日内", ["6 months", "15 days", "1 year", "1 half day"]),
        ("30分钟内；两日内", ["30 minutes", "2 days"]),
        ("每年12月31日前、九月十五日", ["12-31", "09-15"]),
        ("年底前", ["12-31"]),
        ("2017年9月19日印发，三月份起", ["09-19"]),
        ("一百二十日", ["120 days"]),
        ("第三条、五个部门、二十件", []),
    ],
)
def test_numbers_of_a_text(text: str, numbers: list[str]) -> None:
    assert sorted(numbers_of(text)) == sorted(numbers)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            ("within: 24 hours", "within: 48 hours"),
            "写的是48小时，所依据的条款（2）原文里却没有；原文写的是：24小时",
        ),
        (("within: 24 hours", "within: 24 days"), "写的是24日"),
        (("within: 24 hours", "provenance: local, within: 48 hours"), ""),
        (("within: 24 hours", "within: 24 hours"), ""),
    ],
)
def test_a_number_that_no_clause_says(
    wrong: tuple[str, str], said: str, rules: Path, official: str, tmp_path: Path
) -> None:
    find, put = wrong
    root = edited(rules, tmp_path, [{"file": "xitang/duties.yaml", "find": find, "put": put}])
    rule_set, faults = check_rules(root)
    assert rule_set is not None
    attach(tmp_path / "sources", rule_set.packs[0], official, cut(official))
    found = Faults()
    check_numbers(rule_set.packs, read_sources(tmp_path / "sources", rule_set.packs, faults), found)
    texts = [render(item, "zh") for item in found]
    assert [item.code for item in found] == (["LNK573"] if said else [])
    assert all(said in text for text in texts)
    # without the document nothing is said
    check_numbers(rule_set.packs, read_sources(tmp_path / "none", rule_set.packs, faults), silent := Faults())
    assert not len(silent)
