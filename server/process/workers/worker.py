"""One of several processes that serve on one port; ``start`` begins it.

It does what the supervisor says over the inherited socket, and stops when that ends, so that no worker
outlives its supervisor.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

from server.decisions.active import Active, ActiveRules, Shared, refusal_of
from server.listening import ListenError
from server.process.app import SWITCH_SECONDS, ServingError, loop_factory, running
from server.process.signals import Signals
from server.process.workers.channel import Channel, Message
from server.settings.config import Settings, settings_from
from server.settings.logs import Level, event
from server.settings.stderr import stderr_as_lines
from server.telemetry import figures

FAILED = 2
"""Exit code of a worker that could not serve; its log says why."""


SAMPLE_SECONDS = 1.0
"""How old what a worker shows of its queues may be."""

_CODES: dict[type[Exception], str] = {ListenError: "LNK953", ServingError: "LNK998"}


async def work(end: socket.socket) -> int:
    """Serves until SIGTERM or the end of the channel; the exit code."""
    channel = await Channel.over(end)
    first = await channel.receive()
    if first is None:
        return FAILED
    try:
        with stderr_as_lines(worker=first["number"]):
            return await _work(first, channel)
    finally:
        channel.close()


async def _work(first: Message, channel: Channel) -> int:
    settings = settings_from(options=first["settings"])
    figures.begin(Path(first["figures"]), str(first["number"]))
    try:
        with Signals(settings.notice_seconds + settings.grace_seconds) as signals:
            await _serve(settings, first, channel, signals.stopping)
    except Exception as error:  # whatever it is: no text of it, which may quote facts
        code = _CODES.get(type(error)) or refusal_of(error)[0]
        event(Level.ERROR, "worker_failed", code=code)
        return FAILED
    return 0


async def _serve(settings: Settings, first: Message, channel: Channel, stopping: asyncio.Event) -> None:
    async with running(settings, shared=Shared(*first["rules"]), aside=first["aside"], ahead=True) as service:
        await channel.send({"serving": service.rules.current.snapshot.digest})
        doing = [
            asyncio.create_task(_obey(channel, service.rules, stopping)),
            asyncio.create_task(_sample()),
        ]
        try:
            await service.until(stopping)
        finally:
            for task in doing:
                task.cancel()


async def _sample() -> None:
    """Sets the gauges again and again: whoever reads them is another process."""
    while True:
        figures.sample()
        await asyncio.sleep(SAMPLE_SECONDS)


async def _obey(channel: Channel, rules: ActiveRules, stopping: asyncio.Event) -> None:
    prepared: Active | None = None
    while (message := await channel.receive()) is not None:
        if "prepare" in message:
            prepared, answer = await _prepared(rules, message)
        elif "switch" in message and prepared is not None:
            rules.switch(prepared)
            prepared, answer = None, {"switched": rules.current.snapshot.digest}
        else:
            prepared, answer = None, {"dropped": True}
        await channel.send(answer)
    stopping.set()


async def _prepared(rules: ActiveRules, message: Message) -> tuple[Active | None, Message]:
    try:
        active = await rules.prepared(Shared(*message["prepare"]))
    except Exception as error:  # whatever the new rules are, the old ones go on serving
        codes, faults = refusal_of(error)
        return None, {"refused": codes, "faults": faults}
    return active, {"prepared": active.snapshot.digest, "packs": active.packs}


def main() -> int:
    """Runs the worker; the exit code."""
    sys.setswitchinterval(SWITCH_SECONDS)
    end = socket.socket(fileno=int(sys.argv[1]))
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(work(end))
