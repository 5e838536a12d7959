"""What the official CEL parser and checker say, in words for rule authors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from re import Match

from policy.facts.labels import ELEMENTS

_END = "<EOF>"
_QUOTED = re.compile(r"token recognition error at: '(.*)'$", re.S)

_Said = Callable[[Match[str]], tuple[str, str]]


def _unexpected(match: Match[str]) -> tuple[str, str]:
    what = match[1]
    if what == _END:
        return "表达式没有写完", "the expression ends too early"
    if what in ("and", "or", "not"):
        sign = {"and": "&&", "or": "||", "not": "!"}[what]
        return f"不能写 {what}，要写 {sign}", f"write {sign}, not {what}"
    return f"此处不该有“{what}”", f"“{what}” cannot stand here"


def _unknown_character(match: Match[str]) -> tuple[str, str]:
    what = match[1].strip()
    if what.startswith(("'", '"')):
        return "引号没有配对，或其中的 \\ 写法不对", "a quote is not closed, or a \\ in it is wrong"
    if what == "=":
        return "比较相等要写 ==", "write == to compare"
    if what and not what.isascii():
        return (
            f"不认识“{what}”：运算符和引号要用半角英文，文字要放在引号里",
            f"“{what}” is not known: use ASCII operators and quotes, and put text in quotes",
        )
    return f"不认识“{what}”", f"“{what}” is not known"


_SAYINGS: tuple[tuple[re.Pattern[str], _Said], ...] = (
    (re.compile(r"(?:mismatched|extraneous) input '(.*?)' expecting ", re.S), _unexpected),
    (re.compile(r"no viable alternative at input '(.*)'", re.S), _unexpected),
    (re.compile(r"missing '(.*?)' at "), lambda m: (f"缺少“{m[1]}”", f"“{m[1]}” is missing")),
    (_QUOTED, _unknown_character),
    (re.compile(r"invalid \w+ literal"), lambda _: ("数值超出范围", "the number is out of range")),
    (
        re.compile(r"variable name must be"),
        lambda _: ("第一个参数应是变量名", "the first argument must be a variable"),
    ),
    (re.compile(r"empty expression"), lambda _: ("表达式是空的", "the expression is empty")),
    (
        re.compile(r"cannot be the range of a comprehension"),
        lambda _: ("只能对列表用 exists、all、filter、map", "exists, all, filter and map need a list"),
    ),
)


def in_words(detail: str) -> tuple[str, str]:
    """A parser's or checker's message as (zh, en); as it stands where there is no better one."""
    for pattern, said in _SAYINGS:
        match = pattern.search(detail)
        if match is not None:
            return said(match)
    return detail, detail


# ---- types

_TYPES: Mapping[str, tuple[str, str]] = {
    "string": ("文字", "text"),
    "int": ("整数", "an integer"),
    "double": ("小数", "a decimal"),
    "bool": ("真假", "true or false"),
    "timestamp": ("时间", "a moment"),
    "duration": ("时长", "a length of time"),
    "null_type": ("空值", "null"),
    **{message: (zh, f"{'an' if en[0] in 'aeiou' else 'a'} {en}") for message, zh, en in ELEMENTS.values()},
}
_MOMENTS: Mapping[str, str] = {
    "Event": "at",
    "Request": "at",
    "Service": "at",
    "Breach": "at",
    "Document": "issued_at",
    "Status": "since",
}
_ORDER = frozenset(("==", "!=", "<", "<=", ">", ">="))
_AGREE = (
    "两边的类型要一致：代码和 id 是文字（加引号），时间与时间比较，整数与小数不混用。",
    "Both sides must agree: codes and ids are text (in quotes), moments compare with moments, integers do "
    "not mix with decimals.",
)


def types_in_words(types: str) -> tuple[str, str]:
    """The types of an operator's operands, as the checker names them: ``(string, Event)``."""
    words = [_type_in_words(each) for each in _parted(types)]
    return "、".join(zh for zh, _ in words), ", ".join(en for _, en in words)


def type_in_words(name: str) -> tuple[str, str]:
    """One type: ``timestamp``, ``list(Event)``."""
    return _type_in_words(name)


def what_to_do(operator: str, types: str) -> tuple[str, str]:
    """How an operator that does not fit its operands is mended."""
    given = _parted(types)
    held = frozenset(given)
    elements = [each for each in given if each in _MOMENTS or each in {"Party", "Property", "Case"}]
    if operator == "in" and given[-1:] == ["string"]:
        return (
            'in 的右边要是列表，如 ["a", "b"]；文字里是否含有某几个字，写 文字.contains("某几个字")。',
            'What stands right of “in” must be a list, as ["a", "b"]; whether a text holds another is '
            'TEXT.contains("…").',
        )
    if operator in _ORDER and held == {"timestamp", "string"}:
        return (
            '时间写成 timestamp("2024-03-01T00:00:00+08:00")；一段时间以后写 add_period(时间, "3 months")。',
            'A moment is written timestamp("2024-03-01T00:00:00+08:00"); so much later, '
            'add_period(MOMENT, "3 months").',
        )
    if elements and held & {"timestamp", "duration"} and (field := _MOMENTS.get(elements[0])):
        return (
            f"{_type_in_words(elements[0])[0]}不是时间：写它的时间 .{field}。",
            f"{_type_in_words(elements[0])[1]} is no moment: write its .{field}.",
        )
    if elements and "string" in held:
        return (
            f"{_type_in_words(elements[0])[0]}不是文字：写它的某个字段，如 .id、.type。",
            f"{_type_in_words(elements[0])[1]} is no text: write a field of it, as .id or .type.",
        )
    if operator in ("&&", "||", "!") and held != {"bool"}:
        return (
            '“&&”“||”“!”的两边都要是条件，如 seizure.type == "vehicle_seized"。',
            'What “&&”, “||” and “!” join must be conditions, as seizure.type == "vehicle_seized".',
        )
    return _AGREE


def _type_in_words(name: str) -> tuple[str, str]:
    if inner := re.fullmatch(r"list\((.*)\)", name):
        zh, en = _type_in_words(inner[1])
        return f"{zh}的列表", f"a list of {en}"
    return _TYPES.get(name, (name, name))


def _parted(types: str) -> Sequence[str]:
    """What stands before and between the outermost brackets, parted at the outermost commas."""
    found, depth = [""], 0
    for character in types.replace(".(", "(").replace(" ", ""):
        depth += (character == "(") - (character == ")")
        if (character == "," and depth == 1) or (character == "(" and depth == 1):
            found.append("")
        elif not (character == ")" and depth == 0):
            found[-1] += character
    return [each for each in found if each]
