"""LNK7xx: rule tests."""

from __future__ import annotations

from policy.text.messages.entry import Entry, Severity

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "LNK701",
        zh="测试名称“{name}”重复，首次出现在 {first}",
        en="the test “{name}” has a namesake at {first}",
        help_zh="改一个名称，失败时才分得清。",
        help_en="Rename one of them, so that a failure says which.",
        severity=Severity.WARNING,
    ),
    Entry(
        "LNK702",
        zh="这个地区没有规则或表“{name}”",
        en="the district has no rule or table “{name}”",
        help_zh="rule 须与 duties 或表中各行的 id 一致（表.行），table 与 tables 中的 id 一致。",
        help_en="rule is an id under duties or of a row (TABLE.ROW), table an id under tables.",
    ),
    Entry(
        "LNK703",
        zh="本文件的 cases 中没有“{name}”",
        en="this file has no “{name}” under cases",
        help_zh="base 引用同一文件 cases 中的案件。",
        help_en="base names a case under cases in the same file.",
    ),
    Entry(
        "LNK704",
        zh="条款登记中没有“{name}”",
        en="the register of clauses has no “{name}”",
        help_zh="对照 clauses 中的 id。",
        help_en="Compare it with the ids under clauses.",
    ),
    Entry(
        "LNK705",
        zh="这个测试没有 as_of",
        en="the test has no as_of",
        help_zh="写上判断的时点，或写在文件开头的 defaults 中。",
        help_en="Say for which moment it decides, or give one for the whole file under defaults.",
    ),
    Entry(
        "LNK706",
        zh="这个测试什么也没有期望",
        en="the test expects nothing",
        help_zh="写上 expect、expect_not、expect_unknown 等之一，或 exact: true（什么也不产生）。",
        help_en="Give expect, expect_not, expect_unknown …, or exact: true (nothing comes of it).",
    ),
    Entry(
        "LNK707",
        zh="规则“{name}”既被期望产生，又被期望不产生",
        en="the test expects the rule “{name}” to give something and to give nothing",
        help_zh="删去一个；只针对某一触发的，在 expect_not 中写上 trigger。",
        help_en="Delete one of them, or say in expect_not which trigger it is about.",
    ),
    Entry(
        "LNK708",
        zh="没有找到规则测试：{path}",
        en="there are no rule tests in {path}",
        help_zh="规则测试在规则包的 tests 文件夹中，文件名以 .yaml 结尾。",
        help_en="Rule tests lie in the folder tests of a pack and end in .yaml.",
    ),
    Entry(
        "LNK709",
        zh="没有名称含“{name}”的测试",
        en="no test has “{name}” in its name",
        help_zh="-k 按测试名称、规则 id 和文件名查找。",
        help_en="-k looks at the names of tests, the ids of their rules and their files.",
    ),
    Entry(
        "LNK710",
        zh="{what}覆盖率 {found}%，低于要求的 {wanted}%",
        en="{what} coverage is {found} %, below the {wanted} % asked for",
        help_zh="用 --coverage 列出没有覆盖的，为它们补写测试。",
        help_en="--coverage lists what is not covered: write tests for it.",
    ),
    Entry(
        "LNK711",
        zh="count 应为 1 至 {limit} 的整数",
        en="count must be an integer from 1 to {limit}",
        help_zh="不应产生的写在 expect_not 中。",
        help_en="What must not arise belongs under expect_not.",
    ),
    Entry(
        "LNK712",
        zh="这个地区没有考核“{name}”，或者 {year} 年末不按它考核",
        en="the district has no assessment “{name}”, or it does not govern the year {year}",
        help_zh="写年末有效的版本中的考核：{allowed}。",
        help_en="Name one of the version in force at the year's end: {allowed}.",
    ),
    Entry(
        "LNK713",
        zh="“{name}”应写在 {key} 里",
        en="“{name}” belongs under {key}",
        help_zh="义务、禁止和许可写 expect，视为的事实写 expect_deemed。",
        help_en="Duties, prohibitions and permissions stand under expect, deemed facts under expect_deemed.",
    ),
    Entry(
        "LNK715",
        zh="没有与“{name}”相近的名称",
        en="nothing is called anything like “{name}”",
        help_zh="换一个词，或不写词，列出全部；代码的种类见 linkage vocabulary。",
        help_en="Try another word, or none, to list all; `linkage vocabulary` lists the kinds of codes.",
    ),
    Entry(
        "LNK716",
        zh="{district} 的规则测试本来就有 {count} 个未通过（第一个是“{name}”），看不出测试能否发现改动",
        en="{count} rule tests of {district} fail without any change, “{name}” first: they tell of none",
        help_zh="先运行 linkage test {district}，让测试全部通过。",
        help_en="Run linkage test {district} first, and make every test pass.",
    ),
    Entry(
        "LNK717",
        zh="没有与“{name}”有关的可改之处",
        en="nothing of “{name}” can be changed",
        help_zh="写规则、名词或参数的标识的一部分，或规则文件；测试和条款登记不参与改动。",
        help_en="Name a part of an id (rule, term, parameter) or a file of rules; tests and clauses stay.",
    ),
)
