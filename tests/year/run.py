"""The year itself: what is to happen is done in the order of time, at a real server whose clock it moves.

stories, acts of departments --agenda--> an hour at a time, sixteen cases at once --> CaseService
the clock, once a day or after a week of sleep --> what time brings
"""

from __future__ import annotations

import asyncio
import heapq
import random
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, cast

import grpc
from grpc_status import rpc_status

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import case_service_pb2_grpc as stubs
from linkage.v1 import facts_pb2, register_pb2
from policy.register import Kind
from policy.register.outputs import expected
from policy.time.moment import NANO
from server.process.app import Running, running
from server.register.book import Register
from server.register.moving import Adopt, Mover
from server.register.rows import Told as Row
from server.register.stream import changes_after, heads
from server.register.ticking import Ticker
from server.settings.config import settings_from
from tests.kills.hearing import Watcher, subscription
from tests.server.logs import key_setting
from tests.server.notices.receiving import House, house
from tests.year.departments import Act, Deed, acts_on
from tests.year.rules import change_rules
from tests.year.stories import DAY, DISTRICTS, END, HOUR, MIDDLE, START, Call, Story

AT_ONCE = 16
SLEEPS = 0.02
"""Share of the days after which time does nothing for a week."""
LAST = END + 61 * DAY
"""By then what was due at the end of the year is overdue, and what followed from that, too."""

EXPECTED = {
    Deed.BARE: {"LNK017", "LNK023"},
    Deed.RETURN: {"LNK015", "LNK016", "LNK023"},
    Deed.CONFIRM: {"LNK024"},
    Deed.REJECT: {"LNK024", "LNK025"},
}
"""With which codes a deed may be refused: not everything may be done with every duty."""
OVERTAKEN = {"LNK004", "LNK023"}
"""The duty is not any more as its department saw it: something happened meanwhile, or time passed."""

_CODE = re.compile(r"LNK\d{3}")


class Clock:
    """Nanoseconds since 1970 UTC, as the year has it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now

    def reaches(self, moment: int) -> None:
        """It is so late now; it never goes back."""
        self.now = max(self.now, moment)


@dataclass
class Told:
    """What the clients of the year know: what was acknowledged, what they were told of, what was refused."""

    cases: set[tuple[str, str]] = field(default_factory=set)
    entries: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    changes: list[register_pb2.ObligationChange] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    rules: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The rules whose duties arose, by district."""
    ticked: int = 0


@dataclass(frozen=True)
class Served:
    """A server that serves the year's rules, with a client of it and its clock."""

    running: Running
    stub: stubs.CaseServiceAsyncStub
    channel: grpc.aio.Channel
    clock: Clock
    rules: Path

    @property
    def register(self) -> Register:
        """The register itself."""
        if self.running.register is None:
            raise RuntimeError("the server has no register")
        return self.running.register


@asynccontextmanager
async def served(database: str, rules: Path, **options: str) -> AsyncIterator[Served]:
    """The server, on a database that is empty; time does nothing by itself."""
    clock = Clock()
    values = {
        "address": "127.0.0.1:0",
        "rules": str(rules),
        "operations.address": "off",
        "http.address": "off",
        "database": database,
        "log.keys": key_setting(database),
        "register.tick_seconds": "3600",
        "limits.caller_calls_per_second": "100000",
        "limits.caller_burst": "100000",
    }
    values |= {name.replace("__", "."): text for name, text in options.items()}
    async with (
        running(settings_from(options=values), clock=clock) as server,
        grpc.aio.insecure_channel(server.address) as channel,
    ):
        yield Served(server, stubs.CaseServiceStub(channel), channel, clock, rules)


@dataclass(frozen=True)
class Heard:
    """Who is told of everything: a watch of each district, and the receiver of a webhook."""

    watchers: tuple[Watcher, ...]
    receiver: House


@asynccontextmanager
async def listened(database: str, rules: Path) -> AsyncIterator[tuple[Served, Heard]]:
    """The server, and who is told of everything that happens there."""
    async with house() as receiver:
        file = subscription(receiver, rules.parent, DISTRICTS)
        options = {"notices__subscriptions": str(file), "notices__poll_seconds": "0.2"}
        async with served(database, rules, **options) as server:
            watchers = tuple(Watcher([server.running.address], district) for district in DISTRICTS)
            tasks = [asyncio.create_task(each.run()) for each in watchers]
            try:
                yield server, Heard(watchers, receiver)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


Work = Callable[[], Awaitable[None]]


class Year:
    """One year at one server."""

    def __init__(self, server: Served, seed: int, pace: int = DAY) -> None:
        """``pace``: how often time does its work, and departments look at what is new."""
        self._server = server
        self._seed = seed
        self._pace = pace
        self._dice = random.Random(seed)  # noqa: S311 - a made-up year, the same at every run
        self._mover = Mover(server.register, server.clock, Adopt.AT_ONCE)
        self._ticker = Ticker(server.register, server.clock, 1.0, self._mover)
        self._agenda: list[tuple[int, int, str, Work]] = []
        self._order = count()
        self._seen: dict[str, int] = {}
        self.told = Told()

    async def pass_by(self, told: Iterable[Story], advance: Callable[[int], None] = lambda _: None) -> Told:
        """Lets the whole year happen; ``advance`` is told each moment that it reaches."""
        for story in told:
            self._plan(story)
        self._at(MIDDLE, "", self._change_rules)
        moment, asleep = START, START
        while moment < LAST:
            moment += self._pace
            await self._until(moment)
            if moment >= asleep:
                self._server.clock.reaches(moment)
                self.told.ticked += await self._ticker.tick()
                asleep = moment + 7 * DAY if self._dice.random() < SLEEPS else moment
            await self._look()
            advance(moment)
        await self._until(LAST)
        await self._ticker.tick()
        return self.told

    # -- the agenda

    def _plan(self, story: Story) -> None:
        case = story.case_id
        self._at(story.opens_at, case, lambda: self._open(story))
        for number, call in enumerate(story.calls):
            self._at(call.at, case, lambda call=call, n=number: self._record(story, call, n))  # type: ignore[misc]
        if story.closes_at is not None:
            self._at(story.closes_at, case, lambda: self._close(story))

    def _at(self, moment: int, case: str, work: Work) -> None:
        heapq.heappush(self._agenda, (max(moment, self._server.clock.now), next(self._order), case, work))

    async def _until(self, moment: int) -> None:
        """Does what is to happen until then: of one case in order, of several at once."""
        while self._agenda and self._agenda[0][0] <= moment:
            hour = min(self._agenda[0][0] + HOUR, moment)
            cases: dict[str, list[Work]] = {}
            while self._agenda and self._agenda[0][0] <= hour:
                at, _, case, work = heapq.heappop(self._agenda)
                self._server.clock.reaches(at)
                cases.setdefault(case, []).append(work)
            free = asyncio.Semaphore(AT_ONCE)
            await asyncio.gather(*(self._in_order(works, free) for works in cases.values()))

    @staticmethod
    async def _in_order(works: list[Work], free: asyncio.Semaphore) -> None:
        async with free:
            for work in works:
                await work()

    async def _change_rules(self) -> None:
        change_rules(self._server.rules)
        if not await self._server.running.rules.reload():
            raise RuntimeError("the rules of the middle of the year are refused")
        await self._mover.run()

    # -- the court

    async def _open(self, story: Story) -> None:
        request = api.OpenCaseRequest(case=story.opening)
        found = await self._call("OpenCase", request, f"{story.case_id} OpenCase")
        if found is not None:
            self.told.cases.add((story.district, story.case_id))
            self._acknowledged(story.district, story.case_id, ["opening"], found.recorded)

    async def _record(self, story: Story, call: Call, number: int) -> None:
        (entry, *more) = call.entries
        request: Any
        asks = entry.WhichOneof("content") == "request" and not more and number % 2 == 0
        matters = self._server.running.rules.current.snapshot.districts[story.district].reads.codes["matters"]
        if asks and entry.request.matter in matters and entry.request.HasField("to"):
            request = api.RequestAssistanceRequest(
                district=story.district, case_id=story.case_id, event_id=entry.id, request=entry.request
            )
            name = "RequestAssistance"
        else:
            request = api.RecordEventsRequest(
                district=story.district, case_id=story.case_id, entries=call.entries
            )
            name = "RecordEvents"
        for again in range(1 + call.again):
            found = await self._call(name, request, f"{story.case_id} {entry.id}")
            if found is not None:
                ids = [each.id for each in call.entries] if not again else []
                self._acknowledged(story.district, story.case_id, ids, found.recorded)

    async def _close(self, story: Story) -> None:
        kind = self._dice.choice(["enforcement_completed", "enforcement_terminated", "case_closed"])
        request = api.CloseCaseRequest(
            district=story.district, case_id=story.case_id, event_id="closing", event_type=kind
        )
        found = await self._call("CloseCase", request, f"{story.case_id} CloseCase")
        if found is not None:
            self._acknowledged(story.district, story.case_id, ["closing"], found.recorded)

    # -- the departments

    async def _look(self) -> None:
        """Departments see what is new, and plan what they do about it."""
        keeper = self._server.register.keeper
        for district, end in sorted((await heads(keeper)).items()):
            while (seen := self._seen.get(district, 0)) < end:
                for told in await changes_after(keeper, district, seen, 500):
                    self._seen[district] = told.position
                    if told.kind is Kind.CREATED:
                        self._take(told)

    def _take(self, new: Row) -> None:
        now = self._server.clock.now
        for act in acts_on(new.obligation, self._seed):
            self._at(now + act.after, new.case_id, lambda act=act: self._act(new, act))  # type: ignore[misc]

    async def _act(self, new: Row, act: Act) -> None:
        """One act, as a department does it that has looked at its list: that of its own duties."""
        district, case, duty = new.district, new.case_id, new.obligation
        listing = api.ListObligationsRequest(
            district=district, case_id=case, body="".join(new.bearers[:1]), unit=new.unit, include_ended=True
        )
        found = await self._call("ListObligations", listing, "")
        seen = next((each for each in found.obligations if each.id == duty), None)
        if seen is None or seen.modality != 1:
            return
        judging = act.deed in (Deed.CONFIRM, Deed.REJECT)
        if seen.ended != judging:
            return
        name, request = self._asked(district, case, seen, act)
        # Half of them say what they have seen.
        if self._dice.random() < 0.5 and name != "RecordEvents":
            request.etag = seen.etag
        answer = await self._call(name, request, f"{case} {duty} {act.deed}", act.deed)
        if answer is not None:
            ids = [_event_of(duty, act)]
            self._acknowledged(district, case, ids, answer.recorded)

    def _asked(
        self, district: str, case: str, seen: register_pb2.RegisteredObligation, act: Act
    ) -> tuple[str, Any]:
        event = _event_of(seen.id, act)
        if act.deed in (Deed.ANSWER, Deed.WITHDRAW):
            kind = "objection_answered" if act.deed is Deed.ANSWER else "obligation_withdrawn"
            told = facts_pb2.Event(id=event, type=kind, actor="court", obligation=seen.id)
            if act.deed is Deed.ANSWER:
                told.about = f"{seen.id[:24]}~{act.about}"
            told.at.seconds, told.at.nanos = divmod(self._server.clock.now, NANO)
            entry = register_pb2.CaseEntry(id=event, event=told)
            return "RecordEvents", api.RecordEventsRequest(district=district, case_id=case, entries=[entry])
        common: dict[str, Any] = {"district": district, "obligation_id": seen.id, "event_id": event}
        if act.deed in (Deed.CONFIRM, Deed.REJECT):
            return "ConfirmObligation", api.ConfirmObligationRequest(**common, reject=act.deed is Deed.REJECT)
        if seen.bearers:
            common |= {"body": seen.bearers[0].code, "unit": seen.bearer_unit}
        if act.deed is Deed.ACCEPT:
            return "AcceptObligation", api.AcceptObligationRequest(**common, handler=f"h{seen.id[-2:]}")
        if act.deed is Deed.OBJECT:
            return "RaiseObjection", api.RaiseObjectionRequest(**common)
        if act.deed is Deed.RETURN:
            return "ReturnObligation", api.ReturnObligationRequest(**common, reason="documents_missing")
        outputs = () if act.deed is Deed.BARE else self._outputs(district, seen)
        return "FulfilObligation", api.FulfilObligationRequest(**common, outputs=outputs)

    def _outputs(
        self, district: str, seen: register_pb2.RegisteredObligation
    ) -> list[register_pb2.ProvidedOutput]:
        """Everything that the clause asks for."""
        programs = self._server.running.rules.current.snapshot.districts[district].programs
        program = next((p for p in programs if p.pack.version == seen.pack_version), programs[0])
        found = []
        for one in expected(program.by_rule[seen.rule].rule, program.pack):
            output = register_pb2.ProvidedOutput(id=one.id, reference=f"paper-{seen.id[:8]}")
            for each in one.form.fields if one.form is not None else ():
                if each.options:
                    output.answers.add(field=each.id, options=[each.options[0].zh])
            found.append(output)
        return found

    # -- calls

    async def _call(self, name: str, request: Any, what: str, deed: Deed | None = None) -> Any:
        self.told.calls[name] += 1
        try:
            return await getattr(self._server.stub, name)(request)
        except grpc.aio.AioRpcError as error:
            status = rpc_status.from_call(cast(Any, error))
            codes = set(_CODE.findall(f"{error.details()} {status}")) or {error.code().name}
            self.told.refused.update((str(deed or name), code) for code in codes)
            may = OVERTAKEN | EXPECTED.get(deed, set()) if deed is not None else set()
            if not codes <= may:
                self.told.unexpected.append(f"{what}: {' '.join(sorted(codes))}")
            return None

    def _acknowledged(
        self, district: str, case: str, ids: list[str], recorded: register_pb2.Recorded
    ) -> None:
        self.told.entries.update((district, case, each) for each in ids)
        self.told.changes += recorded.changes
        for change in recorded.changes:
            self.told.rules[district].add(change.rule)


def _event_of(duty: str, act: Act) -> str:
    return f"{duty[:24]}~{act.number}"
