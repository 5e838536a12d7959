"""Waiting for changes of the rules: their files are looked at twice a second, on any disk and any system.

folder --stamps--> when each file was written, how large it is --changes--> the files that were changed
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

SECONDS = 0.5
Stamps = Mapping[str, tuple[int, int]]


def stamps(root: Path) -> Stamps:
    """When each YAML file below ``root`` was written last (nanoseconds), and its size, by name."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            if name.endswith(".yaml") and not name.startswith("."):
                path = os.path.join(folder, name)
                try:
                    status = os.stat(path)
                except OSError:  # it was taken away meanwhile
                    continue
                found[os.path.relpath(path, root)] = (status.st_mtime_ns, status.st_size)
    return found


def changes(
    root: Path, look: Callable[[Path], Stamps] = stamps, wait: Callable[[float], None] = time.sleep
) -> Iterator[tuple[str, ...]]:
    """The names of the files that were changed, made or removed, each time that there are any; never ends.

    What is written in several steps is waited for: a change is told once nothing more comes.
    """
    told = seen = look(root)
    while True:
        wait(SECONDS)
        now = look(root)
        if now == seen and now != told:
            names = sorted(name for name in {*told, *now} if told.get(name) != now.get(name))
            told = now
            yield tuple(names)
        seen = now
