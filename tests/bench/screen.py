"""The results as tables on the screen."""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.results import Data, aims


def show(data: Data, console: Console) -> None:
    """Prints every table that the data has."""
    for part, table in _TABLES.items():
        if part in data:
            console.print(table(data[part]))
    console.print(_aims(data))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", overflow="fold")
    return table


def _engines(data: Data) -> Table:
    title = f"One decision, {len(data['cases'])} cases × {data['rounds']} rounds"
    table = _table(title, "engine", "rules", "median µs", "mean µs", "p99 µs", "times ours")
    for engine in data["engines"]:
        ratio = "" if engine["ratio"] is None else f"{engine['ratio']:.2f}"
        mean = f"{fmean(engine['case_medians_us']):,.0f}"
        times = f"{engine['median_us']:,.0f}", mean, f"{engine['p99_us']:,.0f}"
        table.add_row(engine["name"], str(engine["rules"]), *times, ratio)
    return table


def _cerbos(data: Data) -> Table:
    columns = "cases a call", "cases/s", "median ms", "p99 ms", "server CPU µs/case"
    table = _table("Over gRPC, the same two cores", "subject", *columns)
    for row in data["rows"]:
        times = f"{row['per_second']:,.0f}", f"{row['median_ms']:.1f}", f"{row['p99_ms']:.1f}"
        table.add_row(row["name"], str(row["cases"]), *times, _whole(row["cpu_us"]))
    return table


def _growth(data: list[Data]) -> Table:
    table = _table(
        "Rules whose trigger is absent", "rules", "load CPU s", "memory MB", "median µs", "p99 µs", "times"
    )
    for size in data:
        times = f"{size['median_us']:,.0f}", f"{size['p99_us']:,.0f}"
        load = f"{size['load_seconds']:.1f}", f"{size['megabytes']:,.0f}"
        table.add_row(f"{size['rules']:,}", *load, *times, f"{size['ratio']:.2f}")
    return table


def _serving(data: Data) -> Table:
    columns = "cases a call", "calls/s", "of the echo", "median ms", "p99 ms", "server CPU µs/call"
    table = _table("Server", "subject", *columns)
    for subject in data["subjects"]:
        rate = f"{subject['per_second']:,.4g}", f"{subject['share']:.0%}"
        latency = f"{subject['median_ms']:.1f}", f"{subject['p99_ms']:.1f}"
        table.add_row(subject["name"], str(subject["cases"]), *rate, *latency, _whole(subject["cpu_us"]))
    return table


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _aims(data: Data) -> Table:
    table = _table("Aims", "what", "aim", "measured", "met")
    for aim in aims(data):
        table.add_row(aim.what, aim.bound, aim.found, "[green]yes" if aim.met else "[red]no")
    return table


def _bulk(data: Data) -> Table:
    from tests.bench.bulk import table

    return table(data)


_TABLES: dict[str, Callable[[Any], Table]] = {
    "engines": _engines,
    "cerbos": _cerbos,
    "growth": _growth,
    "serving": _serving,
    "bulk": _bulk,
}
