"""What signals tell the process, heard also where its loop is too busy to hear anything."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from types import FrameType
from typing import Any

from server.process import early
from server.settings.logs import Level, event

LATE_SECONDS = 10.0
"""How much longer than it may take a stop lasts before the process ends without it."""

OVERDUE = 3
"""Exit code of a process that did not stop in time."""


_STOP = (signal.SIGTERM, signal.SIGINT)
_RELOAD = (signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()


class Signals:
    """SIGTERM and SIGINT stop the process, SIGHUP loads the rules again, as long as the block lasts.

    Python runs them between any two of its steps, while a handler of the loop would wait for the loop.
    ``patience``: seconds that a stop may take; a process that is still there ``LATE_SECONDS`` later ends.
    """

    def __init__(self, patience: float) -> None:
        self.stopping = asyncio.Event()
        self.reload = asyncio.Event()
        self._overdue = threading.Timer(patience + LATE_SECONDS, _end)
        self._overdue.daemon = True
        self._loop = asyncio.get_running_loop()
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Signals:
        for number in (*_STOP, *_RELOAD):
            self._before[number] = signal.signal(number, self._told)
        if early.reload_asked():
            self.reload.set()
        return self

    def __exit__(self, *_: object) -> None:
        self._overdue.cancel()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _told(self, number: int, _frame: FrameType | None) -> None:
        told = self.reload if number in _RELOAD else self.stopping
        if told is self.stopping and self._overdue.ident is None:
            self._overdue.start()
        self._loop.call_soon_threadsafe(told.set)


def _end() -> None:
    event(Level.ERROR, "stop_overdue", code="LNK999")
    os._exit(OVERDUE)
