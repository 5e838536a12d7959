"""`python -m tests.simulation --seeds 0..9999` runs many seeds; `--seed N --trace` tells of one."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.simulation.faulty import FAULTY, faulty
from tests.simulation.plan import plan_of
from tests.simulation.run import Outcome, run
from tests.simulation.shrinking import shrunk

_AT_ONCE = 50
"""Seeds that a process is given at a time."""
_SHOWN = 10


def main(arguments: list[str] | None = None) -> int:
    """0: nothing was wrong."""
    options = _parser().parse_args(arguments)
    console = Console(stderr=True)
    if options.seed is not None:
        return _one(options, console)
    failed = []
    for outcomes in _all(options, console):
        failed += [each for each in outcomes if each.wrong]
    for outcome in failed[:_SHOWN]:
        print(f"seed {outcome.plan.seed}: {outcome.wrong[0]}")
    print(f"{len(options.seeds)} seeds, {len(failed)} failed")
    return 1 if failed else 0


def _one(options: argparse.Namespace, console: Console) -> int:
    with ExitStack() as stack:
        if options.faulty:
            stack.enter_context(faulty(options.faulty))
        outcome = run(plan_of(options.seed), options.trace)
        if options.shrink and outcome.wrong:
            with console.status("made smaller") as status:
                small = shrunk(outcome, seen=lambda plan: status.update(f"{len(plan.intents)} things done"))
            outcome = run(small.plan, options.trace)
    for line in outcome.lines:
        print(line)
    if options.trace or outcome.wrong:
        print(outcome.plan)
    for wrong in outcome.wrong:
        print(f"wrong: {wrong}")
    print(f"seed {options.seed}: {outcome.digest}")
    return 1 if outcome.wrong else 0


def _all(options: argparse.Namespace, console: Console) -> Iterator[list[Outcome]]:
    seeds = list(options.seeds)
    pieces = [seeds[start : start + _AT_ONCE] for start in range(0, len(seeds), _AT_ONCE)]
    columns = (
        TextColumn("seeds"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[bad]}"),
    )
    with ProcessPoolExecutor(options.processes) as pool, Progress(*columns, console=console) as progress:
        task, bad = progress.add_task("seeds", total=len(seeds), bad=""), 0
        work = pool.map(several, pieces, [options.faulty] * len(pieces))
        for piece, outcomes in zip(pieces, work, strict=True):
            bad += sum(bool(each.wrong) for each in outcomes)
            progress.update(task, advance=len(piece), bad=f"{bad} failed" if bad else "")
            yield outcomes


def several(seeds: list[int], name: str = "") -> list[Outcome]:
    """What comes of these seeds; of the product with a fault, where one is named."""
    with ExitStack() as stack:
        if name:
            stack.enter_context(faulty(name))
        return [run(plan_of(seed)) for seed in seeds]


def _seeds(text: str) -> range:
    first, _, last = text.partition("..")
    try:
        return range(int(first), int(last or first) + 1)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no range of seeds such as 0..999") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument(
        "--seeds", type=_seeds, default=range(1000), metavar="A..B", help="many seeds (0..999)"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="one seed, the same as ever")
    parser.add_argument("--trace", action="store_true", help="say what happened in it")
    parser.add_argument(
        "--shrink", action="store_true", help="where it fails, look for less that fails alike"
    )
    parser.add_argument(
        "--faulty", choices=sorted(FAULTY), default="", help="put this fault into the product"
    )
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count(), metavar="N", help="at once (all cores)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
