"""The decision log as the service sees it: an id, what is kept of a decision, and a future to wait for."""

from __future__ import annotations

import time
from collections.abc import Callable

from server.log.ids import LogIds
from server.log.writer import GroupWriter, LogFull, Written
from server.store.record import Call, LoggedDecision, Made


class DecisionLog:
    """Puts decisions into the log of ``writer``. ``clock`` gives nanoseconds since 1970 UTC."""

    def __init__(self, writer: GroupWriter, clock: Callable[[], int] = time.time_ns) -> None:
        self._writer = writer
        self._clock = clock
        self._ids = LogIds(clock)

    def check_room(self) -> None:
        """Raises ``LogFull`` where a decision could not be logged: asked before the work is done."""
        if self._writer.full:
            raise LogFull

    def new_id(self) -> str:
        """The id of a decision that is about to be made."""
        return self._ids.next()

    def put(
        self,
        identity: str,
        facts: bytes,
        made: Made,
        snapshot: str,
        caller: str = "",
        request_id: str = "",
        call: Call | None = None,
        bundle: str = "",
    ) -> Written | None:
        """Queues what is kept of a decision; gives the future of its write (None: not waited for).

        ``facts`` is the case in deterministic serialisation; ``caller`` asked, in the call ``request_id``;
        ``call``: it may be repeated; ``bundle``: the published one that the rules are of.
        Raises ``LogFull`` and ``LogClosed``.
        """
        record = LoggedDecision(
            identity,
            self._clock(),
            made.district,
            made.case,
            made.as_of,
            facts,
            snapshot,
            made.outcome,
            made.digest,
            caller,
            request_id,
            made.rules,
            made.bodies,
            bundle or None,
            call=call,
        )
        return self._writer.submit(record)
