"""docs/cli.md names every key of every JSON answer, and every option of every command."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from policy.cli import app

SCREENS = Path(__file__).parent / "screens"


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


@pytest.fixture(scope="module")
def named(repo_root: Path) -> set[str]:
    page = (repo_root / "docs" / "cli.md").read_text(encoding="utf-8")
    return set(re.findall(r"`([^`\n]+)`", page))


@pytest.mark.parametrize("path", sorted(SCREENS.glob("*-json.golden")), ids=lambda path: path.stem)
def test_keys(path: Path, named: set[str]) -> None:
    text = path.read_text(encoding="utf-8").partition("---- stdout\n")[2].partition("---- stderr")[0]
    assert set(keys(json.loads(text))) - named == set()


@pytest.mark.parametrize("command", ["check", "evaluate", "explain", "test", "packs"])
def test_options(command: str, named: set[str]) -> None:
    words = {word for text in named for word in re.findall(r"(?<!\S)--?[a-z-]+", text)}
    group = typer.main.get_command(app)
    found = group.get_command(typer.Context(group), command)  # type: ignore[attr-defined]
    options = {name for parameter in found.params for name in parameter.opts if name.startswith("-")}
    assert options - {"--help"} - words == set()
