"""A worker as its supervisor sees it: a child process and the channel to it."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from contextlib import suppress

from server.process.workers.channel import Channel, Message
from server.settings.logs import Level, event
from server.settings.stderr import real_stderr

ANSWER_SECONDS = 120.0
"""How long a worker may take to load rules: some ten times as long as 10,000 rules take."""


class Worker:
    """A child process that serves, or is about to."""

    def __init__(self, number: int, process: asyncio.subprocess.Process, channel: Channel) -> None:
        self.number = number
        self._process = process
        self._channel = channel
        self._born = asyncio.get_running_loop().time()

    @classmethod
    async def start(cls, number: int) -> Worker:
        """Starts the process, in a session of its own: a terminal's Ctrl-C reaches the supervisor alone."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "server.process.workers.start",
                str(theirs.fileno()),
                stdin=subprocess.DEVNULL,
                stderr=real_stderr(),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        return cls(number, process, await Channel.over(ours))

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Its exit code, the negative number of the signal that killed it; None while it lives."""
        return self._process.returncode

    async def ask(self, message: Message) -> Message | None:
        """Its answer to ``message``; None where it is gone. One that does not answer is killed."""
        try:
            return await asyncio.wait_for(self._channel.ask(message), ANSWER_SECONDS)
        except TimeoutError:
            self.kill()
            return None

    async def ended(self) -> float:
        """Waits for its end; gives the seconds that it lived."""
        await self._process.wait()
        self._channel.close()
        return asyncio.get_running_loop().time() - self._born

    def stop(self) -> None:
        """Tells it to drain and to end."""
        self._channel.close()

    async def gone(self, seconds: float) -> None:
        """Waits for its end, and kills it where that takes longer than ``seconds``."""
        try:
            await asyncio.wait_for(self._process.wait(), seconds)
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def kill(self) -> None:
        """Ends it at once."""
        event(Level.ERROR, "worker_killed", worker=self.number, pid=self.pid)
        with suppress(ProcessLookupError):
            self._process.kill()
