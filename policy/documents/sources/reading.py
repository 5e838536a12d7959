"""The text of an official document, from the bytes that an operator has: is it text, in which encoding."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from policy.text.messages import Words
from policy.text.source import SourceError, read_bytes

_WORD = Words("Word 或 WPS 文档", "a Word or WPS document")
_PICTURE = Words("图片", "a picture")
_KINDS: tuple[tuple[bytes, Words], ...] = (
    (b"%PDF", Words("PDF 文件", "a PDF file")),
    (b"PK\x03\x04", Words("Word（docx）、OFD 或压缩文件", "a Word (docx), OFD or archive file")),
    (b"\xd0\xcf\x11\xe0", _WORD),
    (b"{\\rtf", Words("RTF 文档", "an RTF document")),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
)
_WEB_PAGE = re.compile(rb"\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# GB 2312's first level, the 3,755 characters of everyday use: nearly all of what an official document prints.
_EVERYDAY = range(0xB0, 0xD8)
_LEAST_EVERYDAY = 0.8
# Characters without which nobody writes a page of official Chinese; a wrong decoding has hardly any.
_USUAL = frozenset(
    "的一在不有和人中大为上国以要时用地于出对成会可主发年行法民经之等部度家理制机当从业本应由其政日事关各第条公并"
)
_LEAST_USUAL = 0.08


@dataclass(frozen=True, slots=True)
class OfficialText:
    """A document's text, lines ended by LF, without control characters; ``encoding`` as people name it."""

    text: str
    encoding: str


def read_official_text(path: Path) -> OfficialText:
    """The text of a file. Raises SourceError: LNK102, LNK105, LNK106, and those of ``official_text``."""
    return official_text(read_bytes(path))


def official_text(data: bytes) -> OfficialText:
    """The text of a document in UTF-8, UTF-16 with its mark, or GB 18030 (which holds GBK and GB 2312).

    Raises SourceError: LNK921 where it is no text, LNK922 where it is in none of these encodings.
    """
    _refuse_other_kinds(data)
    if data.startswith(_UTF_16):
        return _decoded(data, "utf-16", "UTF-16")
    try:
        return _decoded(data, "utf-8-sig", "UTF-8")
    except SourceError:
        found = _gb18030(data)
        if found is None:
            raise
        return found


def _refuse_other_kinds(data: bytes) -> None:
    kind = next((kind for start, kind in _KINDS if data.startswith(start)), None)
    if kind is None and _WEB_PAGE.match(data):
        kind = Words("网页（HTML）", "a web page (HTML)")
    if kind is None and b"\x00" in data and not data.startswith(_UTF_16):
        kind = Words("二进制文件", "a binary file")
    if kind is not None:
        raise SourceError("LNK921", kind=kind)


def _decoded(data: bytes, codec: str, name: str) -> OfficialText:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError("LNK922", line=str(line), byte=f"0x{data[error.start]:02X}") from error
    # What ends a line in Unicode (UAX 14). A new page at a line's start or end adds none, as in an editor.
    lines = re.sub(r"\r\n?|[\x85\u2028\u2029]", "\n", text)
    lines = re.sub(r"\f*\n\f*", "\n", lines.strip("\f"))
    lines = re.sub(r"\v|\f+", "\n", lines)
    return OfficialText("".join(char for char in lines if not _steers(char)), name)


def _gb18030(data: bytes) -> OfficialText | None:
    """The text, or None where the bytes are not GB 18030, or give characters that nobody would write."""
    try:
        found = _decoded(data, "gb18030", "GB18030")
    except SourceError:
        return None
    return found if _is_everyday_chinese(found.text) else None


def _steers(char: str) -> bool:
    """Whether a character is no text but steers a terminal or an editor; a digest does not count it."""
    return unicodedata.category(char) in ("Cc", "Cf") and char not in "\n\t"


def _is_everyday_chinese(text: str) -> bool:
    """Whether text that happens to decode as GB 18030 was meant to: other encodings give rare characters."""
    characters = [char for char in text if "\u4e00" <= char <= "\u9fff"]
    everyday = sum(_lead_byte(char) in _EVERYDAY for char in characters)
    usual = sum(char in _USUAL for char in characters)
    count = len(characters)
    return count > 0 and everyday >= _LEAST_EVERYDAY * count and usual >= _LEAST_USUAL * count


def _lead_byte(char: str) -> int:
    encoded = char.encode("gb2312", "ignore")
    return encoded[0] if encoded else 0
