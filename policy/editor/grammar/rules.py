"""Rules, tables and deemed facts."""

from __future__ import annotations

from policy.editor.grammar.acts import (
    AMOUNT,
    CLOCK,
    CONDITIONS,
    DEADLINE,
    EXCEPTIONS,
    EXPRESSION,
    EXTENSION,
    MATCHERS,
    QUANTITIES,
)
from policy.editor.grammar.common import ACTOR, BODY_OR_EXPRESSION, CLAUSES, COMMON
from policy.editor.shapes import (
    Choice,
    Code,
    Either,
    Items,
    Key,
    Many,
    Name,
    Named,
    Plain,
    Table,
    Text,
    key,
    keys,
)
from policy.pack import read_deemed, read_rule, read_table

_VARIABLE = Name("variable")
_GROUP = {"group": key(Name("group"), "组名", "the name of a group")}
_PARTS: Table = COMMON | {
    "id": key(
        Name("rule", new=True), "规则的 id，以地区代码开头", "the rule's id, beginning with the district"
    ),
    "each": key(
        Named(Name("variable", new=True), Plain(example="case.events")),
        "对哪些列表逐项适用：变量 → 列表",
        "what it runs over: variable → list",
    ),
    "trigger": key(_VARIABLE, "其时间使规则开始的变量", "the variable whose time starts the rule"),
    "arises": key(
        Choice(read_rule._ARISES),
        "触发时产生，或条件齐备时产生",
        "at the trigger, or once all conditions hold",
    ),
    "when": key(CONDITIONS, "都要成立的条件", "conditions that must all hold"),
    "unless": key(EXCEPTIONS, "例外", "exceptions"),
    "deadline": key(
        Either((Name("deadline"), DEADLINE)), "期限，或期限的名称", "a deadline, or the name of one"
    ),
    "clock": key(CLOCK, "期间的停止与重新计算", "what stops or restarts its period"),
    "extension": key(EXTENSION, "期间的延长", "how its period may be extended"),
    "lifecycle": key(
        Choice(("case", "independent")),
        "随案件中止、终结，或独立",
        "follows the case, or is independent of it",
    ),
}
DUTY: Table = _PARTS | {
    "modality": key(Choice(read_rule._MODALITIES), "应当、不得、可以", "must, must not, may"),
    "force": key(Choice(read_rule._FORCES), "约束力", "its force"),
    "bearer": key(ACTOR, "义务主体", "who bears it"),
    "bearing": key(
        Choice(("joint", "several", "each_unit")), "共同、各自、逐个单位", "joint, several, each unit"
    ),
    "bearer_unit": key(EXPRESSION, "具体单位", "the concrete unit"),
    "counterparty": key(
        Either((ACTOR, Choice((read_rule._NOBODY,)))),
        "对谁负有；none 要有 note",
        "to whom it is owed; none needs a note",
    ),
    "action": key(Code("actions"), "做什么", "what is to be done"),
    "about": key(EXPRESSION, "关于什么（id）", "what it is about (an id)"),
    "concerns": key(BODY_OR_EXPRESSION, "所涉单位", "the body that it is about"),
    "concerns_unit": key(EXPRESSION, "所涉的具体单位", "the concrete unit that it is about"),
    "amount": key(AMOUNT, "金额", "what is to be paid"),
    "quantities": key(QUANTITIES, "数量", "numbers of things"),
    "outputs": key(
        Items(
            Either(
                (
                    Text(),
                    keys(read_rule._OUTPUT, {"form": key(Name("form"), "表格", "a form of the pack")}),
                )
            )
        ),
        "文书、表格、反馈",
        "what it brings forth: papers, forms, feedback",
    ),
    "fulfilled_by": key(MATCHERS, "怎样算履行", "what fulfils it"),
    "discharged_by": key(MATCHERS, "怎样算免除", "what withdraws it"),
    "violated_by": key(MATCHERS, "怎样算违反", "what violates it"),
    "group": key(Name("group", new=True), "所属的组", "the group that it belongs to"),
    "overrides": key(
        Many(Either((Name("rule"), keys(read_rule._GROUP, _GROUP)))),
        "优先于哪些规则",
        "the rules that it displaces",
    ),
    "consequence": key(CLAUSES, "不履行的后果（条款）", "what follows if it is not done (clauses)"),
    "returns": key(
        Items(
            keys(
                read_rule._RETURN,
                COMMON | {"reason": key(Code("results"), "退回的理由", "why it may be returned")},
            )
        ),
        "可以退回的理由",
        "for what reasons it may be sent back",
    ),
    "objection_suspends": key(CLAUSES, "异议使其中止（条款）", "clauses by which an objection suspends it"),
}
RULE = keys(read_rule.RULE, DUTY)

_ROW_ID = key(Name("row", new=True), "行的 id，接在决策表的 id 之后", "the row's id, put after the table's")
_CELL = Either(
    (
        Many(Plain()),
        keys(
            read_table._OTHER,
            {"other_of": key(Code("families"), "这一类的其余事项", "the others of this family")},
        ),
    )
)
_ROW = keys(
    read_table._ROW,
    DUTY,
    {"id": _ROW_ID, "match": key(Named(Name("column"), _CELL), "各列的取值", "a code for each column")},
)
TABLE = keys(
    read_table._TABLE,
    DUTY,
    {
        "id": key(Name("table", new=True), "决策表的 id", "the table's id"),
        "columns": key(
            Named(Name("column", new=True), keys(read_table._COLUMN, COMMON)), "各列", "the columns"
        ),
        "rows": key(Items(_ROW), "各行，每行一条规则", "the rows, each of them a rule"),
    },
)

_WHAT: dict[str, Key] = {
    "event": key(Code("events"), "视为发生的事件", "the event that counts as having happened"),
    "service": key(_VARIABLE, "视为送达的文书（变量）", "the document that counts as served"),
    "state": key(Code("traits"), "视为开始的状态", "the state that counts as begun"),
    "matter": key(Code("matters"), "事项", "its matter"),
    "result": key(Either((Code("results"), Code("service_results"))), "结果", "its result"),
}
_BODY_OF_FACT = Either((BODY_OR_EXPRESSION, Choice(("bearer",))))
_WHAT |= {
    name: key(_BODY_OF_FACT, zh, en)
    for name, zh, en in (
        ("actor", "由谁实施", "who did it"),
        ("to", "行为的对方", "whom it was directed at"),
        ("concerning", "所涉单位", "the body that it is about"),
    )
}
_WHAT |= {
    name: key(EXPRESSION, zh, en)
    for name, zh, en in (
        ("at", "从何时起算", "from when on"),
        ("party", "当事人", "its party"),
        ("about", "关于什么", "what it is about"),
        ("actor_unit", "实施的具体单位", "the unit that did it"),
        ("to_unit", "对方的具体单位", "the unit that it was directed at"),
        ("concerning_unit", "所涉的具体单位", "the unit that it is about"),
        ("property", "财产", "its property"),
        ("document", "文书", "its document"),
    )
}
DEEMED = keys(
    read_deemed._ENTRY,
    _PARTS,
    {
        "fact": key(keys(read_deemed._FACT, _WHAT), "视为的事实", "what counts as a fact"),
        "breach_of": key(Name("rule"), "违反这条规则的义务时", "where the duty of this rule is breached"),
        "passing_of": key(Name("rule"), "这条规则的期限届满时", "where the due time of this rule passes"),
        "without": key(MATCHERS, "期间内没有这些行为", "unless one of these acts comes first"),
        "yields_to": key(MATCHERS, "有这些行为则不视为", "acts that take it away"),
        "contradicted_by": key(MATCHERS, "与这些行为矛盾，只作提示", "acts that are only pointed out"),
    },
)
