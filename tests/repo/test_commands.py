"""The commands that the documentation tells people to type exist, and CI runs the one README gives."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

FENCED_LINE = re.compile(r"^ *(?:\$ )?make (?:[A-Z]+=\S+ )*([a-z-]+)", re.MULTILINE)
INLINE = re.compile(r"`make ([a-z-]+)`")

OUTSIDE_MAKE = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
"""The environment of someone at a prompt: under `make test`, an inner make would print and obey more."""


def make_targets(root: Path) -> set[str]:
    """Return the targets that `make help` lists."""
    command = ["make", "help"]
    shown = subprocess.run(command, cwd=root, env=OUTSIDE_MAKE, capture_output=True, text=True, check=True)
    return {line.split()[1] for line in shown.stdout.splitlines()}


def run_ci(root: Path) -> subprocess.CompletedProcess[str]:
    command = ["bash", ".ci/run"]
    return subprocess.run(command, cwd=root, env=OUTSIDE_MAKE, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(repo_root: Path, tmp_path: Path) -> Path:
    """A checkout with .ci/run and a Makefile whose tests do nothing but say so."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(repo_root / ".ci/run", tmp_path / ".ci/run")
    (tmp_path / "Makefile").write_text("test:\n\t@echo tests ran\n\t@exit $(STATUS)\n")
    return tmp_path


def test_help_lists_every_target_that_is_not_a_file(repo_root: Path) -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (repo_root / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    assert make_targets(repo_root) == set(phony.group(1).split())


def test_documents_name_only_targets_that_exist(repo_root: Path, repo_texts: dict[str, str]) -> None:
    documents = {name: text for name, text in repo_texts.items() if name.endswith(".md")}
    named = {
        (name, target)
        for name, text in documents.items()
        for target in FENCED_LINE.findall(text) + INLINE.findall(text)
    }
    targets = make_targets(repo_root)
    assert ("README.md", "test") in named
    assert sorted((name, target) for name, target in named if target not in targets) == []


def test_ci_runs_the_test_command_of_the_readme(copy: Path) -> None:
    (copy / "README.md").write_text(
        "Run `make test`.\n\n```sh\nmake demo\n$ make test STATUS=0  # everything\n```\n"
    )
    ran = run_ci(copy)
    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, "tests ran")


def test_ci_fails_when_the_tests_do(copy: Path) -> None:
    (copy / "README.md").write_text("```sh\nmake test STATUS=3\n```\n")
    assert run_ci(copy).returncode != 0


def test_ci_fails_when_the_readme_gives_no_test_command(copy: Path) -> None:
    (copy / "README.md").write_text("Run `make test`.\n")
    ran = run_ci(copy)
    assert ran.returncode == 1
    assert "README.md gives no test command" in ran.stderr
