import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Breach(_message.Message):
    __slots__ = ("id", "obligation", "rule", "bearer", "action", "at", "owed", "about", "trigger", "concerns", "unit")
    ID_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    BEARER_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    OWED_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    CONCERNS_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    id: str
    obligation: str
    rule: str
    bearer: str
    action: str
    at: _timestamp_pb2.Timestamp
    owed: bool
    about: str
    trigger: str
    concerns: str
    unit: str
    def __init__(self, id: _Optional[str] = ..., obligation: _Optional[str] = ..., rule: _Optional[str] = ..., bearer: _Optional[str] = ..., action: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., owed: _Optional[bool] = ..., about: _Optional[str] = ..., trigger: _Optional[str] = ..., concerns: _Optional[str] = ..., unit: _Optional[str] = ...) -> None: ...

class Performance(_message.Message):
    __slots__ = ("id", "rule", "bearer", "action", "at", "violated", "owed", "fulfilled", "late", "released", "binding", "bearer_unit", "concerns_unit", "due", "about", "in_time", "refused", "done", "basis", "matter")
    ID_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    BEARER_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    VIOLATED_FIELD_NUMBER: _ClassVar[int]
    OWED_FIELD_NUMBER: _ClassVar[int]
    FULFILLED_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    BINDING_FIELD_NUMBER: _ClassVar[int]
    BEARER_UNIT_FIELD_NUMBER: _ClassVar[int]
    CONCERNS_UNIT_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    IN_TIME_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    MATTER_FIELD_NUMBER: _ClassVar[int]
    id: str
    rule: str
    bearer: str
    action: str
    at: _timestamp_pb2.Timestamp
    violated: bool
    owed: bool
    fulfilled: bool
    late: bool
    released: bool
    binding: bool
    bearer_unit: str
    concerns_unit: str
    due: _timestamp_pb2.Timestamp
    about: str
    in_time: bool
    refused: bool
    done: _timestamp_pb2.Timestamp
    basis: _containers.RepeatedScalarFieldContainer[str]
    matter: str
    def __init__(self, id: _Optional[str] = ..., rule: _Optional[str] = ..., bearer: _Optional[str] = ..., action: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., violated: _Optional[bool] = ..., owed: _Optional[bool] = ..., fulfilled: _Optional[bool] = ..., late: _Optional[bool] = ..., released: _Optional[bool] = ..., binding: _Optional[bool] = ..., bearer_unit: _Optional[str] = ..., concerns_unit: _Optional[str] = ..., due: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., about: _Optional[str] = ..., in_time: _Optional[bool] = ..., refused: _Optional[bool] = ..., done: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., basis: _Optional[_Iterable[str]] = ..., matter: _Optional[str] = ...) -> None: ...
