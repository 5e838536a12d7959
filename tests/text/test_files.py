"""Whole files or none, whatever fails."""

from pathlib import Path

import pytest

from policy.text.files import write_folder, write_whole
from tests.documents.failing import failing_calls


def test_a_file_is_replaced_whole_or_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    seen = set()
    for attempt in failing_calls(monkeypatch):
        path.write_bytes(b"before")
        with attempt:
            write_whole(path, b"after")
        seen.add(path.read_bytes())
        assert [found for found in tmp_path.iterdir() if not found.name.startswith(".")] == [path]
    assert seen == {b"before", b"after"}


def test_a_file_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    path, link = tmp_path / "a.yaml", tmp_path / "b.yaml"
    path.write_bytes(b"before")
    path.chmod(0o640)
    link.symlink_to(path)
    write_whole(link, b"after")
    assert (path.read_bytes(), path.stat().st_mode & 0o777, link.is_symlink()) == (b"after", 0o640, True)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]


def test_a_folder_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, attempts = 0, 0
    for attempt in failing_calls(monkeypatch):
        attempts += 1
        target = tmp_path / str(attempts) / "new"
        with attempt:
            write_folder(target, {"a.yaml": b"1", "b.yaml": b"2"})
        if target.exists():
            made += 1
            assert {path.name: path.read_bytes() for path in target.iterdir()} == {
                "a.yaml": b"1",
                "b.yaml": b"2",
            }
    assert 0 < made < attempts


def test_a_disk_that_fills_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="File name too long"):
        write_folder(tmp_path / "new", {"a.yaml": b"1", "b" * 300: b"2"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", ["file", "folder", "link"])
def test_nothing_is_overwritten(there: str, tmp_path: Path) -> None:
    target = tmp_path / "new"
    if there == "file":
        target.write_text("mine")
    elif there == "folder":
        target.mkdir()
    else:
        target.symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        write_folder(target, {"a.yaml": b"1"})
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
