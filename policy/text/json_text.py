"""JSON text -> the tree of ``policy.text.nodes``, in which every value knows its place in the file.

JSON is not a part of YAML: a key and its colon may stand on two lines, a character beyond U+FFFF may be
escaped as two halves, tabs are white space. So JSON is read by the grammar of RFC 8259; strings by the
scanner of the standard library. Texts and keys are of style double, numbers, ``true``, ``false`` and ``null``
of style plain, as the reader of YAML has them. ``NaN`` and ``Infinity``, which are no JSON and yet are
written by many programs, are read as such a plain word: whoever wants a number refuses them.
"""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined] # public by use; typeshed leaves it out

from policy.text.characters import forbidden_in_file, name_of
from policy.text.diagnostics import Faults, Words, fault
from policy.text.nodes import Mapping, Node, Refused, Scalar, Sequence
from policy.text.source import MAX_YAML_DEPTH, MAX_YAML_NODES, Source, Span, whole
from policy.text.yaml_errors import FULL_WIDTH

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(
    r"(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|NaN|-?Infinity)(?![\w.+-])"
)

_VALUE = Words("这里应该有一个值；文字要放在双引号里", "a value is expected; a text stands in double quotes")
_KEY = Words("这里应该有一个键，键要放在双引号里", "a key is expected; it stands in double quotes")
_COLON = Words("键后面缺少冒号“:”", "the colon “:” after a key is missing")
_IN_MAP = Words("缺少“,”或“}”", "a “,” or “}” is missing")
_IN_LIST = Words("缺少“,”或“]”", "a “,” or “]” is missing")
_LAST = Words("最后一项后面不能有“,”", "no “,” stands after the last item")
_END = Words("内容在这里就应结束", "the content should have ended here")
_STRINGS = {
    "Unterminated string": Words("引号没有成对", "a quotation mark is not closed"),
    "Invalid control character": Words(
        "双引号内不能换行或用制表符，要写成 \\n、\\t", "a line end or tab within quotes is written \\n or \\t"
    ),
    "Invalid \\": Words("双引号内的“\\”写法有误", "a wrong “\\” in double quotes"),
}


class _Stop(Exception):
    """The rest of the text cannot be read."""


def parse_json(source: Source, faults: Faults) -> Node | None:
    """The tree of one text, or None where it cannot be read. Every problem is added to ``faults``."""
    if found := forbidden_in_file(source.text):
        faults.add("LNK103", Span(source, found.start(), found.end()), character=name_of(found[0]))
        return None
    reader = _Reader(source, faults)
    try:
        return reader.whole()
    except _Stop:
        return None


def is_json(text: str) -> bool:
    """Whether a text is JSON as a whole: an object or a list."""
    if not text.lstrip(" \t\n\r").startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


class _Reader:
    """Reads from one place to the next; its depth is bounded, so that it may recur."""

    def __init__(self, source: Source, faults: Faults) -> None:
        self._source = source
        self._text = source.text
        self._faults = faults
        self._at = 0
        self._count = 0

    def whole(self) -> Node | None:
        self._skip()
        if self._at == len(self._text):
            self._faults.add("LNK112", whole(self._source.name))
            return None
        root = self._value(0)
        self._skip()
        if self._at < len(self._text):
            raise self._problem(_END)
        return root

    def _value(self, depth: int) -> Node:
        self._count += 1
        start = self._at
        if self._count > MAX_YAML_NODES:
            raise self._fault("LNK121", start, limit=f"{MAX_YAML_NODES:,}")
        first = self._text[start : start + 1]
        if first in ("{", "["):
            if depth >= MAX_YAML_DEPTH:
                raise self._fault("LNK120", start, limit=str(MAX_YAML_DEPTH))
            self._at += 1
            return self._map(start, depth) if first == "{" else self._list(start, depth)
        if first == '"':
            return self._string()
        found = _PLAIN.match(self._text, start)
        if found is None:
            raise self._problem(_VALUE)
        self._at = found.end()
        return Scalar(found[0], "plain", self._span(start))

    def _map(self, start: int, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        first = True
        while self._another("}", _IN_MAP, first):
            first = False
            if self._text[self._at : self._at + 1] != '"':
                raise self._problem(_KEY)
            self._count += 1
            key = self._string()
            self._skip()
            if not self._taken(":"):
                raise self._problem(_COLON)
            self._skip()
            value = self._value(depth + 1)
            if isinstance(key, Refused):
                continue
            if not key.text:
                self._faults.add("LNK119", key.span)
            elif key.text in entries:
                before = str(entries[key.text][0].span)
                self._faults.add("LNK113", key.span, key=key.text, first=before)
            else:
                entries[key.text] = (key, value)
        return Mapping(tuple(entries.values()), self._span(start))

    def _list(self, start: int, depth: int) -> Sequence:
        items: list[Node] = []
        while self._another("]", _IN_LIST, not items):
            items.append(self._value(depth + 1))
        return Sequence(tuple(items), self._span(start))

    def _another(self, end: str, missing: Words, first: bool) -> bool:
        """Whether one more item follows; moves to it, or behind the end."""
        self._skip()
        if self._taken(end):
            return False
        if first:
            return True
        comma = self._at
        if not self._taken(","):
            raise self._problem(missing)
        self._skip()
        if self._text[self._at : self._at + 1] == end:
            self._at = comma
            raise self._problem(_LAST)
        return True

    def _string(self) -> Scalar | Refused:
        start = self._at
        try:
            value, self._at = scanstring(self._text, start + 1)
        except json.JSONDecodeError as error:
            self._at = min(error.pos, len(self._text))
            words = next((w for begin, w in _STRINGS.items() if error.msg.startswith(begin)), _VALUE)
            raise self._problem(words) from None
        span = self._span(start)
        if found := forbidden_in_file(value):
            # An escape must not bring in what the text itself may not hold.
            self._faults.add("LNK103", span, character=name_of(found[0]))
            return Refused(span)
        return Scalar(value, "double", span)

    # -- places

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        if found is not None:
            self._at = found.end()

    def _taken(self, sign: str) -> bool:
        if self._text[self._at : self._at + 1] != sign:
            return False
        self._at += 1
        return True

    def _span(self, start: int) -> Span:
        return Span(self._source, start, self._at)

    def _problem(self, problem: Words) -> _Stop:
        found = self._text[self._at : self._at + 1]
        if found in FULL_WIDTH:
            return self._fault("LNK111", self._at, found=found, wanted=FULL_WIDTH[found])
        return self._fault("LNK110", self._at, problem=problem)

    def _fault(self, code: str, at: int, **args: str | Words) -> _Stop:
        self._faults.append(fault(code, Span(self._source, at, min(at + 1, len(self._text))), "", **args))
        return _Stop()
