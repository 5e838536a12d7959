"""Turns: no caller waits for the calls of another for longer than one step of each.

    small work   --turn-->    on the loop, one step each time that the loop turns
    other work   --beside-->  on a thread, a few at a time

Both take one step of each caller that waits, in turn. What a caller has given up is not begun.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from contextvars import ContextVar
from typing import Any, Generic, NamedTuple, TypeVar

from server.identity.asking import asking
from server.identity.caller import LOCAL
from server.identity.refusals import Busy

T = TypeVar("T")

INLINE_BYTES = 4 * 1024
"""What a larger message asks for is done beside the loop, so that other calls and health checks go on."""


def _nobody() -> None:
    """Lets nobody in."""


LET_NEXT: ContextVar[Callable[[], None]] = ContextVar("let_next", default=_nobody)
"""Lets the next call of this call's connection in: called once this one has had its turn."""


class RoundRobin(Generic[T]):
    """A queue that gives one item of each key in turn; the items of one key in their order."""

    def __init__(self) -> None:
        self._items: dict[str, deque[T]] = {}
        self._keys: deque[str] = deque()

    def put(self, key: str, item: T) -> None:
        """Adds an item."""
        waiting = self._items.get(key)
        if waiting is None:
            waiting = self._items[key] = deque()
            self._keys.append(key)
        waiting.append(item)

    def get(self) -> T | None:
        """The next item; None where there is none."""
        if not self._keys:
            return None
        key = self._keys.popleft()
        waiting = self._items[key]
        item = waiting.popleft()
        if waiting:
            self._keys.append(key)
        else:
            del self._items[key]
        return item

    def __len__(self) -> int:
        return sum(map(len, self._items.values()))


class _Job(NamedTuple):
    done: asyncio.Future[Any]
    work: Callable[..., Any]
    arguments: tuple[Any, ...]
    size: int


class Load(NamedTuple):
    """Turns that are waited for; jobs that wait for a thread, and their bytes; jobs that run."""

    turns: int
    jobs: int
    bytes: int
    running: int


class Fairness:
    """Gives turns. ``slots`` of ``threads`` are used at a time; ``waiting_bytes`` may wait for them."""

    def __init__(self, threads: Executor, slots: int, waiting_bytes: int) -> None:
        self._threads = threads
        self._free = self._slots = slots
        self._room = self._rooms = waiting_bytes
        self._jobs: RoundRobin[_Job] = RoundRobin()
        self._turns: RoundRobin[asyncio.Future[None]] = RoundRobin()
        self._turning = False

    def load(self) -> Load:
        """How much there is to do now."""
        beside = self._rooms - self._room
        return Load(len(self._turns), len(self._jobs), beside, self._slots - self._free)

    async def turn(self) -> None:
        """Waits for the caller's next turn on the loop; the work that follows should take milliseconds."""
        loop = asyncio.get_running_loop()
        if self._turning:
            due = loop.create_future()
            self._turns.put(_caller(), due)
            await due
        else:
            self._turning = True
            loop.call_soon(self._next_turn)
        LET_NEXT.get()()

    def _next_turn(self) -> None:
        due = self._turns.get()
        while due is not None and due.done():
            due = self._turns.get()
        self._turning = due is not None
        if due is not None:
            due.set_result(None)
            asyncio.get_running_loop().call_soon(self._next_turn)

    async def beside(self, size: int, work: Callable[..., T], *arguments: Any) -> T:
        """``work(*arguments)``, on a thread, in the caller's turn; ``size`` bytes are kept for it until then.

        Raises what ``work`` raises, and ``Busy``.
        """
        if size > self._room:
            raise Busy
        self._room -= size
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put(_caller(), _Job(done, work, arguments, size))
        self._begin()
        return await done

    def _begin(self) -> None:
        """Begins jobs while threads are free. Those that nobody waits for any more are dropped."""
        while self._free and (job := self._jobs.get()) is not None:
            self._room += job.size
            if job.done.done():
                continue
            self._free -= 1
            running = asyncio.get_running_loop().run_in_executor(self._threads, job.work, *job.arguments)
            running.add_done_callback(lambda ended, job=job: self._ended(job, ended))  # type: ignore[misc]

    def _ended(self, job: _Job, ended: asyncio.Future[Any]) -> None:
        self._free += 1
        error = ended.exception()
        if not job.done.done():
            if error is not None:
                job.done.set_exception(error)
            else:
                job.done.set_result(ended.result())
        self._begin()


def _caller() -> str:
    """Whose turn it is: the caller's; the connection's where callers are not told apart."""
    call = asking()
    return call.peer if call.caller is LOCAL else call.caller.name
