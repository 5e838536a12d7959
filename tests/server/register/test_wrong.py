"""Wrong calls on cases and obligations: what each is told, in Chinese and in English, through every door.

A file of ``wrong/`` has ``call`` and ``request``; ``<query.tax>`` stands for the id of the obligation of that
rule, ``<token>`` for a page token of another list, ``<watch>`` and ``<elsewhere>`` for tokens of a watch here
and on another database. The golden file beside it is to be read as whoever made the mistake would. None of
the calls changes anything: they are made one after the other on one case.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import yaml
from google.protobuf import json_format

from linkage.v1 import case_service_pb2 as api
from tests.golden import check
from tests.server.conftest import Service
from tests.server.http.doors import DOORS, by_grpc, method_of, told
from tests.server.register.conftest import HOUR, Registered, Starting, asked, seized
from tests.server.test_wrong import shown
from tests.server.waiting import SECONDS

CASES = sorted((Path(__file__).parent / "wrong").glob("*.yaml"))


async def prepared(registered: Registered) -> Mapping[str, str]:
    """A case with duties of every kind; what stands for their ids."""
    await registered.open()
    registered.clock.now += HOUR
    notice = {"id": "n1", "type": "court_notified", "at": "2024-03-02T01:40:00Z", "about": "e1"}
    await registered.record(
        seized(),
        {"id": "n1", "event": {**notice, "actor": "traffic_police"}},
        asked("r1", "tax_query", "tax"),
        asked("r2", "marriage_query", "civil_affairs"),
        asked("r3", "marriage_query", "residents_committee"),
    )
    found = await registered.call("ListObligations", include_ended=True)
    names = {each.rule.removeprefix("qiaonan."): each.id for each in found.obligations}
    page = await registered.call("ListObligations", page_size=1)
    return {**names, "token": page.next_page_token, "watch": await watch_token(registered)}


async def watch_token(registered: Registered) -> str:
    """Where a watch of everything begins."""
    watch = registered.stub.WatchObligations(api.WatchObligationsRequest(district="qiaonan"))
    token: str = (await anext(aiter(watch))).resume_token
    watch.cancel()
    return token


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """The request with the ids in it."""
    if isinstance(value, dict):
        return {key: filled(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, names) for one in value]
    return names.get(value[1:-1], value) if isinstance(value, str) and value.startswith("<") else value


def message_of(case: dict[str, Any], names: Mapping[str, str], lang: str) -> Any:
    message: Any = method_of(called(case))[0]()
    fields = filled(case["request"], names)
    if case["call"] != "OpenCase":
        fields = {"district": "qiaonan", **fields}
    json_format.ParseDict(fields, message)
    if not message.language:
        message.language = lang
    return message


def called(case: dict[str, Any]) -> str:
    return f"linkage.v1.CaseService/{case['call']}"


async def test_what_each_is_told(start_register: Starting, tmp_path: Path, update_golden: bool) -> None:
    database = f"sqlite:///{tmp_path / 'register.sqlite3'}"
    async with start_register(f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}") as other:
        elsewhere = await watch_token(other)
    async with start_register(database, http__address="127.0.0.1:0") as registered:
        names = {**await prepared(registered), "elsewhere": elsewhere}
        service = Service(registered.running, registered.channel, None)  # type: ignore[arg-type]
        before = await registered.call("GetCase", case_id="c1")
        wrong = []
        async with httpx.AsyncClient(base_url=registered.running.http, timeout=SECONDS) as client:
            for path in CASES:
                case, texts = yaml.safe_load(path.read_text(encoding="utf-8")), []
                for lang in ("zh", "en"):
                    message = message_of(case, names, lang)
                    found = await by_grpc(service, client, called(case), message)
                    assert found.status is not None, path.stem
                    texts.append(shown(found.status))
                    if lang == "en" and case.get("doors", True):
                        others = [await door(service, client, called(case), message) for door in DOORS[1:]]
                        assert all(each.status is not None for each in others), path.stem
                        assert {str(told(each.status)) for each in others if each.status} == {
                            str(told(found.status))
                        }, path.stem
                try:
                    check(path.with_suffix(".golden"), "\n".join(texts), update_golden)
                except AssertionError as error:
                    wrong.append((path.stem, str(error)))
        assert wrong == []
        assert (await registered.call("GetCase", case_id="c1")).case.etag == before.case.etag
        assert not await registered.verify()


def test_each_has_its_golden() -> None:
    folder = CASES[0].parent
    assert {path.stem for path in folder.glob("*.golden")} == {path.stem for path in CASES}
