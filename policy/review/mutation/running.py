"""Many changes tried, on every core: each process has the district for itself, and gets changes by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from policy.pack.folder import read_folder
from policy.review.mutation.changes import Change, Tree
from policy.review.mutation.trial import Bench, Verdict
from policy.text.diagnostics import Faults

_CHUNK = 4
"""Changes that a process is handed at once."""


@cache
def _bench(root: str, code: str) -> tuple[Bench, list[tuple[Tree, Change]]]:
    """The district of this process, and its changes in order."""
    files = read_folder(Path(root), Faults())
    if files is None:
        raise ValueError(root)
    bench = Bench(files, code)
    return bench, list(bench.changes())


def bench_of(root: Path, code: str) -> tuple[Bench, list[tuple[Tree, Change]]]:
    """The district as it is and the changes that may be made of it. Raises ``ValueError``: it has errors."""
    return _bench(str(root), code)


def _tried(task: tuple[str, str, int]) -> Verdict:
    root, code, number = task
    bench, changes = _bench(root, code)
    return bench.tried(*changes[number])


def run(root: Path, code: str, numbers: Sequence[int], jobs: int) -> Iterator[tuple[int, Verdict]]:
    """What becomes of each of these changes, in order, as they are done; on so many processes."""
    tasks = [(str(root), code, number) for number in numbers]
    if jobs <= 1 or len(tasks) <= _CHUNK:
        yield from zip(numbers, map(_tried, tasks), strict=True)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        try:
            yield from zip(numbers, pool.map(_tried, tasks, chunksize=_CHUNK), strict=True)
        finally:
            pool.shutdown(cancel_futures=True)


def sampled(numbers: Sequence[int], most: int) -> list[int]:
    """At most so many of them, evenly from the whole; 0: all."""
    if not most or len(numbers) <= most:
        return list(numbers)
    return [numbers[place * len(numbers) // most] for place in range(most)]
