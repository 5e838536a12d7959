"""What the official CEL parser and checker say, in words for rule authors."""

from __future__ import annotations

import re
from collections.abc import Callable
from re import Match

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
