"""docs/client.md: every block of it is run, and prints what stands below it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.conftest import Server, environment
from tests.client.places import Place
from tests.client.tools import ANSI, UNREACHABLE, needs
from tests.golden import check

BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
PAGE = (Path(__file__).resolve().parents[2] / "docs/client.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = BLOCK.findall(PAGE)
COMMANDS = [text for kind, text in BLOCKS if kind == "console"]
TOOLS = {"node": ("node", "--version", 20), "go": ("go", "version", 1), "java": ("javac", "-version", 17)}
"""By folder of examples: a tool, how it tells its version, and the least that will do."""
_OFFLINE = "--quiet --no-index --no-deps --no-build-isolation --target site"
_JAVA = "--java_out=generated/--descriptor_set_out=generated/set"
"""The protoc of grpcio-tools knows no Java: in place of that it writes what it has read."""
SHIMS = {
    "python": 'exec {python} "$@"',
    "pip": f'exec {{python}} -m pip "$1" {_OFFLINE} "${{{{@:2}}}}"',
    "protoc": f'exec {{python}} -m grpc_tools.protoc "${{{{@/{_JAVA}}}}}"',
    "buf": 'exec {bin}/buf "$@"',
}
"""The commands of the page by what the tests have: pip fetches nothing, protoc and buf come from packages."""


def test_every_block_is_of_a_kind_that_is_run() -> None:
    assert {kind for kind, _ in BLOCKS} == {"console", "python", "text", "json"}


def test_the_nightly_job_is_the_one_of_the_examples(repo_root: Path) -> None:
    (job,) = (text for kind, text in BLOCKS if kind == "python" and "nightly.py" in text)
    head, _, program = job.partition("\n")
    assert head == "# docs/examples/python/nightly.py"
    assert program == (repo_root / "docs/examples/python/nightly.py").read_text(encoding="utf-8")


def test_the_retries_of_the_page_are_those_of_the_examples(repo_root: Path) -> None:
    (text,) = (text for kind, text in BLOCKS if kind == "json")
    told = set(re.findall(r'"(\w+)": ("?[\w.]+"?)', text))
    for path in ("go/main.go", "node/duties.mjs", "java/src/main/java/Duties.java"):
        program = (repo_root / "docs/examples" / path).read_text(encoding="utf-8")
        for name, value in told:
            plain = value.strip('"').removesuffix(".0")
            assert re.search(rf"\b{name}\W+{re.escape(plain)}\b", program), (path, name)


def test_the_python_of_the_page(server: Server, tls: Place, mutual: Place, tmp_path: Path) -> None:
    """All of it as one program, from top to bottom."""
    certs = tmp_path / "certs"
    certs.mkdir()
    shutil.copy(mutual.ca, certs / "ca.pem")
    (certs / "ca.pem").write_text(Path(mutual.ca).read_text() + Path(tls.ca).read_text())
    mutual.world.client("court").write(certs, "court")
    python = [text for kind, text in BLOCKS if kind == "python" and "nightly.py" not in text]
    program = "\n".join(python).replace("localhost:50051", server.address)
    program = program.replace("linkage.example.com:50051", tls.address)
    program = program.replace("mtls.example.com:50051", mutual.address)
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        env=environment(LINKAGE_TOKEN=tls.key),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    shown = "".join(text for kind, text in BLOCKS if kind == "text")
    missing = [line for line in shown.splitlines() if line not in ran.stdout.splitlines()]
    assert missing == [], ran.stdout


@pytest.fixture(scope="module")
def checkout(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Schemas and examples, in a folder of their own in which they may build; ``bin`` has the commands."""
    root = tmp_path_factory.mktemp("checkout")
    made = shutil.ignore_patterns("__pycache__", "node_modules", "target")
    for name in ("proto", "docs/examples"):
        shutil.copytree(repo_root / name, root / name, ignore=made)
    shutil.rmtree(root / "docs/examples/go/linkage", ignore_errors=True)
    for name in ("buf.yaml", "LICENSE"):
        shutil.copy(repo_root / name, root / name)
    (root / "cases.jsonl").write_text('{"id": "c-1", "district": "liwan", "kind": "enforcement"}\n')
    (root / "bin").mkdir()
    for name, text in SHIMS.items():
        command = text.format(python=sys.executable, bin=Path(sys.executable).parent)
        (root / "bin" / name).write_text(f"#!/bin/bash\n{command}\n")
        (root / "bin" / name).chmod(0o755)
    return root


def run(text: str, checkout: Path, address: str) -> str:
    """What the commands of a block print. Skips where packages that they fetch cannot be had."""
    path = os.pathsep.join([str(checkout / "bin"), os.environ["PATH"]])
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text.replace("localhost:50051", address)],
        cwd=checkout,
        env=environment(PATH=path, GOTOOLCHAIN="local", LC_ALL="C.UTF-8"),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if ran.returncode != 0 and UNREACHABLE.search(ran.stdout + ran.stderr):
        pytest.skip("the packages of this language cannot be fetched")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ANSI.sub("", ran.stdout)


LANGUAGES = {language: text for text in COMMANDS for language in re.findall(r"cd docs/examples/(\w+)", text)}
OTHERS = [text for text in COMMANDS if text not in LANGUAGES.values()]


@pytest.mark.parametrize("text", OTHERS, ids=[re.split(r"[\s=]", text)[0] for text in OTHERS])
def test_commands_work_as_pasted(text: str, checkout: Path, server: Server) -> None:
    for package in ("hatchling", "grpc_tools"):
        pytest.importorskip(package)
    run(text, checkout, server.address)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_says_the_same(
    language: str, checkout: Path, server: Server, repo_root: Path, update_golden: bool
) -> None:
    needs(*TOOLS[language])
    if language == "java":
        needs("mvn", "-version", 3)
    found = run(LANGUAGES[language], checkout, server.address)
    check(repo_root / "docs/examples/expected.txt", found, update_golden)


@pytest.mark.parametrize("name", ["duties", "duties_asyncio"])
def test_python_says_the_same(
    name: str, checkout: Path, server: Server, repo_root: Path, update_golden: bool
) -> None:
    found = run(f"python docs/examples/python/{name}.py localhost:50051", checkout, server.address)
    check(repo_root / "docs/examples/expected.txt", found, update_golden)


def test_every_folder_of_examples_is_in_the_page(repo_root: Path) -> None:
    folders = {path.name for path in (repo_root / "docs/examples").iterdir() if path.is_dir()}
    assert folders - {"court"} == {"python", *LANGUAGES} == {"python", *TOOLS}
    assert "(examples/court)" in PAGE
