"""The shipped rules as the made-up districts of the year have them, and what changes in the middle of it."""

from __future__ import annotations

import shutil
from pathlib import Path

# What the shipped documents do not say, the made-up ones do: a duty may be returned, an objection suspends.
_RETURNS = """\
    returns: [{reason: documents_missing, basis: ["4.7.1"]}]
    objection_suspends: ["4.7.1"]
    rows:
"""


_LOCAL = {
    "promptly": "3 days",
    "swiftly": "24 hours",
    "immediately": "24 hours",
    "crime_reply_limit": "10 days",
    "supervision_limit": "15 working days",
}
"""What the documents leave open and the made-up districts say, so that duties become due."""


def first_rules(shipped: Path, into: Path) -> Path:
    """Writes the rules that the year begins with, without rule tests; where they are."""
    shutil.copytree(shipped, into, ignore=shutil.ignore_patterns("tests"))
    _replace(into / "liwan/duties/requests.yaml", "    rows:\n", _RETURNS)
    for district in ("gongan", "liwan", "xisaishan"):
        for name, value in _LOCAL.items():
            _set(into / district / "parameters.yaml", name, value)
    return into


def change_rules(root: Path) -> None:
    """公安县 has a new version from July on; 荔湾区 and 綦江区 say anew what 及时 means to them."""
    old, new = root / "gongan", root / "gongan" / "next"
    shutil.copytree(old, new, ignore=shutil.ignore_patterns("next"))
    _replace(old / "pack.yaml", "  from: 2022-01-01\n", "  from: 2022-01-01\n  to: 2024-06-30\n")
    _replace(new / "pack.yaml", "  from: 2022-01-01\n", "  from: 2024-07-01\n")
    text = (new / "pack.yaml").read_text(encoding="utf-8")
    version = next(line for line in text.splitlines() if line.startswith("version:"))
    _replace(new / "pack.yaml", version, 'version: "2024-07-01"')
    _set(new / "parameters.yaml", "promptly", "2 days")
    _set(root / "liwan" / "parameters.yaml", "promptly", "5 days")
    _set(root / "qijiang" / "parameters.yaml", "promptly", "3 days")


def _set(file: Path, name: str, value: str) -> None:
    """Sets a parameter, where there is one of that name."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"  {name}:"):
            _replace(file, line, f"  {name}: {{value: {value}, means: {name}, provenance: local}}")


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(f"{file.name} has no {old!r} any more")
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
