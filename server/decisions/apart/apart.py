"""The process as its parent sees it: started when first needed, started again when it dies."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from linkage.v1 import policy_service_pb2 as api
from policy.register import Advanced
from policy.register.advance import Asked, advanced_from, asked_plain
from policy.text.diagnostics import Faults, PackError
from server.convert.assessing import Asked as Assessed
from server.convert.ends import NoAnswer
from server.decisions.active import Active, Rules
from server.decisions.apart.frames import (
    LENGTH,
    Head,
    evaluation_of,
    facts_error,
    framed,
    packed,
    parted,
    told_assessed,
    told_bodies,
    told_question,
    told_rules,
)
from server.decisions.assessing import Given, Part
from server.decisions.begin import command
from server.decisions.work import Evaluation, Question
from server.identity.rights import View
from server.settings.logs import Level, event

GIVE_UP_SECONDS = 3.0
"""How long a job that is given up, or the process at its end, may take; then it is killed."""
KEPT = 3
"""Rules in its memory: those that serve, those before them, and those of a call that is repeated."""


class Failed(Exception):
    """The job ended with an error that nobody expects; the log says where."""


class _Line(NamedTuple):
    process: subprocess.Popen[bytes]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    rules: OrderedDict[str, None]
    """The keys of the rules that it has, the latest used last."""


class _Job:
    """A job. It has a number from its turn on; it has begun once the process, which has its rules, was told.

    Starting the process and making rules takes seconds, and is of use to the jobs that follow: who no longer
    waits for the job does not end that.
    """

    number = 0
    begun = False
    given_up = False


class Apart:
    """One process for what takes long, deciding with the engine of that name. One job at a time.

    A call that is cancelled has its job given up.
    """

    def __init__(self, engine: str) -> None:
        self.engine = engine
        self._line: _Line | None = None
        self._number = 0
        self._alone = asyncio.Lock()
        self._expecting: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return None if self._line is None else self._line.process.pid

    @property
    def busy(self) -> bool:
        """Whether the process is at a job."""
        return self._alone.locked()

    async def evaluate(self, rules: Rules, asked: Question, facts: bytes, log_id: str) -> Evaluation:
        """A case in its deterministic form, decided. Raises ``FactsError``, ``NoAnswer``, ``Failed``, and
        ``PackError`` for rules that this version of the engine does not take."""
        head = told_question(asked) | {"job": "evaluate", "log_id": log_id}
        return evaluation_of(*await self._done(rules, head, facts))

    async def explain(self, rules: Rules, asked: Question, request: api.ExplainRequest) -> bytes:
        """``work.explanation``. Raises what ``evaluate`` raises."""
        head = told_question(asked) | {"job": "explain"}
        return (await self._done(rules, head, request.SerializeToString()))[1]

    async def compare(
        self, rules: Rules, asked: Question, request: api.CompareRequest, codes: Sequence[str]
    ) -> bytes:
        """``work.comparison``. Raises what ``evaluate`` raises."""
        head = told_question(asked) | {"job": "compare", "codes": list(codes)}
        return (await self._done(rules, head, request.SerializeToString()))[1]

    async def count(self, rules: Rules, asked: Assessed, cases: Sequence[Given]) -> Part:
        """``assessing.counted_part``. Raises what ``evaluate`` raises."""
        places = [each.place for each in cases]
        head = told_assessed(asked) | {"job": "count", "places": places}
        told, counts = await self._done(rules, head, packed(each.case for each in cases))
        return Part(counts, [(case, digest) for case, digest in told["cases"]])

    async def assess(self, rules: Rules, asked: Assessed, view: View, parts: Sequence[bytes]) -> bytes:
        """``assessing.assessment``. Raises what ``evaluate`` raises."""
        head = told_assessed(asked) | {"job": "assess", "bodies": told_bodies(view)}
        return (await self._done(rules, head, b"\n".join(parts)))[1]

    async def advance(self, rules: Rules, district: str, asked: Asked) -> Advanced:
        """``policy.register.advanced``. Raises what ``evaluate`` raises."""
        told, facts = asked_plain(asked)
        head = {"job": "advance", "district": district, "asked": told}
        return advanced_from((await self._done(rules, head, facts))[1])

    def expect(self, active: Active) -> None:
        """Starts the process, and gives it these rules, before anybody waits for it."""
        self._expecting = asyncio.create_task(self._make_ready(active.rules))

    async def _make_ready(self, rules: Rules) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            async with self._alone:
                await self._ready(await self._running(), rules)

    async def close(self) -> None:
        """Ends the process, if one runs; a job that it is at is given up."""
        if self._expecting is not None:
            self._expecting.cancel()
            await asyncio.wait({self._expecting})
        line, self._line = self._line, None
        if line is None:
            return
        line.writer.close()  # it ends where its parent does
        try:
            await asyncio.to_thread(line.process.wait, GIVE_UP_SECONDS)
        except subprocess.TimeoutExpired:
            await _kill(line)

    async def _done(self, rules: Rules, head: Head, body: bytes) -> tuple[Head, bytes]:
        job = _Job()
        asking = asyncio.create_task(self._asked_alone(job, rules, head, body))
        try:
            told, answer = await asyncio.shield(asking)
        except asyncio.CancelledError:
            self._give_up(job, asking)
            raise
        if "facts" in told:
            raise facts_error(told)
        if "engine" in told:
            raise NoAnswer(told["engine"])
        if "refused" in told:
            raise PackError(Faults())
        if "failed" in told:
            event(Level.ERROR, "work_failed", error=told["failed"])
            raise Failed
        return told, answer

    async def _asked_alone(self, job: _Job, rules: Rules, head: Head, body: bytes) -> tuple[Head, bytes]:
        """Its own task, so that the next job begins when this one has been answered, waited for or not."""
        async with self._alone:
            self._number += 1
            job.number = self._number
            return await self._asked(job, rules, head | {"number": job.number, "rules": rules.key}, body)

    async def _asked(self, job: _Job, rules: Rules, head: Head, body: bytes) -> tuple[Head, bytes]:
        """The process's answer; it is given the rules where it does not have them.

        Raises ``NoAnswer``: the process died over the job, which is not tried again.
        """
        try:
            line = await self._running()
            await self._ready(line, rules)
            if job.given_up:
                return {"given_up": True}, b""
            job.begun = True
            return await self._exchange(line, framed(head, body))
        except (OSError, asyncio.IncompleteReadError) as error:
            await self._died()
            raise NoAnswer from error

    async def _ready(self, line: _Line, rules: Rules) -> None:
        """Has the process make the rules, unless it has them; what was used longest ago makes room."""
        if rules.key not in line.rules:
            forget = [line.rules.popitem(last=False)[0]] if len(line.rules) == KEPT else []
            await self._exchange(line, framed(told_rules(rules, forget)))
            line.rules[rules.key] = None
        line.rules.move_to_end(rules.key)

    async def _exchange(self, line: _Line, data: bytes) -> tuple[Head, bytes]:
        line.writer.write(data)
        await line.writer.drain()
        size = int.from_bytes(await line.reader.readexactly(LENGTH), "big")
        return parted(await line.reader.readexactly(size))

    def _give_up(self, job: _Job, asking: asyncio.Task[tuple[Head, bytes]]) -> None:
        """Has the job given up; a process that does not hear is killed."""
        asking.add_done_callback(_heard)
        line = self._line
        job.given_up = True
        if not job.number:
            asking.cancel()
        elif line is not None and job.begun and not asking.done():
            line.writer.write(framed({"cancel": job.number}))
            asyncio.get_running_loop().call_later(GIVE_UP_SECONDS, _end_unless, asking, line.process)

    async def _running(self) -> _Line:
        """The process, started where none runs. Raises OSError."""
        if self._line is not None and self._line.process.poll() is None:
            return self._line
        await self._died()
        ours, theirs = socket.socketpair()
        with theirs:
            # Its own session: an interrupt at the terminal is the parent's. What it writes when it fails may
            # quote facts: nobody reads it. Not the loop's own way: uvloop forks, and the handlers that gRPC
            # has for forks end a child that is made while its threads are at work. This one does not fork.
            process = subprocess.Popen(  # noqa: ASYNC220, S603 - a command of our own, begun in milliseconds
                command("apart.process", self.engine),
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._line = _Line(process, *await asyncio.open_connection(sock=ours), OrderedDict())
        return self._line

    async def _died(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.writer.close()
            await _kill(line)
            event(Level.WARNING, "work_process_died", exit=line.process.returncode)


def _heard(asking: asyncio.Task[Any]) -> None:
    """Nobody waits for what it ended with."""
    if not asking.cancelled():
        asking.exception()


def _end_unless(asking: asyncio.Task[Any], process: subprocess.Popen[bytes]) -> None:
    """Kills the process where it is still at the job."""
    if not asking.done():
        with suppress(ProcessLookupError):
            process.kill()


async def _kill(line: _Line) -> None:
    with suppress(ProcessLookupError):
        line.process.kill()
    await asyncio.to_thread(line.process.wait)
