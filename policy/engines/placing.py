"""What helpers count, where facts may be missing: between what is certain and possible.

    element, members with their verdicts --Placing.place--> a number, or an ``Unknown`` with its bounds
    moments, a moment --years--> the same, of years in a row

What happened after the element does not count, whatever it is. A comparison of an unknown number that comes
out the same for all that it can be is known (``by_bounds``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from policy.engines.unknowns import Unknown, junction, unknown_result
from policy.expr.counting import YEARS_RUNNING, running
from policy.expr.ops import OPS, year_of

ORDERINGS = frozenset(
    f"{name}_int64" for name in ("less", "less_equals", "greater", "greater_equals")
) | frozenset(("equals", "not_equals"))


class Member(NamedTuple):
    """An element that is counted (True), or may be (an ``Unknown``)."""

    verdict: Any
    element: Any


def merged(members: Sequence[Member]) -> list[Member]:
    """The members, each element once: it is counted where one of its verdicts says so."""
    verdicts: dict[int, list[Any]] = {}
    elements: dict[int, Any] = {}
    for member in members:
        key = id(member.element.view)
        elements.setdefault(key, member.element)
        verdicts.setdefault(key, []).append(member.verdict)
    return [Member(junction("or", found), elements[key]) for key, found in verdicts.items()]


class _Earlier(NamedTuple):
    """An element that stands before the one in question, certainly or possibly."""

    element: Any
    doubts: tuple[Unknown, ...]
    order: tuple[int, str] | None


Field = Callable[[Any, str, str], Any]
"""The value of a field of an element: (element, name, CEL kind)."""


class Placing:
    """Works out places with ``field`` to read by; ``counted`` are the elements that certainly count."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self.counted: list[Any] = []

    def place(self, op: str, element: Any, members: Sequence[Member], name: str = "") -> Any:
        """The place of ``element`` among the members; with ``name`` among the first of each of its values."""
        at, own = self._field(element, "at", "timestamp"), self._field(element, "id", "string")
        itself = [one.verdict for one in members if self._field(one.element, "id", "string") == own]
        if not itself:
            return 0
        doubts = [one for one in (at, *itself) if isinstance(one, Unknown)]
        others = [one for one in members if self._field(one.element, "id", "string") != own]
        if isinstance(at, Unknown):
            about = [*doubts, *(one.verdict for one in others if isinstance(one.verdict, Unknown))]
            return self._unknown(op, about, 0, self._most(members, name))
        earlier = [found for one in others if (found := self._earlier(one, (at, own))) is not None]
        low, high, more = (
            self._distinct(element, earlier, name) if name else self._count(element, earlier, (at, own))
        )
        if high and (doubts or more):
            return self._unknown(op, [*doubts, *more], 0 if doubts else low, high)
        return high

    def _most(self, members: Sequence[Member], name: str) -> int:
        """The last place that there can be: of each element, or of each value of a field."""
        if not name:
            return len(members)
        values = [self._field(one.element, name, "string") for one in members]
        known = {value for value in values if not isinstance(value, Unknown)}
        return len(known) + sum(isinstance(value, Unknown) for value in values)

    def _earlier(self, member: Member, place: tuple[int, str]) -> _Earlier | None:
        at = self._field(member.element, "at", "timestamp")
        key = self._field(member.element, "id", "string")
        doubts = tuple(one for one in (member.verdict, at) if isinstance(one, Unknown))
        if isinstance(at, Unknown):
            return _Earlier(member.element, doubts, None)
        return _Earlier(member.element, doubts, (at, key)) if (at, key) < place else None

    def _count(
        self, element: Any, earlier: Sequence[_Earlier], place: tuple[int, str]
    ) -> tuple[int, int, list[Unknown]]:
        certain = [(one.order, one.element) for one in earlier if not one.doubts]
        ordered = sorted([*certain, (place, element)], key=lambda pair: pair[0] or place)
        self.counted = [one for _, one in ordered]
        doubts = [doubt for one in earlier for doubt in one.doubts]
        return len(certain) + 1, len(earlier) + 1, doubts

    def _distinct(
        self, element: Any, earlier: Sequence[_Earlier], name: str
    ) -> tuple[int, int, list[Unknown]]:
        """Least and most, and what is in doubt between them. 0 where an earlier one has the same value."""
        own = self._field(element, name, "string")
        certain: dict[Any, tuple[Any, Any]] = {}
        possible: list[Any] = []
        doubts: list[Unknown] = [own] if isinstance(own, Unknown) else []
        for one in sorted(earlier, key=lambda each: each.order or (0, "")):
            value = self._field(one.element, name, "string")
            open_ = [*one.doubts, *([value] if isinstance(value, Unknown) else [])]
            if not open_ and value == own:
                return 0, 0, []
            if open_:
                possible.append(value)
                doubts += open_
            else:
                certain.setdefault(value, (one.order, one.element))
        maybe_same = bool(doubts) and (
            isinstance(own, Unknown) or any(isinstance(v, Unknown) or v == own for v in possible)
        )
        new = {value for value in possible if not isinstance(value, Unknown) and value not in certain}
        more = len(new) + sum(isinstance(value, Unknown) for value in possible)
        self.counted = [*(each for _, each in certain.values()), element]
        least = 0 if maybe_same else len(certain) + 1
        if least == len(certain) + 1 + more:
            return least, least, []
        return least, len(certain) + 1 + more, doubts

    @staticmethod
    def _unknown(op: str, doubts: Sequence[Unknown], low: int, high: int) -> Unknown:
        unknown = unknown_result(op, tuple({one.key: one for one in doubts}.values()), False)
        return unknown if unknown.fallible else unknown._replace(bounds=(low, high))


def years(moments: Any, moment: Any) -> Any:
    """How many years in a row, up to that of ``moment``, hold one of the moments; any may be missing."""
    parts = moments if isinstance(moments, list) else [moments]
    known = {year_of(one, "") for one in parts if not isinstance(one, Unknown)}
    free = sum(isinstance(one, Unknown) for one in parts)
    unknown = unknown_result(YEARS_RUNNING, (*parts, moment), False)
    if unknown.fallible:
        return unknown
    if not isinstance(moments, list):
        return unknown if moments.bounds is None else unknown._replace(bounds=(0, moments.bounds[1]))
    if isinstance(moment, Unknown):
        return unknown._replace(bounds=(0, len(known) + free))
    last = year_of(moment, "")
    least = most = running(known, last)
    for _ in range(free):  # each may stand for the next year that is lacking
        known.add(last - most)
        most = running(known, last)
    return least if least == most else unknown._replace(bounds=(least, most))


def by_bounds(op: str, args: tuple[Any, ...]) -> bool | None:
    """A comparison of a number that lies within bounds with a known one; None where it is open."""
    for position, arg in enumerate(args):
        other = args[1 - position]
        if arg.__class__ is not Unknown or arg.bounds is None or arg.fallible or type(other) is not int:
            continue
        low, high = arg.bounds
        if op in ("equals", "not_equals"):
            outside = not low <= other <= high
            return (op == "not_equals") if outside else None
        ends = [OPS[op].call(*((end, other) if position == 0 else (other, end))) for end in arg.bounds]
        return bool(ends[0]) if ends[0] == ends[1] else None
    return None
