"""What the register answers, as Python reads it: cases, obligations and changes; the message beside.

As with decisions, nothing of an answer is lost, and what Python prints of a view names no fact of a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import decision_pb2, facts_pb2, register_pb2
from linkage_client.moments import moment_of
from linkage_client.views import (
    Coded,
    Obligation,
    Owed,
    State,
    coded,
    moment_in,
    named,
)


class Handling(StrEnum):
    """How far those who must do something have come with it. It changes nothing of what is owed."""

    UNKNOWN = "unknown"
    OPEN = "open"
    """待接单"""
    ACCEPTED = "accepted"
    """已接单"""
    RETURNED = "returned"
    """已退回"""
    REPORTED = "reported"
    """已回单"""
    REJECTED = "rejected"
    """核单不通过"""
    CONFIRMED = "confirmed"
    """已核单"""


class ChangeKind(StrEnum):
    """What became of an obligation; where several hold, the first of this list is told."""

    UNKNOWN = "unknown"
    CREATED = "created"
    ANNULLED = "annulled"
    ENDED = "ended"
    REOPENED = "reopened"
    STATE = "state"
    MOVED = "moved"
    DUE_SOON = "due_soon"
    HANDLED = "handled"
    AMENDED = "amended"


class Why(StrEnum):
    """Why an obligation changed: something was recorded, time passed, or other rules serve."""

    UNKNOWN = "unknown"
    ENTRIES = "entries"
    TIME = "time"
    RULES = "rules"


@dataclass(frozen=True, repr=False)
class RegisteredCase:
    """A case as the register has it."""

    message: register_pb2.RegisteredCase

    def __repr__(self) -> str:
        return f"<RegisteredCase {self.case_id} entries={self.message.entries}>"

    @property
    def district(self) -> str:
        """Code of its district."""
        return self.message.district

    @property
    def case_id(self) -> str:
        """The court system's key."""
        return self.message.case_id

    @property
    def etag(self) -> str:
        """Another value after each change."""
        return self.message.etag

    @property
    def as_of(self) -> datetime:
        """The moment that its obligations stand at."""
        return moment_of(self.message.as_of)

    @property
    def next_at(self) -> datetime | None:
        """When time will change it next."""
        return moment_in(self.message, "next_at")

    @property
    def closed_at(self) -> datetime | None:
        """When it ended; None while it goes on."""
        return moment_in(self.message, "closed_at")


@dataclass(frozen=True, repr=False)
class RegisteredObligation(Owed):
    """An obligation as the register has it."""

    message: register_pb2.RegisteredObligation

    def __repr__(self) -> str:
        return f"<RegisteredObligation {self.id} {self.rule} {self.state} {self.handling}>"

    @property
    def case_id(self) -> str:
        """The court system's key of the case."""
        return self.message.case_id

    @property
    def etag(self) -> str:
        """Another value after each change."""
        return self.message.etag

    @property
    def unit(self) -> str:
        """The concrete unit, where the code names many; else empty."""
        return self.message.bearer_unit

    @property
    def matters(self) -> tuple[Coded, ...]:
        """The matters of the requests that brought it about."""
        return tuple(coded(item) for item in self.message.matters)

    @property
    def basis(self) -> tuple[str, ...]:
        """Ids of the clauses it rests on."""
        return tuple(self.message.basis)

    @property
    def due(self) -> datetime | None:
        """Until when; None where it has no due time."""
        return moment_in(self.message, "due_at")

    @property
    def due_soon(self) -> bool:
        """Whether it is owed and will be due soon."""
        return self.message.due_soon

    @property
    def ended(self) -> bool:
        """Whether nothing is owed of it any more."""
        return self.message.ended

    @property
    def handling(self) -> Handling:
        """How far its bearer has come with it."""
        return named(Handling, register_pb2.Handling, self.message.handling)

    @property
    def handler(self) -> str:
        """Who has it in hand: a key of the department's own system."""
        return self.message.handler

    @property
    def return_reason(self) -> Coded | None:
        """For what reason it was sent back; None where it was not."""
        return coded(self.message.return_reason) if self.message.HasField("return_reason") else None

    @property
    def objected_at(self) -> datetime | None:
        """Since when an objection waits for the court's reply."""
        return moment_in(self.message, "objected_at")


@dataclass(frozen=True, repr=False)
class Change:
    """What became of an obligation, when and why."""

    message: register_pb2.ObligationChange

    def __repr__(self) -> str:
        return f"<Change {self.position} {self.kind} {self.obligation_id}>"

    @property
    def position(self) -> int:
        """Its place in the district's stream: 1, 2, 3 … without a gap."""
        return self.message.position

    @property
    def case_id(self) -> str:
        """The court system's key of the case."""
        return self.message.case_id

    @property
    def obligation_id(self) -> str:
        """Id of the obligation."""
        return self.message.obligation_id

    @property
    def rule(self) -> str:
        """Id of its rule."""
        return self.message.rule

    @property
    def title(self) -> str:
        """The rule's title; empty but in what a watch tells."""
        return self.message.title

    @property
    def bearers(self) -> tuple[str, ...]:
        """Codes of the bodies that bear it."""
        return tuple(self.message.bearers)

    @property
    def kind(self) -> ChangeKind:
        """What became of it."""
        return named(ChangeKind, register_pb2.ChangeKind, self.message.kind)

    @property
    def at(self) -> datetime:
        """When it became so: of what time brings the very moment, else when it was recorded."""
        return moment_of(self.message.at)

    @property
    def why(self) -> Why:
        """Why."""
        return named(Why, register_pb2.Why, self.message.why)

    @property
    def entries(self) -> tuple[str, ...]:
        """Ids of the entries that did it."""
        return tuple(self.message.entries)

    @property
    def state_before(self) -> State | None:
        """Where it stood; None where it is new."""
        return _state(self.message.state_before)

    @property
    def state(self) -> State | None:
        """Where it stands; None where it never was."""
        return _state(self.message.state)

    @property
    def due_before(self) -> datetime | None:
        """Until when it was due."""
        return moment_in(self.message, "due_before")

    @property
    def due(self) -> datetime | None:
        """Until when it is due."""
        return moment_in(self.message, "due_at")

    @property
    def handling(self) -> Handling:
        """How it is handled now."""
        return named(Handling, register_pb2.Handling, self.message.handling)


@dataclass(frozen=True)
class Recorded:
    """What a call recorded, and what that changed."""

    case: RegisteredCase | None
    """The case now; None for a department, which sees its own obligations alone."""
    changes: tuple[Change, ...]
    """What became of its obligations: of time that had passed first, then of what was recorded."""
    already_recorded: tuple[str, ...]
    """Ids of the entries that had been recorded before, and were not again."""


@dataclass(frozen=True)
class Watched:
    """What a watch tells: a change; or, without one, that nothing more has happened up to here."""

    change: Change | None
    token: str
    """A watch with it as ``resume_token``, and with the same conditions, goes on from here."""


@dataclass(frozen=True)
class Acted:
    """An obligation with which something was done."""

    obligation: RegisteredObligation
    recorded: Recorded


@dataclass(frozen=True, repr=False)
class CaseFile:
    """A case with its facts as they stand, and its entries where they were asked for."""

    message: api.GetCaseResponse

    @cached_property
    def case(self) -> RegisteredCase:
        """The case."""
        return RegisteredCase(self.message.case)

    @property
    def facts(self) -> facts_pb2.Case:
        """What counts of its entries, put together."""
        return self.message.facts

    @property
    def entries(self) -> tuple[register_pb2.CaseEntry, ...]:
        """What was recorded, in order, corrected entries too."""
        return tuple(self.message.entries)


@dataclass(frozen=True, repr=False)
class ObligationFile:
    """An obligation in full."""

    message: api.GetObligationResponse

    @cached_property
    def obligation(self) -> RegisteredObligation:
        """As the register has it."""
        return RegisteredObligation(self.message.obligation)

    @cached_property
    def decided(self) -> Obligation:
        """As decisions give it: clauses, counting steps, what would end it (in its message)."""
        return Obligation(self.message.decided)

    @property
    def explanation(self) -> decision_pb2.Explanation:
        """Why it is owed."""
        return self.message.explanation

    @cached_property
    def history(self) -> tuple[Change, ...]:
        """What became of it, the oldest change first."""
        return tuple(Change(item) for item in self.message.history)

    @property
    def expected_outputs(self) -> tuple[register_pb2.ExpectedOutput, ...]:
        """What is to be handed over when it is done."""
        return tuple(self.message.expected_outputs)

    @property
    def return_reasons(self) -> tuple[Coded, ...]:
        """For what reasons its bearer may send it back; none: it may not."""
        return tuple(coded(item) for item in self.message.return_reasons)


def recorded_of(message: register_pb2.Recorded) -> Recorded:
    """The view of what a call recorded."""
    case = RegisteredCase(message.case) if message.HasField("case") else None
    return Recorded(case, tuple(map(Change, message.changes)), tuple(message.already_recorded))


def watched_of(message: api.WatchObligationsResponse) -> Watched:
    """The view of an answer of a watch."""
    return Watched(Change(message.change) if message.HasField("change") else None, message.resume_token)


def _state(number: int) -> State | None:
    return named(State, decision_pb2.State, number) if number else None
