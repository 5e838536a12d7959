"""Files that commands read and write: what is wrong with one is told with its name."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from policy.cli.guard import CommandError
from policy.text.diagnostics import Words
from policy.text.source import os_reason
from server.proof.keys import OWNER_ONLY

_NO_FOLDER = Words("没有这个文件夹", "there is no such folder")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What keeps ``path`` from being written, as ``CommandError`` (LNK908) at its name."""
    try:
        yield
    except OSError as error:
        reason = _NO_FOLDER if error.errno == errno.ENOENT else os_reason(error)
        raise CommandError("LNK908", file=str(path), reason=reason) from error


def read(path: Path) -> str:
    """The text of a file; "" where it is none. Raises ``CommandError`` (LNK902) where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
    except OSError as error:
        raise CommandError("LNK902", path=str(path), reason=os_reason(error)) from error


def replaced(path: Path, text: str) -> None:
    """Writes a file whole, or leaves what there was. Raises ``CommandError`` (LNK908)."""
    draft = path.with_name(f".{path.name}.new")
    with writing(path):
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)


@contextmanager
def written(out: Path | None) -> Iterator[TextIO]:
    """A file that only its owner reads, or standard output. Raises ``CommandError`` (LNK908)."""
    if out is None:
        yield sys.stdout
        return
    with writing(out):
        number = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        os.fchmod(number, OWNER_ONLY)  # also of a file that was there before
        with os.fdopen(number, "w", encoding="utf-8") as file:
            yield file
