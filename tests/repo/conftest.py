"""The files of the repository, as a reader of a fresh clone would find them."""

import subprocess
from pathlib import Path

import pytest

LARGEST_PICTURE = 150_000
"""Bytes."""


@pytest.fixture(scope="session")
def repo_files(repo_root: Path) -> list[Path]:
    """Every file that is committed or about to be, sorted; what .gitignore names is left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=repo_root, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    paths = (repo_root / name for name in listed.stdout.decode().split("\0") if name)
    return sorted(path for path in paths if path.is_file())


@pytest.fixture(scope="session")
def repo_texts(repo_root: Path, repo_files: list[Path]) -> dict[str, str]:
    """The text of every file by its path from the root. A file that is not UTF-8 is an error here.

    The pictures of docs/ have none: they are kept small, and say nothing that the text beside them does not.
    """
    texts = {}
    for path in repo_files:
        if path.suffix == ".png" and path.is_relative_to(repo_root / "docs"):
            assert path.stat().st_size < LARGEST_PICTURE, path
        else:
            texts[path.relative_to(repo_root).as_posix()] = path.read_text(encoding="utf-8")
    return texts
