"""Line charts as SVG, in the style of the bar charts: no library, the reader's light or dark theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tests.bench.picture import STYLE

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _FOOT = 820, 360, 70, 150, 56, 62

_LINES = """\
<style>
  .line { fill: none; stroke-width: 2 }
  .l0 { stroke: #8c959f } .l1 { stroke: #1a7f5a } .l2 { stroke: #0969da } .l3 { stroke: #bc4c00 }
  .half { stroke: #8c959f; stroke-dasharray: 4 4 }
</style>"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name, and its points from left to right."""

    name: str
    points: Sequence[tuple[float, float]]


def line_chart(title: str, note: str, across: str, lines: Sequence[Line], mark: float) -> str:
    """The chart as the text of an SVG file; both axes start at zero, ``mark`` is a place across.

    ``across`` names the horizontal axis, ``note`` says what goes up.
    """
    width = max(x for line in lines for x, _ in line.points)
    height = max(y for line in lines for _, y in line.points)
    right, up = _steps(width), _steps(height)
    plot = _Plot(right[-1], up[-1])
    here, end, bottom = plot.x(mark), plot.x(right[-1]), plot.y(0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        STYLE,
        _LINES,
        f'<text class="title" x="12" y="26">{escape(title)}</text>',
        *_grid(plot, right, up),
        f'<line class="half" x1="{here:.1f}" y1="{_TOP}" x2="{here:.1f}" y2="{bottom:.1f}"/>',
        f'<text class="small" x="{end + 8:.1f}" y="{bottom + 4:.1f}">{escape(across)}</text>',
    ]
    for number, line in enumerate(lines):
        parts += _line(plot, line, number, len(lines))
    parts.append(f'<text class="small" x="12" y="{_HEIGHT - 8}">{escape(note)}</text>')
    return "\n".join([*parts, "</svg>", ""])


class _Plot:
    def __init__(self, width: float, height: float) -> None:
        self._width = width
        self._height = height

    def x(self, value: float) -> float:
        return _LEFT + value / self._width * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return _HEIGHT - _FOOT - value / self._height * (_HEIGHT - _TOP - _FOOT)


def _steps(largest: float) -> list[float]:
    """Round steps from zero to at least ``largest``."""
    step = next(
        s * 10.0**power for power in range(-3, 9) for s in (1, 2, 5) if s * 10.0**power * 6 >= largest
    )
    steps = [0.0]
    while steps[-1] < largest:
        steps.append(steps[-1] + step)
    return steps


def _grid(plot: _Plot, right: Sequence[float], up: Sequence[float]) -> list[str]:
    bottom, end = plot.y(0), plot.x(right[-1])
    parts = []
    for value in up:
        y = plot.y(value)
        parts.append(f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{end:.1f}" y2="{y:.1f}"/>')
        parts.append(
            f'<text class="small" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:,g}</text>'
        )
    for value in right:
        place = f'x="{plot.x(value):.1f}" y="{bottom + 16:.1f}" text-anchor="middle"'
        parts.append(f'<text class="small" {place}>{value:,g}</text>')
    return parts


def _line(plot: _Plot, line: Line, number: int, count: int) -> list[str]:
    points = " ".join(f"{plot.x(x):.1f},{plot.y(y):.1f}" for x, y in line.points)
    # Names below each other at the right, in the lines' colours: lines that lie close would hide theirs.
    key, y = _WIDTH - _RIGHT + 30, _TOP + 20 * (count - number)
    return [
        f'<polyline class="line l{number}" points="{points}"/>',
        f'<line class="line l{number}" x1="{key}" y1="{y - 4}" x2="{key + 18}" y2="{y - 4}"/>',
        f'<text class="small" x="{key + 24}" y="{y}">{escape(line.name)}</text>',
    ]
