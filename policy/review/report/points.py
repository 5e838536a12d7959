"""How each score came about, section by section: what people check before they sign it.

Card --points_of--> Points --> the terminal, and the page
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from policy.assess import Score
from policy.assess.scoring import SectionPoints, rounded
from policy.review.report.scorecard import Card
from policy.review.wording import Wording


class Part(NamedTuple):
    """The points of a section, and the items that added to its base or took from it."""

    points: str
    items: str


class Line(NamedTuple):
    """One row: its sections in order, and the score they come to, with what was vetoed."""

    name: str
    parts: tuple[Part, ...]
    score: str


class Points(NamedTuple):
    """The sections by their titles, and a line for each row that has a score."""

    titles: tuple[str, ...]
    lines: tuple[Line, ...]


def points_of(card: Card, wording: Wording) -> Points | None:
    """The points of a card; None where nothing is scored."""
    scored = [(line.name, line.score) for line in card.lines if line.score is not None]
    if not scored:
        return None
    titles = tuple(wording.text(part.section.title) for part in scored[0][1].sections)
    return Points(titles, tuple(_line(name, score, wording) for name, score in scored))


def _line(name: str, score: Score, wording: Wording) -> Line:
    vetoes = wording.pick(("、", ", ")).join(wording.text(veto.title) for veto in score.vetoes)
    why = wording.pick((f"（否决：{vetoes}）", f" (veto: {vetoes})")) if vetoes else ""
    return Line(name, tuple(_part(part, wording) for part in score.sections), f"{score.value}{why}")


def _part(part: SectionPoints, wording: Wording) -> Part:
    told = [f"{wording.text(one.item.title)} {_number(one.points):+f}" for one in part.items if one.points]
    told += [
        wording.pick(
            (f"{wording.text(one.item.title)}：没有可以计算的", f"{wording.text(one.item.title)}: none")
        )
        for one in part.items
        if not one.measured
    ]
    return Part(f"{_number(part.points):f}", wording.pick(("；", "; ")).join(told))


def _number(points: Fraction) -> Decimal:
    """With no more than the four decimals that a reader can check, and no zeros after them."""
    return rounded(points, 4, "up").normalize()
