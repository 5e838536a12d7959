"""Turns: no caller waits for the calls of another for longer than one step of each.

    small work   --turn-->    on the loop, one step each time that the loop turns
    other work   --beside-->  on a thread, a few at a time
    heavy work   --apart-->   in a process of its own, one at a time

All take one step of each caller that waits, in turn. What a caller has given up is not begun, and
what runs apart is ended.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from contextvars import ContextVar, copy_context
from functools import partial
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
    begin: Callable[[], asyncio.Future[Any]]
    size: int
    ends_with_caller: bool


class _Room:
    """The bytes that may wait, wherever they wait for."""

    def __init__(self, whole: int) -> None:
        self.left = self._whole = whole

    @property
    def taken(self) -> int:
        """The bytes that wait."""
        return self._whole - self.left


class _Places:
    """Where a number of jobs runs at a time, one of each caller in turn."""

    def __init__(self, slots: int, room: _Room) -> None:
        self._free = self._slots = slots
        self._room = room
        self._jobs: RoundRobin[_Job] = RoundRobin()

    @property
    def waiting(self) -> int:
        """Jobs that wait for their turn."""
        return len(self._jobs)

    @property
    def running(self) -> int:
        """Jobs that run."""
        return self._slots - self._free

    async def run(self, job: _Job) -> Any:
        """What the job gives, once it has had its turn. Raises what it raises, and ``Busy``."""
        if job.size > self._room.left:
            raise Busy
        self._room.left -= job.size
        self._jobs.put(_caller(), job)
        self._begin()
        return await job.done

    def _begin(self) -> None:
        """Begins jobs while places are free. Those that nobody waits for any more are dropped."""
        while self._free and (job := self._jobs.get()) is not None:
            self._room.left += job.size
            if job.done.done():
                continue
            self._free -= 1
            running = job.begin()
            running.add_done_callback(partial(self._ended, job))
            if job.ends_with_caller:
                job.done.add_done_callback(partial(_end, running))

    def _ended(self, job: _Job, ended: asyncio.Future[Any]) -> None:
        self._free += 1
        if job.done.done():
            if not ended.cancelled():
                ended.exception()  # nobody waits for it
        elif ended.cancelled():
            job.done.cancel()
        elif (error := ended.exception()) is not None:
            job.done.set_exception(error)
        else:
            job.done.set_result(ended.result())
        self._begin()


def _end(running: asyncio.Future[Any], done: asyncio.Future[Any]) -> None:
    if done.cancelled():
        running.cancel()


class Load(NamedTuple):
    """Turns that are waited for; jobs that wait, and their bytes; jobs that run, wherever."""

    turns: int
    jobs: int
    bytes: int
    running: int


class Fairness:
    """Gives turns. ``slots`` of ``threads`` are used at a time; ``waiting_bytes`` may wait."""

    def __init__(self, threads: Executor, slots: int, waiting_bytes: int) -> None:
        self._threads = threads
        self._room = room = _Room(waiting_bytes)
        self._beside = _Places(slots, room)
        self._apart = _Places(1, room)
        self._turns: RoundRobin[asyncio.Future[None]] = RoundRobin()
        self._turning = False

    def load(self) -> Load:
        """How much there is to do now."""
        places = (self._beside, self._apart)
        waiting, running = sum(each.waiting for each in places), sum(each.running for each in places)
        return Load(len(self._turns), waiting, self._room.taken, running)

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
        loop = asyncio.get_running_loop()
        begin = partial(loop.run_in_executor, self._threads, work, *arguments)
        result: T = await self._beside.run(_Job(loop.create_future(), begin, size, False))
        return result

    async def apart(self, size: int, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What ``work()`` gives, in the caller's turn for the process of its own; ended when nobody waits.

        ``size`` bytes are kept for it until then. Raises what ``work`` raises, and ``Busy``.
        """
        loop, call = asyncio.get_running_loop(), copy_context()

        def begin() -> asyncio.Task[T]:
            return loop.create_task(work(), context=call)  # what it logs is of this call

        result: T = await self._apart.run(_Job(loop.create_future(), begin, size, True))
        return result


def _caller() -> str:
    """Whose turn it is: the caller's; the connection's where callers are not told apart."""
    call = asking()
    return call.peer if call.caller is LOCAL else call.caller.name
