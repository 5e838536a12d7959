"""What is shown of any text: one line, nothing that steers a terminal, and nothing lost."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policy.text.characters import (
    forbidden_in_fact,
    forbidden_in_file,
    printable,
    printable_json,
    printable_lines,
)
from policy.text.terminal import show


@given(st.text())
@example("\x1b[31mred\n\rx\x9b31m\u202e\u200b")
def test_nothing_forbidden_is_left(text: str) -> None:
    assert forbidden_in_fact(printable(text)) is None
    lines = printable_lines(text).split("\n")
    assert [line for line in lines if forbidden_in_fact(line)] == []
    assert len(lines) == 1 + text.count("\n")


@given(st.text())
def test_what_may_stand_stays(text: str) -> None:
    if forbidden_in_fact(text) is None:
        assert printable(text) == printable_lines(text) == text


@given(st.text())
def test_json_means_the_same(text: str) -> None:
    written = json.dumps({text: text}, ensure_ascii=False, indent=2)
    shown = printable_json(written)
    assert json.loads(shown) == json.loads(written)
    assert forbidden_in_file(shown) is None


@pytest.mark.parametrize("text", ["（2024）粤0103执1号　甲", "𠮷", "\U00031350", "é\u0301", "\ue000"])
def test_rare_characters_are_not_escaped(text: str) -> None:
    assert printable(text) == text


def test_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    show("a\x1b[31m\nb\r")
    show("c\u202e", stream=sys.stderr)
    out, err = capsys.readouterr()
    assert (out, err) == ("a\\x1b[31m\nb\\r\n", "c\\u202e\n")
