"""Parquet files put end to end are one parquet file with the same rows."""

import io
from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from policy.bulk import footer
from policy.bulk.footer import FooterError, Joined, read_footer

TABLE = pa.table(
    {
        "n": pa.array([*range(3000), None], pa.int64()),
        "word": pa.array([f"w{i % 7}" for i in range(3001)]).dictionary_encode(),
        "list": pa.array([[str(i)] * (i % 3) for i in range(3001)], pa.list_(pa.utf8())),
        "flag": pa.array([i % 2 == 0 for i in range(3001)]),
        "x": pa.array([i / 7 for i in range(3001)]),
    }
)


def file_of(table: pa.Table, **options: object) -> io.BytesIO:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink


@pytest.mark.parametrize(
    "options", [{}, {"write_page_index": True}, {"use_dictionary": False}, {"compression": "zstd"}]
)
@pytest.mark.parametrize("cuts", [(), (0,), (1000,), (10, 10, 2000, 3001)])
def test_joined_files_hold_the_rows_of_all(options: dict[str, object], cuts: tuple[int, ...]) -> None:
    bounds = [0, *cuts, len(TABLE)]
    parts = [TABLE.slice(a, b - a) for a, b in pairwise(bounds)]
    files = [file_of(part, row_group_size=700, **options) for part in parts]
    out = io.BytesIO()
    joined = Joined(out)
    for file in files:
        joined.add(file)
    joined.finish({b"key": b"value", **read_footer(files[0]).metadata})
    found = pq.ParquetFile(out)
    assert found.metadata.num_row_groups == sum(pq.ParquetFile(file).num_row_groups for file in files)
    assert found.metadata.metadata[b"key"] == b"value"
    read = found.read()
    read.validate(full=True)
    assert read.to_pylist() == TABLE.to_pylist()
    assert read.schema.equals(TABLE.schema)


def test_a_footer_is_written_as_it_was_read() -> None:
    file = file_of(TABLE, row_group_size=20)
    found = read_footer(file)
    assert footer._struct(found.fields) == file.getvalue()[found.start : -8]


@pytest.mark.parametrize("cut", [0, 3, 11, 500, -1, -9])
def test_a_file_that_is_cut_off_is_refused(cut: int) -> None:
    data = file_of(TABLE).getvalue()[:cut]
    with pytest.raises(FooterError):
        read_footer(io.BytesIO(data))


def test_a_footer_of_nonsense_is_refused() -> None:
    with pytest.raises(FooterError):
        read_footer(io.BytesIO(b"PAR1" + b"\x19" * 40 + (40).to_bytes(4, "little") + b"PAR1"))


def test_nothing_joined_is_no_file() -> None:
    with pytest.raises(FooterError):
        Joined(io.BytesIO()).finish({})
