"""Rows of a table in an annex: a rule may rest on one of them (附件1第3行).

    lines, their cells apart by a tab or a pipe --rows_of_tables--> the line that begins each row, its number

Only a table whose first column numbers its rows, 1, 2, 3 …, is cut: its numbers are printed, and readers
cite them. A line without a number below a row is more of that row. This is the one structure that hangs on
layout: where a conversion lost the cells, the rows are words of the annex.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policy.documents.cut._prose import annex_line
from policy.documents.cut._text import Line

_LONGEST_NUMBER = 3


def rows_of_tables(lines: Sequence[Line]) -> Mapping[int, int]:
    """The number of the row by the index of each of its lines."""
    found: dict[int, int] = {}
    in_annex, index = False, 0
    while index < len(lines):
        in_annex = in_annex or annex_line(lines[index].key) is not None
        table = _table(lines, index) if in_annex and _number(lines[index]) == 1 else {}
        found |= table
        index += len(table) or 1
    return found


def _table(lines: Sequence[Line], start: int) -> dict[int, int]:
    """The rows from one that is numbered 1, as far as their numbers go on; none where there is only one."""
    found: dict[int, int] = {}
    last = 0
    for index in range(start, len(lines)):
        if "\t" not in lines[index].text:
            break
        number = _number(lines[index])
        if number is not None and number != last + 1:
            break  # the same table once more, or another one
        last = number or last
        found[index] = last
    return found if last > 1 else {}


def _number(line: Line) -> int | None:
    """The number in the first cell of a line that has others."""
    first, _, rest = line.text.partition("\t")
    number = first.strip()
    plain = number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER
    return int(number) if plain and rest.strip() else None
