"""Writing whole files, or nothing: a full disk or a killed program leaves what was there before."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Puts ``data`` in place of the file, in one step. The file keeps its mode; a link keeps its target.

    Raises OSError, and then the file is as before. A program killed in the middle leaves a file beside it
    whose name begins with a dot, which nothing reads.
    """
    target = Path(os.path.realpath(path))
    beside = _beside(target)
    try:
        _write(beside, data)
        with contextlib.suppress(FileNotFoundError):
            os.chmod(beside, os.stat(target).st_mode & 0o7777)
        os.replace(beside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise
    _sync_folder(target.parent)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Makes ``folder`` with these files, whose names may have folders of their own, in one step.

    Raises FileExistsError where something is there already, OSError where it cannot be written; nothing is
    left of it then. The folder above it is made where it is missing.
    """
    if os.path.lexists(folder):
        raise FileExistsError(folder)
    os.makedirs(folder.parent, exist_ok=True)
    beside = _beside(folder)
    try:
        os.mkdir(beside)
        for name, data in files.items():
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            _write(beside / name, data)
        for inside in {(beside / name).parent for name in files}:
            _sync_folder(inside)
        os.rename(beside, folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    _sync_folder(folder.parent)


def _beside(path: Path) -> Path:
    """A new hidden name in the same folder: only there can a file take another's place in one step."""
    return path.with_name(f".new-{secrets.token_hex(8)}")


def _write(path: Path, data: bytes) -> None:
    with open(path, "xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """The new name is to survive a power failure, too; some file systems cannot promise that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
