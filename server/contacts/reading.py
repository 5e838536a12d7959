"""An .xlsx file -> the rows of its lists, within limits; what is wrong is told by sheet and cell.

    bytes --limits of the archive--> openpyxl --header found--> rows of text, each with its cell

Nothing is calculated and nothing is fetched: a formula is a mistake, and so is a merged cell (but for a unit
that stands once beside its rows, as annexes print it).
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from typing import Any, NamedTuple
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from policy.facts.reading import Violation
from policy.text.messages import Words
from server.contacts.columns import BY_ID, NEEDED, plain
from server.settings.limits import MIB

MAX_BYTES = 1 * MIB
"""Largest file of a list."""
MAX_UNPACKED = 8 * MIB
"""Most bytes that it unpacks to: a file that is small and unpacks to gigabytes is an attack."""
MAX_PARTS = 200
MAX_SHEETS = 20
MAX_ROWS = 5_000
MAX_COLUMNS = 60
MAX_SPREAD = 4 * MAX_ROWS
"""Most cells that are merged, linked or commented on: openpyxl makes each of an area's, and an area may be a
whole sheet of seventeen thousand million."""
_HEADER_ROWS = 20
"""A header stands among so many first rows, beneath whatever title there is."""

_FORMULA = (
    Words("这一格是公式", "this cell holds a formula"),
    Words("复制后用“粘贴为数值”代替。", "Copy it and paste its value instead."),
)
_MERGED = (
    Words("这一格与别的格合并了", "this cell is merged with others"),
    Words("取消合并，每人一行，每格各写各的。", "Take the merging back: a row for each person."),
)
_ERROR = (
    Words("这一格是表格软件的错误值", "this cell holds an error of the spreadsheet"),
    Words("改成应有的内容。", "Put there what belongs there."),
)
_AS_NUMBER = (
    Words(
        "电话存成了数字，开头的 0 可能已经丢失",
        "the telephone is a number here: a 0 at its beginning may be lost",
    ),
    Words("把这一列设为“文本”，再重新写号码。", "Make the column text, and write the number again."),
)
_NO_DATE = Words("这不是一个日期", "this is no date"), Words("写成 2017-09-20。", "Write it as 2017-09-20.")

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_MOBILE = re.compile(r"1\d{10}", re.ASCII)
_DAYS = ("since", "until")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_SPREADING = ("mergeCell", "hyperlink", "comment")
"""Elements whose ``ref`` is an area of cells that are made when they are read."""


class Mistake(NamedTuple):
    """What is wrong, and where: sheet and cell, "" where it is no one cell's or sheet's."""

    sheet: str
    cell: str
    violation: Violation


class Given(NamedTuple):
    """What a cell says; a day where the column is one of days."""

    text: str
    day: date | None = None


class Row(NamedTuple):
    """A row of a list: what it says, by the ids of columns. ``wrong``: columns of which that is told already;
    ``letters``: of the columns that the list has.
    """

    sheet: str
    number: int
    cells: Mapping[str, Given]
    wrong: frozenset[str]
    letters: Mapping[str, str]

    def text(self, column: str) -> str:
        """The text of a column; "" where there is none."""
        return self.cells[column].text if column in self.cells else ""

    def place(self, column: str) -> str:
        """The cell of a column; that of the name, where the list has no such column."""
        return f"{self.letters.get(column, self.letters['person'])}{self.number}"


class Wrong(Exception):
    """The whole file cannot be read."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(violation.code)
        self.violation = violation


def mistaken(what: tuple[Words, Words]) -> Violation:
    """A cell that cannot be taken as it is: what is wrong with it, and what to do."""
    return Violation("", "LNK081", (("what", what[0]), ("how", what[1])))


def rows_of(data: bytes, titles: Mapping[str, str]) -> tuple[list[Row], list[Mistake]]:
    """The rows of all lists in a file, and what is wrong with it. ``titles``: ids of columns by titles."""
    try:
        _check_archive(data)
        book = _book(data)
        found: list[Row] = []
        mistakes: list[Mistake] = []
        listed = False
        for sheet in book.worksheets:
            header = _header(sheet, titles)
            if header is None:
                continue
            listed = True
            _check_size(sheet)
            _read_sheet(sheet, *header, found, mistakes)
            if len(found) > MAX_ROWS:
                raise Wrong(_too_large(Words("名单的行", "rows of lists"), len(found), MAX_ROWS))
        if not listed:
            raise Wrong(_no_header())
    except Wrong as error:
        return [], [Mistake("", "", error.violation)]
    return found, mistakes


def _check_archive(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise Wrong(_too_large(Words("文件的字节", "bytes of the file"), len(data), MAX_BYTES))
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                raise Wrong(_too_large(Words("压缩包的部分", "parts of the archive"), len(parts), MAX_PARTS))
            size = sum(part.file_size for part in parts)
            if size > MAX_UNPACKED:
                raise Wrong(_too_large(Words("解压后的字节", "bytes once unpacked"), size, MAX_UNPACKED))
            spread = sum(_spread(archive.read(part)) for part in parts)
    except Wrong:
        raise
    except Exception as error:  # whatever a file may make a reader stumble over
        raise Wrong(Violation("workbook", "LNK078")) from error
    if spread > MAX_SPREAD:
        what = Words("合并、带链接或批注的格", "cells merged, linked or commented on")
        raise Wrong(_too_large(what, spread, MAX_SPREAD))


def _spread(part: bytes) -> int:
    """How many cells the areas of a part have; of what is no XML, none."""
    count = 0

    def begins(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        if name.rpartition("}")[2] in _SPREADING:
            count += _cells(attributes.get("ref", ""))

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = begins
    with suppress(expat.ExpatError):  # no XML, or XML that does not end: no reader goes by it
        parser.Parse(part, True)
    return count


def _cells(area: str) -> int:
    try:
        left, top, right, bottom = range_boundaries(area)
    except (ValueError, TypeError):
        return 0
    columns = 1 + (right or _LAST_COLUMN) - (left or 1)
    return max(columns, 0) * max(1 + (bottom or _LAST_ROW) - (top or 1), 0)


def _book(data: bytes) -> Any:
    try:
        book = load_workbook(BytesIO(data), data_only=False, keep_links=False)
    except Exception as error:  # whatever a file may make a reader stumble over
        raise Wrong(Violation("workbook", "LNK078")) from error
    if len(book.worksheets) > MAX_SHEETS:
        raise Wrong(_too_large(Words("工作表", "sheets"), len(book.worksheets), MAX_SHEETS))
    return book


def _too_large(what: Words, count: int, limit: int) -> Violation:
    args = (("what", what), ("count", f"{count:,}"), ("limit", f"{limit:,}"))
    return Violation("workbook", "LNK079", args)


def _check_size(sheet: Worksheet) -> None:
    if sheet.max_row > MAX_ROWS:
        raise Wrong(_too_large(Words("一张工作表的行", "rows of a sheet"), sheet.max_row, MAX_ROWS))


def _header(sheet: Worksheet, titles: Mapping[str, str]) -> tuple[int, dict[int, str]] | None:
    """The row of the header and the columns by their numbers; None where the sheet has no list."""
    last = min(sheet.max_column, MAX_COLUMNS)
    for row in sheet.iter_rows(min_row=1, max_row=min(sheet.max_row, _HEADER_ROWS), max_col=last):
        found: dict[int, str] = {}
        for cell in row:
            name = titles.get(plain(str(cell.value))) if cell.value is not None else None
            if name is not None and name not in found.values():
                found[cell.column or 0] = name
        if all(name in found.values() for name in NEEDED):
            return row[0].row or 0, found
    return None


def _no_header() -> Violation:
    names = "、".join(BY_ID[name].title.zh for name in NEEDED)
    return Violation("workbook", "LNK080", (("columns", names),))


def _read_sheet(
    sheet: Worksheet, top: int, columns: dict[int, str], found: list[Row], mistakes: list[Mistake]
) -> None:
    merged = dict(_merged(sheet))
    letters = {name: get_column_letter(number) for number, name in columns.items()}
    for row in sheet.iter_rows(min_row=top + 1, max_col=max(columns)):
        cells: dict[str, Given] = {}
        wrong: list[Mistake] = []
        told: set[str] = set()
        for number, name in sorted(columns.items()):
            cell: Any = row[number - 1]
            source = merged.get(cell.coordinate)
            if source is not None:
                down = name == "unit" and source.column == cell.column
                if not down:
                    wrong.append(Mistake(sheet.title, cell.coordinate, mistaken(_MERGED)))
                    told.add(name)
                    continue
                value, kind = source.value, source.data_type
            else:
                value, kind = cell.value, cell.data_type
            given = _given(name, value, kind)
            if isinstance(given, Violation):
                wrong.append(Mistake(sheet.title, cell.coordinate, given))
                told.add(name)
            elif given is not None:
                cells[name] = given
        if (set(cells) | told) - {"unit"}:
            mistakes += wrong
            found.append(Row(sheet.title, row[0].row or 0, cells, frozenset(told), letters))


def _merged(sheet: Worksheet) -> Iterator[tuple[str, Cell]]:
    """Cells that are part of a larger one, each with the cell that has its value."""
    for area in sheet.merged_cells.ranges:
        if area.max_row - area.min_row > MAX_ROWS or area.max_col - area.min_col > MAX_COLUMNS:
            continue
        first: Any = sheet.cell(area.min_row, area.min_col)
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                yield sheet.cell(row, column).coordinate, first


def _given(column: str, value: Any, kind: str) -> Given | Violation | None:
    if value is None or value == "":
        return None
    if kind == "f":
        return mistaken(_FORMULA)
    if kind == "e":
        return mistaken(_ERROR)
    if column in _DAYS:
        day = _day(value)
        return mistaken(_NO_DATE) if day is None else Given("", day)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        value = str(value)
    if isinstance(value, float | int):
        text = str(int(value)) if float(value).is_integer() else str(value)
        # Only of a mobile's eleven digits is it sure that nothing is missing.
        if column == "telephone" or (column == "mobile" and not _MOBILE.fullmatch(text)):
            return mistaken(_AS_NUMBER)
        return Given(text)
    text = " ".join(unicodedata.normalize("NFKC", value).split())
    text = _BETWEEN_HAN.sub("", text)  # 张 三, spread to the width of three characters
    return Given(text) if text else None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", value).strip()) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
