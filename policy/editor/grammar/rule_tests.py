"""Rule tests, and tests of assessments."""

from __future__ import annotations

from policy.editor.grammar.common import CLAUSES, CODES_OF_BODIES, MOMENT, MONEY
from policy.editor.shapes import (
    Anything,
    Choice,
    Code,
    Either,
    Facts,
    Items,
    Key,
    Many,
    Name,
    Named,
    Number,
    Plain,
    Shape,
    Table,
    Truth,
    key,
    keys,
)
from policy.review.ruletest import expectations, read, read_assessed
from policy.text.messages import warnings

_RULE = key(Name("rule"), "规则的 id", "the rule's id")
_TRIGGER = key(Plain(), "触发它的事实的 id", "the id of the fact that triggers it")
_PARAMETERS = key(
    Named(Name("parameter"), Anything(), nullable=True), "测试时参数的值", "values of parameters for the test"
)
_AS_OF = key(MOMENT, "判断的时点", "the moment to decide for")
_CASE = key(Facts(), "案件的事实", "the facts of the case")

_SHAPES: dict[str, Shape] = {
    **dict.fromkeys(("bearer", "counterparty"), CODES_OF_BODIES),
    **dict.fromkeys(expectations._SUMS, MONEY),
    **dict.fromkeys(("quantities", "outputs", "because"), Many(Plain())),
    **dict.fromkeys(("basis", "consequence"), CLAUSES),
    **dict.fromkeys(expectations._MOMENTS, MOMENT),
    **{name: Choice(values) for name, values in expectations._CHOICES.items()},
    **{name: Code(section) for name, section in expectations._SECTIONS.items()},
    "ends": Many(Either(tuple(Code(section) for section in expectations._ACTS))),
    "amount_missing": Items(Plain(), least=0),
    "violated": Either((Truth(), MOMENT)),
    "provisional": Truth(),
    "reading": Either((Truth(), Plain())),
}
_MEANINGS = {
    "bearer": ("义务主体", "who bears it"),
    "bearer_party": ("义务主体是哪个当事人", "the party that bears it"),
    "bearer_unit": ("义务主体的具体单位", "the unit that bears it"),
    "counterparty": ("对谁负有", "to whom it is owed"),
    "counterparty_party": ("对哪个当事人负有", "the party to whom it is owed"),
    "action": ("做什么", "what is to be done"),
    "modality": ("应当、不得、可以", "must, must not, may"),
    "force": ("约束力", "its force"),
    "about": ("关于什么", "what it is about"),
    "trigger": ("触发它的事实的 id", "the id of the fact that triggers it"),
    "concerns": ("所涉单位", "the body that it is about"),
    "concerns_unit": ("所涉的具体单位", "the unit that it is about"),
    "due": ("到期时间；没有的写 null", "when it is due; null: it has no due time"),
    "original_due": ("延长以前的到期时间", "when it was due before it was extended"),
    "word": ("文字期限", "the deadline in words"),
    "provisional": ("到期时间是否待定", "whether the due time is provisional"),
    "state": ("状态", "its state"),
    "violated": ("是否违反，或何时违反", "whether, or when, it was violated"),
    "since": ("何时进入这一状态", "since when it is in that state"),
    "arose": ("何时产生", "when it arose"),
    "basis": ("依据的条款", "the clauses it rests on"),
    "consequence": ("后果（条款）", "what follows (clauses)"),
    "because": ("为什么产生", "why there is one"),
    "ends": ("什么使它结束", "what would end it"),
    "outputs": ("文书、反馈", "what it brings forth"),
    "reading": ("采用的理解；true 表示采用了一种", "the reading taken; true: that there is one"),
    "amount": ("金额", "the amount"),
    "at_least": ("最低金额", "the least amount"),
    "at_most": ("最高金额", "the most"),
    "amount_missing": ("金额缺哪些事实", "facts that the amount lacks"),
    "quantities": ("数量", "numbers of things"),
}
_EXPECTED: dict[str, Key] = {
    name: key(_SHAPES.get(name, Plain()), *_MEANINGS[name]) for name in expectations._COMPARED
}
_ENTRY: Table = {
    "rule": _RULE,
    "table": key(Plain(), "表的 id：各行都如此", "a table's id: each of its rows is such"),
    "trigger": _TRIGGER,
    "count": key(Number(whole=True), "共有几项", "how many there are"),
    "because": key(Plain(), "为什么不应有", "why there must be none"),
    "missing": key(Many(Plain()), "缺少的事实", "the missing facts"),
    "at": key(MOMENT, "从何时起视为", "from when on it counts"),
    "rules": key(Many(Name("rule")), "矛盾的两条规则", "the two rules that conflict"),
    "code": key(Choice(expectations.ERROR_CODES), "错误的代码", "the code of the error"),
}


def _list(shape: Shape, zh: str, en: str) -> Key:
    return key(Items(shape, least=0), zh, en)


_LISTS: Table = {
    "expect": _list(
        Either((keys(expectations._EXPECT, _ENTRY, _EXPECTED), keys(expectations._EACH, _ENTRY, _EXPECTED))),
        "应有的义务",
        "obligations there must be",
    ),
    "expect_not": _list(keys(expectations._NOT, _ENTRY), "不应有的", "what there must not be"),
    "expect_unknown": _list(keys(expectations._UNKNOWN, _ENTRY), "无法确定的", "what is undetermined"),
    "expect_deemed": _list(keys(expectations._DEEMED, _ENTRY), "视为的事实", "what is deemed"),
    "expect_conflict": _list(keys(expectations._CONFLICT, _ENTRY), "互相矛盾的", "what conflicts"),
    "expect_error": _list(keys(expectations._ERROR, _ENTRY), "出错的", "what fails"),
}
_BASE = key(Name("base"), "以哪个共用案件为底", "the shared case that it is laid over")
_TEST: Table = _LISTS | {
    "name": key(Plain(), "测试的名称", "the test's name"),
    "as_of": _AS_OF,
    "case": _CASE,
    "base": _BASE,
    "parameters": _PARAMETERS,
    "warnings": key(
        Items(Choice(tuple(sorted(entry.code for entry in warnings.ENTRIES))), least=0),
        "应有的警告",
        "its warnings",
    ),
    "exact": key(Choice(("true", "all", "false")), "除列出的以外没有别的", "nothing beyond what is listed"),
}
_DECIMAL = Plain(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", "0.5")
_ROW: Table = {
    "body": key(CODES_OF_BODIES, "单位", "the body, or bodies that are alike"),
    "unit": key(Plain(), "具体单位", "the unit"),
    "figures": key(Named(Name("figure"), _DECIMAL, nullable=True), "指标的值", "its figures"),
    "score": key(_DECIMAL, "得分", "its score"),
    "grade": key(Plain(), "等次", "its grade"),
    "rank": key(Number(whole=True), "名次", "its rank"),
    "follows": key(Items(Plain(), least=0), "后果", "what follows"),
}
_ASSESSED: Table = _TEST | {
    "assessment": key(Name("assessment"), "考核的 id", "the assessment's id"),
    "year": key(Number(whole=True), "年度", "the year"),
    "cases": key(Items(Facts()), "这一年的案件", "the year's cases"),
    "expect": key(Items(keys(read_assessed._ROW, _ROW)), "各单位的结果", "a row for each body"),
    "confirmed": key(MOMENT, "结果何时确认", "when the results were confirmed"),
    "appeal_until": key(MOMENT, "申诉到何时为止", "until when an appeal is open"),
}
TESTS = keys(
    read.FILE,
    {
        "tests": key(Items(keys(read._TEST, _TEST)), "规则测试", "rule tests"),
        "assessments": key(
            Items(keys(read_assessed._ASSESSED, _ASSESSED)), "考核测试", "tests of assessments"
        ),
        "defaults": key(keys(read.DEFAULTS, _TEST), "各测试共用", "what all tests of the file share"),
        "cases": key(Named(Name("base", new=True), Facts()), "共用的案件，按名称", "shared cases by name"),
    },
)
