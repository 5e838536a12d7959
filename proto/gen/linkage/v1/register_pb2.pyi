import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from linkage.v1 import decision_pb2 as _decision_pb2
from linkage.v1 import facts_pb2 as _facts_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Handling(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HANDLING_UNSPECIFIED: _ClassVar[Handling]
    HANDLING_OPEN: _ClassVar[Handling]
    HANDLING_ACCEPTED: _ClassVar[Handling]
    HANDLING_RETURNED: _ClassVar[Handling]
    HANDLING_REPORTED: _ClassVar[Handling]
    HANDLING_REJECTED: _ClassVar[Handling]
    HANDLING_CONFIRMED: _ClassVar[Handling]

class ChangeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANGE_KIND_UNSPECIFIED: _ClassVar[ChangeKind]
    CHANGE_KIND_CREATED: _ClassVar[ChangeKind]
    CHANGE_KIND_ANNULLED: _ClassVar[ChangeKind]
    CHANGE_KIND_ENDED: _ClassVar[ChangeKind]
    CHANGE_KIND_REOPENED: _ClassVar[ChangeKind]
    CHANGE_KIND_STATE: _ClassVar[ChangeKind]
    CHANGE_KIND_MOVED: _ClassVar[ChangeKind]
    CHANGE_KIND_DUE_SOON: _ClassVar[ChangeKind]
    CHANGE_KIND_HANDLED: _ClassVar[ChangeKind]
    CHANGE_KIND_AMENDED: _ClassVar[ChangeKind]

class Why(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WHY_UNSPECIFIED: _ClassVar[Why]
    WHY_ENTRIES: _ClassVar[Why]
    WHY_TIME: _ClassVar[Why]
    WHY_RULES: _ClassVar[Why]
HANDLING_UNSPECIFIED: Handling
HANDLING_OPEN: Handling
HANDLING_ACCEPTED: Handling
HANDLING_RETURNED: Handling
HANDLING_REPORTED: Handling
HANDLING_REJECTED: Handling
HANDLING_CONFIRMED: Handling
CHANGE_KIND_UNSPECIFIED: ChangeKind
CHANGE_KIND_CREATED: ChangeKind
CHANGE_KIND_ANNULLED: ChangeKind
CHANGE_KIND_ENDED: ChangeKind
CHANGE_KIND_REOPENED: ChangeKind
CHANGE_KIND_STATE: ChangeKind
CHANGE_KIND_MOVED: ChangeKind
CHANGE_KIND_DUE_SOON: ChangeKind
CHANGE_KIND_HANDLED: ChangeKind
CHANGE_KIND_AMENDED: ChangeKind
WHY_UNSPECIFIED: Why
WHY_ENTRIES: Why
WHY_TIME: Why
WHY_RULES: Why

class CaseEntry(_message.Message):
    __slots__ = ("id", "facts", "party", "document", "service", "request", "property", "event", "supersedes", "outputs", "handler", "recorded_at", "recorded_by")
    ID_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDES_FIELD_NUMBER: _ClassVar[int]
    OUTPUTS_FIELD_NUMBER: _ClassVar[int]
    HANDLER_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    RECORDED_BY_FIELD_NUMBER: _ClassVar[int]
    id: str
    facts: _facts_pb2.Case
    party: _facts_pb2.Party
    document: _facts_pb2.Document
    service: DocumentService
    request: _facts_pb2.Request
    property: _facts_pb2.Property
    event: _facts_pb2.Event
    supersedes: str
    outputs: _containers.RepeatedCompositeFieldContainer[ProvidedOutput]
    handler: str
    recorded_at: _timestamp_pb2.Timestamp
    recorded_by: str
    def __init__(self, id: _Optional[str] = ..., facts: _Optional[_Union[_facts_pb2.Case, _Mapping]] = ..., party: _Optional[_Union[_facts_pb2.Party, _Mapping]] = ..., document: _Optional[_Union[_facts_pb2.Document, _Mapping]] = ..., service: _Optional[_Union[DocumentService, _Mapping]] = ..., request: _Optional[_Union[_facts_pb2.Request, _Mapping]] = ..., property: _Optional[_Union[_facts_pb2.Property, _Mapping]] = ..., event: _Optional[_Union[_facts_pb2.Event, _Mapping]] = ..., supersedes: _Optional[str] = ..., outputs: _Optional[_Iterable[_Union[ProvidedOutput, _Mapping]]] = ..., handler: _Optional[str] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., recorded_by: _Optional[str] = ...) -> None: ...

class DocumentService(_message.Message):
    __slots__ = ("document", "service")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    document: str
    service: _facts_pb2.Service
    def __init__(self, document: _Optional[str] = ..., service: _Optional[_Union[_facts_pb2.Service, _Mapping]] = ...) -> None: ...

class ProvidedOutput(_message.Message):
    __slots__ = ("id", "reference", "answers")
    ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    id: str
    reference: str
    answers: _containers.RepeatedCompositeFieldContainer[FormAnswer]
    def __init__(self, id: _Optional[str] = ..., reference: _Optional[str] = ..., answers: _Optional[_Iterable[_Union[FormAnswer, _Mapping]]] = ...) -> None: ...

class FormAnswer(_message.Message):
    __slots__ = ("field", "options")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    field: str
    options: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, field: _Optional[str] = ..., options: _Optional[_Iterable[str]] = ...) -> None: ...

class ExpectedOutput(_message.Message):
    __slots__ = ("id", "text", "fields")
    ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    id: str
    text: str
    fields: _containers.RepeatedCompositeFieldContainer[FormFieldOptions]
    def __init__(self, id: _Optional[str] = ..., text: _Optional[str] = ..., fields: _Optional[_Iterable[_Union[FormFieldOptions, _Mapping]]] = ...) -> None: ...

class FormFieldOptions(_message.Message):
    __slots__ = ("id", "title", "options", "multiple")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    MULTIPLE_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    options: _containers.RepeatedScalarFieldContainer[str]
    multiple: bool
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., options: _Optional[_Iterable[str]] = ..., multiple: _Optional[bool] = ...) -> None: ...

class RegisteredCase(_message.Message):
    __slots__ = ("district", "case_id", "etag", "opened_at", "as_of", "next_at", "closed_at", "entries", "rules_digest", "rules_waiting", "engine_version")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    NEXT_AT_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    RULES_DIGEST_FIELD_NUMBER: _ClassVar[int]
    RULES_WAITING_FIELD_NUMBER: _ClassVar[int]
    ENGINE_VERSION_FIELD_NUMBER: _ClassVar[int]
    district: str
    case_id: str
    etag: str
    opened_at: _timestamp_pb2.Timestamp
    as_of: _timestamp_pb2.Timestamp
    next_at: _timestamp_pb2.Timestamp
    closed_at: _timestamp_pb2.Timestamp
    entries: int
    rules_digest: str
    rules_waiting: str
    engine_version: str
    def __init__(self, district: _Optional[str] = ..., case_id: _Optional[str] = ..., etag: _Optional[str] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., entries: _Optional[int] = ..., rules_digest: _Optional[str] = ..., rules_waiting: _Optional[str] = ..., engine_version: _Optional[str] = ...) -> None: ...

class RegisteredObligation(_message.Message):
    __slots__ = ("district", "case_id", "id", "etag", "rule", "title", "modality", "force", "bearers", "bearer_party", "bearer_unit", "counterparties", "action", "about", "matters", "basis", "pack_version", "triggered_at", "arose_at", "due_at", "due_provisional", "due_soon", "state", "state_at", "state_event", "violated_at", "ended", "handling", "handled_at", "handler", "return_reason", "objected_at", "original_due")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    MODALITY_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    BEARERS_FIELD_NUMBER: _ClassVar[int]
    BEARER_PARTY_FIELD_NUMBER: _ClassVar[int]
    BEARER_UNIT_FIELD_NUMBER: _ClassVar[int]
    COUNTERPARTIES_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    MATTERS_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    PACK_VERSION_FIELD_NUMBER: _ClassVar[int]
    TRIGGERED_AT_FIELD_NUMBER: _ClassVar[int]
    AROSE_AT_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    DUE_PROVISIONAL_FIELD_NUMBER: _ClassVar[int]
    DUE_SOON_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STATE_AT_FIELD_NUMBER: _ClassVar[int]
    STATE_EVENT_FIELD_NUMBER: _ClassVar[int]
    VIOLATED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    HANDLING_FIELD_NUMBER: _ClassVar[int]
    HANDLED_AT_FIELD_NUMBER: _ClassVar[int]
    HANDLER_FIELD_NUMBER: _ClassVar[int]
    RETURN_REASON_FIELD_NUMBER: _ClassVar[int]
    OBJECTED_AT_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_DUE_FIELD_NUMBER: _ClassVar[int]
    district: str
    case_id: str
    id: str
    etag: str
    rule: str
    title: str
    modality: _decision_pb2.Modality
    force: _decision_pb2.Force
    bearers: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    bearer_party: str
    bearer_unit: str
    counterparties: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    action: _decision_pb2.Coded
    about: str
    matters: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    basis: _containers.RepeatedScalarFieldContainer[str]
    pack_version: str
    triggered_at: _timestamp_pb2.Timestamp
    arose_at: _timestamp_pb2.Timestamp
    due_at: _timestamp_pb2.Timestamp
    due_provisional: bool
    due_soon: bool
    state: _decision_pb2.State
    state_at: _timestamp_pb2.Timestamp
    state_event: str
    violated_at: _timestamp_pb2.Timestamp
    ended: bool
    handling: Handling
    handled_at: _timestamp_pb2.Timestamp
    handler: str
    return_reason: _decision_pb2.Coded
    objected_at: _timestamp_pb2.Timestamp
    original_due: _timestamp_pb2.Timestamp
    def __init__(self, district: _Optional[str] = ..., case_id: _Optional[str] = ..., id: _Optional[str] = ..., etag: _Optional[str] = ..., rule: _Optional[str] = ..., title: _Optional[str] = ..., modality: _Optional[_Union[_decision_pb2.Modality, str]] = ..., force: _Optional[_Union[_decision_pb2.Force, str]] = ..., bearers: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ..., bearer_party: _Optional[str] = ..., bearer_unit: _Optional[str] = ..., counterparties: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ..., action: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., about: _Optional[str] = ..., matters: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ..., basis: _Optional[_Iterable[str]] = ..., pack_version: _Optional[str] = ..., triggered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., arose_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_provisional: _Optional[bool] = ..., due_soon: _Optional[bool] = ..., state: _Optional[_Union[_decision_pb2.State, str]] = ..., state_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state_event: _Optional[str] = ..., violated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended: _Optional[bool] = ..., handling: _Optional[_Union[Handling, str]] = ..., handled_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., handler: _Optional[str] = ..., return_reason: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., objected_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., original_due: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ObligationChange(_message.Message):
    __slots__ = ("position", "district", "case_id", "obligation_id", "rule", "kind", "at", "why", "entries", "state_before", "state", "due_before", "due_at", "handling_before", "handling", "etag", "bearers", "due_provisional", "title")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_ID_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    STATE_BEFORE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DUE_BEFORE_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    HANDLING_BEFORE_FIELD_NUMBER: _ClassVar[int]
    HANDLING_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    BEARERS_FIELD_NUMBER: _ClassVar[int]
    DUE_PROVISIONAL_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    position: int
    district: str
    case_id: str
    obligation_id: str
    rule: str
    kind: ChangeKind
    at: _timestamp_pb2.Timestamp
    why: Why
    entries: _containers.RepeatedScalarFieldContainer[str]
    state_before: _decision_pb2.State
    state: _decision_pb2.State
    due_before: _timestamp_pb2.Timestamp
    due_at: _timestamp_pb2.Timestamp
    handling_before: Handling
    handling: Handling
    etag: str
    bearers: _containers.RepeatedScalarFieldContainer[str]
    due_provisional: bool
    title: str
    def __init__(self, position: _Optional[int] = ..., district: _Optional[str] = ..., case_id: _Optional[str] = ..., obligation_id: _Optional[str] = ..., rule: _Optional[str] = ..., kind: _Optional[_Union[ChangeKind, str]] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., why: _Optional[_Union[Why, str]] = ..., entries: _Optional[_Iterable[str]] = ..., state_before: _Optional[_Union[_decision_pb2.State, str]] = ..., state: _Optional[_Union[_decision_pb2.State, str]] = ..., due_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., handling_before: _Optional[_Union[Handling, str]] = ..., handling: _Optional[_Union[Handling, str]] = ..., etag: _Optional[str] = ..., bearers: _Optional[_Iterable[str]] = ..., due_provisional: _Optional[bool] = ..., title: _Optional[str] = ...) -> None: ...

class Recorded(_message.Message):
    __slots__ = ("case", "changes", "already_recorded")
    CASE_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    ALREADY_RECORDED_FIELD_NUMBER: _ClassVar[int]
    case: RegisteredCase
    changes: _containers.RepeatedCompositeFieldContainer[ObligationChange]
    already_recorded: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, case: _Optional[_Union[RegisteredCase, _Mapping]] = ..., changes: _Optional[_Iterable[_Union[ObligationChange, _Mapping]]] = ..., already_recorded: _Optional[_Iterable[str]] = ...) -> None: ...
