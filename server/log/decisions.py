"""The decision log as the service sees it: a decision in, its id out, and a future to wait for."""

from __future__ import annotations

import time
from collections.abc import Callable

from linkage.v1 import facts_pb2
from policy.decide.decision import Decision
from server.log.ids import LogIds
from server.log.writer import GroupWriter, LogFull, Written
from server.store.record import Call, LoggedDecision


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

    def put(
        self,
        case: facts_pb2.Case,
        decision: Decision,
        snapshot: str,
        caller: str = "",
        request_id: str = "",
        call: Call | None = None,
    ) -> tuple[str, Written | None]:
        """Queues a decision; its id, and the future of its write (None: not waited for).

        ``caller`` asked for it, in the call ``request_id``; ``call``: it may be repeated.
        Raises ``LogFull`` and ``LogClosed``.
        """
        identity = self._ids.next()
        record = LoggedDecision(
            identity,
            self._clock(),
            decision.district,
            decision.case,
            decision.receipt.as_of,
            case.SerializeToString(deterministic=True),
            snapshot,
            decision.canonical_bytes,
            decision.digest,
            caller,
            request_id,
            " ".join(sorted({each.rule for each in decision.obligations})),
            " ".join(sorted({body for each in decision.obligations for body in each.bearers})),
            call=call,
        )
        return identity, self._writer.submit(record)
