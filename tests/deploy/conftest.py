"""What the tests of packaging share: a copy of what is committed, and commands run in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

Ran = subprocess.CompletedProcess[str]
Run = Callable[..., Ran]


def ran(*command: str | Path, folder: Path, **environment: str) -> Ran:
    """The command's outcome; its output is shown where it fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LINKAGE_", "PYTHON"))}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="session")
def checkout(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that are committed or about to be, and no others, in a folder to build in."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=repo_root,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    folder = tmp_path_factory.mktemp("checkout")
    for name in listed.stdout.decode().split("\0"):
        if name and not name.startswith("tests/") and (repo_root / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(repo_root / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def wheels(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    """The wheels of server and client, as `python -m build` makes them: from a source distribution."""
    pytest.importorskip("hatchling")
    made: list[Path] = []
    for project in (checkout, checkout / "proto"):
        folder = tmp_path_factory.mktemp("dist")
        ran(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, folder=project)
        shutil.unpack_archive(next(folder.glob("*.tar.gz")), folder)
        source = next(path for path in folder.iterdir() if path.is_dir())
        ran(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=source)
        made += folder.glob("*.whl")
    return made


def tool(*names: str) -> Path:
    """The first of these programs that is there; the test is skipped, saying so, where none is."""
    beside: Sequence[str | None] = [
        found for name in names for found in (shutil.which(name), shutil.which(name, path=_BESIDE)) if found
    ]
    if not beside:
        pytest.skip(f"{' or '.join(names)} is not installed")
    return Path(str(beside[0]))


_BESIDE = str(Path(sys.executable).parent)
