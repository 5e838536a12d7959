import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import struct_pb2 as _struct_pb2
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

class Difference(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DIFFERENCE_UNSPECIFIED: _ClassVar[Difference]
    DIFFERENCE_SAME: _ClassVar[Difference]
    DIFFERENCE_OTHER_BEARER: _ClassVar[Difference]
    DIFFERENCE_STRICTER: _ClassVar[Difference]
    DIFFERENCE_LOOSER: _ClassVar[Difference]
    DIFFERENCE_OTHER_DEADLINE: _ClassVar[Difference]
    DIFFERENCE_OTHER_FORCE: _ClassVar[Difference]
    DIFFERENCE_ABSENT: _ClassVar[Difference]
    DIFFERENCE_ADDED: _ClassVar[Difference]
    DIFFERENCE_UNDETERMINED: _ClassVar[Difference]
    DIFFERENCE_MEASURE: _ClassVar[Difference]
    DIFFERENCE_OTHER_AMOUNT: _ClassVar[Difference]
DIFFERENCE_UNSPECIFIED: Difference
DIFFERENCE_SAME: Difference
DIFFERENCE_OTHER_BEARER: Difference
DIFFERENCE_STRICTER: Difference
DIFFERENCE_LOOSER: Difference
DIFFERENCE_OTHER_DEADLINE: Difference
DIFFERENCE_OTHER_FORCE: Difference
DIFFERENCE_ABSENT: Difference
DIFFERENCE_ADDED: Difference
DIFFERENCE_UNDETERMINED: Difference
DIFFERENCE_MEASURE: Difference
DIFFERENCE_OTHER_AMOUNT: Difference

class EvaluateRequest(_message.Message):
    __slots__ = ("case", "as_of", "language", "idempotency_key", "view", "read_mask", "max_response_bytes")
    CASE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    MAX_RESPONSE_BYTES_FIELD_NUMBER: _ClassVar[int]
    case: _facts_pb2.Case
    as_of: _timestamp_pb2.Timestamp
    language: str
    idempotency_key: str
    view: _decision_pb2.DecisionView
    read_mask: _field_mask_pb2.FieldMask
    max_response_bytes: int
    def __init__(self, case: _Optional[_Union[_facts_pb2.Case, _Mapping]] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., language: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., view: _Optional[_Union[_decision_pb2.DecisionView, str]] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., max_response_bytes: _Optional[int] = ...) -> None: ...

class EvaluateResponse(_message.Message):
    __slots__ = ("decision",)
    DECISION_FIELD_NUMBER: _ClassVar[int]
    decision: _decision_pb2.Decision
    def __init__(self, decision: _Optional[_Union[_decision_pb2.Decision, _Mapping]] = ...) -> None: ...

class BatchEvaluateRequest(_message.Message):
    __slots__ = ("requests", "view", "read_mask", "max_response_bytes", "language")
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    MAX_RESPONSE_BYTES_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    requests: _containers.RepeatedCompositeFieldContainer[EvaluateRequest]
    view: _decision_pb2.DecisionView
    read_mask: _field_mask_pb2.FieldMask
    max_response_bytes: int
    language: str
    def __init__(self, requests: _Optional[_Iterable[_Union[EvaluateRequest, _Mapping]]] = ..., view: _Optional[_Union[_decision_pb2.DecisionView, str]] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., max_response_bytes: _Optional[int] = ..., language: _Optional[str] = ...) -> None: ...

class BatchEvaluateResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[EvaluateResult]
    def __init__(self, results: _Optional[_Iterable[_Union[EvaluateResult, _Mapping]]] = ...) -> None: ...

class EvaluateStreamRequest(_message.Message):
    __slots__ = ("key", "request")
    KEY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    key: str
    request: EvaluateRequest
    def __init__(self, key: _Optional[str] = ..., request: _Optional[_Union[EvaluateRequest, _Mapping]] = ...) -> None: ...

class EvaluateStreamResponse(_message.Message):
    __slots__ = ("key", "result")
    KEY_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    key: str
    result: EvaluateResult
    def __init__(self, key: _Optional[str] = ..., result: _Optional[_Union[EvaluateResult, _Mapping]] = ...) -> None: ...

class EvaluateResult(_message.Message):
    __slots__ = ("decision", "error")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    decision: _decision_pb2.Decision
    error: ItemError
    def __init__(self, decision: _Optional[_Union[_decision_pb2.Decision, _Mapping]] = ..., error: _Optional[_Union[ItemError, _Mapping]] = ...) -> None: ...

class ItemError(_message.Message):
    __slots__ = ("code", "reason", "message", "violations", "help")
    CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    VIOLATIONS_FIELD_NUMBER: _ClassVar[int]
    HELP_FIELD_NUMBER: _ClassVar[int]
    code: int
    reason: str
    message: str
    violations: _containers.RepeatedCompositeFieldContainer[FieldViolation]
    help: str
    def __init__(self, code: _Optional[int] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., violations: _Optional[_Iterable[_Union[FieldViolation, _Mapping]]] = ..., help: _Optional[str] = ...) -> None: ...

class FieldViolation(_message.Message):
    __slots__ = ("field", "code", "description", "suggestion")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SUGGESTION_FIELD_NUMBER: _ClassVar[int]
    field: str
    code: str
    description: str
    suggestion: str
    def __init__(self, field: _Optional[str] = ..., code: _Optional[str] = ..., description: _Optional[str] = ..., suggestion: _Optional[str] = ...) -> None: ...

class ExplainRequest(_message.Message):
    __slots__ = ("case", "as_of", "language", "rules", "include_untriggered", "view", "read_mask", "max_response_bytes")
    CASE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_UNTRIGGERED_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    MAX_RESPONSE_BYTES_FIELD_NUMBER: _ClassVar[int]
    case: _facts_pb2.Case
    as_of: _timestamp_pb2.Timestamp
    language: str
    rules: _containers.RepeatedScalarFieldContainer[str]
    include_untriggered: bool
    view: _decision_pb2.DecisionView
    read_mask: _field_mask_pb2.FieldMask
    max_response_bytes: int
    def __init__(self, case: _Optional[_Union[_facts_pb2.Case, _Mapping]] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., language: _Optional[str] = ..., rules: _Optional[_Iterable[str]] = ..., include_untriggered: _Optional[bool] = ..., view: _Optional[_Union[_decision_pb2.DecisionView, str]] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., max_response_bytes: _Optional[int] = ...) -> None: ...

class ExplainResponse(_message.Message):
    __slots__ = ("decision", "explanations")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    EXPLANATIONS_FIELD_NUMBER: _ClassVar[int]
    decision: _decision_pb2.Decision
    explanations: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Explanation]
    def __init__(self, decision: _Optional[_Union[_decision_pb2.Decision, _Mapping]] = ..., explanations: _Optional[_Iterable[_Union[_decision_pb2.Explanation, _Mapping]]] = ...) -> None: ...

class CompareRequest(_message.Message):
    __slots__ = ("case", "districts", "as_of", "language", "view", "read_mask", "max_response_bytes")
    CASE_FIELD_NUMBER: _ClassVar[int]
    DISTRICTS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    MAX_RESPONSE_BYTES_FIELD_NUMBER: _ClassVar[int]
    case: _facts_pb2.Case
    districts: _containers.RepeatedScalarFieldContainer[str]
    as_of: _timestamp_pb2.Timestamp
    language: str
    view: _decision_pb2.DecisionView
    read_mask: _field_mask_pb2.FieldMask
    max_response_bytes: int
    def __init__(self, case: _Optional[_Union[_facts_pb2.Case, _Mapping]] = ..., districts: _Optional[_Iterable[str]] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., language: _Optional[str] = ..., view: _Optional[_Union[_decision_pb2.DecisionView, str]] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., max_response_bytes: _Optional[int] = ...) -> None: ...

class CompareResponse(_message.Message):
    __slots__ = ("decisions", "rows")
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    decisions: _containers.RepeatedCompositeFieldContainer[DistrictDecision]
    rows: _containers.RepeatedCompositeFieldContainer[ComparisonRow]
    def __init__(self, decisions: _Optional[_Iterable[_Union[DistrictDecision, _Mapping]]] = ..., rows: _Optional[_Iterable[_Union[ComparisonRow, _Mapping]]] = ...) -> None: ...

class DistrictDecision(_message.Message):
    __slots__ = ("district", "decision")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    district: _decision_pb2.Coded
    decision: _decision_pb2.Decision
    def __init__(self, district: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., decision: _Optional[_Union[_decision_pb2.Decision, _Mapping]] = ...) -> None: ...

class ComparisonRow(_message.Message):
    __slots__ = ("action", "modality", "trigger", "cells")
    ACTION_FIELD_NUMBER: _ClassVar[int]
    MODALITY_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    action: _decision_pb2.Coded
    modality: _decision_pb2.Modality
    trigger: str
    cells: _containers.RepeatedCompositeFieldContainer[ComparisonCell]
    def __init__(self, action: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., modality: _Optional[_Union[_decision_pb2.Modality, str]] = ..., trigger: _Optional[str] = ..., cells: _Optional[_Iterable[_Union[ComparisonCell, _Mapping]]] = ...) -> None: ...

class ComparisonCell(_message.Message):
    __slots__ = ("district", "obligations", "differences")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    OBLIGATIONS_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    district: str
    obligations: _containers.RepeatedScalarFieldContainer[str]
    differences: _containers.RepeatedScalarFieldContainer[Difference]
    def __init__(self, district: _Optional[str] = ..., obligations: _Optional[_Iterable[str]] = ..., differences: _Optional[_Iterable[_Union[Difference, str]]] = ...) -> None: ...

class ListPacksRequest(_message.Message):
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

class ListPacksResponse(_message.Message):
    __slots__ = ("packs", "next_page_token", "snapshot_digest")
    PACKS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    packs: _containers.RepeatedCompositeFieldContainer[PackSummary]
    next_page_token: str
    snapshot_digest: str
    def __init__(self, packs: _Optional[_Iterable[_Union[PackSummary, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., snapshot_digest: _Optional[str] = ...) -> None: ...

class PackSummary(_message.Message):
    __slots__ = ("pack", "effective_from", "effective_to", "effective_basis", "effective_local", "rule_count", "clause_count", "source_attached", "instrument_number", "effective_note")
    PACK_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_TO_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_BASIS_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_LOCAL_FIELD_NUMBER: _ClassVar[int]
    RULE_COUNT_FIELD_NUMBER: _ClassVar[int]
    CLAUSE_COUNT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_ATTACHED_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_NOTE_FIELD_NUMBER: _ClassVar[int]
    pack: _decision_pb2.PackRef
    effective_from: _timestamp_pb2.Timestamp
    effective_to: _timestamp_pb2.Timestamp
    effective_basis: _containers.RepeatedScalarFieldContainer[str]
    effective_local: bool
    rule_count: int
    clause_count: int
    source_attached: bool
    instrument_number: str
    effective_note: str
    def __init__(self, pack: _Optional[_Union[_decision_pb2.PackRef, _Mapping]] = ..., effective_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., effective_to: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., effective_basis: _Optional[_Iterable[str]] = ..., effective_local: _Optional[bool] = ..., rule_count: _Optional[int] = ..., clause_count: _Optional[int] = ..., source_attached: _Optional[bool] = ..., instrument_number: _Optional[str] = ..., effective_note: _Optional[str] = ...) -> None: ...

class GetPackRequest(_message.Message):
    __slots__ = ("district", "version", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    version: str
    language: str
    def __init__(self, district: _Optional[str] = ..., version: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class GetPackResponse(_message.Message):
    __slots__ = ("summary", "clauses", "rules", "parameters", "bodies", "units")
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    CLAUSES_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    BODIES_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    summary: PackSummary
    clauses: _containers.RepeatedCompositeFieldContainer[PackClause]
    rules: _containers.RepeatedCompositeFieldContainer[PackRule]
    parameters: _containers.RepeatedCompositeFieldContainer[PackParameter]
    bodies: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    units: _containers.RepeatedCompositeFieldContainer[BodyUnits]
    def __init__(self, summary: _Optional[_Union[PackSummary, _Mapping]] = ..., clauses: _Optional[_Iterable[_Union[PackClause, _Mapping]]] = ..., rules: _Optional[_Iterable[_Union[PackRule, _Mapping]]] = ..., parameters: _Optional[_Iterable[_Union[PackParameter, _Mapping]]] = ..., bodies: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ..., units: _Optional[_Iterable[_Union[BodyUnits, _Mapping]]] = ...) -> None: ...

class BodyUnits(_message.Message):
    __slots__ = ("body", "names", "basis")
    BODY_FIELD_NUMBER: _ClassVar[int]
    NAMES_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    body: str
    names: _containers.RepeatedScalarFieldContainer[str]
    basis: _containers.RepeatedCompositeFieldContainer[_decision_pb2.ClauseRef]
    def __init__(self, body: _Optional[str] = ..., names: _Optional[_Iterable[str]] = ..., basis: _Optional[_Iterable[_Union[_decision_pb2.ClauseRef, _Mapping]]] = ...) -> None: ...

class PackClause(_message.Message):
    __slots__ = ("clause", "clause_class", "rules", "no_rule")
    CLAUSE_FIELD_NUMBER: _ClassVar[int]
    CLAUSE_CLASS_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    NO_RULE_FIELD_NUMBER: _ClassVar[int]
    clause: _decision_pb2.ClauseRef
    clause_class: str
    rules: _containers.RepeatedScalarFieldContainer[str]
    no_rule: str
    def __init__(self, clause: _Optional[_Union[_decision_pb2.ClauseRef, _Mapping]] = ..., clause_class: _Optional[str] = ..., rules: _Optional[_Iterable[str]] = ..., no_rule: _Optional[str] = ...) -> None: ...

class PackRule(_message.Message):
    __slots__ = ("id", "title", "modality", "force", "basis", "bearers", "action", "conditions", "exceptions", "deadline", "amount", "quantities")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    MODALITY_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    BEARERS_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    EXCEPTIONS_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    QUANTITIES_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    modality: _decision_pb2.Modality
    force: _decision_pb2.Force
    basis: _containers.RepeatedCompositeFieldContainer[_decision_pb2.ClauseRef]
    bearers: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    action: _decision_pb2.Coded
    conditions: _containers.RepeatedScalarFieldContainer[str]
    exceptions: _containers.RepeatedScalarFieldContainer[str]
    deadline: str
    amount: str
    quantities: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., modality: _Optional[_Union[_decision_pb2.Modality, str]] = ..., force: _Optional[_Union[_decision_pb2.Force, str]] = ..., basis: _Optional[_Iterable[_Union[_decision_pb2.ClauseRef, _Mapping]]] = ..., bearers: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ..., action: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., conditions: _Optional[_Iterable[str]] = ..., exceptions: _Optional[_Iterable[str]] = ..., deadline: _Optional[str] = ..., amount: _Optional[str] = ..., quantities: _Optional[_Iterable[str]] = ...) -> None: ...

class PackParameter(_message.Message):
    __slots__ = ("name", "means", "value", "basis", "local")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MEANS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    LOCAL_FIELD_NUMBER: _ClassVar[int]
    name: str
    means: str
    value: str
    basis: _containers.RepeatedScalarFieldContainer[str]
    local: bool
    def __init__(self, name: _Optional[str] = ..., means: _Optional[str] = ..., value: _Optional[str] = ..., basis: _Optional[_Iterable[str]] = ..., local: _Optional[bool] = ...) -> None: ...

class GetPackFactsRequest(_message.Message):
    __slots__ = ("district", "version", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    version: str
    language: str
    def __init__(self, district: _Optional[str] = ..., version: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class GetPackFactsResponse(_message.Message):
    __slots__ = ("pack", "fields", "codes", "attributes", "bodies", "awaited", "rules", "ends_of_any")
    PACK_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    BODIES_FIELD_NUMBER: _ClassVar[int]
    AWAITED_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    ENDS_OF_ANY_FIELD_NUMBER: _ClassVar[int]
    pack: _decision_pb2.PackRef
    fields: _containers.RepeatedCompositeFieldContainer[FactField]
    codes: _containers.RepeatedCompositeFieldContainer[ReadCodes]
    attributes: _containers.RepeatedCompositeFieldContainer[PackAttribute]
    bodies: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    awaited: _containers.RepeatedCompositeFieldContainer[AwaitedCode]
    rules: _containers.RepeatedCompositeFieldContainer[RuleFacts]
    ends_of_any: _containers.RepeatedCompositeFieldContainer[_decision_pb2.EndingAct]
    def __init__(self, pack: _Optional[_Union[_decision_pb2.PackRef, _Mapping]] = ..., fields: _Optional[_Iterable[_Union[FactField, _Mapping]]] = ..., codes: _Optional[_Iterable[_Union[ReadCodes, _Mapping]]] = ..., attributes: _Optional[_Iterable[_Union[PackAttribute, _Mapping]]] = ..., bodies: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ..., awaited: _Optional[_Iterable[_Union[AwaitedCode, _Mapping]]] = ..., rules: _Optional[_Iterable[_Union[RuleFacts, _Mapping]]] = ..., ends_of_any: _Optional[_Iterable[_Union[_decision_pb2.EndingAct, _Mapping]]] = ...) -> None: ...

class FactField(_message.Message):
    __slots__ = ("path", "label", "type", "code_kind", "many", "required")
    PATH_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    CODE_KIND_FIELD_NUMBER: _ClassVar[int]
    MANY_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    path: str
    label: str
    type: str
    code_kind: str
    many: bool
    required: bool
    def __init__(self, path: _Optional[str] = ..., label: _Optional[str] = ..., type: _Optional[str] = ..., code_kind: _Optional[str] = ..., many: _Optional[bool] = ..., required: _Optional[bool] = ...) -> None: ...

class ReadCodes(_message.Message):
    __slots__ = ("kind", "codes")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    kind: str
    codes: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    def __init__(self, kind: _Optional[str] = ..., codes: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ...) -> None: ...

class PackAttribute(_message.Message):
    __slots__ = ("name", "means", "type", "field", "implies", "excludes")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MEANS_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    IMPLIES_FIELD_NUMBER: _ClassVar[int]
    EXCLUDES_FIELD_NUMBER: _ClassVar[int]
    name: str
    means: str
    type: str
    field: str
    implies: _containers.RepeatedScalarFieldContainer[str]
    excludes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., means: _Optional[str] = ..., type: _Optional[str] = ..., field: _Optional[str] = ..., implies: _Optional[_Iterable[str]] = ..., excludes: _Optional[_Iterable[str]] = ...) -> None: ...

class AwaitedCode(_message.Message):
    __slots__ = ("case_kind", "kind", "code")
    CASE_KIND_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    case_kind: str
    kind: str
    code: _decision_pb2.Coded
    def __init__(self, case_kind: _Optional[str] = ..., kind: _Optional[str] = ..., code: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ...) -> None: ...

class RuleFacts(_message.Message):
    __slots__ = ("rule", "title", "action", "trigger_list", "triggers", "ends")
    RULE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_LIST_FIELD_NUMBER: _ClassVar[int]
    TRIGGERS_FIELD_NUMBER: _ClassVar[int]
    ENDS_FIELD_NUMBER: _ClassVar[int]
    rule: str
    title: str
    action: _decision_pb2.Coded
    trigger_list: str
    triggers: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    ends: _containers.RepeatedCompositeFieldContainer[_decision_pb2.EndingAct]
    def __init__(self, rule: _Optional[str] = ..., title: _Optional[str] = ..., action: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., trigger_list: _Optional[str] = ..., triggers: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ..., ends: _Optional[_Iterable[_Union[_decision_pb2.EndingAct, _Mapping]]] = ...) -> None: ...

class GetCaseSchemaRequest(_message.Message):
    __slots__ = ("district", "language", "lower_camel_case")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    LOWER_CAMEL_CASE_FIELD_NUMBER: _ClassVar[int]
    district: str
    language: str
    lower_camel_case: bool
    def __init__(self, district: _Optional[str] = ..., language: _Optional[str] = ..., lower_camel_case: _Optional[bool] = ...) -> None: ...

class GetCaseSchemaResponse(_message.Message):
    __slots__ = ("schema", "snapshot_digest")
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    schema: _struct_pb2.Struct
    snapshot_digest: str
    def __init__(self, schema: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., snapshot_digest: _Optional[str] = ...) -> None: ...
