"""The results as tables on the screen."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tests.bench.results import Data, aims


def show(data: Data, console: Console) -> None:
    """Prints every table that the data has."""
    if "engines" in data:
        console.print(_engines(data["engines"]))
    if "growth" in data:
        console.print(_growth(data["growth"]))
    if "serving" in data:
        console.print(_serving(data["serving"]))
    console.print(_aims(data))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table


def _engines(data: Data) -> Table:
    title = f"One decision, {len(data['cases'])} cases × {data['rounds']} rounds"
    table = _table(title, "engine", "rules", "median µs", "p99 µs", "times ours")
    for engine in data["engines"]:
        ratio = "" if engine["ratio"] is None else f"{engine['ratio']:.2f}"
        times = f"{engine['median_us']:,.0f}", f"{engine['p99_us']:,.0f}"
        table.add_row(engine["name"], str(engine["rules"]), *times, ratio)
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


def _serving(data: list[Data]) -> Table:
    columns = ("calls/s", "of the echo", "median ms", "p99 ms", "server CPU µs/call")
    table = _table("Server, one process, one connection", "subject", *columns)
    for subject in data:
        cpu = "" if subject["cpu_us"] is None else f"{subject['cpu_us']:,.0f}"
        latency = f"{subject['median_ms']:.1f}", f"{subject['p99_ms']:.1f}"
        table.add_row(subject["name"], f"{subject['per_second']:,}", f"{subject['share']:.0%}", *latency, cpu)
    return table


def _aims(data: Data) -> Table:
    table = _table("Aims", "what", "aim", "measured", "met")
    for aim in aims(data):
        bound = "≥" if aim.least else "≤"
        met = "[green]yes" if aim.met else "[red]no"
        table.add_row(aim.what, f"{bound} {aim.aim:g}{aim.unit}", f"{aim.measured:.3g}{aim.unit}", met)
    return table
