"""Group commit: records wait in a bounded queue, and one task commits all that wait in one transaction.

    submit --> queue --> [all that wait, at most `group`] --> write (one transaction) --> futures done

The busier the service, the larger the groups: one sync of the disk, and what a transaction costs besides, is
shared by all of a group. A group waits a moment for the calls that are under way (``_gather``). A record is
acknowledged after its transaction is durable; when the queue is full the caller is told at once, so that
memory does not grow.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence

from server.settings.logs import Level, event, place_of
from server.store.errors import StoreError
from server.store.record import LoggedDecision
from server.telemetry.figures import COMMIT_SECONDS, LOG_FAILURES, LOG_LOST, LOG_WRITTEN

Write = Callable[[Sequence[LoggedDecision]], Awaitable[Mapping[str, str]]]
"""Writes records; which of them were left out, since the call had been answered (id -> logged id)."""

Written = asyncio.Future[str]
"""The id under which the decision is logged: its own, or that of the first time that the call was made."""

_Entry = tuple[LoggedDecision, Written | None, float]
"""A record, who waits for it, and since when it has been waiting."""

IDLE_TURNS = 8
"""A group is complete once the loop has turned this often without another record."""
GATHER_SECONDS = 0.01
"""A group is complete after this time, however many more are coming."""
RETRY_SECONDS = 0.25
"""How long records that nobody waits for stay queued before they are tried again after a failed write."""


class LogFull(Exception):
    """The queue of records is full: the caller should come back later."""


class LogClosed(Exception):
    """The service is stopping and takes no more records."""


class GroupWriter:
    """Writes records with ``write``, at most ``group`` in one call.

    At most ``capacity`` records wait, and none is added to those of ``capacity_bytes`` or more.
    With ``acknowledge`` False nobody waits for the write but calls that may be repeated: an id that is given
    for a key must be that of the first time, and so be there. Other records whose write fails are tried again
    for as long as the writer is open, and ``lost`` counts those that even the last try could not write.
    """

    def __init__(
        self,
        write: Write,
        *,
        capacity: int,
        group: int,
        capacity_bytes: int = sys.maxsize,
        acknowledge: bool = True,
    ) -> None:
        self._write = write
        self._capacity = capacity
        self._capacity_bytes = capacity_bytes
        self._group = group
        self._acknowledge = acknowledge
        self._queue: deque[_Entry] = deque()
        self._waiting = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self._bytes = 0
        self._writing_since: float | None = None
        self.failing = ""
        """The fault code of the last write, where it failed."""
        self.written = 0
        self.lost = 0

    @property
    def full(self) -> bool:
        """Whether ``submit`` would refuse a record."""
        return len(self._queue) >= self._capacity or self._bytes >= self._capacity_bytes

    @property
    def waiting(self) -> tuple[int, int]:
        """Records that wait to be written, and about how many bytes they keep."""
        return len(self._queue), self._bytes

    @property
    def oldest_seconds(self) -> float:
        """For how long the oldest record that is not durable yet has been waiting; 0.0: there is none."""
        since = self._writing_since
        if since is None:
            since = self._queue[0][2] if self._queue else None
        return 0.0 if since is None else time.monotonic() - since

    def start(self) -> None:
        """Starts the writing task in the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="decision log")

    def submit(self, record: LoggedDecision) -> Written | None:
        """Queues a record; the future is done once it is durable (None where nobody waits for that).

        The future raises ``StoreError`` where the write failed. Raises ``LogFull`` and ``LogClosed``.
        """
        if self._closing:
            raise LogClosed
        if self.full:
            raise LogFull
        waited_for = self._acknowledge or record.call is not None
        future = asyncio.get_running_loop().create_future() if waited_for else None
        self._queue.append((record, future, time.monotonic()))
        self._bytes += _size(record)
        self._waiting.set()
        return future

    async def close(self) -> None:
        """Refuses new records, writes those that wait, and stops."""
        self._closing = True
        self._waiting.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while True:
            await self._waiting.wait()
            if not self._queue:
                if self._closing:
                    return
                self._waiting.clear()
                continue
            await self._gather()
            entries = [self._queue.popleft() for _ in range(min(self._group, len(self._queue)))]
            self._bytes -= sum(_size(record) for record, _, _ in entries)
            self._writing_since = entries[0][2]
            with COMMIT_SECONDS.timed():
                failure = await self._commit(entries)
            self._writing_since = None
            self.failing = "" if failure is None else failure.code
            if failure is not None:
                LOG_FAILURES.add(failure.code)
                await self._failed(entries, failure)

    async def _gather(self) -> None:
        """Lets the calls that the loop already works on join the group.

        A transaction costs as much as deciding a case: groups of one or two would halve what a busy service
        can do. Where nothing is under way the loop turns at once, and nobody waits.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + GATHER_SECONDS
        idle = 0
        while (
            idle < IDLE_TURNS and len(self._queue) < self._group and not self._closing and loop.time() < end
        ):
            count = len(self._queue)
            await asyncio.sleep(0)
            idle = 0 if len(self._queue) > count else idle + 1

    async def _commit(self, entries: list[_Entry]) -> StoreError | None:
        """Writes the records in one transaction; why it failed, if it did."""
        try:
            repeated = await self._write([record for record, _, _ in entries])
        except Exception as error:  # whatever it is, the senders are told and the task goes on
            failure = error if isinstance(error, StoreError) else StoreError("LNK965")
            count, place = len(entries), place_of(error)
            event(Level.ERROR, "decision_log_write_failed", code=failure.code, records=count, error=place)
            return failure
        self.written += len(entries)
        LOG_WRITTEN.add(amount=len(entries))
        for record, future, _ in entries:
            if future is not None and not future.done():
                future.set_result(repeated.get(record.id, record.id))
        return None

    async def _failed(self, entries: list[_Entry], error: StoreError) -> None:
        """Tells those who wait; what nobody waits for is tried again."""
        unheard: list[_Entry] = []
        for entry in entries:
            future = entry[1]
            if future is None:
                unheard.append(entry)
            elif not future.done():
                future.set_exception(error)
        if not unheard:
            return
        if self._closing:
            self.lost += len(unheard)
            LOG_LOST.add(amount=len(unheard))
            event(Level.ERROR, "decision_log_lost", records=self.lost)
        else:
            self._queue.extendleft(reversed(unheard))
            self._bytes += sum(_size(record) for record, _, _ in unheard)
            await asyncio.sleep(RETRY_SECONDS)


def _size(record: LoggedDecision) -> int:
    """About what a record keeps in memory: its two long fields."""
    return len(record.facts) + len(record.outcome)
