"""LNK9xx: operation."""

from __future__ import annotations

from policy.messages.entry import Entry

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK901",
        zh="问题太多，其余 {count} 个未列出",
        en="too many faults: {count} more are not shown",
        help_zh="先改正列出的问题，再检查一次。",
        help_en="Correct those shown, then check again.",
    ),
    Entry(
        "LNK902",
        zh="不能读取 {path}：{reason}",
        en="{path} cannot be read: {reason}",
        help_zh="检查路径和权限；用 - 表示从标准输入读取。",
        help_en="Check the path and its permissions; - reads standard input.",
    ),
    Entry(
        "LNK903",
        zh="{path} 不是规则文件夹",
        en="{path} is no rules folder",
        help_zh="规则文件夹含有 vocabulary.yaml；用 --rules 或环境变量 LINKAGE_RULES 指明它。",
        help_en="A rules folder holds vocabulary.yaml; name it with --rules or the variable LINKAGE_RULES.",
    ),
    Entry(
        "LNK904",
        zh="已中断",
        en="interrupted",
        help_zh="",
        help_en="",
    ),
    Entry(
        "LNK905",
        zh="程序内部出错（{kind}），这不是规则或案件的问题",
        en="an internal error ({kind}); the rules and the case are not to blame",
        help_zh="请报告这条命令；设置 LINKAGE_DEBUG=1 再运行一次，可得到详细经过。",
        help_en="Please report the command; with LINKAGE_DEBUG=1 it shows the details.",
    ),
    Entry(
        "LNK906",
        zh="命令写法不对：{detail}",
        en="the command is not right: {detail}",
        help_zh="运行 {command} --help 查看用法。",
        help_en="{command} --help shows the usage.",
    ),
    Entry(
        "LNK907",
        zh="规则有错误，不能用来判断",
        en="the rules have errors and cannot be used",
        help_zh="先用 linkage check 改正。",
        help_en="Correct them first, with linkage check.",
    ),
    Entry(
        "LNK908",
        zh="不能写出结果：{reason}",
        en="the result cannot be written: {reason}",
        help_zh="检查磁盘空间和输出的去处。",
        help_en="Check the disk space and where the output goes.",
    ),
)
