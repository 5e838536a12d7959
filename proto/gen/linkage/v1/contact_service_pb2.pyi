import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from linkage.v1 import contact_pb2 as _contact_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListContactsRequest(_message.Message):
    __slots__ = ("district", "body", "unit", "role", "at", "include_past", "page_size", "page_token", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_PAST_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    body: str
    unit: str
    role: str
    at: _timestamp_pb2.Timestamp
    include_past: bool
    page_size: int
    page_token: str
    language: str
    def __init__(self, district: _Optional[str] = ..., body: _Optional[str] = ..., unit: _Optional[str] = ..., role: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., include_past: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class ListContactsResponse(_message.Message):
    __slots__ = ("contacts", "next_page_token", "roles")
    CONTACTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    contacts: _containers.RepeatedCompositeFieldContainer[_contact_pb2.Contact]
    next_page_token: str
    roles: _containers.RepeatedCompositeFieldContainer[_contact_pb2.ContactRole]
    def __init__(self, contacts: _Optional[_Iterable[_Union[_contact_pb2.Contact, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., roles: _Optional[_Iterable[_Union[_contact_pb2.ContactRole, _Mapping]]] = ...) -> None: ...

class AppointContactRequest(_message.Message):
    __slots__ = ("district", "contact_id", "body", "unit", "role", "post", "since", "until", "person", "replaces", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    CONTACT_ID_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    POST_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    REPLACES_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    contact_id: str
    body: str
    unit: str
    role: str
    post: str
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    person: _contact_pb2.ContactPerson
    replaces: str
    language: str
    def __init__(self, district: _Optional[str] = ..., contact_id: _Optional[str] = ..., body: _Optional[str] = ..., unit: _Optional[str] = ..., role: _Optional[str] = ..., post: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., person: _Optional[_Union[_contact_pb2.ContactPerson, _Mapping]] = ..., replaces: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class AppointContactResponse(_message.Message):
    __slots__ = ("contact",)
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    contact: _contact_pb2.Contact
    def __init__(self, contact: _Optional[_Union[_contact_pb2.Contact, _Mapping]] = ...) -> None: ...

class UpdateContactRequest(_message.Message):
    __slots__ = ("district", "contact_id", "person", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    CONTACT_ID_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    contact_id: str
    person: _contact_pb2.ContactPerson
    language: str
    def __init__(self, district: _Optional[str] = ..., contact_id: _Optional[str] = ..., person: _Optional[_Union[_contact_pb2.ContactPerson, _Mapping]] = ..., language: _Optional[str] = ...) -> None: ...

class UpdateContactResponse(_message.Message):
    __slots__ = ("contact",)
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    contact: _contact_pb2.Contact
    def __init__(self, contact: _Optional[_Union[_contact_pb2.Contact, _Mapping]] = ...) -> None: ...

class EndContactRequest(_message.Message):
    __slots__ = ("district", "contact_id", "at", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    CONTACT_ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    contact_id: str
    at: _timestamp_pb2.Timestamp
    language: str
    def __init__(self, district: _Optional[str] = ..., contact_id: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., language: _Optional[str] = ...) -> None: ...

class EndContactResponse(_message.Message):
    __slots__ = ("contact",)
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    contact: _contact_pb2.Contact
    def __init__(self, contact: _Optional[_Union[_contact_pb2.Contact, _Mapping]] = ...) -> None: ...

class EraseContactRequest(_message.Message):
    __slots__ = ("district", "contact_id", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    CONTACT_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    contact_id: str
    language: str
    def __init__(self, district: _Optional[str] = ..., contact_id: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class EraseContactResponse(_message.Message):
    __slots__ = ("contact_ids",)
    CONTACT_IDS_FIELD_NUMBER: _ClassVar[int]
    contact_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, contact_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ImportContactsRequest(_message.Message):
    __slots__ = ("district", "workbook", "role", "since", "submitted_at", "check", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    WORKBOOK_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    CHECK_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    workbook: bytes
    role: str
    since: _timestamp_pb2.Timestamp
    submitted_at: _timestamp_pb2.Timestamp
    check: bool
    language: str
    def __init__(self, district: _Optional[str] = ..., workbook: _Optional[bytes] = ..., role: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., check: _Optional[bool] = ..., language: _Optional[str] = ...) -> None: ...

class ImportContactsResponse(_message.Message):
    __slots__ = ("mistakes", "appointed", "updated", "unchanged", "notes")
    MISTAKES_FIELD_NUMBER: _ClassVar[int]
    APPOINTED_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    mistakes: _containers.RepeatedCompositeFieldContainer[_contact_pb2.SheetMistake]
    appointed: _containers.RepeatedScalarFieldContainer[str]
    updated: _containers.RepeatedScalarFieldContainer[str]
    unchanged: int
    notes: _containers.RepeatedCompositeFieldContainer[_contact_pb2.SheetMistake]
    def __init__(self, mistakes: _Optional[_Iterable[_Union[_contact_pb2.SheetMistake, _Mapping]]] = ..., appointed: _Optional[_Iterable[str]] = ..., updated: _Optional[_Iterable[str]] = ..., unchanged: _Optional[int] = ..., notes: _Optional[_Iterable[_Union[_contact_pb2.SheetMistake, _Mapping]]] = ...) -> None: ...

class ExportContactsRequest(_message.Message):
    __slots__ = ("district", "body", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    body: str
    language: str
    def __init__(self, district: _Optional[str] = ..., body: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class ExportContactsResponse(_message.Message):
    __slots__ = ("workbook",)
    WORKBOOK_FIELD_NUMBER: _ClassVar[int]
    workbook: bytes
    def __init__(self, workbook: _Optional[bytes] = ...) -> None: ...
