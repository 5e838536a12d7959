"""``linkage --version``: the version, what decides, and the rules that are at hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from policy.cli import app, run
from policy.decide.decision import ENGINE_VERSION
from tests.loading import FIXTURES, loaded


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert run(app, ["--version"]) == 0
    return capsys.readouterr().out.splitlines()


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKAGE_LANG", "en")


def test_with_rules(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LINKAGE_RULES", str(FIXTURES))
    version, engine, rules = said(capsys)
    assert version.startswith("linkage ")
    assert engine == f"engine {ENGINE_VERSION} (compiled, explain, cel, durable)"
    assert rules.startswith(f"rules {loaded(FIXTURES)[0].digest} ({FIXTURES}: ")
    assert "qiaonan 2020" in rules


def test_without_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LINKAGE_RULES", raising=False)
    assert said(capsys)[2] == "rules: none in rules"


def test_with_wrong_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "rules"
    shutil.copytree(FIXTURES, root)
    (root / "qiaonan" / "more.yaml").write_text("dutys: []\n", encoding="utf-8")
    monkeypatch.setenv("LINKAGE_RULES", str(root))
    assert said(capsys)[2] == f"rules: errors in {root}, see linkage check"


def test_in_chinese(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LINKAGE_LANG", "zh")
    monkeypatch.setenv("LINKAGE_RULES", str(FIXTURES))
    assert said(capsys)[1].startswith(f"引擎 {ENGINE_VERSION}（")
