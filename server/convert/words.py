"""Enums, moments and coded names, shared by the converters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from google.protobuf.timestamp_pb2 import Timestamp

from linkage.v1 import decision_pb2
from policy.decide.decision import NANO, State
from policy.pack.deadline import DeadlineForm
from policy.pack.model import Bearing, Force, Modality
from policy.program.program import PackProgram
from policy.review.explain import Outcome
from policy.review.wording import Wording

MODALITY: Mapping[Modality, decision_pb2.Modality] = {
    Modality.OBLIGATION: decision_pb2.MODALITY_OBLIGATION,
    Modality.PROHIBITION: decision_pb2.MODALITY_PROHIBITION,
    Modality.PERMISSION: decision_pb2.MODALITY_PERMISSION,
    Modality.DEEMED: decision_pb2.MODALITY_DEEMED,
}
FORCE: Mapping[Force, decision_pb2.Force] = {
    Force.BINDING: decision_pb2.FORCE_BINDING,
    Force.SOFT: decision_pb2.FORCE_SOFT,
    Force.REPORTED: decision_pb2.FORCE_REPORTED,
}
BEARING: Mapping[Bearing, decision_pb2.Bearing] = {
    Bearing.SOLE: decision_pb2.BEARING_SOLE,
    Bearing.JOINT: decision_pb2.BEARING_JOINT,
    Bearing.SEVERAL: decision_pb2.BEARING_SEVERAL,
    Bearing.EACH_UNIT: decision_pb2.BEARING_EACH_UNIT,
}
STATE: Mapping[State, decision_pb2.State] = {
    State.PENDING: decision_pb2.STATE_PENDING,
    State.OVERDUE: decision_pb2.STATE_OVERDUE,
    State.FULFILLED: decision_pb2.STATE_FULFILLED,
    State.FULFILLED_LATE: decision_pb2.STATE_FULFILLED_LATE,
    State.DISCHARGED: decision_pb2.STATE_DISCHARGED,
    State.SUSPENDED: decision_pb2.STATE_SUSPENDED,
    State.TERMINATED: decision_pb2.STATE_TERMINATED,
    State.UNDETERMINED: decision_pb2.STATE_UNDETERMINED,
}
OUTCOME: Mapping[Outcome, decision_pb2.Outcome] = {
    Outcome.APPLIES: decision_pb2.OUTCOME_APPLIES,
    Outcome.DOES_NOT_APPLY: decision_pb2.OUTCOME_DOES_NOT_APPLY,
    Outcome.UNDETERMINED: decision_pb2.OUTCOME_UNDETERMINED,
    Outcome.ERROR: decision_pb2.OUTCOME_ERROR,
    Outcome.OVERRIDDEN: decision_pb2.OUTCOME_OVERRIDDEN,
    Outcome.NOT_IN_FORCE: decision_pb2.OUTCOME_NOT_IN_FORCE,
    Outcome.NO_TRIGGER: decision_pb2.OUTCOME_NO_TRIGGER,
}

#: The kind of a deadline that is counted, by its form; one whose number nobody has fixed is qualitative.
COUNTED: Mapping[DeadlineForm, decision_pb2.DeadlineKind] = {
    DeadlineForm.WITHIN: decision_pb2.DEADLINE_KIND_NUMERIC,
    DeadlineForm.WORD: decision_pb2.DEADLINE_KIND_NUMERIC,
    DeadlineForm.ON: decision_pb2.DEADLINE_KIND_FIXED,
    DeadlineForm.BY: decision_pb2.DEADLINE_KIND_FIXED,
    DeadlineForm.EVERY: decision_pb2.DEADLINE_KIND_RECURRING,
    DeadlineForm.BEFORE: decision_pb2.DEADLINE_KIND_NUMERIC,
    DeadlineForm.END_OF: decision_pb2.DEADLINE_KIND_FIXED,
    DeadlineForm.AT: decision_pb2.DEADLINE_KIND_GIVEN,
}


def set_moment(into: Timestamp, nanos: int) -> None:
    """Writes nanoseconds since 1970 UTC into a timestamp."""
    into.seconds, into.nanos = divmod(nanos, NANO)


def body(words: Wording, program: PackProgram, code: str) -> decision_pb2.Coded:
    """A body and what the district calls it."""
    return decision_pb2.Coded(code=code, name=words.body(program, code))


def coded(words: Wording, section: str, code: str) -> decision_pb2.Coded:
    """A code of a section of the vocabulary, and its label."""
    return decision_pb2.Coded(code=code, name=words.code(section, code))


def clauses(words: Wording, program: PackProgram, ids: Iterable[str]) -> list[decision_pb2.ClauseRef]:
    """Clauses with their printed numbers and summaries; verbatim where the document is attached."""
    return [_clause(words, program, clause) for clause in ids]


def _clause(words: Wording, program: PackProgram, clause: str) -> decision_pb2.ClauseRef:
    number, summary = words.clause(program, clause)
    quote = words.quote(program, clause)
    return decision_pb2.ClauseRef(id=clause, number=number, summary=summary, quote=quote)


def missing(words: Wording, paths: Iterable[str]) -> list[decision_pb2.MissingFact]:
    """Missing facts with their labels."""
    return [decision_pb2.MissingFact(path=path, label=words.fact(path)) for path in paths]


def bound(variables: Iterable[str], paths: Iterable[str]) -> list[decision_pb2.BoundElement]:
    """The elements a rule was tried with; none where it was tried with nothing."""
    return [
        decision_pb2.BoundElement(variable=variable, path=path)
        for variable, path in zip(variables, paths, strict=False)
    ]


def pack_ref(words: Wording, program: PackProgram) -> decision_pb2.PackRef:
    """A version of a pack."""
    pack = program.pack
    return decision_pb2.PackRef(
        district=pack.district,
        version=pack.version,
        digest=pack.digest,
        title=words.text(pack.title),
        authority=pack.authority,
        reported_on=pack.reported_on.isoformat() if pack.reported_on else "",
    )
