"""Codes by a word: a code, a label in Chinese or English, a local name, or a part of one.

word, names of each code --nearness--> how near it is: the smaller, the nearer; None: not at all
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from policy.text.suggest import in_order, suggest

MAX_QUERY = 64
"""Longest word to look for, in characters."""
_EXACT, _BEGINS, _HOLDS, _WORDS, _SHORT, _STEMS, _SPELT = range(7)
_SPLIT = re.compile(r"[\s,;:/()（）、，·_-]+")
_STEM = 4
"""Letters in which two English words of one family agree at least: seizure, seized."""


def nearness(query: str, names: Iterable[str]) -> int | None:
    """How near the nearest of the names is to what somebody looks for.

    In this order: a name itself, its beginning, a part of it, all of its words somewhere, its abbreviation as
    Chinese has them (交警: 公安交通警察), words of one stem, and last a name spelt a little otherwise.
    """
    wanted = folded(query)
    if not wanted:
        return None
    plain = [folded(name) for name in names if name]
    found = [near for name in plain if (near := _near(wanted, name)) is not None]
    if found:
        return min(found)
    return _SPELT if suggest(wanted.replace(" ", "_"), [name.replace(" ", "_") for name in plain]) else None


def folded(text: str) -> str:
    """The text as it is compared: of one width and case, words apart by one space."""
    return " ".join(_SPLIT.split(unicodedata.normalize("NFKC", text).casefold())).strip()


def _near(wanted: str, name: str) -> int | None:
    if name == wanted:
        return _EXACT
    if name.startswith(wanted):
        return _BEGINS
    if wanted in name:
        return _HOLDS
    if wanted.isascii():
        words, known = wanted.split(), name.split()
        if all(word in name for word in words):
            return _WORDS
        return _STEMS if all(any(_akin(word, one) for one in known) for word in words) else None
    return _SHORT if in_order(wanted, name) else None


def _akin(word: str, other: str) -> bool:
    return other.startswith(word[: max(_STEM, (len(word) + 1) // 2)])
