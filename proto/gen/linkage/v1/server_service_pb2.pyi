import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetServerInfoRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetServerInfoResponse(_message.Message):
    __slots__ = ("version", "engine", "engine_version", "snapshot_digest", "vocabulary_digest", "calendar_digest", "calendar_years", "limits", "services", "languages", "logged", "time", "bundle", "publication", "repository_fault")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    ENGINE_VERSION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_DIGEST_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_DIGEST_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_YEARS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    LOGGED_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    BUNDLE_FIELD_NUMBER: _ClassVar[int]
    PUBLICATION_FIELD_NUMBER: _ClassVar[int]
    REPOSITORY_FAULT_FIELD_NUMBER: _ClassVar[int]
    version: str
    engine: str
    engine_version: str
    snapshot_digest: str
    vocabulary_digest: str
    calendar_digest: str
    calendar_years: _containers.RepeatedScalarFieldContainer[int]
    limits: _containers.RepeatedCompositeFieldContainer[Limit]
    services: _containers.RepeatedScalarFieldContainer[str]
    languages: _containers.RepeatedScalarFieldContainer[str]
    logged: bool
    time: _timestamp_pb2.Timestamp
    bundle: str
    publication: int
    repository_fault: str
    def __init__(self, version: _Optional[str] = ..., engine: _Optional[str] = ..., engine_version: _Optional[str] = ..., snapshot_digest: _Optional[str] = ..., vocabulary_digest: _Optional[str] = ..., calendar_digest: _Optional[str] = ..., calendar_years: _Optional[_Iterable[int]] = ..., limits: _Optional[_Iterable[_Union[Limit, _Mapping]]] = ..., services: _Optional[_Iterable[str]] = ..., languages: _Optional[_Iterable[str]] = ..., logged: _Optional[bool] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., bundle: _Optional[str] = ..., publication: _Optional[int] = ..., repository_fault: _Optional[str] = ...) -> None: ...

class Limit(_message.Message):
    __slots__ = ("name", "value", "description")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: float
    description: str
    def __init__(self, name: _Optional[str] = ..., value: _Optional[float] = ..., description: _Optional[str] = ...) -> None: ...
