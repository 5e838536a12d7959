"""Which numbers at the start of a line open a clause, and which are words of a sentence that begins so.

A wrapped citation (依照本办法 | 第八条第二款处理), a name (3.15专项行动) and two numerals (一、二类案件) look
like numbers of clauses. What decides is the sentence before, the words after, and whether the numbering of
the document needs the number: if it stands again before its successor does, one of the two is prose. Where
that is a guess, it is noted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from policy.documents.cut._inline import InlineNumber, inline_numbers
from policy.documents.cut._markers import (
    DIVISIONS,
    Marker,
    Style,
    bare_marker,
    marker_at,
    number_before_digit,
    pair_marker,
)
from policy.documents.cut._model import Note, NoteCode
from policy.documents.cut._prose import ARTICLE_CITATION, CITATION, CITED, is_heading
from policy.documents.cut._text import Line

# The styles whose numbers run on from article to article; lists begin anew in each.
_ABOVE_LISTS = (*DIVISIONS, Style.ARTICLE, Style.BARE, Style.DOTTED, Style.FORMAL, Style.CHINESE)

_Number = tuple[Style, tuple[int, ...]]
_OPENED = tuple("([《〈“‘「『第")
_LONGEST_SHOWN = 12
# A dotted number that skips more than one, and that no other confirms, is a date or a name.
_DOTTED_STEP = 2
# The numbers that 3.1 may stand under when no 3 of its own kind is printed.
_HEADINGS = (*DIVISIONS, Style.BARE, Style.FORMAL, Style.CHINESE, Style.NUMBER_COMMA, Style.NUMBER_DOT)


def _citation(marker: Marker, rest: str) -> bool:
    pattern = ARTICLE_CITATION if marker.style is Style.ARTICLE else CITATION
    return pattern.match(rest) is not None


class _Ahead:
    """Where each number stands in the document, so that one line can be judged by those after it."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.starts = list(accumulate((len(line.key) for line in lines), initial=0))
        self.inline: list[tuple[InlineNumber, ...]] = []
        self._places: dict[_Number, list[int]] = {}
        for line, start in zip(lines, self.starts, strict=False):
            found = [(0, marker) for marker in _readings(line.key)]
            self.inline.append(tuple(n for n in inline_numbers(line.key) if n.position))
            found += [(number.position, number.marker) for number in self.inline[-1]]
            for position, marker in found:
                if not CITED.match(line.key, position + marker.length):
                    self._places.setdefault((marker.style, marker.parts), []).append(start + position)

    def next(self, index: int, style: Style, parts: tuple[int, ...]) -> float:
        """The next place of a number after the start of a line; infinite where there is none."""
        places = self._places.get((style, parts), ())
        found = bisect_right(places, self.starts[index])
        return places[found] if found < len(places) else float("inf")

    def follows(self, index: int, marker: Marker) -> bool:
        """Whether the successor of a number comes before the number itself stands again."""
        after = self.next(index, marker.style, _successor(marker))
        return after < self.next(index, marker.style, marker.parts) and after < float("inf")

    def again(self, index: int, marker: Marker) -> bool:
        """Whether a number stands again in its list: before its successor, and before a list begins anew."""
        same = self.next(index, marker.style, marker.parts)
        anew = self.next(index, marker.style, (1,)) if marker.value != 1 else float("inf")
        return same < self.next(index, marker.style, _successor(marker)) and same < anew


def _is_broken(marker: Marker, before: str) -> bool:
    """Whether a number at a line's start is what the line before broke off: （ | 1）, （附件 | 1）."""
    half = marker.style in (Style.NUMBER_HALF_PAREN, Style.CHINESE_HALF_PAREN)
    return before.endswith(_OPENED) or (half and before.count("(") > before.count(")"))


def _successor(marker: Marker) -> tuple[int, ...]:
    if marker.style is Style.DOTTED:
        return (*marker.parts[:-1], marker.parts[-1] + 1)
    return (marker.parts[0] + 1,)


def _readings(key: str) -> tuple[Marker, ...]:
    """The numbers that may stand at the start of a line, save where they are cited."""
    printed = marker_at(key)
    markers = (printed or number_before_digit(key), bare_marker(key) if is_heading(key) else None)
    return tuple(m for m in markers if m is not None and not _citation(m, key[m.length :]))


class Numbering:
    """Takes the lines of a document in order. It knows the last number of each style, and those ahead."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._ahead = _Ahead(lines)
        self._dotted_parents = _dotted_parents(lines)
        self._last: dict[Style, tuple[int, ...]] = {}
        self.notes: list[Note] = []

    @property
    def begun(self) -> bool:
        """Whether any number has been met."""
        return bool(self._last)

    def marker(self, index: int, before: str, unfinished: bool) -> Marker | None:
        """The number that opens a clause at a line, or None where prose happens to begin like one.

        `unfinished` says that the paragraph before, whose end is given, stops in the middle of a sentence.
        """
        key = self._lines[index].key
        marker = self._read(index, key)
        if marker is not None and _is_broken(marker, before):
            marker = None
        if marker is not None and self._is_prose(index, marker, key[marker.length :], unfinished):
            marker = None
        if marker is not None:
            if marker.style is Style.ARTICLE:
                self._last = {style: last for style, last in self._last.items() if style in _ABOVE_LISTS}
            self._last[marker.style] = marker.parts
        self._take_inline(index)
        return marker

    def _take_inline(self, index: int) -> None:
        """Remember the items listed inside a line: the next line may go on with them."""
        for number in self._ahead.inline[index]:
            marker, last = number.marker, self._last.get(number.marker.style, (0,))
            follows = number.goes_on and marker.value == last[0] + 1
            if follows if marker.value > 1 else number.opens:
                self._last[marker.style] = marker.parts

    def _is_prose(self, index: int, marker: Marker, rest: str, unfinished: bool) -> bool:
        if CITED.match(rest) or (marker.style in DIVISIONS and not is_heading(rest)):
            return True
        if unfinished and marker.value == 1 and (rest[:1].isdigit() or marker.style is Style.ORDINAL):
            return True
        expected, cited = self._expected(index, marker), _citation(marker, rest)
        if (unfinished or cited) and not expected:
            return True
        if unfinished and cited:
            return True
        if not expected:
            return self._noted(index, self._is_out_of_place(index, marker))
        doubtful = unfinished or marker.style is Style.BARE or (cited and marker.style is Style.ARTICLE)
        if not doubtful and not self._begins_like_prose(index, marker):
            return False
        is_prose = self._noted(index, self._is_needless(index, marker, unfinished))
        if unfinished and marker.style is Style.ARTICLE and not is_prose:
            self._note("number_of_clause", index)
        return is_prose

    def _begins_like_prose(self, index: int, marker: Marker) -> bool:
        """Whether the words that begin with a number may be a name or a pair of numerals."""
        key = self._lines[index].key
        before_digit = marker.style is Style.NUMBER_DOT and key[marker.length : marker.length + 1].isdigit()
        return before_digit or pair_marker(key) is not None

    def _is_out_of_place(self, index: int, marker: Marker) -> bool:
        """Whether a number that does not follow the last one is none: the list goes on without it."""
        last = self._last.get(marker.style)
        if marker.style is Style.DOTTED:
            if self._ahead.follows(index, marker):
                return False
            length = len(marker.parts)
            steps = last is not None and last[: length - 1] == marker.parts[:-1] and len(last) >= length
            near = last is not None and steps and 0 <= marker.value - last[length - 1] <= _DOTTED_STEP
            return not near or self._ahead.again(index, marker)
        if pair_marker(self._lines[index].key) is not None:
            return True
        if last is None:
            return False
        goes_on = self._ahead.next(index, marker.style, (last[0] + 1,))
        if marker.value < last[0]:
            return marker.style is Style.ARTICLE and marker.value != 1 and goes_on < float("inf")
        again = self._ahead.next(index, marker.style, marker.parts)
        return self._ahead.again(index, marker) and goes_on < again

    def _is_needless(self, index: int, marker: Marker, unfinished: bool) -> bool:
        """Whether a doubtful number, though it follows the last one, is not what the list goes on with."""
        if marker.style is Style.BARE:
            section = self._ahead.next(index, Style.DOTTED, (marker.value, 1))
            return self._ahead.next(index, Style.BARE, marker.parts) < section < float("inf")
        if self._ahead.again(index, marker):
            return True
        if pair_marker(self._lines[index].key) is not None:
            goes_on = self._last.get(marker.style) == marker.parts  # 一、 is open, and 二、 goes on with it
            return goes_on or not self._ahead.follows(index, marker)
        doubtful = unfinished or self._begins_like_prose(index, marker)  # 1.5万元 is no item 1
        alone = doubtful and marker.value == 1 and marker.style is not Style.ARTICLE
        return alone and not self._ahead.follows(index, marker)

    def _noted(self, index: int, is_prose: bool) -> bool:
        if is_prose:
            self._note("number_in_prose", index)
        return is_prose

    def _note(self, code: NoteCode, index: int) -> None:
        line = self._lines[index]
        self.notes.append(Note(code, "", line.number, line.text[:_LONGEST_SHOWN]))

    def _expected(self, index: int, marker: Marker) -> bool:
        """Whether the number opens a list or follows the last one of its style."""
        if marker.style is Style.DOTTED:
            return self._dotted_expected(index, marker)
        last = self._last.get(marker.style)
        if marker.value == 1 or last is None:
            return marker.value == 1
        return (
            marker.value in (last[0], last[0] + 1) if len(marker.parts) > 1 else marker.value == last[0] + 1
        )

    def _dotted_expected(self, index: int, marker: Marker) -> bool:
        last = self._last.get(Style.DOTTED, ())
        above, length = marker.parts[:-1], len(marker.parts)
        if last[:length] == (*above, marker.value - 1):
            return True
        if marker.value != 1:
            return False
        if above == last or set(above) == {1} or last[: length - 1] == (*above[:-1], above[-1] - 1):
            return True
        under = [style for style in _HEADINGS if self._last.get(style) == above]
        return Style.BARE in under or (bool(under) and (bool(last) or self._ahead.follows(index, marker)))

    def _read(self, index: int, key: str) -> Marker | None:
        """The number at the start of a line; what looks like 1.24 may be item 1, which begins with 24."""
        marker = marker_at(key) or pair_marker(key)
        if marker is None or marker.style is Style.DOTTED:
            item = number_before_digit(key)
            if item is not None and not self._is_section(index, marker) and self._expected(index, item):
                return item
        return marker or self._bare(key)

    def _is_section(self, index: int, marker: Marker | None) -> bool:
        if marker is None:
            return False
        return self._expected(index, marker) or not self._is_out_of_place(index, marker)

    def _bare(self, key: str) -> Marker | None:
        marker = bare_marker(key)
        if marker is None or not self._dotted_parents or not is_heading(key):
            return None
        follows = marker.value == self._last.get(Style.BARE, (0,))[0] + 1
        return marker if follows or marker.value in self._dotted_parents else None


def _dotted_parents(lines: Sequence[Line]) -> frozenset[int]:
    """The numbers that have sections of their own (1 where a line begins 1.1)."""
    markers = (marker_at(line.key) for line in lines)
    return frozenset(
        m.parts[0] for m in markers if m is not None and m.style is Style.DOTTED and m.parts[1:] == (1,)
    )
