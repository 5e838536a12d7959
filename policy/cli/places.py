"""Which rules a command is about: a rules folder, a district's code, or files and folders within the rules.

words of the command line --of--> Place (rules folder, names of files and folders in it; none: all)
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from policy.cli.guard import CommandError
from policy.text.messages import Words
from policy.text.suggest import suggest


class Place(NamedTuple):
    """A rules folder and what is meant of it; ``names`` of folders end in a slash, no names mean all."""

    root: Path
    names: tuple[str, ...]

    def holds(self, file: str) -> bool:
        """Whether a file of the rules, by its name, is meant."""
        return not self.names or any(
            file == name or (name.endswith("/") and file.startswith(name)) for name in self.names
        )

    def within(self, folder: str) -> bool:
        """Whether nothing but this folder, or files in it, are meant."""
        return any(f"{name}/".startswith(f"{folder}/") for name in self.names)

    def has(self, folder: str) -> bool:
        """Whether a folder is meant, by itself or with all that it lies in."""
        return not self.names or self.within(folder) or any(folder.startswith(name) for name in self.names)


def place(paths: Sequence[Path], rules: Path) -> Place:
    """What ``paths`` mean, none: all of ``rules``; a word that is no path is the folder of a district there.

    Raises CommandError (LNK902, LNK903).
    """
    if not paths:
        return Place(rules, ())
    found = [_named(path, rules) for path in paths]
    roots = [_root_of(path) for path in found]
    names = []
    for path, root in zip(found, roots, strict=True):
        if not root.samefile(roots[0]):
            raise CommandError("LNK903", path=str(path))
        if not path.samefile(root):
            name = path.resolve().relative_to(root.resolve()).as_posix()
            names.append(f"{name}/" if path.is_dir() else name)
    return Place(roots[0], tuple(names))


def _named(path: Path, rules: Path) -> Path:
    if path.exists() or len(path.parts) != 1 or path.suffix or not rules.is_dir():
        return path
    folders = [entry.name for entry in rules.iterdir() if (entry / "pack.yaml").is_file()]
    if path.name in folders:
        return rules / path
    reason = Words(
        f"没有这个文件或文件夹，{rules} 里也没有这个地区：{'、'.join(sorted(folders))}",
        f"there is no such file or folder, and no such district in {rules}: {', '.join(sorted(folders))}",
    )
    raise CommandError("LNK902", suggest(path.name, folders), path=str(path), reason=reason)


def _root_of(path: Path) -> Path:
    """The nearest folder at or above ``path`` that holds a vocabulary, named from here where ``path`` is."""
    if not path.exists():
        reason = Words("没有这个文件或文件夹", "no such file or folder")
        raise CommandError("LNK902", path=str(path), reason=reason)
    for folder in (path, *path.absolute().parents):
        if (folder / "vocabulary.yaml").is_file():
            return folder if path.is_absolute() or folder is path else Path(os.path.relpath(folder))
    raise CommandError("LNK903", path=str(path))
