"""docs/register-tutorial.md: every command and program of it is run, and prints what stands below it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.conftest import environment
from tests.client.services import Service, registering
from tests.documents.tutorial import agrees
from tests.server.logs import key_setting

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MARK = "@@"
"""Stands before what each block prints, with its number."""
Blocks = list[tuple[str, str]]


def script(blocks: Blocks, program: Path) -> str:
    """All of the page for bash. What is Python is one program, and runs where its last block stands."""
    python = [number for number, (kind, _) in enumerate(blocks) if kind == "python"]
    told = (f'print("{MARK}{number}", flush=True)\n{blocks[number][1]}' for number in python)
    program.write_text("\n".join(told), encoding="utf-8")
    lines = [f'linkage() {{ {sys.executable} -m server.cli "$@"; }}']
    for number, (kind, text) in enumerate(blocks):
        if kind == "console":
            lines.append(f"echo {MARK}{number}\n{text}")
        elif number == python[-1]:
            lines.append(f"{sys.executable} -W error {program}")
    return "\n".join(lines)


def printed(blocks: Blocks, service: Service, root: Path, folder: Path) -> dict[int, list[str]]:
    """What each block prints."""
    own = [(kind, text.replace("localhost:50051", service.grpc)) for kind, text in blocks]
    text = script(own, folder / "program.py").replace("http://localhost:8080", service.http)
    url = f"sqlite:///{service.database}"
    keys, rules = key_setting(url), str(service.rules)
    known = environment(LINKAGE_DATABASE=url, LINKAGE_LOG_KEYS=keys, LINKAGE_RULES=rules)
    known["PYTHONPATH"] += f":{root}"
    command = ["bash", "-euo", "pipefail", "-c", text]
    ran = subprocess.run(command, env=known, cwd=folder, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    _, *parts = ran.stdout.split(MARK)
    found = (part.partition("\n") for part in parts)
    return {int(number): [line.rstrip() for line in out.splitlines()] for number, _, out in found}


def test_whoever_follows_it_gets_what_it_shows(repo_root: Path, rules_dir: Path, tmp_path: Path) -> None:
    for tool in ("curl", "bash"):
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool}")
    blocks = BLOCK.findall((repo_root / "docs/register-tutorial.md").read_text(encoding="utf-8"))
    assert {kind for kind, _ in blocks} == {"console", "python", "text"}
    with registering(rules_dir, tmp_path) as service:
        found = printed(blocks, service, repo_root, tmp_path)
    for number, (kind, shown) in enumerate(blocks):
        if kind == "text":
            lines = found[number - 1]
            assert agrees(tuple(shown.splitlines()), lines), "\n".join([blocks[number - 1][1], *lines])
