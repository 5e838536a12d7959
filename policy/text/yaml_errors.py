"""What a YAML parser says, in words for people who edit rules."""

from __future__ import annotations

import re

import yaml

from policy.text.characters import name_of
from policy.text.diagnostics import Fault, Words, fault
from policy.text.source import Source, Span

_PROBLEMS = {
    "mapping values are not allowed": Words("这里不能出现“键: 值”", "“key: value” cannot stand here"),
    "block sequence entries are not allowed": Words(
        "这里不能出现以“-”开头的项", "an item with “-” cannot stand here"
    ),
    "could not find expected ':'": Words("键后面缺少冒号“:”", "the colon “:” after a key is missing"),
    "found character that cannot start any token": Words(
        "值不能以这个字符开头，需要加引号；缩进也不能用制表符",
        "a value cannot begin with this character and needs quotes; indentation cannot be a tab",
    ),
    "found a tab character": Words("缩进不能用制表符，请用空格", "indentation needs spaces, not tabs"),
    "found unexpected end of stream": Words("引号没有成对", "a quotation mark is not closed"),
    "found unknown escape character": Words("双引号内的“\\”写法有误", "a wrong “\\” in double quotes"),
    "did not find expected hexdecimal number": Words(
        "双引号内的“\\”写法有误", "a wrong “\\” in double quotes"
    ),
    "did not find expected key": Words(
        "这里应该是一个键，缩进也许不对", "a key is expected; the indentation may be wrong"
    ),
    "did not find expected '-' indicator": Words("这里应该是以“-”开头的项", "an item with “-” is expected"),
    "did not find expected ',' or ']'": Words(
        "缺少“,”或“]”；括号内含 , : [ ] { } 或引号的值要整个加引号",
        "a “,” or “]” is missing; inside brackets, quote the whole of a value that holds , : [ ] { } or “",
    ),
    "did not find expected ',' or '}'": Words(
        "缺少“,”或“}”；括号内含 , : [ ] { } 或引号的值要整个加引号",
        "a “,” or “}” is missing; inside brackets, quote the whole of a value that holds , : [ ] { } or “",
    ),
    "did not find expected node content": Words("这里应该有一个值", "a value is expected"),
    "did not find expected <document start>": Words(
        "内容在这里就应结束", "the content should have ended here"
    ),
    "did not find expected whitespace": Words("这里应该有空格或换行", "a space or line end is expected"),
    "found undefined tag handle": Words("不允许以 ! 开头的标签", "tags with ! are not allowed"),
    "found unexpected document indicator": Words("--- 或 ... 不能在这里", "--- or ... cannot stand here"),
    "found incompatible YAML document": Words("不支持这个 YAML 版本", "an unsupported version of YAML"),
    "did not find expected comment or line break": Words("这里应该换行", "a line end is expected"),
}

FULL_WIDTH = {
    "：": ":",
    "，": ",",
    "、": ",",
    "“": '"',
    "”": '"',
    "【": "[",
    "】": "]",
    "｛": "{",
    "｝": "}",
    "－": "-",
}
# A full-width mark where the structure of YAML has its own: after a key, before a value, before an item,
# between the entries of a map in brackets.
_MISPLACED = re.compile(r"^\s*(?:-\s+)?(?:\w+(：)|(－)|\w+:\s*([“【｛])|.*\{[^{}]*?(，)\s*\w+\s*[:：])")
# A value, in brackets or not, that begins with a quotation mark.
_OPENED = re.compile(r"""^\s*(?:-\s+)*(?:[\w.]+:\s+)?(["'])""")
_KEY = re.compile(r"^\s*(?:-\s+)?[\w.]+:(?:\s|$)")
_FAR = 60
"""Lines above an error in which an open quotation mark is looked for."""
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ODD_INDENT = re.compile(f"^ *([{_SPACES}])")
_COLON_INSIDE = re.compile(r"^\s*(?:- +)*[\w.]+: +(?![\"'\[{|>&*!]).*?: ?")
_INSIDE = Words(
    "这一行的值里还有一个“: ”，整个值要放在引号里",
    "the value of this line holds “: ” and needs quotes around it",
)


def odd_indent(text: str) -> re.Match[str] | None:
    """A space that is none to YAML (full-width, no-break) where a line begins; group 1 is the character."""
    return _ODD_INDENT.match(text)


def syntax_fault(source: Source, error: yaml.MarkedYAMLError) -> Fault:
    """The fault for a parser's exception: full-width punctuation where likely (LNK111), else LNK110."""
    mark = error.problem_mark or error.context_mark
    if (error.problem or "").startswith("found unexpected end of stream"):
        # The quotation mark that was opened says more than the end of the file.
        mark = error.context_mark or mark
    length = len(source.text)
    at = min(mark.index, length) if mark else 0
    if found := _near(source, at, _ODD_INDENT):
        return fault("LNK123", found, character=name_of(source.text[found.start]))
    if found := _near(source, at, _MISPLACED):
        character = source.text[found.start]
        return fault("LNK111", found, found=character, wanted=FULL_WIDTH[character])
    if found := _open_quote(source, at):
        return fault("LNK110", found, problem=_PROBLEMS["found unexpected end of stream"])
    here = Span(source, at, min(at + 1, length))
    problem = _problem(error.problem or "", source.line_text(source.position(at)[0]))
    return fault("LNK110", here, problem=problem)


def _problem(problem: str, line: str) -> Words | str:
    if problem.startswith("mapping values are not allowed") and _COLON_INSIDE.match(line):
        return _INSIDE
    for start, words in _PROBLEMS.items():
        if problem.startswith(start):
            return words
    return problem


def _open_quote(source: Source, at: int) -> Span | None:
    """The quotation mark that was opened above and not closed: it swallowed lines until the next one.

    Only where one of the swallowed lines is plainly a key: a text over several lines is no mistake.
    """
    last, column = source.position(at)
    start, swallowed = at - column + 1, False
    for line in range(last, max(0, last - _FAR), -1):
        text = source.line_text(line)
        opened = _OPENED.match(text)
        mark = opened[1] if opened else ""
        if opened and text.count(mark, opened.end()) - text.count(f"\\{mark}", opened.end()) == 0:
            found = Span(source, start + opened.start(1), start + opened.end(1))
            return found if swallowed else None
        swallowed = swallowed or _KEY.match(text) is not None
        start -= len(source.line_text(line - 1)) + 1 if line > 1 else 0
    return None


def _near(source: Source, at: int, wrong: re.Pattern[str]) -> Span | None:
    """What ``wrong`` finds first (its group) on the line of ``at`` or on one of the two lines before it."""
    line, column = source.position(at)
    start = at - column + 1
    for _ in range(min(3, line)):
        text = source.line_text(line)
        if found := wrong.match(text):
            group = found.lastindex or 1
            return Span(source, start + found.start(group), start + found.end(group))
        line -= 1
        start -= len(source.line_text(line)) + 1
    return None
