"""A decision as Python reads it: aware datetimes, names of states, tuples; the message stands beside.

Everything is computed from the message when it is asked for; nothing of the answer is lost, and what this
version of the client does not know is in ``message`` all the same. What Python prints of a view names no fact
of the case, so that it may stand in a log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import decision_pb2, policy_service_pb2, register_pb2
from linkage_client.moments import moment_of

if TYPE_CHECKING:
    from linkage_client.cases import CaseLike
    from linkage_client.errors import LinkageError

E = TypeVar("E", bound=StrEnum)


class Modality(StrEnum):
    """What the norm says of the action."""

    UNKNOWN = "unknown"
    OBLIGATION = "obligation"
    PROHIBITION = "prohibition"
    PERMISSION = "permission"


class Force(StrEnum):
    """How strongly it binds."""

    UNKNOWN = "unknown"
    BINDING = "binding"
    SOFT = "soft"
    REPORTED = "reported"


class State(StrEnum):
    """Where an obligation stands at ``as_of``."""

    UNKNOWN = "unknown"
    """A state that this version of the client does not know; ``message.state`` has its number."""
    PENDING = "pending"
    OVERDUE = "overdue"
    FULFILLED = "fulfilled"
    FULFILLED_LATE = "fulfilled_late"
    DISCHARGED = "discharged"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Coded:
    """A code of the vocabulary and what people call it there: 区公安分局."""

    code: str
    name: str

    def __str__(self) -> str:
        return self.name or self.code


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the document."""

    id: str
    number: str
    """As printed: 四（七）3."""
    summary: str
    quote: str
    """Verbatim, where the operator has attached the document; else empty."""

    def __str__(self) -> str:
        return self.number or self.id


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that the case does not state and that a rule needs."""

    path: str
    label: str


class Owed:
    """What a decision and the register say alike of something that is owed."""

    message: decision_pb2.Obligation | register_pb2.RegisteredObligation

    @property
    def id(self) -> str:
        """The same for the same rule, case and trigger, whenever it is asked for."""
        return self.message.id

    @property
    def rule(self) -> str:
        """Id of the rule."""
        return self.message.rule

    @property
    def title(self) -> str:
        """What has to be done, for people."""
        return self.message.title

    @property
    def modality(self) -> Modality:
        """Obligation, prohibition or permission."""
        return named(Modality, decision_pb2.Modality, self.message.modality)

    @property
    def force(self) -> Force:
        """Binding, soft, or a practice that is only reported."""
        return named(Force, decision_pb2.Force, self.message.force)

    @property
    def bearers(self) -> tuple[Coded, ...]:
        """Who has to do it."""
        return tuple(coded(item) for item in self.message.bearers)

    @property
    def counterparties(self) -> tuple[Coded, ...]:
        """To whom it is owed."""
        return tuple(coded(item) for item in self.message.counterparties)

    @property
    def action(self) -> Coded:
        """What kind of act it is."""
        return coded(self.message.action)

    @property
    def about(self) -> str:
        """Id of the party, property or event that it is about; may be empty."""
        return self.message.about

    @property
    def state(self) -> State:
        """Where it stands."""
        return named(State, decision_pb2.State, self.message.state)

    @property
    def is_owed(self) -> bool:
        """Whether something is still to be done: pending or overdue."""
        return self.state in (State.PENDING, State.OVERDUE)

    @property
    def triggered_at(self) -> datetime | None:
        """When its trigger happened."""
        return moment_in(self.message, "triggered_at")

    @property
    def arose_at(self) -> datetime | None:
        """When it arose."""
        return moment_in(self.message, "arose_at")

    @property
    def state_at(self) -> datetime | None:
        """When it was fulfilled, discharged, suspended or terminated."""
        return moment_in(self.message, "state_at")

    @property
    def violated_at(self) -> datetime | None:
        """Since when it is violated."""
        return moment_in(self.message, "violated_at")


@dataclass(frozen=True, repr=False)
class Obligation(Owed):
    """One duty, prohibition or permission of specific bodies."""

    message: decision_pb2.Obligation

    def __repr__(self) -> str:
        return f"<Obligation {self.id} {self.rule} {self.state}>"

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """On which clauses it rests."""
        return tuple(_clause(item) for item in self.message.basis)

    @property
    def consequence(self) -> tuple[Clause, ...]:
        """What follows when it is not done."""
        return tuple(_clause(item) for item in self.message.consequence)

    @property
    def because(self) -> tuple[str, ...]:
        """The conditions that hold, in words."""
        return tuple(self.message.because)

    @property
    def due(self) -> datetime | None:
        """Until when; None where no moment is fixed: see ``due_word`` and ``due_missing``."""
        return moment_in(self.message.due, "at") if self.message.HasField("due") else None

    @property
    def due_is_provisional(self) -> bool:
        """Whether ``due`` was counted beyond the last holiday notice, and so may change."""
        return self.message.due.provisional

    @property
    def original_due(self) -> datetime | None:
        """Until when it was due before it was extended; None where it was not."""
        return moment_in(self.message.due, "original_due") if self.message.HasField("due") else None

    @property
    def due_word(self) -> Coded | None:
        """立即, 及时 …: a deadline in words, to which the district has given no number."""
        return coded(self.message.due.word) if self.message.due.HasField("word") else None

    @property
    def due_missing(self) -> tuple[Missing, ...]:
        """The facts that are missing to count ``due``."""
        return _missing(self.message.due.missing)

    @property
    def amount_fen(self) -> int | None:
        """What is to be paid, in fen (1/100 yuan); None where it has no amount, or none yet: see
        ``amount_missing``, and ``message.amount`` for bounds and for every step of the working."""
        return self.message.amount.fen if self.message.amount.HasField("fen") else None

    @property
    def amount_missing(self) -> tuple[Missing, ...]:
        """The facts and parameters that are missing to work the amount out."""
        return _missing(self.message.amount.missing)

    @property
    def violated(self) -> bool:
        """Whether it was ever violated."""
        return self.message.violated


@dataclass(frozen=True, repr=False)
class Undetermined:
    """A rule that could not be decided because facts are missing."""

    message: decision_pb2.Undetermined

    def __repr__(self) -> str:
        return f"<Undetermined {self.rule}>"

    @property
    def rule(self) -> str:
        """Id of the rule."""
        return self.message.rule

    @property
    def title(self) -> str:
        """What would have to be done, for people."""
        return self.message.title

    @property
    def missing(self) -> tuple[Missing, ...]:
        """The smallest set of facts that settles it."""
        return _missing(self.message.missing)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses of the rule."""
        return tuple(_clause(item) for item in self.message.basis)


@dataclass(frozen=True, repr=False)
class Decision:
    """The answer for one case: ``Decision(message)`` reads any ``linkage.v1.Decision``."""

    message: decision_pb2.Decision

    def __repr__(self) -> str:
        duties, open_ = len(self.message.obligations), len(self.message.undetermined)
        return f"<Decision {self.log_id} obligations={duties} undetermined={open_}>"

    @cached_property
    def obligations(self) -> tuple[Obligation, ...]:
        """Who must do what."""
        return tuple(Obligation(item) for item in self.message.obligations)

    @cached_property
    def undetermined(self) -> tuple[Undetermined, ...]:
        """What cannot be said before more is known: never read it as "no duty"."""
        return tuple(Undetermined(item) for item in self.message.undetermined)

    @property
    def errors(self) -> tuple[decision_pb2.RuleError, ...]:
        """Rules whose evaluation failed."""
        return tuple(self.message.errors)

    @property
    def conflicts(self) -> tuple[decision_pb2.Conflict, ...]:
        """Rules that say opposite things of the same body and act."""
        return tuple(self.message.conflicts)

    @property
    def warnings(self) -> tuple[decision_pb2.Warning, ...]:
        """What was not used of the facts, and what contradicts itself."""
        return tuple(self.message.warnings)

    @property
    def as_of(self) -> datetime:
        """The moment that was decided for."""
        return moment_of(self.message.receipt.as_of)

    @property
    def log_id(self) -> str:
        """Id in the service's decision log; empty where nothing was logged."""
        return self.message.receipt.log_id


@dataclass(frozen=True, repr=False)
class Answer:
    """What became of one case of many: a decision or an error."""

    case: CaseLike
    """The case as it was given."""
    place: int
    """Its place among those given, from 0."""
    decision: Decision | None = None
    error: LinkageError | None = None

    def __repr__(self) -> str:
        return f"<Answer {self.place} {self.decision or type(self.error).__name__}>"

    @property
    def case_id(self) -> str:
        """The case's id, as it was given; empty where it has none."""
        return str(self.case.get("id") or "") if isinstance(self.case, Mapping) else self.case.id

    def result(self) -> Decision:
        """The decision. Raises the error where there is none."""
        if self.decision is None:
            raise self.error or AssertionError("an answer is a decision or an error")
        return self.decision


@dataclass(frozen=True)
class Explained:
    """A decision and why: every rule that was tried, its conditions, the facts read."""

    decision: Decision
    explanations: tuple[decision_pb2.Explanation, ...]


@dataclass(frozen=True)
class Compared:
    """One case under several districts."""

    decisions: Mapping[str, Decision]
    """By district, in the order asked for; the first is the measure."""
    rows: tuple[policy_service_pb2.ComparisonRow, ...]
    """One for each duty; those that most districts share come first."""


def named(kind: type[E], known: EnumTypeWrapper, number: int) -> E:
    """STATE_FULFILLED_LATE -> State.FULFILLED_LATE; ``unknown`` for numbers of a newer protocol."""
    found = known.DESCRIPTOR.values_by_number.get(number)
    name = "" if found is None else found.name.removeprefix(prefix_of(known))
    return kind.__members__.get(name, kind["UNKNOWN"])


def prefix_of(known: EnumTypeWrapper) -> str:
    """What the names of an enum's values begin with: ChangeKind -> ``CHANGE_KIND_``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", known.DESCRIPTOR.name).upper() + "_"


def coded(message: decision_pb2.Coded) -> Coded:
    """A code and its name."""
    return Coded(message.code, message.name)


def _clause(message: decision_pb2.ClauseRef) -> Clause:
    return Clause(message.id, message.number, message.summary, message.quote)


def _missing(facts: Iterable[decision_pb2.MissingFact]) -> tuple[Missing, ...]:
    return tuple(Missing(fact.path, fact.label) for fact in facts)


def moment_in(message: Message, field: str) -> datetime | None:
    """The moment in a field; None where it is not set."""
    stamp: Timestamp = getattr(message, field)
    return moment_of(stamp) if message.HasField(field) else None
