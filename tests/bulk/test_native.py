"""The core reads lines of JSON as Python does, or leaves them, and says of rows what Python says."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pyarrow as pa
import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import given
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.bulk.columns_in import Layout
from policy.bulk.runner import runner_of
from policy.bulk.schema import CASE, ROW, finding_schema
from policy.bulk.settings import Settings
from policy.engines import COMPILED, NATIVE
from policy.native import installed
from tests.bulk.conftest import Rules, rules_of
from tests.bulk.files import line, plain
from tests.bulk.test_case_json import LEFT, NAMES, READ, VALUES, slow
from tests.loading import FORMS

pytestmark = pytest.mark.skipif(
    installed() is None, reason="the native core is not installed (make native; takes cargo)"
)


def by_core(text: bytes) -> tuple[bytes, str, int | None] | None:
    module = installed()
    assert module is not None
    found: tuple[bytes, str, int | None] | None = module.read_line(text)
    return found


def by_python(text: bytes) -> tuple[bytes, str, int | None] | None:
    read = slow(text)
    if read is None:
        return None
    case, as_of = read
    return case.SerializeToString(deterministic=True), case.district, as_of


def within(text: bytes) -> bytes:
    """A line of a case that names its district, without which the core leaves it."""
    return (
        text.replace(b'{"case":{', b'{"case":{"district":"d",', 1)
        if b'"case"' in text
        else (text.replace(b"{", b'{"district":"d",', 1).replace(b",}", b"}", 1))
    )


def test_cases_of_rule_tests_are_read_alike(shipped: Rules) -> None:
    for item in shipped.asked[::5]:
        named = facts_pb2.Case()
        named.CopyFrom(item.case)
        named.district = item.district
        camel = orjson.dumps(MessageToDict(named))
        for text in (line(item._replace(case=named)), camel):
            found = by_core(text)
            assert found is not None
            assert found == by_python(text)


@pytest.mark.parametrize("text", READ, ids=lambda text: text.decode("utf-8", "replace"))
def test_what_python_reads_fast_the_core_reads(text: bytes) -> None:
    found = by_core(within(text))
    assert found is not None
    assert found == by_python(within(text))


@pytest.mark.parametrize("text", LEFT, ids=lambda text: text.decode("utf-8", "replace"))
def test_what_is_not_certain_is_left(text: bytes) -> None:
    assert by_core(text) is None
    assert by_core(within(text)) is None


@given(st.dictionaries(st.sampled_from([*NAMES, "district"]), VALUES, max_size=5), st.booleans())
def test_any_line(fields: dict[str, object], spaced: bool) -> None:
    text = json.dumps(
        {"district": "d"} | fields, ensure_ascii=False, separators=(", ", ": ") if spaced else (",", ":")
    )
    found = by_core(text.encode())
    assert found is None or found == by_python(text.encode())


@given(st.data())
def test_any_bytes(shipped: Rules, data: st.DataObject) -> None:
    """A line of a case in which a few bytes are others: never another case than Python reads."""
    text = bytearray(line(data.draw(st.sampled_from(shipped.asked[:40]))))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text) - 1))
        piece = data.draw(
            st.sampled_from([b"", b'"', b"\\", b"{", b"}", b",", b"0", b"-", b".", b"\xe4", b"null"])
        )
        text[place : place + data.draw(st.integers(0, 2))] = piece
    found = by_core(bytes(text))
    assert found is None or found == by_python(bytes(text))


def both(rules: Rules, rows: list[bytes | None], layout: Layout, **changes: Any) -> list[Any]:
    """What the runners of the core and of Python make of the same rows."""
    settings = Settings("", None, 1_709_343_000 * 10**9, "en")._replace(**changes)
    kind = pa.large_binary() if layout is Layout.JSON else pa.binary()
    columns = [pa.array(range(1, len(rows) + 1), pa.int64()), pa.array(rows, kind)]
    batch = pa.RecordBatch.from_arrays(columns, names=[ROW, CASE])
    return [
        runner_of(rules.snapshot, settings, engine).run(batch, layout) for engine in (COMPILED.name, NATIVE)
    ]


ROWS: tuple[bytes | None, ...] = (
    None,
    b"",
    b"{",
    b'{"id":"c"}',
    b'{"id":"c","district":"nowhere","kind":"enforcement"}',
    b'{"id":"c","district":"qiaonan","kind":"no_such_kind"}',
    b'{"case":{"id":"c","district":"qiaonan","kind":"enforcement"},"as_of":"2150-01-01T00:00:00Z"}',
    b'{"id":"\\u0063","district":"qiaonan","kind":"enforcement"}',
    b'{"id":"c","district":"qiaonan","kind":"enforcement","parties":[{"id":"p"},{"id":"p"}]}',
)
"""Lines of which the core leaves each to Python, which refuses all but one."""


@pytest.mark.parametrize(
    "changes",
    [{}, {"district": "qiaonan"}, {"district": "qiaonan", "own": True}, {"ids": False}, {"as_of": 10**18}],
    ids=str,
)
def test_rows_are_decided_and_refused_alike(invented: Rules, changes: dict[str, Any]) -> None:
    """Good and bad lines in turn: findings stand in the order of the rows, whoever decided them."""
    good = [line(item) for item in invented.asked]
    rows = [row for pair in zip(good, ROWS * (len(good) // len(ROWS) + 1), strict=False) for row in pair]
    python, core = both(invented, rows, Layout.JSON, **changes)
    assert plain(pa.Table.from_batches([core.findings])) == plain(pa.Table.from_batches([python.findings]))
    assert core.findings.schema == finding_schema(changes.get("ids", True))
    assert core.bad == python.bad
    assert core.counts == python.counts
    assert core.counts.bad
    core.findings.validate(full=True)


def test_messages_are_decided_and_refused_alike(invented: Rules) -> None:
    rows = [None, b"", b"\xff\xff"]
    rows += [item.case.SerializeToString(deterministic=True) for item in invented.asked]
    for changes in ({}, {"district": "qiaonan"}):
        python, core = both(invented, rows, Layout.MESSAGES, **changes)
        assert plain(pa.Table.from_batches([core.findings])) == plain(
            pa.Table.from_batches([python.findings])
        )
        assert (core.bad, core.counts) == (python.bad, python.counts)


def test_findings_of_every_form_are_alike() -> None:
    """Amounts, numbers of things, due times before an extension, deemed facts."""
    rules = rules_of(FORMS)
    rows: list[bytes | None] = [item.case.SerializeToString(deterministic=True) for item in rules.asked]
    for as_of in {item.as_of for item in rules.asked}:
        python, core = both(rules, rows, Layout.MESSAGES, as_of=as_of)
        found = plain(pa.Table.from_batches([core.findings]))
        assert found == plain(pa.Table.from_batches([python.findings]))
        assert (core.bad, core.counts) == (python.bad, python.counts)
