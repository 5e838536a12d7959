"""The facts that a condition read, as text."""

from __future__ import annotations

from policy.engines.three import COUNTED, Read
from policy.engines.unknowns import Unknown
from policy.review.wording import Wording
from policy.time.moment import moment_text


def counted(read: Read) -> int:
    """Which of the elements that were counted it is, from 1; 0 for a fact."""
    return read.value if read.kind == COUNTED and isinstance(read.value, int) else 0


def counted_text(read: Read, wording: Wording) -> str:
    """An element that was counted, in words."""
    path, number = wording.path(read.path), counted(read)
    return wording.pick(
        (f"计入第 {number} 个：{path}（{read.path}）", f"counted, no. {number}: {path} ({read.path})")
    )


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
