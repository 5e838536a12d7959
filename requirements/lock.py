"""Writes the locks of this folder: every package that `make` and the image install, with its files' digests.

    python requirements/lock.py             the versions of constraints.txt
    python requirements/lock.py --upgrade   the newest that pyproject.toml allows, into constraints.txt too

Run by `make lock` and `make upgrade`; asks the package index. A lock holds for every platform and every
Python of pyproject.toml (markers say what is for some only), and names no index: pip asks the one that it is
set up for, and takes from it nothing whose digest is not listed here.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
CONSTRAINTS = ROOT / "constraints.txt"
OWN = "linkage-client"
"""Of the checkout, and so in no lock."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What a lock is for, the extras of pyproject.toml that it holds, and the lock that it adds to."""

    purpose: str
    extras: tuple[str, ...] = ()
    base: str = ""
    build: bool = False
    """The build's requirements, in place of the project's."""


LOCKS: Mapping[str, Lock] = {
    "build": Lock("what wheels are built with", build=True),
    "server": Lock(
        "the service, with traces and the driver of PostgreSQL: the image, the unit, make demo",
        ("postgres", "traces"),
    ),
    "dev": Lock("tests and checks: make install, make test", ("dev",), "server"),
    "durable": Lock("the second engine, which a C compiler builds", ("durable",), "server"),
    "spark": Lock("the tests on Apache Spark: make test-spark", ("spark",), "dev"),
    "bench": Lock("the other engines: make bench", ("bench",), "durable"),
    "fuzz": Lock("fuzzing guided by coverage: make fuzz", ("fuzz",), "dev"),
    "deploy": Lock(
        "what packaging is checked with: make test-deploy, audit, sbom, lock", ("deploy",), "server"
    ),
}
"""Every lock by its name; a base stands before what adds to it."""

_HEAD = "# {purpose}.\n# Made by `make lock` from pyproject.toml and constraints.txt; do not edit.\n"
_PINS = """\
# The exact versions that `make` and the image install: all that pyproject.toml needs, on any platform.
# `make upgrade` takes the newest; a single one is changed here by hand. Then `make lock`, and `make test`.
"""
_ENTRY = re.compile(r"^(?=[A-Za-z0-9])", re.MULTILINE)


def compiled(extras: Sequence[str], build: bool, pinned: bool, hashes: bool) -> str:
    """What uv resolves for all platforms: one entry a package. Exits where it cannot."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "lock.txt")
        command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--universal", "--quiet"]
        command += ["--no-header", "--no-annotate", "--no-emit-package", OWN, "--output-file", str(out)]
        command += [f"--extra={name}" for name in extras]
        command += ["--constraint", str(CONSTRAINTS)] if pinned else ["--fork-strategy", "fewest"]
        command += ["--generate-hashes"] if hashes else []
        if build:
            source = Path(folder, "build.in")
            source.write_text("\n".join(build_requirements()))
            command[command.index("pyproject.toml")] = str(source)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            raise SystemExit(1)
        return out.read_text(encoding="utf-8")


def build_requirements() -> list[str]:
    """What both distributions are built with."""
    found = {"editables"}  # hatchling asks for it where it builds for use in place
    for folder in (ROOT, ROOT / "proto"):
        found |= set(tomllib.loads((folder / "pyproject.toml").read_text())["build-system"]["requires"])
    return sorted(found)


def entries(text: str) -> list[str]:
    """The entries of a lock: a requirement and its digests, over several lines."""
    return [entry for entry in _ENTRY.split(text) if "==" in entry]


def every_extra() -> list[str]:
    """All extras of all locks."""
    return sorted({extra for lock in LOCKS.values() for extra in lock.extras})


def upgrade() -> None:
    """Writes the newest versions into constraints.txt."""
    texts = (compiled(every_extra(), False, False, False), compiled((), True, False, False))
    pins = {entry.partition(";")[0].strip() for text in texts for entry in entries(text)}
    CONSTRAINTS.write_text(_PINS + "\n".join(sorted(pins, key=str.lower)) + "\n", encoding="utf-8")


def lock() -> None:
    """Writes the locks."""
    held: dict[str, set[str]] = {}
    for name, item in LOCKS.items():
        found = entries(compiled(item.extras, item.build, True, True))
        below = held.get(item.base, set())
        held[name] = below | set(found)
        text = _HEAD.format(purpose=item.purpose[0].upper() + item.purpose[1:])
        text += f"-r {item.base}.txt\n" if item.base else ""
        text += "".join(entry for entry in found if entry not in below)
        (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")
        print(f"requirements/{name}.txt: {len(held[name])} packages")


if __name__ == "__main__":
    if "--upgrade" in sys.argv[1:]:
        upgrade()
    lock()
