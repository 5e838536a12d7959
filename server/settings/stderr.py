"""What libraries write to standard error themselves, gRPC's core above all, as lines of the log.

    file descriptor 2 --pipe--> thread --event--> the log, on what standard error was before

Of gRPC's lines level, place and the beginning of the message are kept; of any other, its first words: none
may quote what somebody sent.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from server.settings.logs import Level, configure, event

# abseil: level, month and day, time, thread, file:line] message.
_CORE = re.compile(r"([IWEF])\d{4} \S+\s+\d+ ([\w.]+:\d+)\] (.*)")
_LEVELS = {"I": Level.INFO, "W": Level.WARNING, "E": Level.ERROR, "F": Level.ERROR}
# Where values may begin.
_VALUES = re.compile(r"[:;=('\"<\[{\d]|[^\x20-\x7e]")
_MOST = 120
_PIECE = 64 * 1024

_real = 2


def real_stderr() -> int:
    """The file descriptor of what standard error was before: for processes that write lines of the log."""
    return _real


@contextmanager
def stderr_as_lines(worker: int | None = None) -> Iterator[None]:
    """While the block lasts, what is written to standard error becomes lines of the log.

    ``worker``: as ``configure`` has it. Where the thread cannot keep up lines are lost, and nobody waits.
    """
    global _real
    before = os.dup(2)
    reading, writing = os.pipe()
    # Whoever writes may hold the interpreter, without which the thread reads nothing.
    os.set_blocking(writing, False)
    os.dup2(writing, 2)
    os.close(writing)
    _real = before
    with open(before, "w", encoding="utf-8", errors="backslashreplace", closefd=False) as stream:
        configure(stream=stream, worker=worker)
        thread = threading.Thread(target=_forward, args=(reading,), name="stderr", daemon=True)
        thread.start()
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(before, 2)  # the last end that writes: the thread comes to the end of the pipe
            thread.join(1.0)
            configure(worker=worker)
            _real = 2
    os.close(before)


def _forward(pipe: int) -> None:
    with open(pipe, "rb") as reading:
        while line := reading.readline(_PIECE):
            if text := line.decode(errors="replace").strip():
                _log(text)


def _log(text: str) -> None:
    found = _CORE.match(text)
    if found is None:
        event(Level.WARNING, "library", logger="stderr", template=_beginning(text))
    else:
        level, place, message = found.groups()
        event(_LEVELS[level], "library", logger="grpc", place=place, template=_beginning(message))


def _beginning(text: str) -> str:
    return _VALUES.split(text, maxsplit=1)[0].strip()[:_MOST]
