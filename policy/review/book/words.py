"""Titles and labels of the book, once for every format."""

from __future__ import annotations

from collections.abc import Mapping

from policy.review.book.model import Fill

MARKS: Mapping[str, tuple[str, tuple[str, str]]] = {
    "obligation": ("●", ("应当", "must")),
    "prohibition": ("×", ("不得", "must not")),
    "permission": ("○", ("可以", "may")),
    "soft": ("◇", ("倡导、报道", "soft or reported")),
    "deemed": ("△", ("视为", "counts as")),
}
"""By the kind of a rule: its sign in the matrix, and its name."""

FILLS: Mapping[Fill, tuple[tuple[str, str], tuple[str, str]]] = {
    Fill.START: (("起", "start"), ("起算的当日或时刻，不计入", "the day or moment it starts, not counted")),
    Fill.COUNTED: (("1", "1"), ("计入的日或小时", "days or hours counted")),
    Fill.REST: (("休", "rest"), ("休息日，不计入或顺延", "days of rest, skipped or moved over")),
    Fill.GAP: (("…", "…"), ("没有逐日画出", "not drawn day by day")),
    Fill.LAST: (("止", "due"), ("最后一日或到期时刻", "the last day or the moment it is due")),
}
"""What is written in the cells of a figure, and what that means."""

_LABELS: Mapping[str, tuple[str, str]] = {
    "subtitle": ("规则说明书（供审阅、签署）", "What the rules say, to be read and signed"),
    "contents": ("目　录", "Contents"),
    "clauses_of": ("各条所在页", "where each clause stands"),
    "how": (
        "第一部分逐条列出文件的条款，以及系统据此认定谁应当、可以、不得做什么；"
        "第二部分用一张表说明哪一条涉及哪些单位；第三部分是各单位的事项；第四部分是须由本区确定的数值；"
        "第五部分是条文有两种理解时采用的理解；第六部分供签署。",
        "Part one lists every clause and what the service makes of it; part two shows which clause concerns "
        "whom; part three the tasks of each department; part four the values that the district must set; "
        "part five the readings taken where a clause can be read in two ways; part six is to be signed.",
    ),
    "how_title": ("阅读方法：", "How to read: "),
    "measured": ("测试做到了什么程度", "How well it is tested"),
    "measure": ("指标", "figure"),
    "value": ("结果", "result"),
    "measured_on": ("说明", "of what"),
    "clauses": ("一、逐条说明", "1 Clause by clause"),
    "matrix": ("二、单位与条款对照表", "2 Departments and clauses"),
    "tasks": ("三、各单位的事项", "3 Tasks of each department"),
    "open": ("四、须由本区确定的数值", "4 Values that the district must set"),
    "readings": ("五、采用的理解", "5 Readings taken"),
    "sign": ("六、审阅与签署", "6 Read and signed"),
    "legend": ("期限图的图例：", "Signs of the figures: "),
    "common": ("本条各项共同的条件", "where, for all of this clause"),
    "conditions": ("条件（须全部满足）", "where all of this holds"),
    "besides": ("除共同的条件外", "and besides"),
    "exceptions": ("除非", "unless"),
    "figure": ("图", "Figure "),
    "see": ("期限的算法见图", "how the time is counted: see figure "),
    "due": ("到期", "due"),
    "example": ("例", "example"),
    "reading": ("采用的理解：", "reading taken: "),
    "other": ("另一理解：", "the other: "),
    "note": ("说明：", "note: "),
    "tests": ("测试", "tests"),
    "untested": ("没有测试提到这条规则。", "No test names this rule."),
    "stories": ("测试中的例子", "as the tests tell it"),
    "given": ("设：", "Given: "),
    "then": ("则：", "Then: "),
    "elsewhere": ("另有规则以本条为依据：", "rests on this too: "),
    "no_rule": ("没有规则：", "no rule: "),
    "clause": ("条款", "clause"),
    "about": ("内容", "about"),
    "body": ("单位", "department"),
    "may": ("可以", "may"),
    "must_not": ("不得", "must not"),
    "timed": ("有期限", "with deadline"),
    "what": ("事项", "what"),
    "quantity": ("数值", "value"),
    "now": ("现在", "now"),
    "remark": ("说明", "note"),
    "used_by": ("用于", "used by"),
    "chosen": ("采用", "taken"),
    "other_reading": ("另一理解", "the other"),
    "none": ("没有。", "None."),
    "signed_for": (
        "签署针对下列内容。规则、词汇或日历有任何改动，摘要即不同，须重新签署。",
        "The signatures stand for what follows. Whatever is changed in rules, vocabulary or calendar gives "
        "another digest, to be signed anew.",
    ),
    "role": ("", ""),
    "opinion": ("意见", "remarks"),
    "signature": ("签名", "signature"),
    "date": ("日期", "date"),
    "author": ("起草", "author"),
    "reviewer": ("审核", "reviewer"),
    "approver": ("批准", "approver"),
    "page": ("第", "page "),
    "of_pages": ("页，共", " of "),
    "pages": ("页", ""),
    "stop": ("；", "; "),
    "comma": ("、", ", "),
    "colon": ("：", ": "),
    "open_bracket": ("（", " ("),
    "close_bracket": ("）", ")"),
    "print": (
        "要纸质或 PDF：linkage report … -o 文件.pdf；或在浏览器里打印，纸张选 A4，关掉“页眉和页脚”。",
        "On paper or as a PDF: linkage report … -o FILE.pdf; or print from the browser on A4, without its "
        "own headers and footers.",
    ),
}


def labels(lang: str) -> Mapping[str, str]:
    """Every label in "zh" or "en"."""
    number = 1 if lang == "en" else 0
    return {name: pair[number] for name, pair in _LABELS.items()}


def mark_of(kind: str, lang: str) -> str:
    """应当, 不得 …"""
    return MARKS[kind][1][1 if lang == "en" else 0]
