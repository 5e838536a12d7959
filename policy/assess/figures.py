"""Figures: counts, durations and rates of one row, exact, each with what is behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from statistics import median
from typing import NamedTuple

from policy.pack.assessment import DUTIES, Assessment

HOUR = 3_600 * 10**9

RELEASED, CARRIED, UNKNOWN = " released", " carried", " unknown"
"""What is counted beside the figures. Names that no figure of a pack can have: a space is in none."""


class Member(NamedTuple):
    """One thing counted: an obligation (its id), an event (its path), or a whole case (ident "")."""

    case: str
    ident: str = ""


class Figure(NamedTuple):
    """A value and what it was counted from; ``value`` None: there was nothing to measure."""

    value: Fraction | None
    members: tuple[Member, ...] = ()
    median: Fraction | None = None


class Row(NamedTuple):
    """One subject, or one of its units ("" where the assessment tells none apart, or the duties name none).

    ``figures`` by the assessment's ids. Not in the base: ``released`` (withdrawn, suspended or terminated
    before anyone was at fault) and ``carried`` (due after the period). ``unknown``: in it, but facts leave
    their state open.
    """

    body: str
    unit: str
    figures: Mapping[str, Figure]
    released: tuple[Member, ...] = ()
    carried: tuple[Member, ...] = ()
    unknown: tuple[Member, ...] = ()

    @property
    def duties(self) -> int:
        """How many duties of the period count for it."""
        return len(self.figures[DUTIES].members)


class Counted:
    """What one row counts, while cases are read."""

    def __init__(self) -> None:
        self.members: dict[str, dict[Member, None]] = {}
        self.lengths: dict[str, dict[Member, int]] = {}

    def add(self, figure: str, member: Member) -> None:
        """Counts ``member`` once."""
        self.members.setdefault(figure, {})[member] = None

    def took(self, figure: str, member: Member, nanos: int) -> None:
        """How long one of a duration took."""
        self.lengths.setdefault(figure, {})[member] = nanos

    def of(self, figure: str) -> tuple[Member, ...]:
        """What a figure counted, sorted."""
        return tuple(sorted(self.members.get(figure, ())))

    def figures(self, assessment: Assessment) -> dict[str, Figure]:
        """Every figure of the assessment, by its id."""
        found = {name: _count(self.of(name)) for name in (DUTIES, *(one.id for one in assessment.counts))}
        for duration in assessment.durations:
            lengths = self.lengths.get(duration.id, {})
            found[duration.id] = _duration(sorted(lengths), lengths.values())
        for rate in assessment.rates:
            part, whole = found[rate.of], found[rate.among].value
            value = part.value / whole if part.value is not None and whole else None
            found[rate.id] = Figure(value, part.members)
        return found


def _count(members: tuple[Member, ...]) -> Figure:
    return Figure(Fraction(len(members)), members)


def _duration(members: Iterable[Member], nanos: Iterable[int]) -> Figure:
    """In hours: the mean, and the median."""
    hours = [Fraction(each, HOUR) for each in nanos]
    if not hours:
        return Figure(None)
    return Figure(sum(hours, Fraction(0)) / len(hours), tuple(members), median(hours))
