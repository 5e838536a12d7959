"""Text without its layout: what a digest is taken of, and what the structure is read from.

Layout is white space, Markdown marks, HTML tags, page numbers and ruled lines. Everything else is substance.
The structure of a document is read from squeezed text alone, so no spacing, heading mark or blank line can
move a clause.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from policy.documents.cut._pages import is_page_mark

_DIGEST_HEX = 32

_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
_BLANK_ENTITY = re.compile(r"&(?:nbsp|ensp|emsp|thinsp|#160);")
_TAG = re.compile(
    r"</?(?:a|b|br|center|div|em|font|h[1-6]|hr|i|img|input|label|li|ol|p|s|span|strong|sub|sup|table|tbody|td"
    r"|tfoot|th|thead|tr|u|ul)\b[^<>]*>|<!--[^<>]*-->",
    re.IGNORECASE,
)
_LEADING_MARKS = re.compile(r"^(?:\s+|#{1,6}|>|[-+•●▪◦](?=\s))+")
_LONGEST_PAGE_MARK = 200
_RULED_LINE = re.compile(r"[\s|:+]*+[-=_─━]{3}[-=_─━\s|:+]*+")
# What ends a line in Unicode (UAX 14, BK, CR, LF and NL): a page or a line broken by hand ends one too.
_LINE_BREAK = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")

# Compatibility normalisation would turn ① into a bare 1; in a list it is a number of its own kind.
# Unicode has 21 to 35 and 36 to 50 in blocks of their own, and further families of the same use.
CIRCLED = "".join(map(chr, (*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0))))
CIRCLED_SANS = "".join(map(chr, range(0x2780, 0x278A)))
CIRCLED_BLACK = "".join(map(chr, (*range(0x2776, 0x2780), *range(0x24EB, 0x24F5))))
CIRCLED_BLACK_SANS = "".join(map(chr, range(0x278A, 0x2794)))
CIRCLED_DOUBLE = "".join(map(chr, range(0x24F5, 0x24FF)))
CIRCLED_HAN = "".join(map(chr, range(0x3280, 0x328A)))
_NUMBERS_OF_THEIR_OWN = frozenset(CIRCLED + CIRCLED_HAN)


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line without its layout marks: 1-based number in the file, text as printed, squeezed text.

    `is_page_mark` says that it is a page number and holds no substance.
    """

    number: int
    text: str
    key: str
    is_page_mark: bool = False


def clean_line(line: str) -> str:
    """A line without Markdown marks, HTML tags and invisible characters; empty for a rule or page number.

    Asterisks and table pipes are always marks. Cleaning twice changes nothing: tags become spaces, so
    removing one never makes another.
    """
    bare = _without_marks(line)
    return "" if _is_page_mark(bare) else bare


def _without_marks(line: str) -> str:
    bare = line.translate(_INVISIBLE).replace("*", "").replace("|", "\t")
    bare = _BLANK_ENTITY.sub(" ", _TAG.sub(" ", bare)).strip()
    if _RULED_LINE.fullmatch(bare):
        return ""
    if _is_page_mark(bare):
        return bare  # its dash is no bullet
    bare = _LEADING_MARKS.sub("", bare)
    return "" if _RULED_LINE.fullmatch(bare) else bare


def _is_page_mark(line: str) -> bool:
    # A page number is short: a paragraph is not squeezed to find out.
    return len("".join(line.split())) <= _LONGEST_PAGE_MARK and is_page_mark(squeeze(line)[0])


@lru_cache(maxsize=20_000)
def _fold(char: str) -> str:
    if char in _NUMBERS_OF_THEIR_OWN:
        return char
    return "".join(part for part in unicodedata.normalize("NFKC", char) if not _is_blank(part))


def _is_blank(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cc", "Cf")


def squeeze(text: str) -> tuple[str, list[int]]:
    """The characters of `text`, half-width and without blanks, and where each of them stands in it."""
    chars: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        for part in "" if _is_blank(char) else _fold(char):
            chars.append(part)
            offsets.append(offset)
    return "".join(chars), offsets


def lines_from_text(text: str) -> tuple[Line, ...]:
    """The lines of `text` that hold substance or a page number, in order, with their numbers in the file."""
    lines = []
    for number, raw in enumerate(_LINE_BREAK.split(text), 1):
        cleaned = _without_marks(raw)
        key, _ = squeeze(cleaned)
        if key:
            lines.append(Line(number, cleaned, key, _is_page_mark(cleaned)))
    return tuple(lines)


def normalise(text: str) -> str:
    """The substance of `text`: Unicode NFKC, no white space, no Markdown or HTML marks, no page numbers.

    A running title is known only by the document around it: `cut` leaves it out of the units. Two texts that
    differ in layout alone are equal after this; two that differ in anything else are not.
    """
    result = "".join(clean_line(line) for line in _LINE_BREAK.split(text))
    for _ in range(2):  # a spacing accent becomes a blank and an accent, which then joins its letter
        visible = "".join(char for char in result if not _is_blank(char))
        result = unicodedata.normalize("NFKC", visible)
    return result


def digest(text: str) -> str:
    """`sha256:` and the first 32 hexadecimal digits of the SHA-256 of the normalised text, in UTF-8."""
    value = hashlib.sha256(normalise(text).encode("utf-8", "surrogatepass")).hexdigest()
    return f"sha256:{value[:_DIGEST_HEX]}"
