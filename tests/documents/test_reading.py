"""Documents as operators have them: encodings recognised, other files refused, nothing that steers."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.documents.cut import digest
from policy.documents.sources import official_text
from policy.text.source import SourceError

TEXT = "第一条　各单位应当协助执行。\n第二条　本办法自印发之日起施行。\n"


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("gbk", "GB18030"),
        ("gb2312", "GB18030"),
        ("gb18030", "GB18030"),
    ],
)
def test_one_text_in_every_encoding(codec: str, encoding: str) -> None:
    found = official_text(TEXT.encode(codec))
    assert (found.text, found.encoding) == (TEXT, encoding)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.4", "LNK921"),
        (b"PK\x03\x04", "LNK921"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "LNK921"),
        (b"{\\rtf1", "LNK921"),
        (b"\x89PNG\r\n", "LNK921"),
        (b"\n<!DOCTYPE html><p>", "LNK921"),
        (b"<html lang='zh'>", "LNK921"),
        (b"text\x00", "LNK921"),
        ("第一條　為規範執行協作，結合實際，制定本辦法。".encode("big5"), "LNK922"),
        ("caf\xe9 na\xefve".encode("latin-1"), "LNK922"),
        (b"\xff\xfe\x00", "LNK922"),
        (b"\x81", "LNK922"),
    ],
)
def test_what_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(SourceError) as refused:
        official_text(data)
    assert refused.value.code == code


def test_lines_are_those_of_an_editor_and_nothing_steers_a_terminal() -> None:
    data = "一、甲\r\n二、乙\r三、\x1b[31m丙\u202e\x0c丁\x07\n".encode()
    assert official_text(data).text == "一、甲\n二、乙\n三、[31m丙\n丁\n"


@given(st.text())
def test_any_text_keeps_its_digest(text: str) -> None:
    """What is dropped is nothing that a digest counts."""
    try:
        data = text.encode()
        found = official_text(data)
    except (UnicodeEncodeError, SourceError):
        return
    assert digest(found.text.replace("\n", "")) == digest("".join(text.splitlines()))


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_coded_fault(data: bytes) -> None:
    try:
        found = official_text(data)
    except SourceError as error:
        assert error.code in ("LNK921", "LNK922")  # noqa: PT017 - either outcome is right
    else:
        assert all(char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf") for char in found.text)
