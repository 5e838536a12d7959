"""Texts with positions."""

from pathlib import Path

import pytest

from policy.text.source import MAX_FILE_BYTES, Source, SourceError, Span, decode, read_source, whole


def test_lines_and_columns_count_code_points_from_one() -> None:
    source = Source("a.yaml", "标题: 甲\n\n😀k: 乙")
    assert source.position(0) == (1, 1)
    assert source.position(4) == (1, 5)
    assert source.position(6) == (2, 1)
    assert source.position(source.text.index("乙")) == (3, 5)
    assert [source.line_text(n) for n in range(5)] == ["", "标题: 甲", "", "😀k: 乙", ""]


def test_a_span_gives_its_text_and_its_place() -> None:
    span = Span(Source("a/b.yaml", "x: 1\ny: 二三\n"), 8, 10)
    assert (span.line, span.column, span.snippet, str(span)) == (2, 4, "二三", "a/b.yaml:2:4")
    assert str(whole("a/b.yaml")) == "a/b.yaml"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_byte_order_mark_and_line_ends_do_not_move_columns(mark: str, ends: str) -> None:
    source = decode("a.yaml", f"{mark}甲: 1{ends}  乙: 2{ends}".encode())
    assert source.text == "甲: 1\n  乙: 2\n"
    assert source.position(source.text.index("乙")) == (2, 3)


def test_what_is_not_utf_8_is_refused_with_its_line() -> None:
    with pytest.raises(SourceError) as caught:
        decode("a.yaml", "甲: 1\n".encode() + "乙".encode("gbk"))
    assert (caught.value.code, caught.value.details) == ("LNK101", {"line": "2", "byte": "0xD2"})


def test_a_file_is_read_up_to_the_limit_and_not_beyond(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"#" * MAX_FILE_BYTES)
    assert len(read_source(path, "a.yaml").text) == MAX_FILE_BYTES
    path.write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    with pytest.raises(SourceError) as caught:
        read_source(path, "a.yaml")
    assert caught.value.code == "LNK102"


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_what_cannot_be_opened_is_a_coded_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_source(tmp_path / name, name)
    assert caught.value.code == "LNK106"
