import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Modality(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODALITY_UNSPECIFIED: _ClassVar[Modality]
    MODALITY_OBLIGATION: _ClassVar[Modality]
    MODALITY_PROHIBITION: _ClassVar[Modality]
    MODALITY_PERMISSION: _ClassVar[Modality]
    MODALITY_DEEMED: _ClassVar[Modality]

class Force(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FORCE_UNSPECIFIED: _ClassVar[Force]
    FORCE_BINDING: _ClassVar[Force]
    FORCE_SOFT: _ClassVar[Force]
    FORCE_REPORTED: _ClassVar[Force]

class Bearing(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BEARING_UNSPECIFIED: _ClassVar[Bearing]
    BEARING_SOLE: _ClassVar[Bearing]
    BEARING_JOINT: _ClassVar[Bearing]
    BEARING_SEVERAL: _ClassVar[Bearing]
    BEARING_EACH_UNIT: _ClassVar[Bearing]

class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATE_UNSPECIFIED: _ClassVar[State]
    STATE_PENDING: _ClassVar[State]
    STATE_OVERDUE: _ClassVar[State]
    STATE_FULFILLED: _ClassVar[State]
    STATE_FULFILLED_LATE: _ClassVar[State]
    STATE_DISCHARGED: _ClassVar[State]
    STATE_SUSPENDED: _ClassVar[State]
    STATE_TERMINATED: _ClassVar[State]
    STATE_UNDETERMINED: _ClassVar[State]

class DeadlineKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEADLINE_KIND_UNSPECIFIED: _ClassVar[DeadlineKind]
    DEADLINE_KIND_NUMERIC: _ClassVar[DeadlineKind]
    DEADLINE_KIND_FIXED: _ClassVar[DeadlineKind]
    DEADLINE_KIND_RECURRING: _ClassVar[DeadlineKind]
    DEADLINE_KIND_QUALITATIVE: _ClassVar[DeadlineKind]
    DEADLINE_KIND_GIVEN: _ClassVar[DeadlineKind]

class Ending(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENDING_UNSPECIFIED: _ClassVar[Ending]
    ENDING_FULFILS: _ClassVar[Ending]
    ENDING_DISCHARGES: _ClassVar[Ending]
    ENDING_VIOLATES: _ClassVar[Ending]
    ENDING_STOPS: _ClassVar[Ending]
    ENDING_GOES_ON: _ClassVar[Ending]
    ENDING_RESTARTS: _ClassVar[Ending]
    ENDING_EXTENDS: _ClassVar[Ending]

class DecisionView(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DECISION_VIEW_UNSPECIFIED: _ClassVar[DecisionView]
    DECISION_VIEW_BASIC: _ClassVar[DecisionView]
    DECISION_VIEW_FULL: _ClassVar[DecisionView]

class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_UNSPECIFIED: _ClassVar[Outcome]
    OUTCOME_APPLIES: _ClassVar[Outcome]
    OUTCOME_DOES_NOT_APPLY: _ClassVar[Outcome]
    OUTCOME_UNDETERMINED: _ClassVar[Outcome]
    OUTCOME_ERROR: _ClassVar[Outcome]
    OUTCOME_OVERRIDDEN: _ClassVar[Outcome]
    OUTCOME_NOT_IN_FORCE: _ClassVar[Outcome]
    OUTCOME_NO_TRIGGER: _ClassVar[Outcome]
MODALITY_UNSPECIFIED: Modality
MODALITY_OBLIGATION: Modality
MODALITY_PROHIBITION: Modality
MODALITY_PERMISSION: Modality
MODALITY_DEEMED: Modality
FORCE_UNSPECIFIED: Force
FORCE_BINDING: Force
FORCE_SOFT: Force
FORCE_REPORTED: Force
BEARING_UNSPECIFIED: Bearing
BEARING_SOLE: Bearing
BEARING_JOINT: Bearing
BEARING_SEVERAL: Bearing
BEARING_EACH_UNIT: Bearing
STATE_UNSPECIFIED: State
STATE_PENDING: State
STATE_OVERDUE: State
STATE_FULFILLED: State
STATE_FULFILLED_LATE: State
STATE_DISCHARGED: State
STATE_SUSPENDED: State
STATE_TERMINATED: State
STATE_UNDETERMINED: State
DEADLINE_KIND_UNSPECIFIED: DeadlineKind
DEADLINE_KIND_NUMERIC: DeadlineKind
DEADLINE_KIND_FIXED: DeadlineKind
DEADLINE_KIND_RECURRING: DeadlineKind
DEADLINE_KIND_QUALITATIVE: DeadlineKind
DEADLINE_KIND_GIVEN: DeadlineKind
ENDING_UNSPECIFIED: Ending
ENDING_FULFILS: Ending
ENDING_DISCHARGES: Ending
ENDING_VIOLATES: Ending
ENDING_STOPS: Ending
ENDING_GOES_ON: Ending
ENDING_RESTARTS: Ending
ENDING_EXTENDS: Ending
DECISION_VIEW_UNSPECIFIED: DecisionView
DECISION_VIEW_BASIC: DecisionView
DECISION_VIEW_FULL: DecisionView
OUTCOME_UNSPECIFIED: Outcome
OUTCOME_APPLIES: Outcome
OUTCOME_DOES_NOT_APPLY: Outcome
OUTCOME_UNDETERMINED: Outcome
OUTCOME_ERROR: Outcome
OUTCOME_OVERRIDDEN: Outcome
OUTCOME_NOT_IN_FORCE: Outcome
OUTCOME_NO_TRIGGER: Outcome

class Coded(_message.Message):
    __slots__ = ("code", "name")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    code: str
    name: str
    def __init__(self, code: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class ClauseRef(_message.Message):
    __slots__ = ("id", "number", "summary", "quote")
    ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    id: str
    number: str
    summary: str
    quote: str
    def __init__(self, id: _Optional[str] = ..., number: _Optional[str] = ..., summary: _Optional[str] = ..., quote: _Optional[str] = ...) -> None: ...

class CountingStep(_message.Message):
    __slots__ = ("code", "text")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    code: str
    text: str
    def __init__(self, code: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class Due(_message.Message):
    __slots__ = ("kind", "at", "provisional", "steps", "word", "basis", "local", "missing", "original_due")
    KIND_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    PROVISIONAL_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    WORD_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    LOCAL_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_DUE_FIELD_NUMBER: _ClassVar[int]
    kind: DeadlineKind
    at: _timestamp_pb2.Timestamp
    provisional: bool
    steps: _containers.RepeatedCompositeFieldContainer[CountingStep]
    word: Coded
    basis: _containers.RepeatedScalarFieldContainer[str]
    local: bool
    missing: _containers.RepeatedCompositeFieldContainer[MissingFact]
    original_due: _timestamp_pb2.Timestamp
    def __init__(self, kind: _Optional[_Union[DeadlineKind, str]] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., provisional: _Optional[bool] = ..., steps: _Optional[_Iterable[_Union[CountingStep, _Mapping]]] = ..., word: _Optional[_Union[Coded, _Mapping]] = ..., basis: _Optional[_Iterable[str]] = ..., local: _Optional[bool] = ..., missing: _Optional[_Iterable[_Union[MissingFact, _Mapping]]] = ..., original_due: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Amount(_message.Message):
    __slots__ = ("currency", "fen", "at_least_fen", "at_most_fen", "steps", "basis", "local", "missing", "text")
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    FEN_FIELD_NUMBER: _ClassVar[int]
    AT_LEAST_FEN_FIELD_NUMBER: _ClassVar[int]
    AT_MOST_FEN_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    LOCAL_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    currency: str
    fen: int
    at_least_fen: int
    at_most_fen: int
    steps: _containers.RepeatedCompositeFieldContainer[CountingStep]
    basis: _containers.RepeatedScalarFieldContainer[str]
    local: bool
    missing: _containers.RepeatedCompositeFieldContainer[MissingFact]
    text: str
    def __init__(self, currency: _Optional[str] = ..., fen: _Optional[int] = ..., at_least_fen: _Optional[int] = ..., at_most_fen: _Optional[int] = ..., steps: _Optional[_Iterable[_Union[CountingStep, _Mapping]]] = ..., basis: _Optional[_Iterable[str]] = ..., local: _Optional[bool] = ..., missing: _Optional[_Iterable[_Union[MissingFact, _Mapping]]] = ..., text: _Optional[str] = ...) -> None: ...

class Quantity(_message.Message):
    __slots__ = ("of", "unit", "count", "at_least", "at_most", "basis", "local", "missing", "text")
    OF_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    AT_LEAST_FIELD_NUMBER: _ClassVar[int]
    AT_MOST_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    LOCAL_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    of: str
    unit: str
    count: int
    at_least: int
    at_most: int
    basis: _containers.RepeatedScalarFieldContainer[str]
    local: bool
    missing: _containers.RepeatedCompositeFieldContainer[MissingFact]
    text: str
    def __init__(self, of: _Optional[str] = ..., unit: _Optional[str] = ..., count: _Optional[int] = ..., at_least: _Optional[int] = ..., at_most: _Optional[int] = ..., basis: _Optional[_Iterable[str]] = ..., local: _Optional[bool] = ..., missing: _Optional[_Iterable[_Union[MissingFact, _Mapping]]] = ..., text: _Optional[str] = ...) -> None: ...

class BoundElement(_message.Message):
    __slots__ = ("variable", "path")
    VARIABLE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    variable: str
    path: str
    def __init__(self, variable: _Optional[str] = ..., path: _Optional[str] = ...) -> None: ...

class MissingFact(_message.Message):
    __slots__ = ("path", "label")
    PATH_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    path: str
    label: str
    def __init__(self, path: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class Obligation(_message.Message):
    __slots__ = ("id", "rule", "title", "modality", "force", "bearers", "bearing", "bearer_party", "bearer_unit", "counterparties", "counterparty_party", "action", "about", "bound", "trigger", "triggered_at", "due", "state", "violated", "violated_at", "state_at", "state_event", "state_missing", "basis", "consequence", "outputs", "reading", "note", "pack_version", "because", "missing", "concerns", "concerns_unit", "breached", "arose_at", "ends", "amount", "quantities", "returns", "objection_suspends")
    ID_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    MODALITY_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    BEARERS_FIELD_NUMBER: _ClassVar[int]
    BEARING_FIELD_NUMBER: _ClassVar[int]
    BEARER_PARTY_FIELD_NUMBER: _ClassVar[int]
    BEARER_UNIT_FIELD_NUMBER: _ClassVar[int]
    COUNTERPARTIES_FIELD_NUMBER: _ClassVar[int]
    COUNTERPARTY_PARTY_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    BOUND_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    TRIGGERED_AT_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VIOLATED_FIELD_NUMBER: _ClassVar[int]
    VIOLATED_AT_FIELD_NUMBER: _ClassVar[int]
    STATE_AT_FIELD_NUMBER: _ClassVar[int]
    STATE_EVENT_FIELD_NUMBER: _ClassVar[int]
    STATE_MISSING_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    CONSEQUENCE_FIELD_NUMBER: _ClassVar[int]
    OUTPUTS_FIELD_NUMBER: _ClassVar[int]
    READING_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    PACK_VERSION_FIELD_NUMBER: _ClassVar[int]
    BECAUSE_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    CONCERNS_FIELD_NUMBER: _ClassVar[int]
    CONCERNS_UNIT_FIELD_NUMBER: _ClassVar[int]
    BREACHED_FIELD_NUMBER: _ClassVar[int]
    AROSE_AT_FIELD_NUMBER: _ClassVar[int]
    ENDS_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    QUANTITIES_FIELD_NUMBER: _ClassVar[int]
    RETURNS_FIELD_NUMBER: _ClassVar[int]
    OBJECTION_SUSPENDS_FIELD_NUMBER: _ClassVar[int]
    id: str
    rule: str
    title: str
    modality: Modality
    force: Force
    bearers: _containers.RepeatedCompositeFieldContainer[Coded]
    bearing: Bearing
    bearer_party: str
    bearer_unit: str
    counterparties: _containers.RepeatedCompositeFieldContainer[Coded]
    counterparty_party: str
    action: Coded
    about: str
    bound: _containers.RepeatedCompositeFieldContainer[BoundElement]
    trigger: str
    triggered_at: _timestamp_pb2.Timestamp
    due: Due
    state: State
    violated: bool
    violated_at: _timestamp_pb2.Timestamp
    state_at: _timestamp_pb2.Timestamp
    state_event: str
    state_missing: _containers.RepeatedCompositeFieldContainer[MissingFact]
    basis: _containers.RepeatedCompositeFieldContainer[ClauseRef]
    consequence: _containers.RepeatedCompositeFieldContainer[ClauseRef]
    outputs: _containers.RepeatedScalarFieldContainer[str]
    reading: Reading
    note: str
    pack_version: str
    because: _containers.RepeatedScalarFieldContainer[str]
    missing: _containers.RepeatedCompositeFieldContainer[MissingFact]
    concerns: Coded
    concerns_unit: str
    breached: BreachedDuty
    arose_at: _timestamp_pb2.Timestamp
    ends: _containers.RepeatedCompositeFieldContainer[EndingAct]
    amount: Amount
    quantities: _containers.RepeatedCompositeFieldContainer[Quantity]
    returns: _containers.RepeatedCompositeFieldContainer[ReturnGround]
    objection_suspends: _containers.RepeatedCompositeFieldContainer[ClauseRef]
    def __init__(self, id: _Optional[str] = ..., rule: _Optional[str] = ..., title: _Optional[str] = ..., modality: _Optional[_Union[Modality, str]] = ..., force: _Optional[_Union[Force, str]] = ..., bearers: _Optional[_Iterable[_Union[Coded, _Mapping]]] = ..., bearing: _Optional[_Union[Bearing, str]] = ..., bearer_party: _Optional[str] = ..., bearer_unit: _Optional[str] = ..., counterparties: _Optional[_Iterable[_Union[Coded, _Mapping]]] = ..., counterparty_party: _Optional[str] = ..., action: _Optional[_Union[Coded, _Mapping]] = ..., about: _Optional[str] = ..., bound: _Optional[_Iterable[_Union[BoundElement, _Mapping]]] = ..., trigger: _Optional[str] = ..., triggered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due: _Optional[_Union[Due, _Mapping]] = ..., state: _Optional[_Union[State, str]] = ..., violated: _Optional[bool] = ..., violated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state_event: _Optional[str] = ..., state_missing: _Optional[_Iterable[_Union[MissingFact, _Mapping]]] = ..., basis: _Optional[_Iterable[_Union[ClauseRef, _Mapping]]] = ..., consequence: _Optional[_Iterable[_Union[ClauseRef, _Mapping]]] = ..., outputs: _Optional[_Iterable[str]] = ..., reading: _Optional[_Union[Reading, _Mapping]] = ..., note: _Optional[str] = ..., pack_version: _Optional[str] = ..., because: _Optional[_Iterable[str]] = ..., missing: _Optional[_Iterable[_Union[MissingFact, _Mapping]]] = ..., concerns: _Optional[_Union[Coded, _Mapping]] = ..., concerns_unit: _Optional[str] = ..., breached: _Optional[_Union[BreachedDuty, _Mapping]] = ..., arose_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ends: _Optional[_Iterable[_Union[EndingAct, _Mapping]]] = ..., amount: _Optional[_Union[Amount, _Mapping]] = ..., quantities: _Optional[_Iterable[_Union[Quantity, _Mapping]]] = ..., returns: _Optional[_Iterable[_Union[ReturnGround, _Mapping]]] = ..., objection_suspends: _Optional[_Iterable[_Union[ClauseRef, _Mapping]]] = ...) -> None: ...

class ReturnGround(_message.Message):
    __slots__ = ("reason", "basis")
    REASON_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    reason: Coded
    basis: _containers.RepeatedCompositeFieldContainer[ClauseRef]
    def __init__(self, reason: _Optional[_Union[Coded, _Mapping]] = ..., basis: _Optional[_Iterable[_Union[ClauseRef, _Mapping]]] = ...) -> None: ...

class BreachedDuty(_message.Message):
    __slots__ = ("obligation", "rule", "title", "basis", "bearer")
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    BEARER_FIELD_NUMBER: _ClassVar[int]
    obligation: str
    rule: str
    title: str
    basis: _containers.RepeatedCompositeFieldContainer[ClauseRef]
    bearer: Coded
    def __init__(self, obligation: _Optional[str] = ..., rule: _Optional[str] = ..., title: _Optional[str] = ..., basis: _Optional[_Iterable[_Union[ClauseRef, _Mapping]]] = ..., bearer: _Optional[_Union[Coded, _Mapping]] = ...) -> None: ...

class EndingAct(_message.Message):
    __slots__ = ("ending", "list", "act", "fields", "where")
    ENDING_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    WHERE_FIELD_NUMBER: _ClassVar[int]
    ending: Ending
    list: str
    act: Coded
    fields: _containers.RepeatedCompositeFieldContainer[FieldValue]
    where: str
    def __init__(self, ending: _Optional[_Union[Ending, str]] = ..., list: _Optional[str] = ..., act: _Optional[_Union[Coded, _Mapping]] = ..., fields: _Optional[_Iterable[_Union[FieldValue, _Mapping]]] = ..., where: _Optional[str] = ...) -> None: ...

class FieldValue(_message.Message):
    __slots__ = ("field", "values")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    field: str
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, field: _Optional[str] = ..., values: _Optional[_Iterable[str]] = ...) -> None: ...

class Reading(_message.Message):
    __slots__ = ("chosen", "other")
    CHOSEN_FIELD_NUMBER: _ClassVar[int]
    OTHER_FIELD_NUMBER: _ClassVar[int]
    chosen: str
    other: str
    def __init__(self, chosen: _Optional[str] = ..., other: _Optional[str] = ...) -> None: ...

class Undetermined(_message.Message):
    __slots__ = ("rule", "title", "bound", "missing", "basis", "pack_version")
    RULE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    BOUND_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    PACK_VERSION_FIELD_NUMBER: _ClassVar[int]
    rule: str
    title: str
    bound: _containers.RepeatedCompositeFieldContainer[BoundElement]
    missing: _containers.RepeatedCompositeFieldContainer[MissingFact]
    basis: _containers.RepeatedCompositeFieldContainer[ClauseRef]
    pack_version: str
    def __init__(self, rule: _Optional[str] = ..., title: _Optional[str] = ..., bound: _Optional[_Iterable[_Union[BoundElement, _Mapping]]] = ..., missing: _Optional[_Iterable[_Union[MissingFact, _Mapping]]] = ..., basis: _Optional[_Iterable[_Union[ClauseRef, _Mapping]]] = ..., pack_version: _Optional[str] = ...) -> None: ...

class RuleError(_message.Message):
    __slots__ = ("code", "message", "rule", "bound")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    BOUND_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    rule: str
    bound: _containers.RepeatedCompositeFieldContainer[BoundElement]
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., rule: _Optional[str] = ..., bound: _Optional[_Iterable[_Union[BoundElement, _Mapping]]] = ...) -> None: ...

class Conflict(_message.Message):
    __slots__ = ("obligations", "rules", "basis", "message")
    OBLIGATIONS_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    obligations: _containers.RepeatedScalarFieldContainer[str]
    rules: _containers.RepeatedScalarFieldContainer[str]
    basis: _containers.RepeatedCompositeFieldContainer[ClauseRef]
    message: str
    def __init__(self, obligations: _Optional[_Iterable[str]] = ..., rules: _Optional[_Iterable[str]] = ..., basis: _Optional[_Iterable[_Union[ClauseRef, _Mapping]]] = ..., message: _Optional[str] = ...) -> None: ...

class PackRef(_message.Message):
    __slots__ = ("district", "version", "digest", "title", "authority", "reported_on")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    REPORTED_ON_FIELD_NUMBER: _ClassVar[int]
    district: str
    version: str
    digest: str
    title: str
    authority: str
    reported_on: str
    def __init__(self, district: _Optional[str] = ..., version: _Optional[str] = ..., digest: _Optional[str] = ..., title: _Optional[str] = ..., authority: _Optional[str] = ..., reported_on: _Optional[str] = ...) -> None: ...

class Receipt(_message.Message):
    __slots__ = ("engine", "engine_version", "packs", "vocabulary_digest", "calendar_digest", "as_of", "facts_digest", "decision_digest", "log_id", "bundle")
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    ENGINE_VERSION_FIELD_NUMBER: _ClassVar[int]
    PACKS_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_DIGEST_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_DIGEST_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    FACTS_DIGEST_FIELD_NUMBER: _ClassVar[int]
    DECISION_DIGEST_FIELD_NUMBER: _ClassVar[int]
    LOG_ID_FIELD_NUMBER: _ClassVar[int]
    BUNDLE_FIELD_NUMBER: _ClassVar[int]
    engine: str
    engine_version: str
    packs: _containers.RepeatedCompositeFieldContainer[PackRef]
    vocabulary_digest: str
    calendar_digest: str
    as_of: _timestamp_pb2.Timestamp
    facts_digest: str
    decision_digest: str
    log_id: str
    bundle: str
    def __init__(self, engine: _Optional[str] = ..., engine_version: _Optional[str] = ..., packs: _Optional[_Iterable[_Union[PackRef, _Mapping]]] = ..., vocabulary_digest: _Optional[str] = ..., calendar_digest: _Optional[str] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., facts_digest: _Optional[str] = ..., decision_digest: _Optional[str] = ..., log_id: _Optional[str] = ..., bundle: _Optional[str] = ...) -> None: ...

class Warning(_message.Message):
    __slots__ = ("code", "message", "path")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    path: str
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., path: _Optional[str] = ...) -> None: ...

class Derivation(_message.Message):
    __slots__ = ("path", "sources", "text", "rule", "basis", "at", "steps")
    PATH_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    path: str
    sources: _containers.RepeatedScalarFieldContainer[str]
    text: str
    rule: str
    basis: _containers.RepeatedCompositeFieldContainer[ClauseRef]
    at: _timestamp_pb2.Timestamp
    steps: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, path: _Optional[str] = ..., sources: _Optional[_Iterable[str]] = ..., text: _Optional[str] = ..., rule: _Optional[str] = ..., basis: _Optional[_Iterable[_Union[ClauseRef, _Mapping]]] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., steps: _Optional[_Iterable[str]] = ...) -> None: ...

class Decision(_message.Message):
    __slots__ = ("receipt", "obligations", "undetermined", "errors", "conflicts", "warnings", "derived")
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    OBLIGATIONS_FIELD_NUMBER: _ClassVar[int]
    UNDETERMINED_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    CONFLICTS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    DERIVED_FIELD_NUMBER: _ClassVar[int]
    receipt: Receipt
    obligations: _containers.RepeatedCompositeFieldContainer[Obligation]
    undetermined: _containers.RepeatedCompositeFieldContainer[Undetermined]
    errors: _containers.RepeatedCompositeFieldContainer[RuleError]
    conflicts: _containers.RepeatedCompositeFieldContainer[Conflict]
    warnings: _containers.RepeatedCompositeFieldContainer[Warning]
    derived: _containers.RepeatedCompositeFieldContainer[Derivation]
    def __init__(self, receipt: _Optional[_Union[Receipt, _Mapping]] = ..., obligations: _Optional[_Iterable[_Union[Obligation, _Mapping]]] = ..., undetermined: _Optional[_Iterable[_Union[Undetermined, _Mapping]]] = ..., errors: _Optional[_Iterable[_Union[RuleError, _Mapping]]] = ..., conflicts: _Optional[_Iterable[_Union[Conflict, _Mapping]]] = ..., warnings: _Optional[_Iterable[_Union[Warning, _Mapping]]] = ..., derived: _Optional[_Iterable[_Union[Derivation, _Mapping]]] = ...) -> None: ...

class FactRead(_message.Message):
    __slots__ = ("path", "value", "missing", "counted")
    PATH_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    COUNTED_FIELD_NUMBER: _ClassVar[int]
    path: str
    value: str
    missing: bool
    counted: int
    def __init__(self, path: _Optional[str] = ..., value: _Optional[str] = ..., missing: _Optional[bool] = ..., counted: _Optional[int] = ...) -> None: ...

class ConditionTrace(_message.Message):
    __slots__ = ("section", "expression", "means", "value", "facts", "location", "basis", "error", "alternatives")
    SECTION_FIELD_NUMBER: _ClassVar[int]
    EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    MEANS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    section: str
    expression: str
    means: str
    value: str
    facts: _containers.RepeatedCompositeFieldContainer[FactRead]
    location: str
    basis: _containers.RepeatedCompositeFieldContainer[ClauseRef]
    error: str
    alternatives: _containers.RepeatedCompositeFieldContainer[ConditionTrace]
    def __init__(self, section: _Optional[str] = ..., expression: _Optional[str] = ..., means: _Optional[str] = ..., value: _Optional[str] = ..., facts: _Optional[_Iterable[_Union[FactRead, _Mapping]]] = ..., location: _Optional[str] = ..., basis: _Optional[_Iterable[_Union[ClauseRef, _Mapping]]] = ..., error: _Optional[str] = ..., alternatives: _Optional[_Iterable[_Union[ConditionTrace, _Mapping]]] = ...) -> None: ...

class Explanation(_message.Message):
    __slots__ = ("rule", "title", "outcome", "bound", "conditions", "missing", "basis", "reason", "obligation", "pack_version")
    RULE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    BOUND_FIELD_NUMBER: _ClassVar[int]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    PACK_VERSION_FIELD_NUMBER: _ClassVar[int]
    rule: str
    title: str
    outcome: Outcome
    bound: _containers.RepeatedCompositeFieldContainer[BoundElement]
    conditions: _containers.RepeatedCompositeFieldContainer[ConditionTrace]
    missing: _containers.RepeatedCompositeFieldContainer[MissingFact]
    basis: _containers.RepeatedCompositeFieldContainer[ClauseRef]
    reason: str
    obligation: str
    pack_version: str
    def __init__(self, rule: _Optional[str] = ..., title: _Optional[str] = ..., outcome: _Optional[_Union[Outcome, str]] = ..., bound: _Optional[_Iterable[_Union[BoundElement, _Mapping]]] = ..., conditions: _Optional[_Iterable[_Union[ConditionTrace, _Mapping]]] = ..., missing: _Optional[_Iterable[_Union[MissingFact, _Mapping]]] = ..., basis: _Optional[_Iterable[_Union[ClauseRef, _Mapping]]] = ..., reason: _Optional[str] = ..., obligation: _Optional[str] = ..., pack_version: _Optional[str] = ...) -> None: ...
