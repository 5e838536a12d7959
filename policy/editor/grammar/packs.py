"""pack.yaml and the other files of a pack."""

from __future__ import annotations

from policy.editor.grammar.acts import CONDITION, DEADLINE
from policy.editor.grammar.assessments import ASSESSMENT
from policy.editor.grammar.common import BASIS, BODY, CODES_OF_BODIES, COMMON, DAY, PROVENANCE, TITLE
from policy.editor.grammar.rules import DEEMED, RULE, TABLE
from policy.editor.shapes import (
    Anything,
    Choice,
    Code,
    Either,
    Items,
    Many,
    Name,
    Named,
    Plain,
    Table,
    Text,
    Truth,
    key,
    keys,
)
from policy.pack import read_contacts, read_pack, read_sections
from policy.pack.model import ClauseClass
from policy.pack.status import DRAFT

_CLAUSE = keys(
    read_sections._CLAUSE,
    COMMON,
    {
        "id": key(Name("clause", new=True), "条款的 id", "the clause's id"),
        "number": key(Plain(), "文件上印的编号", "the number as printed"),
        "class": key(
            Choice((*ClauseClass, read_sections.UNCLASSIFIED)), "条款的种类", "what kind of clause it is"
        ),
        "summary": key(Text(), "用自己的话概括", "what it says, in own words"),
        "digest": key(Plain("sha256:[0-9a-f]{32}"), "条文的摘要值", "the digest of its text"),
        "no_rule": key(Plain(), "为什么不能成为规则", "why it cannot be a rule"),
    },
)
_PARAMETER = keys(
    read_sections._PARAMETER,
    COMMON,
    {
        "value": key(Anything(), "数值；没有确定的写 null", "its value; null where nobody has fixed it"),
        "type": key(Choice(read_sections._PARAMETER_TYPES), "类型；默认为期间", "its type; default: period"),
    },
)
_FIELD: Table = {
    "id": key(Name("field", new=True), "栏目的名称", "the field's name"),
    "title": TITLE,
    "options": key(Items(Text()), "选项", "what can be chosen"),
    "multiple": key(Truth(), "可否多选", "whether several can be chosen"),
}
_FORM = keys(
    read_sections._FORM,
    COMMON,
    {
        "id": key(Name("form", new=True), "表格的名称", "the form's name"),
        "fields": key(Items(keys(read_sections._FORM_FIELD, _FIELD)), "栏目", "its fields"),
    },
)
_TERM = keys(
    read_sections._TERM,
    COMMON,
    {
        "params": key(
            Named(Name("variable", new=True), Choice(read_sections._TERM_TYPES)), "参数", "its parameters"
        ),
        "is": key(Many(CONDITION), "条件", "the conditions that it stands for"),
    },
)
_FACT = keys(
    read_sections._FACT,
    {
        "id": key(Name("fact", new=True), "数据的名称", "its name"),
        "basis": BASIS,
        "text": key(Text(), "内容", "what the document says"),
    },
)
_CONTACT = keys(
    read_contacts._CONTACT,
    COMMON,
    {
        "id": key(Name("contact", new=True), "联系人的种类", "the kind of contact"),
        "posts": key(Named(Name("post", new=True), Text()), "职位", "the posts"),
        "bodies": key(CODES_OF_BODIES, "哪些单位要报", "the bodies that name one"),
        "appointed": key(Code("events"), "确定联系人的事件", "the event that appoints one"),
        "left": key(Code("events"), "不再担任的事件", "the event by which one leaves"),
        "form": key(Name("form"), "填报的表格", "the form that is filled in"),
        "submitted": key(Code("events"), "报送名单的事件", "the event that submits the list"),
        "submitted_by": key(BODY, "由谁报送", "who submits it"),
        "telephone": key(Truth(), "是否要报电话", "whether a telephone number is asked for"),
    },
)

SECTIONS: Table = {
    "clauses": key(Items(_CLAUSE), "条款", "the document's clauses"),
    "parameters": key(Named(Name("parameter", new=True), _PARAMETER), "参数", "values that rules use"),
    "forms": key(Items(_FORM), "表格", "forms of the document"),
    "contacts": key(Items(_CONTACT), "联系人的种类", "kinds of contact"),
    "deadlines": key(Named(Name("deadline", new=True), DEADLINE), "有名称的期限", "named deadlines"),
    "terms": key(Named(Name("term", new=True), _TERM), "定义", "named conditions"),
    "facts": key(Items(_FACT), "文件中的数据", "figures that the document tells"),
    "assessments": key(Items(ASSESSMENT), "考核", "assessments"),
    "duties": key(Items(RULE), "规则", "rules"),
    "tables": key(Items(TABLE), "决策表", "decision tables"),
    "deemed": key(Items(DEEMED), "视为的事实", "what counts as a fact without being told"),
}

_ORIGIN: Table = {"basis": BASIS, "provenance": PROVENANCE}
_INSTRUMENT: Table = {
    "title": TITLE,
    "number": key(Plain(), "文号", "its number"),
    "issuer": key(Plain(), "发文机关", "who issued it"),
    "issued": key(DAY, "发文日期", "the day on which it was issued"),
}
_EFFECTIVE: Table = COMMON | {
    "from": key(DAY, "生效日", "the first day in force"),
    "to": key(DAY, "最后一个有效日", "the last day in force"),
    "reported": key(Either((DAY, Choice(("unknown",)))), "报道日期", "the day on which it was reported"),
}
_HOURS: Table = _ORIGIN | {
    "morning": key(Plain(example="08:30-12:00"), "上午", "the morning"),
    "afternoon": key(Plain(example="14:00-17:30"), "下午", "the afternoon"),
}
_BODY: Table = COMMON | {
    "name": key(Text(), "本地名称", "what the district calls it"),
    "units": key(Items(Plain()), "下属单位名单", "the units that the code stands for"),
}
_TIE = Many(Name("attribute"))
_ATTRIBUTE: Table = COMMON | {
    "type": key(Choice(read_pack._ATTRIBUTE_TYPES), "类型", "its type"),
    "excludes": key(_TIE, "成立时哪些不成立", "what is false where it is true"),
    "implies": key(_TIE, "成立时哪些也成立", "what is true where it is true"),
}
_HEAD: Table = {
    "format": key(Choice((read_pack.FORMAT,)), "格式的版本", "the version of the format"),
    "district": key(Code("districts"), "地区代码", "the code of the district"),
    "version": key(Plain(), "版本，区内唯一", "the version, unique in the district"),
    "title": TITLE,
    "instrument": key(keys(read_pack._INSTRUMENT, _INSTRUMENT), "文件", "the document"),
    "effective": key(keys(read_pack._EFFECTIVE, _EFFECTIVE), "何时有效", "when it is in force"),
    "bodies": key(Named(BODY, keys(read_pack._BODY, _BODY)), "单位的本地名称", "local names of bodies"),
    "status": key(Choice((DRAFT,)), "draft：草稿，不对外提供", "draft: not served to anybody"),
    "authority": key(Choice(("binding", "reported")), "有约束力，或只是报道", "binding, or a press report"),
    "office_hours": key(keys(read_pack._OFFICE_HOURS, _HOURS), "办公时间", "office hours"),
    "attributes": key(
        Named(Name("attribute", new=True), keys(read_pack._ATTRIBUTE, _ATTRIBUTE)),
        "本地事实",
        "the district's own facts",
    ),
}
PACK = keys(read_pack._HEADER, _HEAD, SECTIONS)
DUTIES = keys(read_pack._FILE, SECTIONS)

__all__ = ["DUTIES", "PACK"]
