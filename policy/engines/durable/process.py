"""The worker process of durable-rules seen from the engine: rulesets are sent when they are first needed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import orjson

from policy.engines.durable.book import Sheet
from policy.engines.durable.child import Child, ChildError

_SCRIPT = Path(__file__).with_name("worker.py")

Message = Mapping[str, Any]
Fired = frozenset[tuple[str, int]]
"""Which rules fired on which messages."""


class DurableError(Exception):
    """The worker gave no answer to one call: ``reason`` is died, too_slow or contradiction."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Worker:
    """One process of durable-rules. Calls of several threads wait for each other."""

    def __init__(self, seconds: float) -> None:
        self.child = Child((sys.executable, "-P", str(_SCRIPT)), seconds)
        self._lock = Lock()
        self._number = 0
        self._loaded: set[str] = set()
        self._outdated = False
        self._closed = False

    def ask(self, sheets: Iterable[Sheet], messages: Mapping[str, Sequence[Message]]) -> Fired:
        """What fires on the ``messages`` for each sheet.

        Raises ``DurableError``; the process is gone then, and the next call starts another.
        """
        with self._lock:
            if self._closed:
                raise DurableError("died")
            if self._outdated:
                self.child.stop()
                self._outdated = False
            try:
                number = self.child.running()
                if number != self._number:
                    self._number = number
                    self._loaded.clear()
                fresh = {sheet.name: sheet.rules for sheet in sheets if sheet.name not in self._loaded}
                answer = self.child.exchange(orjson.dumps({"load": fresh, "ask": messages}))
            except ChildError as error:
                raise DurableError(error.reason) from error
            self._loaded.update(fresh)
        return frozenset((rule, number) for rule, number in orjson.loads(answer)["fired"])

    def renew(self) -> None:
        """Lets the next call start a new process: this one holds rulesets that nobody asks any more."""
        self._outdated = True

    def close(self) -> None:
        """Ends the process for good; calls that wait for it, and later ones, raise ``DurableError``."""
        self._closed = True
        self.child.kill()
        with self._lock:
            self.child.stop()
