"""Batches of a file: each row once, with its number; parts of a file that are read apart; damaged files."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policy.bulk import reader
from policy.bulk.errors import BulkError
from policy.bulk.reader import Source, open_cases
from policy.bulk.schema import CASE, ROW
from policy.text.source import MAX_FILE_BYTES

LINES = [b'{"id":"a"}', b"", b'{"id":"b"}\r', b"   ", b'{"id":"c"}', b'{"id":"d"}', b'{"id":"e"}']
"""Rows 1, 3, 5, 6, 7."""


def lines(folder: Path, data: bytes = b"\n".join(LINES), name: str = "c.jsonl") -> Source:
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return open_cases(path, district=False)


def table(folder: Path, groups: list[int]) -> Source:
    """A table whose row groups have these sizes; ids are the row numbers."""
    path = folder / "c.parquet"
    schema = pa.schema([(name, pa.utf8()) for name in ("id", "district", "kind")])
    row = 0
    with pq.ParquetWriter(path, schema) as writer:
        for size in groups:
            ids = [str(row + i + 1) for i in range(size)]
            writer.write_table(
                pa.table([ids, ["x"] * size, ["y"] * size], schema=schema), row_group_size=size or None
            )
            row += size
    return open_cases(path, district=False)


def rows_by_batch(batches: list[tuple[int, pa.RecordBatch]]) -> dict[int, list[int]]:
    return {number: batch.column(ROW).to_pylist() for number, batch in batches}


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n \n"])
@pytest.mark.parametrize("name", ["c.jsonl", "c.jsonl.gz", "C.JSONL"])
def test_lines(tmp_path: Path, name: str, end: bytes) -> None:
    source = lines(tmp_path, b"\n".join(LINES) + end, name)
    batches = list(source.batches(2))
    assert rows_by_batch(batches) == {0: [1, 3], 1: [5, 6], 2: [7]}
    assert batches[0][1].column(CASE).to_pylist() == [b'{"id":"a"}', b'{"id":"b"}']
    assert source.done == source.units


GROUPS = [
    ([5], 2, {0: [1, 2], 1: [3, 4], 2: [5]}),
    ([2, 2, 1], 2, {0: [1, 2], 1: [3, 4], 2: [5]}),
    ([1, 1, 1, 3], 2, {0: [1, 2], 1: [3], 2: [4, 5], 3: [6]}),
    ([0, 3, 0, 1], 4, {0: [1, 2, 3, 4]}),
    ([3, 2], 100, {0: [1, 2, 3, 4, 5]}),
]


@pytest.mark.parametrize(("groups", "size", "found"), GROUPS)
def test_tables(tmp_path: Path, groups: list[int], size: int, found: dict[int, list[int]]) -> None:
    source = table(tmp_path, groups)
    batches = list(source.batches(size))
    assert rows_by_batch(batches) == found
    for _, batch in batches:
        assert batch.column("id").to_pylist() == [str(row) for row in batch.column(ROW).to_pylist()]
    assert source.done == source.units == source.rows == sum(groups)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize(
    "make", [lines, lambda folder: table(folder, [1, 1, 1, 4, 0, 2])], ids=["lines", "table"]
)
def test_shares_are_the_whole_file(tmp_path: Path, make: Callable[[Path], Source], size: int) -> None:
    source = make(tmp_path)
    whole = list(source.batches(size))
    apart = [item for share in reversed(list(source.shares(size))) for item in source.read(share, size)]
    assert sorted(rows_by_batch(apart).items()) == sorted(rows_by_batch(whole).items())
    assert len(apart) == len(whole)
    for number, batch in apart:
        assert batch.equals(dict(whole)[number])


@pytest.mark.parametrize("skipped", [{0}, {1, 2}, {0, 1, 2, 3, 4, 5}])
@pytest.mark.parametrize(
    "make", [lines, lambda folder: table(folder, [1, 1, 1, 4, 0, 2])], ids=["lines", "table"]
)
def test_batches_that_are_done_are_left_out(
    tmp_path: Path, make: Callable[[Path], Source], skipped: set[int]
) -> None:
    whole = dict(make(tmp_path).batches(2))
    left = dict(make(tmp_path).batches(2, skipped.__contains__))
    assert list(left) == [number for number in whole if number not in skipped]
    assert all(batch.equals(whole[number]) for number, batch in left.items())


def test_a_line_without_end_is_cut(tmp_path: Path) -> None:
    source = lines(tmp_path, b'{"id":"' + b"x" * (3 * MAX_FILE_BYTES) + b'"}\n{"id":"b"}')
    ((_, batch),) = source.batches(10)
    assert [len(line) for line in batch.column(CASE).to_pylist()] == [MAX_FILE_BYTES + 2, 10]
    assert batch.column(ROW).to_pylist() == [1, 2]


def refused(make: Callable[[], object]) -> str:
    with pytest.raises(BulkError) as raised:
        make()
    return raised.value.code


def test_damaged_files(tmp_path: Path) -> None:
    whole = gzip.compress(b"\n".join(b"%d" % (number**9) for number in range(3000)))
    path = tmp_path / "c.jsonl.gz"
    for data in (whole[:-20], whole[:500] + bytes(50) + whole[550:], b"not gzip at all"):
        path.write_bytes(data)
        assert refused(lambda: list(open_cases(path, district=False).batches(100))) == "LNK972"
    path = tmp_path / "d.parquet"
    for data in (b"PAR1", b"a" * 1000, b"PAR1" + bytes(100) + b"PAR1"):
        path.write_bytes(data)
        assert refused(lambda: open_cases(path, district=False)) == "LNK972"


def test_pages_that_are_damaged(tmp_path: Path) -> None:
    table(tmp_path, [1000])
    path = tmp_path / "c.parquet"
    data = path.read_bytes()
    path.write_bytes(data[:4] + os.urandom(200) + data[204:])
    assert refused(lambda: list(open_cases(path, district=False).batches(100))) == "LNK972"


def test_names_and_empty_files(tmp_path: Path) -> None:
    for name, data, code in (
        ("cases.csv", b"x", "LNK971"),
        ("cases", b"x", "LNK971"),
        ("empty.jsonl", b"", "LNK986"),
        ("empty.parquet", b"", "LNK986"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        assert refused(lambda path=path: open_cases(path, district=False)) == code  # type: ignore[misc]
    assert refused(lambda: table(tmp_path, [0])) == "LNK986"
    assert refused(lambda: open_cases(tmp_path / "no.jsonl", district=False)) == "LNK902"
    assert refused(lambda: open_cases(tmp_path, district=False)) == "LNK902"


@pytest.mark.parametrize(
    ("make", "apart"),
    [
        (lambda folder: table(folder, [3] * 8), True),
        (lambda folder: table(folder, [3] * 7), False),
        (lambda folder: table(folder, [1] * 16), False),
        (lines, True),
        (lambda folder: lines(folder, name="c.jsonl.gz"), False),
    ],
    ids=["groups", "few groups", "small groups", "lines", "compressed"],
)
def test_whether_readers_can_work_apart(tmp_path: Path, make: Callable[[Path], Source], apart: bool) -> None:
    assert make(tmp_path).apart(3, 2) == apart


def test_shares_say_how_much_they_are(tmp_path: Path) -> None:
    groups = [1, 1, 1, 4, 0, 2]
    for source, units in ((table(tmp_path, groups), 9), (lines(tmp_path), len(b"\n".join(LINES)))):
        shares = list(source.shares(2))
        assert sum(share.units for share in shares) == units
        for share in shares:
            assert len(list(source.read(share, 2))) == share.batches


def test_a_compressed_file_has_no_shares(tmp_path: Path) -> None:
    assert refused(lambda: list(lines(tmp_path, name="c.jsonl.gz").shares(2))) == "LNK983"


def test_a_changed_file_is_another(tmp_path: Path) -> None:
    first = lines(tmp_path).identity()
    assert lines(tmp_path).identity() == first
    assert lines(tmp_path, b"\n".join(LINES).replace(b"a", b"z")).identity() != first


def test_long_lines_close_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_BATCH_BYTES", 20)
    source = lines(tmp_path)
    assert rows_by_batch(list(source.batches(100))) == {0: [1, 3], 1: [5, 6], 2: [7]}
    apart = [item for share in source.shares(100) for item in source.read(share, 100)]
    assert rows_by_batch(apart) == {0: [1, 3], 1: [5, 6], 2: [7]}
