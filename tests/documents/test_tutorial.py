"""The tutorials for policy staff, done step by step: whoever follows them gets what they show."""

import shutil
from pathlib import Path

import pytest

from tests.documents.tutorial import Command, File, agrees, blocks, printed


@pytest.mark.parametrize("page", ["new-district.md", "deadlines-and-assessment.md"])
def test_whoever_follows_a_tutorial_gets_what_it_shows(
    page: str, repo_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    for name in ("vocabulary.yaml", "equivalences.yaml"):
        shutil.copy(repo_root / "rules" / name, rules)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("LINKAGE_RULES", "LINKAGE_LANG", "LINKAGE_SOURCES"):
        monkeypatch.delenv(name, raising=False)
    steps = list(blocks((repo_root / "docs" / page).read_text(encoding="utf-8")))
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
