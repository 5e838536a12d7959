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
    Entry(
        "LNK323",
        zh="这里没有可以改名的名称：“{name}”",
        en="nothing here can be given another name: “{name}”",
        help_zh="能改名的是规则包自己定的名称（规则、条款、参数、定义、期限、表格、组、本地事实、考核）。"
        "词汇表的代码写在案件和各系统里，不能只在这里改。",
        help_en="Names that a pack gives can be: rules, clauses, parameters, terms, deadlines, forms, "
        "groups, own facts, assessments. Codes of the vocabulary are written in cases and programs, too.",
    ),
    Entry(
        "LNK324",
        zh="“{name}”不能用作这里的名称",
        en="“{name}” cannot be the name here",
        help_zh="由小写字母、数字和下划线组成，以字母开头；规则和考核的 id 用点分开，以地区代码开头。",
        help_en="Lower-case letters, digits and underscores, a letter first; ids of rules and assessments "
        "have dots and begin with the district.",
    ),
    Entry(
        "LNK325",
        zh="已经有一个“{name}”",
        en="there is a “{name}” already",
        help_zh="换一个名称。",
        help_en="Choose another name.",
    ),
    Entry(
        "LNK326",
        zh="“{name}”是决策表的一行，必须以“{head}”开头",
        en="“{name}” is a row of a table and begins with “{head}”",
        help_zh="只改最后一段；要改前面的，改决策表的 id。",
        help_en="Change its last part; the rest is the id of the table.",
    ),
)
