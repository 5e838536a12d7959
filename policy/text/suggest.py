"""Did you mean …: the nearest of a few candidates, by spelling or by Chinese label."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

_MAX_WORD = 64
_MAX_EDITS = 3
_QUOTES = str.maketrans("", "", "“”‘’「」『』\"'")


def half_width(word: str) -> str:
    """The word as one types it with a Latin keyboard: no full-width forms, no quotation marks around it."""
    return unicodedata.normalize("NFKC", word).translate(_QUOTES).strip()


def suggest(word: str, candidates: Iterable[str], labels: Mapping[str, str] | None = None) -> str:
    """The candidate that the author probably meant, or "".

    ``labels`` gives the Chinese label of candidates: an author who wrote the label, or a part of it that
    belongs to one candidate only, gets its code. Otherwise the smallest edit distance counts (one edit in
    three characters and at most three; a swap of neighbours is one edit). Ties go to the first by spelling.
    """
    if not word or len(word) > _MAX_WORD:
        return ""
    names = sorted(candidates)
    word = half_width(word)
    if word in names:
        return word
    if labels and (named := _by_label(word, names, labels)):
        return named
    folded = word.casefold().replace("-", "_").replace(" ", "_")
    best, limit = "", min(_MAX_EDITS, len(folded) // 3)
    for name in names:
        distance = _distance(folded, name.casefold(), limit)
        if distance is not None and (not best or distance < limit):
            best, limit = name, distance
            if distance == 0:
                break
    return best


def _by_label(word: str, names: list[str], labels: Mapping[str, str]) -> str:
    exact = [name for name in names if labels.get(name) == word]
    if exact:
        return exact[0]
    if word.isascii():
        return ""
    near = [name for name in names if (label := labels.get(name)) and (word in label or label in word)]
    if not near:
        near = [name for name in names if (label := labels.get(name)) and in_order(word, label)]
    if len(near) > 1:  # the last word of a Chinese name says what it is: 法院 is 区人民法院, not 法院执行局
        near = [name for name in near if labels[name].endswith(word)]
    return near[0] if len(near) == 1 else ""


def in_order(short: str, long: str) -> bool:
    """Whether ``short`` abbreviates ``long`` as Chinese does (交警, 公安交通警察)."""
    rest = iter(long)
    return len(short) > 1 and all(character in rest for character in short)


def _distance(left: str, right: str, limit: int) -> int | None:
    """Edit distance with neighbouring characters swapped as one edit, or None beyond ``limit``.

    What both begin and end with costs nothing, and in the table only the cells that ``limit`` edits can
    reach are looked at: most candidates are given up after a few of them.
    """
    if abs(len(left) - len(right)) > limit:
        return None
    left, right = _differing(left, right)
    far = limit + 1
    before: list[int] = []
    above = [min(j, far) for j in range(len(right) + 1)]
    for i, a in enumerate(left, 1):
        row = [far] * (len(right) + 1)
        row[0] = min(i, far)
        for j in range(max(1, i - limit), min(len(right), i + limit) + 1):
            b = right[j - 1]
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b), far)
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row[j] = cost
        # A swap reaches back two rows, so both must be beyond hope.
        if min(row) > limit and min(above) > limit:
            return None
        before, above = above, row
    return above[-1] if above[-1] <= limit else None


def _differing(left: str, right: str) -> tuple[str, str]:
    """Both without what they begin and end with alike."""
    start, end = 0, min(len(left), len(right))
    while start < end and left[start] == right[start]:
        start += 1
    stop = 0
    while stop < end - start and left[-1 - stop] == right[-1 - stop]:
        stop += 1
    return left[start : len(left) - stop], right[start : len(right) - stop]
