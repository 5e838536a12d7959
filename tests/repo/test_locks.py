"""pyproject.toml, constraints.txt and the locks of requirements/ say the same, without asking any index."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements.audit import accepted, report
from requirements.lock import LOCKS, build_requirements

ENTRY = re.compile(
    r"(?P<requirement>[\w.-]+==[\w.]+(?: ; [^\\\n]+?)?) \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+"
)
Locks = Mapping[str, Mapping[str, Requirement]]
EXTRAS = {name: lock.extras for name, lock in LOCKS.items() if not lock.build}


def own(folder: Path) -> dict[str, object]:
    """The table `project` of a pyproject.toml."""
    found: dict[str, object] = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return found


@pytest.fixture(scope="module")
def locks(repo_root: Path) -> dict[str, dict[str, Requirement]]:
    """Every lock with those that it adds to: name of the package -> version and marker."""
    found: dict[str, dict[str, Requirement]] = {}
    for name, lock in LOCKS.items():
        text = (repo_root / f"requirements/{name}.txt").read_text()
        named = [Requirement(match["requirement"]) for match in ENTRY.finditer(text)]
        found[name] = found.get(lock.base, {}) | {canonicalize_name(item.name): item for item in named}
    return found


@pytest.fixture(scope="module")
def pins(repo_root: Path) -> dict[str, str]:
    """constraints.txt."""
    lines = (repo_root / "constraints.txt").read_text().splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_is_digests_and_nothing_else(repo_root: Path, name: str) -> None:
    """No line of another form, such as an index, an address, or a package that any file may stand for."""
    rest = ENTRY.sub("", (repo_root / f"requirements/{name}.txt").read_text())
    lines = [line for line in rest.splitlines() if not line.startswith("# ")]
    assert lines == ([f"-r {LOCKS[name].base}.txt"] if LOCKS[name].base else [])


def test_the_locks_hold_what_is_pinned(locks: Locks, pins: Mapping[str, str]) -> None:
    held = {name: str(item.specifier) for lock in locks.values() for name, item in lock.items()}
    assert held == {name: f"=={version}" for name, version in pins.items()}


@pytest.mark.parametrize("name", EXTRAS)
def test_a_lock_holds_all_that_is_needed(name: str, locks: Locks, repo_root: Path) -> None:
    """What pyproject.toml names and, as far as it is installed here, what these need in turn."""
    missing = sorted(
        f"{requirement} (of {of})"
        for of, requirement in needed(repo_root, EXTRAS[name], locks[name])
        if not holds(locks[name], requirement)
    )
    assert missing == [], "run `make lock`"


def test_the_build_lock_holds_what_builds(locks: Locks) -> None:
    assert [line for line in build_requirements() if not holds(locks["build"], Requirement(line))] == []


def holds(lock: Mapping[str, Requirement], wanted: Requirement) -> bool:
    """Whether the lock has a version that will do, at least on this platform."""
    found = lock.get(canonicalize_name(wanted.name))
    return found is not None and applies(found.marker) and str(found.specifier)[2:] in wanted.specifier


def needed(
    root: Path, extras: Iterable[str], lock: Mapping[str, Requirement]
) -> Iterator[tuple[str, Requirement]]:
    """Each package that needs another, and that other."""
    ours = {str(own(folder)["name"]): folder for folder in (root, root / "proto")}
    todo = [("linkage-policy", frozenset(extras))]
    done = set()
    while todo:
        of, chosen = todo.pop()
        if (of, chosen) in done:
            continue
        done.add((of, chosen))
        for requirement in requirements(ours, of, chosen, lock):
            name = canonicalize_name(requirement.name)
            if name not in ours:
                yield of, requirement
            todo.append((name, frozenset(requirement.extras)))


def requirements(
    ours: Mapping[str, Path], name: str, extras: frozenset[str], lock: Mapping[str, Requirement]
) -> list[Requirement]:
    """What a package needs with these extras, on this platform; nothing where that version is not here."""
    if name in ours:
        project = own(ours[name])
        optional = project.get("optional-dependencies", {})
        assert isinstance(optional, dict)
        lines = [*project["dependencies"], *(line for extra in extras for line in optional[extra])]  # type: ignore[misc]
    else:
        try:
            if name not in lock or metadata.version(name) not in lock[name].specifier:
                return []
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            return []
    found = [Requirement(line) for line in lines]
    return [item for item in found if any(applies(item.marker, extra) for extra in extras or {""})]


def applies(marker: Marker | None, extra: str = "") -> bool:
    """Whether a marker holds here."""
    return marker is None or marker.evaluate({"extra": extra})


PACKAGES: list[dict[str, Any]] = [
    {"name": "sound", "version": "1", "vulns": []},
    {"name": "flawed", "version": "2", "vulns": [{"id": "X-1", "aliases": ["Y-1"], "fix_versions": ["3"]}]},
]


@pytest.mark.parametrize(
    ("fine", "last", "code"),
    [
        ("", "Audit: 2 of 2 packages looked up, flaws not accepted: 1.", 1),
        ("Y-1 2026-06-01 not used", "Audit: 2 of 2 packages looked up, flaws not accepted: 0.", 0),
        ("Y-1 2026-05-31 not used", "Audit: 2 of 2 packages looked up, flaws not accepted: 1.", 1),
    ],
    ids=["found", "accepted", "accepted too long ago"],
)
def test_the_audit_says_what_it_found(fine: str, last: str, code: int) -> None:
    lines, found = report(PACKAGES, accepted(fine, datetime.date(2026, 6, 1)))
    assert (lines[-1], found) == (last, code)


def test_an_audit_that_asks_nobody_says_so() -> None:
    assert report(None, {}) == (
        ["Audit: nothing was looked up, the service of vulnerabilities could not be reached."],
        0,
    )
    lines, code = report([{"name": "a", "skip_reason": "not found"}], {})
    assert (lines[-1], code) == ("The index in use does not tell of vulnerabilities: nothing was audited.", 0)
