"""One run of the command line, given as data, and its whole outcome as text.

A case is YAML: ``arguments``; ``files`` (name: text) and ``bytes`` (name: hexadecimal) to write first;
``stdin`` (its text, or ``closed: true``); ``columns`` (80); ``edits`` of the rules, as in tests/pack;
``before``: the arguments of runs that come first, and are not shown; ``show``: files to show afterwards.
``RULES`` among arguments is the rules folder, ``FILES`` that of the files. What differs from run to run
(folders, digests, ids) becomes a word.
"""

import io
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from policy.cli import app, run
from tests.pack.trees import edited

_DIGEST = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{12})\b")


def _stdin(wanted: str | Mapping[str, bool]) -> io.TextIOWrapper | None:
    if isinstance(wanted, str):
        return io.TextIOWrapper(io.BytesIO(wanted.encode()), encoding="utf-8")
    return None  # what Python makes of a closed standard input


def outcome(
    case: Mapping[str, Any],
    rules: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> str:
    """Exit code, standard output and standard error of the run."""
    root = edited(rules, folder, case.get("edits", []))
    files = folder / "files"
    files.mkdir()
    for name, text in case.get("files", {}).items():
        (files / name).write_text(text, encoding="utf-8")
    for name, data in case.get("bytes", {}).items():
        (files / name).write_bytes(bytes.fromhex(data))
    monkeypatch.setenv("COLUMNS", str(case.get("columns", 80)))
    monkeypatch.delenv("LINKAGE_RULES", raising=False)
    monkeypatch.delenv("LINKAGE_LANG", raising=False)
    monkeypatch.delenv("LINKAGE_SOURCES", raising=False)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "stdin", _stdin(case.get("stdin", "")))
    code = 0
    for listed in (*case.get("before", []), case["arguments"]):
        capsys.readouterr()  # what came before is not shown
        arguments = [str(a).replace("RULES", str(root)).replace("FILES", str(files)) for a in listed]
        monkeypatch.setattr(sys, "argv", ["linkage", *arguments])
        code = run(app)
    printed = capsys.readouterr()
    text = f"exit code {code}\n---- stdout\n{printed.out}---- stderr\n{printed.err}"
    for name in case.get("show", []):
        path = Path(name.replace("RULES", str(root)))
        text += f"---- {name}\n{path.read_text(encoding='utf-8')}"
    text = text.replace(str(root), "RULES").replace(str(files), "FILES")
    return _DIGEST.sub("DIGEST", text)
