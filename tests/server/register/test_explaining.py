"""``linkage explain OBLIGATION``: an obligation of the register, under the rules of its case."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from policy.cli import run
from server.cli import app
from tests.server.logging_state import restored_logging
from tests.server.logs import key_setting
from tests.server.register.conftest import HOUR, RULES, Starting, seized


async def test_an_obligation_is_explained(start_register: Starting, tmp_path: Path, capsys: Any) -> None:
    database = f"sqlite:///{tmp_path / 'explained.sqlite3'}"
    async with start_register(database, rules=str(RULES)) as registered:
        await registered.open(id="c1")
        registered.clock.now += HOUR
        await registered.call("RecordEvents", case_id="c1", entries=[seized()])
        kept = await registered.keeper.get("qiaonan", "c1")
        assert kept is not None
        identity = min(kept.state.by_id)

        async def do(*words: str) -> tuple[int, str]:
            keys = ["--set", f"log.keys={key_setting(database)}"]
            capsys.readouterr()
            with restored_logging():
                code = await asyncio.to_thread(run, app, ["explain", *words, *keys, "--log", database])
            said = capsys.readouterr()
            return code, said.out + said.err

        code, said = await do(identity, "--format", "json")
        assert code == 0, said
        (found,) = json.loads(said)["explanations"]
        assert found["obligation"] == identity
        assert found["outcome"] == "applies"
        code, said = await do(identity)
        assert "适用" in said
        code, said = await do("ob-" + "0" * 32)
        assert code == 2
        assert "LNK002" in said
