"""Which parts of this process are ready: what `/readyz` says, and why not.

A part that nobody has said anything of yet is not ready.
"""

from __future__ import annotations

from collections.abc import Callable

from server.telemetry.figures import READY

PARTS = ("rules", "database", "log", "serving")
"""The rules are loaded; the database (or its file) is there; the log takes decisions; nobody said stop."""

STOPPING = "stopping"
"""Why a service that was told to stop serves no more."""


class Readiness:
    """The parts of one process. ``changed`` is told of each change: part, whether ready, why not."""

    def __init__(self, changed: Callable[[str, bool, str], None] | None = None) -> None:
        self._parts: dict[str, str] = {}
        self._changed = changed
        for part in PARTS:
            self.set(part, "starting")

    def set(self, part: str, reason: str = "") -> None:
        """A part is ready, or is not for a reason: a code or a word."""
        before = self._parts.get(part)
        self._parts[part] = reason
        READY.set(float(not reason), part)
        if self._changed is not None and before is not None and before != reason:
            self._changed(part, not reason, reason)

    @property
    def parts(self) -> dict[str, str]:
        """Each part, and why it is not ready ("": it is)."""
        return dict(self._parts)

    @property
    def stopping(self) -> bool:
        """Whether the service has been told to stop."""
        return self._parts["serving"] == STOPPING

    @property
    def ready(self) -> bool:
        """Whether every part is."""
        return not any(self._parts.values())
