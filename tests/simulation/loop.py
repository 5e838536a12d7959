"""An event loop of virtual time: nothing waits, and the same seed runs everything in the same order.

    ready callbacks --of a process that runs--> run; none ready: time is at once that of the next timer

What a process has begun is known by its context: a process that is paused goes on later, of one that was
killed nothing runs any more, not even what it would do at its end. Among several processes that could go on
the seed chooses; within one, callbacks run in the order in which they became ready, as asyncio promises.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from contextlib import suppress
from contextvars import Context, ContextVar
from random import Random
from typing import Any


class Process:
    """Something that runs for itself, and may be killed or paused at any step."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.alive = True
        self.paused = False
        self.held: list[Any] = []
        """What became ready while it was paused."""


OUTSIDE = Process("outside")
"""Clients, receivers and the simulator itself: they never fail."""

_PROCESS: ContextVar[Process] = ContextVar("process", default=OUTSIDE)


def process() -> Process:
    """The process that runs now."""
    return _PROCESS.get()


def belong(owner: Process) -> None:
    """From now on this context is that of a process."""
    _PROCESS.set(owner)


class Stuck(Exception):
    """Nothing is ready, and nothing ever will be."""


class SimulatedLoop(asyncio.BaseEventLoop):
    """The loop. Its time begins at 0 and is seconds."""

    _ready: deque[Any]

    def __init__(self, dice: Random) -> None:
        super().__init__()
        self._now = 0.0
        self._timers: list[tuple[float, asyncio.TimerHandle]] = []
        self._dice = dice
        self._buried: list[asyncio.Handle] = []
        """What will never run: kept, so that nothing of it is cleared away before the end."""
        self.failed: list[BaseException] = []
        """What ended a task that nobody asked, of a process that was there to ask it."""
        self.set_exception_handler(self._failed)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now

    # asyncio's own check at each call what cannot be here: threads, and a loop that is closed.

    def call_soon(  # type: ignore[override]
        self, callback: Any, *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Runs it when what became ready before has run."""
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Runs it at a moment of this time."""
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, timer))
        return timer

    def create_task(  # type: ignore[override]
        self, coro: Any, *, name: str | None = None, context: Context | None = None
    ) -> Any:
        """A task, which knows whose it is."""
        task: Any = super().create_task(coro, name=name, context=context)
        task.owner = process() if context is None else context.get(_PROCESS, OUTSIDE)
        return task

    def spawn(self, owner: Process, work: Any) -> asyncio.Task[Any]:
        """A task of a process."""
        context = Context()
        context.run(belong, owner)
        task: asyncio.Task[Any] = self.create_task(work, context=context)
        return task

    def pause(self, owner: Process) -> None:
        """From now on it does nothing."""
        owner.paused = True

    def resume(self, owner: Process) -> None:
        """It goes on; what became ready meanwhile is ready."""
        owner.paused = False
        self._ready.extend(owner.held)
        owner.held.clear()

    def kill(self, owner: Process) -> None:
        """It never does anything again."""
        owner.alive = False
        self._buried += owner.held
        owner.held.clear()

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        """What a thread would do, at once."""
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done

    def close(self) -> None:
        """Ends every task that is left without a word."""
        task: Any
        for task in asyncio.all_tasks(self):
            task._log_destroy_pending = False
            try:
                task.get_coro().close()
            except RuntimeError:  # it waits for something at its end, as it may
                continue
        super().close()
        self._buried.clear()
        self._timers.clear()

    def _asyncgen_finalizer_hook(self, agen: Any) -> None:
        """An iterator that nobody goes on with ends at once."""
        with suppress(StopIteration, StopAsyncIteration, RuntimeError):
            agen.aclose().send(None)

    def _run_once(self) -> None:
        ready = self._ready
        if not ready:
            self._next_timer()
        handle = self._chosen(ready) if len(ready) > 1 else ready.popleft()
        if handle._cancelled:
            return
        owner = handle._context.get(_PROCESS, OUTSIDE)
        if not owner.alive:
            self._buried.append(handle)
            return
        if owner.paused:
            owner.held.append(handle)
            return
        handle._run()

    def _next_timer(self) -> None:
        timers = self._timers
        while timers:
            when, timer = heapq.heappop(timers)
            if not timer.cancelled():
                self._now = max(self._now, when)
                self._ready.append(timer)
                return
        raise Stuck

    def _chosen(self, ready: deque[Any]) -> Any:
        """The first callback of one of the processes that could go on."""
        owners = [handle._context.get(_PROCESS, OUTSIDE) for handle in ready]
        if owners.count(owners[0]) == len(owners):
            return ready.popleft()
        index = owners.index(self._dice.choice(owners))
        chosen = ready[index]
        del ready[index]
        return chosen

    def _failed(self, _: Any, context: dict[str, Any]) -> None:
        error, task = context.get("exception"), context.get("future")
        asked = getattr(task, "owner", OUTSIDE).alive  # who was killed asks nothing
        if error is not None and asked:
            self.failed.append(error)

    def _timer_handle_cancelled(self, handle: Any) -> None:
        """Cancelled timers are dropped when their time comes."""

    def _write_to_self(self) -> None:
        raise RuntimeError("a thread spoke to the loop: what runs here has none")
