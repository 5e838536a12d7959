"""A contact: a body's liaison officer for a time, and, apart, the person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple


class Person(NamedTuple):
    """What is known of a person. Its text shows nothing of that: it may end up in a log."""

    name: str
    post: str = ""
    office: str = ""
    telephone: str = ""
    mobile: str = ""
    email: str = ""

    def __repr__(self) -> str:
        return "Person(…)"

    def is_also(self, other: Person) -> bool:
        """Whether they are one and the same: one name, and a number or an address in common."""
        shared = (
            mine and mine == theirs
            for mine, theirs in (
                (self.mobile, other.mobile),
                (self.telephone, other.telephone),
                (self.email, other.email),
            )
        )
        return self.name == other.name and any(shared)


Place = tuple[str, str, str]
"""Body, unit, kind of contact."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact. Moments are nanoseconds since 1970 UTC; ``until`` None: no end is known.

    In office from ``since`` on, and at ``until`` no longer. ``person`` None: forgotten.
    """

    id: str
    body: str
    unit: str
    role: str
    post: str
    since: int
    until: int | None
    person: Person | None
    replaces: str = ""

    def in_office(self, moment: int) -> bool:
        """Whether it is in office at that moment."""
        return self.since <= moment and (self.until is None or moment < self.until)

    def overlaps(self, other: Contact) -> bool:
        """Whether both are in office at some moment."""
        return (other.until is None or self.since < other.until) and (
            self.until is None or other.since < self.until
        )

    @property
    def place(self) -> Place:
        """Whose contact of which kind it is: body, unit, kind."""
        return self.body, self.unit, self.role

    def ended(self, moment: int | None) -> Contact:
        """The same, in office until that moment."""
        return replace(self, until=moment)
