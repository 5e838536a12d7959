"""proto/gen is what the schemas generate, and the checker sees each way in which it can be stale."""

import shutil
import subprocess
import sys
from pathlib import Path

import google.api
import pytest


def run_generator(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "proto/generate.py", *options]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(repo_root: Path, tmp_path: Path) -> Path:
    """A checkout with proto/ alone, to spoil."""
    shutil.copytree(repo_root / "proto", tmp_path / "proto", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_committed_code_is_what_the_schemas_generate(repo_root: Path) -> None:
    checked = run_generator(repo_root, "--check")
    assert checked.returncode == 0, checked.stderr


def test_what_is_copied_of_googleapis_is_what_its_package_ships(repo_root: Path) -> None:
    third_party, installed = repo_root / "proto/third_party", Path(google.api.__path__[0]).parent.parent
    copied = sorted(path.relative_to(third_party) for path in third_party.rglob("*.proto"))
    assert {path.parent.name for path in copied} == {"api", "rpc"}
    for path in copied:
        assert (third_party / path).read_bytes() == (installed / path).read_bytes(), path


def test_check_names_every_stale_file_and_the_cure(copy: Path) -> None:
    package = copy / "proto/gen/linkage/v1"
    (package / "facts_pb2.py").write_text("stale = True\n")
    (package / "facts_pb2.pyi").unlink()
    (package / "forgotten_pb2.py").write_text("")

    checked = run_generator(copy, "--check")

    assert checked.returncode == 1
    assert checked.stderr.splitlines() == [
        "proto/gen/linkage/v1/facts_pb2.py: differs from what its schema generates",
        "proto/gen/linkage/v1/facts_pb2.pyi: missing",
        "proto/gen/linkage/v1/forgotten_pb2.py: left over, no schema generates it",
        "proto/gen is stale: run `make proto` and commit the result",
    ]
    assert (package / "facts_pb2.py").read_text() == "stale = True\n"


def test_generating_repairs_what_check_found(copy: Path) -> None:
    package = copy / "proto/gen/linkage/v1"
    (package / "facts_pb2.py").write_text("stale = True\n")
    (package / "forgotten_pb2.py").write_text("")

    generated = run_generator(copy)

    assert generated.returncode == 0, generated.stderr
    assert "2 brought up to date" in generated.stdout
    assert run_generator(copy, "--check").returncode == 0


def test_changed_schema_makes_the_code_stale(copy: Path) -> None:
    schema = copy / "proto/linkage/v1/added.proto"
    schema.write_text('syntax = "proto3";\npackage linkage.v1;\nmessage Added {}\n')

    checked = run_generator(copy, "--check")

    assert checked.returncode == 1
    assert "proto/gen/linkage/v1/added_pb2.py: missing" in checked.stderr


def test_broken_schema_is_reported_and_leaves_the_code_alone(copy: Path) -> None:
    (copy / "proto/linkage/v1/broken.proto").write_text('syntax = "proto3";\nmessage {\n')
    before = (copy / "proto/gen/linkage/v1/facts_pb2.py").read_bytes()

    generated = run_generator(copy)

    assert generated.returncode == 1
    assert "linkage/v1/broken.proto:2" in generated.stderr
    assert "the schemas do not compile" in generated.stderr
    assert (copy / "proto/gen/linkage/v1/facts_pb2.py").read_bytes() == before
