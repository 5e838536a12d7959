"""The fast reader of JSON says what the parser of ``linkage evaluate`` says, or says nothing."""

import orjson
import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import given
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.bulk.case_json import fast_case
from policy.facts.parsing import parse_case
from policy.text.diagnostics import Faults
from policy.text.source import Source
from tests.bulk.conftest import Rules
from tests.bulk.files import line


def slow(text: bytes) -> tuple[facts_pb2.Case, int | None] | None:
    parsed = parse_case(Source("", text.decode()), Faults())
    return None if parsed is None else (parsed.case, parsed.as_of)


def fast(text: bytes) -> tuple[facts_pb2.Case, int | None] | None:
    read = fast_case(text)
    return None if read is None else (facts_pb2.Case(**read.fields), read.as_of)


def test_cases_of_rule_tests_are_read_fast_and_alike(shipped: Rules) -> None:
    for item in shipped.asked[::5]:
        camel = orjson.dumps(MessageToDict(item.case))
        for text in (line(item), camel):
            found = fast(text)
            assert found is not None
            assert found == slow(text)
            assert found[0] == item.case


READ = [
    b'{"id":"c"}',
    b'{"id": "c", "filed_at": "2024-01-01T00:00:00.123456789+08:00"}',
    b'{"id":"c","filedAt":null,"events":[]}',
    b'{"claim_fen":"-12"}',
    b'{"claim_fen":-0}',
    b'{"flags":{}}',
    b'{"attributes":{"a":{"boolValue":true},"b":{"int_value":"5"},"c":null,"d":{}}}',
    '{"id":"（2024）粤0103执1号"}'.encode(),
    b'{"case":{"id":"c"},"as_of":"2024-01-01T00:00:00Z"}',
]
"""Lines that are read fast."""

LEFT = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"3",
    b'{"id":"c"} x',
    b'{"id":"\xff"}',
    b'{"id":"a\\u0041"}',
    b'{"id":"c","id":"d"}',
    b'{"id" :"c","id":"d"}',
    b'{"filed_at":null,"filedAt":"2024-01-01T00:00:00Z"}',
    b'{"flags":{"evasion":true,"evasion":false}}',
    b'{"case":{"id":"c","id":"d"}}',
    b'{"case":{"id":"c"},"case":{"id":"d"}}',
    b'{"case":{"id":"c"},"as_of":null}',
    b'{"case":{"id":"c"},"other":1}',
    b'{"case":null}',
    b'{"name":"c"}',
    b'{"id":3}',
    b'{"id":true}',
    b'{"id":["c"]}',
    b'{"categories":"debt"}',
    b'{"categories":[null]}',
    b'{"claim_fen":1.0}',
    b'{"claim_fen":true}',
    b'{"claim_fen":9223372036854775808}',
    b'{"claim_fen":"9223372036854775808"}',
    b'{"claim_fen":"007"}',
    b'{"flags":{"evasion":1}}',
    b'{"flags":[]}',
    b'{"events":{}}',
    b'{"events":[null]}',
    b'{"events":[[]]}',
    b'{"filed_at":"2024-01-01"}',
    b'{"filed_at":5}',
    b'{"filed_at":"2024-01-01T00:00:00"}',
    b'{"attributes":{"a":true}}',
    b'{"attributes":{"a":{"boolValue":true,"intValue":1}}}',
    b'{"attributes":{"a":{"doubleValue":1}}}',
    b'{"attributes":[]}',
    b'{"id":"\xe2\x80\xaec"}',
    b'{"id":\t"c"}',
]
"""Lines that are left to the parser, which refuses some of them."""


@pytest.mark.parametrize("text", READ, ids=lambda text: text.decode("utf-8", "replace"))
def test_what_is_read_is_what_the_parser_reads(text: bytes) -> None:
    found = fast(text)
    assert found is not None
    assert found == slow(text)


@pytest.mark.parametrize("text", LEFT, ids=lambda text: text.decode("utf-8", "replace"))
def test_what_is_not_certain_is_left_to_the_parser(text: bytes) -> None:
    assert fast_case(text) is None


NAMES = [
    "id",
    "filed_at",
    "filedAt",
    "events",
    "flags",
    "evasion",
    "claim_fen",
    "categories",
    "at",
    "type",
    "x",
]
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**65), 2**65),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(
            ["", "c", "12", "-0", "2024-01-01T00:00:00Z", "null", "a\u00adb", "a b", "\u3000", '"', "\\"]
        ),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5), st.booleans())
def test_any_line(fields: dict[str, object], spaced: bool) -> None:
    import json

    text = json.dumps(fields, ensure_ascii=False, separators=(", ", ": ") if spaced else (",", ":"))
    found = fast(text.encode())
    assert found is None or found == slow(text.encode())
