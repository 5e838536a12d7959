"""From figures to points, a score, a grade and a rank: decimals and fractions, never binary floats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from policy.assess.figures import Row
from policy.pack.assessment import (
    Assessment,
    Comparison,
    Item,
    Number,
    Scoring,
    Section,
    Sense,
    Veto,
)

Values = Mapping[str, str | int | float | bool | None]
"""Values of the pack's parameters."""


class ItemPoints(NamedTuple):
    """The points of one item; ``measured`` False: its figure had nothing to measure."""

    item: Item
    points: Fraction
    measured: bool = True


class SectionPoints(NamedTuple):
    """The points of one section, within its floor and cap, times its weight."""

    section: Section
    base: Fraction
    items: tuple[ItemPoints, ...]
    points: Fraction


class Score(NamedTuple):
    """What a row comes to. ``value`` is rounded as the pack says; ``rank``: 1 is best, equals share one.

    ``from_last`` is the rank counted from the end: 1 is last.
    """

    sections: tuple[SectionPoints, ...]
    vetoes: tuple[Veto, ...]
    value: Decimal
    grade: str
    rank: int = 0
    from_last: int = 0


def missing(assessment: Assessment, values: Values) -> tuple[str, ...]:
    """The parameters of its points that nobody has fixed: without them there is no score."""
    scoring = assessment.scoring
    names = {name for name in _numbers(scoring) if isinstance(name, str)} if scoring else set()
    return tuple(sorted(name for name in names if values.get(name) is None))


def scores(assessment: Assessment, rows: Sequence[Row], values: Values) -> tuple[Score, ...] | None:
    """The scores of the rows in their order, ranked; None where nothing is scored or a number is missing."""
    scoring = assessment.scoring
    if scoring is None or missing(assessment, values):
        return None
    found = [_score(scoring, row, values) for row in rows]
    return tuple(
        one._replace(
            rank=1 + sum(other.value > one.value for other in found),
            from_last=1 + sum(other.value < one.value for other in found),
        )
        for one in found
    )


def holds(comparisons: Iterable[Comparison], row: Row, values: Values) -> bool:
    """Whether all hold of a row's figures, once ``missing`` has found nothing."""
    return all(_holds(one, row, values) for one in comparisons)


def rounded(value: Fraction, places: int, half: str) -> Decimal:
    """``value`` with ``places`` decimals; halves go away from zero (``up``, 四舍五入) or to ``even``."""
    scaled = value * 10**places
    away = int(abs(scaled) + Fraction(1, 2)) * (-1 if scaled < 0 else 1)
    units = round(scaled) if half == "even" else away
    return Decimal(units).scaleb(-places)


def number(written: Number, values: Values) -> Fraction | None:
    """The exact value of a decimal, or of the parameter it names."""
    if isinstance(written, Decimal):
        return Fraction(written)
    value = values.get(written)
    return None if value is None else Fraction(Decimal(str(value)))


def _score(scoring: Scoring, row: Row, values: Values) -> Score:
    sections = tuple(_section(section, row, values) for section in scoring.sections)
    total = sum((section.points for section in sections), Fraction(0))
    if scoring.cap is not None:
        total = min(total, _exact(scoring.cap, values))
    vetoes = tuple(veto for veto in scoring.vetoes if holds(veto.when, row, values))
    if vetoes:
        total = min(_exact(veto.score, values) for veto in vetoes)
    value = rounded(total, scoring.places, scoring.half)
    return Score(sections, vetoes, value, _grade(scoring, value, values))


def _section(section: Section, row: Row, values: Values) -> SectionPoints:
    base = _exact(section.base, values)
    items = tuple(_item(item, row, values) for item in section.items)
    points = max(base + sum(item.points for item in items), _exact(section.floor, values))
    if section.cap is not None:
        points = min(points, _exact(section.cap, values))
    return SectionPoints(section, base, items, points * _exact(section.weight, values))


def _item(item: Item, row: Row, values: Values) -> ItemPoints:
    if not holds(item.when, row, values):
        return ItemPoints(item, Fraction(0))
    points = _exact(item.points, values)
    if not item.per:
        return ItemPoints(item, points)
    value = row.figures[item.per].value
    return ItemPoints(item, Fraction(0), False) if value is None else ItemPoints(item, points * value)


def _grade(scoring: Scoring, value: Decimal, values: Values) -> str:
    for grade in scoring.grades:
        if grade.at_least is None or Fraction(value) >= _exact(grade.at_least, values):
            return grade.id
    return ""


def _holds(one: Comparison, row: Row, values: Values) -> bool:
    found, bound = row.figures[one.of].value, _exact(one.value, values)
    if found is None:  # nothing was measured, so nothing is above or below
        return False
    match one.sense:
        case Sense.AT_LEAST:
            return found >= bound
        case Sense.AT_MOST:
            return found <= bound
        case Sense.ABOVE:
            return found > bound
        case Sense.BELOW:
            return found < bound
    raise AssertionError("only a grade is compared by name")


def _exact(written: Number, values: Values) -> Fraction:
    """As ``number``, once ``missing`` has found nothing."""
    found = number(written, values)
    if found is None:
        raise LookupError(written)
    return found


def _numbers(scoring: Scoring) -> Iterator[Number | None]:
    yield scoring.cap
    for section in scoring.sections:
        yield from (section.base, section.floor, section.cap, section.weight)
        for item in section.items:
            yield item.points
            yield from (one.value for one in item.when)
    for veto in scoring.vetoes:
        yield veto.score
        yield from (one.value for one in veto.when)
    yield from (grade.at_least for grade in scoring.grades)
