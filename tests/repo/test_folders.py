"""Which folders are Python packages, because import-linter and importers depend on it; no stray files."""

import subprocess
from pathlib import Path


def test_schema_and_rule_folders_are_no_packages(repo_root: Path) -> None:
    """From the root, a package `proto` would shadow proto-plus's import name."""
    folders = ("proto", "proto/gen", "proto/gen/linkage", "rules")
    assert [folder for folder in folders if (repo_root / folder / "__init__.py").exists()] == []


def test_every_folder_of_code_is_a_package(repo_root: Path) -> None:
    """Import-linter does not see, and so does not hold to the layers, a folder without `__init__.py`."""
    modules = [path for package in ("policy", "server") for path in (repo_root / package).rglob("*.py")]
    folders = sorted({path.parent for path in modules})
    bare = [folder for folder in folders if not (folder / "__init__.py").exists()]
    assert [folder.relative_to(repo_root).as_posix() for folder in bare] == []
    assert {"policy", "server"} <= {folder.relative_to(repo_root).as_posix() for folder in folders}


def test_no_tool_left_its_copies(repo_root: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=repo_root, capture_output=True, text=True, check=True)
    copies = (".orig", ".rej", ".bak", "~")
    assert [name for name in listed.stdout.splitlines() if name.endswith(copies)] == []
