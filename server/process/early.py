"""Signals that come before the service has handlers of its own: while it is imported, and reads its rules.

Loaded first of all, and so without any import that takes time. Earlier than this, in the 30 ms that Python
takes to start, signals do what they were set to when the program was executed: docs/operations.md.
"""

from __future__ import annotations

import os
import signal
from types import FrameType

_asked = False


def listen() -> None:
    """From now on SIGHUP is kept for ``reload_asked``, and SIGTERM ends the process: it serves nobody yet.

    Without a handler SIGTERM would mean nothing to a process that is the first of its container.
    """
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, _note)
    signal.signal(signal.SIGTERM, _leave)


def reload_asked() -> bool:
    """Whether SIGHUP has come since; asked once."""
    global _asked
    asked, _asked = _asked, False
    return asked


def _note(_number: int, _frame: FrameType | None) -> None:
    global _asked
    _asked = True


def _leave(_number: int, _frame: FrameType | None) -> None:
    os._exit(0)
