"""LNK320 to LNK329: editing the files of rules: their layout, and names that are changed."""

from __future__ import annotations

from policy.text.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK320",
        zh="这个文件不能整理：整理后会读成别的内容",
        en="this file cannot be formatted: laid out anew it would read otherwise",
        help_zh="文件没有改动。把写法特别的地方（? 开头的键、写明缩进数字的文本块）改成普通写法再试。",
        help_en="The file is as it was. Write what is unusual (keys after ?, blocks that number their "
        "indentation) in the usual way, and try again.",
    ),
    Entry(
        "LNK321",
        zh="这个文件有错误，没有整理",
        en="this file has faults and was left alone",
        help_zh="先改正上面列出的错误，再运行 linkage fmt。",
        help_en="Mend the faults above, then run linkage fmt again.",
    ),
    Entry(
        "LNK322",
        zh="这个文件不是统一的写法",
        en="this file is not in canonical form",
        help_zh="运行 linkage fmt 整理；内容和注释不变。",
        help_en="Run linkage fmt: what it says and its comments stay.",
    ),
)
