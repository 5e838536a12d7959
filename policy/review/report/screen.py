"""Tables on a terminal: columns that know how wide Chinese is, 80 columns where nobody says otherwise, no
colour when piped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.box import SQUARE
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from policy.decide.decision import State
from policy.text.characters import printable_lines

STATE_STYLES = {
    State.OVERDUE: "bold red",
    State.FULFILLED: "green",
    State.FULFILLED_LATE: "yellow",
    State.UNDETERMINED: "magenta",
    State.DISCHARGED: "dim",
    State.TERMINATED: "dim",
    State.SUSPENDED: "cyan",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its share of the width, and the least it needs."""

    title: str
    ratio: int
    minimum: int


class _Screen(Console):
    """A console that leaves a reader who goes away to the command line, which has an exit code for it, and
    that no text steers: all that is drawn is made of our own signs and of what can be printed."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            text = segment.text
            if segment.control or text.isprintable():
                yield segment
            else:
                yield Segment(printable_lines(text), segment.style)


def screen(width: int | None = None) -> Console:
    """The console of this process: colours and width of the terminal; plain text of 80 columns when piped, or
    of ``width``."""
    return _Screen(width=width, highlight=False, markup=False, emoji=False)


def table(title: str, columns: Sequence[Column], rows: Iterable[Sequence[str | Text]], width: int) -> Table:
    """A table of ``width`` columns of the screen, a line between its rows."""
    made = Table(title=title or None, title_justify="left", title_style="bold", box=SQUARE, show_lines=True)
    for column, share in zip(columns, _widths(columns, width), strict=True):
        made.add_column(column.title, width=share, overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    """How wide each column is: its minimum, and of what is left its share (the last takes the rest)."""
    frame = 3 * len(columns) + 1
    free = max(0, width - frame - sum(column.minimum for column in columns))
    whole = sum(column.ratio for column in columns)
    widths = [column.minimum + free * column.ratio // whole for column in columns]
    widths[-1] += free - (sum(widths) - sum(column.minimum for column in columns))
    return widths
