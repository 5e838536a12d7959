"""What a line reads as: a sentence at its end or in the middle, a heading, a citation, a piece of the form.

Everything here is read from squeezed text.
"""

from __future__ import annotations

import re

from policy.documents.cut._markers import CIRCLED_ANY, marker_at

_CLOSERS = "”’\"')]》〉」』】"
_SENTENCE_ENDS = "。;:!?…"
GOES_ON = (*"、,([《〈“‘「『—第或及", "应当", "必须", "不得")
# 本办法自 and 报送至 stand before what no heading leaves out; 为 and 由 end words (行为, 理由).
_LEADS_ON = (*GOES_ON, "自", "于", "至", "依照", "按照")
_PLAIN_HEADING = 60
_HEADING_WITH_COMMA = 22
_PAIRS = (("“", "”"), ("《", "》"), ("(", ")"), ("〔", "〕"))
# A preamble opens so; a title that does is the name of an instrument.
_OPENS = ("为", "根据", "按照", "依照", "现将")
# What no line begins with, unless the sentence began in the line before.
_NEVER_FIRST = tuple(",。;:、!?)]》〉」』】”’")
# An item's number at the end of a line: its words are in the next.
_ITEM_NUMBER = rf"(?:[(]?(?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}})[)]|\d{{1,3}}[.]|{CIRCLED_ANY})"
_NUMBER_LAST = re.compile(rf"[:;。,.]{_ITEM_NUMBER}$")
_ITEM_WITHIN = re.compile(rf"[:;]{_ITEM_NUMBER}(?!\d)")
# 应当提交的材料 is a heading; 交警部门查扣车辆的，应当在 is a sentence that a page cut off.
_SENTENCE = re.compile(r"的,|应当|必须|不得")
_LONGEST_WITH_VERB = 20
CITED = re.compile(r"(?:项(?!目)|款(?!项)|目(?![的标录])|条(?![件例款线]))")
CITATION = re.compile(r"(?:的|规定|之|、|[(第一二三四五六七八九十]|至|和第|及第|与第|所述|所列)")
# After the number of an article a comma or a full stop ends a citation; no article begins with one.
ARTICLE_CITATION = re.compile(rf"{CITATION.pattern}|[,;。:)》」”]|所[称述列指规]|或者?第|等(?:规定|条)|中的")
_CITING = re.compile(
    r"(?:依照|按照|根据|依据|违反|参照|适用|符合|遵照|见)(?:本|《|[^,;。:]{1,40}(?:》|法|规定|条例|意见|方案|细则|解释))[^,;。:]{0,20}$"
)
_LONGEST_CITING = 80
INSTRUMENT = re.compile(
    r".*(?:办法|意见|方案|规定|细则|通知|决定|机制|制度|备忘录|纪要|规则|条例|规程|指引|规范)(?:\([^)]*\))?"
)

_NUMERAL = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_ANNEX = re.compile(rf"附(?:(?:件|表|录|图)(?P<number>{_NUMERAL})?(?P<colon>[:.、]?)|:)(?P<rest>.*)")
_ENDS_CITATION = (*",;。)、》", "的", "所")
DATE = re.compile(
    r"\(?(?:\d{4}|[〇零○一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日\)?"
)
IMPRINT = re.compile(r".{0,60}\d{4}年\d{1,2}月\d{1,2}日印发?|(?:抄送|抄报|主送|印发机关):.*")
REMARK = re.compile(r"[(]?(?:注|备注|附注|说明)\d{0,2}:")

# More than any heading or fixture is long, so that a long paragraph costs no more than its length.
REMEMBERED = 200


def ends_sentence(key: str) -> bool:
    """Whether squeezed text ends a sentence, an item or an introduction."""
    bare = key.rstrip(_CLOSERS)
    return bare.endswith(tuple(_SENTENCE_ENDS)) or (bare.endswith(".") and not bare[-2:-1].isdigit())


def is_heading(key: str) -> bool:
    """Whether squeezed text, without its number, reads as a heading, a title or a row, and not as prose."""
    if ends_sentence(key) or key.endswith(GOES_ON):
        return False
    if key.startswith("(") and key.endswith(")"):
        return True
    if any(mark in key for mark in ";。!?"):
        return False
    if _SENTENCE.search(key) and ("," in key or len(key) > _LONGEST_WITH_VERB):
        return False
    return len(key) <= (_HEADING_WITH_COMMA if "," in key else _PLAIN_HEADING)


def leads_on(before: str) -> bool:
    """Whether a line ends in a word or a mark that must be followed by more."""
    return before.endswith(_LEADS_ON)


def never_begins(key: str) -> bool:
    """Whether a line begins with what only the middle of a sentence can."""
    return key.startswith(_NEVER_FIRST)


def cites(before: str) -> bool:
    """Whether a line ends with the instrument that a clause, named next, is to be found in (依照本办法)."""
    return _CITING.search(before[-_LONGEST_CITING:]) is not None


def stops_midway(before: str) -> bool:
    """Whether text stops in the middle of a sentence, so that the next line goes on with it."""
    if leads_on(before) or _NUMBER_LAST.search(before[-8:]):
        return True
    if ends_sentence(before) or (is_fixture(before) and not REMARK.match(before)):
        return False
    if _ITEM_WITHIN.search(before) or any(before.count(one) > before.count(other) for one, other in _PAIRS):
        return True
    marker = marker_at(before)
    if marker is None and before.startswith(_OPENS) and not INSTRUMENT.fullmatch(before):
        return True
    return not is_heading(before[marker.length :] if marker else before)


def is_fixture(key: str) -> bool:
    """Whether a line is a piece of the form of a document: an annex label, a date, an imprint, a remark."""
    return (
        any(pattern.fullmatch(key) for pattern in (DATE, IMPRINT))
        or REMARK.match(key) is not None
        or annex_line(key) is not None
    )


def annex_line(key: str) -> re.Match[str] | None:
    """The `number` and the `rest` of a line that names an annex: 附件2, 附件：…, 附表一 …; None for prose."""
    found = _ANNEX.fullmatch(key)
    if found is None or not found["rest"] or found["colon"] != "":
        return found
    names_one = found["number"] is not None and is_heading(found["rest"])
    cited = CITATION.match(found["rest"]) or found["rest"].startswith(_ENDS_CITATION)
    return found if names_one and not cited else None
