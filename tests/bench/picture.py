"""Bar charts as SVG, written by hand: they need no library, and follow the reader's light or dark theme."""

from __future__ import annotations

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _RIGHT, _ROW, _TOP, _FOOT = 820, 120, 34, 56, 40
_LEFT_LEAST, _LETTER = 150, 6.7

STYLE = """\
<style>
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 } .small { font-size: 11px; fill: #57606a }
  .ours { fill: #1a7f5a } .theirs { fill: #8c959f } .grid { stroke: #d0d7de }
  .mark { stroke: #24292f; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 } .grid { stroke: #3d444d } .mark { stroke: #e6edf3 }
    .ours { fill: #3fb68b } .theirs { fill: #656c76 }
  }
</style>"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its value, the words behind it, a second value marked by a stroke (0: none), ours or not."""

    name: str
    value: float
    words: str
    mark: float = 0.0
    ours: bool = False


def bar_chart(title: str, note: str, bars: list[Bar], *, logarithmic: bool = False) -> str:
    """The chart as the text of an SVG file. Values are positive; a logarithmic axis says so in ``note``."""
    left = max(_LEFT_LEAST, 24 + _LETTER * max(len(bar.name) for bar in bars))
    axis = _Axis([v for bar in bars for v in (bar.value, bar.mark) if v > 0], left, logarithmic)
    height = _TOP + _ROW * len(bars) + _FOOT
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        STYLE,
        f'<text class="title" x="12" y="26">{escape(title)}</text>',
    ]
    bottom = _TOP + _ROW * len(bars)
    for tick in axis.ticks:
        x = axis.place(tick)
        lines.append(f'<line class="grid" x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{bottom}"/>')
        lines.append(
            f'<text class="small" x="{x:.1f}" y="{bottom + 14}" text-anchor="middle">{tick:,g}</text>'
        )
    for number, bar in enumerate(bars):
        lines += _bar(bar, _TOP + _ROW * number, axis)
    lines.append(f'<text class="small" x="12" y="{height - 8}">{escape(note)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _bar(bar: Bar, top: int, axis: _Axis) -> list[str]:
    end, middle = axis.place(bar.value), top + _ROW / 2 + 4
    left = axis.left
    width = max(1.0, end - left)
    furthest = max(end, axis.place(bar.mark) if bar.mark else end)
    kind = "ours" if bar.ours else "theirs"
    lines = [
        f'<text x="{left - 10:.0f}" y="{middle:.0f}" text-anchor="end">{escape(bar.name)}</text>',
        f'<rect class="{kind}" x="{left:.0f}" y="{top + 5}" width="{width:.1f}"'
        f' height="{_ROW - 12}" rx="3"/>',
        f'<text x="{furthest + 8:.1f}" y="{middle:.0f}">{escape(bar.words)}</text>',
    ]
    if bar.mark:
        x = axis.place(bar.mark)
        lines.append(f'<line class="mark" x1="{x:.1f}" y1="{top + 5}" x2="{x:.1f}" y2="{top + _ROW - 7}"/>')
    return lines


class _Axis:
    """From values to places; ticks at powers of ten, or at round steps from zero."""

    def __init__(self, values: list[float], left: float, logarithmic: bool) -> None:
        self.left = left
        self._logarithmic = logarithmic
        if logarithmic:
            low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
            self._low, self._high = float(low), float(max(high, low + 1))
            self.ticks = [10.0**power for power in range(low, max(high, low + 1) + 1)]
        else:
            step = 10.0 ** math.floor(math.log10(max(values)))
            self._low, self._high = 0.0, math.ceil(max(values) / step) * step
            self.ticks = [step * n for n in range(round(self._high / step) + 1)]

    def place(self, value: float) -> float:
        """The x of a value."""
        on_axis = math.log10(value) if self._logarithmic else value
        share = (on_axis - self._low) / (self._high - self._low)
        return self.left + share * (_WIDTH - self.left - _RIGHT)
