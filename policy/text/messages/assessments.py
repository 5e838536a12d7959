"""LNK72x and LNK73x: what an assessment is asked for, and what it is asked of."""

from __future__ import annotations

from policy.text.messages.entry import Entry

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
)
