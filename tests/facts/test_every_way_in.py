"""One answer on every way in: YAML, JSON, a message and a row of a table are refused for the same reasons."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf import json_format
from hypothesis import given
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.facts.foreign import foreign_fields
from policy.facts.parsing import parse_case
from policy.facts.reading import FactsError
from policy.text.characters import forbidden_in_fact
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.lab import AS_OF, SEIZED, case_of, district

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed (the extra `bulk`)")

_RULES = district({"day": 'e.type == "vehicle_seized"'})
_ATTRIBUTES = {"score": "double", "n": "int", "s": "string", "t": "timestamp"}

Case = dict[str, Any]
"""A case as YAML and JSON write it."""


def _read(case: facts_pb2.Case) -> list[str]:
    try:
        _RULES.reader.read(case, AS_OF)
    except FactsError as error:
        return sorted({violation.code for violation in error.violations})
    return []


def _file(name: str, text: str) -> list[str]:
    faults = Faults()
    parsed = parse_case(Source(name, text), faults, _ATTRIBUTES)
    return sorted({item.code for item in faults}) if parsed is None else _read(parsed.case)


def _json(case: Case) -> list[str]:
    return _file("case.json", json.dumps(case))


def _yaml(case: Case) -> list[str]:
    words = {"NaN": ".nan", "Infinity": ".inf", "-Infinity": "-.inf"}
    text = json.dumps(case)
    for word, written in words.items():
        text = text.replace(f": {word}", f": {written}")
    return _file("case.yaml", text)


def _message(case: Case) -> facts_pb2.Case:
    fields = {name: value for name, value in case.items() if name != "attributes"}
    message: facts_pb2.Case = json_format.ParseDict(fields, facts_pb2.Case())
    for name, value in case.get("attributes", {}).items():
        if _ATTRIBUTES.get(name) == "timestamp":
            message.attributes[name].time_value.FromJsonString(value)
        else:
            setattr(message.attributes[name], f"{_ATTRIBUTES.get(name, 'string')}_value", value)
    return message


def _grpc(case: Case) -> list[str]:
    return _read(facts_pb2.Case.FromString(_message(case).SerializeToString()))


def _row(case: Case) -> list[str]:
    from policy.bulk.cases import cases_of
    from policy.bulk.columns_in import Layout, mirrored
    from policy.bulk.convert import table_of
    from policy.bulk.schema import ROW

    batch = table_of([_message(case)])
    (raw,) = cases_of(mirrored(batch.add_column(0, ROW, pa.array([1]))), Layout.COLUMNS, {})
    return sorted({item.code for item in raw.faults}) if raw.case is None else _read(raw.case)


def _column(array: Any, attributes: dict[str, str], layout: str) -> list[str]:
    from policy.bulk.cases import cases_of
    from policy.bulk.columns_in import Layout
    from policy.bulk.schema import CASE, ROW

    batch = pa.RecordBatch.from_pydict({ROW: pa.array([1]), CASE: array})
    (raw,) = cases_of(batch, Layout[layout], {"lab": attributes})
    return sorted({item.code for item in raw.faults}) if raw.case is None else _read(raw.case)


def _line(case: Case) -> list[str]:
    return _column(pa.array([json.dumps(case)]), _ATTRIBUTES, "JSON")


def _serialised(case: Case) -> list[str]:
    return _column(pa.array([_message(case).SerializeToString()]), {}, "MESSAGES")


_WAYS: dict[str, Callable[[Case], list[str]]] = {"yaml": _yaml, "json": _json, "grpc": _grpc, "parquet": _row}
_WAYS |= {"lines": _line, "messages in parquet": _serialised}


def _case(**fields: Any) -> Case:
    seized = {"id": "e1", "type": "vehicle_seized", "at": SEIZED}
    return {"id": "c1", "district": "lab", "kind": "enforcement", "events": [seized]} | fields


_REFUSED = [
    ("LNK815", _case(attributes={"score": math.nan})),
    ("LNK815", _case(attributes={"score": math.inf})),
    ("LNK815", _case(attributes={"score": -math.inf})),
    ("LNK103", _case(id="\x1b[31mred")),
    ("LNK103", _case(id="c1\n2 forged")),
    ("LNK103", _case(id="c\t1")),
    ("LNK103", _case(id="c\u200b1")),
    ("LNK103", _case(id="c\u202e1")),
    ("LNK103", _case(kind="enforcement\x00")),
    ("LNK103", _case(events=[{"id": "p]\0events[q", "type": "vehicle_seized", "at": SEIZED}])),
    ("LNK103", _case(categories=["wages\r"])),
    ("LNK103", _case(attributes={"s": "a\x07"})),
    ("LNK103", _case(attributes={"s\x07": "a"})),
    ("LNK813", _case(attributes={"s": "a" * 257})),
    ("LNK806", _case(filed_at="1600-01-01T00:00:00+08:00")),
    ("LNK806", _case(filed_at="2300-01-01T00:00:00+08:00")),
    ("LNK806", _case(attributes={"t": "9999-12-31T23:59:59+08:00"})),
]


@pytest.mark.parametrize("way", _WAYS)
@pytest.mark.parametrize(("code", "case"), _REFUSED, ids=[ascii(case)[-60:] for _, case in _REFUSED])
def test_what_is_refused_is_refused_alike(code: str, case: Case, way: str) -> None:
    assert _WAYS[way](case) == [code]


@pytest.mark.parametrize("way", _WAYS)
def test_what_is_right_is_right(way: str) -> None:
    assert (
        _WAYS[way](_case(id="（2024）粤0103执1号　甲", attributes={"score": 1e308, "n": 2, "s": "a b"})) == []
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4))
def test_any_text_is_taken_or_refused_alike(text: str) -> None:
    case, codes = _case(id=text), ["LNK103"] if forbidden_in_fact(text) else []
    assert _json(case) == _grpc(case) == codes


def _with_unknown(path: str) -> facts_pb2.Case:
    """A case with field 999, of five bytes, in the message at the path."""
    case = case_of(attributes={"n": {"intValue": "1"}}, flags={})
    target: Any = case
    for name in path.split(".")[1:]:
        name, _, key = name.removesuffix("]").partition("[")
        target = getattr(target, name)
        target = target[key if name == "attributes" else int(key)] if key else target
    target.MergeFromString(bytes.fromhex("ba3e0568656c6c6f"))
    return case


@pytest.mark.parametrize(
    "path", ["case", "case.events[0]", "case.events[0].at", "case.flags", "case.attributes[n]"]
)
def test_a_field_that_nobody_knows_is_refused_where_it_stands(path: str) -> None:
    case = _with_unknown(path)
    before = case.SerializeToString()
    assert [(item.at, item.number) for item in foreign_fields(case, "case")] == [(path, 999)]
    assert case.SerializeToString() == before
    with pytest.raises(FactsError) as refused:
        _RULES.reader.read(case, AS_OF)
    assert [(item.field, item.code, item.name) for item in refused.value.violations] == [
        (path, "LNK811", "999")
    ]
