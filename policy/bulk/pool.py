"""All cores of this machine: shares of the input out to worker processes, counts back.

Workers read their shares themselves. Only files that cannot be read apart (compressed lines, few large row
groups) are read here and sent batch by batch. A worker leaves when its parent is gone, so that a killed run
leaves no process behind; interruptions are the parent's to handle.
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
from itertools import chain, islice
from typing import Any, NamedTuple

import pyarrow as pa

from policy.bulk.errors import BulkError
from policy.bulk.reader import Source
from policy.bulk.runner import Counts
from policy.bulk.work import Task, finish_batch, finish_sent, finish_whole_share, sent

Finished = Iterator[tuple[int, Counts]]

_AHEAD = 2
"""Pieces for each worker that wait to be done: enough to keep it busy, few enough for constant memory."""


class _Piece(NamedTuple):
    """Something for one worker to do, and its size, for progress, where that is not known yet."""

    do: Callable[..., list[tuple[int, Counts]]]
    told: tuple[Any, ...]
    units: int


def finished(task: Task, source: Source, done: frozenset[int], workers: int) -> Finished:
    """Decides every batch that is not done and puts its part down, in order.

    Raises ``BulkError`` (LNK972, LNK984, LNK988), OSError.
    """
    if workers == 1:
        batches = source.batches(task.size, done.__contains__)
        return (finish_batch(task, number, batch) for number, batch in batches)
    return _spread(_pieces(task, source, done, workers), source, workers)


def _pieces(task: Task, source: Source, done: frozenset[int], workers: int) -> Iterator[_Piece]:
    if not source.apart(task.size, workers):
        for number, batch in source.batches(task.size, done.__contains__):
            yield _Piece(finish_sent, (task, number, sent(batch)), 0)
        return
    for share in source.shares(task.size):
        earlier = done.intersection(range(share.batch, share.batch + share.batches))
        if len(earlier) == share.batches:
            source.done += share.units
        else:
            yield _Piece(finish_whole_share, (task, share, earlier), share.units)


def _spread(pieces: Iterator[_Piece], source: Source, workers: int) -> Finished:
    first = list(islice(pieces, 2))
    if len(first) == 1:  # a process for it would take longer to begin than this takes
        yield from first[0].do(*first[0].told)
        return
    # Spawned and not forked: Arrow has threads, which a fork would not survive.
    context = multiprocessing.get_context("spawn")
    waiting: deque[tuple[int, Future[list[tuple[int, Counts]]]]] = deque()
    pool = ProcessPoolExecutor(workers, context, begin)

    def oldest() -> Finished:
        units, future = waiting.popleft()
        found = future.result()
        source.done += units
        yield from found

    try:
        for piece in chain(first, pieces):
            with uninterrupted():
                waiting.append((piece.units, pool.submit(piece.do, *piece.told)))
            if len(waiting) >= workers * (1 + _AHEAD):
                yield from oldest()
        while waiting:
            yield from oldest()
    except BrokenProcessPool as error:
        raise BulkError("LNK984") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def uninterrupted() -> Iterator[None]:
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


def begin() -> None:
    """Prepares a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # One thread each: workers that start more only take the cores from one another.
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_after, args=(parent.join,), daemon=True).start()


def _leave_after(end: Callable[[], None]) -> None:
    end()
    os._exit(1)
