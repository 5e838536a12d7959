"""What many maps of the format have in common."""

from __future__ import annotations

from policy.editor.shapes import (
    Choice,
    Code,
    Either,
    Expression,
    Key,
    Many,
    Name,
    Plain,
    Table,
    Text,
    key,
    keys,
)
from policy.pack import read_rule

CLAUSES = Many(Name("clause"))
CODES_OF_BODIES = Many(Code("bodies"))
PERIOD = Plain(example="24 hours、3 months、10个工作日")
MONEY = Plain(example="5000元")
SHARE = Plain(example="1%")
DAY = Plain(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "2017-09-19")
MONTH_DAY = Plain(r"[0-9]{1,2}-[0-9]{1,2}", "12-31")
MOMENT = Plain(example="2024-03-02T09:30:00+08:00")
HOUR = Plain(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", "16:00")
RECURRENCE = Plain(example="FREQ=YEARLY")
BODY = Code("bodies")

BASIS: Key = key(CLAUSES, "依据的条款", "the clauses that it rests on")
PROVENANCE = key(Choice(("local",)), "本地自定，不出自文件", "fixed by the district, not by the document")
TITLE = key(Text(), "名称", "what it is called")
NOTE = key(Text(), "说明", "a note")
MEANS = key(Text(), "用话说是什么", "what it means, in words")

COMMON: Table = {
    "basis": BASIS,
    "provenance": PROVENANCE,
    "title": TITLE,
    "note": NOTE,
    "means": MEANS,
    "reading": key(
        keys(
            read_rule._READING,
            {
                "chosen": key(Text(), "采用的理解", "the reading that is taken"),
                "other": key(Text(), "另一种理解", "the other reading"),
            },
        ),
        "文字有歧义时，采用哪种理解",
        "where the text is ambiguous: the reading taken, and the other",
    ),
    "expr": key(Expression(), "表达式（CEL）", "an expression (CEL)"),
}

ACTOR = Either(
    (
        CODES_OF_BODIES,
        keys(
            read_rule._ACTOR,
            {
                "expr": key(
                    Expression(), "给出单位代码的表达式", "an expression that gives the code of a body"
                ),
                "party": key(Expression(), "给出当事人 id 的表达式", "an expression that gives a party's id"),
            },
        ),
    )
)

BODY_OR_EXPRESSION = Either(
    (
        BODY,
        Expression(),
        keys(
            read_rule._BODY,
            {
                "expr": key(
                    Expression(), "给出单位代码的表达式", "an expression that gives the code of a body"
                )
            },
        ),
    )
)
