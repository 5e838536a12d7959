"""What bringing a case into canonical form finds out: what was derived from what, what contradicts what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from policy.time.due import Due


class Deeming(NamedTuple):
    """By which rule of which version it counts as a fact, on which clauses, and from when (nanoseconds).

    ``due``: the time that passed, as it was counted.
    """

    version: str
    rule: str
    basis: tuple[str, ...]
    at: int
    due: Due | None


class Derivation(NamedTuple):
    """A fact that was derived: its path, and the paths of what it was derived from.

    ``deemed``: where it was not told otherwise, but counts as a fact by a rule (视为).
    """

    path: str
    sources: tuple[str, ...]
    deemed: Deeming | None = None


class Contradiction(NamedTuple):
    """Spellings of one fact that do not agree: code of the warning, path, and the paths of the others."""

    code: str
    path: str
    others: tuple[str, ...]


@dataclass(slots=True)
class Findings:
    """All that was found about one case, in the order in which it was found."""

    derived: list[Derivation] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)

    def derive(self, path: str, *sources: str) -> None:
        """Notes that ``path`` was derived from ``sources``."""
        self.derived.append(Derivation(path, sources))

    def contradict(self, code: str, path: str, *others: str) -> None:
        """Notes that ``path`` does not agree with ``others``."""
        self.contradictions.append(Contradiction(code, path, others))
