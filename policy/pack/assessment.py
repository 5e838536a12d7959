"""What a pack says of an assessment: whom it counts, what it counts, and what is made of the figures.

    counts, durations --> rates --> points (sections, caps, veto, rounding) --> grade, rank --> consequences

A number is a decimal as written, or the name of a parameter: a figure that the document does not give is a
parameter of the district, and without a value there is no score.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from policy.pack.model import Expression, Reading, Text
from policy.text.source import Span
from policy.time.period import Period

Number = Decimal | str
"""A decimal, or the name of a parameter that holds one."""

DUTIES = "duties"
"""The figure that every row has: the duties of the period."""
AMONG = "cases "
"""The name of the condition on cases; no figure has it: a space is in none."""
SCORE, GRADE, RANK = "score", "grade", "rank"
FROM_LAST = "rank_from_last"
"""The rank counted from the end: 1 for the last (末位), and for all who share its score."""


class Over(StrEnum):
    """What a count runs over."""

    OBLIGATIONS = "obligations"
    EVENTS = "events"
    CASES = "cases"


class Sense(StrEnum):
    """How a figure is compared."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    IS = "is"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One count: how many obligations of a body, events that concern it, or cases with its duties satisfy
    ``where``. ``body`` and ``unit`` say, over ``event``, whom an event counts for: the first body that is
    known, and the unit in the same place.
    """

    id: str
    means: Text
    where: Expression
    over: Over = Over.OBLIGATIONS
    body: tuple[Expression, ...] = ()
    unit: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Duration:
    """How long it took, in hours, from one moment of each obligation to another; mean and median."""

    id: str
    means: Text
    from_: Expression
    to: Expression
    where: Expression | None


@dataclass(frozen=True, slots=True)
class Rate:
    """The share that one count has in another, or in the duties."""

    id: str
    means: Text
    of: str
    among: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure (or the score, the grade, the rank) compared with a number, or a grade's id."""

    of: str
    sense: Sense
    value: Number


@dataclass(frozen=True, slots=True)
class Item:
    """Points for each one counted under ``per``, or once (``per`` ""); only where ``when`` holds."""

    id: str
    title: Text
    basis: tuple[str, ...]
    points: Number
    per: str
    when: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the table: ``base`` points and those of its items, from 0 (or less: ``floor``) to ``cap``,
    times ``weight``."""

    id: str
    title: Text
    basis: tuple[str, ...]
    base: Number
    floor: Number
    cap: Number | None
    weight: Number
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Veto:
    """一票否决: where it holds, the score is ``score`` (0 where nothing is said) whatever the points are."""

    title: Text
    basis: tuple[str, ...]
    when: tuple[Comparison, ...]
    score: Number


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade, from a score on; None: whatever the score."""

    id: str
    title: Text
    at_least: Number | None


@dataclass(frozen=True, slots=True)
class Scoring:
    """From figures to a score of ``places`` decimals, halves rounded ``up`` or to ``even``."""

    basis: tuple[str, ...]
    cap: Number | None
    sections: tuple[Section, ...]
    vetoes: tuple[Veto, ...]
    places: int
    half: str
    grades: tuple[Grade, ...]


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows for a row whose figures satisfy ``when``: a duty of ``bearer``.

    ``rule`` is the id of the rule that puts it on the bearer, for each result of the assessment that the
    district's own file tells of. ``within`` runs from the moment of the result, that is, of its confirmation;
    ``word`` is a deadline in words. ``proposed``: people must decide it, so that the bearer may and need not.
    """

    id: str
    rule: str
    title: Text
    basis: tuple[str, ...]
    when: tuple[Comparison, ...]
    bearer: str
    action: str
    within: Period | None
    word: str
    proposed: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step from the figures to the result: who does what."""

    title: Text
    basis: tuple[str, ...]
    bearer: str
    action: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """To whom, and within which time from the confirmation, who was assessed may object."""

    to: str
    within: Period | str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """How a district assesses the help it got.

    ``cases``: of which cases it is (None: of all). ``subjects`` are the bodies assessed, each with its organs
    (none: whoever bears a duty). ``bearers``: whose duties count for them, where that is not the subjects
    themselves. ``unit`` tells the units of one subject apart, over ``obligation``. ``cut_off`` (month, day):
    the states are those at the end of this day after the period; None: at the end of the period.
    """

    id: str
    span: Span
    title: Text
    basis: tuple[str, ...]
    period: str
    """A recurrence rule; "" where the document states no period."""
    cut_off: tuple[int, int] | None
    scorer: str
    decider: str
    cases: Expression | None
    subjects: tuple[str, ...]
    bearers: tuple[str, ...]
    unit: Expression | None
    counts: tuple[Indicator, ...]
    durations: tuple[Duration, ...]
    rates: tuple[Rate, ...]
    scoring: Scoring | None
    consequences: tuple[Consequence, ...]
    steps: tuple[Step, ...]
    appeal: Appeal | None
    outcomes: tuple[tuple[Text, tuple[str, ...], str], ...]
    reading: Reading | None
    note: Text

    @property
    def figures(self) -> tuple[str, ...]:
        """The ids of its figures, in order."""
        return (
            DUTIES,
            *(one.id for one in self.counts),
            *(one.id for one in self.durations),
            *(one.id for one in self.rates),
        )
