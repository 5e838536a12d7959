"""The book as an HTML page: prints on A4, needs nothing from the network; its figures are SVG within it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import east_asian_width

from policy.review.book.model import Book, Cell, Figure, Fill
from policy.review.book.words import FILLS, MARKS, labels, mark_of
from policy.review.report.templates import rendered

UNIT = 46.0
"""Width of a day in the figures' own units; a row has 1000."""
_ROW = 1000.0
_HIGH, _LOW, _GAP = 22.0, 18.0, 8.0
"""Height of what is written above a cell and below it, and between rows."""
_BOX = 30.0
_NUMBERS = "①②③④⑤"
_ONE_LINE = 220
"""How wide lines together may be that are told in one."""


class Box(NamedTuple):
    """A cell with its place in the drawing."""

    cell: Cell
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as boxes, ``height`` high."""

    boxes: tuple[Box, ...]
    height: float
    box: float = _BOX


def page_of(book: Book) -> str:
    """The page. Equal books give the same text."""
    return rendered(
        "book/pack.html.j2",
        book=book,
        lang=book.lang,
        t=labels(book.lang),
        drawing_of=drawing_of,
        fills=FILLS,
        marks={kind: (sign, mark_of(kind, book.lang)) for kind, (sign, _) in MARKS.items()},
        used=used_fills(book),
        stacked=tuple,
        inline=inline,
        shortened=shortened,
        width_of=width_of,
        number=1 if book.lang == "en" else 0,
    )


def inline(lines: Sequence[str]) -> str:
    """A few short lines as one, with a number before each; "" where they are to stand below one another."""
    if len(lines) == 1:
        return lines[0]
    if len(lines) > len(_NUMBERS) or sum(map(width_of, lines)) > _ONE_LINE:
        return ""
    return " ".join(f"{number}{line}" for number, line in zip(_NUMBERS, lines, strict=False))


def width_of(text: str) -> int:
    """How wide a text is, in letters; a Chinese sign is two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def shortened(text: str, room: int) -> str:
    """As much of a text as there is room for."""
    if width_of(text) <= room:
        return text
    kept = ""
    for sign in text:
        if width_of(kept + sign) > room - 2:
            break
        kept += sign
    return kept + "…"


def drawing_of(figure: Figure) -> Drawing:
    """The cells row by row, in as many rows as they need."""
    boxes = tuple(_placed(figure.cells))
    rows = 1 + max((int(box.y // (_HIGH + _BOX + _LOW + _GAP)) for box in boxes), default=0)
    return Drawing(boxes, rows * (_HIGH + _BOX + _LOW + _GAP) - _GAP)


def _placed(cells: Sequence[Cell]) -> Iterator[Box]:
    x, y = 0.0, _HIGH
    for cell in cells:
        width = cell.width * UNIT
        if x + width > _ROW:
            x, y = 0.0, y + _BOX + _LOW + _GAP + _HIGH
        yield Box(cell, round(x, 1), y, round(width, 1))
        x += width


def used_fills(book: Book) -> tuple[Fill, ...]:
    """The kinds of cells that the book's figures have, for their legend."""
    cells = {
        cell.fill
        for clause in book.clauses
        for group in clause.groups
        if group.figure
        for cell in group.figure.cells
    }
    return tuple(fill for fill in Fill if fill in cells)
