"""YAML nodes: every value knows its place, and an expression knows the place of each character."""

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policy.text import nodes
from policy.text.diagnostics import Faults
from policy.text.nodes import Mapping, Node, Scalar, Sequence, expression_offsets, parse
from policy.text.source import Source

# What an author could type into an expression.
EXPRESSION = st.text(st.sampled_from(" abz.==&&()\"'\\/查扣😀_\t"), min_size=1, max_size=40)


def tree(text: str) -> Node:
    faults = Faults()
    found = parse(Source("a.yaml", text), faults)
    assert found is not None, [item.code for item in faults]
    assert not len(faults)
    return found


def scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    elif isinstance(node, Mapping):
        for key, value in node.entries:
            yield key
            yield from scalars(value)


def value(text: str) -> Scalar:
    found = tree(text)
    assert isinstance(found, Mapping)
    last = found.entries[-1][1]
    assert isinstance(last, Scalar)
    return last


def pointed(node: Scalar) -> str:
    """What stands in the file where the characters of the expression are said to be."""
    placed = expression_offsets(node)
    assert placed is not None
    assert len(placed[0]) == len(placed[1])
    return "".join(node.span.source.text[offset] for offset in placed[1])


def test_scalars_are_the_text_that_was_written() -> None:
    text = "a: no\nb: 010\nc: 2017-09-19\nd: 1e3\ne: ~\non: yes\n"
    assert [scalar.text for scalar in scalars(tree(text))] == [
        *("a", "no", "b", "010", "c", "2017-09-19", "d", "1e3", "e", "~", "on", "yes")
    ]


def test_spans_are_exact_after_wide_characters_and_comments() -> None:
    text = "# 说明😀\n标题: 查扣 车辆  # 注\n😀: {甲: \"乙\", 丙: [丁, '戊']}\n"
    found = {scalar.text: scalar.span for scalar in scalars(tree(text))}
    assert found["查扣 车辆"].snippet == "查扣 车辆"
    assert found["乙"].snippet == '"乙"'
    assert found["戊"].snippet == "'戊'"
    assert (found["丁"].line, found["丁"].column) == (3, 17)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("x: a == 1", "a == 1"),
        ("x: 'it''s'", "it's"),
        (r'x: "a == \"\u4e2d\" \x41"', 'a == "中" A'),
        ("x: |\n  a == 1\n    && b\n", "a == 1\n  && b"),
        ("x: |2-\n\n    a\n   b", "\n  a\n b"),
        ("x: |+\n  a\n\n\n", "a"),
        ("x:\n  y:\n", None),
    ],
)
def test_expressions_keep_their_text(text: str, expression: str | None) -> None:
    if expression is None:
        assert isinstance(tree(text), Mapping)
        return
    placed = expression_offsets(value(text))
    assert placed is not None
    assert placed[0] == expression


def test_an_escape_points_to_its_first_character() -> None:
    assert pointed(value(r'x: "a \"b\" \u4e2d"')) == r"a \b\ " + "\\"
    assert pointed(value("x: 'it''s'")) == "it's"


@pytest.mark.parametrize("text", ["x: >\n  a\n  b\n", "x: a\n  b", "x: 'a\n  b'", 'x: "a\n  b"'])
def test_text_over_several_lines_has_no_places(text: str) -> None:
    assert expression_offsets(value(text)) is None


@given(EXPRESSION, st.integers(1, 6), st.sampled_from(["", "# 注\n", "前: 甲\n"]))
def test_a_literal_block_points_to_itself(line: str, indent: int, before: str) -> None:
    lines = [line, "", "b" + line]
    block = "".join(f"{' ' * indent}{part}\n" for part in lines)
    if line.strip(" \t") == "" or line[0] in " \t":
        return
    node = value(f"{before}x: |\n{block}")
    assert node.text == "\n".join(lines) + "\n"
    assert pointed(node) == "\n".join(lines)


@given(EXPRESSION)
def test_quoted_text_has_one_place_for_each_character(line: str) -> None:
    single = value("x: '" + line.replace("'", "''") + "'")
    assert single.text == line
    assert pointed(single) == line
    double = value('x: "' + line.replace("\\", "\\\\").replace('"', '\\"') + '"')
    assert double.text == line
    assert pointed(double) == line.replace('"', "\\")


@given(
    st.recursive(
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0x9FFF, exclude_categories=["C", "Z"])),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text("abc中", min_size=1), inner, max_size=4)
        ),
        max_leaves=20,
    ),
    st.booleans(),
)
def test_what_is_dumped_is_read_back(data: object, flow: bool) -> None:
    text = yaml.safe_dump({"top": data}, allow_unicode=True, default_flow_style=flow, width=10_000)
    found = tree(text)

    def plain(node: Node) -> object:
        if isinstance(node, Mapping):
            return {key.text: plain(item) for key, item in node.entries}
        if isinstance(node, Sequence):
            return [plain(item) for item in node.items]
        assert isinstance(node, Scalar)
        assert node.style != "plain" or node.span.snippet == node.text
        return node.text

    assert plain(found) == {"top": data}


def test_the_python_parser_gives_the_same_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: {b: [1, '二', \"\\u4e09\"]}\nc: |\n  d\n  e\nf: 甲 乙 # 注\n"
    fast = tree(text)
    monkeypatch.setattr(nodes, "_LOADER", yaml.SafeLoader)
    assert tree(text) == fast
