"""A board as data: JSON for programs, CSV and .xlsx for an office."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from rich.cells import cell_len

from server.board.board import Board
from server.board.figures import FIGURES, Kind
from server.board.told import POINTS, Cell, Line, Told

_CREATED = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""A fixed moment: the same board gives the same bytes."""
_FORMATS = {Kind.COUNT: "0", Kind.RATE: "0.0%", Kind.HOURS: "#,##0.0"}
_WIDEST = 46


def board_json(found: Board, board: Told) -> dict[str, Any]:
    """The board as plain data: every value as text, exact as rounded."""
    return {
        "district": found.asked.district,
        "title": board.title,
        "at": board.moment,
        "period": board.period,
        "by": found.asked.by.value,
        "figures": [
            {"id": each.id, "title": title, "kind": each.kind.value, "of_moment": each.now}
            for each, title in zip(FIGURES, board.titles, strict=True)
        ],
        "rows": [_line(line) for line in board.lines],
        "total": _line(board.total),
        "trend": [{**point._asdict(), "start": point.start.isoformat()} for _, point in board.trend],
        "notes": list(board.notes),
    }


def board_csv(board: Told) -> str:
    """A table of the rows and all together; UTF-8 with its mark, which spreadsheets need."""
    made = StringIO()
    write = csv.writer(made, lineterminator="\r\n").writerow
    write([board.corner, *_heads(board)])
    for line in (*board.lines, board.total):
        write([_plain(line.name), *map(_plain, _values(line))])
    return "\ufeff" + made.getvalue()


def board_xlsx(board: Told, sheets: tuple[str, str]) -> bytes:
    """A book: the rows, and the trend where there is one; ``sheets`` are their names."""
    made = BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _CREATED})
    kinds = [Kind.COUNT, *(kind for kind, _ in _columns(board))]
    rows = [[line.name, *_values(line)] for line in (*board.lines, board.total)]
    _sheet(book, sheets[0], board, [board.corner, *_heads(board)], kinds, rows)
    if board.trend:
        points = [[start, *point[1:]] for start, point in board.trend]
        titles = ["", *board.point_titles]
        _sheet(book, sheets[1], board, titles, [Kind.COUNT] * (len(POINTS) + 1), points)
    book.close()
    return made.getvalue()


def _line(line: Line) -> dict[str, Any]:
    return {
        "code": line.code,
        "unit": line.unit,
        "name": line.name,
        "rank": line.rank,
        "light": line.light or None,
        "figures": [
            {
                "id": figure.id,
                "value": None if cell.number is None else str(cell.number),
                "text": cell.text,
                "median": cell.median or None,
                "light": cell.light or None,
            }
            for figure, cell in zip(FIGURES, line.cells, strict=True)
        ],
    }


def _columns(board: Told) -> Iterator[tuple[Kind, str]]:
    """The kind and the title of each column after the first: of a time mean and median."""
    for figure, title in zip(FIGURES, board.titles, strict=True):
        if figure.kind is Kind.HOURS:
            for measure in board.measures:
                yield figure.kind, f"{title} {measure}"
        else:
            yield figure.kind, title


def _heads(board: Told) -> list[str]:
    return [title for _, title in _columns(board)]


def _values(line: Line) -> list[Any]:
    found: list[Any] = []
    for figure, cell in zip(FIGURES, line.cells, strict=True):
        found.append(_number(cell))
        if figure.kind is Kind.HOURS:
            found.append(float(cell.median) if cell.median else "")
    return found


def _number(cell: Cell) -> Any:
    if cell.number is None:
        return ""
    return int(cell.number) if cell.number == int(cell.number) else float(cell.number)


def _plain(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula is marked as text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value


def _sheet(
    book: Any, name: str, board: Told, heads: Sequence[str], kinds: Sequence[Kind], rows: Sequence[list[Any]]
) -> None:
    edge = {"border": 1, "border_color": "#CFD6DE", "font_size": 10}
    head = book.add_format(
        {**edge, "bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "align": "center"}
    )
    text = book.add_format(edge)
    shapes = {kind: book.add_format({**edge, "num_format": shape}) for kind, shape in _FORMATS.items()}
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, board.title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, f"{board.moment}　{board.period}")
    for number, title in enumerate(heads):
        sheet.write_string(3, number, title, head)
        for place, row in enumerate(rows, 4):
            if isinstance(row[number], str):
                sheet.write_string(place, number, row[number], text)
            else:
                sheet.write_number(place, number, row[number], shapes[kinds[number]])
        longest = max((cell_len(str(row[number])) for row in rows), default=0)
        sheet.set_column(number, number, min(max(longest, min(cell_len(title), 12)) + 2, _WIDEST))
    sheet.freeze_panes(4, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
