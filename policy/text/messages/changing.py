"""LNK421–LNK429: what other rules would change, and carrying a pack over to a new version."""

from __future__ import annotations

from policy.text.messages.entry import Entry, Severity

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK421",
        zh="“{district}”没有草案",
        en="“{district}” has no draft",
        help_zh="有草案的地区：{allowed}。草案的 pack.yaml 里要有一行 status: draft。",
        help_en="Districts with a draft: {allowed}. A draft's pack.yaml has the line status: draft.",
    ),
    Entry(
        "LNK422",
        zh="两边不是同一个地区的规则：{names}",
        en="the two sides are of different districts: {names}",
        help_zh="影响只能在同一地区的两套规则之间比较；同一案件在几个地区的结果用 linkage compare。",
        help_en="Both have to be of one district; for one case in several use linkage compare.",
    ),
    Entry(
        "LNK423",
        zh="不知道要把 {path} 写成什么：文件名应以 {allowed} 之一结尾",
        en="{path} could be anything: its name should end in one of {allowed}",
        help_zh=".html 是给人看的网页，.csv 用电子表格打开，.jsonl 给程序读。",
        help_en=".html is a page for people, .csv opens in a spreadsheet, .jsonl is for programs.",
    ),
    Entry(
        "LNK424",
        zh="{count} 个案件中没有一个可以比较：要比较的是 {district}，读不了的有 {refused} 个",
        en="none of {count} cases can be compared: these are to be of {district}; unreadable are {refused}",
        help_zh="核对案件里的 district；没有写地区的，用 --district 给出。linkage bulk 说明读不了的原因。",
        help_en="Check the district of the cases, or give --district; linkage bulk says why rows are bad.",
    ),
    Entry(
        "LNK425",
        zh="没有安装本机核心，由 Python 判断，耗时约为十倍",
        en="the native core is not installed: Python decides, which takes about ten times as long",
        help_zh="在 Linkage 的文件夹里运行 make native。",
        help_en="In the folder of Linkage: make native.",
        severity=Severity.NOTE,
    ),
    Entry(
        "LNK426",
        zh="案件 {name} 有一边的规则读不了（{reason}）",
        en="one side's rules cannot read case {name} ({reason})",
        help_zh="linkage evaluate 逐条说明是哪些事实。",
        help_en="linkage evaluate says which facts these are.",
    ),
    Entry(
        "LNK427",
        zh="没有可以比较的案件（地区：{district}）",
        en="there is no case to compare (district: {district})",
        help_zh="核对 --database 和地区；已销毁的案件读不了，不在其中。",
        help_en="Check --database and the district; erased cases cannot be read, and are left out.",
    ),
    Entry(
        "LNK428",
        zh="“{value}”不是日期",
        en="“{value}” is no date",
        help_zh="写成年-月-日，如 2025-06-01。",
        help_en="Write it as year-month-day, such as 2025-06-01.",
    ),
)
