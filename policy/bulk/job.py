"""A whole job: a file of cases in, a file of findings out, resumable, everything counted.

    open_cases --> Source --pool or Spark--> parts --join--> OUT.parquet, BAD.jsonl

Nothing is visible under the names asked for until everything is done.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pyarrow.parquet as pq

from policy.bulk.errors import BulkError
from policy.bulk.footer import FooterError, Joined, read_footer
from policy.bulk.parts import NOT_OURS, Asked, Parts, held
from policy.bulk.pool import finished
from policy.bulk.reader import Source, open_cases
from policy.bulk.runner import Counts
from policy.bulk.schema import stored_schema
from policy.bulk.settings import Period, Settings
from policy.bulk.work import Task, know
from policy.decide.decision import ENGINE_VERSION
from policy.decide.snapshot import Snapshot
from policy.text.diagnostics import Words

FORMAT = "2"
"""Changes whenever parts of an older job could not be joined with new ones."""
RECEIPT = b"linkage"
"""The key of the result's metadata that holds the receipt and the counts, as JSON."""


class Order(NamedTuple):
    """What a job is asked. Moments are nanoseconds since 1970 UTC; ``now`` is for cases that state none."""

    cases: Path
    out: Path
    bad: Path
    rules: Path
    district: str
    as_of: int | None
    now: int
    engine: str
    lang: str
    batch: int
    workers: int
    ids: bool
    resume: bool | None
    """True: go on, and only that; False: begin again; None: go on if there is something to go on with."""
    period: Period | None = None
    """The period for whose assessments cases are counted, at the cut-offs of these."""
    own: bool = False
    """Whether a case that names another district than ``district`` is refused."""


class Progress(NamedTuple):
    """How far a job is: units of the input (rows or bytes), of how many, and the counts so far."""

    units: int
    total: int
    counts: Counts


Watch = Callable[[Progress], None]
Spread = Callable[[Task, Source, frozenset[int]], Iterator[tuple[int, Counts]]]
"""Does the batches of a source but those that are done, somewhere."""


class Outcome(NamedTuple):
    """The counts of the whole file, and how many of its cases an earlier run had done."""

    counts: Counts
    resumed: int


def run(order: Order, snapshot: Snapshot, watch: Watch, spread: Spread | None = None) -> Outcome:
    """Does the job. Raises ``BulkError`` and OSError; what is finished then stays, for the next run.

    ``watch`` is called after every batch; ``spread`` does the batches elsewhere than on this machine's cores.
    """
    source = open_cases(order.cases, bool(order.district))
    folder = Path(f"{order.out}.parts")
    parts = Parts(folder)
    _check_free(order, parts)
    if order.resume and parts.asked() is None:
        raise BulkError("LNK978", {"path": str(folder)})
    with held(folder):
        order = _taken_up(order, parts, source, snapshot)
        know(snapshot)
        done = parts.done()
        earlier = sum((counts.read for counts in done.values()), 0)
        try:
            task = _task(order, snapshot, source, folder)
            counts = _work(task, source, done, watch, spread or _here(order.workers))
            _check_counts(order, source, counts)
            _join(order, parts, sorted(done), _receipt(order, snapshot, counts))
        except BaseException:
            if not any(of_part.read for of_part in parts.done().values()):
                parts.remove()  # nothing to go on with, and it would refuse the next, corrected run
            raise
        parts.remove()
    return Outcome(counts, earlier)


def _here(workers: int) -> Spread:
    return lambda task, source, done: finished(task, source, done, workers)


def _check_free(order: Order, parts: Parts) -> None:
    """Files that are there are not replaced unless the user begins again.

    Work that was ended between its two files has put the reasons of bad rows down already.
    """
    for path in (order.out, order.bad):
        if (reason := _unwritable(path, order)) is not None:
            raise BulkError("LNK989", {"path": str(path), "reason": reason})
        taken = os.path.lexists(path) and order.resume is not False
        halfway = path == order.bad and parts.asked() is not None
        if taken and not halfway:
            raise BulkError("LNK976", {"path": str(path)})
    if parts.folder.exists() and not parts.folder.is_dir():
        raise BulkError("LNK989", {"path": str(parts.folder), "reason": NOT_OURS})


def _unwritable(path: Path, order: Order) -> Words | None:
    """Why the name can be no result's, whatever is done with what is there."""
    if path.exists() and path.samefile(order.cases):
        return Words("它就是输入文件", "it is the input")
    if path.is_dir():
        return Words("它是文件夹", "it is a folder")
    if path == order.bad and path.resolve() == order.out.resolve():
        return Words("结果和原因不能写进同一个文件", "findings and reasons need a file each")
    if path == order.bad and not path.resolve().parent.is_dir() and path.parent != order.out.parent:
        return Words("没有这个文件夹", "there is no such folder")
    return None


def _asked(order: Order, source: Source, snapshot: Snapshot) -> Asked:
    return {
        "format": FORMAT,
        **source.identity(),
        "rules": snapshot.digest,
        "engine": f"{order.engine} {ENGINE_VERSION}",
        "district": order.district,
        "as_of": "" if order.as_of is None else str(order.as_of),
        "period": "" if order.period is None else " ".join(map(str, order.period)),
        "batch": str(order.batch),
        "ids": str(order.ids),
        "lang": order.lang,
        "now": str(order.now),
    }


def _taken_up(order: Order, parts: Parts, source: Source, snapshot: Snapshot) -> Order:
    """Goes on with the job in the folder, whose moment of "now" stays, or begins a new one."""
    asked = _asked(order, source, snapshot)
    found = parts.asked()
    if order.resume is False or found is None:
        parts.begin(asked)
        return order
    parts.resume(asked)
    return order._replace(now=int(found["now"]))


def _task(order: Order, snapshot: Snapshot, source: Source, folder: Path) -> Task:
    settings = Settings(
        *(order.district, order.as_of, order.now, order.lang, order.ids, order.period, order.own)
    )
    return Task(
        os.path.abspath(order.cases),
        order.batch,
        os.path.abspath(order.rules),
        snapshot.digest,
        order.engine,
        settings,
        source.layout,
        os.path.abspath(folder),
    )


def _work(task: Task, source: Source, done: dict[int, Counts], watch: Watch, spread: Spread) -> Counts:
    """Does what is left; ``done`` holds every part afterwards."""
    counts = sum(done.values(), Counts())
    for number, of_batch in spread(task, source, frozenset(done)):
        done[number] = of_batch
        counts += of_batch
        watch(Progress(source.done, source.units, counts))
    return counts


def _check_counts(order: Order, source: Source, counts: Counts) -> None:
    """Every case in is decided or refused, once."""
    if not counts.read:
        raise BulkError("LNK986", {"path": str(order.cases)})
    rows = source.rows
    if counts.read != counts.decided + counts.bad or rows not in (None, counts.read):
        read = str(counts.read if rows is None else rows)
        raise BulkError("LNK985", {"read": read, "accounted": str(counts.decided + counts.bad)})


def _receipt(order: Order, snapshot: Snapshot, counts: Counts) -> dict[str, Any]:
    return {
        "engine": order.engine,
        "engine_version": ENGINE_VERSION,
        "rules": snapshot.digest,
        "packs": [
            [program.pack.district, program.pack.version, program.pack.digest]
            for district in snapshot.districts.values()
            for program in district.programs
            if order.district in ("", district.code)
        ],
        "vocabulary": snapshot.vocabulary.digest,
        "calendar": snapshot.calendar.digest,
        "district": order.district,
        "as_of": order.as_of,
        "period": order.period,
        "now": order.now,
        **counts._asdict(),
    }


# -- the result


def _join(order: Order, parts: Parts, numbers: list[int], receipt: dict[str, Any]) -> None:
    """Puts all parts together under the names asked for."""
    with _new_file(order.out) as out:
        joined = Joined(out)
        for number in numbers:
            with open(parts.part(number), "rb") as file:
                try:
                    joined.add(file)
                except FooterError as error:
                    raise OSError(f"{parts.part(number).name}: changed meanwhile") from error
        joined.finish({**_stored_schema(order.ids), RECEIPT: json.dumps(receipt).encode()})
        if receipt["bad"]:
            with _new_file(order.bad) as bad:
                for number in numbers:
                    for piece in parts.bad_lines(number):
                        bad.write(piece)
        elif order.resume is False:
            order.bad.unlink(missing_ok=True)


def _stored_schema(ids: bool) -> dict[bytes, bytes]:
    """The keys with which a file tells Arrow its types, as Arrow itself writes them."""
    sink = io.BytesIO()
    pq.write_table(stored_schema(ids).empty_table(), sink)
    return read_footer(sink).metadata


@contextlib.contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name when it is whole; on an exception nothing is left of it."""
    beside = path.with_name(f".new-{secrets.token_hex(8)}")
    try:
        with open(beside, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
