"""Conditions, matchers, deadlines, clocks and amounts: the parts that rules are made of."""

from __future__ import annotations

from policy.editor.grammar.common import (
    BASIS,
    CODES_OF_BODIES,
    COMMON,
    DAY,
    HOUR,
    MEANS,
    MONEY,
    MONTH_DAY,
    PERIOD,
    PROVENANCE,
    RECURRENCE,
    SHARE,
)
from policy.editor.shapes import (
    Choice,
    Code,
    Either,
    Expression,
    Items,
    Keys,
    Many,
    Name,
    Number,
    Plain,
    Shape,
    Table,
    Text,
    key,
    keys,
)
from policy.money.amount import HOW
from policy.pack import read_amount, read_clock, read_condition, read_deadline, read_matcher
from policy.pack.clock import Running
from policy.pack.deadline import DutyMoment
from policy.time.deadline import Part

# -- conditions

EXPRESSION = Expression()
_ONE = keys(read_condition._CONDITION, COMMON)
_ALTERNATIVE = Either((EXPRESSION, keys(read_condition._ALTERNATIVE, COMMON)))
_EXCEPTION = keys(read_condition._EXCEPTION, COMMON)


def _any(of: Shape) -> Keys:
    any_ = key(Items(of), "有一项成立即可", "one of which must hold")
    return keys(read_condition._ANY, {"any": any_, "means": MEANS})


CONDITION = Either((EXPRESSION, _ONE, _any(_ALTERNATIVE)))
CONDITIONS = Items(CONDITION)
EXCEPTIONS = Items(Either((_EXCEPTION, _any(_EXCEPTION))))

# -- matchers

_VARIABLE = Name("variable")
BY = Either((CODES_OF_BODIES, Choice((read_matcher._BEARER,))))
MATCHER = keys(
    read_matcher._MATCHER,
    {
        "event": key(Many(Code("events")), "发生这些事件", "an event of these types"),
        "request": key(Many(Code("matters")), "提出这些事项的请求", "a request for these matters"),
        "service": key(Many(Code("documents")), "送达这些文书", "a document of these types is served"),
        "end_of": key(
            Either((_VARIABLE, Many(Code("traits")))),
            "这一状态结束",
            "this state, a variable over states, ends",
        ),
        "begin_of": key(Many(Code("traits")), "当事人的这一状态开始", "this state of the party begins"),
        "about": key(_VARIABLE, "行为针对哪个变量", "the variable that the act answers"),
        "party": key(_VARIABLE, "所涉当事人是哪个变量", "the variable that is its party"),
        "property": key(_VARIABLE, "所涉财产是哪个变量", "the variable that is its property"),
        "by": key(BY, "谁的行为；bearer 是义务主体自己", "whose act it is; bearer: the bearer's own"),
        "to": key(CODES_OF_BODIES, "行为的对方", "the bodies that it is directed at"),
        "concerning": key(CODES_OF_BODIES, "行为所涉的单位", "the bodies that it is about"),
        "where": key(EXPRESSION, "对这一行为（done）的条件", "a condition on the act (done)"),
    },
)
MATCHERS = Many(MATCHER)

# -- deadlines

_PERIOD_PARAMETER = {
    "param": key(Name("parameter"), "期间类参数的名称", "the name of a parameter of type period")
}
_FROM_DUTY = keys(
    read_deadline._FROM_DUTY,
    {
        "duty": key(
            Either(
                (
                    Name("rule"),
                    keys(
                        read_deadline._GROUP,
                        {"group": key(Name("group"), "组名", "the name of a group of rules")},
                    ),
                )
            ),
            "从哪条规则的义务起算",
            "the rule whose duty it counts from",
        ),
        "at": key(
            Choice(tuple(DutyMoment)),
            "到期、履行或违反之时",
            "when that duty is due, fulfilled or breached",
        ),
    },
)
_PERIOD = Either((PERIOD, keys(read_deadline._PARAM, _PERIOD_PARAMETER)))
_TIMES: Table = COMMON | {
    "within": key(_PERIOD, "多长时间以内", "within this period"),
    "from": key(Either((EXPRESSION, _FROM_DUTY)), "从何时起算", "the moment that it counts from"),
    "roll": key(
        Choice(("true", "false", "back")),
        "末日是休息日时：顺延、不动、提前",
        "a last day that rests: moved on, left, moved back",
    ),
    "hours": key(
        Choice(("exact", "next_hour")),
        "小时从当时起，或从下一个整点起",
        "hours from the moment, or the next hour",
    ),
    "word": key(Code("deadline_words"), "文字期限，如及时", "a deadline in words, such as promptly"),
    **_PERIOD_PARAMETER,
    "on": key(DAY, "固定的日子", "a fixed day"),
    "by": key(MONTH_DAY, "每年的这一天以前", "this day of the year"),
    "every": key(RECURRENCE, "周期（RFC 5545）", "recurring (RFC 5545)"),
    "before": key(PERIOD, "之前多长时间", "so long before"),
    "end_of": key(Choice(tuple(Part)), "当日、月底、季度末等", "the end of the day, month, quarter …"),
    "after": key(PERIOD, "再过多长时间的那一段", "the one so much later"),
    "at": key(EXPRESSION, "事实给出的时刻", "a moment that the facts give"),
}
_INSTEAD = Either(tuple(keys(schema, _TIMES) for schema in read_deadline._INSTEAD.values()))
_BOUND = Either(tuple(keys(schema, _TIMES) for schema in read_deadline._BOUND.values()))
_LATE = keys(
    read_deadline._LATE,
    {
        "after": key(HOUR, "几时以后", "after this hour"),
        "then": key(_INSTEAD, "那时的期限", "the deadline that counts then"),
    },
)
_BOUNDED: Table = _TIMES | {
    "no_later_than": key(_BOUND, "最迟不超过", "the latest that it may be due"),
    "no_earlier_than": key(_BOUND, "不早于", "the earliest that it may be due"),
    "late": key(_LATE, "当天几时以后收到的另算", "another deadline for what comes late in the day"),
}
DEADLINE = Either(tuple(keys(schema, _BOUNDED) for schema in read_deadline._SCHEMAS.values()))

# -- clocks

_PAUSE = keys(
    read_clock._PAUSE,
    {
        "from": key(MATCHERS, "从这一行为起停止", "the act that stops it"),
        "until": key(MATCHERS, "到这一行为为止", "the act that ends the pause"),
        "then": key(
            Choice(tuple(read_clock._THEN)), "此后继续计算或重新计算", "then it goes on, or starts again"
        ),
        "basis": BASIS,
    },
)
CLOCK = keys(
    read_clock._CLOCK,
    {
        "suspended": key(
            Choice(tuple(Running)), "案件或义务中止时", "while the case or the duty is suspended"
        ),
        "pauses": key(Items(_PAUSE), "停止计算的情形", "what stops it for a while"),
        "restarted_by": key(MATCHERS, "使期间重新计算的行为", "acts that start it again"),
        "basis": BASIS,
    },
)
EXTENSION = keys(
    read_clock._EXTENSION,
    {
        "granted_by": key(MATCHERS, "准许延长的行为", "the acts that grant it"),
        "for": key(
            Either((PERIOD, Choice(("original", "given")), keys(read_clock._PARAM, _PERIOD_PARAMETER))),
            "延长多久",
            "for how long",
        ),
        "at_most": key(Either((PERIOD, Choice(("original",)))), "至多多久", "for how long at most"),
        "times": key(Number(whole=True), "至多几次", "how often at most"),
        "basis": BASIS,
        "provenance": PROVENANCE,
    },
)

# -- amounts

_BASE = keys(read_amount._BASE, COMMON)


def _figure(plain: Shape) -> Either:
    """A number as it stands, one with its origin, or a parameter."""
    own = COMMON | {"value": key(plain, "数值", "the value")}
    param = {"param": key(Name("parameter"), "参数的名称", "the name of a parameter")}
    return Either((plain, keys(read_amount._FIGURE, own), keys(read_amount._PARAM, param)))


_MONEY, _SHARE, _COUNT = _figure(MONEY), _figure(SHARE), _figure(Number(whole=True))
_SUMS: Table = COMMON | {
    "fixed": key(_MONEY, "固定金额", "a fixed sum"),
    "share": key(_SHARE, "比例", "a share"),
    "of": key(Either((EXPRESSION, _BASE)), "计算基数（分）", "what it is a share of, in fen"),
    "up_to": key(_MONEY, "这一档到多少为止", "up to this sum"),
    "by": key(Choice(("part", "whole")), "分段累计或按全额", "each tier of its part, or of the whole"),
    "times": key(EXPRESSION, "乘以几", "how many times the sum"),
    "floor": key(_MONEY, "最低", "at least"),
    "cap": key(_MONEY, "最高", "at most"),
    "to": key(MONEY, "舍入到", "rounded to"),
    "how": key(Choice(tuple(HOW)), "怎样舍入", "how it is rounded"),
}
_AMOUNTS: Table = _SUMS | {
    "round": key(keys(read_amount._ROUND, _SUMS), "舍入", "the rounding"),
    "tiers": key(Items(keys(read_amount._TIER, _SUMS)), "各档，由低到高", "the tiers, lowest first"),
}
AMOUNT = Either(tuple(keys(schema, _AMOUNTS) for schema in read_amount._SCHEMAS.values()))
QUANTITIES = Many(
    keys(
        read_amount._QUANTITY,
        {
            "of": key(Text(), "什么的数量", "of what"),
            "unit": key(Plain(), "量词", "the measure word"),
            "count": key(Either((_COUNT, keys(read_amount._COMPUTED, COMMON))), "数量", "how many"),
            "at_least": key(_COUNT, "不少于", "at least"),
            "at_most": key(_COUNT, "不超过", "at most"),
            "basis": BASIS,
            "provenance": PROVENANCE,
        },
    )
)
