"""Whatever a file holds: coded faults or rules, never another exception, and messages in both languages."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.pack import rules_of
from policy.pack.folder import Files, read_folder
from policy.text.diagnostics import Faults, render, to_dict
from policy.text.source import Source, SourceError, decode

NAMES = ("vocabulary.yaml", "calendar/2027.yaml", "demo/pack.yaml", "demo/duties/police.yaml")
# Pieces that mean something to YAML, to the format or to expressions.
WORDS = """
{ } [ ] : - | > # & * ! ? ~ &a *a !!int <<: null true ： ， “ 中 😀 -1 1e999 2017-02-30 十日 case breaches
case.events param.x x( demo demo. .. expr party within word every on by basis provenance form match id
FREQ= FREQ=YEARLY;BYMONTHDAY=99
"""
PIECES = (
    *WORDS.split(),
    *("'", '"', "''", '"\\', "\\u202e", "\t", "\n", "\n  ", ": ", "- ", "? ", "|2-\n", "---\n", "...\n"),
    *("%YAML 9\n", "0 hours", "\x00", "\u0085", "\u2028", "\ud800", "9" * 400, "a" * 200),
)


@pytest.fixture(scope="module")
def files(good: Path) -> Files:
    found = read_folder(good, Faults())
    assert found is not None
    return found


def check(files: Files) -> None:
    faults = Faults()
    found = rules_of(files, faults)
    assert (found is None) == faults.errors
    for item in faults:
        for lang in ("zh", "en"):
            assert render(item, lang).encode()
            assert to_dict(item, lang)["message"]


@st.composite
def mutations(draw: st.DrawFn, text: str) -> str:
    """``text`` with a few pieces put in, cut out or put in place of others."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 1, 2, 8, 60])))
        text = text[:start] + draw(st.sampled_from(PIECES)) + text[end:]
    return text


@settings(max_examples=150)
@given(data=st.data())
def test_any_mutation_of_a_good_file(data: st.DataObject, files: Files) -> None:
    name = data.draw(st.sampled_from(NAMES))
    source = files[name]
    assert source is not None
    check({**files, name: Source(name, data.draw(mutations(source.text)))})


@settings(max_examples=150)
@given(data=st.data())
def test_any_line_in_place_of_another(data: st.DataObject, files: Files) -> None:
    """Values of the right form in the wrong place."""
    name = data.draw(st.sampled_from(NAMES))
    source = files[name]
    assert source is not None
    lines = source.text.split("\n")
    first, second = data.draw(st.tuples(*[st.integers(0, len(lines) - 1)] * 2))
    lines[first] = lines[second]
    check({**files, name: Source(name, "\n".join(lines))})


VALUES = st.recursive(
    st.sampled_from(
        ["a", "court", "demo.x", "case.events", "24 hours", "null", "5", "true", "'1'", "demo", "event"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
        | st.dictionaries(
            st.sampled_from(["expr", "id", "zh", "value", "x", "event"]), inner, max_size=3
        ).map(lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}")
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(data=st.data())
def test_any_value_for_any_key(data: st.DataObject, files: Files) -> None:
    name = data.draw(st.sampled_from(NAMES))
    source = files[name]
    assert source is not None
    lines = source.text.split("\n")
    number = data.draw(st.sampled_from([n for n, line in enumerate(lines) if ": " in line]))
    key = lines[number].partition(": ")[0]
    lines[number] = f"{key}: {data.draw(VALUES)}"
    check({**files, name: Source(name, "\n".join(lines))})


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    try:
        source = decode("demo/pack.yaml", data)
    except SourceError:
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")
    else:
        check({"vocabulary.yaml": source, "demo/pack.yaml": source, "calendar/x.yaml": source})


@given(
    st.dictionaries(st.text("ab/.", max_size=8).map(lambda name: f"{name}pack.yaml"), st.none(), max_size=6)
)
def test_any_names_of_files_that_could_not_be_read(names: dict[str, None]) -> None:
    check(names)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "a: &a [*a, *a]\n" * 1000,
        "x: " + "'" * 100_000,
        "x: |\n" + " " * 1_000_000,
        "k: v\n" * 100_000,
        "x: " + "a " * 500_000,
        "!" * 100_000,
        "#" * 1_000_000 + "\na: 1",
    ],
)
def test_text_that_is_meant_to_hang_a_parser(text: str) -> None:
    check({"vocabulary.yaml": Source("vocabulary.yaml", text)})
