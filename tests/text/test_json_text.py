"""JSON: what the standard parser reads, with every value at its place; what it refuses, with a code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policy.text.characters import forbidden_in_file
from policy.text.diagnostics import Faults, render
from policy.text.json_text import is_json, parse_json
from policy.text.nodes import Mapping, Node, Scalar, Sequence
from policy.text.source import Source


def read(text: str) -> tuple[Node | None, list[str]]:
    faults = Faults()
    node = parse_json(Source("case.json", text), faults)
    return node, [item.code for item in faults]


def plain(node: Node | None) -> Any:
    """The value of a tree as the standard parser gives it; each node's place holds what it stands for."""
    if isinstance(node, Mapping):
        for key, _ in node.entries:
            assert json.loads(key.span.snippet) == key.text
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    if node.style == "double":
        assert json.loads(node.span.snippet) == node.text
        return node.text
    assert node.span.snippet == node.text
    return json.loads(node.text)


def strings(value: Any) -> Iterator[str]:
    """Every text in a value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


_texts = st.one_of(st.text(max_size=6), st.sampled_from(["查扣", "😀", '"', "\\", "a\tb", "\u2028", "/"]))
_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), _texts
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts.filter(bool), inner, max_size=3),
    max_leaves=10,
)
_spaces = st.text(" \t\n", max_size=3)


@st.composite
def _written(draw: st.DrawFn) -> str:
    """A value as JSON, with white space between any two tokens."""
    ascii_only = draw(st.booleans())

    def token(text: str) -> str:
        return draw(_spaces) + text + draw(_spaces)

    def write(value: Any) -> str:
        if isinstance(value, dict):
            items = [token(json.dumps(k, ensure_ascii=ascii_only)) + ":" + write(v) for k, v in value.items()]
            return token("{" + ",".join(items) + "}")
        if isinstance(value, list):
            return token("[" + ",".join(map(write, value)) + "]")
        return token(json.dumps(value, ensure_ascii=ascii_only))

    return write(draw(_values))


@given(_written())
@example('{"id"\n:\n"c1"}')
@example('"\\ud83d\\ude00"')
def test_what_the_standard_parser_reads(text: str) -> None:
    node, codes = read(text)
    value = json.loads(text)
    if forbidden_in_file(text) or any(map(forbidden_in_file, strings(value))):
        assert set(codes) == {"LNK103"}
    else:
        assert codes == []
        assert plain(node) == value


_near_misses = st.text('{}[]",:\\ \n\tu012-.eE+truefalsn', max_size=14)


@given(_near_misses)
@example("01")
@example("1.")
@example("[1,]")
@example("truex")
@example('{"a":1,}')
@example('"\\ud83d"')
def test_it_accepts_what_the_standard_parser_accepts(text: str) -> None:
    node, codes = read(text)
    try:
        value = json.loads(text)
    except ValueError:
        assert node is None
        assert codes
        return
    assert set(codes) <= {"LNK103", "LNK113", "LNK119"}
    if not codes:
        assert plain(node) == value


_PLACES = [
    ("", "LNK112", "case.json"),
    (" \n ", "LNK112", "case.json"),
    ('{"a": 1} x', "LNK110", "case.json:1:10"),
    ("{'a': 1}", "LNK110", "case.json:1:2"),
    ('{"a" 1}', "LNK110", "case.json:1:6"),
    ('{"a": }', "LNK110", "case.json:1:7"),
    ('{"a": 1\n "b": 2}', "LNK110", "case.json:2:2"),
    ('{"a": 1,\n}', "LNK110", "case.json:1:8"),
    ("[1 2]", "LNK110", "case.json:1:4"),
    ("[1,]", "LNK110", "case.json:1:3"),
    ("[", "LNK110", "case.json:1:2"),
    ('["a', "LNK110", "case.json:1:2"),
    ('["a\tb"]', "LNK110", "case.json:1:4"),
    (r'["\x41"]', "LNK110", "case.json:1:3"),
    (r'["\u00"]', "LNK110", "case.json:1:4"),
    ("[01]", "LNK110", "case.json:1:2"),
    ("[abc]", "LNK110", "case.json:1:2"),
    ('{"a"："b"}', "LNK111", "case.json:1:5"),
    ('{"a": 1，"b": 2}', "LNK111", "case.json:1:8"),
    ('{"a": 1,\n "a": 2}', "LNK113", "case.json:2:2"),
    ('{"": 1}', "LNK119", "case.json:1:2"),
    ("[" * 65 + "]" * 65, "LNK120", "case.json:1:65"),
    ('["\u200b"]', "LNK103", "case.json:1:3"),
    (r'["\u200b"]', "LNK103", "case.json:1:2"),
    (r'["\ud83d"]', "LNK103", "case.json:1:2"),
]


@pytest.mark.parametrize(("text", "code", "place"), _PLACES, ids=[repr(text)[:30] for text, _, _ in _PLACES])
def test_what_is_wrong_and_where(text: str, code: str, place: str) -> None:
    faults = Faults()
    parse_json(Source("case.json", text), faults)
    assert [(item.code, str(item.span)) for item in faults] == [(code, place)]
    assert all(render(item, lang) for item in faults for lang in ("zh", "en"))


def test_limits_of_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy.text.json_text.MAX_YAML_NODES", 5)
    assert read("[1,2,3,4]") == (read("[1,2,3,4]")[0], [])
    assert read("[1,2,3,4,5]") == (None, ["LNK121"])


def test_what_is_no_number_is_a_word() -> None:
    node, codes = read('{"a": NaN, "b": -Infinity}')
    assert codes == []
    assert isinstance(node, Mapping)
    assert [value.text for _, value in node.entries if isinstance(value, Scalar)] == ["NaN", "-Infinity"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a"\n: 1}', True),
        (" [1]", True),
        ("{a: 1}", False),
        ("a: 1", False),
        ("[" * 100_000, False),
        ("", False),
    ],
)
def test_whether_a_text_is_json(text: str, found: bool) -> None:
    assert is_json(text) is found
