"""What every call passes before its handler sees it: an id, who asks, whether they may, within limits.

async with gate.admitted("linkage.v1.PolicyService/Evaluate", context, len(data)):
    ... asking() says whose call it is
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from server.api.guard import REQUEST_ID
from server.identity import rights
from server.identity.asking import Asking, answering, asking
from server.identity.caller import LOCAL, Caller
from server.identity.meter import Meter
from server.identity.tally import Tally
from server.log.ids import LogIds
from server.settings.logs import within_call
from server.telemetry.recording import GRPC

_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}")

ENTERED: ContextVar[str] = ContextVar("entered", default="")
"""The call that this task was let in for, by its headers. Set where each call has a task of its own."""

Known = Callable[[Any], Awaitable[Caller]]
"""Who makes the call of a servicer's context. Raises ``Unauthenticated``."""


class Gate:
    """Lets calls in. ``known`` tells callers; None: everybody is ``LOCAL``."""

    def __init__(
        self, known: Known | None = None, meter: Meter | None = None, tally: Tally | None = None
    ) -> None:
        self._known = known
        self.meter = meter or Meter()
        self.tally = tally or Tally()
        self._ids = LogIds()

    @asynccontextmanager
    async def admitted(self, call: str, context: Any, size: int = 0) -> AsyncGenerator[None]:
        """Lets one call in while the block lasts, unless it has ``entered``: then its message has ``size``
        bytes.

        Raises what ``entered`` raises.
        """
        if ENTERED.get() == call:
            self.meter.fits(asking().caller, size)
            yield
            return
        async with self.entered(call, context, size):
            yield

    @asynccontextmanager
    async def entered(self, call: str, context: Any, size: int = 0) -> AsyncGenerator[None]:
        """Lets one call in while the block lasts, by its headers.

        Its id goes back to the caller and into every line of the log, also where the call is refused.
        Raises ``Unauthenticated``, ``TooManyFailures``, ``Denied`` and ``OverLimit``.
        """
        if call in rights.OPEN:
            yield
            return
        identity, peer, door = self.stranger(call, context)
        caller = LOCAL if self._known is None else await self._known(context)
        again = None if self._known is None else partial(self._known, context)
        answering(Asking(caller, identity, call, peer, again, door))
        told = {"by": caller.by} if caller.by else {}
        within_call(request_id=identity, caller=caller.who, peer=peer, **told)
        rights.admit(caller, call)
        self.meter.enter(caller, size)
        try:
            yield
        finally:
            self.meter.leave(caller)

    def stranger(self, call: str, context: Any) -> tuple[str, str, str]:
        """Says whose call this task answers, before it is known: nobody's. Gives id, peer, door."""
        identity, peer, door = self._request_id(context), context.peer(), getattr(context, "door", GRPC)
        context.set_trailing_metadata(((REQUEST_ID, identity),))
        answering(Asking(_NOBODY, identity, call, peer, door=door))
        within_call(request_id=identity, peer=peer)
        return identity, peer, door

    def _request_id(self, context: Any) -> str:
        """The client's own id of the call where it gives a plain one, else a new one."""
        for key, value in context.invocation_metadata() or ():
            if key == REQUEST_ID and isinstance(value, str) and _PLAIN.fullmatch(value):
                return value
        return self._ids.next()


_NOBODY = Caller("")
