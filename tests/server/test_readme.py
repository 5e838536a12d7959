"""The README's client and its `buf curl` line work as pasted, against a real server."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import sys
from pathlib import Path

from tests.client.conftest import environment
from tests.server.conftest import Start


def _block(repo_root: Path, language: str, holding: str) -> str:
    text = (repo_root / "README.md").read_text(encoding="utf-8")
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return next(block for block in blocks if holding in block)


async def _run(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment()
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


async def test_the_python_client_works_as_pasted(start: Start, rules_dir: Path, repo_root: Path) -> None:
    program = _block(repo_root, "python", "linkage_client")
    async with start(rules=rules_dir) as service:
        program = program.replace("localhost:50051", service.running.address)
        assert "| 2024-03-03 09:30:00+08:00 | pending" in await _run(sys.executable, "-c", program)


async def test_buf_curl_works_as_pasted(start: Start, rules_dir: Path, repo_root: Path) -> None:
    line = _block(repo_root, "console", "buf curl").replace("\\\n", " ")
    async with start(rules=rules_dir) as service:
        words = shlex.split(line.replace("localhost:50051", service.running.address))
        words[0] = str(Path(sys.executable).parent / "buf")
        answer = json.loads(await _run(*words))
    (obligation,) = answer["decision"]["obligations"]
    assert obligation["rule"] == "liwan.police.vehicle.notify"
