"""What one process does: load the rules once, then decide batches and put down their parts.

It is the same for a local worker and for an executor of Spark; what crosses between processes is ``Task``,
shares of the input or batches as Arrow bytes, and counts.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from policy.bulk.columns_in import Layout
from policy.bulk.errors import BulkError
from policy.bulk.parts import Parts
from policy.bulk.reader import Share, Source, open_cases
from policy.bulk.runner import Counts, Results, Runner, runner_of
from policy.bulk.settings import Settings
from policy.decide.snapshot import Snapshot, load_snapshot


class Task(NamedTuple):
    """All that a process must know of a job. ``digest`` is that of the rules the job began with."""

    cases: str
    size: int
    """Cases in a batch."""
    rules: str
    digest: str
    engine: str
    settings: Settings
    layout: Layout
    folder: str


def finish_batch(task: Task, number: int, batch: pa.RecordBatch) -> tuple[int, Counts]:
    """Decides a batch and puts its part down. Raises ``BulkError`` (LNK988) where the rules have changed."""
    results: Results = _runner(task.rules, task.digest, task.engine, task.settings).run(batch, task.layout)
    Parts(Path(task.folder)).write(number, results)
    return number, results.counts


def finish_share(task: Task, share: Share, done: Container[int]) -> Iterator[tuple[int, Counts]]:
    """Reads a share, does those of its batches that are not done. Raises ``BulkError`` (LNK972, LNK988)."""
    source = _source(task.cases, bool(task.settings.district))
    for number, batch in source.read(share, task.size):
        if number not in done:
            yield finish_batch(task, number, batch)


def finish_whole_share(task: Task, share: Share, done: Container[int]) -> list[tuple[int, Counts]]:
    """``finish_share`` for a process that answers once."""
    return list(finish_share(task, share, done))


def finish_sent(task: Task, number: int, data: bytes) -> list[tuple[int, Counts]]:
    """``finish_batch`` for a batch that was sent as Arrow bytes."""
    with pa.ipc.open_stream(data) as stream:
        return [finish_batch(task, number, stream.read_next_batch())]


def sent(batch: pa.RecordBatch) -> bytes:
    """A batch as Arrow bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


@lru_cache(maxsize=1)
def _source(cases: str, district: bool) -> Source:
    return open_cases(Path(cases), district)


@lru_cache(maxsize=1)
def _runner(rules: str, digest: str, engine: str, settings: Settings) -> Runner:
    if digest not in _KNOWN:
        snapshot, _ = load_snapshot(Path(rules))
        if snapshot.digest != digest:
            raise BulkError("LNK988")
        know(snapshot)
    return runner_of(_KNOWN[digest], settings, engine)


_KNOWN: dict[str, Snapshot] = {}


def know(snapshot: Snapshot) -> None:
    """Takes rules that this process has loaded, in place of those it had."""
    _KNOWN.clear()
    _KNOWN[snapshot.digest] = snapshot
