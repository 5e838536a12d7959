"""A deadline as a pack writes it, its parameters still by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from policy.pack.model import Expression
from policy.text.source import Span
from policy.time.deadline import Part
from policy.time.period import Period
from policy.time.rolling import Roll


class DeadlineForm(StrEnum):
    """The forms of a deadline, by the key that tells them apart."""

    WITHIN = "within"
    WORD = "word"
    ON = "on"
    BY = "by"
    EVERY = "every"
    BEFORE = "before"
    END_OF = "end_of"
    AT = "at"


class DutyMoment(StrEnum):
    """What of another duty a deadline is counted from."""

    DUE = "due"
    FULFILLED = "fulfilled"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class FromDuty:
    """A moment of the duty that another rule of the pack puts on somebody for the same trigger.

    Instead of a ``rule`` it may name a ``group``; ``rules`` are those of it, once all rules have been read.
    """

    rule: str
    at: DutyMoment
    span: Span
    group: str = ""
    rules: tuple[str, ...] = ()

    @property
    def meant(self) -> tuple[str, ...]:
        """The rules one of whose duties is meant."""
        return self.rules if self.group else (self.rule,)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as written, its parameter still by name.

    ``provenance`` is "document" or "local" for a number in the pack; that of a parameter is the parameter's.
    ``no_later_than`` and ``no_earlier_than`` are others that bound it, and have no bounds of their own.
    """

    form: DeadlineForm
    span: Span
    from_: Expression | None = None
    from_duty: FromDuty | None = None
    period: Period | None = None
    param: str = ""
    word: str = ""
    on: date | None = None
    month: int = 0
    day: int = 0
    every: str = ""
    at: Expression | None = None
    end_of: Part | None = None
    after: Period | None = None
    roll: Roll | None = None
    hours: str = "exact"
    basis: tuple[str, ...] = ()
    provenance: str = "document"
    no_later_than: Deadline | None = None
    no_earlier_than: Deadline | None = None
    late_after: time | None = None
    late: Deadline | None = None
    """What counts instead where it starts after that hour; it is counted from the same moment."""

    def duties(self) -> list[FromDuty]:
        """The duties that it, or a bound, is counted from."""
        parts = (self, self.no_later_than, self.no_earlier_than)
        return [part.from_duty for part in parts if part is not None and part.from_duty is not None]

    def moments(self) -> dict[str, Expression | None]:
        """What it is counted from, or (``…moment``) the due time itself, by the names of a rule's effects."""
        found: dict[str, Expression | None] = {}
        for prefix, deadline in (
            ("", self),
            ("latest_", self.no_later_than),
            ("earliest_", self.no_earlier_than),
        ):
            found[f"{prefix}start"] = deadline.from_ if deadline else None
            found[f"{prefix}moment"] = deadline.at if deadline else None
        return found
