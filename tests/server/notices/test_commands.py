"""``linkage notices``, and a running server with subscriptions: what an operator sees and does."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from policy.cli import run
from server.cli import app
from tests.server.logging_state import restored_logging
from tests.server.notices.receiving import House, answering, house
from tests.server.register.conftest import HOUR, Clock, Registered, Starting, seized
from tests.server.waiting import until

DATABASE = "sqlite:///register.sqlite3"
SECRET = f"whsec_{base64.b64encode(b's' * 32).decode()}"
Command = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for name in [name for name in os.environ if name.startswith("LINKAGE_")]:
        monkeypatch.delenv(name)
    Path("court.secret").write_text(SECRET)
    with restored_logging():
        yield


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    def running(*words: str, lang: str = "en") -> tuple[int, str]:
        database = () if words[0] == "test" else ("--database", DATABASE)
        arguments = ["notices", *words, *database, "--lang", lang]
        monkeypatch.setattr("sys.argv", ["linkage", *arguments])
        code = run(app, arguments)
        printed = capfd.readouterr()
        lines = [line for line in (printed.out + printed.err).splitlines() if not line.startswith('{"time"')]
        return code, "\n".join(lines)

    return running


def subscribed(url: str, **more: str) -> str:
    """Writes a file of one subscription; its name."""
    webhook = {"url": url, "secrets": ["court.secret"], "insecure": True, "networks": ["127.0.0.0/8"]}
    found = {"role": "integrator", "districts": "all", "since": "start", "webhook": webhook, **more}
    Path("notices.yaml").write_text(json.dumps({"subscriptions": {"court": found}}))
    return "notices.yaml"


QUICK = {"notices__poll_seconds": "0.05", "notices__subscriptions": "notices.yaml"}


async def two_duties(registered: Registered) -> None:
    await registered.open()
    registered.clock.now += HOUR
    await registered.record(seized())


async def served(start: Starting, there: House, clock: Clock, wanted: int, **options: str) -> None:
    """A server that runs until the receiver has been called so often."""
    async with start(DATABASE, clock, **QUICK, **options) as registered:
        if clock.now == Clock().now:
            await two_duties(registered)
        await until(lambda: len(there.got) >= wanted)


def test_what_is_dead_is_listed_and_sent_anew(start_register: Starting, command: Command) -> None:
    clock = Clock()

    async def failing(port: list[int]) -> None:
        async with house() as there:
            port.append(there.port)
            there.behave = answering(503)
            subscribed(there.url)
            await served(start_register, there, clock, 2, notices__attempts="1")

    port: list[int] = []
    asyncio.run(failing(port))
    code, text = command("list")
    assert code == 0
    assert "court qiaonan  read 2/2  waiting 0 (on their way 0)  dead 2" in text
    assert "it answered 503 (http_503)" in text
    code, text = command("dead")
    assert [line.split()[:2] for line in text.splitlines()] == [
        ["court", "qiaonan/1"],
        ["court", "qiaonan/2"],
    ]
    assert "试了 1 次" in command("dead", "court", lang="zh")[1]
    code, text = command("replay", "court", "qiaonan/1", "qiaonan/99")  # all of them, or nothing
    assert (code, "LNK066" in text, "dead 2" in command("list")[1]) == (2, True, True)
    assert command("replay", "court", "qiaonan/1") == (0, "1 will be sent anew")
    assert "waiting 1 (on their way 0)  dead 1" in command("list")[1]
    assert command("replay", "court", "--dead", lang="zh") == (0, "1 条将重发")
    found = json.loads(command("list", "--format", "json")[1])["subscriptions"]
    assert [(each["waiting"], each["dead"]) for each in found] == [(2, 0)]

    async def taking() -> list[str]:
        async with house() as there:
            subscribed(there.url)
            await served(start_register, there, clock, 2)
            return sorted(each.headers["webhook-id"] for each in there.got)

    first = asyncio.run(taking())
    assert command("replay", "court", "--since", "2024-03-01") == (0, "2 will be sent anew")
    assert asyncio.run(taking()) == first
    assert "dead 0  delivered 2" in command("list")[1]


def test_wrong_words_are_told(start_register: Starting, command: Command) -> None:
    assert "LNK958" in command("list")[1]

    async def once() -> None:
        async with house() as there:
            subscribed(there.url)
            await served(start_register, there, Clock(), 2)

    asyncio.run(once())
    wrong = {
        ("replay", "cuort", "--dead"): ("LNK067", "court"),
        ("dead", "nobody"): ("LNK067", "nobody"),
        ("replay", "court"): ("LNK068", "--since"),
        ("replay", "court", "--dead", "--since", "today"): ("LNK068", "--dead"),
        ("replay", "court", "qiaonan/99"): ("LNK066", "district/position"),
        ("replay", "court", "99"): ("LNK066", "district/position"),
        ("replay", "court", "--since", "soon"): ("LNK879", "soon"),
    }
    for words, (code, part) in wrong.items():
        ended, text = command(*words)
        assert ended == 2
        assert code in text, words
        assert part in text, words


def test_a_receiver_is_tried(command: Command) -> None:
    async def tried(status: int) -> tuple[tuple[int, str], House]:
        async with house() as there:
            there.behave = answering(status)
            name = subscribed(there.url)
            return await asyncio.to_thread(command, "test", "court", "--subscriptions", name), there

    found, there = asyncio.run(tried(200))
    assert found == (0, "the receiver took it")
    assert json.loads(there.got[0].body)["type"] == "linkage.test.v1"
    (ended, text), _ = asyncio.run(tried(401))
    assert (ended, "LNK065" in text, "it answered 401 (http_401)" in text) == (2, True, True)
    assert "LNK067" in command("test", "cuort", "--subscriptions", "notices.yaml")[1]
    assert "notices.subscriptions" in command("test", "court")[1]


async def test_a_server_follows_its_file(start_register: Starting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.process.notifying.LOOK_SECONDS", 0.02)
    async with house() as one, house() as two:
        subscribed(one.url)
        async with start_register(DATABASE, **QUICK) as registered:
            await two_duties(registered)
            await until(lambda: len(one.got) == 2)
            subscribed(two.url)
            number = 0
            while not two.got:
                number += 1
                await registered.record(seized(f"more{number}"))
                await asyncio.sleep(0)
    ids = [each.headers["webhook-id"] for each in (*one.got, *two.got)]
    assert len(ids) == len(set(ids))
    assert all(any_field(json.loads(each.body)) for each in (*one.got, *two.got))


def any_field(event: dict[str, Any]) -> bool:
    """Whether an event tells of the case."""
    return bool(event["data"]["caseId"] == "c1")
