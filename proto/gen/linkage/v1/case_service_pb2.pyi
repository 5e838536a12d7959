import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from linkage.v1 import contact_pb2 as _contact_pb2
from linkage.v1 import decision_pb2 as _decision_pb2
from linkage.v1 import facts_pb2 as _facts_pb2
from linkage.v1 import register_pb2 as _register_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OpenCaseRequest(_message.Message):
    __slots__ = ("case", "language")
    CASE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    case: _facts_pb2.Case
    language: str
    def __init__(self, case: _Optional[_Union[_facts_pb2.Case, _Mapping]] = ..., language: _Optional[str] = ...) -> None: ...

class OpenCaseResponse(_message.Message):
    __slots__ = ("recorded",)
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    recorded: _register_pb2.Recorded
    def __init__(self, recorded: _Optional[_Union[_register_pb2.Recorded, _Mapping]] = ...) -> None: ...

class RecordEventsRequest(_message.Message):
    __slots__ = ("district", "case_id", "entries", "etag", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    case_id: str
    entries: _containers.RepeatedCompositeFieldContainer[_register_pb2.CaseEntry]
    etag: str
    language: str
    def __init__(self, district: _Optional[str] = ..., case_id: _Optional[str] = ..., entries: _Optional[_Iterable[_Union[_register_pb2.CaseEntry, _Mapping]]] = ..., etag: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class RecordEventsResponse(_message.Message):
    __slots__ = ("recorded",)
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    recorded: _register_pb2.Recorded
    def __init__(self, recorded: _Optional[_Union[_register_pb2.Recorded, _Mapping]] = ...) -> None: ...

class GetCaseRequest(_message.Message):
    __slots__ = ("district", "case_id", "include_entries", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_ENTRIES_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    case_id: str
    include_entries: bool
    language: str
    def __init__(self, district: _Optional[str] = ..., case_id: _Optional[str] = ..., include_entries: _Optional[bool] = ..., language: _Optional[str] = ...) -> None: ...

class GetCaseResponse(_message.Message):
    __slots__ = ("case", "facts", "entries")
    CASE_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    case: _register_pb2.RegisteredCase
    facts: _facts_pb2.Case
    entries: _containers.RepeatedCompositeFieldContainer[_register_pb2.CaseEntry]
    def __init__(self, case: _Optional[_Union[_register_pb2.RegisteredCase, _Mapping]] = ..., facts: _Optional[_Union[_facts_pb2.Case, _Mapping]] = ..., entries: _Optional[_Iterable[_Union[_register_pb2.CaseEntry, _Mapping]]] = ...) -> None: ...

class ListObligationsRequest(_message.Message):
    __slots__ = ("district", "body", "unit", "states", "due_from", "due_before", "matter", "clause", "handler", "handlings", "case_id", "include_ended", "page_size", "page_token", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    DUE_FROM_FIELD_NUMBER: _ClassVar[int]
    DUE_BEFORE_FIELD_NUMBER: _ClassVar[int]
    MATTER_FIELD_NUMBER: _ClassVar[int]
    CLAUSE_FIELD_NUMBER: _ClassVar[int]
    HANDLER_FIELD_NUMBER: _ClassVar[int]
    HANDLINGS_FIELD_NUMBER: _ClassVar[int]
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_ENDED_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    body: str
    unit: str
    states: _containers.RepeatedScalarFieldContainer[_decision_pb2.State]
    due_from: _timestamp_pb2.Timestamp
    due_before: _timestamp_pb2.Timestamp
    matter: str
    clause: str
    handler: str
    handlings: _containers.RepeatedScalarFieldContainer[_register_pb2.Handling]
    case_id: str
    include_ended: bool
    page_size: int
    page_token: str
    language: str
    def __init__(self, district: _Optional[str] = ..., body: _Optional[str] = ..., unit: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_decision_pb2.State, str]]] = ..., due_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., matter: _Optional[str] = ..., clause: _Optional[str] = ..., handler: _Optional[str] = ..., handlings: _Optional[_Iterable[_Union[_register_pb2.Handling, str]]] = ..., case_id: _Optional[str] = ..., include_ended: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class ListObligationsResponse(_message.Message):
    __slots__ = ("obligations", "next_page_token")
    OBLIGATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    obligations: _containers.RepeatedCompositeFieldContainer[_register_pb2.RegisteredObligation]
    next_page_token: str
    def __init__(self, obligations: _Optional[_Iterable[_Union[_register_pb2.RegisteredObligation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchObligationsRequest(_message.Message):
    __slots__ = ("district", "body", "unit", "states", "due_from", "due_before", "matter", "clause", "handler", "handlings", "case_id", "kinds", "resume_token", "from_start", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    DUE_FROM_FIELD_NUMBER: _ClassVar[int]
    DUE_BEFORE_FIELD_NUMBER: _ClassVar[int]
    MATTER_FIELD_NUMBER: _ClassVar[int]
    CLAUSE_FIELD_NUMBER: _ClassVar[int]
    HANDLER_FIELD_NUMBER: _ClassVar[int]
    HANDLINGS_FIELD_NUMBER: _ClassVar[int]
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    FROM_START_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    body: str
    unit: str
    states: _containers.RepeatedScalarFieldContainer[_decision_pb2.State]
    due_from: _timestamp_pb2.Timestamp
    due_before: _timestamp_pb2.Timestamp
    matter: str
    clause: str
    handler: str
    handlings: _containers.RepeatedScalarFieldContainer[_register_pb2.Handling]
    case_id: str
    kinds: _containers.RepeatedScalarFieldContainer[_register_pb2.ChangeKind]
    resume_token: str
    from_start: bool
    language: str
    def __init__(self, district: _Optional[str] = ..., body: _Optional[str] = ..., unit: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_decision_pb2.State, str]]] = ..., due_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., matter: _Optional[str] = ..., clause: _Optional[str] = ..., handler: _Optional[str] = ..., handlings: _Optional[_Iterable[_Union[_register_pb2.Handling, str]]] = ..., case_id: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[_register_pb2.ChangeKind, str]]] = ..., resume_token: _Optional[str] = ..., from_start: _Optional[bool] = ..., language: _Optional[str] = ...) -> None: ...

class WatchObligationsResponse(_message.Message):
    __slots__ = ("change", "resume_token")
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    change: _register_pb2.ObligationChange
    resume_token: str
    def __init__(self, change: _Optional[_Union[_register_pb2.ObligationChange, _Mapping]] = ..., resume_token: _Optional[str] = ...) -> None: ...

class GetObligationRequest(_message.Message):
    __slots__ = ("district", "obligation_id", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    obligation_id: str
    language: str
    def __init__(self, district: _Optional[str] = ..., obligation_id: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class GetObligationResponse(_message.Message):
    __slots__ = ("obligation", "decided", "explanation", "history", "expected_outputs", "contacts", "return_reasons")
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    DECIDED_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_OUTPUTS_FIELD_NUMBER: _ClassVar[int]
    CONTACTS_FIELD_NUMBER: _ClassVar[int]
    RETURN_REASONS_FIELD_NUMBER: _ClassVar[int]
    obligation: _register_pb2.RegisteredObligation
    decided: _decision_pb2.Obligation
    explanation: _decision_pb2.Explanation
    history: _containers.RepeatedCompositeFieldContainer[_register_pb2.ObligationChange]
    expected_outputs: _containers.RepeatedCompositeFieldContainer[_register_pb2.ExpectedOutput]
    contacts: _containers.RepeatedCompositeFieldContainer[_contact_pb2.Contact]
    return_reasons: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    def __init__(self, obligation: _Optional[_Union[_register_pb2.RegisteredObligation, _Mapping]] = ..., decided: _Optional[_Union[_decision_pb2.Obligation, _Mapping]] = ..., explanation: _Optional[_Union[_decision_pb2.Explanation, _Mapping]] = ..., history: _Optional[_Iterable[_Union[_register_pb2.ObligationChange, _Mapping]]] = ..., expected_outputs: _Optional[_Iterable[_Union[_register_pb2.ExpectedOutput, _Mapping]]] = ..., contacts: _Optional[_Iterable[_Union[_contact_pb2.Contact, _Mapping]]] = ..., return_reasons: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ...) -> None: ...

class AcceptObligationRequest(_message.Message):
    __slots__ = ("district", "obligation_id", "event_id", "body", "unit", "at", "handler", "etag", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    HANDLER_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    obligation_id: str
    event_id: str
    body: str
    unit: str
    at: _timestamp_pb2.Timestamp
    handler: str
    etag: str
    language: str
    def __init__(self, district: _Optional[str] = ..., obligation_id: _Optional[str] = ..., event_id: _Optional[str] = ..., body: _Optional[str] = ..., unit: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., handler: _Optional[str] = ..., etag: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class AcceptObligationResponse(_message.Message):
    __slots__ = ("obligation", "recorded")
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    obligation: _register_pb2.RegisteredObligation
    recorded: _register_pb2.Recorded
    def __init__(self, obligation: _Optional[_Union[_register_pb2.RegisteredObligation, _Mapping]] = ..., recorded: _Optional[_Union[_register_pb2.Recorded, _Mapping]] = ...) -> None: ...

class ReturnObligationRequest(_message.Message):
    __slots__ = ("district", "obligation_id", "event_id", "body", "unit", "at", "reason", "etag", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    obligation_id: str
    event_id: str
    body: str
    unit: str
    at: _timestamp_pb2.Timestamp
    reason: str
    etag: str
    language: str
    def __init__(self, district: _Optional[str] = ..., obligation_id: _Optional[str] = ..., event_id: _Optional[str] = ..., body: _Optional[str] = ..., unit: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., etag: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class ReturnObligationResponse(_message.Message):
    __slots__ = ("obligation", "recorded")
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    obligation: _register_pb2.RegisteredObligation
    recorded: _register_pb2.Recorded
    def __init__(self, obligation: _Optional[_Union[_register_pb2.RegisteredObligation, _Mapping]] = ..., recorded: _Optional[_Union[_register_pb2.Recorded, _Mapping]] = ...) -> None: ...

class FulfilObligationRequest(_message.Message):
    __slots__ = ("district", "obligation_id", "event_id", "body", "unit", "at", "outputs", "act", "etag", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    OUTPUTS_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    obligation_id: str
    event_id: str
    body: str
    unit: str
    at: _timestamp_pb2.Timestamp
    outputs: _containers.RepeatedCompositeFieldContainer[_register_pb2.ProvidedOutput]
    act: _facts_pb2.Event
    etag: str
    language: str
    def __init__(self, district: _Optional[str] = ..., obligation_id: _Optional[str] = ..., event_id: _Optional[str] = ..., body: _Optional[str] = ..., unit: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., outputs: _Optional[_Iterable[_Union[_register_pb2.ProvidedOutput, _Mapping]]] = ..., act: _Optional[_Union[_facts_pb2.Event, _Mapping]] = ..., etag: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class FulfilObligationResponse(_message.Message):
    __slots__ = ("obligation", "recorded")
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    obligation: _register_pb2.RegisteredObligation
    recorded: _register_pb2.Recorded
    def __init__(self, obligation: _Optional[_Union[_register_pb2.RegisteredObligation, _Mapping]] = ..., recorded: _Optional[_Union[_register_pb2.Recorded, _Mapping]] = ...) -> None: ...

class ConfirmObligationRequest(_message.Message):
    __slots__ = ("district", "obligation_id", "event_id", "body", "unit", "at", "reject", "etag", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    REJECT_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    obligation_id: str
    event_id: str
    body: str
    unit: str
    at: _timestamp_pb2.Timestamp
    reject: bool
    etag: str
    language: str
    def __init__(self, district: _Optional[str] = ..., obligation_id: _Optional[str] = ..., event_id: _Optional[str] = ..., body: _Optional[str] = ..., unit: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reject: _Optional[bool] = ..., etag: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class ConfirmObligationResponse(_message.Message):
    __slots__ = ("obligation", "recorded")
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    obligation: _register_pb2.RegisteredObligation
    recorded: _register_pb2.Recorded
    def __init__(self, obligation: _Optional[_Union[_register_pb2.RegisteredObligation, _Mapping]] = ..., recorded: _Optional[_Union[_register_pb2.Recorded, _Mapping]] = ...) -> None: ...

class RaiseObjectionRequest(_message.Message):
    __slots__ = ("district", "obligation_id", "event_id", "body", "unit", "at", "etag", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    obligation_id: str
    event_id: str
    body: str
    unit: str
    at: _timestamp_pb2.Timestamp
    etag: str
    language: str
    def __init__(self, district: _Optional[str] = ..., obligation_id: _Optional[str] = ..., event_id: _Optional[str] = ..., body: _Optional[str] = ..., unit: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class RaiseObjectionResponse(_message.Message):
    __slots__ = ("obligation", "recorded")
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    obligation: _register_pb2.RegisteredObligation
    recorded: _register_pb2.Recorded
    def __init__(self, obligation: _Optional[_Union[_register_pb2.RegisteredObligation, _Mapping]] = ..., recorded: _Optional[_Union[_register_pb2.Recorded, _Mapping]] = ...) -> None: ...

class RequestAssistanceRequest(_message.Message):
    __slots__ = ("district", "case_id", "event_id", "request", "etag", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    case_id: str
    event_id: str
    request: _facts_pb2.Request
    etag: str
    language: str
    def __init__(self, district: _Optional[str] = ..., case_id: _Optional[str] = ..., event_id: _Optional[str] = ..., request: _Optional[_Union[_facts_pb2.Request, _Mapping]] = ..., etag: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class RequestAssistanceResponse(_message.Message):
    __slots__ = ("recorded",)
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    recorded: _register_pb2.Recorded
    def __init__(self, recorded: _Optional[_Union[_register_pb2.Recorded, _Mapping]] = ...) -> None: ...

class CloseCaseRequest(_message.Message):
    __slots__ = ("district", "case_id", "event_id", "event_type", "at", "etag", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    case_id: str
    event_id: str
    event_type: str
    at: _timestamp_pb2.Timestamp
    etag: str
    language: str
    def __init__(self, district: _Optional[str] = ..., case_id: _Optional[str] = ..., event_id: _Optional[str] = ..., event_type: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class CloseCaseResponse(_message.Message):
    __slots__ = ("recorded",)
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    recorded: _register_pb2.Recorded
    def __init__(self, recorded: _Optional[_Union[_register_pb2.Recorded, _Mapping]] = ...) -> None: ...

class GetCalendarRequest(_message.Message):
    __slots__ = ("district", "body", "events", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    body: str
    events: bool
    language: str
    def __init__(self, district: _Optional[str] = ..., body: _Optional[str] = ..., events: _Optional[bool] = ..., language: _Optional[str] = ...) -> None: ...

class GetCalendarResponse(_message.Message):
    __slots__ = ("calendar",)
    CALENDAR_FIELD_NUMBER: _ClassVar[int]
    calendar: bytes
    def __init__(self, calendar: _Optional[bytes] = ...) -> None: ...
