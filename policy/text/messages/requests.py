"""LNK8xx: requests and the facts they send.

The texts repeat codes and field names only, never other values: facts hold citizens' data.
"""

from __future__ import annotations

from policy.text.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK801",
        zh="缺少必填的“{field}”",
        en="the required “{field}” is missing",
        help_zh="填上这个字段；proto/linkage/v1 的注释写明哪些字段必填。",
        help_en="Give the field; the comments of proto/linkage/v1 say which are required.",
    ),
    Entry(
        "LNK802",
        zh="词汇表中没有代码“{name}”",
        en="the vocabulary has no code “{name}”",
        help_zh="改正拼写；VocabularyService/SearchCodes 按名称查找代码（也都在 vocabulary.yaml 中）。",
        help_en="Correct the spelling; VocabularyService/SearchCodes finds codes by label (all of them "
        "are in vocabulary.yaml).",
    ),
    Entry(
        "LNK803",
        zh="这个 id 在案件中已经用过",
        en="the case already has an element with this id",
        help_zh="同一列表中每一项的 id 不同。",
        help_en="Ids are unique within a list of the case.",
    ),
    Entry(
        "LNK804",
        zh="案件的 {lists} 中没有这个 id",
        en="the {lists} of the case have no such id",
        help_zh="改正 id，或把它所指的那一项写进案件。",
        help_en="Correct the id, or add to the case what it refers to.",
    ),
    Entry(
        "LNK805",
        zh="此处是空的",
        en="this is empty",
        help_zh="未知的事实不要写这个字段；空字符串不表示未知。",
        help_en="Leave the field out where the fact is unknown: an empty text does not mean unknown.",
    ),
    Entry(
        "LNK806",
        zh="时间不在 2000 年至 2099 年之间",
        en="the moment is not between 2000 and 2099",
        help_zh="检查年份，以及秒和毫秒是否混淆；nanos 应在 0 至 999999999 之间。",
        help_en="Check the year, and whether milliseconds were sent as seconds; nanos are below 1000000000.",
    ),
    Entry(
        "LNK807",
        zh="有 {count} 项，最多 {limit} 项",
        en="there are {count} elements; the limit is {limit}",
        help_zh="只送与本案有关的；上限见 docs/limits.md。",
        help_en="Send what concerns the case; docs/limits.md gives the limits.",
    ),
    Entry(
        "LNK808",
        zh="这个地区没有本地事实“{name}”",
        en="the district declares no attribute “{name}”",
        help_zh="本地事实在 pack.yaml 的 attributes 中登记；PolicyService/GetPackFacts 列出它们。",
        help_en="pack.yaml declares them under attributes; PolicyService/GetPackFacts lists them.",
    ),
    Entry(
        "LNK809",
        zh="本地事实的类型应为 {expected}",
        en="the attribute's type must be {expected}",
        help_zh="类型以 pack.yaml 的 attributes 为准；PolicyService/GetPackFacts 列出类型和所用的字段。",
        help_en="pack.yaml declares it under attributes; PolicyService/GetPackFacts lists the types, and "
        "the fields that hold them.",
    ),
    Entry(
        "LNK810",
        zh="没有地区“{name}”的规则包",
        en="there is no pack of a district “{name}”",
        help_zh="现有地区：{allowed}。",
        help_en="The districts are: {allowed}.",
    ),
    Entry(
        "LNK811",
        zh="{what}没有字段“{name}”",
        en="{what} has no field “{name}”",
        help_zh="可用的字段：{allowed}。客户端的 proto 若比服务新，服务可能还没有这个字段。",
        help_en="The fields are: {allowed}. A client made from newer schemas may have fields that the "
        "service does not.",
    ),
    Entry(
        "LNK812",
        zh="{name} 不是可用的时间：{reason}",
        en="{name} is not a moment: {reason}",
        help_zh="写成 2024-03-02T12:00:00+08:00。",
        help_en="Write 2024-03-02T12:00:00+08:00.",
    ),
    Entry(
        "LNK813",
        zh="文字有 {count} 个字符，最多 {limit} 个",
        en="the text has {count} characters; the limit is {limit}",
        help_zh="案件事实只用 id 和代码，不写叙述。",
        help_en="Facts are ids and codes, not prose.",
    ),
    Entry(
        "LNK814",
        zh="这个事件没有指明是哪一项义务",
        en="this event names no obligation",
        help_zh="填写 obligation（义务的 id）或 rule（规则的 id）。",
        help_en="Give obligation (an obligation's id) or rule (a rule's id).",
    ),
    Entry(
        "LNK815",
        zh="此处应为{expected}，写的却是{found}",
        en="{expected} is expected here, not {found}",
        help_zh="各字段的类型见 proto/linkage/v1。",
        help_en="proto/linkage/v1 gives the types of the fields.",
    ),
    Entry(
        "LNK816",
        zh="不是可用的时间：{reason}",
        en="not a moment: {reason}",
        help_zh="写成 2024-03-02T09:30:00+08:00。",
        help_en="Write 2024-03-02T09:30:00+08:00.",
    ),
    Entry(
        "LNK817",
        zh="整数超出 64 位范围",
        en="the integer does not fit into 64 bits",
        help_zh="金额以分为单位，检查是否多写了零。",
        help_en="Amounts are in fen; check for extra zeros.",
    ),
    Entry(
        "LNK818",
        zh="“{name}”写了两次，用了两种写法",
        en="“{name}” is given twice, in two spellings",
        help_zh="只留一个；首选下划线写法。",
        help_en="Keep one, preferably the one with underscores.",
    ),
    Entry(
        "LNK819",
        zh="没有语言“{name}”",
        en="there is no language “{name}”",
        help_zh="不写则为 zh。",
        help_en="Without it, it is zh.",
    ),
    Entry(
        "LNK820",
        zh="在 {path} 的时间，没有一个版本的文件有效",
        en="no version of the document is in force at the time of {path}",
        help_zh="不套用最近的版本；如果文件当时确已施行，请检查规则包的 effective。",
        help_en="The nearest version is not used; if the document was in force, check effective in the pack.",
    ),
    Entry(
        "LNK821",
        zh="这个地区没有规则“{name}”",
        en="the district has no rule “{name}”",
        help_zh="用 linkage packs 地区 --list-rules 或 PolicyService/GetPack 列出规则。",
        help_en="`linkage packs DISTRICT --list-rules` and PolicyService/GetPack list the rules.",
    ),
    Entry(
        "LNK822",
        zh="这个案件会产生 {count} 项义务，超过上限 {limit}",
        en="the case would give {count} obligations, more than the limit of {limit}",
        help_zh="把案件分成几个；上限见 docs/limits.md。",
        help_en="Split the case; docs/limits.md gives the limits.",
    ),
    Entry(
        "LNK823",
        zh="案件中各项太多，这条规则要看的组合超过上限，没有计算",
        en="the case has so many elements that the rule would look at more combinations than the limit: "
        "it was not evaluated",
        help_zh="把案件分成几个（例如按被执行人、按文书）；上限见 docs/limits.md。其他规则照常计算。",
        help_en="Split the case, by debtor or by document; docs/limits.md gives the limits. The other rules "
        "were evaluated as ever.",
    ),
    Entry(
        "LNK824",
        zh="违反义务的后果一环接一环，太长了：这条规则没有再往下算",
        en="the chain of breaches of breaches is too long: the rule was not followed further",
        help_zh="检查以违反义务为触发的规则是否又由自己的后果触发；确需这样长的，请把已处理的义务记入案件。",
        help_en="See whether a rule about breaches is triggered by its own; if the chain is meant, record "
        "in the case what has been done.",
    ),
    Entry(
        "LNK825",
        zh="这一字段由系统推得，不能由请求填写",
        en="this field is derived by the service; a request cannot fill it in",
        help_zh="删去它；事件针对什么写在 about 里。",
        help_en="Leave it out; what an event answers stands in about.",
    ),
    Entry(
        "LNK826",
        zh="这个案件的义务和可能终结它们的行为太多：要看 {count} 个组合，超过上限 {limit}",
        en="the case has too many obligations and acts that may end them: {count} combinations to look at, "
        "more than the limit of {limit}",
        help_zh="把案件分成几个（例如按被执行人、按文书）；上限见 docs/limits.md。",
        help_en="Split the case, by debtor or by document; docs/limits.md gives the limits.",
    ),
    Entry(
        "LNK345",
        zh="这个地区没有{kind}“{name}”；有：{allowed}",
        en="the district has no {kind} “{name}”; there are: {allowed}",
        help_zh="考核、等次和指标的 id 写在规则包的 assessments 里（duties 是义务数）。",
        help_en="Ids of assessments, grades and figures stand in assessments of the pack (duties: how many).",
    ),
    Entry(
        "LNK840",
        zh="这个数超出双精度数的范围（约 ±1e308）",
        en="no double holds this number: the bound is about 1e308",
        help_zh="检查小数点和指数。",
        help_en="Check the decimal point and the exponent.",
    ),
    Entry(
        "LNK827",
        zh="案件 {name} 给了两次，内容不同",
        en="case {name} is given twice, and the two differ",
        help_zh="只留最新的一份；每个案件只计一次。",
        help_en="Keep the newest one; every case counts once.",
    ),
    Entry(
        "LNK828",
        zh="这是 {name} 的案件，这里是 {district}",
        en="the case is of {name}, and this is {district}",
        help_zh="其他地区的案件归其他地区，把它去掉。",
        help_en="Another district's case is counted by that district; leave it out.",
    ),
    Entry(
        "LNK800",
        zh="本区卷宗给了两份：{name} 和 {other}",
        en="the district's own file is given twice: {name} and {other}",
        help_zh="只留一份；各案件的事件收到这一份上。",
        help_en="Keep one of them: the events of the cases are gathered on it.",
    ),
)
