"""``linkage impact --log``: what other rules would change of logged cases. Nothing is written."""

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from policy.cli import run
from server.cli import app
from tests.server.cases import SEIZURE, request
from tests.server.conftest import Start
from tests.server.logging_state import restored_logging
from tests.server.logs import key_setting

WHO = "张三丰"


def other(rules: Path, tmp_path: Path) -> Path:
    """The rules, with 48 hours in place of 24."""
    root = shutil.copytree(rules, tmp_path / "other")
    duties = root / "qiaonan/duties.yaml"
    duties.write_text(duties.read_text().replace("within: 24 hours", "within: 48 hours"))
    return root


def content(database: str) -> bytes:
    """The bytes of a SQLite database; of another none."""
    file = Path(database.removeprefix("sqlite:///"))
    return file.read_bytes() if file.is_file() else b""


async def asks(rules: Path, new: str, database: str, capsys: Any, *words: str) -> tuple[int, str]:
    keys = ["--set", f"log.keys={key_setting(database)}"]
    given = ["impact", new, "--log", "--rules", str(rules), "--database", database, "--workers", "1", *keys]
    with restored_logging():
        code = await asyncio.to_thread(run, app, [*given, *words])
    said = capsys.readouterr()
    return code, said.out + said.err


async def test_the_last_decision_on_each_case(
    start: Start, small_rules: Path, any_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parties = [{"id": WHO, "role": "debtor", "kind": "natural_person"}]
    async with start(database=any_database) as service:
        await service.stub.Evaluate(request(id="c1", events=[]))
        await service.stub.Evaluate(request(id="c1", parties=parties))
        await service.stub.Evaluate(request(id="c2"))
        await service.stub.Evaluate(request(id="c3", events=[]))
    before = content(any_database)
    new = str(other(small_rules, tmp_path))
    code, said = await asks(small_rules, new, any_database, capsys)
    assert code == 1
    assert "共 3 个案件，比较了 3 个，其中 2 个会有变化" in said
    code, said = await asks(small_rules, new, any_database, capsys, "--case", "c1")
    assert code == 1
    assert "到期 2024-03-03T09:30:00+08:00" in said
    assert WHO not in said
    assert content(any_database) == before
    code, said = await asks(small_rules, str(small_rules), any_database, capsys, "--format", "json")
    assert (code, json.loads(said[said.index("{\n") : said.rindex("\n}") + 2])["differing"]) == (0, 0)


async def test_a_log_that_cannot_be_read(
    start: Start, small_rules: Path, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = f"sqlite:///{tmp_path / 'nowhere.sqlite3'}"
    code, said = await asks(small_rules, "qiaonan", nowhere, capsys)
    assert (code, "LNK958" in said) == (2, True)
    async with start(database=database) as service:
        await service.stub.Evaluate(request(district=SEIZURE["district"]))
    os.unlink(key_setting(database))
    code, said = await asks(small_rules, "qiaonan", database, capsys)
    assert (code, "LNK871" in said) == (2, True)


async def test_a_log_without_a_case(
    start: Start, small_rules: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with start(database=database):
        pass
    code, said = await asks(small_rules, "qiaonan", database, capsys)
    assert (code, "LNK427" in said) == (2, True)


@pytest.mark.parametrize("words", [[], ["--log", "--register"], ["--log", "--cases", "cases.jsonl"]])
def test_cases_of_one_kind(words: list[str], small_rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["impact", "qiaonan", "--rules", str(small_rules), *words]) == 2
    assert "LNK906" in capsys.readouterr().err
