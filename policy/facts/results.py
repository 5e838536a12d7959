"""Results of assessments as facts: what they may name, and the figures that nobody told.

A result is an event of the district's own file: the assessment, whose it is, the score, the grade, the rank,
and what was counted. Lists are closed, and yet a figure that is not listed has not been told: it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from linkage.v1 import facts_pb2
from policy.facts.views import VIEWS, CaseView
from policy.text.messages import Words


class ResultNames(NamedTuple):
    """What results of one assessment may name; ``asked``: the figures that conditions on its results read."""

    grades: frozenset[str]
    figures: frozenset[str]
    asked: frozenset[str]


Results = Mapping[str, ResultNames]
"""By the assessment's id."""

_ASSESSMENT, _GRADE, _FIGURE = Words("考核", "assessment"), Words("等次", "grade"), Words("指标", "figure")


class Wrong(NamedTuple):
    """A name that the district's assessments do not have; ``field`` within the event of this index.

    ``allowed`` None: it stands there twice.
    """

    event: int
    field: tuple[str | int, ...]
    kind: Words
    name: str
    allowed: frozenset[str] | None


def wrong_results(case: facts_pb2.Case, results: Results) -> Iterator[Wrong]:
    """What results name that there is not, in the order of the case."""
    for index, event in enumerate(case.events):
        if not event.HasField("assessment"):
            continue
        names = results.get(event.assessment)
        if names is None:
            yield Wrong(index, ("assessment",), _ASSESSMENT, event.assessment, frozenset(results))
            continue
        if event.HasField("grade") and event.grade not in names.grades:
            yield Wrong(index, ("grade",), _GRADE, event.grade, names.grades)
        seen: set[str] = set()
        for number, figure in enumerate(event.figures):
            place = ("figures", number, "name")
            if figure.name not in names.figures:
                yield Wrong(index, place, _FIGURE, figure.name, names.figures)
            elif figure.name in seen:
                yield Wrong(index, place, _FIGURE, figure.name, None)
            seen.add(figure.name)


def tell_figures(view: CaseView, results: Results) -> None:
    """Adds the figures that conditions read and that a result does not list: their values are unknown."""
    for event in view.events:
        names = results.get(getattr(event, "assessment", ""))
        if names is None:
            continue
        told = {figure.name for figure in event.figures}
        blank: list[Any] = []
        for name in sorted(names.asked - told):
            figure: Any = VIEWS["ResultFigure"].blank()
            figure.name, figure.parent = name, event
            blank.append(figure)
        event.figures = (*event.figures, *blank)
        for figure in event.figures:
            if not hasattr(figure, "unmeasured"):
                figure.unmeasured = False
