import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Case(_message.Message):
    __slots__ = ("id", "district", "kind", "stage", "filed_at", "categories", "claim_fen", "claimants", "flags", "parties", "documents", "requests", "properties", "events", "attributes")
    class AttributesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Attribute
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Attribute, _Mapping]] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    FILED_AT_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    CLAIM_FEN_FIELD_NUMBER: _ClassVar[int]
    CLAIMANTS_FIELD_NUMBER: _ClassVar[int]
    FLAGS_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    PROPERTIES_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    id: str
    district: str
    kind: str
    stage: str
    filed_at: _timestamp_pb2.Timestamp
    categories: _containers.RepeatedScalarFieldContainer[str]
    claim_fen: int
    claimants: int
    flags: Flags
    parties: _containers.RepeatedCompositeFieldContainer[Party]
    documents: _containers.RepeatedCompositeFieldContainer[Document]
    requests: _containers.RepeatedCompositeFieldContainer[Request]
    properties: _containers.RepeatedCompositeFieldContainer[Property]
    events: _containers.RepeatedCompositeFieldContainer[Event]
    attributes: _containers.MessageMap[str, Attribute]
    def __init__(self, id: _Optional[str] = ..., district: _Optional[str] = ..., kind: _Optional[str] = ..., stage: _Optional[str] = ..., filed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., categories: _Optional[_Iterable[str]] = ..., claim_fen: _Optional[int] = ..., claimants: _Optional[int] = ..., flags: _Optional[_Union[Flags, _Mapping]] = ..., parties: _Optional[_Iterable[_Union[Party, _Mapping]]] = ..., documents: _Optional[_Iterable[_Union[Document, _Mapping]]] = ..., requests: _Optional[_Iterable[_Union[Request, _Mapping]]] = ..., properties: _Optional[_Iterable[_Union[Property, _Mapping]]] = ..., events: _Optional[_Iterable[_Union[Event, _Mapping]]] = ..., attributes: _Optional[_Mapping[str, Attribute]] = ...) -> None: ...

class Flags(_message.Message):
    __slots__ = ("major_complex", "especially_major", "may_affect_stability", "may_cause_mass_incident", "several_assisting_bodies", "claim_especially_large", "search_urgent", "search_otherwise_needed", "needs_study", "state_assets", "no_property", "evasion", "identity_unclear", "property_unclear", "both_destitute", "hardship", "listed_for_supervision")
    MAJOR_COMPLEX_FIELD_NUMBER: _ClassVar[int]
    ESPECIALLY_MAJOR_FIELD_NUMBER: _ClassVar[int]
    MAY_AFFECT_STABILITY_FIELD_NUMBER: _ClassVar[int]
    MAY_CAUSE_MASS_INCIDENT_FIELD_NUMBER: _ClassVar[int]
    SEVERAL_ASSISTING_BODIES_FIELD_NUMBER: _ClassVar[int]
    CLAIM_ESPECIALLY_LARGE_FIELD_NUMBER: _ClassVar[int]
    SEARCH_URGENT_FIELD_NUMBER: _ClassVar[int]
    SEARCH_OTHERWISE_NEEDED_FIELD_NUMBER: _ClassVar[int]
    NEEDS_STUDY_FIELD_NUMBER: _ClassVar[int]
    STATE_ASSETS_FIELD_NUMBER: _ClassVar[int]
    NO_PROPERTY_FIELD_NUMBER: _ClassVar[int]
    EVASION_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_UNCLEAR_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_UNCLEAR_FIELD_NUMBER: _ClassVar[int]
    BOTH_DESTITUTE_FIELD_NUMBER: _ClassVar[int]
    HARDSHIP_FIELD_NUMBER: _ClassVar[int]
    LISTED_FOR_SUPERVISION_FIELD_NUMBER: _ClassVar[int]
    major_complex: bool
    especially_major: bool
    may_affect_stability: bool
    may_cause_mass_incident: bool
    several_assisting_bodies: bool
    claim_especially_large: bool
    search_urgent: bool
    search_otherwise_needed: bool
    needs_study: bool
    state_assets: bool
    no_property: bool
    evasion: bool
    identity_unclear: bool
    property_unclear: bool
    both_destitute: bool
    hardship: bool
    listed_for_supervision: bool
    def __init__(self, major_complex: _Optional[bool] = ..., especially_major: _Optional[bool] = ..., may_affect_stability: _Optional[bool] = ..., may_cause_mass_incident: _Optional[bool] = ..., several_assisting_bodies: _Optional[bool] = ..., claim_especially_large: _Optional[bool] = ..., search_urgent: _Optional[bool] = ..., search_otherwise_needed: _Optional[bool] = ..., needs_study: _Optional[bool] = ..., state_assets: _Optional[bool] = ..., no_property: _Optional[bool] = ..., evasion: _Optional[bool] = ..., identity_unclear: _Optional[bool] = ..., property_unclear: _Optional[bool] = ..., both_destitute: _Optional[bool] = ..., hardship: _Optional[bool] = ..., listed_for_supervision: _Optional[bool] = ...) -> None: ...

class Party(_message.Message):
    __slots__ = ("id", "role", "kind", "traits", "household", "residence", "relations", "whereabouts_unclear", "unable_to_perform", "statuses", "identity_unclear", "property_unclear")
    ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TRAITS_FIELD_NUMBER: _ClassVar[int]
    HOUSEHOLD_FIELD_NUMBER: _ClassVar[int]
    RESIDENCE_FIELD_NUMBER: _ClassVar[int]
    RELATIONS_FIELD_NUMBER: _ClassVar[int]
    WHEREABOUTS_UNCLEAR_FIELD_NUMBER: _ClassVar[int]
    UNABLE_TO_PERFORM_FIELD_NUMBER: _ClassVar[int]
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_UNCLEAR_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_UNCLEAR_FIELD_NUMBER: _ClassVar[int]
    id: str
    role: str
    kind: str
    traits: _containers.RepeatedScalarFieldContainer[str]
    household: Place
    residence: Place
    relations: _containers.RepeatedCompositeFieldContainer[Relation]
    whereabouts_unclear: bool
    unable_to_perform: bool
    statuses: _containers.RepeatedCompositeFieldContainer[Status]
    identity_unclear: bool
    property_unclear: bool
    def __init__(self, id: _Optional[str] = ..., role: _Optional[str] = ..., kind: _Optional[str] = ..., traits: _Optional[_Iterable[str]] = ..., household: _Optional[_Union[Place, _Mapping]] = ..., residence: _Optional[_Union[Place, _Mapping]] = ..., relations: _Optional[_Iterable[_Union[Relation, _Mapping]]] = ..., whereabouts_unclear: _Optional[bool] = ..., unable_to_perform: _Optional[bool] = ..., statuses: _Optional[_Iterable[_Union[Status, _Mapping]]] = ..., identity_unclear: _Optional[bool] = ..., property_unclear: _Optional[bool] = ...) -> None: ...

class Status(_message.Message):
    __slots__ = ("kind", "since", "until", "begun_by", "ended_by", "ended")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    BEGUN_BY_FIELD_NUMBER: _ClassVar[int]
    ENDED_BY_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    kind: str
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    begun_by: str
    ended_by: str
    ended: bool
    def __init__(self, kind: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., begun_by: _Optional[str] = ..., ended_by: _Optional[str] = ..., ended: _Optional[bool] = ...) -> None: ...

class Relation(_message.Message):
    __slots__ = ("kind", "party")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    kind: str
    party: str
    def __init__(self, kind: _Optional[str] = ..., party: _Optional[str] = ...) -> None: ...

class Place(_message.Message):
    __slots__ = ("district", "subdistrict", "community", "within_district")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    SUBDISTRICT_FIELD_NUMBER: _ClassVar[int]
    COMMUNITY_FIELD_NUMBER: _ClassVar[int]
    WITHIN_DISTRICT_FIELD_NUMBER: _ClassVar[int]
    district: str
    subdistrict: str
    community: str
    within_district: bool
    def __init__(self, district: _Optional[str] = ..., subdistrict: _Optional[str] = ..., community: _Optional[str] = ..., within_district: _Optional[bool] = ...) -> None: ...

class Document(_message.Message):
    __slots__ = ("id", "type", "issued_at", "issuer", "services", "party", "property", "request", "requests", "place")
    ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    id: str
    type: str
    issued_at: _timestamp_pb2.Timestamp
    issuer: str
    services: _containers.RepeatedCompositeFieldContainer[Service]
    party: str
    property: str
    request: str
    requests: _containers.RepeatedScalarFieldContainer[str]
    place: Place
    def __init__(self, id: _Optional[str] = ..., type: _Optional[str] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., issuer: _Optional[str] = ..., services: _Optional[_Iterable[_Union[Service, _Mapping]]] = ..., party: _Optional[str] = ..., property: _Optional[str] = ..., request: _Optional[str] = ..., requests: _Optional[_Iterable[str]] = ..., place: _Optional[_Union[Place, _Mapping]] = ...) -> None: ...

class Service(_message.Message):
    __slots__ = ("id", "body", "party", "at", "result", "posted_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    POSTED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    body: str
    party: str
    at: _timestamp_pb2.Timestamp
    result: str
    posted_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., body: _Optional[str] = ..., party: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., result: _Optional[str] = ..., posted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Request(_message.Message):
    __slots__ = ("id", "matter", "to", "requester", "at", "documents_shown", "form", "party", "property", "document", "unit", "urgency", "posted_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    MATTER_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_SHOWN_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    URGENCY_FIELD_NUMBER: _ClassVar[int]
    POSTED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    matter: str
    to: str
    requester: str
    at: _timestamp_pb2.Timestamp
    documents_shown: _containers.RepeatedScalarFieldContainer[str]
    form: str
    party: str
    property: str
    document: str
    unit: str
    urgency: str
    posted_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., matter: _Optional[str] = ..., to: _Optional[str] = ..., requester: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., documents_shown: _Optional[_Iterable[str]] = ..., form: _Optional[str] = ..., party: _Optional[str] = ..., property: _Optional[str] = ..., document: _Optional[str] = ..., unit: _Optional[str] = ..., urgency: _Optional[str] = ..., posted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Property(_message.Message):
    __slots__ = ("id", "type", "owner", "place", "state_owned", "value_fen")
    ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    STATE_OWNED_FIELD_NUMBER: _ClassVar[int]
    VALUE_FEN_FIELD_NUMBER: _ClassVar[int]
    id: str
    type: str
    owner: str
    place: Place
    state_owned: bool
    value_fen: int
    def __init__(self, id: _Optional[str] = ..., type: _Optional[str] = ..., owner: _Optional[str] = ..., place: _Optional[_Union[Place, _Mapping]] = ..., state_owned: _Optional[bool] = ..., value_fen: _Optional[int] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("id", "type", "at", "actor", "body", "party", "property", "document", "about", "matter", "result", "obligation", "rule", "period_from", "period_to", "limit_at", "to", "concerning", "actor_unit", "to_unit", "concerning_unit", "also_by", "also_to", "person", "count", "score", "found_at", "answers", "posted_at", "assessment", "grade", "rank", "figures")
    ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    MATTER_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FROM_FIELD_NUMBER: _ClassVar[int]
    PERIOD_TO_FIELD_NUMBER: _ClassVar[int]
    LIMIT_AT_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    CONCERNING_FIELD_NUMBER: _ClassVar[int]
    ACTOR_UNIT_FIELD_NUMBER: _ClassVar[int]
    TO_UNIT_FIELD_NUMBER: _ClassVar[int]
    CONCERNING_UNIT_FIELD_NUMBER: _ClassVar[int]
    ALSO_BY_FIELD_NUMBER: _ClassVar[int]
    ALSO_TO_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    FOUND_AT_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    POSTED_AT_FIELD_NUMBER: _ClassVar[int]
    ASSESSMENT_FIELD_NUMBER: _ClassVar[int]
    GRADE_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    id: str
    type: str
    at: _timestamp_pb2.Timestamp
    actor: str
    body: str
    party: str
    property: str
    document: str
    about: str
    matter: str
    result: str
    obligation: str
    rule: str
    period_from: _timestamp_pb2.Timestamp
    period_to: _timestamp_pb2.Timestamp
    limit_at: _timestamp_pb2.Timestamp
    to: str
    concerning: str
    actor_unit: str
    to_unit: str
    concerning_unit: str
    also_by: _containers.RepeatedScalarFieldContainer[str]
    also_to: _containers.RepeatedScalarFieldContainer[str]
    person: str
    count: int
    score: float
    found_at: _timestamp_pb2.Timestamp
    answers: _containers.RepeatedScalarFieldContainer[str]
    posted_at: _timestamp_pb2.Timestamp
    assessment: str
    grade: str
    rank: int
    figures: _containers.RepeatedCompositeFieldContainer[ResultFigure]
    def __init__(self, id: _Optional[str] = ..., type: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., body: _Optional[str] = ..., party: _Optional[str] = ..., property: _Optional[str] = ..., document: _Optional[str] = ..., about: _Optional[str] = ..., matter: _Optional[str] = ..., result: _Optional[str] = ..., obligation: _Optional[str] = ..., rule: _Optional[str] = ..., period_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., period_to: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., limit_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., to: _Optional[str] = ..., concerning: _Optional[str] = ..., actor_unit: _Optional[str] = ..., to_unit: _Optional[str] = ..., concerning_unit: _Optional[str] = ..., also_by: _Optional[_Iterable[str]] = ..., also_to: _Optional[_Iterable[str]] = ..., person: _Optional[str] = ..., count: _Optional[int] = ..., score: _Optional[float] = ..., found_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answers: _Optional[_Iterable[str]] = ..., posted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., assessment: _Optional[str] = ..., grade: _Optional[str] = ..., rank: _Optional[int] = ..., figures: _Optional[_Iterable[_Union[ResultFigure, _Mapping]]] = ...) -> None: ...

class ResultFigure(_message.Message):
    __slots__ = ("name", "value", "unmeasured")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    UNMEASURED_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: float
    unmeasured: bool
    def __init__(self, name: _Optional[str] = ..., value: _Optional[float] = ..., unmeasured: _Optional[bool] = ...) -> None: ...

class Attribute(_message.Message):
    __slots__ = ("bool_value", "int_value", "double_value", "string_value", "time_value")
    BOOL_VALUE_FIELD_NUMBER: _ClassVar[int]
    INT_VALUE_FIELD_NUMBER: _ClassVar[int]
    DOUBLE_VALUE_FIELD_NUMBER: _ClassVar[int]
    STRING_VALUE_FIELD_NUMBER: _ClassVar[int]
    TIME_VALUE_FIELD_NUMBER: _ClassVar[int]
    bool_value: bool
    int_value: int
    double_value: float
    string_value: str
    time_value: _timestamp_pb2.Timestamp
    def __init__(self, bool_value: _Optional[bool] = ..., int_value: _Optional[int] = ..., double_value: _Optional[float] = ..., string_value: _Optional[str] = ..., time_value: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
