"""``python -m tests.bench`` (``make bench``): measures, shows tables, writes docs/benchmarks.

Exit code 1 where the engines disagree or a server does not answer: then nothing is written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.bench.results import Data

Track = Callable[[int], Callable[[], None]]
"""Makes a task of so many steps in the progress bar: what advances it by one."""

Part = Callable[[Path, bool, Track], Any]
"""Measures one part on these rules, quickly or not: its data."""


def main() -> int:
    """Runs the parts asked for and writes what they gave, beside what the folder has of the others."""
    options = _options()
    console = Console()
    if options.profile:
        from tests.bench.profile import show_profile

        show_profile(options.rules, console)
        return 0
    if "soak" in (options.only or ()):
        from tests.bench.soak import run

        return run(options.rules, options.minutes, console)
    if "siege" in (options.only or ()):
        from tests.bench.siege import run as besieged

        return besieged(options.rules, options.minutes, console)
    if "register" in (options.only or ()):
        from tests.bench.register import run as registered

        return registered(options.rules, options.quick, console)
    if "province" in (options.only or ()):
        from tests.bench.province import run as drilled

        return drilled(options.rules, options.quick, console)
    if "costs" in (options.only or ()):
        from tests.bench.costs import run as cost

        return cost(options.rules, options.quick, console)
    from tests.bench.page import FOLDER, write
    from tests.bench.screen import show

    try:
        data = _measured(options.rules, options.only or list(PARTS), options.quick, console)
        show(data, console)
        if not options.quick:
            write(data, keep=bool(options.only))
            console.print(f"written: {FOLDER.parent.name}/{FOLDER.name}")
    except _failures() as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measures Linkage beside others."
    )
    parser.add_argument("--rules", type=Path, default=Path("rules"), help="folder of the rules")
    parts = (*PARTS, "soak", "siege", "costs", "register", "province")
    parser.add_argument("--only", action="append", choices=parts, help="only this part (repeatable)")
    parser.add_argument("--minutes", type=float, default=10.0, help="length of --only soak or siege")
    parser.add_argument(
        "--quick", action="store_true", help="few rounds, to see that it works; nothing is written"
    )
    parser.add_argument("--profile", action="store_true", help="show where a decision's time goes, and stop")
    return parser.parse_args()


def _failures() -> tuple[type[Exception], ...]:
    from tests.bench.h2 import LoadError
    from tests.bench.page import OtherMachine
    from tests.bench.peers.protocol import Disagreement

    return Disagreement, LoadError, OtherMachine


def _measured(rules: Path, parts: list[str], quick: bool, console: Console) -> Data:
    """Each part in turn under one progress bar; a peer that cannot be had here is said and left out."""
    from tests.bench.machine import machine_facts
    from tests.bench.peers.cerbos_server import Missing

    data: Data = {"machine": machine_facts()}
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console) as progress:
        for part in parts:
            try:
                data[part] = PARTS[part](rules, quick, _tracker(progress, part))
            except Missing as missing:
                console.print(f"{part} is left out: {missing}")
    return data


def _tracker(progress: Progress, part: str) -> Track:
    def track(total: int) -> Callable[[], None]:
        task = progress.add_task(part, total=total)
        return lambda: progress.advance(task)

    return track


def _engines(rules: Path, quick: bool, track: Track) -> Data:
    from tests.bench import engines
    from tests.bench.results import comparison_data

    rounds = 3 if quick else 60
    advance = track(engines.steps(rounds))
    return comparison_data(engines.compare(engines.contest(rules), rounds, advance))


def _cerbos(rules: Path, quick: bool, track: Track) -> Data:
    from tests.bench.peers import remote
    from tests.bench.peers.cerbos_server import VERSION
    from tests.bench.results import cerbos_data

    rounds = 1 if quick else 5
    rows = remote.measure(rules, rounds, track(remote.turns(rounds)))
    return cerbos_data(rows, VERSION, remote.SINGLE.connections, remote.WHOLE.connections)


def _growth(rules: Path, quick: bool, track: Track) -> list[Data]:
    from tests.bench import growth
    from tests.bench.results import growth_data
    from tests.bench.timing import WARM_UP

    sizes, rounds = (growth.SIZES[:-1], 3) if quick else (growth.SIZES, 30)
    return growth_data(growth.measure(rules, sizes, rounds, track(len(sizes) + rounds + WARM_UP)))


def _serving(rules: Path, quick: bool, track: Track) -> Data:
    from tests.bench import serving
    from tests.bench.results import serving_data

    rounds = 2 if quick else 5
    return serving_data(serving.measure(rules, rounds, track(rounds)), serving.client_words())


def _bulk(rules: Path, quick: bool, track: Track) -> Data:
    from tests.bench import bulk

    return bulk.measure(rules, quick, track)


PARTS: dict[str, Part] = {
    "engines": _engines,
    "cerbos": _cerbos,
    "growth": _growth,
    "serving": _serving,
    "bulk": _bulk,
}


if __name__ == "__main__":
    raise SystemExit(main())
