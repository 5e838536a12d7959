"""Which packs of a rules folder are drafts (草案): ``status: draft`` in their pack.yaml.

    files --split--> files of the packs that are issued, and the drafts with theirs

What is a draft is settled before anything else is read: nothing of it reaches who did not ask for drafts. A
pack.yaml that is no YAML (yet), or no text, is one of a draft where a line of it says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from policy.pack.folder import HEAD, Files, owner, pack_folders, read_folder
from policy.text import nodes
from policy.text.diagnostics import Faults

STATUS = "status"
DRAFT = "draft"
_KEYS = (STATUS, "district", "version")
_MOST = 10_000
_LINE = re.compile(r"^(status|district|version):[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)


class DraftFolder(NamedTuple):
    """A draft: its folder, what its pack.yaml says it is of ("" where that cannot be told), its files."""

    folder: str
    district: str
    version: str
    files: Files


class Split(NamedTuple):
    """The files of a rules folder without its drafts, and these, with the faults of reading them."""

    issued: Files
    drafts: tuple[DraftFolder, ...]
    faults: Faults


def read_split(root: Path, faults: Faults) -> Split | None:
    """The files below ``root`` as ``read_folder`` gives them, drafts apart; faults of these with them."""
    reading = Faults()
    files = read_folder(root, reading)
    if files is None:
        faults.extend(reading)
        return None
    found = split(files, root)
    folders, drafts = pack_folders(files), {one.folder for one in found.drafts}
    for item in reading:
        of_draft = item.span is not None and owner(item.span.source.name, folders) in drafts
        (found.faults if of_draft else faults).append(item)
    return found


def split(files: Files, root: Path | None = None) -> Split:
    """Tells the drafts from the rest. A pack.yaml that is no text is looked at below ``root``."""
    folders = pack_folders(files)
    said = {folder: _said(f"{folder}/{HEAD}", files, root) for folder in sorted(folders)}
    drafts = {folder: keys for folder, keys in said.items() if keys.get(STATUS) == DRAFT}
    if not drafts:
        return Split(files, (), Faults())
    owners = {name: owner(name, folders) for name in files}
    issued = {name: source for name, source in files.items() if owners[name] not in drafts}
    found = []
    for folder, keys in drafts.items():
        own = {name: source for name, source in files.items() if owners[name] == folder}
        found.append(DraftFolder(folder, keys.get("district", ""), keys.get("version", ""), own))
    return Split(issued, tuple(found), Faults())


def _said(name: str, files: Files, root: Path | None) -> Mapping[str, str]:
    """What a pack.yaml says of itself, as it is written; nothing where it speaks of no draft."""
    head = files[name]
    text = head.text if head is not None else _loosely(name, root)
    if DRAFT not in text:
        return {}
    tree = nodes.parse(head, Faults()) if head is not None else None
    if isinstance(tree, nodes.Mapping):
        scalars = ((key.text, value) for key, value in tree.entries if key.text in _KEYS)
        return {key: value.text for key, value in scalars if isinstance(value, nodes.Scalar)}
    return dict(_LINE.findall(text))


def _loosely(name: str, root: Path | None) -> str:
    """What of a file is plain text, where the whole is not: it was saved in another encoding."""
    if root is None:
        return ""
    try:
        with (root / name).open("rb") as file:
            return file.read(_MOST).decode("ascii", "ignore")
    except OSError:
        return ""
