"""docs/new-district.md, done step by step: whoever follows it gets what it shows."""

import shutil
from pathlib import Path

import pytest

from tests.documents.tutorial import Command, File, agrees, blocks, printed


def test_whoever_follows_the_tutorial_gets_what_it_shows(
    repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    shutil.copy(repo_root / "rules" / "vocabulary.yaml", rules)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("LINKAGE_RULES", "LINKAGE_LANG", "LINKAGE_SOURCES"):
        monkeypatch.delenv(name, raising=False)
    steps = list(blocks((repo_root / "docs" / "new-district.md").read_text(encoding="utf-8")))
    assert sum(isinstance(step, Command) for step in steps) > 10
    for step in steps:
        if isinstance(step, File):
            path = tmp_path / step.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
        else:
            lines = printed(step.line, monkeypatch)
            shown, found = "\n".join(step.shown), "\n".join(lines)
            assert agrees(step.shown, lines), f"$ {step.line}\n---- shown\n{shown}\n---- printed\n{found}"
