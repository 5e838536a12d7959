"""Changes of files are told once nothing more comes, whatever the editor does in between."""

from itertools import chain, islice, repeat
from pathlib import Path

from policy.cli.watching import Stamps, changes, stamps

A, B, C = {"a.yaml": (1, 1)}, {"a.yaml": (2, 1)}, {"b.yaml": (3, 1)}


def told(seen: list[Stamps], count: int) -> list[tuple[str, ...]]:
    looks = chain(seen, repeat(seen[-1]))
    return list(islice(changes(Path(), lambda _: next(looks), lambda _: None), count))


def test_a_change_is_told_once_it_is_over() -> None:
    assert told([A, A, B, {}, {}, C, C, C, A, A], 3) == [("a.yaml",), ("b.yaml",), ("a.yaml", "b.yaml")]


def test_saved_anew_as_it_was_is_no_change() -> None:
    assert told([A, B, A, A, C, C], 1) == [("a.yaml", "b.yaml")]


def test_what_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    for name in ("x/a.yaml", "x/.b.yaml", "c.txt"):
        (tmp_path / name).write_text("a", encoding="utf-8")
    assert list(stamps(tmp_path)) == [str(Path("x/a.yaml"))]
