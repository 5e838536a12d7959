"""Expressions in the form in which columns are computed.

A part that reads only one element is computed on the element's table, once for all rules and combinations,
and gathered (``Of``); a part that reads only the case, on the table of cases. ``shaping`` makes shapes.
"""

from __future__ import annotations

from dataclasses import dataclass

ELEMENT = "@"
"""The variable of a frame that runs over one table."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Any part of an expression."""


@dataclass(frozen=True, slots=True)
class Lit(Shape):
    """A constant; a text by its code."""

    value: int | float | bool


@dataclass(frozen=True, slots=True)
class Read(Shape):
    """A column of the table the frame runs over; ``boolean`` where it holds booleans."""

    name: str
    boolean: bool


@dataclass(frozen=True, slots=True)
class Of(Shape):
    """A part over one element, computed on its whole table; ``var`` CASE: the case."""

    var: str
    body: Shape


@dataclass(frozen=True, slots=True)
class Both(Shape):
    """Conjunction."""

    parts: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Either(Shape):
    """Disjunction."""

    parts: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Not(Shape):
    """Negation."""

    part: Shape


@dataclass(frozen=True, slots=True)
class Member(Shape):
    """Whether a value is one of these constants."""

    value: Shape
    items: tuple[int | float | bool, ...]


@dataclass(frozen=True, slots=True)
class Apply(Shape):
    """An operator of ``policy.expr.ops`` on values; ``period`` is the text that ``add_period`` adds."""

    op: str
    args: tuple[Shape, ...]
    boolean: bool
    period: str = ""


@dataclass(frozen=True, slots=True)
class Some(Shape):
    """Whether an element ``var`` of the list ``table`` of ``owner`` satisfies ``first`` and ``rest``.

    ``codes`` are those that its kind must be one of (none: any). ``first`` reads the element alone, ``rest``
    the frame too; None: nothing to satisfy.
    """

    var: str
    table: str
    owner: str
    codes: tuple[int, ...]
    first: Shape | None
    rest: Shape | None
    plain: bool
    """Whether its unknown parts are the ones that the three-valued engine names."""


@dataclass(frozen=True, slots=True)
class Found(Shape):
    """``body`` with ``var`` bound to the element of ``table`` that ``key`` names."""

    var: str
    table: str
    key: Shape
    body: Shape


@dataclass(frozen=True, slots=True)
class Ask(Shape):
    """A parameter that nobody has fixed; ``path`` is what is missing."""

    path: str


@dataclass(frozen=True, slots=True)
class Opaque(Shape):
    """What columns do not compute: unknown, and the case doubtful where it matters."""


OPAQUE = Opaque()


def is_exact(shape: Shape | None) -> bool:
    """Whether a shape is unknown only where facts are missing, and not where columns leave something out."""
    match shape:
        case Opaque() | Found():
            return False
        case Apply(args=args, period=period):
            return not period and all(is_exact(arg) for arg in args)
        case Of(body=inner) | Not(part=inner) | Member(value=inner):
            return is_exact(inner)
        case Both(parts=parts) | Either(parts=parts):
            return all(is_exact(part) for part in parts)
        case Some(first=first, rest=rest):
            return is_exact(first) and is_exact(rest)
        case _:
            return True
