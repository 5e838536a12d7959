"""Processes that help the service: what takes long, the shadow, engines; where the system tells of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")

_BY_WORD: Mapping[str, str] = {"apart.process": "apart", "second": "shadow"}
"""What stands behind ``server.decisions.begin`` in a command -> the name of the process."""
_STARTER, _DURABLE = "server.decisions.begin", "durable/worker.py"


def helpers(processes: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """The helpers of each of these processes, by names like ``apart``, or ``0/apart`` of worker 0.

    A helper may have one of its own: an engine that runs in a process.
    """
    known = set(processes.values())
    for name, pid in processes.items():
        yield from _below(name, pid, known)


def _below(name: str, pid: int, known: set[int]) -> Iterator[tuple[str, int]]:
    for child in _children(pid):
        if child not in known and (title := _title(child)):
            full = f"{name}/{title}" if name else title
            yield full, child
            yield from _below(full, child, known)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):  # it has ended, or the system does not tell
        for thread in (PROC / str(pid) / "task").iterdir():  # whichever of them started it
            found += map(int, (thread / "children").read_text().split())
    return sorted(found)


def _title(pid: int) -> str:
    """What the process is by its command; empty where it is none of ours."""
    try:
        words = (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return ""
    if any(word.endswith(_DURABLE) for word in words):
        return "durable"
    if _STARTER in words[:-1]:
        return _BY_WORD.get(words[words.index(_STARTER) + 1], "")
    return ""
