"""The second act: a service of its own, with a register on disk and a clock that the story moves."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format
from rich.console import Console

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import case_service_pb2_grpc as stubs
from linkage.v1 import register_pb2
from policy.cli.guard import CommandError
from policy.decide import District
from policy.review.wording import Wording
from policy.text.diagnostics import Words
from policy.time.moment import NANO
from server.board.asked import Asked, midnight
from server.board.board import board
from server.board.told import Told as TheBoard
from server.board.told import told
from server.demo.receiver import KINDS, Arrived, Receiver, receiving
from server.demo.story import CASE, DISTRICT, DUE_SOON, FIRST, LAST, STORY, Step, moment
from server.demo.week_screen import WeekScreen
from server.notices.kinds import kind_of
from server.process.app import running
from server.register.book import Register
from server.register.rows import Told
from server.register.stream import changes_after
from server.register.ticking import Ticker
from server.settings.config import settings_from

MOST = 1_000
"""No district of the story has more obligations, or changes of one step."""

DAY = 86_400 * NANO
NO_LIGHTS: Mapping[str, Any] = {}
NOTICE_SECONDS = 30
_TO = "notices.subscriptions"
TOLD = "public_security"
"""The department that has a receiver of notices."""

Duties = Mapping[str, register_pb2.RegisteredObligation]


def play(rules: Path, lang: str, console: Console) -> None:
    """Plays the week on the screen. Raises ``CommandError`` (LNK959) where any part of it fails."""
    logging.getLogger("linkage").addHandler(logging.NullHandler())  # what it refuses is shown on the screen
    asyncio.run(_play(rules, lang, console))


async def _play(rules: Path, lang: str, console: Console) -> None:
    with tempfile.TemporaryDirectory(prefix="linkage-week-") as folder:
        async with _week(_own(rules, folder), folder, lang) as week:
            screen = WeekScreen(week.district, lang, console.width)
            console.print(*screen.beginning(), sep="\n")
            for step in STORY:
                refusal = await week.take(step)
                news = await week.news()
                console.print(*screen.step(step, news, week.duties, refusal), sep="\n")
                for each in news:
                    if kind_of(each) in KINDS and TOLD in each.bearers:
                        console.print(screen.notice(await week.arrived()))
            console.print(*screen.board(await week.board()), sep="\n")


def _own(rules: Path, folder: str) -> Path:
    """The rules of the one district, which are loaded sooner than all."""
    others = [
        path.name for path in rules.iterdir() if (path / "pack.yaml").is_file() and path.name != DISTRICT
    ]
    left = shutil.ignore_patterns(*others)
    return Path(shutil.copytree(rules, Path(folder, "rules"), ignore=left))


class Clock:
    """Nanoseconds since 1970 UTC, as the story says."""

    def __init__(self) -> None:
        self.now = _nanos(STORY[0].at)

    def __call__(self) -> int:
        return self.now


class Week:
    """The week as far as it has come."""

    def __init__(
        self,
        register: Register,
        stub: stubs.CaseServiceAsyncStub,
        clock: Clock,
        receiver: Receiver,
        lang: str,
    ) -> None:
        self._register = register
        self._receiver = receiver
        self._stub = stub
        self._clock = clock
        self._lang = lang
        self._position = 0
        self.duties: Duties = {}
        """The obligations of the case by their ids, those that have ended too."""

    @property
    def district(self) -> District:
        """The rules of the district."""
        return self._register.rules.current.snapshot.districts[DISTRICT]

    async def take(self, step: Step) -> str:
        """Lets time go on to a step, and makes its call; what the service says where it refuses it."""
        self._clock.now = _nanos(step.at)
        await Ticker(self._register, self._clock, 1.0).tick()
        refusal = ""
        if step.call:
            try:
                await self._call(step.call, self._named(step.fields))
            except grpc.aio.AioRpcError as error:
                refusal = error.details() or error.code().name
            if bool(refusal) != step.refused:
                raise CommandError("LNK959", reason=refusal or step.call)
        listed = await self._call(
            "ListObligations", {"case_id": CASE, "include_ended": True, "page_size": MOST}
        )
        self.duties = {each.id: each for each in listed.obligations}
        return refusal

    async def news(self) -> list[Told]:
        """What has become of obligations since this was asked last."""
        found = await changes_after(self._register.keeper, DISTRICT, self._position, MOST)
        self._position = found[-1].position if found else self._position
        return found

    async def board(self) -> TheBoard:
        """How departments stand now, and what became of the week's duties, in words."""
        first, last = (midnight(date.fromisoformat(day)) for day in (FIRST, LAST))
        asked = Asked(DISTRICT, self._clock.now, first, last + DAY, lead=DAY // 2)
        found = await board(self._register.keeper, self.district, asked, NO_LIGHTS)
        return told(found, self.district, Wording(self.district, self._lang))

    async def arrived(self) -> Arrived:
        """The next notice that comes to the department's receiver."""
        try:
            async with asyncio.timeout(NOTICE_SECONDS):
                return await self._receiver.next()
        except TimeoutError as error:
            reason = Words("通知没有送到", "a notice did not arrive")
            raise CommandError("LNK959", reason=reason) from error

    async def _call(self, name: str, fields: Mapping[str, Any]) -> Any:
        kind: Any = getattr(api, f"{name}Request")
        place = {} if name == "OpenCase" else {"district": DISTRICT}
        request = json_format.ParseDict({**place, **fields, "language": self._lang}, kind())
        return await getattr(self._stub, name)(request)

    def _named(self, value: Any) -> Any:
        """The fields of a call with the ids of obligations in them."""
        if isinstance(value, Mapping):
            return {key: self._named(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._named(one) for one in value]
        if isinstance(value, str) and value.startswith("<"):
            return next(each.id for each in self.duties.values() if each.rule == value[1:-1])
        return value


@asynccontextmanager
async def _week(rules: Path, folder: str, lang: str) -> AsyncIterator[Week]:
    """A service in this process, on a database in ``folder``."""
    clock = Clock()
    options = {
        "address": "127.0.0.1:0",
        "http.address": "off",
        "operations.address": "off",
        "rules": str(rules),
        "sources": str(Path(folder, "sources")),
        "database": f"sqlite:///{folder}/week.sqlite3",
        "register.due_soon": DUE_SOON,
        "register.tick_seconds": "3600",
    }
    async with (
        receiving(Path(folder), TOLD, DISTRICT, lang) as (receiver, subscriptions),
        running(
            settings_from(options={**options, "notices.subscriptions": str(subscriptions)}), clock=clock
        ) as service,
        grpc.aio.insecure_channel(service.address) as channel,
    ):
        if service.register is None:
            raise CommandError("LNK959", reason="register")
        yield Week(service.register, stubs.CaseServiceStub(channel), clock, receiver, lang)


def _nanos(at: str) -> int:
    return int(datetime.fromisoformat(moment(at)).timestamp()) * NANO
