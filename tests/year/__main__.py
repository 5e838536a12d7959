"""``python -m tests.year --cases 5000 --store both``: the whole year, its proof, and a page of it.

Exit code 1: something does not hold; what, is shown.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.loading import SHIPPED, loaded
from tests.server.logs import Keys
from tests.server.postgres import running_postgres
from tests.year.page import Passed, figures_of, write
from tests.year.proof import proven
from tests.year.rules import first_rules
from tests.year.run import LAST, Year, listened
from tests.year.stories import DAY, START, Templates, stories

STORES = ("sqlite", "postgresql")


def main() -> int:
    """Runs it on each store that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.year", description="A scripted year, proven.")
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=2024)
    parser.add_argument("--store", choices=(*STORES, "both"), default="both")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/year.md")
    options = parser.parse_args()
    console = Console()
    stores = STORES if options.store == "both" else (options.store,)
    found = [_on(store, options.cases, options.seed, console) for store in stores]
    if options.write:
        write(found, options.seed)
    return int(any(wrong for one in found for wrong in one.wrong.values()))


def _on(store: str, cases: int, seed: int, console: Console) -> Passed:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linkage-year-")))
        Keys.folder = folder
        if store == "postgresql":
            database = stack.enter_context(running_postgres(folder / "data")).create()
        else:
            database = f"sqlite:///{folder / 'year.sqlite3'}"
        columns = TextColumn(store), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn()
        progress = stack.enter_context(Progress(*columns, console=console, refresh_per_second=1))
        task = progress.add_task(store, total=(LAST - START) // DAY)
        rules = first_rules(SHIPPED, folder / "rules")
        passed = asyncio.run(_passed(store, database, rules, (cases, seed), lambda: progress.advance(task)))
    console.print(
        f"{store}: {passed.seconds:,.0f} s, proven in {passed.proof_seconds:,.0f} s", passed.figures
    )
    for what, wrong in passed.wrong.items():
        console.print(f"{what}: {len(wrong)} wrong", *wrong[:10], sep="\n  ")
    return passed


async def _passed(store: str, database: str, rules: Path, size: tuple[int, int], advance) -> Passed:  # type: ignore[no-untyped-def]
    cases, seed = size
    begin = time.monotonic()
    async with listened(database, rules) as (server, heard):
        told = stories(Templates.of(*loaded(SHIPPED)), cases, seed)
        year = Year(server, seed)
        known = await year.pass_by(told, lambda _: advance())
        seconds = time.monotonic() - begin
        wrong = await proven(server, known, heard)
        figures = await figures_of(server, known)
        return Passed(store, cases, seconds, time.monotonic() - begin - seconds, figures, wrong)


if __name__ == "__main__":
    raise SystemExit(main())
