"""The canonical form: what it looks like, that it is one, and that nothing that is said changes by it."""

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.cli import app, run
from policy.editor.formatting import formatted
from policy.pack import rules_of
from policy.pack.folder import read_folder
from policy.text.diagnostics import Faults
from policy.text.source import Source, Span
from tests.loading import FIXTURES, FORMS


def fmt(text: str) -> str | None:
    return formatted(Source("file.yaml", text), Faults())


EXAMPLES = {
    "lists stand within their keys": ("a:\n- b: 1\n  c: 2\n- d\n", "a:\n  - b: 1\n    c: 2\n  - d\n"),
    "two spaces a level": ("a:\n    b:\n        c: 1\n", "a:\n  b:\n    c: 1\n"),
    "one space after a dash": ("-   a: 1\n    b: 2\n", "- a: 1\n  b: 2\n"),
    "within brackets": ("a: { x:  1 ,y: [ 2,3 ] , z: {} }\n", "a: {x: 1, y: [2, 3], z: {}}\n"),
    "a list over lines keeps them": ("a:  [b,\n     c]\n", "a: [b,\n    c]\n"),
    "a list that begins on the next line": ("a:\n      [b,\n       c,\n      ]\n", "a:\n  [b,\n   c,\n  ]\n"),
    "a block of text": (
        "a:\n    b: |\n          x\n            y\n\n          z\n",
        "a:\n  b: |\n    x\n      y\n\n    z\n",
    ),
    "a block that keeps its end": ("a: |+\n    x\n\nb: 1\n", "a: |+\n  x\n\nb: 1\n"),
    "a text over lines": ('a:\n     b: "x\n        y"\n', 'a:\n  b: "x\n     y"\n'),
    "comments of a line": ("a: 1      # why\nb: 2 # so\n", "a: 1      # why\nb: 2 # so\n"),
    "comments by themselves": (
        "a:\n    # of b\n    b: 1\n# of c\nc: 2\n  # end\n",
        "a:\n  # of b\n  b: 1\n# of c\nc: 2\n# end\n",
    ),
    "blank lines": ("\n\na: 1\n\n\n\nb: 2  \n\n\n", "a: 1\n\nb: 2\n"),
    "a comment at the top": ("# top\n\n\na: 1", "# top\n\na: 1\n"),
    "quotes stay": ("a: 'x'\nb: \"y\"\nc: z\n'd' : 1\n", "a: 'x'\nb: \"y\"\nc: z\n'd': 1\n"),
    "nothing after a colon": ("a: {b: , c: 1}\nd:\n", "a: {b: , c: 1}\nd:\n"),
    "lists of lists": ("a:\n-   - b\n    - c\n", "a:\n  - - b\n    - c\n"),
    "a comment between dash and key": ("a:\n-\n    b: 1\n", "a:\n  -\n    b: 1\n"),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_form(name: str) -> None:
    text, canonical = EXAMPLES[name]
    assert fmt(text) == canonical
    assert fmt(canonical) == canonical


def test_shipped_rules_are_in_it(rules_dir: Path) -> None:
    for name, source in (read_folder(rules_dir, Faults()) or {}).items():
        assert source is not None
        assert formatted(source, Faults()) == source.text, name


WORDS = st.sampled_from(
    ["a", "b", "x y", "区公安分局", "a: b", "1", "true", "", "- x", "# no", "l1\nl2\n", "it's", "a #b"]
)
TREES = st.recursive(
    WORDS | st.integers(0, 9) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from("abcd"), TREES, min_size=1, max_size=3),
    st.integers(2, 9),
    st.sampled_from([None, False, True]),
    st.sampled_from([None, "'", '"', "|"]),
    st.integers(20, 80),
    st.integers(0, 5),
)
def test_whatever_is_written_is_said_as_before(
    tree: dict[str, Any], indent: int, flow: bool | None, style: str | None, width: int, every: int
) -> None:
    written = yaml.dump(
        tree, indent=indent, default_flow_style=flow, default_style=style, width=width, allow_unicode=True
    )
    if every and style != "|" and not any(mark in written for mark in "'\""):
        written = "\n".join(
            line + (f"   # {number}" if line and number % (every + 1) == 0 else "")
            for number, line in enumerate(written.split("\n"))
        )
    faults = Faults()
    text = formatted(Source("file.yaml", written), faults)
    if text is None:
        assert faults.errors
        return
    assert yaml.safe_load(text) == yaml.safe_load(written)
    assert formatted(Source("file.yaml", text), Faults()) == text


def placeless(value: Any) -> Any:
    """A pack without places and the digest of its texts."""
    if isinstance(value, Span):
        return None
    if is_dataclass(value):
        left_out = {"digest", "offsets"}
        return [(f.name, placeless(getattr(value, f.name))) for f in fields(value) if f.name not in left_out]
    if isinstance(value, tuple | list):
        return [placeless(item) for item in value]
    if hasattr(value, "items"):
        return {key: placeless(item) for key, item in value.items()}
    return value


def crooked(text: str) -> str:
    """The text moved to the right, with more blank lines: it says the same."""
    return "\n".join(f"   {line}" if line else "\n" for line in text.split("\n"))


@pytest.mark.parametrize("folder", [FIXTURES, FORMS], ids=lambda folder: str(folder.name))
def test_packs_are_the_same_before_and_after(folder: Path) -> None:
    files = {name: source for name, source in (read_folder(folder, Faults()) or {}).items() if source}
    moved = {name: Source(name, crooked(source.text)) for name, source in files.items()}
    mended = {name: Source(name, formatted(source, Faults()) or "") for name, source in moved.items()}
    assert {name: source.text for name, source in mended.items()} == {n: s.text for n, s in files.items()}
    before, after = rules_of(moved, Faults()), rules_of(mended, Faults())
    assert before is not None
    assert after is not None
    assert placeless(before.packs) == placeless(after.packs)
    assert before.vocabulary.digest == after.vocabulary.digest


def test_the_command_writes_what_is_not_in_it_and_leaves_faults_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, crooked_one, broken = (tmp_path / name for name in ("a.yaml", "b.yaml", "c.yaml"))
    good.write_text("a: 1\n")
    crooked_one.write_bytes("\ufeffa:\r\n- 1 # 一\r\n".encode())
    broken.write_text("a: [1\n")
    (tmp_path / "0.yaml").write_bytes(b"a: \xff\n")
    times = good.stat().st_mtime_ns
    assert run(app, ["fmt", "--check", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert "LNK322" in shown.out + shown.err
    assert crooked_one.read_bytes().startswith(b"\xef\xbb\xbf")
    assert run(app, ["fmt", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert "LNK321" in shown.out + shown.err
    assert crooked_one.read_text(encoding="utf-8") == "a:\n  - 1 # 一\n"
    assert broken.read_text() == "a: [1\n"
    assert good.stat().st_mtime_ns == times
    assert (tmp_path / "0.yaml").read_bytes() == b"a: \xff\n"
    assert "LNK101" in shown.out + shown.err
    (tmp_path / "0.yaml").unlink()
    broken.unlink()
    assert run(app, ["fmt", "--check", str(tmp_path)]) == 0
    assert run(app, ["fmt", str(tmp_path / "missing.yaml")]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]


def test_what_would_read_otherwise_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy.editor.formatting.laid_out", lambda text: text.replace("1", "2"))
    faults = Faults()
    assert formatted(Source("file.yaml", "a: 1\n"), faults) is None
    assert [item.code for item in faults] == ["LNK320"]
