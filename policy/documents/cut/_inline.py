"""The numbers inside a paragraph that may be those of a list: after a colon, a semicolon, a full stop.

A bracket in the flow of a sentence is a citation. Which of the numbers are items, the lists around them say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from policy.documents.cut._markers import INLINE_READERS, Marker, Style
from policy.documents.cut._prose import CITED

_PUNCTUATION = ";。,、:."


@dataclass(frozen=True, slots=True)
class InlineNumber:
    """A number inside squeezed text. `opens`: may be the first of a list there; `goes_on`: one further on."""

    position: int
    marker: Marker
    opens: bool
    goes_on: bool


def inline_numbers(key: str, start: int = 0) -> tuple[InlineNumber, ...]:
    """The numbers in `key` from `start` on that may be items, in order.

    A number at `start` itself counts, since a clause may open with its first item.
    """
    found_ones = []
    for pattern, read, opening, going_on in INLINE_READERS:
        for found in pattern.finditer(key, start):
            before = key[found.start() - 1] if found.start() > start else ""
            if before not in opening and before not in going_on:
                continue
            if key[found.end() : found.end() + 1] in _PUNCTUATION or CITED.match(key, found.end()):
                continue
            found_ones.append(InlineNumber(found.start(), read(found), before in opening, before in going_on))
    return tuple(sorted(found_ones, key=lambda number: number.position))


def opens_list(numbers: Sequence[InlineNumber], place: int) -> bool | None:
    """Whether the number 1 at `place` is followed by its 2; None where the paragraph ends before it says."""
    return second_or_anew(numbers, numbers[place].marker.style, place + 1)


def second_or_anew(numbers: Sequence[InlineNumber], style: Style, start: int = 0) -> bool | None:
    """Whether a 2 of a style, from a place on, comes before a list begins anew; None where neither does."""
    for place in range(start, len(numbers)):
        number = numbers[place]
        if number.marker.style is style and number.marker.value == 1 and number.opens:
            return False
        if number.marker.style is style and number.marker.value == 2 and number.goes_on:
            return True
    return None
