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

import grpc

from server.api.guard import REQUEST_ID
from server.convert.errors import ended_with
from server.identity import rights
from server.identity.asking import Asking, answering, asking
from server.identity.caller import LOCAL, Caller
from server.identity.meter import Meter
from server.identity.tally import Tally
from server.log.ids import LogIds
from server.settings.logs import also_within_call, within_call
from server.telemetry import traces
from server.telemetry.recording import GRPC

_TOLD = frozenset((REQUEST_ID, traces.TRACEPARENT, traces.TRACESTATE))
"""What the gate looks at of a call's metadata."""

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
        with traces.call_span(call, _told(context)) as span:
            try:
                caller = await self._let_in(call, context, size, span)
                try:
                    yield
                finally:
                    self.meter.leave(caller)
            except grpc.aio.AbortError:  # whose status the guard has told
                raise
            except BaseException as error:
                span.ended_with(*ended_with(error))
                raise

    async def _let_in(self, call: str, context: Any, size: int, span: traces.Span) -> Caller:
        """Finds out who calls; counted until they leave."""
        asking = self.stranger(call, context)
        span.set(linkage__request_id=asking.request_id, linkage__door=asking.door)
        caller = LOCAL if self._known is None else await self._known(context)
        again = None if self._known is None else partial(self._known, context)
        answering(asking._replace(caller=caller, again=again))
        also_within_call(caller=caller.who, **({"by": caller.by} if caller.by else {}))
        rights.admit(caller, call)
        self.meter.enter(caller, size)
        return caller

    def stranger(self, call: str, context: Any) -> Asking:
        """Says whose call this task answers, before it is known: nobody's."""
        told, peer = _told(context), context.peer()
        identity = told.get(REQUEST_ID, "")
        if not _PLAIN.fullmatch(identity):  # the client's own id where it gives a plain one
            identity = self._ids.next()
        context.set_trailing_metadata(((REQUEST_ID, identity), *traces.response()))
        asking = Asking(_NOBODY, identity, call, peer, door=getattr(context, "door", GRPC))
        answering(asking)
        trace = traces.trace_id(told)
        within_call(request_id=identity, peer=peer, **({"trace_id": trace} if trace else {}))
        return asking


def _told(context: Any) -> dict[str, str]:
    """The first value of each that the gate looks at."""
    told: dict[str, str] = {}
    for key, value in context.invocation_metadata() or ():
        if key in _TOLD and isinstance(value, str):
            told.setdefault(key, value)
    return told


_NOBODY = Caller("")
