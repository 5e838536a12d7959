"""Rule folders for tests: the good one with a few edits, which a case lists in YAML.

An edit names a ``file`` (from the rules root) and does one thing to it:

    find, put       replace text that stands there exactly once
    create          write this text (``times``: that many files, %d in the name)
    repeat, times   write this text so many times over (%d is the number of the line)
    bytes           write these bytes, in hexadecimal
    link            make it a symbolic link to this
    pipe            make it a named pipe
    folder          make it a folder
    delete          remove the file or folder
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from policy.text.diagnostics import Faults, render


def edited(good: Path, target: Path, edits: Sequence[Mapping[str, Any]]) -> Path:
    """A copy of the rules ``good`` in ``target``, edited."""
    root = target / "rules"
    shutil.copytree(good, root)
    for edit in edits:
        _apply(root / edit["file"], edit)
    return root


def rendered(faults: Faults) -> str:
    """Every fault as people see it, in Chinese and then in English."""
    return "\n\n".join(render(item, lang) for lang in ("zh", "en") for item in faults) + "\n"


def _apply(path: Path, edit: Mapping[str, Any]) -> None:
    if "find" in edit:
        text = path.read_text(encoding="utf-8")
        assert text.count(edit["find"]) == 1, (edit["find"], text.count(edit["find"]))
        path.write_text(text.replace(edit["find"], edit["put"]), encoding="utf-8")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if "create" in edit:
        names = [str(path) % i for i in range(edit["times"])] if "times" in edit else [str(path)]
        for name in names:
            Path(name).write_text(edit["create"], encoding="utf-8")
    elif "repeat" in edit:
        line = edit["repeat"]
        lines = (line % i if "%d" in line else line for i in range(edit["times"]))
        path.write_text("".join(lines), encoding="utf-8")
    elif "bytes" in edit:
        path.write_bytes(bytes.fromhex(edit["bytes"]))
    elif "link" in edit:
        path.symlink_to(edit["link"])
    elif "folder" in edit:
        path.mkdir()
    elif "pipe" in edit:
        os.mkfifo(path)
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
