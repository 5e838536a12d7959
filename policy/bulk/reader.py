"""Files of cases as batches of Arrow, one after the other, in constant memory.

    CASES --open_cases--> Source --batches--> (number, batch of `row` and the file's own columns)
                             └────shares----> parts that can be read apart, on other machines

A batch has ``size`` rows, fewer at the end and where parts meet; its number depends on the file and on
``size`` alone, so that unfinished work can go on. Rows count from 1; in JSON Lines they are the file's lines.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, cast

import pyarrow as pa
import pyarrow.parquet as pq

from policy.bulk.columns_in import Layout, layout_of
from policy.bulk.errors import BulkError
from policy.bulk.schema import CASE, ROW
from policy.text.diagnostics import Words
from policy.text.source import MAX_FILE_BYTES, os_reason

Batches = Iterator[tuple[int, pa.RecordBatch]]

MAX_BATCH_BYTES = 64 << 20
"""A batch of lines is closed when it has grown to this, however few its cases are."""
_EDGE = 1 << 20
_EACH = 4
"""Fewest shares for each reader of a parquet file: then at most a fifth of their time is spent waiting."""
_NOT_PARQUET = Words("不是完整的 parquet 文件", "it is no whole parquet file")
_DAMAGED = Words("压缩数据不完整或已损坏", "its compressed data is cut off or damaged")
_NO_FILE = Words("不是文件", "not a file")


class Share(NamedTuple):
    """A part of a file that can be read apart: the numbers of its first batch and row, and where it is."""

    batch: int
    row: int
    start: int
    """Parquet: the first row group; lines: the first byte."""
    end: int
    """The row group, or byte, after it."""
    batches: int
    """How many batches it has."""
    units: int
    """Its size, for progress: rows or bytes."""


class Source(Protocol):
    """An open file of cases."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def layout(self) -> Layout:
        """How its cases stand in batches."""

    @property
    def rows(self) -> int | None:
        """How many rows it says it has, where it does."""

    @property
    def units(self) -> int:
        """Its size, for progress: rows or bytes."""

    done: int
    """How many units have been read."""

    def identity(self) -> Mapping[str, str]:
        """What tells this file from another, or from itself after a change."""

    def batches(self, size: int, skip: Callable[[int], bool] = lambda number: False) -> Batches:
        """All batches in order but those to skip. Raises ``BulkError`` (LNK972) where reading fails."""

    def apart(self, size: int, readers: int) -> bool:
        """Whether so many readers can take parts of it, each with about as much to do."""

    def shares(self, size: int) -> Iterator[Share]:
        """Parts that together are the whole file. Raises ``BulkError`` (LNK983) where there are none."""

    def read(self, share: Share, size: int) -> Batches:
        """The batches of one part."""


def open_cases(path: Path, district: bool) -> Source:
    """A file of cases, by its name; ``district``: the option names the district for all cases.

    Raises ``BulkError``: LNK902, LNK971 to LNK975, LNK986.
    """
    name = path.name.lower()
    kinds = {".parquet": Parquet, ".jsonl": Lines, ".jsonl.gz": Lines}
    for ending, kind in kinds.items():
        if name.endswith(ending):
            _check_file(path)
            return Parquet(path, district) if kind is Parquet else Lines(path)
    if path.is_dir() or not path.exists():
        _check_file(path)
    raise BulkError("LNK971", {"path": str(path)})


def _check_file(path: Path) -> None:
    try:
        if path.exists() and not path.is_file():
            raise BulkError("LNK902", {"path": str(path), "reason": _NO_FILE})
        with open(path, "rb") as file:
            if not file.read(1):
                raise BulkError("LNK986", {"path": str(path)})
    except OSError as error:
        raise BulkError("LNK902", {"path": str(path), "reason": os_reason(error)}) from error


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turns what goes wrong while a file is read into LNK972."""
    reason: Words | str
    try:
        yield
        return
    except (EOFError, gzip.BadGzipFile, zlib.error):
        reason = _DAMAGED
    except pa.ArrowException:
        reason = _NOT_PARQUET
    except OSError as error:
        reason = os_reason(error) if error.errno else _NOT_PARQUET
    raise BulkError("LNK972", {"path": str(path), "reason": reason})


def _identity(path: Path) -> dict[str, str]:
    """Size and digest of the file's first and last megabyte: a whole digest would read everything twice."""
    with _readable(path), open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        digest = hashlib.sha256(file.read(_EDGE))
        file.seek(max(0, size - _EDGE))
        digest.update(file.read(_EDGE))
        return {"size": str(size), "digest": digest.hexdigest()}


class Parquet:
    """A parquet file, read row group by row group."""

    def __init__(self, path: Path, district: bool) -> None:
        self.path = path
        with _readable(path):
            self._file = pq.ParquetFile(path, buffer_size=1 << 16, pre_buffer=False)
        self.layout = layout_of(self._file.schema_arrow, district)
        self.rows: int | None = self._file.metadata.num_rows
        self.units = self._file.metadata.num_rows
        self.done = 0
        if not self.units:
            raise BulkError("LNK986", {"path": str(path)})

    def identity(self) -> Mapping[str, str]:
        """Size and digest of both ends of the file."""
        return _identity(self.path)

    def batches(self, size: int, skip: Callable[[int], bool] = lambda number: False) -> Batches:
        """All batches in order but those to skip; of row groups to skip nothing is read."""
        for share in self.shares(size):
            if all(skip(share.batch + i) for i in range(share.batches)):
                self.done += share.units
                continue
            for number, batch in self.read(share, size):
                self.done += len(batch)
                if not skip(number):
                    yield number, batch

    def apart(self, size: int, readers: int) -> bool:
        """Whether there are several shares for each reader: the last ones leave readers without work."""
        return sum(1 for _ in self.shares(size)) >= readers * _EACH

    def shares(self, size: int) -> Iterator[Share]:
        """Row groups; small neighbours together, as far as they fill one batch."""
        groups = self._file.metadata.num_row_groups
        first = number = 0
        row = 1
        while first < groups:
            after = first + 1
            rows = self._group(first)
            while after < groups and rows + self._group(after) <= size:
                rows += self._group(after)
                after += 1
            count = -(-rows // size)
            if rows:
                yield Share(number, row, first, after, count, rows)
            number += count
            row += rows
            first = after

    def read(self, share: Share, size: int) -> Batches:
        """The batches of some row groups."""
        groups = range(share.start, share.end)
        number, row = share.batch, share.row
        with _readable(self.path):
            pieces = self._file.iter_batches(batch_size=size, row_groups=list(groups))
            for piece in _filled(pieces, size):
                rows = pa.arange(row, row + len(piece))
                named = [ROW, *piece.schema.names]
                yield number, pa.RecordBatch.from_arrays([rows, *piece.columns], names=named)
                number += 1
                row += len(piece)

    def _group(self, number: int) -> int:
        return int(self._file.metadata.row_group(number).num_rows)


def _filled(pieces: Iterator[pa.RecordBatch], size: int) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of exactly ``size``, but the last: the library may cut them smaller."""
    waiting: list[pa.RecordBatch] = []
    held = 0
    for piece in pieces:
        while held + len(piece) >= size:
            take = size - held
            yield _one([*waiting, piece.slice(0, take)])
            waiting, held, piece = [], 0, piece.slice(take)
        if len(piece):
            waiting.append(piece)
            held += len(piece)
    if waiting:
        yield _one(waiting)


def _one(pieces: list[pa.RecordBatch]) -> pa.RecordBatch:
    return pieces[0] if len(pieces) == 1 else pa.concat_batches(pieces)


class Lines:
    """A file of JSON Lines, compressed with gzip or not. Empty lines are no cases."""

    layout = Layout.JSON
    rows: int | None = None

    def __init__(self, path: Path) -> None:
        self.path = path
        self._packed = path.name.lower().endswith(".gz")
        self.units = path.stat().st_size
        self.done = 0

    def identity(self) -> Mapping[str, str]:
        """Size and digest of both ends of the file."""
        return _identity(self.path)

    def batches(self, size: int, skip: Callable[[int], bool] = lambda number: False) -> Batches:
        """All batches in order but those to skip."""
        with _readable(self.path), open(self.path, "rb") as file:
            text = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if self._packed else file
            row = 1
            for number, lines in enumerate(_gathered(text, size)):
                self.done = file.tell()
                if lines.cases and not skip(number):
                    yield number, lines.batch(row)
                row += lines.height
            self.done = self.units

    def apart(self, size: int, readers: int) -> bool:
        """Whether it is not compressed: a reader can begin at any line."""
        return not self._packed

    def shares(self, size: int) -> Iterator[Share]:
        """The bytes of each batch. The file is read through once to find them."""
        if self._packed:
            raise BulkError("LNK983", {"path": str(self.path)})
        row, start = 1, 0
        with _readable(self.path), open(self.path, "rb") as file:
            for number, lines in enumerate(_gathered(file, size)):
                end = file.tell()
                if lines.cases:
                    yield Share(number, row, start, end, 1, end - start)
                row += lines.height
                start = end

    def read(self, share: Share, size: int) -> Batches:
        """The batch that begins at a byte."""
        with _readable(self.path), open(self.path, "rb") as file:
            file.seek(share.start)
            yield share.batch, next(_gathered(file, size)).batch(share.row)


class _Gathered(NamedTuple):
    """The lines of a batch: how many, which of them are cases (from 0), and those."""

    height: int
    places: list[int]
    cases: list[bytes]

    def batch(self, row: int) -> pa.RecordBatch:
        """The batch whose first line is ``row``."""
        rows = pa.array([row + place for place in self.places], pa.int64())
        return pa.RecordBatch.from_arrays([rows, pa.array(self.cases, pa.large_binary())], names=[ROW, CASE])


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file without their ends. Of one that is too long only the beginning is kept."""
    while line := file.readline(MAX_FILE_BYTES + 2):
        whole = line.endswith(b"\n")
        while not whole and (more := file.readline(_EDGE)):
            whole = more.endswith(b"\n")
        yield line.rstrip(b"\r\n")


def _gathered(file: BinaryIO, size: int) -> Iterator[_Gathered]:
    """The lines of a file, as many together as hold ``size`` cases, or fewer that are long."""
    count = held = 0
    places: list[int] = []
    cases: list[bytes] = []
    for line in _lines(file):
        if line.strip():
            places.append(count)
            cases.append(line)
            held += len(line)
        count += 1
        if len(cases) == size or held >= MAX_BATCH_BYTES:
            yield _Gathered(count, places, cases)
            count, held, places, cases = 0, 0, [], []
    if count:
        yield _Gathered(count, places, cases)
