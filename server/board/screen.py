"""A board on a terminal: how things stand, what became of the period's duties, the trend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text

from policy.review.wording import Wording
from server.board.figures import FIGURES, Kind
from server.board.told import Cell, Line, Told

_NOW = ("open", "due_today", "due_soon", "past_due", "unaccepted", "suspended")
_PERIOD = ("duties", "in_time", "late", "overdue", "in_time_rate", "response")
_BESIDE = ("refused", "returned", "objected", "rejected", "released", "unknown", "accept_hours")
"""Shown where there is anything."""
_STYLES = {"red": "bold red", "yellow": "bold yellow", "green": "green"}
_MOST_POINTS = 31
_NAME, _WIDEST_NAME = 8, 24
"""Columns of the screen for a name, at the least and at the most."""
_GAP = 2
"""Columns between two columns of a table."""


def drawn(board: Told, wording: Wording, width: int) -> RenderableType:
    """The board, for a screen of so many columns."""
    pick = wording.pick
    parts: list[RenderableType] = [
        Text(board.title, style="bold"),
        Text(pick((f"截至 {board.moment}", f"as of {board.moment}"))),
    ]
    if not board.lines:
        parts.append(Text(pick(("这一期间没有义务。", "There are no duties in this period."))))
    else:
        beside = [name for name in _BESIDE if board.total.cell(name).number]
        period = pick((f"本期 {board.period}", f"period {board.period}"))
        parts += _tables(board, _places(_NOW), pick(("现状", "now")), width, ranked=False)
        parts += _tables(board, _places((*_PERIOD, *beside)), period, width, ranked=True)
    if board.trend:
        parts.append(_trend(board, pick(("走势", "trend"))))
    parts += [Text(note, style="dim") for note in board.notes]
    return Group(*parts)


def fitted(drawing: RenderableType, wording: Wording, console: Console) -> RenderableType:
    """The drawing as far as it goes on this screen, and under it that there is more."""
    lines = console.render_lines(drawing, pad=False)
    room = max(1, console.height - 1)
    if len(lines) <= room:
        return drawing
    shown = lines[: room - 1]
    more = len(lines) - len(shown)
    zh, en = f"……窗口太低，下面还有 {more} 行", f"… the window is too low for {more} more lines"
    parts = [segment for line in shown for segment in (*line, Segment.line())]
    return Group(Segments(parts), Text(wording.pick((zh, en)), style="dim"))


def print_board(board: Told, wording: Wording, console: Console) -> None:
    """Prints the board."""
    console.print(drawn(board, wording, console.width))


def _places(names: Iterable[str]) -> list[int]:
    """The places of figures among the cells of a line."""
    order = [figure.id for figure in FIGURES]
    return [order.index(name) for name in names]


def _tables(
    board: Told, places: Sequence[int], title: str, width: int, *, ranked: bool
) -> Iterator[RenderableType]:
    """The figures in as many tables as they need; none of them is cut off."""
    ranked = ranked and any(line.rank is not None for line in board.lines)
    lines = (*board.lines, board.total)
    longest = max(cell_len(_name(line).plain) for line in lines)
    taken = first = max(_NAME, min(longest, _WIDEST_NAME, width // 3)) + 4 * ranked
    band: list[int] = []
    for place in places:
        shown = (_cell(line.cells[place], place).plain for line in lines)
        own = _GAP + max(map(cell_len, (board.titles[place], *shown)))
        if band and taken + own > width:
            yield _table(board, band, title, ranked)
            band, taken, title = [], first, ""
        band.append(place)
        taken += own
    yield _table(board, band, title, ranked)


def _table(board: Told, places: Sequence[int], title: str, ranked: bool) -> Table:
    made = _bare(title)
    if ranked:
        made.add_column("#", justify="right", no_wrap=True)
    made.add_column(board.corner, overflow="fold", min_width=_NAME, max_width=_WIDEST_NAME)
    for place in places:
        made.add_column(board.titles[place], justify="right", no_wrap=True)
    for line in board.lines:
        rank = [Text("" if line.rank is None else str(line.rank))] if ranked else []
        made.add_row(*rank, _name(line), *(_cell(line.cells[place], place) for place in places))
    made.add_section()
    total = [Text(board.total.name, style="bold"), *(_cell(board.total.cells[p], p) for p in places)]
    made.add_row(*([Text("")] if ranked else []), *total)
    return made


def _bare(title: str) -> Table:
    return Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )


def _name(line: Line) -> Text:
    """The name, with its light before it: a sign of its own, where there is no colour."""
    signs = {"red": "● ", "yellow": "◐ ", "green": "○ "}
    return Text.assemble((signs.get(line.light, ""), _STYLES.get(line.light, "")), line.name)


def _cell(cell: Cell, place: int) -> Text:
    text = cell.text if FIGURES[place].kind is not Kind.HOURS or not cell.median else _both(cell)
    return Text(text, style=_STYLES.get(cell.light, ""))


def _both(cell: Cell) -> str:
    return f"{cell.text}／{cell.median}"


def _trend(board: Told, title: str) -> Table:
    made = _bare(title)
    made.add_column("", no_wrap=True)
    for each in board.point_titles:
        made.add_column(each, justify="right")
    shown = board.trend[-_MOST_POINTS:]
    if len(shown) < len(board.trend):
        made.add_row("…", *([""] * len(board.point_titles)))
    for start, point in shown:
        made.add_row(start, *map(str, point[1:]))
    return made
