"""Page furniture that only the other lines give away: running titles, bare page numbers, 3/12.

    lines with page numbers --> lines of substance, and a note on every guess

A running title is a line beside page numbers that stands there again and again, or the document's own title
where no title can stand. Nothing is left out on the strength of one bare number: 3 may be the 3 of a
sentence. A page number that is nothing else is layout without a guess: see `_pages`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice

from policy.documents.cut._markers import Style, marker_at
from policy.documents.cut._model import Note
from policy.documents.cut._pages import bare_number, beside_page_mark, is_page_of_total
from policy.documents.cut._prose import (
    DATE,
    INSTRUMENT,
    REMEMBERED,
    annex_line,
    is_fixture,
    is_heading,
    stops_midway,
)
from policy.documents.cut._text import Line

_LONGEST = 60
_LONGEST_TITLE = 8
# Bare numbers nearer than this are the rows of a table.
_LEAST_PAGE = 100
_SIGNATORIES = 4
_ROUNDS = 4
_ISSUES = re.compile("印发|转发|发布|公布|下发|颁布|批转")
_NAMES = ("《", "依照", "按照", "根据", "依据", "违反", "执行")
_BEGINNINGS = (Style.PART, Style.CHAPTER, Style.ARTICLE)


def without_furniture(lines: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Note, ...]]:
    """The lines of substance, and notes on those left out by guess."""
    sheet = _Sheet(lines)
    sheet.drop_page_numbers()
    sheet.drop_titles_beside_numbers()
    sheet.drop_running_titles()
    kept = tuple(line for index, line in enumerate(lines) if index not in sheet.dropped)
    return kept, (*sheet.notes_on_dropped(), *sheet.notes_on_lone_numbers())


class _Sheet:
    """The lines of a document, and which of them are dropped by now, by index."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._keys = [line.key for line in lines]
        self._markers = [marker_at(line.key) for line in lines]
        self._first = {key: index for index, key in reversed(list(enumerate(self._keys)))}
        self.dropped = {index for index, line in enumerate(lines) if line.is_page_mark}
        self._title_end = self._title_run()
        self._titles = self._title_keys()
        self._midway = self._midway_lines()
        numbered = (index for index, marker in enumerate(self._markers) if marker and self._kept(index))
        self._first_number = next(numbered, len(lines))

    def _kept(self, index: int) -> bool:
        return index not in self.dropped

    def _title_run(self) -> int:
        """Where the title and letterhead at the start end."""
        for index, key in enumerate(self._keys[:_LONGEST_TITLE]):
            ends = self._markers[index] or is_fixture(key) or not is_heading(key) or stops_midway(key)
            if self._kept(index) and ends:
                return index
        return min(len(self._keys), _LONGEST_TITLE)

    def _title_keys(self) -> frozenset[str]:
        """The lines of the title, and every run of them as one line; not the name of what a letter issues."""
        run = [key for index, key in enumerate(self._keys[: self._title_end]) if self._kept(index)]
        joined = ("".join(run[low:high]) for low in range(len(run)) for high in range(low + 1, len(run) + 1))
        is_letter = _ISSUES.search("".join(run)) is not None
        return frozenset(
            key
            for key in joined
            if 2 <= len(key) <= _LONGEST
            and bare_number(key) is None
            and not (is_letter and INSTRUMENT.fullmatch(key) and not _ISSUES.search(key))
        )

    def _midway_lines(self) -> frozenset[int]:
        """The lines before which a sentence has stopped midway."""
        found, before = set(), ""
        for index, key in enumerate(self._keys):
            if not self._kept(index):
                continue
            midway = bool(before) and stops_midway(before)
            if midway:
                found.add(index)
            # A title in the middle of a sentence is not its end.
            if not (midway and key in self._titles):
                before = (before + key)[-REMEMBERED:] if midway and not self._markers[index] else key
        return frozenset(found)

    def _neighbour(self, index: int, step: int) -> int | None:
        """The next line that is kept, before (-1) or after (1) one."""
        index += step
        while 0 <= index < len(self._lines) and not self._kept(index):
            index += step
        return index if 0 <= index < len(self._lines) else None

    def drop_page_numbers(self) -> None:
        """Bare numbers that count the pages, and pages of a total."""
        self.dropped |= {index for index, key in enumerate(self._keys) if is_page_of_total(key)}
        if any(line.is_page_mark for line in self._lines):
            return
        self.dropped |= set(self._counted_pages())

    def _counted_pages(self) -> Sequence[int]:
        """The longest run of bare numbers, each one more than the last, a page apart."""
        places = list(accumulate((len(key) for key in self._keys), initial=0))
        sections = {marker.parts[0] for marker in self._markers if marker and marker.style is Style.DOTTED}
        runs: dict[int, list[int]] = {}
        for index, key in enumerate(self._keys):
            number = bare_number(key)
            if number is None or number in sections:
                continue
            before = runs.get(number - 1, [])
            is_last = index == len(self._keys) - 1  # the last page may be as short as it likes
            apart = not before or is_last or places[index] - places[before[-1]] >= _LEAST_PAGE
            run = [*before, index] if apart else [index]
            if len(run) >= len(runs.get(number, ())):
                runs[number] = run
        best = max(runs.values(), key=len, default=[])
        sure = len(best) > 2 or any(index in self._midway for index in best)
        return best if len(best) > 1 and sure else ()

    def drop_titles_beside_numbers(self) -> None:
        """Lines that hold a running title and a page number (柳溪区人民法院 第3页)."""
        found = {
            index: rest
            for index, key in enumerate(self._keys)
            if self._kept(index) and (rest := beside_page_mark(key) or self._titled_number(index))
        }
        often = Counter(rest for _, rest in {(self._keys[index], rest) for index, rest in found.items()})
        for index, rest in found.items():
            again = often[rest] > 1 and is_heading(rest) and marker_at(rest) is None
            if rest in self._titles or again:
                self.dropped.add(index)

    def _titled_number(self, index: int) -> str:
        """The title of the document where it stands with a bare number, after the clauses have begun."""
        rest = self._keys[index].strip("0123456789")
        numbered = rest != self._keys[index] and index > self._first_number
        return rest if numbered and rest in self._titles and len(rest) > 3 else ""

    def drop_running_titles(self) -> None:
        """The lines beside page numbers that stand there again, line by line outwards; then the titles."""
        pages = sum(step == 1 for step, _ in self._beside_pages())
        for _ in range(_ROUNDS):
            beside = Counter((step, self._keys[index]) for step, index in self._beside_pages())
            often = {place for place, count in beside.items() if self._is_often(place[1], count, pages)}
            found = {
                index
                for step, index in self._beside_pages()
                if ((step, self._keys[index]) in often or self._is_title(index))
                and self._may_run(index)
                and not self._signs(index, (step, self._keys[index]) in often)
            }
            if not found:
                break
            self.dropped |= found
        self.dropped |= {
            index
            for index in range(self._title_end, len(self._lines))
            if self._kept(index) and self._is_title(index) and self._may_run(index)
            if self._strays(index) and not self._signs(index, often=False)
        }

    def _is_often(self, key: str, count: int, pages: int) -> bool:
        """Whether a line stands beside every page number, or every other; a clause's words may by chance."""
        return count > 1 and count * 2 + 1 >= pages and (key in self._titles or "," not in key)

    def _beside_pages(self) -> Iterator[tuple[int, int]]:
        """The lines next to a page number, or to what has been dropped beside one, and on which side."""
        for index in sorted(self.dropped):
            for step in (-1, 1):
                beside = index + step
                if 0 <= beside < len(self._lines) and self._kept(beside):
                    yield step, beside

    def _may_run(self, index: int) -> bool:
        """Whether a line can be a running title at all."""
        key = self._keys[index]
        prints_title = index < self._title_end and self._first[key] == index
        if prints_title or not 2 <= len(key) <= _LONGEST or not is_heading(key):
            return False
        if self._markers[index] or is_fixture(key) or bare_number(key) is not None:
            return False
        return not self._heads_text(index)

    def _is_title(self, index: int) -> bool:
        """Whether a line is the document's title, and not that of an annex."""
        before = self._neighbour(index, -1)
        heads_annex = before is not None and annex_line(self._keys[before]) is not None
        return self._keys[index] in self._titles and not heads_annex

    def _signs(self, index: int, often: bool) -> bool:
        """Whether a line is one of the bodies that sign: a date follows. No instrument signs.

        A line that runs `often` is one only where nobody has signed before it.
        """
        if INSTRUMENT.fullmatch(self._keys[index]) or self._repeats_beside(index):
            return False
        before = self._neighbour(index, -1)
        if often and before is not None and is_heading(self._keys[before]) and not self._markers[before]:
            return False
        after = self._neighbour(index, 1)
        if often and after is not None and not DATE.fullmatch(self._keys[after]):
            return False
        below = (place for place in range(index + 1, len(self._keys)) if self._kept(place))
        for place in islice(below, _SIGNATORIES):
            if DATE.fullmatch(self._keys[place]):
                return True
            if not is_heading(self._keys[place]) or self._markers[place]:
                return False
        return False

    def _repeats_beside(self, index: int) -> bool:
        """Whether the line before, or the line after a page's first, says the same."""
        before, after = self._neighbour(index, -1), self._neighbour(index, 1)
        same_before = before is not None and self._keys[before] == self._keys[index]
        same_after = after is not None and self._keys[after] == self._keys[index]
        return same_before or (same_after and not self._kept(index - 1))

    def _heads_text(self, index: int) -> bool:
        """Whether the text begins below a line that names it, or begins again after its table of contents."""
        after = self._neighbour(index, 1)
        marker = None if after is None else self._markers[after]
        if after is None or marker is None or marker.value != 1:
            return False
        if self._repeats_beside(index) or not INSTRUMENT.fullmatch(self._keys[index]):
            return False
        return marker.style in _BEGINNINGS or self._first[self._keys[after]] < after

    def _strays(self, index: int) -> bool:
        """Whether the title stands where no title can: within a sentence, or whole after the first number."""
        before = self._neighbour(index, -1)
        if before is not None and self._keys[before].endswith(_NAMES):
            return False  # 按照 | 某办法 | 的规定
        if index in self._midway:
            return True
        whole = len(self._keys[index]) > 3 and INSTRUMENT.fullmatch(self._keys[index]) is not None
        return whole and index > self._first_number

    def notes_on_dropped(self) -> Iterator[Note]:
        """One note for each text that was guessed to be furniture; one for all bare page numbers."""
        texts: dict[str, list[int]] = {}
        for index in sorted(self.dropped):
            line = self._lines[index]
            if not line.is_page_mark:
                text = line.key.strip("()/0123456789")
                texts.setdefault(text, []).append(index)
        for places in texts.values():
            lines = tuple(self._lines[index].number for index in places)
            yield Note("page_furniture", "", lines[0], self._lines[places[0]].text, lines)

    def notes_on_lone_numbers(self) -> Iterator[Note]:
        """Bare numbers that were kept in the middle of a sentence."""
        for index in sorted(self._midway):
            if self._kept(index) and bare_number(self._keys[index]) is not None:
                yield Note("lone_number", "", self._lines[index].number, self._keys[index])
