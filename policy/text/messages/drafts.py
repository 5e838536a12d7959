"""LNK240–LNK259: drafts, and work on packs before they are issued."""

from __future__ import annotations

from policy.text.messages.entry import Entry, Severity

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK240",
        zh="这个规则文件夹里没有草案",
        en="there is no draft in the rules folder",
        help_zh="在草案的 pack.yaml 里写一行 status: draft；办理现行规则时不要加 --draft。",
        help_en="Write status: draft in the draft's pack.yaml; leave out --draft for rules in force.",
    ),
    Entry(
        "LNK241",
        zh="草案 {folder} 不对外服务",
        en="the draft {folder} does not serve",
        help_zh="定稿后删去 pack.yaml 里的 status: draft 一行，再重新加载规则。",
        help_en="Once it is final, remove status: draft from its pack.yaml and load the rules again.",
        severity=Severity.NOTE,
    ),
    Entry(
        "LNK242",
        zh="以下按草案判断，不是现行规则：{drafts}{left}",
        en="what follows is by drafts, not by rules in force: {drafts}{left}",
        help_zh="linkage check --draft 列出全部错误。",
        help_en="linkage check --draft lists every error.",
        severity=Severity.NOTE,
    ),
    Entry(
        "LNK243",
        zh="草案 {folder} 与草案 {other} 是同一地区的，施行日期或者版本名相同，判断时只用后者",
        en="the drafts {folder} and {other} are of one district and begin on one day, or have one version; "
        "only the latter decides",
        help_zh="改其中一个的 version 和 effective.from，或者删去一个。",
        help_en="Change version and effective.from of one of them, or remove one.",
    ),
    Entry(
        "LNK244",
        zh="草案施行以前，现行版本“{version}”还要写上 effective.to: {day}",
        en="before the draft is issued, version “{version}” in force needs effective.to: {day}",
        help_zh="现在不必改；加 --draft 判断时已按此计算。",
        help_en="Not now: with --draft it is taken so already.",
        severity=Severity.NOTE,
    ),
    Entry(
        "LNK245",
        zh="{path} 里没有可以续写的 tests 列表",
        en="{path} has no list of tests that can be added to",
        help_zh="tests 的每一项要另起一行，以“- ”开头；或者用 -o 另写一个文件。",
        help_en="Each item of tests begins a line with “- ”; or name another file with -o.",
    ),
    Entry(
        "LNK246",
        zh="{path} 不是 {folder} 里的 .yaml 文件，规则测试写在那里才会运行",
        en="{path} is no .yaml file in {folder}, where rule tests are run",
        help_zh="只写文件名，如 -o cases.yaml，就写在那个文件夹里。",
        help_en="Name just the file, such as -o cases.yaml, and it is written there.",
    ),
    Entry(
        "LNK247",
        zh="已经有名为“{name}”的规则测试",
        en="there is a rule test “{name}” already",
        help_zh="用 --name 另起一个名称，说明这个案件特别在哪里。",
        help_en="Give another with --name: what is special about the case.",
    ),
    Entry(
        "LNK248",
        zh="测试写进 {path} 后不会通过，没有写入",
        en="the test would not pass in {path}; it is not written",
        help_zh="这个文件的 defaults 会改变案件或者参数：用 -o 另写一个文件。",
        help_en="The file's defaults change the case or the parameters: name another file with -o.",
    ),
    Entry(
        "LNK249",
        zh="案件中的编号或文字换成代号后，判断不同了，不能写成测试",
        en="with its ids or texts replaced the case is decided otherwise; no test is made of it",
        help_zh="多半是有两个编号只是写法不同，或者规则读了本地事实中的文字；请手写这个测试，不要写姓名、号码。",
        help_en="Two ids may be alike, or a rule reads a text; write the test by hand, without names.",
    ),
    Entry(
        "LNK250",
        zh="义务 {name} 今天不再由案件 {case} 的事实产生，没有可以说明的条件",
        en="the facts of case {case} do not bring about obligation {name} any more; nothing can be explained",
        help_zh="它可能已经改由别的规则版本产生；用登记的历史查看它的变化。",
        help_en="Another version of the rules may; the register's history has what became of it.",
    ),
    Entry(
        "LNK252",
        zh="没有编号为 {name} 的案件可以比较",
        en="there is no case {name} that is compared",
        help_zh="核对编号，以及案件的地区。",
        help_en="Check the id, and the district of the case.",
    ),
)
