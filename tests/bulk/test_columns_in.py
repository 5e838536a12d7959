"""What is taken for a table of cases, and what is refused, with which words."""

from typing import Any

import pyarrow as pa
import pytest

from policy.bulk.cases import cases_of
from policy.bulk.columns_in import Layout, layout_of, mirrored
from policy.bulk.convert import table_of
from policy.bulk.errors import BulkError
from policy.bulk.schema import MOMENT, ROW, batch_schema, case_schema
from tests.bulk.conftest import Rules

NEEDED = {"id": pa.utf8(), "district": pa.utf8(), "kind": pa.utf8()}


def schema(**more: Any) -> pa.Schema:
    return pa.schema(list((NEEDED | more).items()))


@pytest.mark.parametrize(
    ("found", "layout"),
    [
        (case_schema(), Layout.COLUMNS),
        (schema(), Layout.COLUMNS),
        (schema(as_of=MOMENT), Layout.COLUMNS),
        (schema(claim_fen=pa.int32(), filed_at=pa.timestamp("us", "Asia/Shanghai")), Layout.COLUMNS),
        (
            schema(stage=pa.dictionary(pa.int8(), pa.utf8()), categories=pa.large_list(pa.large_utf8())),
            Layout.COLUMNS,
        ),
        (schema(flags=pa.struct({"evasion": pa.bool_()}), events=pa.null()), Layout.COLUMNS),
        (pa.schema({"case": pa.binary()}), Layout.MESSAGES),
        (pa.schema({"case": pa.large_binary(), "as_of": pa.timestamp("s", "UTC")}), Layout.MESSAGES),
        (pa.schema({"case": pa.utf8()}), Layout.JSON),
    ],
)
def test_layouts(found: pa.Schema, layout: Layout) -> None:
    assert layout_of(found, district=False) is layout


@pytest.mark.parametrize(
    ("found", "code", "details"),
    [
        (
            pa.schema({"case": pa.int64()}),
            "LNK973",
            {"column": "case", "expected": "binary, string", "found": "int64"},
        ),
        (pa.schema({"case": pa.binary(), "note": pa.utf8()}), "LNK974", {"column": "note"}),
        (schema(as_of=pa.utf8()), "LNK973", {"column": "as_of", "expected": str(MOMENT), "found": "string"}),
        (
            schema(claim_fen=pa.float64()),
            "LNK973",
            {"column": "claim_fen", "expected": "int64", "found": "double"},
        ),
        (
            schema(claim_fen=pa.uint64()),
            "LNK973",
            {"column": "claim_fen", "expected": "int64", "found": "uint64"},
        ),
        (
            schema(filed_at=pa.timestamp("ns")),
            "LNK973",
            {"column": "filed_at", "found": "timestamp[ns]", "expected": str(MOMENT)},
        ),
        (schema(claimfen=pa.int64()), "LNK974", {"column": "claimfen", "suggestion": "claim_fen"}),
        (
            schema(events=pa.list_(pa.struct({"id": pa.utf8(), "tpye": pa.utf8()}))),
            "LNK974",
            {"column": "events[].tpye", "suggestion": "type"},
        ),
        (schema(events=pa.utf8()), "LNK973", None),
        (pa.schema([*schema(), pa.field("kind", pa.utf8())]), "LNK974", {"column": "kind"}),
        (pa.schema({"id": pa.utf8(), "kind": pa.utf8()}), "LNK975", {"column": "district"}),
    ],
)
def test_refused(found: pa.Schema, code: str, details: dict[str, str] | None) -> None:
    with pytest.raises(BulkError) as raised:
        layout_of(found, district=False)
    assert raised.value.code == code
    assert details is None or raised.value.details == details


def test_a_district_of_the_command_line_replaces_the_column() -> None:
    assert layout_of(pa.schema({"id": pa.utf8(), "kind": pa.utf8()}), district=True) is Layout.COLUMNS


def batch(rows: int = 1, **columns: pa.Array) -> pa.RecordBatch:
    numbers = pa.array(range(1, rows + 1), pa.int64())
    return pa.RecordBatch.from_arrays([numbers, *columns.values()], names=[ROW, *columns])


def test_other_types_become_ours() -> None:
    stage = pa.array(["trial", None]).dictionary_encode()
    amounts = pa.array([3, None], pa.int16())
    moments = pa.array([1_700_000_000, None], pa.timestamp("s", "Asia/Shanghai"))
    flags = pa.array([None, {"evasion": True}], pa.struct({"evasion": pa.bool_()}))
    lists = pa.array([None, ["debt"]], pa.large_list(pa.large_utf8()))
    found = mirrored(
        batch(2, stage=stage, claim_fen=amounts, filed_at=moments, flags=flags, categories=lists)
    )
    found.validate(full=True)
    assert found.schema == batch_schema()
    assert found.column("stage").to_pylist() == ["trial", None]
    assert found.column("claim_fen").to_pylist() == [3, None]
    assert found.column("filed_at").cast(pa.int64()).to_pylist() == [1_700_000_000 * 10**9, None]
    assert [row and row["evasion"] for row in found.column("flags").to_pylist()] == [None, True]
    assert found.column("categories").to_pylist() == [[], ["debt"]]
    assert found.column("events").to_pylist() == [[], []]


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_a_moment_beyond_nanoseconds_stays_out_of_range(unit: str) -> None:
    """Databases write 9999-12-31 for ever; it must not come back as a moment of this century."""
    for_ever = pa.array([253_402_214_400, -62_135_596_800], pa.timestamp("s", "UTC")).cast(
        pa.timestamp(unit, "UTC")
    )
    late, early = mirrored(batch(2, filed_at=for_ever)).column("filed_at").cast(pa.int64()).to_pylist()
    assert late > 9_000_000_000_000_000_000
    assert early < -9_000_000_000_000_000_000


def test_slices_read_as_their_rows(shipped: Rules) -> None:
    asked = shipped.asked[:60]
    table = table_of(item.case for item in asked)
    whole = batch(len(asked), **dict(zip(table.schema.names, table.columns, strict=True)))
    for start, length in ((0, 60), (7, 20), (59, 1)):
        part = mirrored(whole.slice(start, length))
        part.validate(full=True)
        found = list(cases_of(part, Layout.COLUMNS, {}))
        assert [raw.row for raw in found] == list(range(start + 1, start + length + 1))
        assert [raw.case for raw in found] == [item.case for item in asked[start : start + length]]


EVENT = pa.struct({"id": pa.utf8(), "type": pa.utf8()})
ATTRIBUTES = pa.map_(pa.utf8(), pa.struct({"bool_value": pa.bool_(), "int_value": pa.int64()}))


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ({"events": pa.array([[{"id": "e1", "type": "x"}], [None], []], pa.list_(EVENT))}, "empty element"),
        ({"categories": pa.array([["debt"], ["debt", None], None], pa.list_(pa.utf8()))}, "empty element"),
        (
            {"attributes": pa.array([[], [("a", {"bool_value": True, "int_value": 1})], []], ATTRIBUTES)},
            "two values",
        ),
        (
            {
                "attributes": pa.array(
                    [[], [("a", {"int_value": 1}), ("a", {"int_value": 2})], []], ATTRIBUTES
                )
            },
            "two values",
        ),
        (
            {
                "stage": pa.Array.from_buffers(
                    pa.utf8(),
                    3,
                    [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0"), pa.py_buffer(b"a\xffb")],
                )
            },
            "not UTF-8",
        ),
    ],
)
def test_one_row_that_is_no_case_leaves_the_others(column: dict[str, pa.Array], reason: str) -> None:
    found = list(cases_of(mirrored(batch(3, **column)), Layout.COLUMNS, {}))
    assert [raw.row for raw in found] == [1, 2, 3]
    assert [raw.case is not None for raw in found] == [True, False, True]
    (fault,) = found[1].faults
    assert fault.code == "LNK979"
    assert reason in str(fault.args)
