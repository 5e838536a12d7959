"""The numbers that official documents print before a clause, in each of their habits.

A marker is read from squeezed text, so brackets and digits are half-width by now.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from policy.documents.cut._text import (
    CIRCLED,
    CIRCLED_BLACK,
    CIRCLED_BLACK_SANS,
    CIRCLED_DOUBLE,
    CIRCLED_HAN,
    CIRCLED_SANS,
)


class Style(StrEnum):
    """How a number is printed. The value is a sample."""

    PART = "第一编"
    CHAPTER = "第一章"
    SECTION = "第一节"
    ARTICLE = "第一条"
    FORMAL = "壹、"
    CHINESE = "一、"
    CHINESE_PAREN = "(一)"
    CHINESE_HALF_PAREN = "一)"
    ORDINAL = "一是"
    NUMBER_COMMA = "1、"
    NUMBER_DOT = "1."
    NUMBER_PAREN = "(1)"
    NUMBER_HALF_PAREN = "1)"
    CIRCLED = "①"
    CIRCLED_SANS = "➀"
    CIRCLED_BLACK = "❶"
    CIRCLED_BLACK_SANS = "➊"
    CIRCLED_DOUBLE = "⓵"
    CIRCLED_HAN = "㊀"
    DOTTED = "1.1"
    BARE = "1"


DIVISIONS = (Style.PART, Style.CHAPTER, Style.SECTION)
_DIVISION_STYLES = {"编": Style.PART, "章": Style.CHAPTER, "节": Style.SECTION, "条": Style.ARTICLE}

_HAN = "[〇零一二三四五六七八九十百千两]{1,9}"
_DIGITS = r"\d{1,4}"
_DIVISION = re.compile(rf"第({_DIGITS}|{_HAN})([编章节条])(?:之({_HAN}))?")
_CIRCLES = {
    char: (style, value)
    for style, chars in (
        (Style.CIRCLED, CIRCLED),
        (Style.CIRCLED_SANS, CIRCLED_SANS),
        (Style.CIRCLED_BLACK, CIRCLED_BLACK),
        (Style.CIRCLED_BLACK_SANS, CIRCLED_BLACK_SANS),
        (Style.CIRCLED_DOUBLE, CIRCLED_DOUBLE),
        (Style.CIRCLED_HAN, CIRCLED_HAN),
    )
    for value, char in enumerate(chars, 1)
}
CIRCLED_ANY = f"[{''.join(_CIRCLES)}]"
_CIRCLED = re.compile(CIRCLED_ANY)
_PAREN = re.compile(rf"\((?:({_DIGITS})|({_HAN}))\)[、.]?")
# 1.5万元 and 2.1个月 are quantities; 1.1年度计划 and 1.1个人信息 are headings.
_MEASURE = (
    r"(?:万|亿|元|%|倍|小时|分钟|公里|平方米|天(?!平)|个(?![人案体])|年(?!度)|月(?!度)|日(?!常)"
    r"|名(?![称单词义额册录]))"
)
_DOTTED = re.compile(rf"(\d{{1,3}}(?:\.\d{{1,3}}){{1,5}})(?![\d.]*\d|{_MEASURE})[.、]?")
_NUMBER = re.compile(r"(\d{1,3})(?:(、)|\.(?!\d))")
_NUMBER_BEFORE_DIGIT = re.compile(r"(\d{1,3})\.(?=\d)")
_HALF_PAREN = re.compile(rf"(?:({_DIGITS})|({_HAN}))\)")
# 一、二审 and 二、三季度 are first and second instances and quarters, not items of a list. 一、二类案件 may
# be either: see `pair_marker`.
_PAIRS = "(?:一、二|二、三|三、四|四、五|五、六|六、七|七、八|八、九|九、十)"
_PAIR_OF = "[类等款项条期批次组号档个名产年月日把]"
_CHINESE = re.compile(rf"(?!{_PAIRS}{_PAIR_OF})({_HAN})[、.](?![二三四五六七八九十][审级线季])")
_ARABIC_PAIR = re.compile(rf"(\d{{1,2}})(、)(\d{{1,2}})(?={_PAIR_OF})")
_PAIR = re.compile(rf"(?={_PAIRS}{_PAIR_OF})([一二三四五六七八九])、")
# The numerals of cheques, which a document may print above the plain ones.
_FORMAL = re.compile("([壹贰叁肆伍陆柒捌玖拾]{1,3})[、.]")
_FORMAL_VALUES = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
_ORDINAL = re.compile(r"([一二三四五六七八九十]{1,3})是")
_BARE = re.compile(rf"(\d{{1,2}})(?=[^\d.、)])(?!{_MEASURE})")

_DIGIT_VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNIT_VALUES = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Marker:
    """A printed number.

    `parts` holds its values: one, or several for 1.1.1 and 第三条之一. `length` counts squeezed characters.
    """

    style: Style
    parts: tuple[int, ...]
    length: int
    printed: str

    @property
    def value(self) -> int:
        """The number among its siblings."""
        return self.parts[-1] if self.style is Style.DOTTED else self.parts[0]


def han_value(numeral: str) -> int:
    """The value of a Chinese numeral below ten thousand, in words (一百零四) or digit by digit (二〇)."""
    if not any(char in _UNIT_VALUES for char in numeral):
        return int("".join(str(_DIGIT_VALUES[char]) for char in numeral))
    total, digit = 0, 0
    for char in numeral:
        if char in _UNIT_VALUES:
            total += (digit or 1) * _UNIT_VALUES[char]
            digit = 0
        else:
            digit = _DIGIT_VALUES[char]
    return total + digit


def _value(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else han_value(numeral)


def _division(found: re.Match[str]) -> Marker:
    number, kind, inserted = found.groups()
    parts = (_value(number),) if inserted is None else (_value(number), han_value(inserted))
    return Marker(_DIVISION_STYLES[kind], parts, found.end() - found.start(), found.group())


def _bracketed(found: re.Match[str], number_style: Style, han_style: Style) -> Marker:
    number, han = found.groups()
    style, value = (number_style, int(number)) if number else (han_style, han_value(han))
    return Marker(style, (value,), found.end() - found.start(), number or han)


def _circled(found: re.Match[str]) -> Marker:
    style, value = _CIRCLES[found.group()]
    return Marker(style, (value,), 1, found.group())


def _paren(found: re.Match[str]) -> Marker:
    marker = _bracketed(found, Style.NUMBER_PAREN, Style.CHINESE_PAREN)
    return Marker(marker.style, marker.parts, marker.length, f"（{marker.printed}）")


def _half_paren(found: re.Match[str]) -> Marker:
    return _bracketed(found, Style.NUMBER_HALF_PAREN, Style.CHINESE_HALF_PAREN)


def _dotted(found: re.Match[str]) -> Marker:
    parts = tuple(int(part) for part in found.group(1).split("."))
    return Marker(Style.DOTTED, parts, found.end() - found.start(), ".".join(map(str, parts)))


def _number(found: re.Match[str]) -> Marker:
    style = Style.NUMBER_COMMA if found.group(2) else Style.NUMBER_DOT
    length = len(found.group(1)) + 1
    return Marker(style, (int(found.group(1)),), length, str(int(found.group(1))))


def _chinese(found: re.Match[str]) -> Marker:
    return Marker(Style.CHINESE, (han_value(found.group(1)),), found.end() - found.start(), found.group(1))


def _formal(found: re.Match[str]) -> Marker:
    value = han_value(found.group(1).translate(_FORMAL_VALUES))
    return Marker(Style.FORMAL, (value,), found.end() - found.start(), found.group(1))


def _ordinal(found: re.Match[str]) -> Marker:
    # The word 是 belongs to the sentence, so only the numeral is printed as the number.
    return Marker(Style.ORDINAL, (han_value(found.group(1)),), found.end() - found.start(), found.group(1))


_READERS = (
    (_DIVISION, _division),
    (_CIRCLED, _circled),
    (_PAREN, _paren),
    (_DOTTED, _dotted),
    (_NUMBER, _number),
    (_HALF_PAREN, _half_paren),
    (_CHINESE, _chinese),
    (_FORMAL, _formal),
    (_ORDINAL, _ordinal),
)


def marker_at(key: str, start: int = 0) -> Marker | None:
    """The number printed at `start` of squeezed text, or None."""
    for pattern, read in _READERS:
        found = pattern.match(key, start)
        if found is not None:
            return read(found)
    return None


def number_before_digit(key: str) -> Marker | None:
    """The number of an item that itself begins with a digit (1. 24小时内…), which may as well be 1.24."""
    found = _NUMBER_BEFORE_DIGIT.match(key)
    return (
        None
        if found is None
        else Marker(Style.NUMBER_DOT, (int(found.group(1)),), found.end(), found.group(1))
    )


def pair_marker(key: str) -> Marker | None:
    """The number before what may be a heading (二、三项机制) or two numerals (二、三项所列; 2、3号)."""
    han, arabic = _PAIR.match(key), _ARABIC_PAIR.match(key)
    if arabic and int(arabic[3]) == int(arabic[1]) + 1:
        return _number(arabic)
    return _chinese(han) if han else None


def bare_marker(key: str) -> Marker | None:
    """The bare number of a heading (1 总则): only its sections 1.1, 1.2 … tell it from a quantity."""
    found = _BARE.match(key)
    return None if found is None else Marker(Style.BARE, (int(found.group(1)),), found.end(), found.group(1))


INLINE_READERS = (
    (_PAREN, _paren, ":;。,.", ":;。,."),
    (_CIRCLED, _circled, ":;。,.", ":;。,."),
    (_NUMBER, _number, ":", ";。."),
    (_HALF_PAREN, _half_paren, ":;。", ";。,."),
    (_CHINESE, _chinese, ":", ";。."),
    (_ORDINAL, _ordinal, ":;。", ";。,."),
)
"""For each number that may stand inside a paragraph: its pattern, its reader, the characters that may stand
before the first item of a list, and before the next ones."""
