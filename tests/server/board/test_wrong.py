"""Wrong calls on a board: what each is told, in Chinese and in English, through every door.

A file of ``wrong/`` has ``call`` and ``request``; the golden file beside it is to be read as whoever made the
mistake would.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
import yaml
from google.protobuf import json_format

from linkage.v1 import assessment_service_pb2 as assess_api
from linkage.v1 import assessment_service_pb2_grpc as assess_stubs
from tests.golden import check
from tests.server.conftest import Service, Start
from tests.server.http.doors import DOORS, by_grpc, method_of, told
from tests.server.register.conftest import Starting
from tests.server.test_wrong import shown
from tests.server.waiting import SECONDS

CASES = sorted((Path(__file__).parent / "wrong").glob("*.yaml"))


async def test_what_each_is_told(
    start_register: Starting, board_rules: Path, tmp_path: Path, update_golden: bool
) -> None:
    database = f"sqlite:///{tmp_path / 'register.sqlite3'}"
    options = {"http__address": "127.0.0.1:0", "rules": str(board_rules)}
    async with start_register(database, **options) as registered:
        service = Service(registered.running, registered.channel, None)  # type: ignore[arg-type]
        wrong = []
        async with httpx.AsyncClient(base_url=registered.running.http, timeout=SECONDS) as client:
            for path in CASES:
                case, texts = yaml.safe_load(path.read_text(encoding="utf-8")), []
                call = f"linkage.v1.BoardService/{case['call']}"
                for lang in ("zh", "en"):
                    message: Any = method_of(call)[0]()
                    told_of = {"district": "qiaonan", **case["request"], "language": lang}
                    json_format.ParseDict(told_of, message)
                    found = await by_grpc(service, client, call, message)
                    assert found.status is not None, path.stem
                    texts.append(shown(found.status))
                    if lang == "en" and case.get("doors", True) and message.district:
                        others = [await door(service, client, call, message) for door in DOORS[1:]]
                        assert all(each.status is not None for each in others), path.stem
                        assert {str(told(each.status)) for each in others if each.status} == {
                            str(told(found.status))
                        }, path.stem
                try:
                    check(path.with_suffix(".golden"), "\n".join(texts), update_golden)
                except AssertionError as error:
                    wrong.append((path.stem, str(error)))
        assert wrong == []


def test_each_has_its_golden() -> None:
    folder = CASES[0].parent
    assert {path.stem for path in folder.glob("*.golden")} == {path.stem for path in CASES}


async def test_an_assessment_takes_the_register_or_cases(
    start_register: Starting, start: Start, tmp_path: Path
) -> None:
    request = assess_api.AssessRequest(district="qiaonan", register=True, language="en")
    request.period.year = 2024
    async with start() as without:
        with pytest.raises(grpc.aio.AioRpcError, match="keeps no register"):
            await assess_stubs.AssessmentServiceStub(without.channel).Assess(request)
    request.cases.add(id="c", kind="enforcement")
    async with start_register(f"sqlite:///{tmp_path / 'r.sqlite3'}") as registered:
        with pytest.raises(grpc.aio.AioRpcError, match="takes no others"):
            await assess_stubs.AssessmentServiceStub(registered.channel).Assess(request)
