"""Lines to paragraphs: a sentence that a page or a line break cut in two is made whole again.

Blank lines say nothing: converters put them between paragraphs and in the middle of sentences alike. What
the line before ends with, and what the next one begins with, decides.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from policy.documents.cut._markers import (
    DIVISIONS,
    Marker,
    Style,
    bare_marker,
    marker_at,
    number_before_digit,
)
from policy.documents.cut._text import Line, squeeze

_CLOSERS = "”’\"')]》〉」』】"
_SENTENCE_ENDS = "。;:!?…"
_GOES_ON = (*"、,([《〈“‘「『—第或及", "应当", "必须", "不得")
_PLAIN_HEADING = 60
_HEADING_WITH_COMMA = 22
# 应当提交的材料 is a heading; 交警部门查扣车辆的，应当在 is a sentence that a page cut off.
_SENTENCE = re.compile(r"的,|应当|必须|不得")
_LONGEST_WITH_VERB = 20
_CITED = re.compile(r"(?:项(?!目)|款(?!项)|目(?![的标录])|条(?![件例款线]))")
_CITATION = re.compile(r"(?:的|规定|之|、[(第一二三四五六七八九十]|至|和第|及第|与第|所述|所列)")
_INSTRUMENT = re.compile(
    r".*(?:办法|意见|方案|规定|细则|通知|决定|机制|制度|备忘录|纪要|规则|条例|规程|指引|规范)(?:\([^)]*\))?"
)

_NUMERAL = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_ANNEX = re.compile(rf"附(?:(?:件|表|录|图)(?P<number>{_NUMERAL})?(?P<colon>[:.、]?)|:)(?P<rest>.*)")
DATE = re.compile(
    r"\(?(?:\d{4}|[〇零○一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日\)?"
)
IMPRINT = re.compile(r".{0,60}\d{4}年\d{1,2}月\d{1,2}日印发?|(?:抄送|抄报|主送|印发机关):.*")
REMARK = re.compile(r"(?:注|备注|说明):")

# More than any heading or fixture is long, so that a long paragraph costs no more than its length.
_REMEMBERED = 200
_FULL_LINE_SLACK = 4
_MIN_LINES_TO_SEE_WRAPPING = 8
_NARROWEST_WRAPPED_LINE = 40
_WIDEST_WRAPPED_LINE = 120


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line of the file begins in a paragraph's text."""

    offset: int
    line: int


@dataclass(frozen=True)
class Paragraph:
    """A whole paragraph: its text, the places of its lines, and the number printed before it, if any."""

    text: str
    places: tuple[Place, ...]
    marker: Marker | None

    @cached_property
    def _squeezed(self) -> tuple[str, list[int]]:
        return squeeze(self.text)

    @property
    def key(self) -> str:
        """The squeezed text, from which structure is read."""
        return self._squeezed[0]

    @property
    def rest(self) -> str:
        """The squeezed text after the number."""
        return self.key[self.marker.length :] if self.marker else self.key

    @property
    def is_heading(self) -> bool:
        """Whether it reads as a heading: short, and not a sentence."""
        return is_heading(self.rest)

    def offset(self, position: int) -> int:
        """Where a position of `key` stands in `text`."""
        offsets = self._squeezed[1]
        return offsets[position] if position < len(offsets) else len(self.text)

    def line_at(self, offset: int) -> int:
        """The file's line that holds an offset of `text`."""
        return self.places[bisect_right(self.places, offset, key=lambda place: place.offset) - 1].line


def ends_sentence(key: str) -> bool:
    """Whether squeezed text ends a sentence, an item or an introduction."""
    bare = key.rstrip(_CLOSERS)
    return bare.endswith(tuple(_SENTENCE_ENDS)) or (bare.endswith(".") and not bare[-2:-1].isdigit())


def is_heading(key: str) -> bool:
    """Whether squeezed text, without its number, reads as a heading, a title or a row, and not as prose."""
    if ends_sentence(key) or key.endswith(_GOES_ON):
        return False
    if key.startswith("(") and key.endswith(")"):
        return True
    if any(mark in key for mark in ";。!?"):
        return False
    if _SENTENCE.search(key) and ("," in key or len(key) > _LONGEST_WITH_VERB):
        return False
    return len(key) <= (_HEADING_WITH_COMMA if "," in key else _PLAIN_HEADING)


def is_fixture(key: str) -> bool:
    """Whether a line is a piece of the form of a document: an annex label, a date, an imprint, a remark."""
    return (
        any(pattern.fullmatch(key) for pattern in (DATE, IMPRINT))
        or REMARK.match(key) is not None
        or annex_line(key) is not None
    )


def annex_line(key: str) -> re.Match[str] | None:
    """The `number` and the `rest` of a line that names an annex: 附件2, 附件：…, 附表一 …; None for prose."""
    found = _ANNEX.fullmatch(key)
    if found is None or not found["rest"] or found["colon"] != "":
        return found
    names_one = found["number"] is not None and is_heading(found["rest"])
    return found if names_one and not _CITATION.match(found["rest"]) else None


def _columns(key: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in key)


def _full_width(lines: Sequence[Line]) -> int | None:
    """The least width of a full line in hard-wrapped text; None where each paragraph is one line."""
    widths = sorted(_columns(line.key) for line in lines)
    if len(widths) < _MIN_LINES_TO_SEE_WRAPPING:
        return None
    full = widths[len(widths) * 19 // 20] - _FULL_LINE_SLACK
    wrapped = sum(width >= full for width in widths) * 5 >= len(widths) * 2
    return full if wrapped and _NARROWEST_WRAPPED_LINE <= full <= _WIDEST_WRAPPED_LINE else None


class _Joiner:
    """Takes lines one by one and says which begin a paragraph. It knows the last number of each style."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._full = _full_width(lines)
        self._dotted_parents = _dotted_parents(lines)
        self._last: dict[Style, tuple[int, ...]] = {}

    def goes_on(self, before: str, last_line: str) -> bool:
        """Whether a paragraph, whose last line is given, stops in the middle of a sentence."""
        if before.endswith(_GOES_ON):
            return True
        if ends_sentence(before) or (is_fixture(before) and not REMARK.match(before)):
            return False
        is_title = not self._last and is_heading(before) and _INSTRUMENT.fullmatch(before)
        if self._full is not None and _columns(last_line) >= self._full and not is_title:
            return True
        marker = marker_at(before)
        return not is_heading(before[marker.length :] if marker else before)

    def marker(self, key: str, unfinished: bool) -> Marker | None:
        """The number that opens a clause at this line, or None where prose happens to begin like one."""
        marker = self._read(key)
        if marker is None:
            return None
        rest = key[marker.length :]
        expected = self._expected(marker)
        if _CITED.match(rest) or (not expected and (unfinished or _CITATION.match(rest))):
            return None
        if unfinished and _CITATION.match(rest):
            return None
        if unfinished and rest[:1].isdigit() and marker.value == 1:
            return None
        if marker.style in DIVISIONS and not is_heading(rest):
            return None
        self._last[marker.style] = marker.parts
        return marker

    def _expected(self, marker: Marker) -> bool:
        """Whether the number opens a list or follows the last one of its style."""
        last = self._last.get(marker.style)
        if marker.value == 1 or last is None:
            return marker.value == 1
        if marker.style is Style.DOTTED:
            return len(last) >= len(marker.parts) and marker.parts[-1] == last[len(marker.parts) - 1] + 1
        return (
            marker.value in (last[0], last[0] + 1) if len(marker.parts) > 1 else marker.value == last[0] + 1
        )

    def _read(self, key: str) -> Marker | None:
        """The number at the start of a line; what looks like 1.24 may be item 1, which begins with 24."""
        marker = marker_at(key)
        if marker is None or (marker.style is Style.DOTTED and not self._expected(marker)):
            item = number_before_digit(key)
            if item is not None and self._expected(item):
                return item
        return marker or self._bare(key)

    def _bare(self, key: str) -> Marker | None:
        marker = bare_marker(key)
        if marker is None or not self._dotted_parents or not is_heading(key):
            return None
        follows = marker.value == self._last.get(Style.BARE, (0,))[0] + 1
        return marker if follows or marker.value in self._dotted_parents else None


def _dotted_parents(lines: Iterable[Line]) -> frozenset[int]:
    """The numbers that have sections of their own (1 where a line begins 1.1)."""
    markers = (marker_at(line.key) for line in lines)
    return frozenset(
        m.parts[0] for m in markers if m is not None and m.style is Style.DOTTED and m.parts[1:] == (1,)
    )


def _joined(lines: Sequence[Line], marker: Marker | None) -> Paragraph:
    parts: list[str] = []
    places = []
    length = 0
    for position, line in enumerate(lines):
        glue = _glue(lines[position - 1].text, line.text) if position else ""
        places.append(Place(length + len(glue), line.number))
        parts += (glue, line.text)
        length += len(glue) + len(line.text)
    return Paragraph("".join(parts), tuple(places), marker)


def _glue(before: str, after: str) -> str:
    """What stands between two lines of one paragraph: rows of a table stay rows, Latin words stay apart."""
    if "\t" in before or "\t" in after:
        return "\n"
    latin = before[-1].isascii() and before[-1].isalnum() and after[0].isascii() and after[0].isalnum()
    return " " if latin else ""


def paragraphs_from_lines(lines: Sequence[Line]) -> tuple[Paragraph, ...]:
    """Whole paragraphs, in order, each with the number printed before it."""
    joiner = _Joiner(lines)
    groups: list[tuple[list[Line], Marker | None]] = []
    before = ""
    for line in lines:
        unfinished = bool(groups) and joiner.goes_on(before, groups[-1][0][-1].key)
        marker = None if is_fixture(line.key) else joiner.marker(line.key, unfinished)
        if unfinished and marker is None and not is_fixture(line.key):
            groups[-1][0].append(line)
            before = (before + line.key)[-_REMEMBERED:]
        else:
            groups.append(([line], marker))
            before = line.key
    return tuple(_joined(group, marker) for group, marker in groups)
