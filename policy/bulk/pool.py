"""All cores of this machine: batches out to worker processes, counts back.

A worker leaves when its parent is gone, so that a killed run leaves no process behind; interruptions are the
parent's to handle.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

import pyarrow as pa

from policy.bulk.errors import BulkError
from policy.bulk.reader import Batches
from policy.bulk.runner import Counts
from policy.bulk.work import Task, finish_batch, finish_sent, sent

Finished = Iterator[tuple[int, Counts]]

_AHEAD = 2
"""Batches for each worker that wait to be done: enough to keep it busy, few enough for constant memory."""


def finished(task: Task, batches: Batches, workers: int) -> Finished:
    """Decides every batch and puts its part down, in order. Raises ``BulkError`` (LNK984), OSError."""
    if workers == 1:
        return (finish_batch(task, number, batch) for number, batch in batches)
    return _spread(task, batches, workers)


def _spread(task: Task, batches: Batches, workers: int) -> Finished:
    # Spawned and not forked: Arrow has threads, which a fork would not survive.
    context = multiprocessing.get_context("spawn")
    waiting: deque[Future[tuple[int, Counts]]] = deque()
    pool = ProcessPoolExecutor(workers, context, _begin)
    try:
        for number, batch in batches:
            with _uninterrupted():
                waiting.append(pool.submit(finish_sent, task, number, sent(batch)))
            if len(waiting) >= workers * (1 + _AHEAD):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise BulkError("LNK984") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Holds interruptions back. Processes and threads that are started here never get any.

    Before a worker could say that it ignores them, one would end it with a trace on the screen.
    """
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Prepares a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pa.set_cpu_count(1)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_after, args=(parent.join,), daemon=True).start()


def _leave_after(end: Callable[[], None]) -> None:
    end()
    os._exit(1)
