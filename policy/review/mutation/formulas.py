"""How a condition may be changed: negated, compared otherwise, with another code or number.

Text outside of quotation marks is looked at, and what stands in them only where a code is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

_TOKEN = re.compile(
    r'(?P<text>"[^"\n]*"|\'[^\'\n]*\')|(?P<sign><=|>=|==|!=|<|>|&&|\|\|)'
    r"|(?P<not>!(?=[\w(]))|(?P<word>[A-Za-z_][\w.]*)|(?P<number>\d+)"
)
_OTHERWISE: Mapping[str, str] = {
    "<=": "<",
    "<": "<=",
    ">=": ">",
    ">": ">=",
    "==": "!=",
    "!=": "==",
    "&&": "||",
    "||": "&&",
}


class Formula(NamedTuple):
    """A condition after a change; ``kind`` is negated, compared, code or number."""

    kind: str
    before: str
    after: str
    text: str


def changed(text: str, siblings: Mapping[str, str]) -> Iterator[Formula]:
    """What a condition may be changed to, each in one place. ``siblings``: another code of its family."""
    yield Formula("negated", text.strip(), f"!({text.strip()})", f"!({text.strip()})")
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        token = found[0]
        if found["sign"]:
            yield _put("compared", text, start, end, _OTHERWISE[token])
        elif found["not"]:
            yield _put("compared", text, start, end, "")
        elif found["text"]:
            other = siblings.get(token[1:-1])
            if other is not None:
                yield _put("code", text, start, end, f"{token[0]}{other}{token[0]}")
        elif found["number"]:
            yield _put("number", text, start, end, str(int(token) + 1))
    yield from _shortened(text)


def _put(kind: str, text: str, start: int, end: int, new: str) -> Formula:
    return Formula(kind, text[start:end], new, text[:start] + new + text[end:])


def _shortened(text: str) -> Iterator[Formula]:
    """A list of codes without one of them: ``x in ["a", "b"]``."""
    for found in re.finditer(r"\[((?:\s*\"\w+\"\s*,)+\s*\"\w+\"\s*)\]", text):
        codes = re.findall(r"\"\w+\"", found[1])
        for number, code in enumerate(codes):
            rest = ", ".join(_without(codes, number))
            yield Formula("item", code, "", f"{text[: found.start()]}[{rest}]{text[found.end() :]}")


def _without(items: Sequence[str], number: int) -> list[str]:
    return [item for place, item in enumerate(items) if place != number]
