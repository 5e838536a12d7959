import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from linkage.v1 import decision_pb2 as _decision_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Contact(_message.Message):
    __slots__ = ("id", "body", "unit", "role", "post", "since", "until", "replaces", "person")
    ID_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    POST_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    REPLACES_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    id: str
    body: _decision_pb2.Coded
    unit: str
    role: _decision_pb2.Coded
    post: _decision_pb2.Coded
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    replaces: str
    person: ContactPerson
    def __init__(self, id: _Optional[str] = ..., body: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., unit: _Optional[str] = ..., role: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., post: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., replaces: _Optional[str] = ..., person: _Optional[_Union[ContactPerson, _Mapping]] = ...) -> None: ...

class ContactPerson(_message.Message):
    __slots__ = ("name", "post", "office", "telephone", "mobile", "email")
    NAME_FIELD_NUMBER: _ClassVar[int]
    POST_FIELD_NUMBER: _ClassVar[int]
    OFFICE_FIELD_NUMBER: _ClassVar[int]
    TELEPHONE_FIELD_NUMBER: _ClassVar[int]
    MOBILE_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    name: str
    post: str
    office: str
    telephone: str
    mobile: str
    email: str
    def __init__(self, name: _Optional[str] = ..., post: _Optional[str] = ..., office: _Optional[str] = ..., telephone: _Optional[str] = ..., mobile: _Optional[str] = ..., email: _Optional[str] = ...) -> None: ...

class ContactRole(_message.Message):
    __slots__ = ("id", "title", "basis", "posts", "bodies")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    POSTS_FIELD_NUMBER: _ClassVar[int]
    BODIES_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    basis: _containers.RepeatedScalarFieldContainer[str]
    posts: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    bodies: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., basis: _Optional[_Iterable[str]] = ..., posts: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ..., bodies: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ...) -> None: ...

class SheetMistake(_message.Message):
    __slots__ = ("sheet", "cell", "code", "message")
    SHEET_FIELD_NUMBER: _ClassVar[int]
    CELL_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    sheet: str
    cell: str
    code: str
    message: str
    def __init__(self, sheet: _Optional[str] = ..., cell: _Optional[str] = ..., code: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...
