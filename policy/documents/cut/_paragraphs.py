"""Lines to paragraphs: a sentence that a page or a line break cut in two is made whole again.

Blank lines say nothing: converters put them between paragraphs and in the middle of sentences alike. What
the line before ends with, and what the next one begins with, decides.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from policy.documents.cut._inline import InlineNumber, inline_numbers
from policy.documents.cut._markers import Marker
from policy.documents.cut._model import Note
from policy.documents.cut._numbering import Numbering
from policy.documents.cut._prose import (
    DATE,
    IMPRINT,
    INSTRUMENT,
    REMARK,
    REMEMBERED,
    annex_line,
    cites,
    ends_sentence,
    is_fixture,
    is_heading,
    leads_on,
    never_begins,
    stops_midway,
)
from policy.documents.cut._tables import rows_of_tables
from policy.documents.cut._text import Line, squeeze

_FULL_LINE_SLACK = 4
_LONGEST_SHOWN = 12
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
    row: int = 0
    """Its number in a table of an annex; 0 where it is no row."""

    @cached_property
    def _squeezed(self) -> tuple[str, list[int]]:
        return squeeze(self.text)

    @property
    def key(self) -> str:
        """The squeezed text, from which structure is read."""
        return self._squeezed[0]

    @cached_property
    def inline(self) -> tuple[InlineNumber, ...]:
        """The numbers inside `key`, after its own, that may be items of a list."""
        return inline_numbers(self.key, self.marker.length if self.marker else 0)

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


def _breaks_sentences(lines: Sequence[Line], full: int) -> bool:
    """Whether full lines end anywhere in a sentence, as only hard-wrapped ones do."""
    ends = [ends_sentence(line.key) for line in lines if _columns(line.key) >= full]
    return sum(ends) * 4 <= len(ends)


class _Joiner:
    """Takes lines one by one and says which begin a paragraph."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._full = _full_width(lines)
        self._wrapped = self._full is not None and _breaks_sentences(lines, self._full)
        self.numbering = Numbering(lines)
        self.notes: list[Note] = []

    def goes_on(self, before: str, index: int) -> bool:
        """Whether a paragraph, whose end is given, goes on in the sentence of a line."""
        key = self._lines[index].key
        if any(form.fullmatch(before + key) and not form.fullmatch(before) for form in (DATE, IMPRINT)):
            return not is_fixture(key)  # 2月1 | 日印发
        if stops_midway(before) or never_begins(key) or (key.startswith("第") and cites(before)):
            return True
        if before.endswith(";") and self._wrapped:
            return self._is_full(index - 1)
        if ends_sentence(before) or (is_fixture(before) and not REMARK.match(before)):
            return False
        is_title = not self.numbering.begun and is_heading(before) and INSTRUMENT.fullmatch(before)
        return not is_title and self._is_full(index - 1)

    def _is_full(self, index: int) -> bool:
        return self._full is not None and _columns(self._lines[index].key) >= self._full

    def is_fixture(self, before: str, index: int) -> bool:
        """Whether a line is a piece of the form; a date or a label that a sentence leads up to is not."""
        key = self._lines[index].key
        if not is_fixture(key):
            return False
        wrapped = DATE.fullmatch(key) or REMARK.match(key) or _bare_annex(key)
        return not (wrapped and leads_on(before))

    def note_full_line(self, before: str, index: int) -> None:
        """Say so where a sentence ends just where a hard-wrapped line is full: the paragraph may go on."""
        line = self._lines[index]
        if self._wrapped and before.endswith("。") and self._is_full(index - 1) and not is_heading(line.key):
            self.notes.append(Note("full_line", "", line.number, line.text[:_LONGEST_SHOWN]))


def _bare_annex(key: str) -> bool:
    found = annex_line(key)
    return found is not None and not found["colon"]


def _joined(lines: Sequence[Line], marker: Marker | None, row: int = 0) -> Paragraph:
    parts: list[str] = []
    places = []
    length = 0
    for position, line in enumerate(lines):
        glue = _glue(lines[position - 1].text, line.text) if position else ""
        places.append(Place(length + len(glue), line.number))
        parts += (glue, line.text)
        length += len(glue) + len(line.text)
    return Paragraph("".join(parts), tuple(places), marker, row)


def _glue(before: str, after: str) -> str:
    """What stands between two lines of one paragraph: rows of a table stay rows, Latin words stay apart."""
    if "\t" in before or "\t" in after:
        return "\n"
    ends = (before[-1], after[0])
    if all(char.isdecimal() for char in ends):
        return ""  # 2 | 4小时: a number that a line broke
    return " " if all(char.isascii() and char.isalnum() for char in ends) else ""


def paragraphs_from_lines(lines: Sequence[Line]) -> tuple[tuple[Paragraph, ...], tuple[Note, ...]]:
    """Whole paragraphs, in order, each with the number printed before it; and what was guessed."""
    joiner = _Joiner(lines)
    rows = rows_of_tables(lines)
    groups: list[tuple[list[Line], Marker | None, int]] = []
    before = ""
    for index, line in enumerate(lines):
        if row := rows.get(index, 0):
            if rows.get(index - 1) == row:
                groups[-1][0].append(line)
            else:
                groups.append(([line], None, row))
            before = ""  # no sentence goes on below a table
            continue
        unfinished = bool(before) and joiner.goes_on(before, index)
        fixture = joiner.is_fixture(before, index)
        marker = None if fixture else joiner.numbering.marker(index, before, unfinished)
        plain = bool(before) and marker is None and not fixture
        if plain and unfinished:
            groups[-1][0].append(line)
            before = (before + line.key)[-REMEMBERED:]
            continue
        if plain:
            joiner.note_full_line(before, index)
        groups.append(([line], marker, 0))
        before = line.key
    notes = (*joiner.notes, *joiner.numbering.notes)
    return tuple(_joined(*group) for group in groups), notes
