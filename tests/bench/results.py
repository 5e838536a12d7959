"""The results of a run as plain data: what the JSON file holds, and the page and pictures are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the other engines are installed by `make bench` alone
    from tests.bench.engines import Comparison
    from tests.bench.growth import Size
    from tests.bench.peers.remote import Row
    from tests.bench.serving import Throughput
    from tests.bench.timing import Samples

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Aim:
    """Something the project aims at, and what came out. ``least``: the aim is a lower bound.

    ``kind`` names what limits it, in ``tests.bench.peers.limits``.
    """

    what: str
    aim: float
    measured: float
    unit: str
    kind: str
    least: bool = True

    @property
    def met(self) -> bool:
        """Whether the aim is reached."""
        return self.measured >= self.aim if self.least else self.measured <= self.aim

    @property
    def bound(self) -> str:
        """The aim in words."""
        return f"{'≥' if self.least else '≤'} {self.aim:,g}{self.unit}"

    @property
    def found(self) -> str:
        """What was measured, to three digits or to the unit."""
        return f"{self.measured:{',.0f' if self.measured >= 1000 else '.3g'}}{self.unit}"


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


def serving_data(subjects: tuple[Throughput, ...], client: str) -> Data:
    """One entry for each subject, where ``cases`` are in one call; ``client`` says what loaded them."""
    return {
        "client": client,
        "subjects": [
            {
                "name": subject.name,
                "cases": subject.cases,
                "workers": subject.workers,
                "per_second": _rounded(subject.per_second),
                "share": _rounded(subject.share),
                "median_ms": _rounded(subject.median_ms),
                "p99_ms": _rounded(subject.p99_ms),
                "cpu_us": _rounded(subject.cpu_us),
            }
            for subject in subjects
        ],
    }


def cerbos_data(rows: tuple[Row, ...], version: str, connections: int, batch_connections: int) -> Data:
    """One entry for each subject; ``per_second`` are cases, ``cpu_us`` is the server's time for a case."""
    return {
        "version": version,
        "connections": connections,
        "batch_connections": batch_connections,
        "rows": [
            {
                "name": row.name,
                "cases": row.cases,
                "per_second": _rounded(row.per_second),
                "median_ms": _rounded(row.median_ms),
                "p99_ms": _rounded(row.p99_ms),
                "cpu_us": _rounded(row.cpu_us),
            }
            for row in rows
        ],
    }


def aims(data: Data) -> list[Aim]:
    """The aims that the data can speak to."""
    return [
        *_engine_aims(data.get("engines", {})),
        *_cerbos_aims(data.get("cerbos", {}).get("rows", [])),
        *_growth_aims(data.get("growth", [])),
        *_serving_aims(data.get("serving", {}).get("subjects", [])),
        *_bulk_aims(data.get("bulk", {}).get("jobs", [])),
    ]


_PEERS = {"zen-engine": 50, "CLIPS": 10, "durable-rules": 50}


def _engine_aims(data: Data) -> list[Aim]:
    engines = {engine["name"]: engine for engine in data.get("engines", [])}
    found = []
    for peer, aim in _PEERS.items():
        if peer in engines:
            what = f"{peer} takes so many times as long, one case at a time"
            found.append(Aim(what, aim, engines[peer]["ratio"], "×", peer))
    return found


def _cerbos_aims(rows: list[Data]) -> list[Aim]:
    """Our best number of processes against Cerbos, which uses every core by itself."""
    found = []
    for what, aim, many in (("a single case a call", 3, False), ("batches", 10, True)):
        rates: dict[bool, float] = {}
        for row in rows:
            if (row["cases"] > 1) == many:
                ours = row["name"].startswith("Linkage")
                rates[ours] = max(rates.get(ours, 0.0), row["per_second"])
        if len(rates) > 1:
            kind = "cerbos batch" if many else "cerbos"
            found.append(
                Aim(
                    f"cases a second over gRPC, {what}, of Cerbos’",
                    aim,
                    rates[True] / rates[False],
                    "×",
                    kind,
                )
            )
    return found


def _growth_aims(sizes: list[Data]) -> list[Aim]:
    return [
        Aim(f"cost of a decision with {s['more']:,} more rules", 1.1, s["ratio"], "×", "growth", least=False)
        for s in sizes[1:]
    ]


def _serving_aims(subjects: list[Data]) -> list[Aim]:
    shares = {subject["name"]: 100 * subject["share"] for subject in subjects}
    wanted = (("Evaluate, log off", 80, "service"), ("Evaluate, log on", 60, "log"))
    return [
        Aim(f"{name}, of an empty echo", aim, shares[name], " %", kind)
        for name, aim, kind in wanted
        if name in shares
    ]


def _bulk_aims(jobs: list[Data]) -> list[Aim]:
    rates = [job["per_second"] for job in jobs if job["workers"] == 2]
    what = "linkage bulk, cases a second on two cores, the fastest job"
    return [Aim(what, 100_000, max(rates), "/s", "bulk")] if rates else []


def _times(samples: Samples) -> Data:
    return {
        "median_us": _rounded(samples.median),
        "p99_us": _rounded(samples.p99),
        "case_medians_us": [_rounded(median) for median in samples.medians],
    }


def _rounded(value: float | None) -> float | None:
    """To four significant digits: more is noise."""
    return None if value is None else float(f"{value:.4g}")
