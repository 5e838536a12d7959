from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EventEffect(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVENT_EFFECT_UNSPECIFIED: _ClassVar[EventEffect]
    EVENT_EFFECT_SUSPEND: _ClassVar[EventEffect]
    EVENT_EFFECT_RESUME: _ClassVar[EventEffect]
    EVENT_EFFECT_TERMINATE: _ClassVar[EventEffect]
    EVENT_EFFECT_DISCHARGE: _ClassVar[EventEffect]
    EVENT_EFFECT_FULFIL_ONE: _ClassVar[EventEffect]
    EVENT_EFFECT_WITHDRAW_ONE: _ClassVar[EventEffect]
    EVENT_EFFECT_SUSPEND_ONE: _ClassVar[EventEffect]
    EVENT_EFFECT_RESUME_ONE: _ClassVar[EventEffect]
    EVENT_EFFECT_EXTEND_ONE: _ClassVar[EventEffect]
    EVENT_EFFECT_ACCEPT_ONE: _ClassVar[EventEffect]
    EVENT_EFFECT_RETURN_ONE: _ClassVar[EventEffect]
    EVENT_EFFECT_CONFIRM_ONE: _ClassVar[EventEffect]
    EVENT_EFFECT_REJECT_ONE: _ClassVar[EventEffect]
    EVENT_EFFECT_OBJECT_ONE: _ClassVar[EventEffect]
    EVENT_EFFECT_ANSWER_ONE: _ClassVar[EventEffect]

class Relationship(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RELATIONSHIP_UNSPECIFIED: _ClassVar[Relationship]
    RELATIONSHIP_SAME: _ClassVar[Relationship]
    RELATIONSHIP_BEGINS: _ClassVar[Relationship]
    RELATIONSHIP_ENDS: _ClassVar[Relationship]
    RELATIONSHIP_BEGUN_BY: _ClassVar[Relationship]
    RELATIONSHIP_ENDED_BY: _ClassVar[Relationship]
EVENT_EFFECT_UNSPECIFIED: EventEffect
EVENT_EFFECT_SUSPEND: EventEffect
EVENT_EFFECT_RESUME: EventEffect
EVENT_EFFECT_TERMINATE: EventEffect
EVENT_EFFECT_DISCHARGE: EventEffect
EVENT_EFFECT_FULFIL_ONE: EventEffect
EVENT_EFFECT_WITHDRAW_ONE: EventEffect
EVENT_EFFECT_SUSPEND_ONE: EventEffect
EVENT_EFFECT_RESUME_ONE: EventEffect
EVENT_EFFECT_EXTEND_ONE: EventEffect
EVENT_EFFECT_ACCEPT_ONE: EventEffect
EVENT_EFFECT_RETURN_ONE: EventEffect
EVENT_EFFECT_CONFIRM_ONE: EventEffect
EVENT_EFFECT_REJECT_ONE: EventEffect
EVENT_EFFECT_OBJECT_ONE: EventEffect
EVENT_EFFECT_ANSWER_ONE: EventEffect
RELATIONSHIP_UNSPECIFIED: Relationship
RELATIONSHIP_SAME: Relationship
RELATIONSHIP_BEGINS: Relationship
RELATIONSHIP_ENDS: Relationship
RELATIONSHIP_BEGUN_BY: Relationship
RELATIONSHIP_ENDED_BY: Relationship

class RelatedCode(_message.Message):
    __slots__ = ("relationship", "kind", "code", "field")
    RELATIONSHIP_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    relationship: Relationship
    kind: str
    code: str
    field: str
    def __init__(self, relationship: _Optional[_Union[Relationship, str]] = ..., kind: _Optional[str] = ..., code: _Optional[str] = ..., field: _Optional[str] = ...) -> None: ...

class LocalName(_message.Message):
    __slots__ = ("district", "name")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    district: str
    name: str
    def __init__(self, district: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class VocabularyCode(_message.Message):
    __slots__ = ("kind", "code", "label_zh", "label_en", "law", "effect", "by_itself", "implies", "implied_by", "part_of", "parts", "families", "members", "replaced_by", "related", "local_names")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    LABEL_ZH_FIELD_NUMBER: _ClassVar[int]
    LABEL_EN_FIELD_NUMBER: _ClassVar[int]
    LAW_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    BY_ITSELF_FIELD_NUMBER: _ClassVar[int]
    IMPLIES_FIELD_NUMBER: _ClassVar[int]
    IMPLIED_BY_FIELD_NUMBER: _ClassVar[int]
    PART_OF_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    FAMILIES_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    REPLACED_BY_FIELD_NUMBER: _ClassVar[int]
    RELATED_FIELD_NUMBER: _ClassVar[int]
    LOCAL_NAMES_FIELD_NUMBER: _ClassVar[int]
    kind: str
    code: str
    label_zh: str
    label_en: str
    law: str
    effect: EventEffect
    by_itself: bool
    implies: _containers.RepeatedScalarFieldContainer[str]
    implied_by: _containers.RepeatedScalarFieldContainer[str]
    part_of: str
    parts: _containers.RepeatedScalarFieldContainer[str]
    families: _containers.RepeatedScalarFieldContainer[str]
    members: _containers.RepeatedScalarFieldContainer[str]
    replaced_by: str
    related: _containers.RepeatedCompositeFieldContainer[RelatedCode]
    local_names: _containers.RepeatedCompositeFieldContainer[LocalName]
    def __init__(self, kind: _Optional[str] = ..., code: _Optional[str] = ..., label_zh: _Optional[str] = ..., label_en: _Optional[str] = ..., law: _Optional[str] = ..., effect: _Optional[_Union[EventEffect, str]] = ..., by_itself: _Optional[bool] = ..., implies: _Optional[_Iterable[str]] = ..., implied_by: _Optional[_Iterable[str]] = ..., part_of: _Optional[str] = ..., parts: _Optional[_Iterable[str]] = ..., families: _Optional[_Iterable[str]] = ..., members: _Optional[_Iterable[str]] = ..., replaced_by: _Optional[str] = ..., related: _Optional[_Iterable[_Union[RelatedCode, _Mapping]]] = ..., local_names: _Optional[_Iterable[_Union[LocalName, _Mapping]]] = ...) -> None: ...

class CodeKind(_message.Message):
    __slots__ = ("kind", "label_zh", "label_en", "code_count", "fields")
    KIND_FIELD_NUMBER: _ClassVar[int]
    LABEL_ZH_FIELD_NUMBER: _ClassVar[int]
    LABEL_EN_FIELD_NUMBER: _ClassVar[int]
    CODE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    kind: str
    label_zh: str
    label_en: str
    code_count: int
    fields: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kind: _Optional[str] = ..., label_zh: _Optional[str] = ..., label_en: _Optional[str] = ..., code_count: _Optional[int] = ..., fields: _Optional[_Iterable[str]] = ...) -> None: ...

class ListCodeKindsRequest(_message.Message):
    __slots__ = ("language",)
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    language: str
    def __init__(self, language: _Optional[str] = ...) -> None: ...

class ListCodeKindsResponse(_message.Message):
    __slots__ = ("kinds", "vocabulary_digest")
    KINDS_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_DIGEST_FIELD_NUMBER: _ClassVar[int]
    kinds: _containers.RepeatedCompositeFieldContainer[CodeKind]
    vocabulary_digest: str
    def __init__(self, kinds: _Optional[_Iterable[_Union[CodeKind, _Mapping]]] = ..., vocabulary_digest: _Optional[str] = ...) -> None: ...

class ListCodesRequest(_message.Message):
    __slots__ = ("kind", "page_size", "page_token", "language")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    kind: str
    page_size: int
    page_token: str
    language: str
    def __init__(self, kind: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class ListCodesResponse(_message.Message):
    __slots__ = ("codes", "next_page_token", "total_size", "vocabulary_digest")
    CODES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SIZE_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_DIGEST_FIELD_NUMBER: _ClassVar[int]
    codes: _containers.RepeatedCompositeFieldContainer[VocabularyCode]
    next_page_token: str
    total_size: int
    vocabulary_digest: str
    def __init__(self, codes: _Optional[_Iterable[_Union[VocabularyCode, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total_size: _Optional[int] = ..., vocabulary_digest: _Optional[str] = ...) -> None: ...

class SearchCodesRequest(_message.Message):
    __slots__ = ("query", "kind", "district", "page_size", "page_token", "language")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    query: str
    kind: str
    district: str
    page_size: int
    page_token: str
    language: str
    def __init__(self, query: _Optional[str] = ..., kind: _Optional[str] = ..., district: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class SearchCodesResponse(_message.Message):
    __slots__ = ("codes", "next_page_token", "total_size")
    CODES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SIZE_FIELD_NUMBER: _ClassVar[int]
    codes: _containers.RepeatedCompositeFieldContainer[VocabularyCode]
    next_page_token: str
    total_size: int
    def __init__(self, codes: _Optional[_Iterable[_Union[VocabularyCode, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total_size: _Optional[int] = ...) -> None: ...

class GetCodeRequest(_message.Message):
    __slots__ = ("kind", "code", "language")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    kind: str
    code: str
    language: str
    def __init__(self, kind: _Optional[str] = ..., code: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class GetCodeResponse(_message.Message):
    __slots__ = ("code",)
    CODE_FIELD_NUMBER: _ClassVar[int]
    code: VocabularyCode
    def __init__(self, code: _Optional[_Union[VocabularyCode, _Mapping]] = ...) -> None: ...
