from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Form(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FORM_UNSPECIFIED: _ClassVar[Form]
    FORM_CONSTANT: _ClassVar[Form]
    FORM_VARIABLE: _ClassVar[Form]
    FORM_ATTRIBUTE: _ClassVar[Form]
    FORM_PARAMETER: _ClassVar[Form]
    FORM_FIELD: _ClassVar[Form]
    FORM_CALL: _ClassVar[Form]
    FORM_TERM: _ClassVar[Form]
    FORM_LIST: _ClassVar[Form]
    FORM_QUANTIFIER: _ClassVar[Form]

class Type(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TYPE_UNSPECIFIED: _ClassVar[Type]
    TYPE_BOOL: _ClassVar[Type]
    TYPE_INT: _ClassVar[Type]
    TYPE_DOUBLE: _ClassVar[Type]
    TYPE_STRING: _ClassVar[Type]
    TYPE_TIMESTAMP: _ClassVar[Type]
    TYPE_DURATION: _ClassVar[Type]
    TYPE_MESSAGE: _ClassVar[Type]
    TYPE_MESSAGES: _ClassVar[Type]
    TYPE_LIST: _ClassVar[Type]
FORM_UNSPECIFIED: Form
FORM_CONSTANT: Form
FORM_VARIABLE: Form
FORM_ATTRIBUTE: Form
FORM_PARAMETER: Form
FORM_FIELD: Form
FORM_CALL: Form
FORM_TERM: Form
FORM_LIST: Form
FORM_QUANTIFIER: Form
TYPE_UNSPECIFIED: Type
TYPE_BOOL: Type
TYPE_INT: Type
TYPE_DOUBLE: Type
TYPE_STRING: Type
TYPE_TIMESTAMP: Type
TYPE_DURATION: Type
TYPE_MESSAGE: Type
TYPE_MESSAGES: Type
TYPE_LIST: Type

class Program(_message.Message):
    __slots__ = ("format", "engine_version", "district", "vocabulary_digest", "calendar_digest", "strings", "sections", "organs", "implied", "told", "effects", "only", "equivalences", "calendar", "attributes", "rules", "results", "standing", "reads", "versions")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    ENGINE_VERSION_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_DIGEST_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_DIGEST_FIELD_NUMBER: _ClassVar[int]
    STRINGS_FIELD_NUMBER: _ClassVar[int]
    SECTIONS_FIELD_NUMBER: _ClassVar[int]
    ORGANS_FIELD_NUMBER: _ClassVar[int]
    IMPLIED_FIELD_NUMBER: _ClassVar[int]
    TOLD_FIELD_NUMBER: _ClassVar[int]
    EFFECTS_FIELD_NUMBER: _ClassVar[int]
    ONLY_FIELD_NUMBER: _ClassVar[int]
    EQUIVALENCES_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    READS_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    format: int
    engine_version: str
    district: str
    vocabulary_digest: str
    calendar_digest: str
    strings: _containers.RepeatedScalarFieldContainer[str]
    sections: _containers.RepeatedCompositeFieldContainer[Named]
    organs: _containers.RepeatedCompositeFieldContainer[Named]
    implied: _containers.RepeatedCompositeFieldContainer[Named]
    told: _containers.RepeatedCompositeFieldContainer[Named]
    effects: _containers.RepeatedCompositeFieldContainer[Named]
    only: _containers.RepeatedCompositeFieldContainer[Named]
    equivalences: Equivalences
    calendar: Calendar
    attributes: _containers.RepeatedCompositeFieldContainer[Attribute]
    rules: _containers.RepeatedScalarFieldContainer[int]
    results: _containers.RepeatedCompositeFieldContainer[Result]
    standing: Standing
    reads: Reads
    versions: _containers.RepeatedCompositeFieldContainer[Version]
    def __init__(self, format: _Optional[int] = ..., engine_version: _Optional[str] = ..., district: _Optional[str] = ..., vocabulary_digest: _Optional[str] = ..., calendar_digest: _Optional[str] = ..., strings: _Optional[_Iterable[str]] = ..., sections: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., organs: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., implied: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., told: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., effects: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., only: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., equivalences: _Optional[_Union[Equivalences, _Mapping]] = ..., calendar: _Optional[_Union[Calendar, _Mapping]] = ..., attributes: _Optional[_Iterable[_Union[Attribute, _Mapping]]] = ..., rules: _Optional[_Iterable[int]] = ..., results: _Optional[_Iterable[_Union[Result, _Mapping]]] = ..., standing: _Optional[_Union[Standing, _Mapping]] = ..., reads: _Optional[_Union[Reads, _Mapping]] = ..., versions: _Optional[_Iterable[_Union[Version, _Mapping]]] = ...) -> None: ...

class Named(_message.Message):
    __slots__ = ("name", "members")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    name: int
    members: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, name: _Optional[int] = ..., members: _Optional[_Iterable[int]] = ...) -> None: ...

class Equivalences(_message.Message):
    __slots__ = ("same_events", "filing", "body_concerns", "states", "flags", "requests", "services", "received", "documents", "papers", "lasting", "instrument", "periods")
    SAME_EVENTS_FIELD_NUMBER: _ClassVar[int]
    FILING_FIELD_NUMBER: _ClassVar[int]
    BODY_CONCERNS_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    FLAGS_FIELD_NUMBER: _ClassVar[int]
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    PAPERS_FIELD_NUMBER: _ClassVar[int]
    LASTING_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_FIELD_NUMBER: _ClassVar[int]
    PERIODS_FIELD_NUMBER: _ClassVar[int]
    same_events: _containers.RepeatedCompositeFieldContainer[Named]
    filing: int
    body_concerns: _containers.RepeatedScalarFieldContainer[int]
    states: _containers.RepeatedCompositeFieldContainer[State]
    flags: _containers.RepeatedCompositeFieldContainer[Named]
    requests: _containers.RepeatedCompositeFieldContainer[Named]
    services: _containers.RepeatedCompositeFieldContainer[Service]
    received: int
    documents: _containers.RepeatedCompositeFieldContainer[Named]
    papers: int
    lasting: _containers.RepeatedCompositeFieldContainer[Named]
    instrument: int
    periods: _containers.RepeatedCompositeFieldContainer[Named]
    def __init__(self, same_events: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., filing: _Optional[int] = ..., body_concerns: _Optional[_Iterable[int]] = ..., states: _Optional[_Iterable[_Union[State, _Mapping]]] = ..., flags: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., requests: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., services: _Optional[_Iterable[_Union[Service, _Mapping]]] = ..., received: _Optional[int] = ..., documents: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., papers: _Optional[int] = ..., lasting: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., instrument: _Optional[int] = ..., periods: _Optional[_Iterable[_Union[Named, _Mapping]]] = ...) -> None: ...

class State(_message.Message):
    __slots__ = ("kind", "field", "flag", "roles", "everyone", "begins", "ends")
    KIND_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    FLAG_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    EVERYONE_FIELD_NUMBER: _ClassVar[int]
    BEGINS_FIELD_NUMBER: _ClassVar[int]
    ENDS_FIELD_NUMBER: _ClassVar[int]
    kind: int
    field: int
    flag: int
    roles: _containers.RepeatedScalarFieldContainer[int]
    everyone: bool
    begins: _containers.RepeatedScalarFieldContainer[int]
    ends: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, kind: _Optional[int] = ..., field: _Optional[int] = ..., flag: _Optional[int] = ..., roles: _Optional[_Iterable[int]] = ..., everyone: _Optional[bool] = ..., begins: _Optional[_Iterable[int]] = ..., ends: _Optional[_Iterable[int]] = ...) -> None: ...

class Service(_message.Message):
    __slots__ = ("event", "documents", "result", "results")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    event: int
    documents: _containers.RepeatedScalarFieldContainer[int]
    result: int
    results: _containers.RepeatedCompositeFieldContainer[Named]
    def __init__(self, event: _Optional[int] = ..., documents: _Optional[_Iterable[int]] = ..., result: _Optional[int] = ..., results: _Optional[_Iterable[_Union[Named, _Mapping]]] = ...) -> None: ...

class Calendar(_message.Message):
    __slots__ = ("first", "working", "open", "settled")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    WORKING_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    SETTLED_FIELD_NUMBER: _ClassVar[int]
    first: int
    working: bytes
    open: bytes
    settled: _containers.RepeatedCompositeFieldContainer[Settled]
    def __init__(self, first: _Optional[int] = ..., working: _Optional[bytes] = ..., open: _Optional[bytes] = ..., settled: _Optional[_Iterable[_Union[Settled, _Mapping]]] = ...) -> None: ...

class Settled(_message.Message):
    __slots__ = ("year", "month", "day")
    YEAR_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    year: int
    month: int
    day: int
    def __init__(self, year: _Optional[int] = ..., month: _Optional[int] = ..., day: _Optional[int] = ...) -> None: ...

class Attribute(_message.Message):
    __slots__ = ("name", "type", "excludes", "implies")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    EXCLUDES_FIELD_NUMBER: _ClassVar[int]
    IMPLIES_FIELD_NUMBER: _ClassVar[int]
    name: int
    type: int
    excludes: _containers.RepeatedScalarFieldContainer[int]
    implies: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, name: _Optional[int] = ..., type: _Optional[int] = ..., excludes: _Optional[_Iterable[int]] = ..., implies: _Optional[_Iterable[int]] = ...) -> None: ...

class Result(_message.Message):
    __slots__ = ("assessment", "grades", "figures", "asked")
    ASSESSMENT_FIELD_NUMBER: _ClassVar[int]
    GRADES_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    ASKED_FIELD_NUMBER: _ClassVar[int]
    assessment: int
    grades: _containers.RepeatedScalarFieldContainer[int]
    figures: _containers.RepeatedScalarFieldContainer[int]
    asked: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, assessment: _Optional[int] = ..., grades: _Optional[_Iterable[int]] = ..., figures: _Optional[_Iterable[int]] = ..., asked: _Optional[_Iterable[int]] = ...) -> None: ...

class Standing(_message.Message):
    __slots__ = ("first", "instrument", "periods")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_FIELD_NUMBER: _ClassVar[int]
    PERIODS_FIELD_NUMBER: _ClassVar[int]
    first: int
    instrument: int
    periods: _containers.RepeatedCompositeFieldContainer[Named]
    def __init__(self, first: _Optional[int] = ..., instrument: _Optional[int] = ..., periods: _Optional[_Iterable[_Union[Named, _Mapping]]] = ...) -> None: ...

class Reads(_message.Message):
    __slots__ = ("fields", "codes", "attributes", "bodies", "acts", "triggers", "awaited")
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    BODIES_FIELD_NUMBER: _ClassVar[int]
    ACTS_FIELD_NUMBER: _ClassVar[int]
    TRIGGERS_FIELD_NUMBER: _ClassVar[int]
    AWAITED_FIELD_NUMBER: _ClassVar[int]
    fields: _containers.RepeatedCompositeFieldContainer[Named]
    codes: _containers.RepeatedCompositeFieldContainer[Named]
    attributes: _containers.RepeatedScalarFieldContainer[int]
    bodies: _containers.RepeatedScalarFieldContainer[int]
    acts: _containers.RepeatedScalarFieldContainer[int]
    triggers: _containers.RepeatedScalarFieldContainer[int]
    awaited: _containers.RepeatedCompositeFieldContainer[Named]
    def __init__(self, fields: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., codes: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., attributes: _Optional[_Iterable[int]] = ..., bodies: _Optional[_Iterable[int]] = ..., acts: _Optional[_Iterable[int]] = ..., triggers: _Optional[_Iterable[int]] = ..., awaited: _Optional[_Iterable[_Union[Named, _Mapping]]] = ...) -> None: ...

class Version(_message.Message):
    __slots__ = ("name", "digest", "since", "until", "sizes", "costs", "units", "nodes", "terms", "rules", "triggered", "gathered", "clocked", "on_breach", "gathered_on_breach", "clocked_on_breach")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    SIZES_FIELD_NUMBER: _ClassVar[int]
    COSTS_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    TRIGGERED_FIELD_NUMBER: _ClassVar[int]
    GATHERED_FIELD_NUMBER: _ClassVar[int]
    CLOCKED_FIELD_NUMBER: _ClassVar[int]
    ON_BREACH_FIELD_NUMBER: _ClassVar[int]
    GATHERED_ON_BREACH_FIELD_NUMBER: _ClassVar[int]
    CLOCKED_ON_BREACH_FIELD_NUMBER: _ClassVar[int]
    name: int
    digest: int
    since: int
    until: int
    sizes: _containers.RepeatedCompositeFieldContainer[Size]
    costs: _containers.RepeatedCompositeFieldContainer[Cost]
    units: _containers.RepeatedCompositeFieldContainer[Named]
    nodes: _containers.RepeatedCompositeFieldContainer[Node]
    terms: _containers.RepeatedCompositeFieldContainer[Term]
    rules: _containers.RepeatedCompositeFieldContainer[Rule]
    triggered: _containers.RepeatedScalarFieldContainer[int]
    gathered: _containers.RepeatedScalarFieldContainer[int]
    clocked: _containers.RepeatedScalarFieldContainer[int]
    on_breach: _containers.RepeatedScalarFieldContainer[int]
    gathered_on_breach: _containers.RepeatedScalarFieldContainer[int]
    clocked_on_breach: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, name: _Optional[int] = ..., digest: _Optional[int] = ..., since: _Optional[int] = ..., until: _Optional[int] = ..., sizes: _Optional[_Iterable[_Union[Size, _Mapping]]] = ..., costs: _Optional[_Iterable[_Union[Cost, _Mapping]]] = ..., units: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., nodes: _Optional[_Iterable[_Union[Node, _Mapping]]] = ..., terms: _Optional[_Iterable[_Union[Term, _Mapping]]] = ..., rules: _Optional[_Iterable[_Union[Rule, _Mapping]]] = ..., triggered: _Optional[_Iterable[int]] = ..., gathered: _Optional[_Iterable[int]] = ..., clocked: _Optional[_Iterable[int]] = ..., on_breach: _Optional[_Iterable[int]] = ..., gathered_on_breach: _Optional[_Iterable[int]] = ..., clocked_on_breach: _Optional[_Iterable[int]] = ...) -> None: ...

class Size(_message.Message):
    __slots__ = ("list", "codes", "any")
    LIST_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    ANY_FIELD_NUMBER: _ClassVar[int]
    list: int
    codes: _containers.RepeatedScalarFieldContainer[int]
    any: bool
    def __init__(self, list: _Optional[int] = ..., codes: _Optional[_Iterable[int]] = ..., any: _Optional[bool] = ...) -> None: ...

class Cost(_message.Message):
    __slots__ = ("products",)
    PRODUCTS_FIELD_NUMBER: _ClassVar[int]
    products: _containers.RepeatedCompositeFieldContainer[Product]
    def __init__(self, products: _Optional[_Iterable[_Union[Product, _Mapping]]] = ...) -> None: ...

class Product(_message.Message):
    __slots__ = ("factor", "sizes")
    FACTOR_FIELD_NUMBER: _ClassVar[int]
    SIZES_FIELD_NUMBER: _ClassVar[int]
    factor: int
    sizes: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, factor: _Optional[int] = ..., sizes: _Optional[_Iterable[int]] = ...) -> None: ...

class Node(_message.Message):
    __slots__ = ("form", "type", "name", "variable", "parts", "value", "beyond")
    FORM_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VARIABLE_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    BEYOND_FIELD_NUMBER: _ClassVar[int]
    form: Form
    type: Type
    name: int
    variable: int
    parts: _containers.RepeatedScalarFieldContainer[int]
    value: Value
    beyond: bool
    def __init__(self, form: _Optional[_Union[Form, str]] = ..., type: _Optional[_Union[Type, str]] = ..., name: _Optional[int] = ..., variable: _Optional[int] = ..., parts: _Optional[_Iterable[int]] = ..., value: _Optional[_Union[Value, _Mapping]] = ..., beyond: _Optional[bool] = ...) -> None: ...

class Value(_message.Message):
    __slots__ = ("bool_value", "int_value", "double_value", "string_value")
    BOOL_VALUE_FIELD_NUMBER: _ClassVar[int]
    INT_VALUE_FIELD_NUMBER: _ClassVar[int]
    DOUBLE_VALUE_FIELD_NUMBER: _ClassVar[int]
    STRING_VALUE_FIELD_NUMBER: _ClassVar[int]
    bool_value: bool
    int_value: int
    double_value: float
    string_value: int
    def __init__(self, bool_value: _Optional[bool] = ..., int_value: _Optional[int] = ..., double_value: _Optional[float] = ..., string_value: _Optional[int] = ...) -> None: ...

class Term(_message.Message):
    __slots__ = ("name", "parameters", "lines")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    name: int
    parameters: _containers.RepeatedScalarFieldContainer[int]
    lines: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, name: _Optional[int] = ..., parameters: _Optional[_Iterable[int]] = ..., lines: _Optional[_Iterable[int]] = ...) -> None: ...

class Line(_message.Message):
    __slots__ = ("node", "implied", "basis", "alternatives")
    NODE_FIELD_NUMBER: _ClassVar[int]
    IMPLIED_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    node: int
    implied: bool
    basis: _containers.RepeatedScalarFieldContainer[int]
    alternatives: _containers.RepeatedCompositeFieldContainer[Line]
    def __init__(self, node: _Optional[int] = ..., implied: _Optional[bool] = ..., basis: _Optional[_Iterable[int]] = ..., alternatives: _Optional[_Iterable[_Union[Line, _Mapping]]] = ...) -> None: ...

class Binding(_message.Message):
    __slots__ = ("name", "list", "owner")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    name: int
    list: int
    owner: int
    def __init__(self, name: _Optional[int] = ..., list: _Optional[int] = ..., owner: _Optional[int] = ...) -> None: ...

class Effect(_message.Message):
    __slots__ = ("name", "node")
    NAME_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    name: int
    node: int
    def __init__(self, name: _Optional[int] = ..., node: _Optional[int] = ...) -> None: ...

class Rule(_message.Message):
    __slots__ = ("id", "each", "trigger", "collection", "codes", "order", "when", "unless", "effects", "fulfilled_by", "discharged_by", "violated_by", "deadline", "waits", "timed", "lists", "moves", "moved_by", "clocked", "kinds", "modality", "force", "bearing", "of_case", "accrues", "bearers", "counterparties", "action", "basis", "overrides", "cost", "ending_cost", "amount", "quantities", "clock", "deemed")
    ID_FIELD_NUMBER: _ClassVar[int]
    EACH_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    WHEN_FIELD_NUMBER: _ClassVar[int]
    UNLESS_FIELD_NUMBER: _ClassVar[int]
    EFFECTS_FIELD_NUMBER: _ClassVar[int]
    FULFILLED_BY_FIELD_NUMBER: _ClassVar[int]
    DISCHARGED_BY_FIELD_NUMBER: _ClassVar[int]
    VIOLATED_BY_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    WAITS_FIELD_NUMBER: _ClassVar[int]
    TIMED_FIELD_NUMBER: _ClassVar[int]
    LISTS_FIELD_NUMBER: _ClassVar[int]
    MOVES_FIELD_NUMBER: _ClassVar[int]
    MOVED_BY_FIELD_NUMBER: _ClassVar[int]
    CLOCKED_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    MODALITY_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    BEARING_FIELD_NUMBER: _ClassVar[int]
    OF_CASE_FIELD_NUMBER: _ClassVar[int]
    ACCRUES_FIELD_NUMBER: _ClassVar[int]
    BEARERS_FIELD_NUMBER: _ClassVar[int]
    COUNTERPARTIES_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    OVERRIDES_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    ENDING_COST_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    QUANTITIES_FIELD_NUMBER: _ClassVar[int]
    CLOCK_FIELD_NUMBER: _ClassVar[int]
    DEEMED_FIELD_NUMBER: _ClassVar[int]
    id: int
    each: _containers.RepeatedCompositeFieldContainer[Binding]
    trigger: int
    collection: int
    codes: _containers.RepeatedScalarFieldContainer[int]
    order: _containers.RepeatedScalarFieldContainer[int]
    when: _containers.RepeatedCompositeFieldContainer[Line]
    unless: _containers.RepeatedCompositeFieldContainer[Line]
    effects: _containers.RepeatedCompositeFieldContainer[Effect]
    fulfilled_by: _containers.RepeatedCompositeFieldContainer[Matcher]
    discharged_by: _containers.RepeatedCompositeFieldContainer[Matcher]
    violated_by: _containers.RepeatedCompositeFieldContainer[Matcher]
    deadline: Deadline
    waits: int
    timed: _containers.RepeatedScalarFieldContainer[int]
    lists: _containers.RepeatedScalarFieldContainer[int]
    moves: _containers.RepeatedCompositeFieldContainer[Named]
    moved_by: _containers.RepeatedScalarFieldContainer[int]
    clocked: bool
    kinds: _containers.RepeatedScalarFieldContainer[int]
    modality: int
    force: int
    bearing: int
    of_case: bool
    accrues: bool
    bearers: _containers.RepeatedScalarFieldContainer[int]
    counterparties: _containers.RepeatedScalarFieldContainer[int]
    action: int
    basis: _containers.RepeatedScalarFieldContainer[int]
    overrides: _containers.RepeatedScalarFieldContainer[int]
    cost: int
    ending_cost: int
    amount: Amount
    quantities: _containers.RepeatedCompositeFieldContainer[Quantity]
    clock: Clock
    deemed: Deemed
    def __init__(self, id: _Optional[int] = ..., each: _Optional[_Iterable[_Union[Binding, _Mapping]]] = ..., trigger: _Optional[int] = ..., collection: _Optional[int] = ..., codes: _Optional[_Iterable[int]] = ..., order: _Optional[_Iterable[int]] = ..., when: _Optional[_Iterable[_Union[Line, _Mapping]]] = ..., unless: _Optional[_Iterable[_Union[Line, _Mapping]]] = ..., effects: _Optional[_Iterable[_Union[Effect, _Mapping]]] = ..., fulfilled_by: _Optional[_Iterable[_Union[Matcher, _Mapping]]] = ..., discharged_by: _Optional[_Iterable[_Union[Matcher, _Mapping]]] = ..., violated_by: _Optional[_Iterable[_Union[Matcher, _Mapping]]] = ..., deadline: _Optional[_Union[Deadline, _Mapping]] = ..., waits: _Optional[int] = ..., timed: _Optional[_Iterable[int]] = ..., lists: _Optional[_Iterable[int]] = ..., moves: _Optional[_Iterable[_Union[Named, _Mapping]]] = ..., moved_by: _Optional[_Iterable[int]] = ..., clocked: _Optional[bool] = ..., kinds: _Optional[_Iterable[int]] = ..., modality: _Optional[int] = ..., force: _Optional[int] = ..., bearing: _Optional[int] = ..., of_case: _Optional[bool] = ..., accrues: _Optional[bool] = ..., bearers: _Optional[_Iterable[int]] = ..., counterparties: _Optional[_Iterable[int]] = ..., action: _Optional[int] = ..., basis: _Optional[_Iterable[int]] = ..., overrides: _Optional[_Iterable[int]] = ..., cost: _Optional[int] = ..., ending_cost: _Optional[int] = ..., amount: _Optional[_Union[Amount, _Mapping]] = ..., quantities: _Optional[_Iterable[_Union[Quantity, _Mapping]]] = ..., clock: _Optional[_Union[Clock, _Mapping]] = ..., deemed: _Optional[_Union[Deemed, _Mapping]] = ...) -> None: ...

class Amount(_message.Message):
    __slots__ = ("missing", "fixed", "share", "tiers", "whole", "round_to", "round_how", "floor", "cap")
    MISSING_FIELD_NUMBER: _ClassVar[int]
    FIXED_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    TIERS_FIELD_NUMBER: _ClassVar[int]
    WHOLE_FIELD_NUMBER: _ClassVar[int]
    ROUND_TO_FIELD_NUMBER: _ClassVar[int]
    ROUND_HOW_FIELD_NUMBER: _ClassVar[int]
    FLOOR_FIELD_NUMBER: _ClassVar[int]
    CAP_FIELD_NUMBER: _ClassVar[int]
    missing: _containers.RepeatedScalarFieldContainer[int]
    fixed: int
    share: Share
    tiers: _containers.RepeatedCompositeFieldContainer[Tier]
    whole: bool
    round_to: int
    round_how: int
    floor: int
    cap: int
    def __init__(self, missing: _Optional[_Iterable[int]] = ..., fixed: _Optional[int] = ..., share: _Optional[_Union[Share, _Mapping]] = ..., tiers: _Optional[_Iterable[_Union[Tier, _Mapping]]] = ..., whole: _Optional[bool] = ..., round_to: _Optional[int] = ..., round_how: _Optional[int] = ..., floor: _Optional[int] = ..., cap: _Optional[int] = ...) -> None: ...

class Share(_message.Message):
    __slots__ = ("numerator", "denominator", "text")
    NUMERATOR_FIELD_NUMBER: _ClassVar[int]
    DENOMINATOR_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    numerator: int
    denominator: int
    text: int
    def __init__(self, numerator: _Optional[int] = ..., denominator: _Optional[int] = ..., text: _Optional[int] = ...) -> None: ...

class Tier(_message.Message):
    __slots__ = ("up_to", "share", "fixed")
    UP_TO_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    FIXED_FIELD_NUMBER: _ClassVar[int]
    up_to: int
    share: Share
    fixed: int
    def __init__(self, up_to: _Optional[int] = ..., share: _Optional[_Union[Share, _Mapping]] = ..., fixed: _Optional[int] = ...) -> None: ...

class Quantity(_message.Message):
    __slots__ = ("missing", "count", "at_least", "at_most", "computed")
    MISSING_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    AT_LEAST_FIELD_NUMBER: _ClassVar[int]
    AT_MOST_FIELD_NUMBER: _ClassVar[int]
    COMPUTED_FIELD_NUMBER: _ClassVar[int]
    missing: _containers.RepeatedScalarFieldContainer[int]
    count: int
    at_least: int
    at_most: int
    computed: bool
    def __init__(self, missing: _Optional[_Iterable[int]] = ..., count: _Optional[int] = ..., at_least: _Optional[int] = ..., at_most: _Optional[int] = ..., computed: _Optional[bool] = ...) -> None: ...

class Clock(_message.Message):
    __slots__ = ("suspended", "pauses", "restarts", "grants", "extension")
    SUSPENDED_FIELD_NUMBER: _ClassVar[int]
    PAUSES_FIELD_NUMBER: _ClassVar[int]
    RESTARTS_FIELD_NUMBER: _ClassVar[int]
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    EXTENSION_FIELD_NUMBER: _ClassVar[int]
    suspended: int
    pauses: _containers.RepeatedCompositeFieldContainer[Pause]
    restarts: _containers.RepeatedCompositeFieldContainer[Matcher]
    grants: _containers.RepeatedCompositeFieldContainer[Grant]
    extension: Extension
    def __init__(self, suspended: _Optional[int] = ..., pauses: _Optional[_Iterable[_Union[Pause, _Mapping]]] = ..., restarts: _Optional[_Iterable[_Union[Matcher, _Mapping]]] = ..., grants: _Optional[_Iterable[_Union[Grant, _Mapping]]] = ..., extension: _Optional[_Union[Extension, _Mapping]] = ...) -> None: ...

class Pause(_message.Message):
    __slots__ = ("begins", "ends", "again")
    BEGINS_FIELD_NUMBER: _ClassVar[int]
    ENDS_FIELD_NUMBER: _ClassVar[int]
    AGAIN_FIELD_NUMBER: _ClassVar[int]
    begins: _containers.RepeatedCompositeFieldContainer[Matcher]
    ends: _containers.RepeatedCompositeFieldContainer[Matcher]
    again: bool
    def __init__(self, begins: _Optional[_Iterable[_Union[Matcher, _Mapping]]] = ..., ends: _Optional[_Iterable[_Union[Matcher, _Mapping]]] = ..., again: _Optional[bool] = ...) -> None: ...

class Grant(_message.Message):
    __slots__ = ("matcher", "by", "bearer")
    MATCHER_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    BEARER_FIELD_NUMBER: _ClassVar[int]
    matcher: Matcher
    by: _containers.RepeatedScalarFieldContainer[int]
    bearer: bool
    def __init__(self, matcher: _Optional[_Union[Matcher, _Mapping]] = ..., by: _Optional[_Iterable[int]] = ..., bearer: _Optional[bool] = ...) -> None: ...

class Extension(_message.Message):
    __slots__ = ("given", "length", "at_most", "times", "param", "local")
    GIVEN_FIELD_NUMBER: _ClassVar[int]
    LENGTH_FIELD_NUMBER: _ClassVar[int]
    AT_MOST_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    PARAM_FIELD_NUMBER: _ClassVar[int]
    LOCAL_FIELD_NUMBER: _ClassVar[int]
    given: bool
    length: Period
    at_most: Period
    times: int
    param: int
    local: bool
    def __init__(self, given: _Optional[bool] = ..., length: _Optional[_Union[Period, _Mapping]] = ..., at_most: _Optional[_Union[Period, _Mapping]] = ..., times: _Optional[int] = ..., param: _Optional[int] = ..., local: _Optional[bool] = ...) -> None: ...

class Deemed(_message.Message):
    __slots__ = ("kind", "code", "document", "base", "passing", "matter", "result", "of_bearer", "stratum", "clauses")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    PASSING_FIELD_NUMBER: _ClassVar[int]
    MATTER_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    OF_BEARER_FIELD_NUMBER: _ClassVar[int]
    STRATUM_FIELD_NUMBER: _ClassVar[int]
    CLAUSES_FIELD_NUMBER: _ClassVar[int]
    kind: int
    code: int
    document: int
    base: int
    passing: bool
    matter: int
    result: int
    of_bearer: _containers.RepeatedScalarFieldContainer[int]
    stratum: int
    clauses: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, kind: _Optional[int] = ..., code: _Optional[int] = ..., document: _Optional[int] = ..., base: _Optional[int] = ..., passing: _Optional[bool] = ..., matter: _Optional[int] = ..., result: _Optional[int] = ..., of_bearer: _Optional[_Iterable[int]] = ..., stratum: _Optional[int] = ..., clauses: _Optional[_Iterable[int]] = ...) -> None: ...

class Matcher(_message.Message):
    __slots__ = ("collection", "codes", "predicate", "by_bearer", "end_of", "party", "begins", "about", "by")
    COLLECTION_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    PREDICATE_FIELD_NUMBER: _ClassVar[int]
    BY_BEARER_FIELD_NUMBER: _ClassVar[int]
    END_OF_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    BEGINS_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    collection: int
    codes: _containers.RepeatedScalarFieldContainer[int]
    predicate: int
    by_bearer: bool
    end_of: int
    party: int
    begins: bool
    about: int
    by: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, collection: _Optional[int] = ..., codes: _Optional[_Iterable[int]] = ..., predicate: _Optional[int] = ..., by_bearer: _Optional[bool] = ..., end_of: _Optional[int] = ..., party: _Optional[int] = ..., begins: _Optional[bool] = ..., about: _Optional[int] = ..., by: _Optional[_Iterable[int]] = ...) -> None: ...

class Period(_message.Message):
    __slots__ = ("amount", "unit")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    amount: int
    unit: int
    def __init__(self, amount: _Optional[int] = ..., unit: _Optional[int] = ...) -> None: ...

class Recurrence(_message.Message):
    __slots__ = ("text", "frequency", "interval", "months", "month_days", "weekdays", "positions")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FREQUENCY_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    MONTHS_FIELD_NUMBER: _ClassVar[int]
    MONTH_DAYS_FIELD_NUMBER: _ClassVar[int]
    WEEKDAYS_FIELD_NUMBER: _ClassVar[int]
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    text: int
    frequency: int
    interval: int
    months: _containers.RepeatedScalarFieldContainer[int]
    month_days: _containers.RepeatedScalarFieldContainer[int]
    weekdays: _containers.RepeatedScalarFieldContainer[int]
    positions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, text: _Optional[int] = ..., frequency: _Optional[int] = ..., interval: _Optional[int] = ..., months: _Optional[_Iterable[int]] = ..., month_days: _Optional[_Iterable[int]] = ..., weekdays: _Optional[_Iterable[int]] = ..., positions: _Optional[_Iterable[int]] = ...) -> None: ...

class Deadline(_message.Message):
    __slots__ = ("form", "period", "word", "on", "month", "day", "every", "end_of", "after", "roll", "hours", "duties", "duty_moment", "no_later_than", "no_earlier_than", "office", "late", "late_after", "param")
    FORM_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    WORD_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    EVERY_FIELD_NUMBER: _ClassVar[int]
    END_OF_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    ROLL_FIELD_NUMBER: _ClassVar[int]
    HOURS_FIELD_NUMBER: _ClassVar[int]
    DUTIES_FIELD_NUMBER: _ClassVar[int]
    DUTY_MOMENT_FIELD_NUMBER: _ClassVar[int]
    NO_LATER_THAN_FIELD_NUMBER: _ClassVar[int]
    NO_EARLIER_THAN_FIELD_NUMBER: _ClassVar[int]
    OFFICE_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    LATE_AFTER_FIELD_NUMBER: _ClassVar[int]
    PARAM_FIELD_NUMBER: _ClassVar[int]
    form: int
    period: Period
    word: int
    on: int
    month: int
    day: int
    every: Recurrence
    end_of: int
    after: Period
    roll: int
    hours: int
    duties: _containers.RepeatedScalarFieldContainer[int]
    duty_moment: int
    no_later_than: Deadline
    no_earlier_than: Deadline
    office: _containers.RepeatedScalarFieldContainer[int]
    late: Deadline
    late_after: int
    param: int
    def __init__(self, form: _Optional[int] = ..., period: _Optional[_Union[Period, _Mapping]] = ..., word: _Optional[int] = ..., on: _Optional[int] = ..., month: _Optional[int] = ..., day: _Optional[int] = ..., every: _Optional[_Union[Recurrence, _Mapping]] = ..., end_of: _Optional[int] = ..., after: _Optional[_Union[Period, _Mapping]] = ..., roll: _Optional[int] = ..., hours: _Optional[int] = ..., duties: _Optional[_Iterable[int]] = ..., duty_moment: _Optional[int] = ..., no_later_than: _Optional[_Union[Deadline, _Mapping]] = ..., no_earlier_than: _Optional[_Union[Deadline, _Mapping]] = ..., office: _Optional[_Iterable[int]] = ..., late: _Optional[_Union[Deadline, _Mapping]] = ..., late_after: _Optional[int] = ..., param: _Optional[int] = ...) -> None: ...

class Answers(_message.Message):
    __slots__ = ("format", "receipt", "versions", "generic")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    GENERIC_FIELD_NUMBER: _ClassVar[int]
    format: int
    receipt: bytes
    versions: _containers.RepeatedCompositeFieldContainer[VersionAnswers]
    generic: _containers.RepeatedCompositeFieldContainer[EndingAct]
    def __init__(self, format: _Optional[int] = ..., receipt: _Optional[bytes] = ..., versions: _Optional[_Iterable[_Union[VersionAnswers, _Mapping]]] = ..., generic: _Optional[_Iterable[_Union[EndingAct, _Mapping]]] = ...) -> None: ...

class VersionAnswers(_message.Message):
    __slots__ = ("rules", "bodies", "clauses")
    RULES_FIELD_NUMBER: _ClassVar[int]
    BODIES_FIELD_NUMBER: _ClassVar[int]
    CLAUSES_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[RuleAnswer]
    bodies: _containers.RepeatedCompositeFieldContainer[Piece]
    clauses: _containers.RepeatedCompositeFieldContainer[Piece]
    def __init__(self, rules: _Optional[_Iterable[_Union[RuleAnswer, _Mapping]]] = ..., bodies: _Optional[_Iterable[_Union[Piece, _Mapping]]] = ..., clauses: _Optional[_Iterable[_Union[Piece, _Mapping]]] = ...) -> None: ...

class Piece(_message.Message):
    __slots__ = ("name", "data")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    name: str
    data: bytes
    def __init__(self, name: _Optional[str] = ..., data: _Optional[bytes] = ...) -> None: ...

class RuleAnswer(_message.Message):
    __slots__ = ("fields", "due", "open", "computed", "names_bearers", "because", "ends", "brief", "brief_due", "brief_open")
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    COMPUTED_FIELD_NUMBER: _ClassVar[int]
    NAMES_BEARERS_FIELD_NUMBER: _ClassVar[int]
    BECAUSE_FIELD_NUMBER: _ClassVar[int]
    ENDS_FIELD_NUMBER: _ClassVar[int]
    BRIEF_FIELD_NUMBER: _ClassVar[int]
    BRIEF_DUE_FIELD_NUMBER: _ClassVar[int]
    BRIEF_OPEN_FIELD_NUMBER: _ClassVar[int]
    fields: bytes
    due: bytes
    open: bytes
    computed: bool
    names_bearers: bool
    because: _containers.RepeatedCompositeFieldContainer[Meaning]
    ends: _containers.RepeatedCompositeFieldContainer[EndingAct]
    brief: bytes
    brief_due: bytes
    brief_open: bytes
    def __init__(self, fields: _Optional[bytes] = ..., due: _Optional[bytes] = ..., open: _Optional[bytes] = ..., computed: _Optional[bool] = ..., names_bearers: _Optional[bool] = ..., because: _Optional[_Iterable[_Union[Meaning, _Mapping]]] = ..., ends: _Optional[_Iterable[_Union[EndingAct, _Mapping]]] = ..., brief: _Optional[bytes] = ..., brief_due: _Optional[bytes] = ..., brief_open: _Optional[bytes] = ...) -> None: ...

class Meaning(_message.Message):
    __slots__ = ("means", "basis", "alternatives")
    MEANS_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    means: str
    basis: _containers.RepeatedScalarFieldContainer[str]
    alternatives: _containers.RepeatedCompositeFieldContainer[Meaning]
    def __init__(self, means: _Optional[str] = ..., basis: _Optional[_Iterable[str]] = ..., alternatives: _Optional[_Iterable[_Union[Meaning, _Mapping]]] = ...) -> None: ...

class EndingAct(_message.Message):
    __slots__ = ("data", "kinds", "state", "fields")
    DATA_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    kinds: _containers.RepeatedCompositeFieldContainer[Piece]
    state: int
    fields: _containers.RepeatedCompositeFieldContainer[EndingField]
    def __init__(self, data: _Optional[bytes] = ..., kinds: _Optional[_Iterable[_Union[Piece, _Mapping]]] = ..., state: _Optional[int] = ..., fields: _Optional[_Iterable[_Union[EndingField, _Mapping]]] = ...) -> None: ...

class EndingField(_message.Message):
    __slots__ = ("field", "values", "variable", "party_of", "bearers", "obligation")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    VARIABLE_FIELD_NUMBER: _ClassVar[int]
    PARTY_OF_FIELD_NUMBER: _ClassVar[int]
    BEARERS_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    field: str
    values: _containers.RepeatedScalarFieldContainer[str]
    variable: int
    party_of: int
    bearers: bool
    obligation: bool
    def __init__(self, field: _Optional[str] = ..., values: _Optional[_Iterable[str]] = ..., variable: _Optional[int] = ..., party_of: _Optional[int] = ..., bearers: _Optional[bool] = ..., obligation: _Optional[bool] = ...) -> None: ...
