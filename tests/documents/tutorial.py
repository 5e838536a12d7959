"""A tutorial as a script: its blocks in order, each a file to write or commands with what they print.

A fence that names a file after its language holds that file. In a ``console`` fence, lines after ``$ `` are
commands of linkage, and the lines below are what they print; a line ``…`` stands for any number of lines.
"""

import io
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pytest

from policy.cli import app, run

ANYTHING = "…"
_FENCE = re.compile(r"^```(\w+)[ ]?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class File:
    """A file that the reader writes."""

    name: str
    text: str


@dataclass(frozen=True)
class Command:
    """A command that the reader runs, and the lines shown below it."""

    line: str
    shown: tuple[str, ...]


def blocks(page: str) -> Iterator[File | Command]:
    """The files and commands of a page, in order."""
    for language, name, text in _FENCE.findall(page):
        if language != "console":
            assert name, f"a block without a file name: {text[:40]}"
            yield File(name, text)
            continue
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            line, *shown = part.rstrip("\n").split("\n")
            yield Command(line, tuple(shown))


def printed(command: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runs a command and gives all it prints, line by line without blanks at their ends."""
    program, *arguments = shlex.split(command)
    assert program == "linkage"
    monkeypatch.setattr("sys.argv", [program, *arguments])
    both = io.StringIO()
    with redirect_stdout(both), redirect_stderr(both):
        run(app, arguments)
    text = both.getvalue().rstrip("\n")
    return [line.rstrip() for line in text.split("\n")] if text else []


def agrees(shown: tuple[str, ...], lines: list[str]) -> bool:
    """Whether the lines are those shown, ``…`` standing for any."""
    pattern = "".join(r"(?:.*\n)*?" if line == ANYTHING else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in lines)) is not None
