"""Where the time of a decision goes: Python's own profiler over the mix, by module and by function."""

from __future__ import annotations

import cProfile
import pstats
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.cases import bench_cases
from tests.bench.subset import rule_set, whole

_REPEATS = 100
_FUNCTIONS = 25


def show_profile(rules: Path, console: Console) -> None:
    """Profiles the whole pack. The profiler makes many small calls look dearer than they are."""
    ours = whole(rule_set(rules))
    calls = [ours.prepare(case) for case in bench_cases()]
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(_REPEATS):
        for call in calls:
            call()
    profile.disable()
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    own = {(_module(file), name): entry[2] for (file, _, name), entry in stats.items()}
    total = sum(own.values())
    modules: Counter[str] = Counter()
    for (module, _), seconds in own.items():
        modules[module] += seconds
    console.print(_table("Own time by module", [(m, s / total) for m, s in modules.most_common(15)]))
    functions = sorted(own.items(), key=lambda item: -item[1])[:_FUNCTIONS]
    console.print(_table("Own time by function", [(f"{m}: {f}", s / total) for (m, f), s in functions]))


def _module(file: str) -> str:
    if file == "~":
        return "built in"
    parts = Path(file).parts
    return "/".join(parts[parts.index("policy") :]) if "policy" in parts else Path(file).name


def _table(title: str, rows: list[tuple[str, float]]) -> Table:
    table = Table("where", "share", title=title, title_justify="left")
    for name, share in rows:
        table.add_row(name, f"{share:.1%}")
    return table
