"""How a page is numbered on a line of its own, read from squeezed text: — 3 —, 第3页 共5页, Page 3 of 12.

A line that can only be this is layout wherever it stands. A line that may as well be substance (a bare
number, 3/12) is judged among the other lines: see `_furniture`.
"""

from __future__ import annotations

import re

_LONGEST = 60
_DIGITS = r"\d{1,4}"
_NUMBER = rf"(?:{_DIGITS}|[〇零一二三四五六七八九十百]{{1,5}}|[ivxlc]{{1,6}})"
_EDGE = r"[-‐‑–—―─−~·•]"
_SLASH = r"[/∕⁄]"
_BETWEEN = rf"(?:[,、;:|·-]|{_SLASH}|–|—)?"
_PAGE = rf"(?:第{_NUMBER}页|第?{_NUMBER}(?:{_SLASH}|of){_NUMBER}页)"
_TOTAL = rf"(?:总?共|总计?|全){_NUMBER}页"
_FORMS = (
    rf"{_PAGE}(?:{_BETWEEN}[(]?{_TOTAL}[)]?)?",
    rf"{_TOTAL}(?:{_BETWEEN}[(]?{_PAGE}[)]?)?",
    rf"第?{_NUMBER}页{_SLASH}(?:共?{_NUMBER}页|{_NUMBER})",
    rf"页[码次]:?{_NUMBER}(?:{_SLASH}{_NUMBER})?",
    rf"page[.:]?{_NUMBER}(?:(?:of|{_SLASH}){_NUMBER})?",
    rf"{_DIGITS}of{_DIGITS}",
    rf"pp?\.{_DIGITS}(?:{_SLASH}{_DIGITS})?",
    # What a page says of itself and of the next one.
    r"[此本]页(?:以下)?无正文(?:,[^。;]{0,40}页)?",
    rf"接上页|转下页|上接第{_NUMBER}页|下转第{_NUMBER}页",
)
_FORM = "|".join(_FORMS)
# GB/T 9704-2012, 7.5: a page number stands between two one-em dashes.
_DASHED = rf"{_EDGE}+{_NUMBER}(?:{_SLASH}{_NUMBER})?{_EDGE}+"
_MARK = re.compile(rf"[(\[【〔]?(?:{_DASHED}|{_EDGE}*(?:{_FORM}){_EDGE}*)[)\]】〕]?", re.IGNORECASE)
_MARK_LAST = re.compile(rf"(?P<rest>.+?)(?:{_DASHED}|(?:{_FORM})|[(]?{_DIGITS}/{_DIGITS}[)]?)", re.IGNORECASE)
_MARK_FIRST = re.compile(rf"(?:{_DASHED}|(?:{_FORM}))(?P<rest>.+)", re.IGNORECASE)
_OF_TOTAL = re.compile(rf"[(]?({_DIGITS})[/∕]({_DIGITS})[)]?")
_BARE = re.compile(_DIGITS)


def is_page_mark(key: str) -> bool:
    """Whether a squeezed line is a page number, in one of the forms that are nothing else."""
    return len(key) <= _LONGEST and _MARK.fullmatch(key) is not None


def beside_page_mark(key: str) -> str:
    """What stands on one line with a page number, before or after it; "" where there is no such number."""
    if len(key) > _LONGEST:
        return ""
    found = _MARK_LAST.fullmatch(key) or _MARK_FIRST.fullmatch(key)
    return found["rest"] if found else ""


def is_page_of_total(key: str) -> bool:
    """Whether a squeezed line is a number and a total (3/12), and could be a page's."""
    found = _OF_TOTAL.fullmatch(key)
    return found is not None and 1 <= int(found[1]) <= int(found[2]) and int(found[2]) > 1


def bare_number(key: str) -> int | None:
    """The number that is all of a squeezed line."""
    return int(key) if _BARE.fullmatch(key) else None
