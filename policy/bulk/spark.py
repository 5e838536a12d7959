"""The same job on Apache Spark: its executors read the input's shares, decide them and put down the parts.

    shares --DataFrame--> mapInArrow(finish_shares) on all executors --> counts --> the driver joins the parts

Input, output and rules are folders that every machine sees under the same path. A share that Spark tries
again gives the same parts again, so that retries and lost machines do no harm.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from policy.bulk.errors import BulkError
from policy.bulk.job import Spread
from policy.bulk.parts import Parts
from policy.bulk.pool import Finished
from policy.bulk.reader import Share, Source
from policy.bulk.runner import Counts
from policy.bulk.work import Task, finish_share
from policy.text.diagnostics import Words

_SHARE = ", ".join(f"{name} long" for name in Share._fields)
_REPORT = pa.schema([(name, pa.int64()) for name in ("number", *Counts._fields)] + [("fault", pa.utf8())])
_REPORT_SQL = ", ".join(f"{f.name} {'string' if f.type == pa.utf8() else 'long'}" for f in _REPORT)
_ROUNDS = 4
"""Tasks for each core: so many that a slow one does not keep the others waiting at the end."""
_SECONDS = 1.0
"""How often the driver looks for new parts, to show how far the work is."""


class Remote(NamedTuple):
    """What an executor must know beside the shares: the job, and which batches are done."""

    task: Task
    done: frozenset[int]


@contextmanager
def on_spark(master: str) -> Iterator[Spread]:
    """A session on ``master`` as a way to spread work.

    Raises ``BulkError``: LNK981 without Java, LNK982 where Spark does not start or does not finish.
    """
    if not _java():
        raise BulkError("LNK981")
    with _spark_errors():
        session = _session(master)
    try:
        yield partial(_spread, session)
    finally:
        session.stop()


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=os.path.join(home, "bin") if home else None)


def _session(master: str) -> Any:
    from pyspark.sql import SparkSession

    # Executors run the driver's Python, unless the environment names another. Only the environment counts
    # here: Spark's setting of that name is for spark-submit.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return (
        SparkSession.builder.master(master)
        .appName("linkage bulk")
        .config("spark.python.worker.reuse", "true")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )


@contextmanager
def _spark_errors() -> Iterator[None]:
    """Turns what Spark raises into LNK982 with the line that says why."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException, OSError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = next(
            (line for line in reversed(lines) if _says_why(line)), lines[0] if lines else type(error).__name__
        )
        raise BulkError("LNK982", {"reason": Words(said, said)}) from error


def _says_why(line: str) -> bool:
    """Whether a line of a trace is its error's own words."""
    name = line.split(":", 1)[0].rpartition(".")[2]
    return ": " in line and name.endswith(("Error", "Exception")) and not line.startswith("at ")


def _spread(session: Any, task: Task, source: Source, done: frozenset[int]) -> Finished:
    """Does the batches on the executors; gives them as their parts appear."""
    parts = Parts(Path(task.folder))
    shares = list(source.shares(task.size))
    remote = Remote(task, done)
    seen = set(done)
    with ThreadPoolExecutor(1) as thread:
        working: Future[list[tuple[int, Counts]]] = thread.submit(_collected, session, shares, remote)
        while not working.done():
            wait([working], _SECONDS)
            for number, counts in _new(parts, seen):
                source.done = min(source.units, source.done + counts.read)
                yield number, counts
        yield from ((number, counts) for number, counts in working.result() if number not in seen)
    source.done = source.units


def _new(parts: Parts, seen: set[int]) -> Finished:
    for number, counts in parts.new(seen):
        seen.add(number)
        yield number, counts


def _collected(session: Any, shares: list[Share], remote: Remote) -> list[tuple[int, Counts]]:
    """Runs everything and gives the counts of each batch."""
    tasks = max(1, min(len(shares), session.sparkContext.defaultParallelism * _ROUNDS))
    with _spark_errors():
        plan = session.createDataFrame([tuple(share) for share in shares], _SHARE).repartition(tasks, "batch")
        rows = plan.mapInArrow(partial(finish_shares, remote), _REPORT_SQL).collect()
    for row in rows:
        if row.fault:
            code, details = json.loads(row.fault)
            raise BulkError(code, {key: _words(value) for key, value in details.items()})
    return sorted((row.number, Counts(*row[1:-1])) for row in rows)


def _words(value: Any) -> str | Words:
    return Words(*value) if isinstance(value, list) else str(value)


def finish_shares(remote: Remote, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On an executor: reads shares, decides their batches, puts the parts down; reports the counts of each.

    A coded error is reported and ends the share; any other is Spark's to try again.
    """
    for batch in batches:
        for row in batch.to_pylist():
            try:
                for number, counts in finish_share(remote.task, Share(**row), remote.done):
                    yield _report(number, counts)
            except BulkError as error:
                yield _report(-1, Counts(), json.dumps([error.code, error.details]))


def _report(number: int, counts: Counts, fault: str | None = None) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([{"number": number, **counts._asdict(), "fault": fault}], _REPORT)
