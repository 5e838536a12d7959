"""Servers in processes of their own, as the benchmarks start them, and what they cost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.h2 import LoadError


@contextmanager
def server(*command: str, errors: Path | None = None) -> Iterator[tuple[int, str]]:
    """``python -m command …`` that prints ``listening ADDRESS``: its process id and address."""
    with (
        Path(errors or os.devnull).open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-m", *command], stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            line = process.stdout.readline() if process.stdout is not None else ""
            word, _, address = line.strip().partition(" ")
            if word != "listening":
                raise LoadError(f"{command[0]} did not start: run it by hand to see why")
            yield process.pid, address
        finally:
            process.terminate()


def family(process: int) -> list[int]:
    """The process and its children, the workers of a server that has some (proc(5))."""
    children = Path(f"/proc/{process}/task/{process}/children")
    return [process, *(map(int, children.read_text().split()) if children.exists() else ())]


def cpu_seconds(process: int) -> float | None:
    """User and system time of the family so far; None where the system does not tell."""
    ticks = 0
    for member in family(process):
        stat = Path(f"/proc/{member}/stat")
        if not stat.exists():
            return None
        fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def resident_bytes(process: int) -> int:
    """What one process keeps in memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
