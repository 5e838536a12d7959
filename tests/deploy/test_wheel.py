"""The wheel does without the checkout: installed alone, it has its packs to start from, and serves them."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.deploy.conftest import ran
from tests.server.waiting import SECONDS


@pytest.fixture(scope="module")
def environment(wheels: Sequence[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a new environment with the wheels in it; the packages it needs are ours."""
    folder = tmp_path_factory.mktemp("environment")
    ran(sys.executable, "-m", "venv", "--without-pip", folder, folder=folder)
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    ran(*pip, "install", "--quiet", "--no-index", "--no-deps", *wheels, folder=folder)
    packages = next(folder.glob("lib/python*/site-packages"))
    # What a .pth file names is searched; the .pth files in there (our editable install's) are not read.
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib"))
    return python.parent


@pytest.fixture
def linkage(environment: Path) -> Path:
    """The command."""
    return environment / "linkage"


def test_they_hold_the_code_and_the_packs_and_nothing_else(wheels: Sequence[Path], checkout: Path) -> None:
    found = {name for wheel in wheels for name in zipfile.ZipFile(wheel).namelist()}
    found = {name for name in found if ".dist-info/" not in name}
    roots = {checkout: ("policy", "server"), checkout / "proto/gen": ("linkage",)}
    roots |= {checkout / "proto/client": ("linkage_client",)}
    code = {
        path.relative_to(root).as_posix()
        for root, packages in roots.items()
        for package in packages
        for path in (root / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    packs = {f"policy/{path.relative_to(checkout).as_posix()}" for path in checkout.glob("rules/**/*.yaml")}
    assert found == code | packs


def test_the_code_is_that_of_the_wheel(environment: Path, tmp_path: Path) -> None:
    where = "import policy, server, linkage.v1 as api; print(policy.__file__, server.__file__, *api.__path__)"
    shown = ran(environment / "python", "-c", where, folder=tmp_path).stdout.split()
    assert [Path(path).is_relative_to(environment.parent) for path in shown] == [True, True, True]


def test_without_rules_it_says_what_to_do(linkage: Path, tmp_path: Path) -> None:
    for command in (["check"], ["serve", "--address", "127.0.0.1:0"]):
        done = subprocess.run(
            [linkage, *command, "--lang", "en"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert "linkage init-rules copies the packs that come with this release" in done.stdout + done.stderr


@pytest.fixture
def served(linkage: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a server that serves a copy of the packs, in an empty folder."""
    ran(linkage, "init-rules", folder=tmp_path)
    command: list[str | Path] = [linkage, "serve", "--address", "127.0.0.1:0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        word, _, address = process.stdout.readline().strip().partition(" ")
        assert word == "listening"
        yield address
        process.terminate()
        assert process.wait(SECONDS) == 0


def test_it_serves_its_packs(linkage: Path, tmp_path: Path, served: str) -> None:
    shown = ran(linkage, "health", "--address", served, folder=tmp_path).stdout
    assert shown == f"{served} SERVING\n"


def test_the_demonstration_needs_no_rules(linkage: Path, tmp_path: Path) -> None:
    assert "逐字节相同" in ran(linkage, "demo", folder=tmp_path).stdout
    assert list(tmp_path.iterdir()) == []
