"""``python -m tests.kills --kills 200 --store both``: exit code 1 where something does not hold."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.kills.killing import Killed, killed
from tests.kills.page import write
from tests.server.logs import Keys
from tests.server.postgres import running_postgres

STORES = ("sqlite", "postgresql")


def main() -> int:
    """Runs it on each store that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description="Servers killed outright.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2024)
    parser.add_argument("--store", choices=(*STORES, "both"), default="both")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks/kills.md")
    options = parser.parse_args()
    console = Console()
    stores = STORES if options.store == "both" else (options.store,)
    found = {store: _on(store, options.kills, options.seed, console) for store in stores}
    if options.write:
        write(found)
    return int(any(one.wrong for one in found.values()))


def _on(store: str, kills: int, seed: int, console: Console) -> Killed:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linkage-kills-")))
        Keys.folder = folder
        if store == "postgresql":
            database = stack.enter_context(running_postgres(folder / "data")).create()
        else:
            database = f"sqlite:///{folder / 'register.sqlite3'}"
        columns = TextColumn(store), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        progress = stack.enter_context(Progress(*columns, console=console))
        task = progress.add_task(store, total=kills)
        found = asyncio.run(killed(database, folder, kills, seed, lambda: progress.advance(task)))
    console.print(store, found._replace(wrong=found.wrong[:20]))
    return found


if __name__ == "__main__":
    raise SystemExit(main())
