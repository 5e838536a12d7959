"""A further version of a pack: what rests on clauses that stayed comes along, the rest is to be filled in."""

import shutil
from pathlib import Path

import pytest

from policy.cli import app, run
from policy.cli.loading import load_drafts
from policy.documents.cut import cut
from policy.documents.scaffold import entry
from policy.pack import check_rules
from policy.pack.reader import TO_FILL_IN

FIRST = (
    "新区执行协助办法\n一、交警查扣车辆后应当通知法院。\n二、民政部门应当协助查询。\n三、自印发之日起施行。\n"
)
SECOND = (
    "新区执行协助办法\n一、各单位应当协助。\n二、交警查扣车辆后应当通知法院。\n"
    "三、民政部门应当立即协助查询。\n四、自印发之日起施行。\n"
)
RULE = """\
duties:
  # 车辆
  - id: xinqu.vehicle.notify
    title: 查扣车辆后通知法院
    basis: ["1"]
    each: {seizure: case.events}
    when:
      - {expr: seizure.type == "vehicle_seized", means: 查扣到车辆}
    modality: obligation
    bearer: traffic_police
    counterparty: court
    action: notify_court
    deadline: {within: 24 hours, from: seizure.at}
  - id: xinqu.civil_affairs.query
    title: 协助查询
    basis: ["2"]
    each: {request: case.requests}
    when:
      - {expr: request.matter == "marriage_query", means: 请求查询}
    modality: obligation
    bearer: civil_affairs
    counterparty: court
    action: answer_query
"""
TEST = """\
tests:
  - name: 查扣
    as_of: 2024-03-02T12:00:00+08:00
    case:
      kind: enforcement
      events: [{id: e1, type: vehicle_seized, actor: traffic_police, at: 2024-02-29T09:30:00+08:00}]
    expect: [{rule: xinqu.vehicle.notify, basis: ["1"], due: 2024-03-01T09:30:00+08:00}]
"""


@pytest.fixture
def root(rules: Path, tmp_path: Path) -> Path:
    """Rules with a district whose document is revised."""
    found = Path(shutil.copytree(rules, tmp_path / "rules"))
    (tmp_path / "second.txt").write_text(SECOND, encoding="utf-8")
    vocabulary = found / "vocabulary.yaml"
    text = vocabulary.read_text(encoding="utf-8")
    vocabulary.write_text(
        text.replace("districts:\n", "districts:\n  xinqu: {zh: 新区, en: Xinqu}\n", 1), "utf-8"
    )
    pack = found / "xinqu"
    (pack / "tests").mkdir(parents=True)
    (pack / "pack.yaml").write_text(
        "# 头\nformat: 1\ndistrict: xinqu\nversion: v1  # 名\ntitle: 新区办法\n"
        "instrument: {title: 新区执行协助办法, issued: 2024-01-01}\n"
        'effective: {from: 2024-01-01, basis: ["3"]}\n'
        "bodies: {court: {name: 法院}, traffic_police: {name: 交警}, civil_affairs: {name: 民政局}}\n",
        encoding="utf-8",
    )
    classes = {"1": "duty", "2": "duty", "3": "procedure"}
    units = [
        entry(
            unit, classes.get(unit.id, "non_normative"), f"摘要{unit.id}", {"no_rule": "x" * (unit.id == "3")}
        )
        for unit in cut(FIRST).units
    ]
    (pack / "clauses.yaml").write_text("clauses:\n" + "".join(units), encoding="utf-8")
    (pack / "duties.yaml").write_text(RULE, encoding="utf-8")
    (pack / "tests" / "one.yaml").write_text(TEST, encoding="utf-8")
    return found


def revised(root: Path, *more: str) -> int:
    file = str(root.parent / "second.txt")
    return run(app, ["init", "xinqu", "--from", file, "--version", "v2", "--rules", str(root), *more])


def test_the_earlier_version_is_sound(root: Path) -> None:
    rule_set, faults = check_rules(root)
    assert rule_set is not None, [(item.code, str(item.span)) for item in faults]


def test_what_comes_along(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert revised(root, "--starts", "2025-06-01") == 0
    said = capsys.readouterr().out
    assert "编号变了：1 → 2、3 → 4\n  新增：1、3\n  没有了：2\n" in said
    assert "1 处依据要对照新条款重新填写" in said
    made = root / "xinqu" / "v2"
    duties = (made / "duties.yaml").read_text(encoding="utf-8")
    assert "  # 车辆\n" in duties
    assert 'basis: ["2"]' in duties
    assert f"{TO_FILL_IN}" in duties
    assert "# 原为 2\n" in duties
    head = (made / "pack.yaml").read_text(encoding="utf-8")
    assert head.startswith("# 头\nformat: 1\nstatus: draft")
    assert 'version: "v2"  # 名' in head
    assert 'effective: {from: 2025-06-01, basis: ["4"]}' in head
    register = (made / "clauses.yaml").read_text(encoding="utf-8")
    assert register.count("class: unclassified") == 2
    assert 'summary: "摘要1"' in register
    test = (made / "tests" / "one.yaml").read_text(encoding="utf-8")
    assert 'basis: ["2"], due: 2026-03-01T09:30:00+08:00' in test
    assert "at: 2026-02-28T09:30:00+08:00" in test


def test_a_clause_with_other_words_is_classified_again(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root.parent / "second.txt").write_text(FIRST.replace("应当协助", "应当立即协助"), encoding="utf-8")
    assert revised(root) == 0
    assert "文字变了：2\n" in capsys.readouterr().out
    register = (root / "xinqu" / "v2" / "clauses.yaml").read_text(encoding="utf-8")
    assert "    # 文字变了。原来是 duty：摘要2\n    class: unclassified\n" in register


def test_only_what_is_to_be_filled_in_is_wrong(root: Path) -> None:
    assert revised(root, "--starts", "2025-06-01") == 0
    faults = load_drafts(root).faults
    assert {item.code for item in faults} <= {"LNK223", "LNK516", "LNK244", "LNK506", "LNK505"}


def test_without_a_first_day_no_tests(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert revised(root) == 0
    assert "规则测试没有沿用" in capsys.readouterr().out
    assert not (root / "xinqu" / "v2" / "tests").exists()
    assert f"from: {TO_FILL_IN}" in (root / "xinqu" / "v2" / "pack.yaml").read_text(encoding="utf-8")


def test_a_day_that_is_none(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert revised(root, "--starts", "明年") == 2
    assert "LNK428" in capsys.readouterr().err
    assert not (root / "xinqu" / "v2").exists()
