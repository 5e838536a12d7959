"""The facts that a condition read, as text."""

from __future__ import annotations

from policy.engines.three import Read
from policy.engines.unknowns import Unknown
from policy.time.moment import moment_text


def read_text(read: Read) -> str | None:
    """The value as a case file writes it; None where the case does not state it."""
    value = read.value
    if isinstance(value, Unknown):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(str(item) for item in value) + "]"
    return moment_text(value) if read.kind == "timestamp" else str(value)
