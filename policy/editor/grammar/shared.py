"""The files that all packs share: vocabulary, equivalences, notices of holidays."""

from __future__ import annotations

from policy.editor.grammar.common import BODY, COMMON, DAY
from policy.editor.shapes import (
    Choice,
    Code,
    Items,
    Many,
    Name,
    Named,
    Number,
    Plain,
    Table,
    Truth,
    key,
    keys,
)
from policy.pack import read_equivalences, read_vocabulary
from policy.pack.equivalences import PERIODS
from policy.pack.reader import Schema
from policy.pack.vocabulary import EFFECTS, SECTIONS
from policy.text.diagnostics import Words
from policy.time import notice

# -- vocabulary.yaml

_CODE: Table = COMMON | {
    "zh": key(Plain(), "中文名称", "its label in Chinese"),
    "en": key(Plain(), "英文名称", "its label in English"),
    "law": key(Plain(), "法律依据", "the law that it comes from"),
    "effect": key(Choice(EFFECTS), "对义务的作用", "what it does to obligations"),
    "by": key(BODY, "只有谁可以做", "who alone may do it"),
    "part_of": key(BODY, "属于哪个单位", "the body that it is an organ of"),
    "implies": key(Many(Code("traits")), "也就是哪些特征", "the traits that it implies"),
    "families": key(Many(Code("families")), "属于哪些类", "the families that it belongs to"),
}
VOCABULARY = keys(
    read_vocabulary._VOCABULARY,
    {
        section: key(
            Named(
                Name(f"code:{section}", new=True),
                keys(read_vocabulary._SCHEMAS.get(section, read_vocabulary._CODE), _CODE),
            ),
            zh,
            en,
        )
        for section, (zh, en) in SECTIONS.items()
    },
)

# -- equivalences.yaml

_EVENT = Code("events")
_EVENTS = Many(_EVENT)
_STATE: Table = {
    "field": key(Choice(read_equivalences._FIELDS), "当事人的字段", "the field of the party"),
    "flag": key(Choice(read_equivalences._FLAGS), "法官的认定", "the flag of the case"),
    "roles": key(Many(Code("roles")), "哪些身份的当事人", "parties of these roles"),
    "everyone": key(Truth(), "所有当事人", "every party"),
    "begins": key(_EVENTS, "使状态开始的事件", "events that begin it"),
    "ends": key(_EVENTS, "使状态结束的事件", "events that end it"),
}
_SERVICE: Table = {
    "documents": key(Many(Code("documents")), "送达的文书", "the documents served"),
    "result": key(Code("service_results"), "送达结果", "the result"),
    "results": key(Named(Code("results"), Code("service_results")), "结果的对应", "results, one for another"),
}
_REQUEST: Table = {
    "matter": key(Code("matters"), "事项", "the matter"),
    "to": key(BODY, "受请求单位", "the body asked"),
}
_LASTING: Table = {"until": key(_EVENTS, "到哪些事件为止", "the events that end it")}
_FLAG = Choice(read_equivalences._FLAGS)
EQUIVALENCES = keys(
    read_equivalences._FILE,
    {
        "format": key(Choice(("1",)), "格式的版本", "the version of the format"),
        "same_events": key(Named(_EVENT, _EVENT), "同一事件的两个代码", "two codes of one event"),
        "filing": key(_EVENT, "立案的事件", "the event of filing"),
        "body_concerns": key(_EVENTS, "body 指所涉单位的事件", "events whose body is the one concerned"),
        "flags": key(Named(_FLAG, _FLAG), "由一项认定得出另一项", "a flag that another follows from"),
        "states": key(
            Named(Code("traits"), keys(read_equivalences._STATE, _STATE)),
            "状态的来源",
            "where states come from",
        ),
        "requests": key(
            Named(_EVENT, keys(read_equivalences._REQUEST, _REQUEST)), "请求事件", "events that are requests"
        ),
        "services": key(
            Named(_EVENT, keys(read_equivalences._SERVICE, _SERVICE)), "送达事件", "events that are services"
        ),
        "received": key(Code("service_results"), "收到时的送达结果", "the result of what was received"),
        "documents": key(Named(Code("documents"), _EVENT), "文书即事件", "documents that are events"),
        "papers": key(_EVENT, "出示证件的事件", "the event of showing papers"),
        "lasting": key(
            Named(_EVENT, keys(read_equivalences._LASTING, _LASTING)), "持续的事实", "facts that last"
        ),
        "instrument": key(_EVENT, "文件印发的事件", "the event by which the instrument is issued"),
        "periods": key(Named(_EVENT, Choice(PERIODS)), "自动开始的期间", "periods that begin by themselves"),
    },
)

# -- calendar/*.yaml; its reader is that of policy.time, which knows nothing of files

_NOTICE = Schema(
    Words("放假通知", "a notice of holidays"),
    tuple(name for name in notice._KEYS if name not in notice._OPTIONAL),
    tuple(name for name in notice._KEYS if name in notice._OPTIONAL),
)
_HOLIDAY = Schema(Words("假日", "a holiday"), notice._HOLIDAY_KEYS)
CALENDAR = keys(
    _NOTICE,
    {
        "year": key(Number(whole=True), "哪一年的通知", "the year that it is for"),
        "number": key(Plain(), "文号或标题", "its number or title"),
        "local": key(Truth(), "地方自己的假日", "a region's own holiday"),
        "districts": key(Items(Code("districts")), "哪些地区的", "the districts whose holiday it is"),
        "through": key(DAY, "定到哪一天为止", "the last day that it settles"),
        "holidays": key(
            Items(
                keys(
                    _HOLIDAY,
                    {
                        "name": key(Plain(), "假日的名称", "the holiday's name"),
                        "from": key(DAY, "第一天", "its first day"),
                        "to": key(DAY, "最后一天", "its last day"),
                    },
                ),
                least=0,
            ),
            "放假的日子",
            "the days of rest",
        ),
        "working_days": key(Items(DAY, least=0), "调休上班的周末", "weekend days that are worked"),
    },
)
