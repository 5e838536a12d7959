"""Where a cursor stands in a file that may be half typed: by indentation and brackets, not by a parser.

text, offset --cursor--> Cursor (the keys above it, the key it is the value of, the word that is being typed)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ITEM = "-"
"""A step into an item of a list."""
_KEY = re.compile(r"(?:[\w.]+|'[^']*'|\"[^\"]*\")(?=\s*:(?:\s|$))")
_WORD = re.compile(r"[\w.一-鿿]*$")
_BACK = 60
"""How many lines above a bracket may have been opened."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """``path`` leads to the map or list that holds the cursor; ``key`` is what it is the value of ("": a key
    is typed, or an item); ``word`` is typed so far, ``typed`` all of the value before the cursor."""

    path: tuple[str, ...]
    key: str
    word: str
    typed: str
    line_start: int


def cursor(text: str, offset: int) -> Cursor:
    """The place of ``offset`` in ``text``."""
    before = text[:offset]
    start = _opening_line(before)
    line = before[start:]
    path, rest, column = _dashes(line)
    indent = len(line) - len(line.lstrip(" "))
    above = _above(before[:start], indent if path else column, bool(path))
    return _within(above + path, rest, start)


def _opening_line(before: str) -> int:
    """Where the line begins that the cursor's brackets were opened on."""
    start = before.rfind("\n") + 1
    at = start
    for _ in range(_BACK):
        if _depth(before[at:]) > 0:
            return at
        if at == 0:
            break
        at = before.rfind("\n", 0, at - 1) + 1
        if _depth(before[at:start]) > 0 and _depth(before[at:]) > 0:
            return at
    return start


def _depth(text: str) -> int:
    plain = re.sub(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#[^\n]*", "", text)
    return sum(plain.count(mark) for mark in "[{") - sum(plain.count(mark) for mark in "]}")


def _dashes(line: str) -> tuple[tuple[str, ...], str, int]:
    """The dashes at the beginning of a line, what follows, and its column."""
    steps: list[str] = []
    column = len(line) - len(line.lstrip(" "))
    rest = line[column:]
    while rest.startswith("- ") or rest == "-":
        steps.append(ITEM)
        after = rest[1:].lstrip(" ")
        column += len(rest) - len(after)
        rest = after
    return tuple(steps), rest, column


def _above(before: str, column: int, dashed: bool) -> tuple[str, ...]:
    """The keys, and the items, of the lines above that hold what begins at ``column``.

    ``dashed``: a dash begins there, which may stand under the very key that it belongs to.
    """
    path: list[str] = []
    for line in reversed(before.split("\n")):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        steps, rest, at = _dashes(line)
        found = _KEY.match(rest)
        indent = len(line) - len(line.lstrip(" "))
        if found and (at < column or (dashed and at == column and not steps)):
            path.append(found[0].strip("'\""))
            column, dashed = at, False
        if steps and indent < column:
            path.extend(steps)
            column, dashed = indent, True
        if column == 0 and not dashed:
            break
    return tuple(reversed(path))


def _within(path: tuple[str, ...], rest: str, start: int) -> Cursor:
    """The rest of the line up to the cursor: a key, its value, and brackets."""
    steps, key, typed, quote = list(path), "", "", ""
    opened: list[str] = []
    for at, mark in enumerate(rest):
        if quote:
            typed += mark
            quote = "" if mark == quote else quote
        elif mark in "\"'" and not typed.strip():
            quote, typed = mark, mark
        elif mark == ":" and not key and (at + 1 == len(rest) or rest[at + 1] == " "):
            key, typed = typed.strip().strip("'\""), ""
        elif mark in "{[" and not typed.strip():
            steps += [key] if key else []
            steps += [ITEM] if mark == "[" else []
            opened.append(mark + ("k" if key else ""))
            key, typed = "", ""
        elif mark in "}]" and opened:
            closed = opened.pop()
            steps = steps[: len(steps) - (closed[0] == "[") - (closed[1:] == "k")]
            key, typed = "", " "
        elif mark == "," and opened:
            key, typed = "", ""
        else:
            typed += mark
    word = _WORD.search(typed)
    return Cursor(tuple(steps), key, word[0] if word else "", typed.lstrip(), start)
