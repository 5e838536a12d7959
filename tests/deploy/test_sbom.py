"""The bill of materials that `make sbom` writes: valid by its tool's word, always the same, complete."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.conftest import ran, tool


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> list[bytes]:
    """Two bills of the environment that the tests run in, which has the service's packages and more."""
    program, folder = tool("cyclonedx-py"), tmp_path_factory.mktemp("bills")
    words: list[str | Path] = ["environment", "--output-reproducible", "--validate"]
    words += ["--pyproject", repo_root / "pyproject.toml"]
    made = []
    for name in ("first", "second"):
        out = folder / name
        ran(program, *words, "--mc-type", "application", "--output-file", out, sys.executable, folder=folder)
        made.append(out.read_bytes())
    return made


def test_the_bill_is_valid_and_the_same_each_time(bills: list[bytes]) -> None:
    assert bills[0] == bills[1]


def test_the_bill_has_every_package_of_the_service(bills: list[bytes], repo_root: Path) -> None:
    found: dict[str, Any] = json.loads(bills[0])
    assert found["metadata"]["component"]["name"] == "linkage-policy"
    listed = {canonicalize_name(item["name"]): item for item in found["components"]}
    lock = (repo_root / "requirements/server.txt").read_text()
    for line in re.findall(r"^([\w.-]+==.*?) \\$", lock, re.MULTILINE):
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate():
            item = listed[canonicalize_name(wanted.name)]
            if item["version"] not in wanted.specifier:
                pytest.skip(f"{wanted.name} {item['version']} is installed, and not what the lock says")
            assert item["purl"].startswith(f"pkg:pypi/{canonicalize_name(wanted.name)}@")
