import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
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

class FigureKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FIGURE_KIND_UNSPECIFIED: _ClassVar[FigureKind]
    FIGURE_KIND_COUNT: _ClassVar[FigureKind]
    FIGURE_KIND_RATE: _ClassVar[FigureKind]
    FIGURE_KIND_HOURS: _ClassVar[FigureKind]
FIGURE_KIND_UNSPECIFIED: FigureKind
FIGURE_KIND_COUNT: FigureKind
FIGURE_KIND_RATE: FigureKind
FIGURE_KIND_HOURS: FigureKind

class AssessRequest(_message.Message):
    __slots__ = ("district", "assessment", "period", "compared_with", "confirmed_at", "parameters", "cases", "language", "view", "read_mask", "max_response_bytes", "register")
    class ParametersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    ASSESSMENT_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    COMPARED_WITH_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_AT_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    CASES_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    VIEW_FIELD_NUMBER: _ClassVar[int]
    READ_MASK_FIELD_NUMBER: _ClassVar[int]
    MAX_RESPONSE_BYTES_FIELD_NUMBER: _ClassVar[int]
    REGISTER_FIELD_NUMBER: _ClassVar[int]
    district: str
    assessment: str
    period: AssessedPeriod
    compared_with: AssessedPeriod
    confirmed_at: _timestamp_pb2.Timestamp
    parameters: _containers.ScalarMap[str, str]
    cases: _containers.RepeatedCompositeFieldContainer[_facts_pb2.Case]
    language: str
    view: _decision_pb2.DecisionView
    read_mask: _field_mask_pb2.FieldMask
    max_response_bytes: int
    register: bool
    def __init__(self, district: _Optional[str] = ..., assessment: _Optional[str] = ..., period: _Optional[_Union[AssessedPeriod, _Mapping]] = ..., compared_with: _Optional[_Union[AssessedPeriod, _Mapping]] = ..., confirmed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., parameters: _Optional[_Mapping[str, str]] = ..., cases: _Optional[_Iterable[_Union[_facts_pb2.Case, _Mapping]]] = ..., language: _Optional[str] = ..., view: _Optional[_Union[_decision_pb2.DecisionView, str]] = ..., read_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., max_response_bytes: _Optional[int] = ..., register: _Optional[bool] = ...) -> None: ...

class AssessedPeriod(_message.Message):
    __slots__ = ("year", "start", "end")
    YEAR_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    year: int
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    def __init__(self, year: _Optional[int] = ..., start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AssessResponse(_message.Message):
    __slots__ = ("assessments", "receipt")
    ASSESSMENTS_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    assessments: _containers.RepeatedCompositeFieldContainer[Assessment]
    receipt: AssessmentReceipt
    def __init__(self, assessments: _Optional[_Iterable[_Union[Assessment, _Mapping]]] = ..., receipt: _Optional[_Union[AssessmentReceipt, _Mapping]] = ...) -> None: ...

class AssessStreamRequest(_message.Message):
    __slots__ = ("request", "case")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    CASE_FIELD_NUMBER: _ClassVar[int]
    request: AssessRequest
    case: _facts_pb2.Case
    def __init__(self, request: _Optional[_Union[AssessRequest, _Mapping]] = ..., case: _Optional[_Union[_facts_pb2.Case, _Mapping]] = ...) -> None: ...

class AssessStreamResponse(_message.Message):
    __slots__ = ("assessments", "receipt")
    ASSESSMENTS_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    assessments: _containers.RepeatedCompositeFieldContainer[Assessment]
    receipt: AssessmentReceipt
    def __init__(self, assessments: _Optional[_Iterable[_Union[Assessment, _Mapping]]] = ..., receipt: _Optional[_Union[AssessmentReceipt, _Mapping]] = ...) -> None: ...

class Assessment(_message.Message):
    __slots__ = ("id", "title", "basis", "pack", "scorer", "decider", "period_start", "period_end", "cut_off", "compared_start", "compared_end", "cases", "undetermined", "figures", "scorecards", "totals", "missing_parameters", "consequences", "steps", "appeal", "outcomes", "notes", "obligations", "part_of")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    PACK_FIELD_NUMBER: _ClassVar[int]
    SCORER_FIELD_NUMBER: _ClassVar[int]
    DECIDER_FIELD_NUMBER: _ClassVar[int]
    PERIOD_START_FIELD_NUMBER: _ClassVar[int]
    PERIOD_END_FIELD_NUMBER: _ClassVar[int]
    CUT_OFF_FIELD_NUMBER: _ClassVar[int]
    COMPARED_START_FIELD_NUMBER: _ClassVar[int]
    COMPARED_END_FIELD_NUMBER: _ClassVar[int]
    CASES_FIELD_NUMBER: _ClassVar[int]
    UNDETERMINED_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    SCORECARDS_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    MISSING_PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    CONSEQUENCES_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    APPEAL_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    OBLIGATIONS_FIELD_NUMBER: _ClassVar[int]
    PART_OF_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    basis: _containers.RepeatedCompositeFieldContainer[_decision_pb2.ClauseRef]
    pack: _decision_pb2.PackRef
    scorer: _decision_pb2.Coded
    decider: _decision_pb2.Coded
    period_start: _timestamp_pb2.Timestamp
    period_end: _timestamp_pb2.Timestamp
    cut_off: _timestamp_pb2.Timestamp
    compared_start: _timestamp_pb2.Timestamp
    compared_end: _timestamp_pb2.Timestamp
    cases: int
    undetermined: int
    figures: _containers.RepeatedCompositeFieldContainer[AssessedFigure]
    scorecards: _containers.RepeatedCompositeFieldContainer[Scorecard]
    totals: _containers.RepeatedCompositeFieldContainer[Figure]
    missing_parameters: _containers.RepeatedCompositeFieldContainer[MissingParameter]
    consequences: _containers.RepeatedCompositeFieldContainer[AssessmentConsequence]
    steps: _containers.RepeatedCompositeFieldContainer[AssessmentStep]
    appeal: AppealRight
    outcomes: _containers.RepeatedCompositeFieldContainer[AssessmentOutcome]
    notes: _containers.RepeatedScalarFieldContainer[str]
    obligations: _containers.RepeatedCompositeFieldContainer[CountedObligation]
    part_of: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., basis: _Optional[_Iterable[_Union[_decision_pb2.ClauseRef, _Mapping]]] = ..., pack: _Optional[_Union[_decision_pb2.PackRef, _Mapping]] = ..., scorer: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., decider: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., period_start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., period_end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cut_off: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., compared_start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., compared_end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cases: _Optional[int] = ..., undetermined: _Optional[int] = ..., figures: _Optional[_Iterable[_Union[AssessedFigure, _Mapping]]] = ..., scorecards: _Optional[_Iterable[_Union[Scorecard, _Mapping]]] = ..., totals: _Optional[_Iterable[_Union[Figure, _Mapping]]] = ..., missing_parameters: _Optional[_Iterable[_Union[MissingParameter, _Mapping]]] = ..., consequences: _Optional[_Iterable[_Union[AssessmentConsequence, _Mapping]]] = ..., steps: _Optional[_Iterable[_Union[AssessmentStep, _Mapping]]] = ..., appeal: _Optional[_Union[AppealRight, _Mapping]] = ..., outcomes: _Optional[_Iterable[_Union[AssessmentOutcome, _Mapping]]] = ..., notes: _Optional[_Iterable[str]] = ..., obligations: _Optional[_Iterable[_Union[CountedObligation, _Mapping]]] = ..., part_of: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ...) -> None: ...

class AssessedFigure(_message.Message):
    __slots__ = ("id", "title", "kind")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    kind: FigureKind
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., kind: _Optional[_Union[FigureKind, str]] = ...) -> None: ...

class Scorecard(_message.Message):
    __slots__ = ("body", "unit", "name", "figures", "released", "carried", "unknown", "score", "change")
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    RELEASED_FIELD_NUMBER: _ClassVar[int]
    CARRIED_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    body: _decision_pb2.Coded
    unit: str
    name: str
    figures: _containers.RepeatedCompositeFieldContainer[Figure]
    released: Figure
    carried: Figure
    unknown: Figure
    score: Score
    change: str
    def __init__(self, body: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., unit: _Optional[str] = ..., name: _Optional[str] = ..., figures: _Optional[_Iterable[_Union[Figure, _Mapping]]] = ..., released: _Optional[_Union[Figure, _Mapping]] = ..., carried: _Optional[_Union[Figure, _Mapping]] = ..., unknown: _Optional[_Union[Figure, _Mapping]] = ..., score: _Optional[_Union[Score, _Mapping]] = ..., change: _Optional[str] = ...) -> None: ...

class Figure(_message.Message):
    __slots__ = ("id", "value", "text", "median", "earlier", "behind")
    ID_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_FIELD_NUMBER: _ClassVar[int]
    EARLIER_FIELD_NUMBER: _ClassVar[int]
    BEHIND_FIELD_NUMBER: _ClassVar[int]
    id: str
    value: str
    text: str
    median: str
    earlier: str
    behind: _containers.RepeatedCompositeFieldContainer[CountedItem]
    def __init__(self, id: _Optional[str] = ..., value: _Optional[str] = ..., text: _Optional[str] = ..., median: _Optional[str] = ..., earlier: _Optional[str] = ..., behind: _Optional[_Iterable[_Union[CountedItem, _Mapping]]] = ...) -> None: ...

class CountedItem(_message.Message):
    __slots__ = ("case", "obligation", "path")
    CASE_FIELD_NUMBER: _ClassVar[int]
    OBLIGATION_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    case: str
    obligation: str
    path: str
    def __init__(self, case: _Optional[str] = ..., obligation: _Optional[str] = ..., path: _Optional[str] = ...) -> None: ...

class Score(_message.Message):
    __slots__ = ("value", "grade", "rank", "sections", "vetoes", "earlier", "earlier_rank")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    GRADE_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    SECTIONS_FIELD_NUMBER: _ClassVar[int]
    VETOES_FIELD_NUMBER: _ClassVar[int]
    EARLIER_FIELD_NUMBER: _ClassVar[int]
    EARLIER_RANK_FIELD_NUMBER: _ClassVar[int]
    value: str
    grade: _decision_pb2.Coded
    rank: int
    sections: _containers.RepeatedCompositeFieldContainer[SectionPoints]
    vetoes: _containers.RepeatedScalarFieldContainer[str]
    earlier: str
    earlier_rank: int
    def __init__(self, value: _Optional[str] = ..., grade: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., rank: _Optional[int] = ..., sections: _Optional[_Iterable[_Union[SectionPoints, _Mapping]]] = ..., vetoes: _Optional[_Iterable[str]] = ..., earlier: _Optional[str] = ..., earlier_rank: _Optional[int] = ...) -> None: ...

class SectionPoints(_message.Message):
    __slots__ = ("id", "title", "base", "points", "items")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    base: str
    points: str
    items: _containers.RepeatedCompositeFieldContainer[ItemPoints]
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., base: _Optional[str] = ..., points: _Optional[str] = ..., items: _Optional[_Iterable[_Union[ItemPoints, _Mapping]]] = ...) -> None: ...

class ItemPoints(_message.Message):
    __slots__ = ("id", "title", "points", "measured", "figure")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    MEASURED_FIELD_NUMBER: _ClassVar[int]
    FIGURE_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    points: str
    measured: bool
    figure: str
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., points: _Optional[str] = ..., measured: _Optional[bool] = ..., figure: _Optional[str] = ...) -> None: ...

class MissingParameter(_message.Message):
    __slots__ = ("name", "means")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MEANS_FIELD_NUMBER: _ClassVar[int]
    name: str
    means: str
    def __init__(self, name: _Optional[str] = ..., means: _Optional[str] = ...) -> None: ...

class AssessmentConsequence(_message.Message):
    __slots__ = ("id", "consequence", "title", "body", "unit", "bearer", "action", "basis", "due_at", "due", "certain", "proposed")
    ID_FIELD_NUMBER: _ClassVar[int]
    CONSEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    BEARER_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    CERTAIN_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_FIELD_NUMBER: _ClassVar[int]
    id: str
    consequence: str
    title: str
    body: _decision_pb2.Coded
    unit: str
    bearer: _decision_pb2.Coded
    action: _decision_pb2.Coded
    basis: _containers.RepeatedCompositeFieldContainer[_decision_pb2.ClauseRef]
    due_at: _timestamp_pb2.Timestamp
    due: str
    certain: bool
    proposed: bool
    def __init__(self, id: _Optional[str] = ..., consequence: _Optional[str] = ..., title: _Optional[str] = ..., body: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., unit: _Optional[str] = ..., bearer: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., action: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., basis: _Optional[_Iterable[_Union[_decision_pb2.ClauseRef, _Mapping]]] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due: _Optional[str] = ..., certain: _Optional[bool] = ..., proposed: _Optional[bool] = ...) -> None: ...

class AssessmentStep(_message.Message):
    __slots__ = ("title", "bearer", "action", "basis")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    BEARER_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    title: str
    bearer: _decision_pb2.Coded
    action: _decision_pb2.Coded
    basis: _containers.RepeatedCompositeFieldContainer[_decision_pb2.ClauseRef]
    def __init__(self, title: _Optional[str] = ..., bearer: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., action: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., basis: _Optional[_Iterable[_Union[_decision_pb2.ClauseRef, _Mapping]]] = ...) -> None: ...

class AppealRight(_message.Message):
    __slots__ = ("to", "until", "text", "basis")
    TO_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    to: _decision_pb2.Coded
    until: _timestamp_pb2.Timestamp
    text: str
    basis: _containers.RepeatedCompositeFieldContainer[_decision_pb2.ClauseRef]
    def __init__(self, to: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., text: _Optional[str] = ..., basis: _Optional[_Iterable[_Union[_decision_pb2.ClauseRef, _Mapping]]] = ...) -> None: ...

class AssessmentOutcome(_message.Message):
    __slots__ = ("title", "action", "basis")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    title: str
    action: _decision_pb2.Coded
    basis: _containers.RepeatedCompositeFieldContainer[_decision_pb2.ClauseRef]
    def __init__(self, title: _Optional[str] = ..., action: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., basis: _Optional[_Iterable[_Union[_decision_pb2.ClauseRef, _Mapping]]] = ...) -> None: ...

class CountedObligation(_message.Message):
    __slots__ = ("id", "case", "rule", "title", "bearers", "bearer_unit", "due_at", "provisional", "due", "state", "state_at", "violated_at", "basis", "pack_version")
    ID_FIELD_NUMBER: _ClassVar[int]
    CASE_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    BEARERS_FIELD_NUMBER: _ClassVar[int]
    BEARER_UNIT_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    PROVISIONAL_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STATE_AT_FIELD_NUMBER: _ClassVar[int]
    VIOLATED_AT_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    PACK_VERSION_FIELD_NUMBER: _ClassVar[int]
    id: str
    case: str
    rule: str
    title: str
    bearers: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    bearer_unit: str
    due_at: _timestamp_pb2.Timestamp
    provisional: bool
    due: str
    state: _decision_pb2.State
    state_at: _timestamp_pb2.Timestamp
    violated_at: _timestamp_pb2.Timestamp
    basis: _containers.RepeatedCompositeFieldContainer[_decision_pb2.ClauseRef]
    pack_version: str
    def __init__(self, id: _Optional[str] = ..., case: _Optional[str] = ..., rule: _Optional[str] = ..., title: _Optional[str] = ..., bearers: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ..., bearer_unit: _Optional[str] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., provisional: _Optional[bool] = ..., due: _Optional[str] = ..., state: _Optional[_Union[_decision_pb2.State, str]] = ..., state_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., violated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., basis: _Optional[_Iterable[_Union[_decision_pb2.ClauseRef, _Mapping]]] = ..., pack_version: _Optional[str] = ...) -> None: ...

class AssessmentReceipt(_message.Message):
    __slots__ = ("engine", "engine_version", "packs", "vocabulary_digest", "calendar_digest", "facts_digest", "cases", "parameters", "assessment_digest")
    class ParametersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    ENGINE_VERSION_FIELD_NUMBER: _ClassVar[int]
    PACKS_FIELD_NUMBER: _ClassVar[int]
    VOCABULARY_DIGEST_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_DIGEST_FIELD_NUMBER: _ClassVar[int]
    FACTS_DIGEST_FIELD_NUMBER: _ClassVar[int]
    CASES_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    ASSESSMENT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    engine: str
    engine_version: str
    packs: _containers.RepeatedCompositeFieldContainer[_decision_pb2.PackRef]
    vocabulary_digest: str
    calendar_digest: str
    facts_digest: str
    cases: _containers.RepeatedCompositeFieldContainer[CountedCase]
    parameters: _containers.ScalarMap[str, str]
    assessment_digest: str
    def __init__(self, engine: _Optional[str] = ..., engine_version: _Optional[str] = ..., packs: _Optional[_Iterable[_Union[_decision_pb2.PackRef, _Mapping]]] = ..., vocabulary_digest: _Optional[str] = ..., calendar_digest: _Optional[str] = ..., facts_digest: _Optional[str] = ..., cases: _Optional[_Iterable[_Union[CountedCase, _Mapping]]] = ..., parameters: _Optional[_Mapping[str, str]] = ..., assessment_digest: _Optional[str] = ...) -> None: ...

class CountedCase(_message.Message):
    __slots__ = ("case", "facts_digest")
    CASE_FIELD_NUMBER: _ClassVar[int]
    FACTS_DIGEST_FIELD_NUMBER: _ClassVar[int]
    case: str
    facts_digest: str
    def __init__(self, case: _Optional[str] = ..., facts_digest: _Optional[str] = ...) -> None: ...
