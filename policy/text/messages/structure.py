"""LNK2xx: keys, types and the form of single values."""

from __future__ import annotations

from policy.text.messages.entry import Entry, Severity

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK201",
        zh="{what}没有“{key}”这个键",
        en="{what} has no key “{key}”",
        help_zh="可用的键：{allowed}。",
        help_en="The keys are: {allowed}.",
    ),
    Entry(
        "LNK202",
        zh="{what}缺少“{key}”",
        en="{what} lacks “{key}”",
        help_zh="补上这个键；各键含义见 docs/pack-format.md。",
        help_en="Add the key; docs/pack-format.md says what each key means.",
    ),
    Entry(
        "LNK203",
        zh="此处应为{expected}，写的却是{found}",
        en="{expected} is expected here, not {found}",
        help_zh="{how}",
        help_en="{how}",
    ),
    Entry(
        "LNK204",
        zh="此处没有值",
        en="there is no value here",
        help_zh="写上值，或删去这个键。",
        help_en="Give a value, or delete the key.",
    ),
    Entry(
        "LNK205",
        zh="“{value}”不是这里可用的值",
        en="“{value}” is not one of the values here",
        help_zh="可用的值：{allowed}。",
        help_en="The values are: {allowed}.",
    ),
    Entry(
        "LNK206",
        zh="“{value}”不是可用的日期",
        en="“{value}” is not a usable date",
        help_zh="写成 2017-09-19；须是 {first} 至 {last} 间存在的日子。",
        help_en="Write 2017-09-19; it must be a real day from {first} to {last}.",
    ),
    Entry(
        "LNK207",
        zh="期间写法不对：{reason}",
        en="the period is wrong: {reason}",
        help_zh="写成 24 hours、3 months、10 working days，或 24小时、3个月、10个工作日。"
        "数字写整数：半小时是 30分钟，半日是 半日。",
        help_en="Write 24 hours, 3 months, 10 working days (or 24小时, 3个月, 10个工作日). Numbers are "
        "whole: half an hour is 30 minutes, half a day 1 half day.",
    ),
    Entry(
        "LNK208",
        zh="“{value}”不是代码",
        en="“{value}” is not a code",
        help_zh="代码由小写字母、数字和下划线组成，以字母开头，最长 {limit} 个字符；"
        "中文名称写在词汇表的 zh 中。",
        help_en="A code is lower-case letters, digits and underscores, begins with a letter and has at most "
        "{limit} characters; labels for people go into the vocabulary.",
    ),
    Entry(
        "LNK209",
        zh="“{value}”不是规则的 id",
        en="“{value}” is not an id of a rule",
        help_zh="id 由小写字母、数字、下划线和点组成，最长 {limit} 个字符，"
        "例如 liwan.police.vehicle.notify；整组规则写 {{group: 组名}}。",
        help_en="An id is lower-case letters, digits, underscores and dots, such as "
        "liwan.police.vehicle.notify, at most {limit} characters; a group of rules is {{group: NAME}}.",
    ),
    Entry(
        "LNK210",
        zh="“{value}”不是条款 id",
        en="“{value}” is not the id of a clause",
        help_zh="写成 4.7.3、cover.1 之类，与条款登记一致。",
        help_en="Write it as 4.7.3 or cover.1, as in the register of clauses.",
    ),
    Entry(
        "LNK211",
        zh="至少要有一项",
        en="at least one item is needed",
        help_zh="写上一项，或删去这个键。",
        help_en="Give an item, or delete the key.",
    ),
    Entry(
        "LNK212",
        zh="“{value}”重复列出",
        en="“{value}” is listed twice",
        help_zh="删去一个。",
        help_en="Delete one of them.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK213",
        zh="期限的写法不明：{found}",
        en="the form of the deadline is not clear: {found}",
        help_zh="within、word、on、by、every、before、end_of、at 之中写且只写一个。"
        "“及时，最迟不超过3日”写 word，另加 no_later_than: {{within: 3 days, …}}。",
        help_en="Write exactly one of within, word, on, by, every, before, end_of, at. "
        "及时，最迟不超过3日 is a word, with no_later_than: {{within: 3 days, …}} beside it.",
    ),
    Entry(
        "LNK214",
        zh="“{value}”不是一年中的日子",
        en="“{value}” is not a day of the year",
        help_zh="写成 12-31（月-日）。",
        help_en="Write 12-31 (month-day).",
    ),
    Entry(
        "LNK215",
        zh="重复规则写法不对：{reason}",
        en="the recurrence rule is wrong: {reason}",
        help_zh="例如 FREQ=YEARLY（每年）、FREQ=MONTHLY;INTERVAL=3（每季度），见 RFC 5545。",
        help_en="For example FREQ=YEARLY or FREQ=MONTHLY;INTERVAL=3, see RFC 5545.",
    ),
    Entry(
        "LNK216",
        zh="“{value}”不是条款摘要值",
        en="“{value}” is not a digest of a clause",
        help_zh="写成 sha256: 后接 32 位小写十六进制数字；由 linkage source 命令得出。",
        help_en="It is sha256: and 32 lower-case hexadecimal digits; linkage source computes it.",
    ),
    Entry(
        "LNK217",
        zh="expr 与 party 只能写一个",
        en="only one of expr and party can be given",
        help_zh="expr 给出单位代码，party 给出当事人 id。",
        help_en="expr gives the code of a body, party the id of a party.",
    ),
    Entry(
        "LNK218",
        zh="“{name}”是保留的名称",
        en="the name “{name}” is reserved",
        help_zh="换一个名称：表达式里它另有含义。",
        help_en="Choose another name: it has a meaning of its own in expressions.",
    ),
    Entry(
        "LNK219",
        zh="不支持格式 {value}",
        en="format {value} is not supported",
        help_zh="本版本读取格式 {supported}。",
        help_en="This version reads format {supported}.",
    ),
    Entry(
        "LNK220",
        zh="数值超出范围：{value}",
        en="the number is out of range: {value}",
        help_zh="整数须在 64 位以内，小数须有限。",
        help_en="Integers must fit 64 bits, and doubles must be finite.",
    ),
    Entry(
        "LNK221",
        zh="放假通知有误：{problem}",
        en="the holiday notice is wrong: {problem}",
        help_zh="对照国务院办公厅的通知核对。",
        help_en="Compare it with the notice of the General Office of the State Council.",
    ),
    Entry(
        "LNK222",
        zh="文字过长（上限 {limit} 字）",
        en="the text is too long (the limit is {limit} characters)",
        help_zh="写短些；条款原文由 linkage source attach 提供。",
        help_en="Shorten it; a clause's own text comes from linkage source attach.",
    ),
    Entry(
        "LNK223",
        zh="“{value}”还没有填写",
        en="“{value}” stands here: it is still to be filled in",
        help_zh="linkage init 搭好了框架，这一项要由您对照原文填写。",
        help_en="linkage init made the frame; read the document and write what belongs here.",
    ),
    Entry(
        "LNK224",
        zh="这里不能以“{value}”计：不能确定是哪一日",
        en="this cannot be {value}: it tells no day",
        help_zh="写成日、工作日、月或年，例如 after: 1 day（次日）、after: 1 month（次月）。",
        help_en="Write days, working days, months or years, such as after: 1 day or after: 1 month.",
    ),
    Entry(
        "LNK226",
        zh="“{value}”不是一段时间",
        en="“{value}” is no span of time",
        help_zh="写成 08:30-12:00。",
        help_en="Write 08:30-12:00.",
    ),
    Entry(
        "LNK227",
        zh="办公时间的先后不对",
        en="the office hours are not in order",
        help_zh="上午、下午各有起止，先上午后下午，例如 morning: 08:30-12:00，afternoon: 14:00-17:30。",
        help_en="Each half ends after it begins, the morning first: 08:30-12:00, then 14:00-17:30.",
    ),
    Entry(
        "LNK228",
        zh="“{value}”不是钟点",
        en="“{value}” is no time of day",
        help_zh="写成 16:00（加引号）。",
        help_en='Write "16:00", in quotation marks.',
    ),
    Entry(
        "LNK229",
        zh="本包没有写明办公时间，这个期限没有到期时间",
        en="the pack gives no office hours: this deadline has no due time",
        help_zh="在 pack.yaml 写 office_hours：morning（如 08:30-12:00）、afternoon，"
        "以及 basis 或 provenance: local。",
        help_en="Give office_hours in pack.yaml: morning (such as 08:30-12:00), afternoon, and basis or "
        "provenance: local.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK230",
        zh="{reason}",
        en="{reason}",
        help_zh="金额写成 5000元、3万元、80分；比例写成 1%、0.5‰、百分之一。",
        help_en="Write a sum as 5000 yuan or 80 fen, a share as 1% or 0.5‰.",
    ),
    Entry(
        "LNK231",
        zh="金额的写法不明：{found}",
        en="the form of the amount is not clear: {found}",
        help_zh="fixed、share、tiers 之中至多写一个；都不写的，要有 floor 或 cap（在此范围内确定）。"
        "每一档写 fixed、share 之一。",
        help_en="Write at most one of fixed, share and tiers; with none of them floor or cap, within which "
        "it is to be fixed. A tier has fixed or share.",
    ),
    Entry(
        "LNK232",
        zh="这是规则测试，却不在 tests 文件夹里",
        en="these are rule tests, and they do not stand in the folder tests",
        help_zh="把文件移到这个规则包的 tests/ 里；别处的文件当作规则读。",
        help_en="Move the file into tests/ of this pack: files elsewhere are read as rules.",
    ),
    Entry(
        "LNK233",
        zh="这是规则文件（有“{key}”），却在 tests 文件夹里",
        en="this is a file of rules (it has “{key}”), and it stands in the folder tests",
        help_zh="把文件移出 tests/，例如放到 duties/；tests/ 里的文件当作规则测试读，其中的规则不起作用。",
        help_en="Move the file out of tests/, to duties/ for example: files in tests/ are read as rule "
        "tests, and rules in them have no effect.",
    ),
)
