"""What every call passes before its handler sees it: an id, who asks, whether they may, within limits.

async with gate.admitted("linkage.v1.PolicyService/Evaluate", context, len(data)):
    ... asking() says whose call it is
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from server.api.guard import REQUEST_ID
from server.identity import rights
from server.identity.asking import Asking, answering
from server.identity.caller import LOCAL, Caller
from server.identity.meter import Meter
from server.log.ids import LogIds
from server.settings.logs import within_call
from server.telemetry.recording import GRPC

_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}")

Known = Callable[[Any], Awaitable[Caller]]
"""Who makes the call of a servicer's context. Raises ``Unauthenticated``."""


class Gate:
    """Lets calls in. ``known`` tells callers; None: everybody is ``LOCAL``."""

    def __init__(self, known: Known | None = None, meter: Meter | None = None) -> None:
        self._known = known
        self.meter = meter or Meter()
        self._ids = LogIds()

    @asynccontextmanager
    async def admitted(self, call: str, context: Any, size: int = 0) -> AsyncGenerator[None]:
        """Lets one call in while the block lasts; ``size`` of its message in bytes.

        Its id goes back to the caller and into every line of the log, also where the call is refused.
        Raises ``Unauthenticated``, ``Denied`` and ``OverLimit``.
        """
        if call in rights.OPEN:
            yield
            return
        identity, peer = self._request_id(context), context.peer()
        door = getattr(context, "door", GRPC)
        context.set_trailing_metadata(((REQUEST_ID, identity),))
        try:
            caller = LOCAL if self._known is None else await self._known(context)
        except Exception:
            answering(Asking(_NOBODY, identity, call, peer, door=door))
            within_call(request_id=identity, peer=peer)
            raise
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

    def _request_id(self, context: Any) -> str:
        """The client's own id of the call where it gives a plain one, else a new one."""
        for key, value in context.invocation_metadata() or ():
            if key == REQUEST_ID and isinstance(value, str) and _PLAIN.fullmatch(value):
                return value
        return self._ids.next()


_NOBODY = Caller("")
