"""What is made of a soak: the slope, the picture, the page."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.bench.lines import Line, line_chart
from tests.bench.soak import Process, Soak, write

STEADY = Process("worker 0", tuple((float(second), 100.0) for second in range(120)))
GROWING = Process("worker 1", tuple((float(second), 100.0 + second / 60) for second in range(120)))
SETTLING = Process("worker 2", tuple((float(s), min(100.0 + s, 150.0)) for s in range(120)))


@pytest.mark.parametrize(("process", "slope"), [(STEADY, 0.0), (GROWING, 60.0), (SETTLING, 0.0)])
def test_slope_of_the_last_half_in_megabytes_an_hour(process: Process, slope: float) -> None:
    assert process.slope == pytest.approx(slope)


def test_files(tmp_path: Path) -> None:
    soak = Soak(2.0, "SQLite", (STEADY, GROWING), {"Evaluate": 12_345}, {"workers_switched": 5})
    write(soak, tmp_path)
    text = (tmp_path / "soak.md").read_text()
    assert "| worker 1 | 100.0 | 101.0 | 102.0 | 102.0 | 60.0 |" in text
    assert "| Evaluate | 12,345 |" in text
    assert "| `workers_switched` | 5 |" in text
    assert json.loads((tmp_path / "soak.json").read_text())["processes"][0]["samples"][1] == [1, 100.0]
    ElementTree.fromstring((tmp_path / "soak.svg").read_text())  # noqa: S314 - we wrote it


def test_a_chart_holds_every_point() -> None:
    chart = line_chart("A <b>", "up & down", "minutes", [Line("l&m", [(0.0, 1.0), (10.0, 350.0)])], 5.0)
    root = ElementTree.fromstring(chart)  # noqa: S314 - we wrote it
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    (line,) = root.iter("{http://www.w3.org/2000/svg}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    assert all(0 <= x <= width and 0 <= y <= height for x, y in points)
    assert points[0][0] < points[1][0]
    assert points[0][1] > points[1][1]
