"""A caller: a name, and what the configuration grants it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

EVERY_DISTRICT = "*"


class Role(StrEnum):
    """What kind of work a caller does; ``rights`` says what each may call."""

    INTEGRATOR = "integrator"
    """A court's case system: sends cases, gets whole answers."""
    DEPARTMENT = "department"
    """A body that bears or is owed duties: gets those duties and no others."""
    POLICY_STAFF = "policy_staff"
    """Writes and tries packs."""
    REVIEWER = "reviewer"
    """Compares packs with their documents, asks why."""
    ASSESSOR = "assessor"
    """Scores a year's work of the departments."""
    OPERATOR = "operator"
    """Runs the service; has no business with any case."""
    AUDITOR = "auditor"
    """Checks afterwards what was decided, and that the log says so."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in some districts (or every one), for a department's the bodies it speaks for."""

    role: Role
    districts: frozenset[str]
    bodies: frozenset[str] = frozenset()

    def holds_in(self, district: str) -> bool:
        """Whether the role is held in ``district``."""
        return district in self.districts or EVERY_DISTRICT in self.districts


@dataclass(frozen=True, slots=True)
class CallerLimits:
    """What one caller may have at most. None: no limit of its own."""

    calls_per_second: float | None = None
    burst: int = 1
    """Calls that may come at once after a pause."""
    calls_at_once: int | None = None
    request_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls. ``name`` is an entry of the configuration; limits are counted by it.

    ``subject`` tells the members of one entry apart: the subject of their token. ``by`` is how the caller was
    told: certificate, token, or key and which.
    """

    name: str
    grants: tuple[Grant, ...] = ()
    limits: CallerLimits = CallerLimits()
    subject: str = ""
    by: str = ""

    @property
    def who(self) -> str:
        """The name, and the subject where there is one: what logs and decisions keep."""
        return f"{self.name}/{self.subject}" if self.subject else self.name


LOCAL = Caller(
    "local",
    tuple(Grant(role, frozenset((EVERY_DISTRICT,))) for role in Role if role is not Role.DEPARTMENT),
)
"""Whoever calls where no callers are configured: on the loopback interface, everything is allowed."""
