"""docs/security.md says what is: its file of callers can be used, and every test it names is there."""

import re
from pathlib import Path

import pytest

from server.identity.caller import CallerLimits, Role
from server.identity.callers import read_callers


@pytest.fixture(scope="module")
def page(repo_root: Path) -> str:
    return (repo_root / "docs" / "security.md").read_text(encoding="utf-8")


def test_the_file_of_callers(page: str, tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "callers.yaml").write_text(text, encoding="utf-8")
    found = read_callers(tmp_path / "callers.yaml", CallerLimits())
    assert [grant.role for caller in found.callers.values() for grant in caller.grants] == [
        Role.INTEGRATOR,
        Role.DEPARTMENT,
    ]
    assert found.callers["liwan_court"].limits == CallerLimits(200, 400, 50, 1048576)
    assert found.issuers["sso"].type == "at+jwt"


def test_every_test_of_the_checklist_exists(page: str, repo_root: Path) -> None:
    files = list((repo_root / "tests" / "server").rglob("test_*.py"))
    functions = {
        name for path in files for name in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))
    }
    named = set(re.findall(r"\btest_\w+", page.partition("## Checklist")[2]))
    assert named - functions - {path.stem for path in files} == set()
    assert len(named) > 20
