"""The distributions of the checkout: which files each owns, and that the client runs without the server."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SERVER_ONLY = [
    "alembic",
    "cel_expr_python",
    "jwt",
    "orjson",
    "policy",
    "rich",
    "server",
    "sqlalchemy",
    "typer",
    "uvloop",
    "yaml",
]
"""What must not be needed where the client alone is installed."""


@pytest.fixture(scope="module")
def wheels(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, zipfile.ZipFile]:
    """The wheels of both, by the name of their distribution."""
    pytest.importorskip("hatchling")
    made = {}
    for name, folder in (("linkage_policy", repo_root), ("linkage_client", repo_root / "proto")):
        out = tmp_path_factory.mktemp(name)
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        (wheel,) = out.glob("*.whl")
        made[name] = zipfile.ZipFile(wheel)
    return made


def test_no_file_is_owned_by_both(wheels: dict[str, zipfile.ZipFile]) -> None:
    policy, client = (set(wheels[name].namelist()) for name in ("linkage_policy", "linkage_client"))
    assert policy & client == set()
    packages = {"/".join(name.split("/")[:2]) for name in client if not name.startswith("linkage_client-")}
    assert packages - {name for name in packages if name.startswith("linkage_client/")} == {"linkage/v1"}
    assert {"linkage/v1/py.typed", "linkage_client/__init__.py", "linkage_client/py.typed"} <= client
    assert "linkage/expr/v1/checked_pb2.py" in policy


def test_the_server_takes_its_own_client_and_names_no_place(wheels: dict[str, zipfile.ZipFile]) -> None:
    (name,) = (name for name in wheels["linkage_policy"].namelist() if name.endswith(".dist-info/METADATA"))
    metadata = wheels["linkage_policy"].read(name).decode().splitlines()
    needed = [line.partition(": ")[2] for line in metadata if line.startswith("Requires-Dist: ")]
    client = Path(str(wheels["linkage_client"].filename)).name.split("-")[1]
    assert [line for line in needed if "linkage-client" in line] == [f"linkage-client=={client}"]
    assert [line for line in needed if "@" in line] == []


def test_both_carry_the_licence(wheels: dict[str, zipfile.ZipFile], repo_root: Path) -> None:
    licence = (repo_root / "LICENSE").read_bytes()
    for wheel in wheels.values():
        (name,) = (name for name in wheel.namelist() if name.endswith("/licenses/LICENSE"))
        assert wheel.read(name) == licence


def test_everything_that_is_no_python_is_packed(wheels: dict[str, zipfile.ZipFile]) -> None:
    names = wheels["linkage_policy"].namelist() + wheels["linkage_client"].namelist()
    packed = {Path(name).name for name in names}
    assert {"py.typed", "comparison.html.j2", "case.yaml", "facts_pb2.pyi"} <= packed


def test_the_client_needs_nothing_of_the_server(wheels: dict[str, zipfile.ZipFile], tmp_path: Path) -> None:
    wheels["linkage_client"].extractall(tmp_path)
    program = f"""
import sys
sys.path = [{str(tmp_path)!r}] + [p for p in sys.path if p]
for name in {SERVER_ONLY!r}:
    sys.modules[name] = None
import linkage_client
from linkage.v1 import log_service_pb2_grpc, policy_service_pb2_grpc
linkage_client.Client()
print(policy_service_pb2_grpc.__file__, linkage_client.__file__)
"""
    command = [sys.executable, "-I", "-c", program]
    ran = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert ran.stdout.startswith(str(tmp_path))
