"""``linkage impact --register``: what ``register preview`` finds, by department, as of a file of cases."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from policy.cli import run
from server.cli import app
from tests.server.logging_state import restored_logging
from tests.server.logs import key_setting
from tests.server.register.conftest import Starting
from tests.server.register.test_adopting import AS_OF, CASES, Office, opened
from tests.server.register.test_adoption import LONGER, OTHER_BEARER, edited


@pytest.fixture
async def office(
    start_register: Starting, any_database: str, tmp_path: Path, capsys: Any
) -> AsyncIterator[Office]:
    async with opened(start_register, any_database, tmp_path, capsys) as found:
        yield found


async def asks(office: Office, database: str, new: str, capsys: Any, *words: str) -> tuple[int, str]:
    given = ["--database", database, "--set", f"log.keys={key_setting(database)}", *AS_OF]
    with restored_logging():
        code = await asyncio.to_thread(
            run, app, ["impact", new, "--register", "--rules", str(office.root), *given, *words]
        )
    said = capsys.readouterr()
    return code, said.out + said.err


async def test_by_department_as_the_preview_has_it(
    office: Office, any_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    edited(office.root, LONGER)
    code, said = await asks(office, any_database, str(office.root), capsys, "--format", "json")
    found = json.loads(said)
    assert (code, found["cases"], found["differing"]) == (1, CASES, CASES)
    (department,) = found["departments"]
    assert department["effects"] == {"later": CASES}
    previewed = await office.told("preview", *AS_OF)
    assert sum(row["count"] for row in previewed["effects"]) == department["count"]
    code, said = await asks(office, any_database, "qiaonan", capsys, "--case", "c2")
    assert code == 1
    assert "到期推迟" in said
    code, said = await asks(office, any_database, "qiaonan", capsys, "--case", "nobody")
    assert (code, "LNK252" in said) == (2, True)
    code, said = await asks(office, any_database, "qiaonan", capsys, "--old", "qiaonan")
    assert (code, "LNK906" in said) == (2, True)


async def test_what_another_bears_counts_for_both(
    office: Office, any_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    edited(office.root, OTHER_BEARER)
    _, said = await asks(office, any_database, "qiaonan", capsys, "--format", "json")
    found = {each["body"]: each["effects"] for each in json.loads(said)["departments"]}
    assert found == {"traffic_police": {"bearer": CASES}, "tax": {"bearer": CASES}}
