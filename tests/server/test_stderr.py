"""What libraries write to standard error: a line of the log each, that quotes nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from server.settings.logs import Level
from server.settings.stderr import _log

SCRIPT = """
import os, sys
from server.settings.stderr import stderr_as_lines, real_stderr
from server.settings.logs import Level, event

print("before", file=sys.stderr, flush=True)
with stderr_as_lines(worker=3):
    os.write(2, b"E0000 00:00:1764496636.8 5312 chttp2_server.cc:97] Handshake failed: peer 192.0.2.1\\n")
    print("Traceback (most recent call last):", file=sys.stderr)
    event(Level.INFO, "between")
    os.write(real_stderr(), b"as it is\\n")
    os.write(2, b"x" * 10)
print("after", file=sys.stderr)
"""


def test_from_the_first_line_to_the_last(repo_root: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=repo_root, capture_output=True, text=True, check=True
    )
    lines = ran.stderr.splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")
    assert "as it is" in lines
    found = [json.loads(line) for line in lines if line.startswith("{")]
    said = {(line["worker"], line["level"], line["event"], line.get("template")) for line in found}
    assert said == {
        (3, "error", "library", "Handshake failed"),
        (3, "warning", "library", "Traceback"),
        (3, "info", "between", None),
        (3, "warning", "library", "x" * 10),
    }
    assert {line.get("place") for line in found} == {"chttp2_server.cc:97", None}


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("ValueError: 张三 4202221990" + "01011234", "ValueError"),
        ("no such file 'x'", "no such file"),
        ("张三", ""),
        ("W0000 00:00:1.2 7 a.cc:1] Bad value=7", "Bad value"),
    ],
)
def test_nothing_is_quoted(text: str, template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[object] = []
    monkeypatch.setattr(
        "server.settings.stderr.event",
        lambda level, name, **fields: said.append((level, name, fields["template"])),
    )
    _log(text)
    assert said == [(Level.WARNING, "library", template)]
