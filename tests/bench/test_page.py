"""The published files: well formed, saying of every aim whether it is met, keeping the parts not measured."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.bench.page import NOTES, OtherMachine, write
from tests.bench.peers.limits import LIMITS
from tests.bench.picture import Bar, bar_chart
from tests.bench.results import Data, aims

_TIMES = {"median_us": 100.0, "p99_us": 900.0, "case_medians_us": [90.0, 110.0]}
_CALLS = {"median_ms": 1.0, "p99_ms": 3.0, "cpu_us": None}


@pytest.fixture
def data() -> Data:
    return {
        "machine": {"day": "2024-01-01", "processor": "one", "cores": "2"},
        "engines": _engines(),
        "cerbos": _cerbos(),
        "growth": [_size(more, ratio) for more, ratio in ((0, 1.0), (100, 1.0), (1_000, 1.3))],
        "serving": _serving(),
        "bulk": _bulk(),
    }


def _engines() -> Data:
    engines = [("Linkage, same rules", None), ("zen-engine", 51.0), ("CLIPS", 4.0), ("durable-rules", 50.0)]
    return {
        "rounds": 3,
        "cases": [{"name": "a", "findings": 1}, {"name": "b", "findings": 2}],
        "engines": [{"name": name, "rules": 82, "ratio": ratio, **_TIMES} for name, ratio in engines],
    }


def _cerbos() -> Data:
    rates = [("Cerbos", 1, 100.0), ("Cerbos, 36 cases", 36, 200.0), ("Linkage, 1 process", 1, 150.0)]
    rates += [("Linkage, 2 processes", 1, 290.0), ("Linkage, 36 cases", 36, 2_200.0)]
    rows = [{"name": name, "cases": cases, "per_second": rate, **_CALLS} for name, cases, rate in rates]
    return {"version": "1.0", "connections": 16, "batch_connections": 8, "rows": rows}


def _size(more: int, ratio: float) -> Data:
    rules = 254 + more
    return {"more": more, "rules": rules, "load_seconds": 1.0, "megabytes": 60.0, "ratio": ratio, **_TIMES}


def _serving() -> Data:
    shares = [("echo, empty answer", 0, 1.0), ("Evaluate, log off", 1, 0.81), ("Evaluate, log on", 1, 0.3)]
    subjects = [
        {"name": name, "cases": cases, "workers": 1, "per_second": 5000.0, "share": share, **_CALLS}
        for name, cases, share in shares
    ]
    return {"client": "a client", "subjects": subjects}


def _bulk() -> Data:
    way = {"engine": "compiled", "form": "parquet"}
    stage = {**way, "read_us": 4.0, "decide_us": 9.0, "write_us": 5.5, "findings": 20.0}
    job = {**way, "cases": 240_000, "seconds": 9.0, "bytes_a_case": 80}
    rates = {1: 52_000, 2: 101_000}
    jobs = [{**job, "workers": workers, "per_second": rate} for workers, rate in rates.items()]
    many = [{"what": "decision", "threads": 2, "per_second": 90_000}]
    return {"batch": 8192, "stages": [stage], "jobs": jobs, "many": many}


def test_aims_are_compared_in_their_own_direction(data: Data) -> None:
    assert [(aim.measured, aim.met) for aim in aims(data)] == [
        (51.0, True),
        (4.0, False),
        (50.0, True),
        (2.9, False),
        (11.0, True),
        (1.0, True),
        (1.3, False),
        (81.0, True),
        (30.0, False),
        (101_000, True),
    ]


def test_it_is_said_what_limits_each_aim(data: Data) -> None:
    assert {aim.kind for aim in aims(data)} == set(LIMITS)


def test_parts_that_were_not_run_have_no_aims(data: Data) -> None:
    assert [aim.met for aim in aims({"machine": {}, "serving": data["serving"]})] == [True, False]


def test_every_file_is_written_and_well_formed(data: Data, tmp_path: Path) -> None:
    (tmp_path / NOTES).write_text("## What did not help\n", encoding="utf-8")
    write(data, tmp_path)
    pictures = ["bulk.svg", "cerbos.svg", "engines.svg", "growth.svg", "serving.svg"]
    assert {path.name for path in tmp_path.iterdir()} == {"README.md", "results.json", NOTES, *pictures}
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8")) == data
    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| CLIPS takes so many times as long, one case at a time | ≥ 10× | 4× | **no** |" in page
    assert "| ≥ 100,000/s | 101,000/s | yes |" in page
    assert page.endswith("## What did not help\n")
    for name in pictures:
        assert name in page
        ElementTree.parse(tmp_path / name)  # noqa: S314 - our own file


def test_parts_measured_again_join_those_measured_before(data: Data, tmp_path: Path) -> None:
    write(data, tmp_path)
    again = {
        "machine": data["machine"] | {"day": "2024-02-02"},
        "cerbos": data["cerbos"] | {"connections": 17},
    }
    write(again, tmp_path, keep=True)
    written = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert written == data | again
    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "17 connections" in page
    assert "## Growth" in page


def test_parts_of_another_machine_are_not_joined(data: Data, tmp_path: Path) -> None:
    write(data, tmp_path)
    other = {"machine": data["machine"] | {"cores": "64"}, "cerbos": data["cerbos"]}
    with pytest.raises(OtherMachine, match="another cores"):
        write(other, tmp_path, keep=True)


def test_a_full_run_replaces_what_was_there(data: Data, tmp_path: Path) -> None:
    write(data, tmp_path)
    other = {"machine": data["machine"] | {"cores": "64"}, "cerbos": data["cerbos"]}
    write(other, tmp_path)
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8")) == other


def test_longer_bars_for_larger_values_and_names_escaped() -> None:
    bars = [Bar("a < b", 1.0, "1"), Bar("c", 1000.0, "1,000", 5000.0)]
    for logarithmic in (False, True):
        root = ElementTree.fromstring(bar_chart("t", "n", bars, logarithmic=logarithmic))  # noqa: S314
        rects = root.findall("{http://www.w3.org/2000/svg}rect")
        short, long = (float(rect.get("width", "0")) for rect in rects)
        assert short < long
        assert "a < b" in [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_long_names_have_room() -> None:
    name = "a name of forty-eight letters, which is quite long"
    root = ElementTree.fromstring(bar_chart("t", "n", [Bar(name, 1.0, "1")]))  # noqa: S314 - our own text
    rect = root.find("{http://www.w3.org/2000/svg}rect")
    assert rect is not None
    assert float(rect.get("x", "0")) > 6 * len(name)
