"""What a call over gRPC passes before its message is read: who makes it, whether they may, and how long the
message, or the next one of a stream, may be waited for.

    headers --gate--> let in --message--> handler        a call of which nothing moves ends after a while

gRPC hands a call over when its headers have come, and its handler gets it a message later. What lies between
holds one of the places that all callers share: who may not call is refused without being waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from contextvars import ContextVar
from typing import Any

from server.api.gate import ENTERED, Gate
from server.api.guard import Guard
from server.api.refusing import refused
from server.identity.refusals import Late
from server.identity.rights import OPEN
from server.settings.limits import Limits

SLOW_SECONDS = 0.1
"""A message that has not come after this time keeps no other call of its connection waiting."""

Slow = Callable[[], None]


def _nobody() -> None:
    """Keeps nobody waiting."""


class Patience:
    """How long one call may go on without anything of it moving."""

    def __init__(
        self, timeout: asyncio.Timeout, hurry: asyncio.TimerHandle, seconds: float, idle: float | None
    ) -> None:
        """``seconds``: those in which a message must come; ``idle``: those between two messages, or answers;
        None: once one has come, nothing is waited for."""
        self._timeout = timeout
        self._hurry = hurry
        self._idle = idle
        self.seconds = seconds
        """In so many something must move now."""

    def moved(self) -> None:
        """A message has come, or an answer has gone."""
        self._hurry.cancel()
        self.seconds = self._idle or self.seconds
        due = None if self._idle is None else asyncio.get_running_loop().time() + self._idle
        with suppress(RuntimeError):  # it is over
            self._timeout.reschedule(due)


_PATIENCE: ContextVar[Patience | None] = ContextVar("patience", default=None)


def moved() -> None:
    """Something of the call that is being answered has moved."""
    patience = _PATIENCE.get()
    if patience is not None:
        patience.moved()


class Entry:
    """Lets calls in, by their headers."""

    def __init__(self, gate: Gate, guard: Guard, limits: Limits) -> None:
        self._gate = gate
        self._guard = guard
        self._limits = limits

    async def through(
        self,
        call: str,
        streams: tuple[bool, bool],
        context: Any,
        handle: Callable[[], Awaitable[None]],
        slow: Slow = _nobody,
    ) -> None:
        """Does ``handle``, which reads the message of ``call`` and answers it, once the call has been let in.

        ``streams``: whether its requests, and its answers, are a stream. ``slow`` is called where the message
        does not come at once. A call that is refused, or of which nothing moves for too long, ends with a
        coded status.
        """
        refusal: Exception | None
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(self._gate.entered(call, context))
            except Exception as error:
                refusal = error
            else:
                stack.callback(ENTERED.reset, ENTERED.set(call))
                if call in OPEN:  # who watches health is told nothing for as long as nothing changes
                    streams = False, False
                refusal = await self._patiently(streams, handle, slow)
            if refusal is not None:
                await refused(self._guard, call, refusal, context)

    async def refuse(self, call: str, refusal: Exception, context: Any) -> None:
        """Ends a call, which was not looked at, with the status of an exception. Raises ``AbortError``."""
        self._gate.stranger(call, context)
        await refused(self._guard, call, refusal, context)

    async def _patiently(
        self, streams: tuple[bool, bool], handle: Callable[[], Awaitable[None]], slow: Slow
    ) -> Late | None:
        """``Late`` where nothing of the call moved for too long."""
        idle = self._limits.stream_idle_seconds
        seconds = idle if streams[0] else self._limits.message_seconds
        hurry = asyncio.get_running_loop().call_later(SLOW_SECONDS, slow)
        timeout = asyncio.timeout(seconds)
        patience = Patience(timeout, hurry, seconds, idle if any(streams) else None)
        try:
            async with timeout:
                _PATIENCE.set(patience)
                await handle()
        except TimeoutError:
            if not timeout.expired():
                raise
            return Late(patience.seconds)
        finally:
            hurry.cancel()
        return None
