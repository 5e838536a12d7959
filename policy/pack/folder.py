"""The rules folder: which files there are, and what each is by its name.

vocabulary.yaml, calendar/*.yaml, and any folder with a pack.yaml (with all below it, save packs of their own)
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from policy.text.diagnostics import Faults
from policy.text.source import (
    MAX_FILES,
    MAX_FOLDER_DEPTH,
    MAX_TOTAL_BYTES,
    Source,
    SourceError,
    os_reason,
    read_source,
    whole,
)

VOCABULARY = "vocabulary.yaml"
EQUIVALENCES = "equivalences.yaml"
CALENDAR = "calendar/"
HEAD = "pack.yaml"
TESTS = "tests"

#: The files of the rules by name (POSIX path relative to the root); None for one that could not be read.
Files = Mapping[str, Source | None]


def read_folder(root: Path, faults: Faults) -> Files | None:
    """Every YAML file below ``root``, or None where the folder is missing or beyond the limits.

    Names that begin with a dot are left out. Symbolic links are followed within the root only.
    """
    if not os.path.isdir(root):
        faults.add("LNK606", None)
        return None
    real = Path(os.path.realpath(root))
    found: list[tuple[str, Path]] = []
    total = 0
    for name, path in _walk(real, real, "", 1, faults):
        found.append((name, path))
        total += os.path.getsize(path) if os.path.isfile(path) else 0
        if len(found) > MAX_FILES:
            faults.add("LNK607", None, limit=f"{MAX_FILES:,}")
            return None
        if total > MAX_TOTAL_BYTES:
            faults.add("LNK104", None, limit=f"{MAX_TOTAL_BYTES:,}")
            return None
    return {name: _read(path, name, faults) for name, path in sorted(found)}


def _read(path: Path, name: str, faults: Faults) -> Source | None:
    try:
        return read_source(path, name)
    except SourceError as error:
        faults.add(error.code, whole(name), "", **error.details)
        return None


def _walk(folder: Path, root: Path, prefix: str, depth: int, faults: Faults) -> Iterator[tuple[str, Path]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        faults.add("LNK106", whole(prefix), reason=os_reason(error))
        return
    for entry in entries:
        name = prefix + os.fsencode(entry.name).decode("utf-8", "backslashreplace")
        if entry.name.startswith("."):
            continue
        path = Path(entry.path)
        if entry.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
            faults.add("LNK107", whole(name))
        elif os.path.isdir(path):  # False, and no exception, for a link in a circle
            if entry.name.lower().endswith((".yaml", ".yml")):
                faults.add("LNK105", whole(name))
            if depth >= MAX_FOLDER_DEPTH:
                faults.add("LNK108", whole(name), limit=str(MAX_FOLDER_DEPTH))
            else:
                yield from _walk(path, root, f"{name}/", depth + 1, faults)
        elif entry.name.endswith(".yaml"):
            yield name, path
        elif meant := _meant(entry.name):
            faults.add("LNK109", whole(name), name=meant)


_ENDING = re.compile(r"(.*?)[.．。](?:ya?ml)(?:[.．](?:txt|text|doc|docx|rtf|json|ya?ml))*", re.IGNORECASE)
"""``.yml``, and what editors and systems that hide endings make of ``.yaml``; copies that editors keep
(``.bak``, ``.orig``, ``~``) are no mistakes."""


def _meant(name: str) -> str:
    """The name that a file should have which looks like YAML and is not read; "" for any other."""
    found = _ENDING.fullmatch(name)
    return f"{found[1]}.yaml" if found else ""


@dataclass(frozen=True, slots=True)
class PackFiles:
    """The files of one pack: pack.yaml, the others, and its rule tests, each sorted by name."""

    folder: str
    head: Source | None
    others: tuple[Source | None, ...]
    tests: tuple[Source, ...]


@dataclass(slots=True)
class Layout:
    """What the files of a rules folder are."""

    calendar: list[Source] = field(default_factory=list)
    packs: list[PackFiles] = field(default_factory=list)


def layout_of(files: Files, faults: Faults) -> Layout:
    """Sort the files by what they are; one that is nothing is a fault (LNK605)."""
    folders = pack_folders(files)
    members: dict[str, list[str]] = {folder: [] for folder in sorted(folders)}
    layout = Layout()
    for name in sorted(files):
        source = files[name]
        if name.startswith(CALENDAR):
            if source:
                layout.calendar.append(source)
        elif folder := owner(name, folders):
            members[folder].append(name)
        elif name not in (VOCABULARY, EQUIVALENCES):
            faults.add("LNK605", whole(name))
    for folder, names in members.items():
        rest = [name for name in names if name != f"{folder}/{HEAD}"]
        tests = [name for name in rest if name.startswith(f"{folder}/{TESTS}/")]
        others = tuple(files[name] for name in rest if name not in tests)
        kept = tuple(source for name in tests if (source := files[name]) is not None)
        layout.packs.append(PackFiles(folder, files[f"{folder}/{HEAD}"], others, kept))
    return layout


def pack_folders(files: Files) -> set[str]:
    """The folders that are packs."""
    return {folder for folder in map(_pack_folder, files) if folder}


def _pack_folder(name: str) -> str:
    """The folder of a pack.yaml; "" for another file, and inside calendar/ and tests/."""
    folder, _, last = name.rpartition("/")
    inside = name.startswith(CALENDAR) or TESTS in folder.split("/")
    return folder if last == HEAD and not inside else ""


def owner(name: str, folders: set[str]) -> str:
    """The nearest folder above the file that is a pack; "" where there is none."""
    folder = name.rpartition("/")[0]
    while folder and folder not in folders:
        folder = folder.rpartition("/")[0]
    return folder
