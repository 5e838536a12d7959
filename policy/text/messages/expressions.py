"""LNK4xx: expressions. For people who write conditions; docs/expressions.md lists what may stand in one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policy.text.messages.entry import Entry, Words

#: Why an evaluation failed (LNK418), by the stable word the engine gives.
FAILURES: Mapping[str, Words] = MappingProxyType(
    {
        "bad_period": Words("期间写法不对，或是工作日", "a wrong period, or one of working days"),
        "bad_timestamp": Words("时间写法不对", "a wrong moment"),
        "bad_duration": Words("时长写法不对", "a wrong duration"),
        "chain_too_long": Words("违反义务的后果环节太多", "breaches follow from breaches too many times"),
        "division_by_zero": Words("除以零", "division by zero"),
        "hours_mode": Words("小时的起算方式不认识", "an unknown way to count hours"),
        "index_out_of_bounds": Words("列表没有这一项", "the list has no such element"),
        "modulus_by_zero": Words("对零取余", "remainder of a division by zero"),
        "naive": Words("时间没有时区", "a moment without a time zone"),
        "negative_amount": Words(
            "计算金额或数量的数为负", "an amount or a number worked out from less than 0"
        ),
        "no_bearer": Words("没有单位承担这项义务", "no body would bear it"),
        "no_such_day": Words("没有这一天", "there is no such day"),
        "no_such_element": Words("案件中没有这个 id", "the case has no element with that id"),
        "out_of_range": Words("日期超出 2000 年至 2099 年", "a date outside 2000 to 2099"),
        "overflow": Words("数值超出范围", "a number out of range"),
        "too_many_steps": Words("案件中各项太多，组合太多", "too many combinations of the case's elements"),
    }
)

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK401",
        zh="表达式写法有误：{detail}",
        en="the expression is malformed: {detail}",
        help_zh="检查括号和引号是否成对、是否半角：相等用 ==，并且用 &&，或者用 ||。",
        help_en="Check brackets, quotes and operators: equality is ==, and is &&, or is ||.",
    ),
    Entry(
        "LNK402",
        zh="这里没有名为“{name}”的变量或函数",
        en="nothing named “{name}” can be used here",
        help_zh="可用：case、as_of、each 的变量、param.名称、attr.名称、terms 中的定义，"
        "以及 docs/expressions.md 的函数；文字要加引号。",
        help_en="There are case, as_of, the variables of each, param.NAME, attr.NAME, the terms, "
        "and the functions of docs/expressions.md; a text needs quotes.",
    ),
    Entry(
        "LNK403",
        zh="{message}没有字段“{name}”",
        en="{message} has no field “{name}”",
        help_zh="可用的字段：{fields}。"
        "事实中没有的，可以在 pack.yaml 的 attributes 中登记为本地事实，写 attr.名称。",
        help_en="The fields are: {fields}. What the facts do not have may be declared under attributes in "
        "pack.yaml and is read as attr.NAME.",
    ),
    Entry(
        "LNK404",
        zh="“{name}”不能用于{types}",
        en="“{name}” cannot take {types}",
        help_zh="{how}",
        help_en="{how}",
    ),
    Entry(
        "LNK405",
        zh="表达式的类型不对：{detail}",
        en="the expression's types do not fit: {detail}",
        help_zh="对照 docs/expressions.md 中各运算所要的类型。",
        help_en="docs/expressions.md says which types each operator takes.",
    ),
    Entry(
        "LNK406",
        zh="此处应得到{expected}，表达式得到的却是{found}",
        en="{expected} is expected here, but the expression gives {found}",
        help_zh="条件要得到真假，单位和 id 要得到文字，期限的起点要得到时间："
        "事件、请求、送达的时间写 .at，文书的写 .issued_at。",
        help_en="A condition gives true or false, a body or an id text, the start of a deadline a moment: of "
        "an event, request or service its .at, of a document its .issued_at.",
    ),
    Entry(
        "LNK410",
        zh="条件中不能使用“{what}”",
        en="“{what}” cannot be used in a condition",
        help_zh="可用的运算和函数见 docs/expressions.md。",
        help_en="docs/expressions.md lists the operators and functions there are.",
    ),
    Entry(
        "LNK411",
        zh="不能用 has() 检查“{name}”",
        en="has() cannot be used on “{name}”",
        help_zh="未写明的事实是未知，不是“没有”；直接写条件即可，缺少事实时结果会列出缺哪一项。",
        help_en="A fact that is not stated is unknown, and unknown is not “no”. Write the condition itself: "
        "where the fact is missing, the answer names it.",
    ),
    Entry(
        "LNK412",
        zh="词汇表的 {section} 中没有代码“{name}”，此条件永远不会成立",
        en="the vocabulary has no code “{name}” among its {section}: this could never hold",
        help_zh="改正拼写，或在 vocabulary.yaml 的 {section} 中登记它。",
        help_en="Correct the spelling, or declare it in vocabulary.yaml under {section}.",
    ),
    Entry(
        "LNK413",
        zh="表达式有 {length} 个字符，最多 {limit} 个",
        en="the expression has {length} characters; the limit is {limit}",
        help_zh="拆成几行条件，或用 terms 定义其中一部分。",
        help_en="Split it into several conditions, or name a part of it under terms.",
    ),
    Entry(
        "LNK414",
        zh="此处的值（{what}）写法不对",
        en="this {what} is not a valid one",
        help_zh="可写成：{allowed}。",
        help_en="Write one such as: {allowed}.",
    ),
    Entry(
        "LNK431",
        zh="此处的值（{what}）超出范围",
        en="this {what} is out of range",
        help_zh="范围：{allowed}。",
        help_en="The range is {allowed}.",
    ),
    Entry(
        "LNK415",
        zh="定义“{name}”绕成了圈：{circle}",
        en="the term “{name}” goes round in a circle: {circle}",
        help_zh="定义可以引用别的定义，但不能绕回自己。",
        help_en="Terms may use other terms, as long as none leads back to itself.",
    ),
    Entry(
        "LNK417",
        zh="表达式嵌套太深，最多 {limit} 层",
        en="the expression nests too deeply: the limit is {limit} levels",
        help_zh="拆成几行条件，或用 terms 定义其中一部分；怎样算层见 docs/expressions.md。",
        help_en="Split it into several conditions, or name a part of it under terms; docs/expressions.md "
        "says what counts.",
    ),
    Entry(
        "LNK418",
        zh="这条规则对这些事实算不出结果：{reason}",
        en="the rule cannot be evaluated on these facts: {reason}",
        help_zh="检查案件中相关的数值和 id；事实无误的，请规则维护人员检查条件。",
        help_en="Check the numbers and ids of the case; if they are right, correct the conditions.",
    ),
    Entry(
        "LNK419",
        zh="规则“{name}”的条件里不能用 breaches",
        en="the conditions of “{name}” cannot use breaches",
        help_zh="违反义务是逐轮推出来的，条件看不到全部；"
        "在 each 里写一个取自 breaches 的变量，条件里用这个变量。",
        help_en="Breaches are derived in rounds, and no condition sees all of them: give each a variable "
        "over breaches, and use that variable.",
    ),
    Entry(
        "LNK430",
        zh="规则不读“{name}”：案件在判断之前已换成规范的写法",
        en="no rule reads “{name}”: each case is brought into one canonical form first",
        help_zh="改用规范的写法；同一事实的几种说法见 rules/equivalences.yaml。",
        help_en="Write the canonical form; rules/equivalences.yaml lists what tells the same fact.",
    ),
    Entry(
        "LNK432",
        zh="规则“{name}”在较大的案件上可能要看 {count} 个组合，超过上限 {limit}",
        en="the rule “{name}” might look at {count} combinations on a large case: the limit is {limit}",
        help_zh="减少 each 中的列表和嵌套的 exists、all、map、filter；互相重复引用的术语改为引用一次。"
        "上限见 docs/limits.md。",
        help_en="Use fewer lists in each and fewer exists, all, map and filter within one another; let terms "
        "call a term once. docs/limits.md gives the limit.",
    ),
    Entry(
        "LNK433",
        zh="定义“{name}”引用的定义一层套一层，最多 {limit} 层",
        en="the term “{name}” uses terms that use terms, and so on: the limit is {limit} levels",
        help_zh="把几层写成一条定义。",
        help_en="Write several of them as one term.",
    ),
    Entry(
        "LNK435",
        zh="本规则包没有登记本地事实“{name}”",
        en="the pack declares no attribute “{name}”",
        help_zh="在 pack.yaml 的 attributes 中登记它：{name}: {{type: bool, means: …}}。",
        help_en="Declare it under attributes in pack.yaml: {name}: {{type: bool, means: …}}.",
    ),
    Entry(
        "LNK436",
        zh="条件互相矛盾：{fact} 既要是 {one}，又要是 {other}，这条规则永远不会适用",
        en="the conditions contradict each other: {fact} must be {one} and {other} at once",
        help_zh="几行条件必须同时成立；其中之一成立即可的，写成 {{any: […]}} 或用 ||。",
        help_en="All lines must hold at once; where one of them is enough, write {{any: […]}} or ||.",
    ),
)
