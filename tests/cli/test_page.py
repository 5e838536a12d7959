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
OF_DOCUMENTS = Path(__file__).parents[1] / "documents" / "screens"


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


@pytest.mark.parametrize(
    "path",
    [path for folder in (SCREENS, OF_DOCUMENTS) for path in sorted(folder.glob("*-json.golden"))],
    ids=lambda path: path.stem,
)
def test_keys(path: Path, named: set[str]) -> None:
    text = path.read_text(encoding="utf-8").partition("---- stdout\n")[2].partition("---- stderr")[0]
    assert set(keys(json.loads(text))) - named == set()


COMMANDS = [
    "check",
    "evaluate",
    "explain",
    "compare",
    "assess",
    "test",
    "diff",
    "report",
    "packs",
    "coverage",
    "init",
    "source import",
    "source attach",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_options(command: str, named: set[str]) -> None:
    words = {word for text in named for word in re.findall(r"(?<!\S)--?[a-z-]+", text)}
    found = typer.main.get_command(app)
    for name in command.split():
        found = found.get_command(typer.Context(found), name)  # type: ignore[attr-defined]
    options = {name for parameter in found.params for name in parameter.opts if name.startswith("-")}
    assert options - {"--help"} - words == set()
