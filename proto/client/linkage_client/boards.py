"""What a district sees of its register, as Python reads it: boards, circulars, officers, other rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from linkage.v1 import adoption_service_pb2 as adoption
from linkage.v1 import assessment_service_pb2 as assessment
from linkage.v1 import board_service_pb2 as api
from linkage.v1 import contact_pb2, contact_service_pb2, decision_pb2
from linkage_client.assessed import decimal_of
from linkage_client.moments import moment_of
from linkage_client.views import Coded, coded, moment_in, named


class Light(StrEnum):
    """How a row does by the thresholds of its district."""

    UNKNOWN = "unknown"
    """Not measured, or no threshold is set."""
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, repr=False)
class BoardRow:
    """A body, a unit, a clause or a matter, with its figures."""

    message: api.BoardRow

    def __repr__(self) -> str:
        return f"<BoardRow {self.message.of.code} {self.message.unit} {self.light}>"

    @property
    def of(self) -> Coded:
        """What the row is of; an empty code in the row of the whole."""
        return coded(self.message.of)

    @property
    def unit(self) -> str:
        """Which of its units; empty where none are told apart."""
        return self.message.unit

    @property
    def name(self) -> str:
        """How the district calls it."""
        return self.message.name

    @cached_property
    def figures(self) -> Mapping[str, assessment.Figure]:
        """Its figures by their ids, which are those of the assessment: duties, in_time_rate …"""
        return {one.id: one for one in self.message.figures}

    def value(self, figure: str) -> Decimal | None:
        """The value of a figure; None where there was nothing to measure. Raises ``KeyError``."""
        return decimal_of(self.figures[figure].value)

    @property
    def rank(self) -> int | None:
        """1 is best; None where the board is not ranked, or there was nothing to measure."""
        return self.message.rank or None

    @property
    def light(self) -> Light:
        """The worst light of its figures."""
        return _light(self.message.light)

    @property
    def lights(self) -> Mapping[str, Light]:
        """The light of each figure that has thresholds."""
        return {figure: _light(number) for figure, number in self.message.lights.items()}


@dataclass(frozen=True, repr=False)
class Board:
    """How a district stands, as of a moment and over a period."""

    message: api.Board

    def __repr__(self) -> str:
        return f"<Board {self.message.district} rows={len(self.message.rows)}>"

    @property
    def title(self) -> str:
        """What it is called."""
        return self.message.title

    @property
    def at(self) -> datetime:
        """The moment that figures of the moment are of."""
        return moment_of(self.message.at)

    @property
    def since(self) -> datetime:
        """The first moment of the period."""
        return moment_of(self.message.since)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return moment_of(self.message.until)

    @cached_property
    def rows(self) -> tuple[BoardRow, ...]:
        """Its rows: by rank where they have one."""
        return tuple(map(BoardRow, self.message.rows))

    @cached_property
    def total(self) -> BoardRow:
        """All of them together."""
        return BoardRow(self.message.total)

    @property
    def trend(self) -> tuple[api.TrendPoint, ...]:
        """The period step by step: what arose, was done, late, violated, and was left."""
        return tuple(self.message.trend)


@dataclass(frozen=True, slots=True)
class Circular:
    """A draft of a 通报, from the figures of its period."""

    title: str
    text: str
    html: str
    basis: tuple[decision_pb2.ClauseRef, ...]
    """The clauses that ask for it."""
    at: datetime
    """The moment that its figures are of."""


def circular_of(message: api.DraftCircularResponse) -> Circular:
    """The view of a draft."""
    return Circular(message.title, message.text, message.html, tuple(message.basis), moment_of(message.at))


@dataclass(frozen=True, repr=False)
class Contact:
    """Who is a body's liaison officer, and since when. What Python prints of it names nobody."""

    message: contact_pb2.Contact

    def __repr__(self) -> str:
        return f"<Contact {self.id} {self.message.body.code} {self.message.role.code}>"

    @property
    def id(self) -> str:
        """The key of the appointment."""
        return self.message.id

    @property
    def body(self) -> Coded:
        """The body."""
        return coded(self.message.body)

    @property
    def unit(self) -> str:
        """The concrete unit, where the code names many; else empty."""
        return self.message.unit

    @property
    def role(self) -> Coded:
        """As what: 执行联络人, 联动联络员, 网格长 …"""
        return coded(self.message.role)

    @property
    def post(self) -> Coded | None:
        """Which of several posts, A角 or B角; None where the document has none."""
        return coded(self.message.post) if self.message.HasField("post") else None

    @property
    def since(self) -> datetime | None:
        """From when on."""
        return moment_in(self.message, "since")

    @property
    def until(self) -> datetime | None:
        """Until when; None while nobody has ended it."""
        return moment_in(self.message, "until")

    @property
    def person(self) -> contact_pb2.ContactPerson | None:
        """Name and ways to reach them; None for a caller who may not read them, or where they are erased."""
        return self.message.person if self.message.HasField("person") else None


@dataclass(frozen=True, slots=True)
class ImportedContacts:
    """What a workbook brought; with a mistake nothing of it was taken."""

    mistakes: tuple[contact_pb2.SheetMistake, ...]
    notes: tuple[contact_pb2.SheetMistake, ...]
    appointed: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: int


def imported_of(message: contact_service_pb2.ImportContactsResponse) -> ImportedContacts:
    """The view of an import."""
    return ImportedContacts(
        tuple(message.mistakes),
        tuple(message.notes),
        tuple(message.appointed),
        tuple(message.updated),
        message.unchanged,
    )


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """What the rules that serve would make of the open cases that still stand under others."""

    rules_digest: str
    """The rules that serve."""
    engine_version: str
    waiting_cases: int
    """How many cases stand under others."""
    rejected: bool
    """Whether the district decided to leave them so."""
    cases: tuple[adoption.CaseUnderRules, ...]


def changes_of(pages: list[adoption.ListRuleChangesResponse]) -> RuleChanges:
    """The view of all pages; what the last one says of the whole is the newest."""
    last = pages[-1]
    return RuleChanges(
        last.rules_digest,
        last.engine_version,
        last.waiting_cases,
        last.rejected,
        tuple(case for page in pages for case in page.cases),
    )


def _light(number: int) -> Light:
    return named(Light, api.Light, number)
