"""What a book is: texts in one language, figures as cells, tables. Nothing here knows of a format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fill(StrEnum):
    """What a cell of a figure stands for: the start, time that counts, time that does not, the last of it."""

    START = "start"
    COUNTED = "counted"
    REST = "rest"
    GAP = "gap"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Cell:
    """A day, or the hours of one day: what stands above, in and below it, and how wide it is (a day: 1)."""

    fill: Fill
    above: str
    text: str
    below: str
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Figure:
    """How one due time was counted. ``said``: the steps in words, its alt text; all it has without cells."""

    number: int
    deadline: str
    example: str
    due: str
    cells: tuple[Cell, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Story:
    """A rule test as a story: what is given, who then owes what by when, and where it stands when."""

    name: str
    given: tuple[str, ...]
    then: str
    after: str


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule, or rows of a table that say the same of several bodies: ``ids`` are theirs, ``id`` is printed.

    The mark (应当, 可以 …) stands apart from the sentence. ``tests`` are those that name it, of several rules
    the fewest.
    """

    ids: tuple[str, ...]
    id: str
    title: str
    kind: str
    mark: str
    sentence: str
    tests: int


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules of one clause of which everything but the sentence is the same.

    ``figure`` is drawn here; ``see`` is the number of one that is drawn elsewhere (0: none).
    """

    rules: tuple[RuleCard, ...]
    conditions: tuple[str, ...]
    exceptions: tuple[str, ...]
    told: tuple[tuple[str, tuple[str, ...]], ...]
    reading: tuple[str, str] | None
    note: str
    figure: Figure | None
    see: int


@dataclass(frozen=True, slots=True)
class ClauseCard:
    """A clause, with the rules that rest on it: in full where they stand first.

    ``common``: conditions that every one of these rules has, and which are not said again with each.
    """

    anchor: str
    number: str
    kind: str
    text: str
    verbatim: bool
    common: tuple[str, ...]
    groups: tuple[RuleGroup, ...]
    stories: tuple[Story, ...]
    elsewhere: tuple[tuple[str, str], ...]
    no_rule: str
    note: str

    @property
    def rules(self) -> int:
        """How many rules stand here in full."""
        return sum(len(group.rules) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Open:
    """A value that the document leaves open: what it means, what the district set, what waits for it."""

    means: str
    value: str
    note: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadingTaken:
    """The reading taken of a clause that can be read in two ways, and the other."""

    rule: str
    basis: str
    chosen: str
    other: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Some departments against the clauses that lay something on them.

    A row is a clause's number, what it is about, and for each department the kinds of its rules.
    """

    bodies: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[tuple[str, ...], ...]], ...]


@dataclass(frozen=True, slots=True)
class Tasks:
    """A department: how many it must, may, must not, and has a time for; and what."""

    body: str
    numbers: tuple[int, ...]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure by which the tests are judged, and on what it was measured."""

    name: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that is printed.

    ``duty`` is what its obligations are called: 应当, or of a press report what that is. ``identity`` is what
    the signatures stand for, by name and value.
    """

    lang: str
    title: str
    version: str
    facts: tuple[tuple[str, str], ...]
    headline: tuple[tuple[str, str], ...]
    measures: tuple[Measure, ...]
    failed: int
    clauses: tuple[ClauseCard, ...]
    matrices: tuple[Matrix, ...]
    duty: str
    tasks: tuple[Tasks, ...]
    open: tuple[Open, ...]
    readings: tuple[ReadingTaken, ...]
    identity: tuple[tuple[str, str], ...]
