"""The results of a run as plain data: what the JSON file holds, and the page and pictures are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the other engines are installed by `make bench` alone
    from tests.bench.engines import Comparison
    from tests.bench.growth import Size
    from tests.bench.serving import Throughput
    from tests.bench.timing import Samples

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Aim:
    """Something the project aims at, and what came out. ``least``: the aim is a lower bound."""

    what: str
    aim: float
    measured: float
    unit: str
    least: bool = True

    @property
    def met(self) -> bool:
        """Whether the aim is reached."""
        return self.measured >= self.aim if self.least else self.measured <= self.aim


def comparison_data(comparison: Comparison) -> Data:
    """Times in microseconds; ``ratio`` is the geometric mean over the cases of theirs to ours."""
    return {
        "rounds": comparison.rounds,
        "cases": [
            {"name": name, "findings": count}
            for name, count in zip(comparison.cases, comparison.findings, strict=True)
        ],
        "engines": [
            {"name": row.name, "rules": row.rules, "ratio": _rounded(row.ratio), **_times(row.samples)}
            for row in comparison.rows
        ],
    }


def growth_data(sizes: tuple[Size, ...]) -> list[Data]:
    """One entry for each pack."""
    return [
        {
            "more": size.more,
            "rules": size.rules,
            "load_seconds": _rounded(size.load_seconds),
            "megabytes": _rounded(size.megabytes),
            "ratio": _rounded(size.ratio),
            **_times(size.samples),
        }
        for size in sizes
    ]


def serving_data(subjects: tuple[Throughput, ...]) -> list[Data]:
    """One entry for each subject."""
    return [
        {
            "name": subject.name,
            "per_second": round(subject.per_second),
            "share": _rounded(subject.share),
            "median_ms": _rounded(subject.median_ms),
            "p99_ms": _rounded(subject.p99_ms),
            "cpu_us": _rounded(subject.cpu_us),
        }
        for subject in subjects
    ]


def aims(data: Data) -> list[Aim]:
    """The aims that the data can speak to."""
    found = []
    ratios = {engine["name"]: engine["ratio"] for engine in data.get("engines", {}).get("engines", [])}
    if ratios:
        found.append(Aim("zen-engine takes so many times as long", 30, ratios["zen-engine"], "×"))
        found.append(Aim("CLIPS takes so many times as long", 5, ratios["CLIPS"], "×"))
    for size in data.get("growth", [])[1:]:
        what = f"cost of a decision with {size['more']:,} more rules"
        found.append(Aim(what, 1.1, size["ratio"], "×", least=False))
    shares = {subject["name"]: 100 * subject["share"] for subject in data.get("serving", [])}
    if shares:
        found.append(Aim("Evaluate, log off, of an empty echo", 70, shares["Evaluate, log off"], " %"))
        found.append(Aim("Evaluate, log on, of an empty echo", 50, shares["Evaluate, log on"], " %"))
    return found


def _times(samples: Samples) -> Data:
    return {
        "median_us": _rounded(samples.median),
        "p99_us": _rounded(samples.p99),
        "case_medians_us": [_rounded(median) for median in samples.medians],
    }


def _rounded(value: float | None) -> float | None:
    """To four significant digits: more is noise."""
    return None if value is None else float(f"{value:.4g}")
