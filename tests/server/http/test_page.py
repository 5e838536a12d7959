"""docs/http.md and the README's curl line, as pasted, against a real server."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import Start


def blocks(page: Path) -> list[str]:
    found: list[str] = re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [block for block in found if "localhost:8080" in block]


async def pasted(block: str, url: str) -> str:
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        block.replace("http://localhost:8080", url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


@pytest.fixture(autouse=True)
def tools() -> None:
    """Skips where there is no curl or bash."""
    for tool in ("curl", "bash"):
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool}")


async def test_what_the_page_shows(start: Start, rules_dir: Path, repo_root: Path) -> None:
    page = repo_root / "docs" / "http.md"
    async with start(rules=rules_dir) as service:
        answers = [await pasted(block, service.running.http) for block in blocks(page)]
    decided, refused, stream, assessed, packs = answers
    (duty,) = json.loads(decided)["decision"]["obligations"]
    assert duty["rule"] == "liwan.police.vehicle.notify"
    message = json.loads(refused)["message"]
    assert message.partition("?)")[0] in page.read_text(encoding="utf-8")
    first, second = [json.loads(line) for line in stream.splitlines()]
    assert (first["key"], second["key"]) == ("a", "b")
    assert second["result"]["error"]["violations"][0]["suggestion"] == "liwan"
    (assessment,) = json.loads(assessed)["assessments"]
    assert (assessment["cases"], "obligations" in assessment) == ("2", False)
    listed: dict[str, Any] = json.loads(packs)
    assert "liwan" in {pack["pack"]["district"] for pack in listed["packs"]}


async def test_buf_speaks_the_connect_protocol(start: Start, rules_dir: Path, repo_root: Path) -> None:
    buf = shlex.quote(str(Path(sys.executable).parent / "buf"))
    schema = shlex.quote(str(repo_root / "proto"))
    async with start(rules=rules_dir) as service:
        call = f"{service.running.http}/linkage.v1.PolicyService/GetPack"
        asked = '{"district": "liwan", "language": "en"}'
        answer = await pasted(f"{buf} curl --schema {schema} --protocol connect -d '{asked}' {call}", "")
    assert json.loads(answer)["summary"]["pack"]["district"] == "liwan"


async def test_what_the_readme_shows(start: Start, rules_dir: Path, repo_root: Path) -> None:
    async with start(rules=rules_dir) as service:
        (block,) = blocks(repo_root / "README.md")
        (duty,) = json.loads(await pasted(block, service.running.http))["decision"]["obligations"]
    assert duty["rule"] == "liwan.police.vehicle.notify"
