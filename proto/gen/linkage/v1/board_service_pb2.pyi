import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from linkage.v1 import assessment_service_pb2 as _assessment_service_pb2
from linkage.v1 import decision_pb2 as _decision_pb2
from linkage.v1 import register_pb2 as _register_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BoardBy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BOARD_BY_UNSPECIFIED: _ClassVar[BoardBy]
    BOARD_BY_BODY: _ClassVar[BoardBy]
    BOARD_BY_UNIT: _ClassVar[BoardBy]
    BOARD_BY_CLAUSE: _ClassVar[BoardBy]
    BOARD_BY_MATTER: _ClassVar[BoardBy]

class TrendStep(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TREND_STEP_UNSPECIFIED: _ClassVar[TrendStep]
    TREND_STEP_DAY: _ClassVar[TrendStep]
    TREND_STEP_WEEK: _ClassVar[TrendStep]
    TREND_STEP_MONTH: _ClassVar[TrendStep]

class Light(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LIGHT_UNSPECIFIED: _ClassVar[Light]
    LIGHT_GREEN: _ClassVar[Light]
    LIGHT_YELLOW: _ClassVar[Light]
    LIGHT_RED: _ClassVar[Light]
BOARD_BY_UNSPECIFIED: BoardBy
BOARD_BY_BODY: BoardBy
BOARD_BY_UNIT: BoardBy
BOARD_BY_CLAUSE: BoardBy
BOARD_BY_MATTER: BoardBy
TREND_STEP_UNSPECIFIED: TrendStep
TREND_STEP_DAY: TrendStep
TREND_STEP_WEEK: TrendStep
TREND_STEP_MONTH: TrendStep
LIGHT_UNSPECIFIED: Light
LIGHT_GREEN: Light
LIGHT_YELLOW: Light
LIGHT_RED: Light

class GetBoardRequest(_message.Message):
    __slots__ = ("district", "at", "since", "until", "by", "body", "unit", "trend", "rank_by", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    TREND_FIELD_NUMBER: _ClassVar[int]
    RANK_BY_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    at: _timestamp_pb2.Timestamp
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    by: BoardBy
    body: str
    unit: str
    trend: TrendStep
    rank_by: str
    language: str
    def __init__(self, district: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., by: _Optional[_Union[BoardBy, str]] = ..., body: _Optional[str] = ..., unit: _Optional[str] = ..., trend: _Optional[_Union[TrendStep, str]] = ..., rank_by: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class GetBoardResponse(_message.Message):
    __slots__ = ("board",)
    BOARD_FIELD_NUMBER: _ClassVar[int]
    board: Board
    def __init__(self, board: _Optional[_Union[Board, _Mapping]] = ...) -> None: ...

class Board(_message.Message):
    __slots__ = ("district", "title", "at", "since", "until", "by", "figures", "rows", "total", "trend", "ranked_by", "thresholds", "part_of", "notes")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    TREND_FIELD_NUMBER: _ClassVar[int]
    RANKED_BY_FIELD_NUMBER: _ClassVar[int]
    THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    PART_OF_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    district: str
    title: str
    at: _timestamp_pb2.Timestamp
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    by: BoardBy
    figures: _containers.RepeatedCompositeFieldContainer[BoardFigure]
    rows: _containers.RepeatedCompositeFieldContainer[BoardRow]
    total: BoardRow
    trend: _containers.RepeatedCompositeFieldContainer[TrendPoint]
    ranked_by: str
    thresholds: _containers.RepeatedCompositeFieldContainer[LightThreshold]
    part_of: _containers.RepeatedCompositeFieldContainer[_decision_pb2.Coded]
    notes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, district: _Optional[str] = ..., title: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., by: _Optional[_Union[BoardBy, str]] = ..., figures: _Optional[_Iterable[_Union[BoardFigure, _Mapping]]] = ..., rows: _Optional[_Iterable[_Union[BoardRow, _Mapping]]] = ..., total: _Optional[_Union[BoardRow, _Mapping]] = ..., trend: _Optional[_Iterable[_Union[TrendPoint, _Mapping]]] = ..., ranked_by: _Optional[str] = ..., thresholds: _Optional[_Iterable[_Union[LightThreshold, _Mapping]]] = ..., part_of: _Optional[_Iterable[_Union[_decision_pb2.Coded, _Mapping]]] = ..., notes: _Optional[_Iterable[str]] = ...) -> None: ...

class BoardFigure(_message.Message):
    __slots__ = ("id", "title", "kind", "of_moment")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OF_MOMENT_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    kind: _assessment_service_pb2.FigureKind
    of_moment: bool
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., kind: _Optional[_Union[_assessment_service_pb2.FigureKind, str]] = ..., of_moment: _Optional[bool] = ...) -> None: ...

class BoardRow(_message.Message):
    __slots__ = ("of", "unit", "name", "figures", "rank", "light", "lights")
    class LightsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Light
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Light, str]] = ...) -> None: ...
    OF_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    LIGHT_FIELD_NUMBER: _ClassVar[int]
    LIGHTS_FIELD_NUMBER: _ClassVar[int]
    of: _decision_pb2.Coded
    unit: str
    name: str
    figures: _containers.RepeatedCompositeFieldContainer[_assessment_service_pb2.Figure]
    rank: int
    light: Light
    lights: _containers.ScalarMap[str, Light]
    def __init__(self, of: _Optional[_Union[_decision_pb2.Coded, _Mapping]] = ..., unit: _Optional[str] = ..., name: _Optional[str] = ..., figures: _Optional[_Iterable[_Union[_assessment_service_pb2.Figure, _Mapping]]] = ..., rank: _Optional[int] = ..., light: _Optional[_Union[Light, str]] = ..., lights: _Optional[_Mapping[str, Light]] = ...) -> None: ...

class LightThreshold(_message.Message):
    __slots__ = ("figure", "yellow", "red", "more_is_worse")
    FIGURE_FIELD_NUMBER: _ClassVar[int]
    YELLOW_FIELD_NUMBER: _ClassVar[int]
    RED_FIELD_NUMBER: _ClassVar[int]
    MORE_IS_WORSE_FIELD_NUMBER: _ClassVar[int]
    figure: str
    yellow: str
    red: str
    more_is_worse: bool
    def __init__(self, figure: _Optional[str] = ..., yellow: _Optional[str] = ..., red: _Optional[str] = ..., more_is_worse: _Optional[bool] = ...) -> None: ...

class TrendPoint(_message.Message):
    __slots__ = ("start", "arisen", "done", "late", "violated", "left")
    START_FIELD_NUMBER: _ClassVar[int]
    ARISEN_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    VIOLATED_FIELD_NUMBER: _ClassVar[int]
    LEFT_FIELD_NUMBER: _ClassVar[int]
    start: str
    arisen: int
    done: int
    late: int
    violated: int
    left: int
    def __init__(self, start: _Optional[str] = ..., arisen: _Optional[int] = ..., done: _Optional[int] = ..., late: _Optional[int] = ..., violated: _Optional[int] = ..., left: _Optional[int] = ...) -> None: ...

class ListBoardObligationsRequest(_message.Message):
    __slots__ = ("district", "figure", "at", "since", "until", "body", "unit", "clause", "matter", "page_size", "page_token", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    FIGURE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    CLAUSE_FIELD_NUMBER: _ClassVar[int]
    MATTER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    figure: str
    at: _timestamp_pb2.Timestamp
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    body: str
    unit: str
    clause: str
    matter: str
    page_size: int
    page_token: str
    language: str
    def __init__(self, district: _Optional[str] = ..., figure: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., body: _Optional[str] = ..., unit: _Optional[str] = ..., clause: _Optional[str] = ..., matter: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class ListBoardObligationsResponse(_message.Message):
    __slots__ = ("obligations", "next_page_token")
    OBLIGATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    obligations: _containers.RepeatedCompositeFieldContainer[_register_pb2.RegisteredObligation]
    next_page_token: str
    def __init__(self, obligations: _Optional[_Iterable[_Union[_register_pb2.RegisteredObligation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DraftCircularRequest(_message.Message):
    __slots__ = ("district", "year", "month", "at", "language")
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    district: str
    year: int
    month: int
    at: _timestamp_pb2.Timestamp
    language: str
    def __init__(self, district: _Optional[str] = ..., year: _Optional[int] = ..., month: _Optional[int] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., language: _Optional[str] = ...) -> None: ...

class DraftCircularResponse(_message.Message):
    __slots__ = ("title", "text", "html", "basis", "at")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    HTML_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    title: str
    text: str
    html: str
    basis: _containers.RepeatedCompositeFieldContainer[_decision_pb2.ClauseRef]
    at: _timestamp_pb2.Timestamp
    def __init__(self, title: _Optional[str] = ..., text: _Optional[str] = ..., html: _Optional[str] = ..., basis: _Optional[_Iterable[_Union[_decision_pb2.ClauseRef, _Mapping]]] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
