"""Helpers that count: which of several events this is, of how many units, how many years running.

What is plain in a document (一年内第三次, 三个以上单位, 连续两年) takes a quantifier within a quantifier
in CEL, or cannot be said. Elements stand in the order in which they happened; of one moment, in that of their
ids, so that exactly one of them is the third. One that a list holds twice counts once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

COUNTED: Mapping[str, str] = {"Event": "events", "Request": "requests"}
"""Messages that are counted, and the list of the case that holds them: both have ``at``."""

NTH, NTH_DISTINCT, YEARS_RUNNING = "nth", "nth_distinct", "years_running"
SAME_YEAR, WITHIN = "same_year", "within"

PLACES = frozenset(f"{name}_{message}" for name in (NTH, NTH_DISTINCT) for message in COUNTED)
"""Overloads that give the place of an element among others."""

FORMS: Mapping[str, tuple[str, str]] = {
    "nth(x, list)": (
        NTH,
        "which of the list's elements x is, in the order in which they happened (of one moment: of their "
        "ids): 3 for the third; 0 where x is not among them",
    ),
    'nth_distinct(x, list, "field")': (
        NTH_DISTINCT,
        "how many different values of the field the elements have up to x, where x is the first with its "
        "own; else 0",
    ),
    "years_running(moments, t)": (
        YEARS_RUNNING,
        "how many calendar years in a row, up to that of t, hold one of the moments; 0 where that of t has "
        "none",
    ),
    "same_year(s, t)": (SAME_YEAR, "both lie in one calendar year, in Asia/Shanghai"),
    'within(s, t, "12 months")': (
        WITHIN,
        "t lies in the period that runs from s, as `add_period` counts it: rolling twelve months",
    ),
}
"""Forms with the function's name and its meaning, for docs/expressions.md."""


def nth(element: Any, elements: Sequence[Any]) -> int:
    """The place of an element among others, from 1; 0 where it is not among them."""
    place = (element.at, element.id)
    earlier, member = set(), False
    for one in elements:
        if one.id == place[1]:
            member = True
        elif (one.at, one.id) < place:
            earlier.add(one.id)
    return len(earlier) + 1 if member else 0


def nth_distinct(element: Any, elements: Sequence[Any], field: str) -> int:
    """How many different values of ``field`` there are up to an element that is the first with its own."""
    place, value = (element.at, element.id), getattr(element, field)
    found, member = {value}, False
    for one in elements:
        if one.id == place[1]:
            member = True
        elif (one.at, one.id) < place:
            found.add(other := getattr(one, field))
            if other == value:
                return 0
    return len(found) if member else 0


def running(years: Iterable[int], last: int) -> int:
    """How many years in a row, up to ``last``, are among these."""
    known, count = set(years), 0
    while last - count in known:
        count += 1
    return count


def years_running_by(year_of: Callable[[int, str], int]) -> Callable[[Sequence[int], int], int]:
    """The helper over moments in nanoseconds."""

    def years_running(moments: Sequence[int], moment: int) -> int:
        return running([year_of(one, "") for one in moments], year_of(moment, ""))

    return years_running
