"""The published files: well formed, and saying of every aim whether it is met."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.bench.page import write
from tests.bench.picture import Bar, bar_chart
from tests.bench.results import Data, aims

_TIMES = {"median_us": 100.0, "p99_us": 900.0, "case_medians_us": [90.0, 110.0]}
_SERVED = {"per_second": 5000, "median_ms": 1.0, "p99_ms": 3.0, "cpu_us": None}


@pytest.fixture
def data() -> Data:
    engines = [("Linkage, same rules", None), ("zen-engine", 31.0), ("CLIPS", 4.0)]
    subjects = [("echo, empty answer", 1.0), ("Evaluate, log off", 0.71), ("Evaluate, log on", 0.3)]
    sizes = [(0, 1.0), (100, 1.0), (1_000, 1.3)]
    return {
        "machine": {"processor": "one", "cores": "2"},
        "engines": {
            "rounds": 3,
            "cases": [{"name": "a", "findings": 1}, {"name": "b", "findings": 2}],
            "engines": [{"name": name, "rules": 82, "ratio": ratio, **_TIMES} for name, ratio in engines],
        },
        "growth": [
            {
                "more": more,
                "rules": 254 + more,
                "load_seconds": 1.0,
                "megabytes": 60.0,
                "ratio": ratio,
                **_TIMES,
            }
            for more, ratio in sizes
        ],
        "serving": [{"name": name, "share": share, **_SERVED} for name, share in subjects],
    }


def test_aims_are_compared_in_their_own_direction(data: Data) -> None:
    assert [(aim.measured, aim.met) for aim in aims(data)] == [
        (31.0, True),
        (4.0, False),
        (1.0, True),
        (1.3, False),
        (71.0, True),
        (30.0, False),
    ]


def test_parts_that_were_not_run_have_no_aims(data: Data) -> None:
    assert [aim.met for aim in aims({"machine": {}, "serving": data["serving"]})] == [True, False]


def test_every_file_is_written_and_well_formed(data: Data, tmp_path: Path) -> None:
    write(data, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "README.md",
        "engines.svg",
        "growth.svg",
        "results.json",
        "serving.svg",
    ]
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8")) == data
    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| CLIPS takes so many times as long | ≥ 5× | 4× | **no** |" in page
    for name in ("engines.svg", "growth.svg", "serving.svg"):
        assert name in page
        ElementTree.parse(tmp_path / name)  # noqa: S314 - our own file


def test_longer_bars_for_larger_values_and_names_escaped() -> None:
    bars = [Bar("a < b", 1.0, "1"), Bar("c", 1000.0, "1,000", 5000.0)]
    for logarithmic in (False, True):
        root = ElementTree.fromstring(bar_chart("t", "n", bars, logarithmic=logarithmic))  # noqa: S314
        rects = root.findall("{http://www.w3.org/2000/svg}rect")
        short, long = (float(rect.get("width", "0")) for rect in rects)
        assert short < long
        assert "a < b" in [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
