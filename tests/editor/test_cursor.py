"""Where the cursor stands in what is half typed; ``|`` is the cursor."""

import pytest

from policy.editor.cursor import cursor

PLACES = {
    "|": ((), "", ""),
    "a: 1\n|": ((), "", ""),
    "a:\n  - b: 1\n    c|": (("a", "-"), "", "c"),
    "a:\n  - b: 1\n    c: x|": (("a", "-"), "c", "x"),
    "a:\n  - |": (("a", "-"), "", ""),
    "a:\n- b: 1\n  c|": (("a", "-"), "", "c"),
    "a:\n  - b:\n      - c: 1\n  - d|": (("a", "-"), "", "d"),
    "a:\n  b:\n    c:\n      - x\n    d|": (("a", "b"), "", "d"),
    'a:\n  - b: 1\n    c: ["|': (("a", "-", "c", "-"), "", ""),
    'a:\n  - c: ["1", |': (("a", "-", "c", "-"), "", ""),
    "a:\n  - c: {d: [e,\n      f|": (("a", "-", "c", "d", "-"), "", "f"),
    "a: {b: {c: 1}, d|": (("a",), "", "d"),
    "a: {b: {c: 1}, d: [x, {y|": (("a", "d", "-"), "", "y"),
    "a:\n  - {expr: 'x.|": (("a", "-"), "expr", "x."),
    'a:\n  - expr: x.y == "|': (("a", "-"), "expr", ""),
    "a:\n  # b: 1\n\n  c|": (("a",), "", "c"),
    "a:\n  b: 查|": (("a",), "b", "查"),
}


@pytest.mark.parametrize("text", PLACES)
def test_the_place(text: str) -> None:
    found = cursor(text.replace("|", ""), text.index("|"))
    assert (found.path, found.key, found.word) == PLACES[text]


def test_no_text_ends_it() -> None:
    """Whatever is typed so far has a place."""
    text = "a: {b: [}]\n  - ]: '\"\n\t- x: |\n   {{[\n"
    for offset in range(len(text) + 1):
        assert isinstance(cursor(text, offset).path, tuple)
