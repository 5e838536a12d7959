"""LNK72x and LNK73x: what an assessment is asked for, and what it is asked of."""

from __future__ import annotations

from policy.text.messages.entry import Entry, Severity

ENTRIES = (
    Entry(
        "LNK720",
        zh="期间写得不对：写 year，或者同时写 start 和 end",
        en="this is no period: it has a year, or a start and an end",
        help_zh='例如 {{"year": 2024}}；start、end 写成 2024-01-01T00:00:00+08:00。',
        help_en='As {{"year": 2024}}; start and end are written as 2024-01-01T00:00:00+08:00.',
    ),
    Entry(
        "LNK721",
        zh="期间的 end 须晚于 start",
        en="the end of a period is later than its start",
        help_zh="end 是期间之后的第一个时刻：2024 年上半年到 2024-07-01T00:00:00+08:00。",
        help_en="It is the first moment after it: the first half of 2024 ends at 2024-07-01T00:00:00+08:00.",
    ),
    Entry(
        "LNK722",
        zh="用来比较的期间须早于所考核的期间",
        en="the period compared with begins before the one that is assessed",
        help_zh='写较早的期间，如 {{"year": 2023}}；不比较就不写。',
        help_en='Give an earlier one, as {{"year": 2023}}; or none.',
    ),
    Entry(
        "LNK723",
        zh="不能考核 {name} 年：可用 {first} 至 {last} 年",
        en="the year {name} cannot be assessed: it can be {first} to {last}",
        help_zh="写四位数的公历年份。",
        help_en="Write the year with four digits.",
    ),
    Entry(
        "LNK724",
        zh="{district} 的文件没有考核“{name}”",
        en="the document of {district} has no assessment “{name}”",
        help_zh="可用：{allowed}；不写就是全部。",
        help_en="It has: {allowed}. Without a name all of them are made.",
    ),
    Entry(
        "LNK725",
        zh="{district} 没有参数“{name}”",
        en="{district} has no parameter “{name}”",
        help_zh="可用：{allowed}。",
        help_en="It has: {allowed}.",
    ),
    Entry(
        "LNK726",
        zh="参数 {name} 不能是“{value}”：这里应为{what}",
        en="the parameter {name} cannot be “{value}”: {what} is expected",
        help_zh="写成包里的样子；空白表示没有确定。",
        help_en="Write it as a pack does; an empty text means that nobody has fixed it.",
    ),
    Entry(
        "LNK727",
        zh="第一条消息没有说明考核什么",
        en="the first message does not say what is to be assessed",
        help_zh='先发 {{"request": {{"district": …, "period": …}}}}，然后每条一个案件：{{"case": …}}。',
        help_en='Send {{"request": {{"district": …, "period": …}}}} first, then a case each: {{"case": …}}.',
    ),
    Entry(
        "LNK728",
        zh="第一条之后的消息，每条只带一个案件",
        en="a message after the first one brings a case, and nothing else",
        help_zh='写 {{"case": …}}；request 只在第一条。',
        help_en='Write {{"case": …}}; the request stands in the first one alone.',
    ),
    Entry(
        "LNK729",
        zh="一次考核最多 {limit} 个案件",
        en="one assessment takes at most {limit} cases",
        help_zh="更多的案件用 linkage bulk 和 linkage assess；上限见 docs/limits.md。",
        help_en="linkage bulk and linkage assess take more; docs/limits.md gives the limits.",
    ),
    Entry(
        "LNK731",
        zh="{path} 不是为考核做的",
        en="{path} was not made for an assessment",
        help_zh="考核案件文件本身，或先用 linkage bulk 案件文件 -o 结果.parquet --year 年度 生成它。",
        help_en="Assess the cases themselves, or make it by linkage bulk CASES -o OUT.parquet --year YEAR.",
    ),
    Entry(
        "LNK732",
        zh="{path} 是用另一套规则做的（{made}，现在是 {now}）",
        en="{path} was made with other rules ({made}; these are {now})",
        help_zh="用现在的规则重新运行 linkage bulk；改了本地参数也要重做。",
        help_en="Run linkage bulk again under these rules; a local parameter that changed counts, too.",
    ),
    Entry(
        "LNK733",
        zh="没有给出 {asked} 这一期间的文件；给出的是：{made}",
        en="no file given is for the period {asked}; those given are for {made}",
        help_zh="期间（--year）要与 linkage bulk 时的相同；--last 还要上一期间的文件。",
        help_en="The period (--year) is that of linkage bulk; --last needs the file of the one before.",
    ),
    Entry(
        "LNK734",
        zh="{path} 中有 {count} 个案件不能判断，因此没有计入",
        en="{count} cases of {path} could not be decided, and so are not counted",
        help_zh="先改正这些案件（原因写在 .bad.jsonl 中）再做：缺了案件的考核不能用。",
        help_en="Mend them first (the .bad.jsonl says why): figures that lack cases are no assessment.",
    ),
    Entry(
        "LNK735",
        zh="{path} 中有 {count} 个案件不能判断，原因见上",
        en="{count} cases of {path} could not be decided: the reasons stand above",
        help_zh="先改正再做：缺了案件的考核不能用。linkage bulk 把全部原因写进 .bad.jsonl。",
        help_en="Mend them first: without them it is no assessment. linkage bulk writes every reason down.",
    ),
    Entry(
        "LNK736",
        zh="结果不能在期间结束（{end}）之前确认",
        en="results are not confirmed before the period has ended ({end})",
        help_zh="检查年份；还没有确认就不写。",
        help_en="Check the year; where they are not confirmed yet, leave it out.",
    ),
    Entry(
        "LNK737",
        severity=Severity.WARNING,
        zh="期间要到 {end} 才结束：还没有到期的义务，没有履行的都按逾期计",
        en="the period ends on {end} only: what is not due yet and has not been done is counted as overdue",
        help_zh="期间结束后再考核；要看到今天为止的，用 --from 和 --to。",
        help_en="Assess it when it has ended; --from and --to give a part of it up to today.",
    ),
)
