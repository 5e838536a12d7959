"""The examples of docs/examples, each in its language, say the same of the same cases.

What an example needs beside the checkout (a tool, packages that its tool fetches) may not be there: then it
is skipped, and the skip says what is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.conftest import Server, environment
from tests.golden import check

UNREACHABLE = re.compile(
    "Could not transfer|Unknown host|No plugin found|Could not find artifact|could not be resolved"
    "|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|network|dial tcp|no such host|requires go >="
)
"""What Maven, npm and Go say where they cannot fetch what they need."""


def tool(name: str, version: tuple[str, ...] = (), least: int = 0) -> str:
    """The path of a tool; skips the test where it is not installed, or older than major version ``least``."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    if least:
        said = subprocess.run([found, *version], capture_output=True, text=True, check=True)
        number = re.search(r"\d+", said.stdout + said.stderr)
        assert number is not None
        if int(number[0]) < least:
            pytest.skip(f"{name} is older than {least}")
    return found


def run(*command: str, folder: Path, fetches: bool = False) -> str:
    """What a command prints; where it ``fetches`` packages and they cannot be had, the test is skipped."""
    extra = {"GOTOOLCHAIN": "local", "LC_ALL": "C.UTF-8"}
    ran = subprocess.run(
        command, cwd=folder, env=environment(**extra), capture_output=True, text=True, encoding="utf-8"
    )
    if ran.returncode != 0 and fetches and UNREACHABLE.search(ran.stdout + ran.stderr):
        pytest.skip(f"the packages of {Path(command[0]).name} cannot be fetched")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def checkout(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The schemas and the examples, in a folder of their own in which they may build."""
    root = tmp_path_factory.mktemp("checkout")
    made = shutil.ignore_patterns("__pycache__", "node_modules", "target", "linkage.egg-info")
    shutil.copytree(repo_root / "proto", root / "proto", ignore=made)
    shutil.copytree(repo_root / "docs/examples", root / "docs/examples", ignore=made)
    shutil.copy(repo_root / "buf.yaml", root / "buf.yaml")
    shutil.rmtree(root / "docs/examples/go/linkage", ignore_errors=True)
    return root


def python(checkout: Path, address: str) -> str:
    return run(sys.executable, "duties.py", address, folder=checkout / "docs/examples/python")


def python_asyncio(checkout: Path, address: str) -> str:
    return run(sys.executable, "duties_asyncio.py", address, folder=checkout / "docs/examples/python")


def node(checkout: Path, address: str) -> str:
    folder, program = checkout / "docs/examples/node", tool("node", ("--version",), 20)
    run(tool("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder, fetches=True)
    return run(program, "duties.mjs", address, folder=folder)


def go(checkout: Path, address: str) -> str:
    folder, program = checkout / "docs/examples/go", tool("go")
    buf = Path(sys.executable).with_name("buf")
    if not buf.exists():
        pytest.skip("buf is not installed")
    run(program, "mod", "download", folder=folder, fetches=True)
    template = "docs/examples/go/buf.gen.yaml"
    run(str(buf), "generate", "--template", template, "-o", "docs/examples/go", folder=checkout, fetches=True)
    return run(program, "run", ".", address, folder=folder, fetches=True)


def java(checkout: Path, address: str) -> str:
    folder, program = checkout / "docs/examples/java", tool("mvn")
    tool("javac", ("-version",), 17)
    run(program, "-q", "-B", "compile", folder=folder, fetches=True)
    options = ["-q", "-B", "-Dstyle.color=never", "exec:java", f"-Dexec.args={address}"]
    return run(program, *options, folder=folder, fetches=True)


EXAMPLES = [python, python_asyncio, node, go, java]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.__name__)
def test_every_language_says_the_same(
    example: object, checkout: Path, server: Server, repo_root: Path, update_golden: bool
) -> None:
    assert callable(example)
    said = re.sub(r"\x1b\[\d*m", "", example(checkout, server.address))
    check(repo_root / "docs/examples/expected.txt", said.replace(os.linesep, "\n"), update_golden)


def test_every_folder_of_examples_is_run(repo_root: Path) -> None:
    folders = {path.name for path in (repo_root / "docs/examples").iterdir() if path.is_dir()}
    assert folders == {example.__name__.partition("_")[0] for example in EXAMPLES}
