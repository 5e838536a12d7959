"""pyproject.toml and constraints.txt say the same, and neither says where packages come from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

OWN = {"linkage-policy", "linkage-client"}
"""The distributions of this checkout."""


@pytest.fixture(scope="module")
def requirements(repo_root: Path) -> list[Requirement]:
    """Every direct requirement of both distributions and their extras, but those for one another."""
    named = []
    for folder in (repo_root, repo_root / "proto"):
        project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
        extras = [line for lines in project.get("optional-dependencies", {}).values() for line in lines]
        named += [Requirement(line) for line in project["dependencies"] + extras]
    return [requirement for requirement in named if requirement.name not in OWN]


@pytest.fixture(scope="module")
def pins(repo_root: Path) -> dict[str, Version]:
    """The pinned version of every package of constraints.txt. A line of any other form fails here."""
    lines = (repo_root / "constraints.txt").read_text().splitlines()
    matches = [re.fullmatch(r"([\w.-]+)==([\w.]+)", line) for line in lines if not line.startswith("#")]
    assert None not in matches
    return {canonicalize_name(match[1]): Version(match[2]) for match in matches if match is not None}


def test_every_requirement_is_pinned_within_its_bounds(
    requirements: list[Requirement], pins: dict[str, Version]
) -> None:
    unpinned = [
        str(requirement)
        for requirement in requirements
        if (name := canonicalize_name(requirement.name)) not in pins
        or pins[name] not in requirement.specifier
    ]
    assert unpinned == []


def test_every_requirement_is_bounded_below(requirements: list[Requirement]) -> None:
    assert [str(requirement) for requirement in requirements if not requirement.specifier] == []


def test_no_requirement_names_a_place(requirements: list[Requirement]) -> None:
    assert [str(requirement) for requirement in requirements if requirement.url] == []
