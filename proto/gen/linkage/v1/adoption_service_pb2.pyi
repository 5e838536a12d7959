import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from linkage.v1 import decision_pb2 as _decision_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RuleEffect(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RULE_EFFECT_UNSPECIFIED: _ClassVar[RuleEffect]
    RULE_EFFECT_NEW: _ClassVar[RuleEffect]
    RULE_EFFECT_GONE: _ClassVar[RuleEffect]
    RULE_EFFECT_BEARER: _ClassVar[RuleEffect]
    RULE_EFFECT_MOVED: _ClassVar[RuleEffect]
    RULE_EFFECT_STATE: _ClassVar[RuleEffect]
    RULE_EFFECT_OTHER: _ClassVar[RuleEffect]
RULE_EFFECT_UNSPECIFIED: RuleEffect
RULE_EFFECT_NEW: RuleEffect
RULE_EFFECT_GONE: RuleEffect
RULE_EFFECT_BEARER: RuleEffect
RULE_EFFECT_MOVED: RuleEffect
RULE_EFFECT_STATE: RuleEffect
RULE_EFFECT_OTHER: RuleEffect

class ListRuleChangesRequest(_message.Message):
    __slots__ = ("district", "page_size", "page_token", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    page_size: int
    page_token: str
    language: str
    def __init__(self, district: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class ListRuleChangesResponse(_message.Message):
    __slots__ = ("rules_digest", "engine_version", "waiting_cases", "rejected", "cases", "next_page_token")
    RULES_DIGEST_FIELD_NUMBER: _ClassVar[int]
    ENGINE_VERSION_FIELD_NUMBER: _ClassVar[int]
    WAITING_CASES_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    CASES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    rules_digest: str
    engine_version: str
    waiting_cases: int
    rejected: bool
    cases: _containers.RepeatedCompositeFieldContainer[CaseUnderRules]
    next_page_token: str
    def __init__(self, rules_digest: _Optional[str] = ..., engine_version: _Optional[str] = ..., waiting_cases: _Optional[int] = ..., rejected: _Optional[bool] = ..., cases: _Optional[_Iterable[_Union[CaseUnderRules, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CaseUnderRules(_message.Message):
    __slots__ = ("case_id", "rules_digest", "fault", "obligations", "ended")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    RULES_DIGEST_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    OBLIGATIONS_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    rules_digest: str
    fault: str
    obligations: _containers.RepeatedCompositeFieldContainer[ObligationUnderRules]
    ended: int
    def __init__(self, case_id: _Optional[str] = ..., rules_digest: _Optional[str] = ..., fault: _Optional[str] = ..., obligations: _Optional[_Iterable[_Union[ObligationUnderRules, _Mapping]]] = ..., ended: _Optional[int] = ...) -> None: ...

class ObligationUnderRules(_message.Message):
    __slots__ = ("effect", "obligation_id", "rule", "title", "bearers", "basis", "state_before", "state", "due_before", "due_at")
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_ID_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    BEARERS_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    STATE_BEFORE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DUE_BEFORE_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    effect: RuleEffect
    obligation_id: str
    rule: str
    title: str
    bearers: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    basis: _containers.RepeatedScalarFieldContainer[str]
    state_before: _decision_pb2.State
    state: _decision_pb2.State
    due_before: _timestamp_pb2.Timestamp
    due_at: _timestamp_pb2.Timestamp
    def __init__(self, effect: _Optional[_Union[RuleEffect, str]] = ..., obligation_id: _Optional[str] = ..., rule: _Optional[str] = ..., title: _Optional[str] = ..., bearers: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ..., basis: _Optional[_Iterable[str]] = ..., state_before: _Optional[_Union[_decision_pb2.State, str]] = ..., state: _Optional[_Union[_decision_pb2.State, str]] = ..., due_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
