"""The sources folder: what is read is what was attached, or nothing; an attachment is whole or not made."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.documents.cut import cut
from policy.documents.sources import NO_SOURCES, attach, read_sources
from policy.documents.sources.folder import _safe
from policy.pack import load_rules
from policy.pack.model import Pack
from policy.text.diagnostics import Faults
from tests.documents.failing import failing_calls


@pytest.fixture(scope="module")
def pack(rules: Path) -> Pack:
    return load_rules(rules).districts["xitang"][0]


def read(folder: Path, pack: Pack) -> tuple[str, list[str]]:
    """The quote of article 2, and the codes of what is wrong."""
    faults = Faults()
    return read_sources(folder, [pack], faults).quote(pack, "2"), [item.code for item in faults]


QUOTE = "第二条　交警部门查扣被执行车辆后，应当在24小时内告知区法院。"


def test_what_was_attached_is_quoted_verbatim(tmp_path: Path, pack: Pack, official: str) -> None:
    attach(tmp_path, pack, official, cut(official))
    found = read_sources(tmp_path, [pack], Faults())
    assert found.attached(pack)
    assert found.quote(pack, "2") == QUOTE
    assert found.quote(pack, "no such clause") == ""
    assert not NO_SOURCES.attached(pack)
    assert NO_SOURCES.quote(pack, "2") == ""


def test_a_clause_that_differs_is_not_quoted(tmp_path: Path, pack: Pack, official: str) -> None:
    changed = official.replace("24小时", "48小时")
    attach(tmp_path, pack, changed, cut(changed))
    found = read_sources(tmp_path, [pack], Faults())
    assert found.quote(pack, "2") == ""
    assert found.quote(pack, "3").startswith("第三条")
    assert [item.clause for item in found.comparisons["xitang", "2024"].stale] == ["2"]


def test_attaching_again_replaces_and_leaves_nothing_behind(
    tmp_path: Path, pack: Pack, official: str
) -> None:
    first = attach(tmp_path, pack, "一、甲。", cut("一、甲。"))
    second = attach(tmp_path, pack, official, cut(official))
    assert sorted(path.name for path in (tmp_path / "xitang").iterdir()) == [second.name, "2024.json"]
    assert first != second
    assert read(tmp_path, pack) == (QUOTE, [])


def test_a_folder_that_does_not_exist_is_empty(tmp_path: Path, pack: Pack) -> None:
    assert read(tmp_path / "none", pack) == ("", [])


def _manifest(**changes: Any) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        path = home / "2024.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return change


def _text(home: Path) -> Path:
    return next(home.glob("*.txt"))


def _folder_in_its_place(home: Path) -> None:
    (home / "2024.json").unlink()
    (home / "2024.json").mkdir()


def _dangling_link(home: Path) -> None:
    (home / "2024.json").unlink()
    (home / "2024.json").symlink_to("none")


DAMAGE: dict[str, Callable[[Path], Any]] = {
    "edited": lambda home: _text(home).write_text("第二条　改过了。"),
    "cut short": lambda home: _text(home).write_bytes(_text(home).read_bytes()[:50]),
    "no text": lambda home: os.remove(_text(home)),
    "a folder": _folder_in_its_place,
    "no JSON": lambda home: (home / "2024.json").write_text("{"),
    "deep JSON": lambda home: (home / "2024.json").write_text("[" * 100_000),
    "a list": lambda home: (home / "2024.json").write_text("[]"),
    "another format": _manifest(format=2),
    "another district": _manifest(district="other"),
    "a path": _manifest(text="../../secret.000000000000.txt"),
    "no name": _manifest(text=None),
    "a dangling link": _dangling_link,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_not_what_was_attached_is_a_warning_and_quotes_nothing(
    damage: str, tmp_path: Path, pack: Pack, official: str
) -> None:
    attach(tmp_path, pack, official, cut(official))
    DAMAGE[damage](tmp_path / "xitang")
    assert read(tmp_path, pack) == ("", ["LNK936"])


def test_an_attachment_is_whole_or_not_made(
    tmp_path: Path, pack: Pack, official: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever call fails, and however the program dies, the document before is still there and quoted."""
    revised = official.replace("24小时", "48小时")
    quotes = []
    for attempt in failing_calls(monkeypatch):
        attach(tmp_path, pack, official, cut(official))
        with attempt:
            attach(tmp_path, pack, revised, cut(revised))
        quote, codes = read(tmp_path, pack)
        assert codes == ([] if quote else ["LNK574"])  # the revised one differs from the register
        quotes.append(quote)
    assert set(quotes) == {QUOTE, ""}


@given(st.text(min_size=1, max_size=64), st.text(min_size=1, max_size=64))
def test_versions_are_file_names_of_their_own(one: str, other: str) -> None:
    try:
        name, second = _safe(one), _safe(other)
    except UnicodeEncodeError:
        return
    assert not set(name) & set('/\\\x00:*?"<>|')
    assert not name.startswith(".")
    assert (name == second) == (one == other)


def test_the_sources_folder_is_not_part_of_the_repository(repo_root: Path) -> None:
    assert "/sources/" in (repo_root / ".gitignore").read_text().split()


def test_reading_writes_nothing(tmp_path: Path, pack: Pack, official: str) -> None:
    attach(tmp_path, pack, official, cut(official))
    before = {path: os.stat(path).st_mtime_ns for path in tmp_path.rglob("*")}
    read(tmp_path, pack)
    assert {path: os.stat(path).st_mtime_ns for path in tmp_path.rglob("*")} == before
