"""``python -m tests.bench`` (``make bench``): measures, shows tables, writes docs/benchmarks.

Exit code 1 where the engines disagree or a server does not answer: then nothing is written.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.bench.results import Data, comparison_data, growth_data, serving_data

PARTS = ("engines", "growth", "serving")


def main() -> int:
    """Runs the parts asked for. Files are written only by a full run."""
    options = _options()
    console = Console()
    if options.profile:
        from tests.bench.profile import show_profile

        show_profile(options.rules, console)
        return 0
    parts = options.only or list(PARTS)
    try:
        data = _measured(options.rules, parts, options.quick, console)
    except _failures() as failure:
        print(failure, file=sys.stderr)
        return 1
    from tests.bench.screen import show

    show(data, console)
    if set(parts) == set(PARTS) and not options.quick:
        from tests.bench.page import FOLDER, write

        write(data)
        console.print(f"written: {FOLDER.parent.name}/{FOLDER.name}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measures Linkage beside others."
    )
    parser.add_argument("--rules", type=Path, default=Path("rules"), help="folder of the rules")
    parser.add_argument("--only", action="append", choices=PARTS, help="only this part; nothing is written")
    parser.add_argument(
        "--quick", action="store_true", help="few rounds, to see that it works; nothing is written"
    )
    parser.add_argument("--profile", action="store_true", help="show where a decision's time goes, and stop")
    return parser.parse_args()


def _failures() -> tuple[type[Exception], ...]:
    from tests.bench.engines import Disagreement
    from tests.bench.h2 import LoadError

    return Disagreement, LoadError


def _measured(rules: Path, parts: list[str], quick: bool, console: Console) -> Data:
    """Each part in turn under one progress bar."""
    from tests.bench import engines, growth, machine, serving
    from tests.bench.timing import WARM_UP

    data: Data = {"machine": machine.machine_facts()}
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console) as progress:
        if "engines" in parts:
            loaded = engines.contest(rules)
            rounds = 5 if quick else 60
            task = progress.add_task("engines", total=rounds + WARM_UP)
            data["engines"] = comparison_data(engines.compare(loaded, rounds, lambda: progress.advance(task)))
        if "growth" in parts:
            sizes = growth.SIZES[:-1] if quick else growth.SIZES
            rounds = 3 if quick else 30
            task = progress.add_task("growth", total=len(sizes) + rounds + WARM_UP)
            data["growth"] = growth_data(growth.measure(rules, sizes, rounds, lambda: progress.advance(task)))
        if "serving" in parts:
            rounds = 2 if quick else 12
            task = progress.add_task("serving", total=rounds)
            data["serving"] = serving_data(serving.measure(rules, rounds, lambda: progress.advance(task)))
    return data


if __name__ == "__main__":
    raise SystemExit(main())
