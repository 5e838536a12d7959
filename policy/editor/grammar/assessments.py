"""Assessments: whom they count, figures, points, and what follows."""

from __future__ import annotations

from policy.editor.grammar.acts import EXCEPTIONS, EXPRESSION, MATCHERS
from policy.editor.grammar.common import (
    ACTOR,
    BODY,
    CODES_OF_BODIES,
    COMMON,
    MONTH_DAY,
    PERIOD,
    RECURRENCE,
)
from policy.editor.grammar.rules import DUTY
from policy.editor.shapes import (
    Choice,
    Code,
    Either,
    Items,
    Many,
    Name,
    Number,
    Table,
    Truth,
    key,
    keys,
)
from policy.pack import read_assessment, read_consequence
from policy.pack.assessment import Over, Sense

_PARAM = keys(
    read_assessment._PARAM, {"param": key(Name("parameter"), "参数的名称", "the name of a parameter")}
)
_NUMBER = Either((Number(), _PARAM))
_OR_PARAMETER = Either((PERIOD, _PARAM))
_FIGURE = Name("figure")

_COMPARED = {
    sense.value: key(Either((_NUMBER, Name("grade"))), zh, en)
    for sense, zh, en in (
        (Sense.AT_LEAST, "不少于", "at least"),
        (Sense.AT_MOST, "不超过", "at most"),
        (Sense.ABOVE, "高于", "above"),
        (Sense.BELOW, "低于", "below"),
        (Sense.IS, "是（等次）", "is (a grade)"),
    )
}
_COMPARISON = keys(read_assessment._COMPARISON, {"of": key(_FIGURE, "哪个指标", "which figure")}, _COMPARED)
_WHEN = {"when": key(Many(_COMPARISON), "在什么情形", "where all of this holds")}

_FIGURES: Table = COMMON | {
    "id": key(Name("figure", new=True), "指标的名称", "the figure's name"),
    "where": key(EXPRESSION, "计哪些", "what is counted"),
    "over": key(Choice(tuple(Over)), "数义务、事件还是案件", "over obligations, events or cases"),
    "body": key(Many(EXPRESSION), "算在哪个单位", "the body that it counts for"),
    "unit": key(Many(EXPRESSION), "算在哪个具体单位", "the unit that it counts for"),
    "from": key(EXPRESSION, "从何时", "from this moment"),
    "to": key(EXPRESSION, "到何时", "to this moment"),
    "of": key(_FIGURE, "分子", "the figure above"),
    "among": key(_FIGURE, "分母；默认为义务数", "the figure below; default: the duties"),
}
_POINTS: Table = COMMON | {
    "id": key(Name("points", new=True), "部分或项目的名称", "its name"),
    "points": key(_NUMBER, "分值；扣分写负数", "the points; below 0 to take away"),
    "per": key(_FIGURE, "每一件", "for each of this figure"),
    "base": key(_NUMBER, "基础分", "what it begins with"),
    "floor": key(_NUMBER, "最低分", "at least"),
    "cap": key(_NUMBER, "最高分", "at most"),
    "weight": key(_NUMBER, "权重", "its weight"),
    "score": key(_NUMBER, "此时的得分", "the score then"),
    **_WHEN,
}
_SECTION: Table = _POINTS | {"items": key(Items(keys(read_assessment._ITEM, _POINTS)), "项目", "its items")}
_GRADES: Table = COMMON | {
    "id": key(Name("grade", new=True), "等次的名称", "the grade's name"),
    "at_least": key(_NUMBER, "最低得分", "the lowest score"),
}
_ROUND = {
    "places": key(Number(whole=True), "保留几位小数", "how many decimal places"),
    "half": key(Choice(("up", "even")), "逢五：进位，或成双", "a half: up, or to the even one"),
}
_SCORING: Table = _POINTS | {
    "sections": key(Items(keys(read_assessment._SECTION, _SECTION)), "各部分", "its sections"),
    "round": key(keys(read_assessment._ROUND, _ROUND), "舍入", "the rounding"),
    "veto": key(Items(keys(read_assessment._VETO, _POINTS)), "一票否决", "vetoes"),
    "grades": key(Items(keys(read_assessment._GRADE, _GRADES)), "等次，由高到低", "grades, highest first"),
}
_FOLLOWS: Table = DUTY | {
    "id": key(Name("points", new=True), "后果的名称", "its name"),
    "counterparty": key(Either((ACTOR, Choice(("none",)))), "对谁负有", "to whom it is owed"),
    "unless": key(EXCEPTIONS, "例外", "exceptions"),
    "fulfilled_by": key(MATCHERS, "怎样算履行", "what fulfils it"),
    "within": key(PERIOD, "多长时间以内", "within this period"),
    "word": key(Code("deadline_words"), "文字期限", "a deadline in words"),
    "param": key(Name("parameter"), "期间类参数", "a parameter of type period"),
    "proposed": key(Truth(), "只是建议，由人决定", "only proposed: people decide"),
    **_WHEN,
}
_DONE: Table = COMMON | {
    "bearer": key(BODY, "谁来做", "who does it"),
    "action": key(Code("actions"), "做什么", "what is done"),
    "to": key(BODY, "向谁", "to whom"),
    "within": key(_OR_PARAMETER, "多长时间以内", "within this period"),
}
ASSESSMENT = keys(
    read_assessment._ASSESSMENT,
    COMMON,
    {
        "id": key(Name("assessment", new=True), "考核的 id", "the assessment's id"),
        "scorer": key(BODY, "由谁打分", "who scores"),
        "decider": key(BODY, "由谁定分", "who decides"),
        "counts": key(Items(keys(read_assessment._COUNT, _FIGURES)), "计数", "what is counted"),
        "period": key(RECURRENCE, "周期（RFC 5545）", "how often (RFC 5545)"),
        "cut_off": key(MONTH_DAY, "截止日", "the day on which the year ends"),
        "cases": key(EXPRESSION, "哪些案件", "of which cases"),
        "subjects": key(CODES_OF_BODIES, "考核谁", "whom it assesses"),
        "bearers": key(CODES_OF_BODIES, "计谁的义务", "whose duties count"),
        "unit": key(EXPRESSION, "按什么分单位", "what tells units apart"),
        "durations": key(Items(keys(read_assessment._DURATION, _FIGURES)), "用时", "durations"),
        "rates": key(Items(keys(read_assessment._RATE, _FIGURES)), "比率", "rates"),
        "scoring": key(keys(read_assessment._SCORING, _SCORING), "计分", "the points"),
        "consequences": key(Items(keys(read_consequence._CONSEQUENCE, _FOLLOWS)), "后果", "what follows"),
        "steps": key(Items(keys(read_assessment._STEP, _DONE)), "步骤", "the steps"),
        "appeal": key(keys(read_assessment._APPEAL, _DONE), "申诉", "the appeal"),
        "outcomes": key(Items(keys(read_assessment._OUTCOME, _DONE)), "考核结果", "outcomes"),
    },
)
